# What `cargo test` is asked for, wherever it is called: for another choice of packages cargo would choose other features,
# and build hundreds of crates again.

RUST_TESTS=(-p speedtrade -p app -p server --features app/ssr)

# The fakes of providers and venues, which cargo builds along with the tests that start them.
build_fakes() { cargo test "${RUST_TESTS[@]}" --test it --no-run; }
