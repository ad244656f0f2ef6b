# Every target sets up .venv by itself, with what it needs and no more, and again only when its pins have changed.
# Python 3.11 or later, git and make are all that must be there.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet install

.DEFAULT_GOAL := help
.PHONY: help talk say check serve test lint bench clean

help:
	@echo "make talk     the bedside speaker, in this terminal: type what you would say"
	@echo "make say      one sentence and what is heard, with its clock: make say WORDS=\"my calf is cramping\""
	@echo "make test     the tests"
	@echo "make lint     the linter and the type checker"
	@echo "make check    the content: every file, every limit"
	@echo "make serve    the endpoint on loopback: make serve ARGS=\"--unsigned --port 5001\""
	@echo "make bench    how long an answer takes"
	@echo "make clean    takes away .venv and what the tools have left"

talk: $(VENV)/.speaker
	@$(PYTHON) -m skill talk $(ARGS)

WORDS ?= my calf is cramping
say: $(VENV)/.speaker
	@$(PYTHON) -m skill say "$(WORDS)" $(ARGS)

check: $(VENV)/.speaker
	@$(PYTHON) -m skill check $(ARGS)

serve: $(VENV)/.server
	@$(PYTHON) -m skill serve $(ARGS)

test: $(VENV)/.test $(VENV)/.cloud
	@$(PYTHON) -m pytest --numprocesses auto $(ARGS)

lint: $(VENV)/.test
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy

bench: $(VENV)/.test
	@$(PYTHON) -m bench.warm $(ARGS)

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.speaker: requirements.txt requirements/speaker.txt | $(PYTHON)
$(VENV)/.server: requirements.txt requirements/server.txt | $(PYTHON)
$(VENV)/.test: requirements.txt requirements/speaker.txt requirements/server.txt requirements/test.txt | $(PYTHON)

$(VENV)/.speaker $(VENV)/.server $(VENV)/.test:
	@echo "Installing requirements/$(subst .,,$(@F)).txt into $(VENV) ..." >&2
	@$(PIP) --requirement requirements/$(subst .,,$(@F)).txt
	@touch $@

# Lambda's emulator runs on Linux only; elsewhere its test says that it is skipped.
$(VENV)/.cloud: requirements/cloud.txt | $(PYTHON)
	@if [ "$$(uname -s)" = Linux ]; then $(PIP) --no-deps --upgrade --target $(VENV)/cloud --requirement $<; fi
	@touch $@

$(PYTHON):
	@for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	  command -v $$python >/dev/null 2>&1 || continue; \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; \
	  rm -rf $(VENV); \
	  if $$python -m venv $(VENV) >/dev/null 2>&1; then exit 0; fi; \
	done; \
	rm -rf $(VENV); \
	if [ -n "$$found" ]; then \
	  echo "$$found cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; \
	else \
	  echo "Cramp Coach needs Python 3.11 or later, and found none on the PATH." >&2; \
	fi; \
	exit 1
