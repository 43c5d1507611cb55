# kiemtin: the few commands a person types. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_HOME ?= $(CURDIR)/.run/home
PORT ?= 8000
.DEFAULT_GOAL := help
.PHONY: help run test pure soak check lock bench bench-peers quality browser pictures clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "kiemtin needs Python 3.11 or newer; name it: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "the virtual environment cannot be made: apt-get install python3-venv"; exit 1; }

# A stamp per set of packages: a list newer than the stamp means installing again. What is installed are exactly the files
# whose hashes stand in requirements/; pip refuses any other.
INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check
$(VENV)/installed: setup.py requirements/run.lock requirements/build.lock | $(BIN)/python
	@echo "installing (about a minute) ..."
	@$(INSTALL) --require-hashes -r requirements/run.lock -r requirements/build.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: setup.py requirements/dev.lock | $(BIN)/python
	@echo "installing with test tools (about a minute) ..."
	@$(INSTALL) --require-hashes -r requirements/dev.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $(VENV)/installed $@

# run: what the product needs; dev: that and the tools; build: what makes the package. A pin stays as it is as long as setup.py
# allows it; UPGRADE=1 takes the newest of everything.
LOCK = $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade)
lock: | $(BIN)/python  ## requirements/*.lock made anew from setup.py (asks the package index); UPGRADE=1 takes the newest
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(INSTALL) uv
	@$(LOCK) --extra dev setup.py -o requirements/dev.lock
	@$(LOCK) --extra pictures -c requirements/dev.lock setup.py -o requirements/run.lock
	@echo 'setuptools>=77' | $(LOCK) -c requirements/dev.lock - -o requirements/build.lock
	@$(INSTALL) --require-hashes -r requirements/dev.lock
	@$(BIN)/python tests/house/licences.py

run: $(VENV)/installed  ## everything with the fictional demo newsroom, at http://127.0.0.1:8000/
	@KIEMTIN_HOME="$(RUN_HOME)" exec $(BIN)/kiemtin up --demo --port $(PORT)

# A real browser for the tests: the system's, else Debian's as root, else Playwright's own; where none can be had the
# browser tests say so and skip, except in CI.
browser: $(VENV)/installed-dev
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 \
	 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { echo "installing chromium ..."; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation2 fonts-noto-cjk >/dev/null; }; } \
	 || $(BIN)/playwright install chromium >/dev/null 2>&1 \
	 || echo "no browser can be installed here: the browser tests will say so and skip"

# Three workers also on two cores: much of the suite waits for pages, papers and processes. The tests start this program a hundred
# times: it is compiled once, also where the environment says otherwise.
test: export PYTHONDONTWRITEBYTECODE =
pure: export PYTHONDONTWRITEBYTECODE =
soak: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/installed-dev browser  ## the whole suite, browser included; the slowest twenty are named at its end
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 20

pure: $(VENV)/installed-dev  ## the tests that need neither database nor network nor browser, documents apart
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/*/pure

soak: export KIEMTIN_SOAK = 100
soak: $(VENV)/installed-dev browser  ## the property tests with a hundred times the examples, and what is too long for every day
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m soak

check: $(VENV)/installed-dev  ## format, lint, types, secrets; with AUDIT=1 also known weaknesses of dependencies
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/house/test_no_secrets.py
	@if [ -n "$(AUDIT)" ]; then $(BIN)/pip-audit --skip-editable --progress-spinner off; \
	 else echo "dependencies were not held against known weaknesses: make check AUDIT=1 asks an outside service"; fi

quality: $(VENV)/installed-dev  ## the judging's figures against their floors
	@$(BIN)/python -m pytest tests/quality

bench: $(VENV)/installed-dev  ## ratios of our rooms beside their yardsticks
	@$(BIN)/python -m benchmarks

PEERS = .venv-peers
bench-peers: $(VENV)/installed-dev  ## our page reader beside those that people would use instead; these get an environment of their own
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -q --upgrade pip
	@$(PEERS)/bin/python -m pip install -q trafilatura==2.3.1 'newspaper4k[all]==0.9.6' news-please==1.6.16 readability-lxml==0.9
	@$(BIN)/python -m benchmarks peers --peers $(PEERS)/bin/python

pictures: browser  ## the pictures of docs/, made anew in a real browser
	@KIEMTIN_PICTURES="$(CURDIR)/docs/pictures" $(BIN)/python -m pytest tests/browser/pictures.py

clean:  ## forget the virtual environment and the demo's data
	rm -rf $(VENV) .run .pytest_cache .mypy_cache .ruff_cache
