# The endpoint for one's own server, behind a proxy that speaks TLS (docs/DEPLOY.md).
FROM python:3.13-slim AS build
WORKDIR /srv/cramp-coach
COPY requirements/locked/server.txt requirements/locked/server.txt
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/locked/server.txt
COPY LICENSE gunicorn.conf.py lambda_handler.py ./
COPY skill skill
RUN .venv/bin/python -m compileall -q skill lambda_handler.py

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin cramp-coach \
 && install -d -m 0700 -o cramp-coach -g cramp-coach /data
COPY --from=build /srv/cramp-coach /srv/cramp-coach
WORKDIR /srv/cramp-coach
USER 10001
ENV BIND=0.0.0.0:8000 \
    PREFERENCES_FILE=/data/preferences.db \
    CERTIFICATES_FILE=/data/certificates.json \
    MALLOC_ARENA_MAX=1 \
    PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
  CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/', timeout=4)"]
# SKILL_ID must be given: docker run --env SKILL_ID=...
CMD [".venv/bin/gunicorn"]
