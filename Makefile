# Sparekey. `make` lists what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
VENV := .venv
STAMPS := $(VENV)/stamps
UV := $(VENV)/bin/uv
SYNC := $(UV) sync --quiet --locked --inexact --compile-bytecode --python $(VENV)/bin/python --no-python-downloads
ASSETS := adapters/webchat/assets
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
CLIENTS := tests/browser/node_modules/.package-lock.json
PROVIDER := tests/idp/node_modules/.package-lock.json
UV_VERSION := 0.13.8

.PHONY: help demo test check format bench system
help: ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMPS)/run $(ASSETS)/dist/webchat.js ## try it: serves http://localhost:3978/
	@exec $(VENV)/bin/sparekey demo

test: $(STAMPS)/dev $(ASSETS)/dist/webchat.js $(CLIENTS) $(PROVIDER) system ## all tests, real browsers and databases included
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
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python3 must be Python 3.11 or newer"; exit 1; }
	python3 -m venv $(VENV) || { echo "python3 cannot make virtual environments: apt-get install python3-venv"; exit 1; }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

# The stamps live in the environment they speak of: whoever deletes it deletes them too.
$(STAMPS)/run: pyproject.toml uv.lock | $(UV)
	$(SYNC) --no-dev
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: pyproject.toml uv.lock | $(UV)
	$(SYNC)
	@mkdir -p $(STAMPS) && touch $@

# The lock file names one package without its dependencies: the bundle has them inside (424 packages and 330 MB less to fetch).
$(ASSETS)/dist/webchat.js: $(ASSETS)/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node 20"; exit 1; }
	cd $(ASSETS) && $(NPM_CI)
	mkdir -p $(ASSETS)/dist
	gzip -9 -n -c $(ASSETS)/node_modules/botframework-webchat/dist/webchat.js > $(ASSETS)/dist/webchat.js.gz
	cp $(ASSETS)/node_modules/botframework-webchat/dist/webchat.js.LICENSE.txt $(ASSETS)/dist/
	cp $(ASSETS)/node_modules/botframework-webchat/dist/webchat.js $@
	touch $@

$(CLIENTS): tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node 20"; exit 1; }
	cd tests/browser && $(NPM_CI)
	@touch $@

$(PROVIDER): tests/idp/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node 20"; exit 1; }
	cd tests/idp && $(NPM_CI)
	@touch $@

system:
	@bash tests/system.sh
