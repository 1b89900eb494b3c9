# Hezi's commands. `make` alone lists them.
#
# Everything native is built with one Cargo profile and one selection of packages: SurrealDB and wasmtime are compiled
# once, whichever command comes first. Keep the selection the same in every command below.

TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
export CARGO_TARGET_DIR := $(TARGET_DIR)

# The toolchain file names the WebAssembly target, too. Where the toolchain is there but the target is not, and cannot be
# downloaded, rustup would refuse every command; `cargo hezi build` finds a way to build plugins by itself.
ifneq (,$(shell rustup toolchain list 2>/dev/null | grep '^1\.95\.0'))
export RUSTUP_AUTO_INSTALL := 0
endif

CARGO    := cargo
ONE      := --release --workspace --locked
# For the fast loop: the same profile, in which the server's own crate, and nothing else, is not optimised. That is a third of
# the wait, and no dependency is compiled again.
LOOP     := --config profile.release.package.hezi.opt-level=0
# What an author gets from a registry; it must be possible to pack it.
PUBLISHED := -p hezi-sdk -p hezi-plugin -p hezi-client -p cargo-hezi
# What reads Cargo.lock for licences and advisories, at the version that was tried.
DENY     := --version ^0.20 cargo-deny
HEZI     := $(TARGET_DIR)/release/hezi
CARGO_HEZI := $(TARGET_DIR)/release/cargo-hezi
PLUGINS  := $(TARGET_DIR)/hezi/plugins
GUESTS   := $(TARGET_DIR)/hezi/guests
EXAMPLES := $(TARGET_DIR)/hezi/examples
# The disk that fails under the tests' servers.
DISK_SHIM := $(TARGET_DIR)/hezi/disk.so

export HEZI_BIN := $(HEZI)
export HEZI_PLUGINS_DIR := $(PLUGINS)
export HEZI_GUESTS_DIR := $(GUESTS)
export HEZI_EXAMPLES_DIR := $(EXAMPLES)
export HEZI_DISK_SHIM := $(DISK_SHIM)

# Where bindgen looks for libclang. LLVM's own library for C++ (libclang-cpp) has the name, and is another one.
HAS_LIBCLANG := { [ -n "$$LIBCLANG_PATH" ] || \
  ls /usr/lib/llvm*/lib/libclang*.so* /usr/lib/*/libclang*.so* 2>/dev/null | grep -qv -e '/libclang-cpp'; }

.DEFAULT_GOAL := help
.PHONY: help run run-wecom test browser screenshots chromium types dev unit torture simulate fuzz bench instructions build plugins guests examples shim c-example js-example \
	check format lints docs licences packages setup

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build plugins ## Build everything and serve at http://127.0.0.1:4000, with the data in ./data
	HEZI_PLUGINS__DIR=$(PLUGINS) $(HEZI) serve

run-wecom: build plugins ## Serve there with sign-in through a stand-in for WeCom, to be clicked through in a browser
	$(CARGO) build $(ONE) --examples
	HEZI_PLUGINS__DIR=$(PLUGINS) $(TARGET_DIR)/release/examples/wecom

test: build plugins guests examples shim chromium ## Run all tests, those in a browser last
	$(CARGO) test $(ONE) -- --skip browser::
# By themselves: beside everything else a browser is slow enough for people to notice, and so do their stories.
	$(CARGO) test $(ONE) --test it -- browser::
	$(CARGO) test --release --locked --manifest-path sdk/examples/Cargo.toml

browser: build plugins chromium ## Only open the pages in a real browser and use them
	$(CARGO) test --release --locked -p hezi-tests --test it -- browser::

screenshots: build plugins chromium ## Write pictures of the pages into tests/browser/screenshots, for the README
	$(CARGO) build $(ONE) --examples
	$(TARGET_DIR)/release/examples/screenshots $(CURDIR)/tests/browser/screenshots

# The pages are tested in a real browser. Where none can be had those tests say so.
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { echo "installing Chromium for the tests of the pages"; \
	  as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	  apt="apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=20"; \
	  $$as_root $$apt update -qq && $$as_root $$apt install -y --no-install-recommends chromium fonts-noto-cjk; } || true

dev: setup ## Build what changed, the server without optimisation, then run the end-to-end tests whose names contain TEST: make dev TEST=lottery::
	$(CARGO) build $(ONE) $(LOOP)
	$(CARGO) test --release --locked $(LOOP) -p hezi-tests --test it -- $(TEST)

unit: setup ## Run the server's unit tests whose names contain TEST, and build nothing else: make unit TEST=session::
	$(CARGO) test --release --locked $(LOOP) -p hezi --lib -- $(TEST)

torture: build plugins shim ## Kill the server, cut its power and fail its disk: SEED=… ROUNDS=3 LIVES=8 MORE=600
	$(CARGO) build $(ONE) --examples
	$(TARGET_DIR)/release/examples/torture

fuzz: build plugins guests ## Throw bytes at every reader: frames, records, signatures, components, bodies; CASES=100000
	PROPTEST_CASES=$(or $(CASES),20000) $(CARGO) test $(ONE) --lib --test it -- \
	  fuzz:: record:: signature:: gate:: schema:: bodies:: --nocapture

simulate: build plugins ## Run meetings on a store that fails, on virtual time: SEEDS=100000, or SEED=42 to see one
	$(CARGO) test $(ONE) --test it -- simulation::whatever --nocapture

bench: build plugins guests ## Measure the figures of the README
	$(CARGO) build $(ONE) --examples
	$(TARGET_DIR)/release/examples/figures
	$(TARGET_DIR)/release/examples/pages
	$(TARGET_DIR)/release/examples/long_journal
	$(TARGET_DIR)/release/examples/calls
	$(TARGET_DIR)/release/examples/plugins
	$(TARGET_DIR)/release/examples/sign_ins

instructions: build plugins ## Count the instructions of an act, and the functions that it passes: needs valgrind
	@command -v callgrind_control >/dev/null || { echo "Install Debian's package valgrind first." >&2; exit 1; }
	$(CARGO) build $(ONE) --examples
	$(TARGET_DIR)/release/examples/instructions

plugins: build ## Build the built-in plugins into components
	$(CARGO_HEZI) build $(sort $(wildcard plugins/*)) --out $(PLUGINS) --locked

guests: build ## Build the hostile plugins that the tests run
	$(CARGO_HEZI) build tests/guests --out $(GUESTS) --no-check --locked

examples: build c-example js-example ## Build the SDK's examples into components, as a plugin's author does
	$(CARGO_HEZI) build sdk/examples/speakers --out $(EXAMPLES) --locked

shim: $(DISK_SHIM)

$(DISK_SHIM): tests/shim/disk.c | setup
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra -Werror -fPIC -shared -o $@ $< -ldl -lpthread

# The example in C wants clang and its linker, and nothing else does. Where they cannot be had it is left out, and its
# tests say so.
c-example: build
	@{ command -v clang && command -v wasm-ld; } >/dev/null || { echo "installing clang and lld for the example in C"; \
	  as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	  apt="apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=20"; \
	  $$as_root $$apt update -qq && $$as_root $$apt install -y --no-install-recommends clang lld; } || true
	@if { command -v clang && command -v wasm-ld; } >/dev/null; then \
	  $(MAKE) --no-print-directory -C sdk/examples/c-applause BUILD=$(TARGET_DIR)/hezi/c-applause \
	    OUT=$(EXAMPLES)/applause.wasm CARGO_HEZI=$(CARGO_HEZI); \
	else echo "the example in C is left out: it needs clang and wasm-ld (apt-get install clang lld)" >&2; fi

# The example in JavaScript wants Node, and npm has to reach its registry. Where that is not so it is left out, and its
# tests say so. It is built in a copy, so that no packages lie among the sources.
JS_EXAMPLE := $(TARGET_DIR)/hezi/js-pace
js-example: build
	@rm -rf $(EXAMPLES)/pace.wasm $(JS_EXAMPLE); mkdir -p $(EXAMPLES) $(dir $(JS_EXAMPLE)); cp -RL sdk/examples/js-pace $(JS_EXAMPLE)
	@if command -v npm >/dev/null && npm ci --prefer-offline --prefix $(JS_EXAMPLE) >$(JS_EXAMPLE)/npm.log 2>&1; then \
	  npm --prefix $(JS_EXAMPLE) test && npm --prefix $(JS_EXAMPLE) run check \
	  && npm --prefix $(JS_EXAMPLE) run build -- $(EXAMPLES)/pace.wasm \
	  && $(CARGO_HEZI) test sdk/examples/js-pace --component $(EXAMPLES)/pace.wasm; \
	else echo "the example in JavaScript is left out: it needs Node with npm, and a registry (see $(JS_EXAMPLE)/npm.log)" >&2; fi

build: setup
	$(CARGO) build $(ONE)

check: format lints docs licences packages types ## Format, lints, documentation, licences, advisories, packages and the pages' types

format:
	$(CARGO) fmt --all --check
	$(CARGO) fmt --all --check --manifest-path sdk/examples/Cargo.toml
	$(CARGO) fmt --all --check --manifest-path tests/guests/Cargo.toml

lints: setup
	$(CARGO) clippy $(ONE) --all-targets -- -D warnings

docs: setup
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(ONE) --no-deps --document-private-items

# Licences, banned crates and sources stand in Cargo.lock and are always judged; SurrealDB's licence stands in a file. What is known of a crate's faults comes over
# the network: where that is missing it says so, and is no mistake of the change.
licences:
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked --debug --target-dir $(TARGET_DIR)/tools $(DENY) \
	|| echo "licences and advisories were NOT checked: cargo-deny cannot be installed from here" >&2
	@! command -v cargo-deny >/dev/null || $(CARGO) deny --config .deny.toml check --allow no-license-field licenses bans sources
	@! command -v cargo-deny >/dev/null || { \
	  if $(CARGO) deny --config .deny.toml fetch db >/dev/null 2>&1; then \
	    $(CARGO) deny --config .deny.toml check --disable-fetch advisories; \
	  else echo "advisories were NOT checked: their database cannot be fetched from here" >&2; fi; }

# The pages' modules carry their types in comments. Nothing is built with Node; where npm cannot be had it says so.
types:
	@if command -v npm >/dev/null && npm exec --yes --package=typescript@5.9.3 -- tsc --version >/dev/null 2>&1; then \
	  npm exec --yes --package=typescript@5.9.3 -- tsc -p host/web; \
	else echo "the types of the pages were NOT checked: there is no npm here, or no TypeScript for it" >&2; fi

packages: setup
	$(CARGO) package --quiet --locked --no-verify --allow-dirty $(PUBLISHED)

# What a machine with Rust may lack: a C and a C++ compiler with a linker, and libclang, which reads RocksDB's headers.
setup:
	@if command -v cc >/dev/null && command -v c++ >/dev/null && $(HAS_LIBCLANG); then exit 0; fi; \
	  echo "installing a C++ compiler and libclang, which the store's engine is built with"; \
	  as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	  $$as_root apt-get update -qq && $$as_root apt-get install -y --no-install-recommends build-essential libclang-dev \
	  || { echo "hezi needs a C++ compiler and libclang: apt-get install build-essential libclang-dev" >&2; exit 1; }
