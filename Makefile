# Every target sets up .venv by itself, with what it needs and no more, and again only when its pins have changed.
# Python 3.11 or later, git and make are all that must be there.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet install

.DEFAULT_GOAL := help
.PHONY: help talk say check serve test instruments lint package bench bench-cold bench-understanding icons pictures nightly audit clean

help:
	@echo "make talk     the bedside speaker, in this terminal: type what you would say"
	@echo "make say      one sentence and what is heard, with its clock: make say WORDS=\"my calf is cramping\""
	@echo "make test     the tests"
	@echo "make instruments  what some tests need beside Python: npm's packages, and AWS's SAM; without it they are skipped"
	@echo "make lint     the linter and the type checker"
	@echo "make check    the content, the models and the listing: every file, every limit"
	@echo "make package  what the cloud needs, into build/"
	@echo "make serve    the bedside page, and the endpoint, on loopback: make serve ARGS=\"--open --port 5001\""
	@echo "make bench    how long an answer takes; make bench-cold: how long a cold start takes, also into the README"
	@echo "make bench-understanding  how well people are understood, on labelled sets, by two engines"
	@echo "make icons    the skill's icons anew from store/icons/icon.svg (by Chromium)"
	@echo "make pictures the dark screen and the bedside page as they look, into docs/ (by Chromium)"
	@echo "make nightly  a minute of signed load, and a hundred thousand damaged requests"
	@echo "make audit    whether a pinned package has a known vulnerability (asks a service on the network)"
	@echo "make clean    takes away .venv and what the tools have left, but for what ask-cli remembers"

talk: $(VENV)/.speaker
	@$(PYTHON) -m skill talk $(ARGS)

WORDS ?= my calf is cramping
say: $(VENV)/.speaker
	@$(PYTHON) -m skill say "$(WORDS)" $(ARGS)

check: $(VENV)/.speaker
	@$(PYTHON) -m skill check $(ARGS)

package: $(VENV)/.speaker
	@$(PYTHON) -m skill check
	@$(PYTHON) -m skill package $(ARGS)

serve: $(VENV)/.server $(VENV)/.speaker $(VENV)/.screen
	@$(PYTHON) -m skill serve $(ARGS)

test: $(VENV)/.test $(VENV)/.cloud
	@$(PYTHON) -m pytest --numprocesses auto --dist worksteal $(ARGS)

instruments: $(VENV)/.node $(VENV)/.screen $(VENV)/.deploy

lint: $(VENV)/.test
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy

bench: $(VENV)/.test
	@$(PYTHON) -m bench.warm $(ARGS)

bench-cold: $(VENV)/.test
	@$(PYTHON) -m bench.cold --readme $(ARGS)

bench-understanding: $(VENV)/.understanding
	@$(VENV)/understanding/bin/python -m bench.understanding $(ARGS)

pictures: $(VENV)/.test $(VENV)/.screen
	@$(PYTHON) -m tests.screen.pictures $(ARGS)
	@$(PYTHON) -m tests.bedside.pictures $(ARGS)

CHROMIUM ?= $(or $(shell command -v chromium || command -v chromium-browser || command -v google-chrome),chromium)
ICONS ?= store/icons
icons:
	@for icon in small:108 large:512; do \
	  $(CHROMIUM) --headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars \
	    --force-device-scale-factor=1 --window-size=$${icon#*:},$${icon#*:} \
	    --screenshot=$(ICONS)/$${icon%:*}.png store/icons/icon.svg 2>/dev/null || \
	  { echo "$(CHROMIUM) could not draw the icons; on Debian and Ubuntu: apt install chromium" >&2; exit 1; }; \
	done

nightly: $(VENV)/.test
	@$(PYTHON) -m bench.load
	@$(PYTHON) -m bench.mutations

audit: $(VENV)/.audit
	@$(VENV)/audit/bin/python .ci/audit.py $(ARGS)

# build/.ask stays: there ask-cli remembers which skill it made, until store/mine.toml says so.
clean:
	@rm -rf $(VENV) .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name .ask -exec rm -rf {} +; fi
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

# The classifier that the recogniser is compared with, in an environment of its own.
$(VENV)/.understanding: requirements.txt requirements/speaker.txt requirements/understanding.txt | $(PYTHON)
	@echo "Installing requirements/understanding.txt into $(VENV)/understanding ..." >&2
	@$(PYTHON) -m venv $(VENV)/understanding
	@$(VENV)/understanding/bin/python -m pip --disable-pip-version-check --quiet install --requirement requirements/understanding.txt
	@touch $@

# The audit's tool, in an environment of its own.
$(VENV)/.audit: requirements/audit.txt | $(PYTHON)
	@echo "Installing $< into $(VENV)/audit ..." >&2
	@$(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip --disable-pip-version-check --quiet install --requirement $<
	@touch $@

# AWS's SAM CLI, in an environment of its own.
$(VENV)/.deploy: requirements/deploy.txt | $(PYTHON)
	@echo "Installing $< into $(VENV)/deploy ..." >&2
	@$(PYTHON) -m venv $(VENV)/deploy
	@$(VENV)/deploy/bin/python -m pip --disable-pip-version-check --quiet install --requirement $<
	@touch $@

# From npm, where it is there: the engine that shows screens (the bedside page does without it), and tools for tests.
$(VENV)/.node $(VENV)/.screen: $(VENV)/.%: requirements/%/package.json | $(PYTHON)
	@if command -v npm >/dev/null 2>&1; then \
	  echo "Installing $< into $(VENV)/$* ..." >&2 && \
	  mkdir -p $(VENV)/$* && cp $< $(VENV)/$*/ && \
	  npm install --prefix $(VENV)/$* --ignore-scripts --no-audit --no-fund --no-package-lock --no-update-notifier --loglevel=error >/dev/null && \
	  touch $@; \
	else \
	  echo "npm is not here, so $< is not installed; what needs it says so." >&2; \
	fi

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
