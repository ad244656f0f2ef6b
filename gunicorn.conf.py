"""gunicorn for the self-hosted endpoint: `gunicorn` in this folder reads this file. TLS is for the proxy before it.

What one process and its proxy must agree on is said here; what a machine differs in comes from the environment:
WEB_CONCURRENCY, the number of processes (one to each core), and BIND, the address (loopback, for the proxy). With
MALLOC_ARENA_MAX=1 in it, glibc does not keep an arena to each thread, and a process stays 6 MiB smaller.
"""

import os
import sys

from skill import settings

try:
    settings.checked_skill_id(required=True)
except settings.UnusableSetting as error:
    sys.exit(f"gunicorn: {error}")

wsgi_app = "skill.server.factory:create_app()"
bind = os.environ.get("BIND", "127.0.0.1:8000")

# Threads, because a request may wait: for a certificate, for preferences, for Alexa's reminders. A slow client
# waits in a thread too, and is cut off (skill/server/gunicorn_worker.py says when). skill/server/chain_cache.py counts on so many.
worker_class = "skill.server.gunicorn_worker.BoundedWorker"
threads = 64
worker_connections = 512
backlog = 512

# Seconds. A process whose main loop stands still is replaced; one that is told to end may finish its answers, none
# of which takes longer than 10. Proxies keep their connections for a minute or so: longer here than there, so that
# it is the proxy that hangs up and never a request that meets a closed door.
timeout = 30
graceful_timeout = 12
keepalive = 75

# The memory of a process is flat (bench/load.py). It is renewed all the same now and then, against what nobody has
# foreseen; not often, for a new one has to fetch the certificate chain again, and not all at the same time.
max_requests = 200_000
max_requests_jitter = 20_000

# Alexa sends "POST / HTTP/1.1" and about a dozen short headers; the longest is the signature, 344 characters.
limit_request_line = 1024
limit_request_fields = 48
limit_request_field_size = 4096

# No control socket, no access log: who asked and when is nobody's business.
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
