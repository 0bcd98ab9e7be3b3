# Two commands do all the set-up: `make bench` runs the main job, `make test` passes the tests.
# Each makes .venv from nothing (Python 3.11 or newer and make are enough); a second run installs nothing.

PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
MODELS := .venv-models
LIVE := .venv-label-studio

.PHONY: help bench test check lint types build score benchmark test-live test-models clean

help:
	@echo "make bench        build the corpus, run the default systems over it, score them, print the leaderboard"
	@echo "make test         run the tests"
	@echo "make check        lint, types and the rules of the corpus"
	@echo "make benchmark    measure speed against the peers"
	@echo "make test-models  tests that need torch: transformers, gliner, stanza"
	@echo "make test-live    tests that need a Label Studio server or a browser"

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "goldwire needs Python 3.11 or newer on the PATH" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

bench: $(INSTALLED)
	$(BIN)/goldwire check
	$(BIN)/goldwire build
	$(BIN)/goldwire bench

test: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 -m "not live and not models"

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

check: lint types
	$(BIN)/goldwire check
	$(BIN)/goldwire build --check

benchmark: $(INSTALLED)
	$(BIN)/python benchmarks/run.py

$(MODELS)/.installed: pyproject.toml constraints.txt
	test -x $(MODELS)/bin/python || $(PYTHON) -m venv $(MODELS)
	$(MODELS)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,transformers,glirel,stanza]'
	touch $@

test-models: $(MODELS)/.installed
	$(MODELS)/bin/python -m pytest -m models

# Label Studio in an environment of its own, pinned to the last package; about a gigabyte.
$(LIVE)/.installed: constraints-label-studio.txt
	test -x $(LIVE)/bin/python || $(PYTHON) -m venv $(LIVE)
	$(LIVE)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-label-studio.txt label-studio
	touch $@

# The browser is Debian's; elsewhere, or without root, the one test that needs it skips and says what to install.
BROWSER := chromium chromium-driver fonts-noto-color-emoji fonts-dejavu-core

test-live: $(INSTALLED) $(LIVE)/.installed
	@{ command -v chromium && command -v chromedriver; } >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $(BROWSER); } || \
		echo "no browser: install $(BROWSER)" >&2
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[live]'
	$(BIN)/python -m pytest -m live tests/live

clean:
	rm -rf $(VENV) $(MODELS) $(LIVE) dist
