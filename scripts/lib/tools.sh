# The three build tools that cargo does not bring: cargo-leptos, wasm-bindgen
# and wasm-opt. They live in $SPEEDTRADE_TOOLS, outside target/, shared by all
# clones. Sourced by setup.

CARGO_LEPTOS=0.3.11
WASM_BINDGEN=0.2.130 # equals the crate's version in Cargo.toml, or nothing hydrates
BINARYEN=132.0.0
PROGRESS_EVERY=15 # seconds between two progress lines

tools_setup() {
  local missing=()
  has_version wasm-opt "version ${BINARYEN%%.*}" ||
    step "wasm-opt, from npm's binaryen $BINARYEN" "5s to 20s" install_binaryen
  has_version wasm-bindgen "$WASM_BINDGEN" || prebuilt_wasm_bindgen || missing+=(wasm-bindgen-cli)
  has_version cargo-leptos "$CARGO_LEPTOS" || prebuilt_cargo_leptos || missing+=(cargo-leptos)
  [ "${#missing[@]}" -eq 0 ] ||
    step "compiling ${missing[*]}: the long part, needed once per machine" \
      "10m on 2 cores" compile_tools "${missing[@]}"
}

has_version() {
  [ -x "$SPEEDTRADE_TOOLS/bin/$1" ] &&
    "$SPEEDTRADE_TOOLS/bin/$1" --version 2>/dev/null | grep -qF "$2"
}

install_binaryen() {
  local log="$SPEEDTRADE_TOOLS/logs/binaryen.log"
  npm install --loglevel error --no-audit --no-fund --prefix "$SPEEDTRADE_TOOLS/npm" "binaryen@$BINARYEN" >"$log" 2>&1 ||
    { tail -n 15 "$log" >&2; die "npm can't fetch binaryen, is its registry within reach? The whole output is in $log"; }
  ln -sf ../npm/node_modules/.bin/wasm-opt "$SPEEDTRADE_TOOLS/bin/wasm-opt"
}

prebuilt_cargo_leptos() {
  prebuilt cargo-leptos "$CARGO_LEPTOS" \
    "https://github.com/leptos-rs/cargo-leptos/releases/download/v$CARGO_LEPTOS/cargo-leptos-$(uname -m)-unknown-linux-gnu.tar.gz" .sha256
}

prebuilt_wasm_bindgen() {
  prebuilt wasm-bindgen "$WASM_BINDGEN" \
    "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/$WASM_BINDGEN/wasm-bindgen-$WASM_BINDGEN-$(uname -m)-unknown-linux-musl.tar.gz" .sha256sum
}

# prebuilt BINARY VERSION URL SUM_SUFFIX : false, quickly, where it cannot be had.
prebuilt() {
  command -v curl >/dev/null && [ -z "${SPEEDTRADE_COMPILE_TOOLS:-}" ] || return 1
  curl -sfIL --connect-timeout 4 --max-time 10 -o /dev/null "$3" || return 1
  step "$1 $2, prebuilt by its makers" "5s to 1m" fetch_prebuilt "$@" || {
    say "    the download did not serve; it will be compiled"
    return 1
  }
}

fetch_prebuilt() {
  local work sum
  work=$(mktemp -d)
  curl -sfL --max-time 120 -o "$work/archive" "$3" || return 1
  sum=$(curl -sfL --max-time 20 "$3$4" | cut -d' ' -f1)
  [ -n "$sum" ] && printf '%s  %s\n' "$sum" "$work/archive" | sha256sum --check --status || return 1
  tar -xzf "$work/archive" -C "$work" || return 1
  find "$work" -type f -name "$1" -exec install -m 755 {} "$SPEEDTRADE_TOOLS/bin/$1" \;
  rm -rf "$work"
  has_version "$1" "$2"
}

# Both at once: while one waits for a single big crate the other fills the core.
compile_tools() {
  local crate pid pids=() failed=0
  for crate in "$@"; do
    compile_one "$crate" >"$SPEEDTRADE_TOOLS/logs/$crate.log" 2>&1 &
    pids+=($!)
  done
  show_progress "$@"
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  [ "$failed" -eq 0 ] && return
  for crate in "$@"; do tail -n 8 "$SPEEDTRADE_TOOLS/logs/$crate.log" >&2; done
  die "a tool did not compile; the logs are in $SPEEDTRADE_TOOLS/logs"
}

# cargo-leptos only starts other programs, so it needs no optimizing: its own
# release profile (fat LTO) takes over half an hour on 2 cores. wasm-bindgen
# rewrites megabytes of WASM at every build and is worth level 1.
compile_one() {
  local target="$SPEEDTRADE_TOOLS/build/$1" level args
  case "$1" in
    cargo-leptos) level=0 args=(--version "$CARGO_LEPTOS" --locked --features no_downloads) ;;
    wasm-bindgen-cli) level=1 args=(--version "$WASM_BINDGEN" --no-default-features) ;;
  esac
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_OPT_LEVEL=$level \
    cargo install "$1" "${args[@]}" --force --root "$SPEEDTRADE_TOOLS" --target-dir "$target"
  rm -rf "$target"
}

# One line now and then, for as long as a compilation runs.
show_progress() {
  local begun=$SECONDS crate line ticks=0
  while [ -n "$(jobs -rp)" ]; do
    sleep 1
    ticks=$((ticks + 1))
    [ $((ticks % PROGRESS_EVERY)) -eq 0 ] || continue
    line=""
    for crate in "$@"; do line+=" $crate $(progress_of "$crate"),"; done
    say "    $(duration $((SECONDS - begun))):${line%,}"
  done
}

progress_of() {
  local log="$SPEEDTRADE_TOOLS/logs/$1.log" usual
  if grep -q '^ *Installed package' "$log"; then printf 'ready'; return; fi
  case "$1" in cargo-leptos) usual=620 ;; *) usual=150 ;; esac
  printf '%s of about %s crates' "$(grep -c '^ *Compiling' "$log" || true)" "$usual"
}
