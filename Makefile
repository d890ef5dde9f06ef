# The verbs people type. Each is one script; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run demo-live test tools build watch fmt lint unit e2e check bench torture size clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## (.*)/  make \1	\2/' | expand -t 16

run: ## set up, build and serve the demo desk (PORT=3000 DATA_DIR=./data)
	@exec scripts/run

demo-live: ## live routing without a key: two fake venues and a desk that trades at them (PORT=3000)
	@exec scripts/demo-live

test: ## every check: format, lints, tests, release build, size, browser
	@scripts/setup test
	@exec scripts/test

tools: ## install everything for development, then say how to go on
	@scripts/setup test
	@echo 'Now: make watch (rebuilds and reloads on change). By hand, in your own shell:'
	@echo '  . scripts/env && cargo leptos watch'

build: ## the release build, compressed and weighed
	@scripts/setup run
	@scripts/build
	@scripts/size --if-changed

watch: ## development server that rebuilds and reloads on change
	@scripts/setup run
	@. scripts/env && exec cargo leptos watch -- serve --demo --port $${PORT:-3000} --data-dir $${DATA_DIR:-./data}

fmt: ## format the code
	@. scripts/env && cargo fmt --all

lint: ## format check and clippy, server and browser side
	@exec scripts/test fmt lint lint-wasm

unit: ## the Rust tests that need no release build
	@exec scripts/test unit integration

e2e: ## build, then the browser tests
	@exec scripts/test build e2e

check: ## everything that needs no release build
	@exec scripts/test fmt lint lint-wasm unit integration

bench: ## the load of truth, with its references; writes docs/benchmarks.md
	@scripts/setup test
	@exec scripts/bench

torture: ## the full sizes of the crash, crowd and sequence tests (usually 2h)
	@scripts/setup test
	@exec scripts/torture

size: ## weigh the built pages against the budget
	@. scripts/env && exec scripts/size

clean: ## remove what was built here (tools and data stay)
	@. scripts/env && cargo clean
	@rm -rf end2end/test-results end2end/playwright-report
