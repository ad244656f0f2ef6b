"""`python -m skill serve`: the endpoint and the bedside page, on this machine."""

from __future__ import annotations

import errno
import sys
import webbrowser
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from skill.settings import UnusableSetting

if TYPE_CHECKING:
    from flask import Flask

#: Seconds without a byte after which a half-sent request is dropped; Alexa itself gives up after 8.
IDLE_SECONDS = 10
#: Connections at once. Half-sent requests take none of the threads, so there is room for many more of them than there are threads.
CONNECTIONS = 1000
#: Bytes that are read of a body at all, far more than the application takes, so that it can answer 400.
READ_LIMIT = 16 * 1024 * 1024
#: Bytes of a request's head; Alexa's are about one thousand.
HEAD_LIMIT = 16 * 1024


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of `serve`."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=5000, help="port, 0 for any (default: %(default)s)")
    parser.add_argument(
        "--unsigned",
        action="store_true",
        help="take requests without Amazon's signature too, from this machine only",
    )
    parser.add_argument("--open", action="store_true", help="open the bedside page in the browser")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:  # a greater one would be cut to its last sixteen bits, without a word
        raise ArgumentTypeError(f"there is no port {text}; expected 0 to 65535")
    return int(text)


def run(args: Namespace) -> int:
    """Serve until interrupted; return 2 for options that do not go together, 1 if the address cannot be had."""
    from waitress.server import create_server

    from skill.server.chain_cache import THREADS
    from skill.server.factory import create_app
    from skill.server.loopback import is_loopback

    if args.unsigned and not is_loopback(args.host):
        print(f"serve: --unsigned needs a loopback address, and {args.host} is not one", file=sys.stderr)
        return 2
    try:
        app = create_app(unsigned_from_loopback=args.unsigned, without_skill_id=True)
    except UnusableSetting as error:
        print(f"serve: {error}", file=sys.stderr)
        return 1
    absent = _why_no_page(app, args.host)
    try:
        server = create_server(
            app,
            host=args.host,
            port=args.port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=IDLE_SECONDS,
            max_request_body_size=READ_LIMIT,
            max_request_header_size=HEAD_LIMIT,
            clear_untrusted_proxy_headers=False,  # --unsigned must see that a proxy stands between
            ident="",
        )
    except (OSError, ValueError) as error:
        busy = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        hint = "another program uses it; choose another port with --port, such as --port 5001" if busy else error
        print(f"serve: cannot listen on {args.host} port {args.port}: {hint}", file=sys.stderr)
        return 1
    # `localhost` can be two sockets, and then the server is a list of them.
    sockets = getattr(server, "effective_listen", None) or [(args.host, server.effective_port)]
    addresses = [f"http://{f'[{host}]' if ':' in host else host}:{port}/" for host, port in sockets]
    print(f"No bedside page: {absent}" if absent else f"The bedside page: {addresses[0]}bedside/", flush=True)
    takes = "signed and unsigned requests" if args.unsigned else "signed requests"
    for address in addresses:
        print(f"The endpoint: {address} ({takes}; Ctrl-C ends)", flush=True)
    if args.open and not absent:
        webbrowser.open(f"{addresses[0]}bedside/")
    server.run()
    return 0


def _why_no_page(app: Flask, host: str) -> str | None:
    """Mount the bedside page, or return why not. Only `serve` does this: a deployed application has no such routes."""
    from skill.server.app import FRONT_PAGE
    from skill.server.loopback import cross_site_reason, from_this_machine, is_loopback

    if not is_loopback(host):
        return f"it is served on a loopback address only, and {host} is not one"
    try:
        from skill.simulator.web.routes import PATH, bedside
    except ModuleNotFoundError as error:
        return f"{error.name} is not installed; requirements/speaker.txt is what it needs"
    from lambda_handler import handler

    app.register_blueprint(bedside(handler, from_this_machine, cross_site_reason))
    app.config[FRONT_PAGE] = f"{PATH}/"
    return None
