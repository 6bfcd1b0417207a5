# Everything a newcomer, a developer or CI types. Needs Python 3.11 or newer, make and the package registries.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
N      ?= 1000
SEED   ?= 1
DB     ?= sqlite
KILLS  ?= 50

.DEFAULT_GOAL := help
.PHONY: help demo test check fix docs chaos bench lock tools clean

help:  ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/runtime.stamp  ## everything on this machine, with a Telegram of its own
	@$(BIN)/fanfare demo

test: $(VENV)/develop.stamp tools check  ## lint, types, house and the whole suite
	@$(BIN)/pytest -n 2 --dist worksteal -q

check: $(VENV)/develop.stamp  ## lint and types only
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy --no-error-summary

fix: $(VENV)/develop.stamp  ## let the formatter do its work
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

docs: $(VENV)/develop.stamp  ## print the pages that are made from the declarations
	@$(BIN)/python docs/printing.py

chaos: $(VENV)/develop.stamp  ## N= publications under kills and faults, and a small round of every other row; SEED=, DB=sqlite|postgresql
	@$(BIN)/python -m bench.chaos publish --n $(N) --kills $(KILLS) --seed $(SEED) --db $(DB)
	@$(BIN)/python -m bench.chaos crash --seeds 1 --seed $(SEED) --db $(DB)
	@$(BIN)/python -m bench.chaos frozen --seed $(SEED) --db $(DB)
	@$(BIN)/python -m bench.chaos races --n $(N) --seed $(SEED) --db $(DB)
	@$(BIN)/python -m bench.chaos stop --n 5 --seed $(SEED) --db $(DB)
	@$(BIN)/python -m bench.chaos inbox --n 10000 --kills 20 --seed $(SEED)

bench: $(VENV)/develop.stamp  ## speed and memory as ratios to a baseline of the same run
	@$(BIN)/python -m bench.echo --seed $(SEED)
	@$(BIN)/python -m bench.start
	@$(BIN)/python -m bench.chaos punctuality --minutes 1 --waiting 100000 --seed $(SEED) --db $(DB)

tools:
	@command -v chromium >/dev/null || { echo "Installing Chromium for the browser tests"; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null; }

lock: $(VENV)/develop.stamp  ## resolve the dependencies anew
	@$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock -q
	@$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock -q

clean:  ## forget the environment, keep the data
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache artefacts

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Fanfare needs Python 3.11 or newer."; exit 1; }
	@echo "Making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv

$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(VENV)/bin/uv
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/develop.stamp: requirements-dev.lock pyproject.toml | $(VENV)/bin/uv
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@ $(VENV)/runtime.stamp
