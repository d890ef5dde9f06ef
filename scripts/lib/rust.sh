# A Rust compiler that can build for the browser (wasm32). Sourced by setup.
#
# One version, two ways to it: rustup where its server answers, else Debian's
# rustc-web, for which the wasm32 standard library is built here once. The way
# taken is noted in $SPEEDTRADE_TOOLS/rust-way, so it is tried only once.
# SPEEDTRADE_RUST=rustup or =debian forces one.

RUST_VERSION=1.96.0
WASM_TARGET=wasm32-unknown-unknown
RUST_WAY_NOTE="$SPEEDTRADE_TOOLS/rust-way"

rust_setup() {
  if rust_way_stands && rust_ready; then return; fi
  if [ "${SPEEDTRADE_RUST:-rustup}" = rustup ] && [ "$(rust_way)" != debian ] && rustup_answers; then
    step "Rust $RUST_VERSION with the wasm32 target, by rustup" "20s to 1m" rustup_way && return
  fi
  [ "${SPEEDTRADE_RUST:-debian}" = debian ] || die "rustup could not install Rust $RUST_VERSION"
  debian_way
  rust_ready || die "Debian's Rust is installed, but $(command -v rustc) cannot build for $WASM_TARGET"
}

rust_way() { [ -r "$RUST_WAY_NOTE" ] && cut -d' ' -f1 "$RUST_WAY_NOTE" || true; }

rust_way_stands() {
  [ -r "$RUST_WAY_NOTE" ] && [ "${SPEEDTRADE_RUST:-$(rust_way)}" = "$(rust_way)" ]
}

note_rust_way() {
  printf '%s\n' "$*" >"$RUST_WAY_NOTE"
  . scripts/env
}

# A standard library built here belongs to one compiler: after an upgrade it is built anew.
rust_ready() {
  local lib
  lib=$(rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null) || return 1
  compgen -G "$lib/libstd-*.rlib" >/dev/null || return 1
  [ ! -e "$lib/built-by" ] || [ "$(cat "$lib/built-by")" = "$(rustc -vV)" ]
}

# Asks without downloading anything, quickly and quietly.
rustup_answers() {
  command -v rustup >/dev/null && command -v curl >/dev/null || return 1
  local server="${RUSTUP_DIST_SERVER:-https://static.rust-lang.org}"
  curl -sfIL --connect-timeout 4 --max-time 10 -o /dev/null \
    "$server/dist/channel-rust-$RUST_VERSION.toml.sha256"
}

rustup_way() {
  timeout 300 rustup -q toolchain install "$RUST_VERSION" --no-self-update --profile minimal \
    -c clippy -c rustfmt -t "$WASM_TARGET" >"$SPEEDTRADE_TOOLS/logs/rustup.log" 2>&1 || {
    say "    rustup could not; taking Debian's compiler instead"
    return 1
  }
  note_rust_way rustup "$RUST_VERSION"
}

debian_way() {
  [ -r /etc/debian_version ] ||
    die "no Rust >= $RUST_VERSION here and this is not Debian: install rustup (https://rustup.rs) and run again"
  need wasm-ld-22 lld-22
  need /usr/bin/cargo cargo-web
  need /usr/bin/rustc rustc-web
  need /usr/lib/rustlib/src rust-web-src
  install_missing
  if command -v rustup >/dev/null && [ "$(readlink -f "$(rustup_home)/toolchains/debian")" != /usr ]; then
    rustup toolchain link debian /usr
  fi
  note_rust_way debian
  version_at_least "$(rustc -V | cut -d' ' -f2)" "$RUST_VERSION" ||
    die "$(rustc -V) is too old, $RUST_VERSION is needed: is the Debian security archive switched on?"
  rust_ready || step "Rust's standard library for wasm32, from Debian's source" "1m to 2m" build_wasm_std
}

rustup_home() { printf '%s' "${RUSTUP_HOME:-$HOME/.rustup}"; }

version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

build_wasm_std() {
  local work lib log="$SPEEDTRADE_TOOLS/logs/wasm-std.log"
  work=$(mktemp -d)
  mkdir "$work/src"
  printf '[package]\nname = "std-for-wasm"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n' \
    >"$work/Cargo.toml"
  : >"$work/src/lib.rs"
  # RUSTC_BOOTSTRAP opens the unstable -Zbuild-std for this one build only.
  if ! (cd "$work" && RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" cargo build --release \
    -Zbuild-std=std,panic_abort,panic_unwind,proc_macro --target "$WASM_TARGET") >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    die "the standard library did not build; see $log"
  fi
  lib=$(rustc --print target-libdir --target "$WASM_TARGET")
  rustc -vV >"$work/built-by"
  as_root mkdir -p "$lib"
  as_root find "$lib" -maxdepth 1 -name '*.rlib' -delete
  as_root cp "$work/target/$WASM_TARGET/release/deps/"*.rlib "$work/built-by" "$lib/"
  rm -rf "$work"
}
