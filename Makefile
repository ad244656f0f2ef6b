# Every target sets up .venv by itself, with what it needs, and again only when its pins have changed.
# Python 3.11 or later, git and make must be there. Packages are installed from requirements/locked/, each by its hash.

VENV := .venv
PYTHON := $(VENV)/bin/python
# The locked files are whole, so pip looks for nothing more: it would take a newer release of a package that is asked for with extras.
INSTALL := -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes --requirement
LOCKED := requirements/locked

.DEFAULT_GOAL := help
.PHONY: help talk say check serve test instruments lint package bench bench-cold bench-understanding icons pictures nightly \
  audit lock sbom image clean

help:
	@echo "To try it:"
	@echo "  make talk        the bedside speaker in this terminal: type what you would say"
	@echo "  make say         one sentence and the answer, with its clock: make say WORDS=\"my calf is cramping\""
	@echo "  make serve       the bedside page and the endpoint on this machine: make serve ARGS=\"--open --port 5001\""
	@echo "To change it:"
	@echo "  make check       check the content, the interaction models and the store listing"
	@echo "  make lint        the linter and the type checker"
	@echo "  make test        the tests"
	@echo "  make instruments install what some tests need beside Python: npm's packages, AWS SAM; without it they are skipped"
	@echo "To deploy it:"
	@echo "  make package     write what the cloud needs into build/"
	@echo "  make image       build and probe the container image of your own server (needs Docker)"
	@echo "To measure and maintain it:"
	@echo "  make bench       how long an answer takes; make bench-cold: a cold start, also into bench/README.md"
	@echo "  make bench-understanding  how well people are understood, on labelled sets, by two engines"
	@echo "  make nightly     a minute of signed load, a flood of forged requests, a hundred thousand damaged requests"
	@echo "  make audit       ask a service on the network whether a pinned package has a known vulnerability"
	@echo "  make lock        write requirements/locked/ and npm's lock files from the pins"
	@echo "  make sbom        write the software bill of materials, build/sbom.cdx.json"
	@echo "  make icons       draw the skill's icons from store/icons/icon.svg (needs Chromium)"
	@echo "  make pictures    take the pictures of docs/ (needs Chromium)"
	@echo "  make clean       delete .venv and what the tools have left; ask-cli keeps its memory of the skill"

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

# The page does without the engine for screens, so `serve` goes on where npm cannot install it.
serve: OPTIONAL := yes
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
	@$(PYTHON) -m bench.starvation
	@$(PYTHON) -m bench.mutations

audit: $(VENV)/.audit
	@$(VENV)/audit/bin/python .ci/audit.py $(ARGS)

lock: $(VENV)/.tools
	@.ci/lock.sh

sbom: | $(PYTHON)
	@$(PYTHON) .ci/sbom.py $(ARGS)

image:
	@.ci/image.sh

# build/.ask stays: there ask-cli remembers which skill it made, until store/mine.toml says so.
clean:
	@rm -rf $(VENV) .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name .ask -exec rm -rf {} +; fi
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Packages that live together in .venv.
$(VENV)/.speaker $(VENV)/.server $(VENV)/.test: $(VENV)/.%: $(LOCKED)/%.txt | $(PYTHON)
	@echo "Installing $< into $(VENV) ..." >&2
	@$(PYTHON) $(INSTALL) $<
	@touch $@

# Packages in environments of their own: they need other versions of what the skill needs, or more than it should have.
$(VENV)/.understanding $(VENV)/.audit $(VENV)/.deploy $(VENV)/.tools: $(VENV)/.%: $(LOCKED)/%.txt | $(PYTHON)
	@echo "Installing $< into $(VENV)/$* ..." >&2
	@$(PYTHON) -m venv $(VENV)/$*
	@$(VENV)/$*/bin/python $(INSTALL) $<
	@touch $@

# Lambda's emulator runs on Linux only; elsewhere its test says that it is skipped.
$(VENV)/.cloud: $(LOCKED)/cloud.txt | $(PYTHON)
	@if [ "$$(uname -s)" = Linux ]; then $(PYTHON) $(INSTALL) $< --upgrade --target $(VENV)/cloud; fi
	@touch $@

# From npm, if it is there: the engine that shows screens, and tools for tests.
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
  --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --fetch-timeout=60000
$(VENV)/.node $(VENV)/.screen: $(VENV)/.%: requirements/%/package-lock.json | $(PYTHON)
	@if ! command -v npm >/dev/null 2>&1; then \
	  echo "npm is not here, so requirements/$* is not installed; what needs it says so." >&2; \
	else \
	  echo "Installing requirements/$* into $(VENV)/$* ..." >&2; \
	  mkdir -p $(VENV)/$* && cp requirements/$*/package.json requirements/$*/package-lock.json $(VENV)/$*/; \
	  if $(NPM_CI) --prefix $(VENV)/$* >/dev/null; then touch $@; \
	  elif [ "$(OPTIONAL)" = yes ]; then echo "npm could not install requirements/$*; going on without it." >&2; \
	  else exit 1; fi; \
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
