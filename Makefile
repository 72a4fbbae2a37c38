# Everything that is done with this project. `make help` lists it.

PYTHON ?= python3

# Two jobs at once: the data is built while the parts are installed.
MAKEFLAGS += --jobs=2 --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# Bytecode is written when a module is first imported: most of it never is.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check \
  --root-user-action=ignore --no-input
LOCKED := --require-hashes --no-deps
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header

ASSETS := $(BIN)/python packaging/build_assets.py
BUILT := relay/data/built.json
# With their folders, whose time changes when a file is taken away.
SOURCES := $(shell find $(wildcard relay/front) packaging -name '__pycache__' -prune -o -print) \
  $(wildcard relay/translations/*/LC_MESSAGES/*.po) relay/domain/spelling.py

.PHONY: help run test check check-types check-scripts check-style check-rooms check-words fix bench docs audit words lock clean ready tools

help: ## say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ready ## install what is missing, then run the relay; ARGS=--demo fills it
	@exec $(BIN)/relay up $(ARGS)

test: tools ## run every test; ARGS="-k baton" chooses some
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

# Its parts run two at a time: the types take as long as all else.
check: check-types check-scripts check-style check-rooms check-words ## look for mistakes without running anything

check-types: tools
	$(BIN)/mypy

check-scripts: tools
	cd packaging && ../$(BIN)/mypy --config-file ../pyproject.toml \
	  --cache-dir ../.mypy_cache/packaging *.py ../hatch_build.py

check-style: tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint relay/templates --check --quiet
	$(BIN)/djlint relay/templates --lint --quiet

check-rooms: tools
	$(BIN)/lint-imports --no-logo

check-words: tools
	$(BIN)/python packaging/words.py check

fix: tools ## put right what a program can put right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint relay/templates --reformat --quiet

bench: tools ## measure; BENCH="read submit" chooses, ARGS=… is handed on
	@for each in $(or $(BENCH),read submit pictures throughput previews real_input relay map desk); do \
	  echo "== $$each"; $(BIN)/python -m tests.bench.bench_$$each $(ARGS) || exit 1; done

docs: tools ## write the parts of the docs that are made from the code
	@$(BIN)/python packaging/write_docs.py

audit: ## audit a running relay: URL=http://127.0.0.1:8000 PAGES="/en/ /en/map" AUDIT=program
	@test -x "$(AUDIT)" || { echo "AUDIT=program is needed: one that takes an address and paths" >&2; exit 2; }
	@$(AUDIT) $(or $(URL),http://127.0.0.1:8000) $(or $(PAGES),/en/ /en/map /en/add)

words: tools ## gather every sentence for the translators
	@$(BIN)/python packaging/words.py gather

lock: tools ## choose the parts' versions anew and lock them by hash
	$(LOCK) --upgrade pyproject.toml requirements/runtime.in -o requirements/runtime.txt
	$(LOCK) --upgrade requirements/dev.in -o requirements/dev.txt
	$(LOCK) --upgrade -c requirements/runtime.txt requirements/build.in -o requirements/build.txt
	$(LOCK) --upgrade requirements/pip.in -o requirements/pip.txt
	$(LOCK) --upgrade requirements/node.in -o requirements/node.txt
	$(ASSETS) npm update --package-lock-only --save

clean: ## remove everything that was installed or built, but no data
	rm -rf $(VENV) node_modules relay/data relay/static/dist build dist

ready: $(VENV)/project $(BUILT)
tools: ready $(VENV)/tools

# What is installed, each remembered by an empty file that is newer than its cause.

$(VENV)/builder: requirements/build.txt requirements/pip.txt requirements/node.txt
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer with venv is needed (on Debian: python3-venv)." >&2; exit 1; }
	@echo "installing: tools to build with"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) $(LOCKED) -r requirements/pip.txt
	@$(PIP) $(LOCKED) -r requirements/build.txt
	@$(ASSETS) npm --version >/dev/null 2>&1 || $(PIP) $(LOCKED) -r requirements/node.txt
	@touch $@

$(VENV)/runtime: $(VENV)/builder requirements/runtime.txt
	@echo "installing: parts"
	@$(PIP) $(LOCKED) -r requirements/runtime.txt
	@touch $@

$(VENV)/project: $(VENV)/runtime pyproject.toml hatch_build.py | $(BUILT)
	@echo "installing: the relay"
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tools: $(VENV)/project requirements/dev.txt
	@echo "installing: tools for tests and checks"
	@$(PIP) $(LOCKED) -r requirements/dev.txt
	@touch $@

$(BUILT): $(VENV)/builder $(SOURCES) package.json package-lock.json
	@$(ASSETS)
