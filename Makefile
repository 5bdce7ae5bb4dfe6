# make run and make test are all that a fresh machine needs: Python 3.11, make, a C and C++ compiler.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
SOURCES := src tests benchmarks examples
# What PyTorch itself needs differs from build to build, so it cannot stand in the lock. TORCH= makes do without it.
TORCH ?= torch==2.13.0

.PHONY: help env run test lint format types fuzz bench lock wheel clean

help:  ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

env: $(READY)  ## make the environment .venv from the locked requirements

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "no python3 found: install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is too old: install Python 3.11 or newer, or say make PYTHON=..." >&2; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version); the kernels are compiled for this processor, which takes minutes" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --require-hashes -r requirements.lock >&2
	@test -z "$(TORCH)" || $(PIP) install --quiet "$(TORCH)" >&2 || { echo "$(TORCH) cannot be installed:" \
		"name a build that your index has with make env TORCH=..., or do without tuning with make env TORCH=" >&2; exit 1; }
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable . >&2
	@touch $@
	@echo "$(VENV) is ready; the command is $(BIN)/galiot" >&2

run: $(READY)  ## let the built-in model report on this device's own sensors
	@$(BIN)/galiot run smollm2-135m --reading host:5s

test: lint types  ## lint, check types, run every test
	@echo "running the tests" >&2
	@$(BIN)/python -m pytest

lint: $(READY)  ## check style and format
	@echo "checking style and format" >&2
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(READY)  ## check types, strictly
	@echo "checking types" >&2
	@$(BIN)/mypy

format: $(READY)  ## put the code into its format
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

fuzz: $(READY)  ## open thousands of damaged files: models and readings
	@$(BIN)/python -m pytest -m fuzz

bench: $(READY)  ## measure speed beside llama.cpp, which is built for this machine first
	@$(BIN)/python benchmarks/speed/run.py

wheel: $(READY)  ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

lock: $(READY)  ## renew requirements.lock from pyproject.toml
	@$(BIN)/pip-compile --quiet --upgrade --extra agent --extra signals --extra dev --generate-hashes --allow-unsafe --strip-extras --no-annotate \
		--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file requirements.lock pyproject.toml

clean:  ## remove the environment and everything that was built
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
