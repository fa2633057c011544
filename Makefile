# Verbs for people and for CI. `make demo` and `make test` need only Python 3.11 or newer and make.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

# The last one with a small build for machines without a GPU; for one with, say make models TORCH=torch
TORCH ?= torch==2.13.0

.PHONY: demo test long models lint package pictures clean

demo: .venv/installed ## extend a photo and say where the result is
	@$(BIN)/outpaint extend examples/great-wall.jpg --all 25% -o out/ --force

test: .venv/test ## everything that needs no GPU, no network and no browser
	@$(BIN)/python -m pytest -n 2 -m "not long"

long: .venv/test ## the same killings, clicks and requests by the thousand
	@$(BIN)/python -m pytest -n 2 -m long

models: .venv/models ## install the extra [diffusion] and paint with tiny models
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m diffusion

lint: .venv/test ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

package: .venv/test ## build wheel and sdist, install each into an empty environment and run it
	@$(BIN)/python tests/package/check_package.py

pictures: .venv/installed ## the pictures in README and docs
	@$(BIN)/python examples/before_after.py && $(BIN)/python examples/patch_steps.py

clean: ## everything that can be made again
	@rm -rf .venv out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "outpaint needs Python 3.11 or newer; try: make PYTHON=python3.12 demo" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

.venv/installed: .venv/bin/python pyproject.toml
	@$(PIP) -e .
	@touch $@

.venv/test: .venv/bin/python pyproject.toml
	@$(PIP) -e '.[test]'
	@touch $@ .venv/installed

.venv/models: .venv/test
	@$(PIP) -e '.[test,diffusion]' '$(TORCH)'
	@touch $@
