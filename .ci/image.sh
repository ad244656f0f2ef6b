#!/usr/bin/env bash
# Builds the container image and probes it: the health check, a forged request, no root, and what is kept on its volume.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! docker info >/dev/null 2>&1; then
  echo "image: no Docker daemon answers here, so the image is not built." >&2
  exit "${1:-0}"
fi
name=cramp-coach-probe-$$
trap 'docker rm --force --volumes $name >/dev/null 2>&1 || true' EXIT
docker build --quiet --tag cramp-coach .
docker run --detach --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
  --env SKILL_ID=amzn1.ask.skill.12345678-90ab-cdef-1234-567890abcdef --publish 127.0.0.1::8000 cramp-coach >/dev/null
address=http://$(docker port "$name" 8000 | head -1)/
for _ in $(seq 50); do curl --silent --fail "$address" >/dev/null && break; sleep 0.2; done
[ "$(curl --silent "$address")" = ok ] || { echo "image: GET / does not answer ok" >&2; docker logs "$name" >&2; exit 1; }
[ "$(curl --silent --output /dev/null --write-out '%{http_code}' --data '{}' "$address")" = 400 ] ||
  { echo "image: an unsigned request is not refused" >&2; exit 1; }
[ "$(docker exec "$name" id -u)" != 0 ] || { echo "image: it runs as root" >&2; exit 1; }
docker exec "$name" sh -c 'touch /data/x && rm /data/x && ! touch /srv/cramp-coach/x 2>/dev/null'
echo "image: built, answers, refuses what is not signed, runs without root"
