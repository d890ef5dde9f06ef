# Words and clocks for the other scripts. Sourced; prints only when called.

say() { printf '%s\n' "$@"; } # one line for each argument
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# seconds -> "8s" or "2m05s"
duration() {
  if [ "$1" -lt 60 ]; then printf '%ds' "$1"
  else printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); fi
}

# step TITLE USUAL_TIME COMMAND... : says what begins, runs it, says how long it took.
step() {
  local title=$1 usual=$2 begun=$SECONDS status
  shift 2
  say "==> $title (usually $usual)"
  "$@"
  status=$? # only reached on failure where the caller has its own "|| ..."
  [ "$status" -ne 0 ] || say "    done in $(duration $((SECONDS - begun)))"
  return "$status"
}

as_root() {
  # 9 is setup's lock: a server that a package starts must not keep it.
  if [ "$(id -u)" -eq 0 ]; then "$@" 9>&-
  elif command -v sudo >/dev/null; then sudo "$@" 9>&-
  else die "need root for: $* (no sudo here; run that as root, then again)"; fi
}
