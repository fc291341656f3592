# Two commands do everything: `make run` starts the bot, `make test` runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test coverage check docs release chaos lock clean

run: $(VENV)/.runtime
	@$(BIN)/sitrep run

test: $(VENV)/.dev
	@$(BIN)/python -m tests.browser_setup
	$(BIN)/python -m pytest -n 4

coverage: $(VENV)/.dev
	$(BIN)/python -m pytest -n 4 --cov --cov-report=term:skip-covered

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The documentation as a site in build/site; a warning is an error.
docs: $(VENV)/.dev
	$(BIN)/python -m docs.generate
	$(BIN)/python -m sphinx -q -W --keep-going -b html -d build/doctrees docs build/site

# Builds sdist and wheel into dist/, checks them and writes their hashes; uploads nothing.
release: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m tests.release dist

# Kills, faults and full disks, about ten minutes; writes the table into docs/reliability.md.
chaos: $(VENV)/.dev
	$(BIN)/python -m tests.chaos --write

# Debian's Python may lack ensurepip, so pip installs into the environment from outside.
$(VENV)/bin/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the bot needs (about half a minute) ..."
	$(PYTHON) -m pip --python $(BIN)/python install -q --require-hashes -r requirements.txt
	$(PYTHON) -m pip --python $(BIN)/python install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need ..."
	$(PYTHON) -m pip --python $(BIN)/python install -q --require-hashes -r requirements-dev.txt
	@touch $@

# Resolves the lock files anew for every platform. Index addresses are never written into them.
lock: $(VENV)/.dev
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra build pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra build --extra scale -c requirements-dev.txt pyproject.toml -o requirements-scale.txt

clean:
	rm -rf $(VENV) data dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
