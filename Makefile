# Each target does its own set-up, so they can be typed in any order, and twice.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check format bench figures soak contract-record facts guards build lock clean venv

VENV := .venv
PY := $(VENV)/bin/python
RECORD := lytics
# A new pin or a new pyproject.toml makes a new stamp, and so a new installation.
STAMP := $(VENV)/.stamp-$(shell cat requirements/dev.txt pyproject.toml | cksum | cut -d ' ' -f 1)
CANDIDATES := $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3
NEW_ENOUGH := import sys, venv; sys.exit(sys.version_info < (3, 11))
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-emit-find-links

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## validate, test, plan, apply, plan, drift on a fresh local Lytics
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" .ci/demo

test: $(STAMP) ## run the tests with branch coverage
	@$(PY) -m pytest -q -n auto --dist worksteal -m "not soak" --cov --cov-report=term

check: $(STAMP) ## check format, lint, types and the direction of imports
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy --no-error-summary
	@$(VENV)/bin/lint-imports

format: $(STAMP) ## format the code and fix what can be fixed
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format --quiet .

bench: $(STAMP) ## measure speed
	@$(PY) benchmarks/run.py

figures: $(STAMP) ## count how often FilterQL is read as by the reference
	@$(PY) benchmarks/agreement.py

soak: $(STAMP) ## run the long sweeps that `make test` leaves out, and all laws on fresh examples
	@HYPOTHESIS_PROFILE=soak $(PY) -m pytest -q -n auto --timeout 3600 -m soak tests
	@HYPOTHESIS_PROFILE=soak $(PY) -m pytest -q -n auto --timeout 3600 tests/laws

contract-record: $(STAMP) ## ask a real account what the API does (docs/api-facts.md), or RECORD=sandbox
	@$(PY) -m pytest -q tests/contract --record=$(RECORD)

facts: $(STAMP) ## write docs/api-facts.md from the contract tests
	@$(PY) -m tests.contract.page

guards: $(STAMP) ## take out each guard against a trap of the API and see its tests fail
	@$(PY) -m pytest -q -m soak tests/contract/test_traps.py

mutants: $(STAMP) ## change the core (or MODULES="...") in one place at a time, list what no test notices
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/mutants.txt
	@$(PY) benchmarks/mutants.py $(MODULES)

build: $(STAMP) ## build the wheel and the source archive into dist/
	@$(PY) -m hatchling build

lock: $(STAMP) ## pin requirements/*.in anew, with hashes (needs uv)
	@export PATH="$$PATH:$(CURDIR)/$(VENV)/bin"; \
	command -v uv > /dev/null || { echo "make lock needs uv: python3 -m pip install uv" >&2; exit 1; }; \
	for name in runtime dev bench mutants; do $(COMPILE) requirements/$$name.in -o requirements/$$name.txt > /dev/null; done

clean: ## remove all that was built, the virtual environment as well
	@rm -rf $(VENV) build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml
	@python=; \
	for each in $(CANDIDATES); do \
	  if "$$each" -c '$(NEW_ENOUGH)' 2> /dev/null; then python="$$each"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "segsync needs Python 3.11 or newer; none of these is: $(CANDIDATES)." >&2; \
	  echo "Install one, or name one: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; \
	  exit 1; \
	fi; \
	$(PY) -c '$(NEW_ENOUGH)' 2> /dev/null || "$$python" -m venv --clear $(VENV)
	@echo "Setting up $(VENV) ..." >&2
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.stamp-*
	@touch $@
