# Debian packages: collect what is missing, install it in one go. Sourced.

APT_MISSING=()

# need PATH_OR_COMMAND PACKAGE... : wants the packages unless the first is there.
# The first may be a command's name or a path, also one with a wildcard.
need() {
  local probe=$1
  shift
  case "$probe" in
    */*) compgen -G "$probe" >/dev/null && return ;;
    *) command -v "$probe" >/dev/null && return ;;
  esac
  APT_MISSING+=("$@")
}

install_missing() {
  [ "${#APT_MISSING[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    die "no apt-get here; please install what these Debian packages hold: ${APT_MISSING[*]}"
  step "Debian packages: ${APT_MISSING[*]}" "30s to 3m" apt_install "${APT_MISSING[@]}"
  APT_MISSING=()
}

apt_install() {
  local log="$SPEEDTRADE_TOOLS/logs/apt.log"
  # --no-remove: rather stop than take another package away from the machine.
  if ! { as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends --no-remove "$@"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    die "apt-get failed; the whole output is in $log"
  fi
}
