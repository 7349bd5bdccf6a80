# Everything sets itself up from the lock files: `make demo` or `make test` in a fresh clone, nothing else before.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.ready-bench
FUZZ_READY := $(VENV)/.ready-fuzz
MUTANTS_READY := $(VENV)/.ready-mutants
NODE := tests/extra/node
NODE_READY := $(NODE)/node_modules/.ready
UV := $(BIN)/uv pip
PROCESSES ?= 2
ARGS ?=
PURE := engine/bank/*,engine/language/*,engine/plan/*,engine/compiler/*,engine/reference/*,rules/*

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-extra bench fuzz mutants lock docs fmt types lint unit

help: ## this list
	@grep -hE '^[a-z-]+:.*[#][#] ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

# Bytecode is written now: where the environment forbids it later, every command would compile all it imports again.
$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rung needs Python 3.11 or newer; name one with make PYTHON=...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	$(UV) sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	$(UV) install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q engine rules cli
	touch $@

$(BENCH_READY): requirements-bench.lock $(READY)
	$(UV) install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements-bench.lock
	touch $@

$(FUZZ_READY): requirements-fuzz.lock $(READY)
	$(UV) install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements-fuzz.lock
	touch $@

$(MUTANTS_READY): requirements-mutants.lock $(READY)
	$(UV) install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements-mutants.lock
	touch $@

# The language server of editors, a browser's driver and axe; not every machine has npm, so only `make test-all` asks.
$(NODE_READY): $(NODE)/package-lock.json
	if command -v npm >/dev/null; then npm --prefix $(NODE) ci --silent --no-audit --no-fund && touch $@; fi

demo: $(READY) ## import and evaluate the shipped programs and show what came out
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash tests/demo/demo.sh

lint: $(READY) ## ruff, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY) ## mypy, strict, source and tests
	$(BIN)/mypy

unit: $(READY) ## every test that needs nothing but Python, with the coverage gates
	rm -rf .report .coverage .coverage.*
	mkdir -p .report
	$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal -m "not tools and not long" --cov --cov-report= --junitxml=.report/junit.xml
	$(BIN)/coverage report --include='$(PURE)' --fail-under=100
	$(BIN)/coverage report --fail-under=95

test: lint types unit ## all gates; the goal is ten minutes on two cores
	@$(BIN)/python tests/extra/run.py --table .report/junit.xml

test-all: lint types unit test-extra ## the same, then what needs other tools and long runs

test-extra: $(READY) $(FUZZ_READY) $(MUTANTS_READY) $(NODE_READY) # what `make test` leaves out; `.ci/run` calls it after `make test`
	@$(BIN)/python tests/extra/run.py --run .report/junit.xml

bench: $(BENCH_READY) ## speed and memory against the goals and the rivals
	$(BIN)/python -m tests.benchmarks.check_many
	$(BIN)/python -m tests.benchmarks.run

fuzz: $(FUZZ_READY) ## ten minutes each of fuzzing: loader, expressions, check, feeds, tests, layout
	$(BIN)/python -m tests.fuzz.run --seconds 600

mutants: $(MUTANTS_READY) ## 200 wrong operators, and which of them no test notices; about an hour
	$(BIN)/python -m tests.mutants.run --processes $(PROCESSES) $(ARGS)

fmt: $(READY) ## bring the code into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## write the generated pages: docs/cli.md and docs/errors
	$(BIN)/python -m cli.docs

lock: $(READY) ## resolve the lock files anew
	$(UV) compile --quiet --upgrade --universal --generate-hashes --group dev --extra lsp --extra postgres pyproject.toml -o requirements.lock
	$(UV) compile --quiet --universal --generate-hashes -c requirements.lock --group tool -o requirements-uv.lock
	$(UV) compile --quiet --universal --generate-hashes -c requirements.lock --group bench -o requirements-bench.lock
	$(UV) compile --quiet --universal --generate-hashes -c requirements.lock --group fuzz -o requirements-fuzz.lock
	$(UV) compile --quiet --universal --generate-hashes -c requirements.lock --group mutants -o requirements-mutants.lock
