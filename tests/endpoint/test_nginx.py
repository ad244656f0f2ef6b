"""The whole of a self-hosted endpoint: docs/nginx.conf in a real nginx, gunicorn behind it, TLS in front."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench import load
from tests.endpoint.alexa import NOW, Alexa, Post, certificate_host, request
from tests.endpoint.authority import authority, leaf
from tests.endpoint.gunicorn import gunicorn
from tests.endpoint.test_forgeries import FORGERIES
from tests.instruments import free_port, nginx

SITE = Path(__file__).parents[2] / "docs" / "nginx.conf"
NAME = "cramp.example.org"
ROOT = authority("Proxy Root", NOW)

#: What Debian's own nginx.conf says around a site, all of it in one folder.
AROUND = """
daemon off; master_process off; worker_processes 1; error_log stderr warn; pid {folder}/pid;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; access_log off;
    {site}
}}
"""
Connect = Callable[..., ssl.SSLSocket]


@pytest.fixture(scope="module")
def connect(alexa: Alexa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connect]:
    folder = tmp_path_factory.mktemp("nginx")
    pair, port = folder / "pair.pem", free_port()
    pair.write_bytes(leaf(ROOT, NOW, name=NAME).pair)
    trust = ssl.create_default_context(cadata=ROOT.pem.decode())

    def connected(name: str = NAME, ciphers: str = "") -> ssl.SSLSocket:
        context = ssl.create_default_context(cadata=ROOT.pem.decode()) if ciphers else trust
        if ciphers:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers(ciphers)
        return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20), server_hostname=name)

    with certificate_host(alexa.files, folder) as host, gunicorn(alexa, host, folder) as served:
        site = SITE.read_text()
        for written, here in (
            ("127.0.0.1:8000", f"127.0.0.1:{served.port}"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            ("listen [::]:443 ssl;", ""),  # a machine of the tests may have no IPv6
            ("listen 443 ssl default_server;", f"listen 127.0.0.1:{port} ssl default_server;"),
            ("listen [::]:443 ssl default_server;", ""),
            ("/var/log/nginx/cramp-coach.log", f"{folder}/site.log"),
            (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(pair)),
            (f"/etc/letsencrypt/live/{NAME}/privkey.pem", str(pair)),
            ("client_header_timeout 5s", "client_header_timeout 1s"),
            ("client_body_timeout 5s", "client_body_timeout 1s"),
        ):
            assert written in site, written
            site = site.replace(written, here)
        configuration = folder / "nginx.conf"
        configuration.write_text(AROUND.format(folder=folder, site=site))
        with (folder / "nginx.log").open("wb") as log:
            process = subprocess.Popen([nginx(), "-c", str(configuration), "-p", str(folder)], stderr=log)
        try:
            _wait_for(port, process, folder / "nginx.log")
            yield connected
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)


def _raw(post: Post, *lines: str) -> bytes:
    head = [f"{name}: {value}" for name, value in post.headers.items()]
    head += [f"Host: {NAME}", f"Content-Length: {len(post.body)}", *lines]
    return "\r\n".join(["POST / HTTP/1.1", *head, "", ""]).encode("latin-1") + post.body


def _ask(connect: Connect, content: bytes) -> int:
    with connect() as wire:
        wire.sendall(content)
        return int(load._answer(wire).split(b" ", 2)[1])


def test_a_genuine_request_is_answered(alexa: Alexa, connect: Connect) -> None:
    assert _ask(connect, _raw(alexa.post())) == 200


def test_forged_ones_are_refused(alexa: Alexa, connect: Connect) -> None:
    kinds = [kind for kind, (_, reason) in FORGERIES.items() if "oversized" not in kind]
    for kind in kinds:
        assert (kind, _ask(connect, _raw(FORGERIES[kind][0](alexa)))) == (kind, 400)


def test_what_is_too_large_does_not_get_through(alexa: Alexa, connect: Connect) -> None:
    assert _ask(connect, _raw(alexa.post()).replace(b"Content-Length: ", b"Content-Length: 999")) == 413
    assert _ask(connect, _raw(alexa.post(), "X-Long: " + "x" * 9000)) == 400


@pytest.mark.parametrize(
    ("line", "status"), [("PUT / HTTP/1.1", 405), ("POST /elsewhere HTTP/1.1", 404), ("GET /x HTTP/1.1", 404)]
)
def test_nothing_else_is_there(line: str, status: int, connect: Connect) -> None:
    assert _ask(connect, f"{line}\r\nHost: {NAME}\r\nContent-Length: 0\r\n\r\n".encode()) == status


def test_slow_clients_wait_at_the_door_and_are_sent_away(alexa: Alexa, connect: Connect) -> None:
    """Three times as many as the endpoint has threads; none of them gets one."""
    content = _raw(alexa.post(request(requestId="slow")))
    slow = [connect() for _ in range(48)]
    try:
        for number, wire in enumerate(slow):
            wire.sendall(content[: 100 if number % 2 else -100])
        began = time.monotonic()
        assert _ask(connect, content) == 200
        assert time.monotonic() - began < 5
        for wire in slow:
            while wire.recv(4096):  # a 408, and the end
                pass
    finally:
        for wire in slow:
            wire.close()


def test_it_says_that_the_endpoint_runs(connect: Connect) -> None:
    assert _ask(connect, f"GET / HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode()) == 200


def test_another_name_is_answered_nothing(alexa: Alexa, connect: Connect) -> None:
    with pytest.raises(ssl.SSLError):
        connect("example.org")
    with connect() as wire:
        wire.sendall(_raw(alexa.post()).replace(f"Host: {NAME}".encode(), b"Host: example.org"))
        assert not wire.recv(4096).startswith(b"HTTP/1.1 200")


def test_nothing_is_encrypted_without_forward_secrecy(connect: Connect) -> None:
    connect(ciphers="ECDHE+AESGCM").close()
    with pytest.raises((ssl.SSLError, ConnectionError)):
        connect(ciphers="AES128-SHA:AES256-SHA:AES128-GCM-SHA256:AES256-GCM-SHA384:@SECLEVEL=0")


def test_an_address_gets_so_many_requests_and_no_more(connect: Connect) -> None:
    """A burst passes; what goes on at a greater rate is told to wait."""
    head = f"GET / HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode()
    with connect() as wire:
        wire.sendall(head * 400)
        answers = b""
        while answers.count(b"HTTP/1.1 ") < 400:
            part = wire.recv(65536)
            if not part:
                break
            answers += part
    assert answers.count(b"HTTP/1.1 200 ") >= 100
    assert b"HTTP/1.1 429 " in answers
