#!/usr/bin/env bash
# Runs the tests with every other Python that Lambda runs and that is found here, each in an environment of its own.
# With arguments: those tests only.
set -euo pipefail
cd "$(dirname "$0")/.."
tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=(tests/core tests/alexa tests/conversations tests/endpoint tests/test_lambda.py)
usual=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for version in 3.11 3.12 3.13 3.14; do
  [ "$version" != "$usual" ] || continue
  if ! "python$version" -c '' 2>/dev/null; then
    echo "Python $version is not here; not tested with it." >&2
    continue
  fi
  folder=.venv/python$version
  if [ ! -e "$folder/.done" ] || [ requirements/locked/test.txt -nt "$folder/.done" ]; then
    "python$version" -m venv --clear "$folder"
    "$folder/bin/python" -m pip --disable-pip-version-check --quiet install --require-hashes --requirement requirements/locked/test.txt
    touch "$folder/.done"
  fi
  echo "Python $version:" >&2
  "$folder/bin/python" -m pytest --quiet --numprocesses auto --dist worksteal -p no:cacheprovider "${tests[@]}"
done
