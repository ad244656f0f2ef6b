#!/usr/bin/env bash
# Writes requirements/locked/: the pins of requirements.txt and requirements/*.txt with the hashes of their files, and npm's lock files.
# What is installed is installed from there, so a file that was changed after its release is refused.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${1:-.venv/tools/bin/uv}

mkdir -p requirements/locked
for file in requirements.txt requirements/*.txt; do
  "$uv" pip compile --quiet --native-tls --generate-hashes --universal --no-deps --no-annotate --python-version 3.11 \
    --custom-compile-command "make lock" --output-file "requirements/locked/$(basename "$file")" "$file"
done
for folder in requirements/node requirements/screen; do
  npm install --prefix "$folder" --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
done
