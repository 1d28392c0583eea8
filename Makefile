# Sparekey. `make` lists what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
VENV := .venv
STAMPS := .stamps
UV := $(VENV)/bin/uv
ASSETS := adapters/webchat/assets
UV_VERSION := 0.9.9

.PHONY: help demo test check format bench
help: ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMPS)/run $(ASSETS)/dist/webchat.js ## try it: serves http://localhost:3978/
	@exec $(VENV)/bin/sparekey demo

test: $(STAMPS)/dev $(ASSETS)/dist/webchat.js $(STAMPS)/browser $(STAMPS)/system ## all tests, real browsers and databases included
	$(VENV)/bin/python -m pytest

check: $(STAMPS)/dev ## linters and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(STAMPS)/dev ## put the code into its form
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(STAMPS)/dev $(ASSETS)/dist/webchat.js ## measurements, as ratios within one run
	$(VENV)/bin/python -m tests.bench

$(UV):
	python3 -m venv $(VENV) || { echo "python3 cannot make virtual environments: apt-get install python3-venv"; exit 1; }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check "uv>=$(UV_VERSION)"

$(STAMPS)/run: pyproject.toml uv.lock | $(UV)
	[ -e $(STAMPS)/dev ] || $(UV) sync --quiet --locked --no-dev --inexact
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --locked --inexact
	mkdir -p $(STAMPS) && touch $@

$(ASSETS)/dist/webchat.js: $(ASSETS)/package-lock.json
	cd $(ASSETS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	mkdir -p $(ASSETS)/dist
	gzip -9 -n -c $(ASSETS)/node_modules/botframework-webchat/dist/webchat.js > $(ASSETS)/dist/webchat.js.gz
	cp $(ASSETS)/node_modules/botframework-webchat/dist/webchat.js.LICENSE.txt $(ASSETS)/dist/
	cp $(ASSETS)/node_modules/botframework-webchat/dist/webchat.js $@
	touch $@

$(STAMPS)/browser: tests/browser/package-lock.json
	cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/system: tests/system.sh
	bash tests/system.sh
	mkdir -p $(STAMPS) && touch $@
