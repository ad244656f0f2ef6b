"""Download certificate chains from Amazon's certificate host."""

from __future__ import annotations

import http.client
import posixpath
import ssl
import time
import urllib.request
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

import certifi

from skill.server.refused import Refused

#: Amazon's rules for the address of a chain:
#: https://developer.amazon.com/docs/alexa/custom-skills/host-a-custom-skill-as-a-web-service.html
CHAIN_HOST = "s3.amazonaws.com"
CHAIN_PATH = "/echo.api/"

#: Seconds to connect, and again for the answer. Alexa waits 8 s for a response.
FETCH_SECONDS = 2.0
#: Largest chain that is read. A genuine chain is about 7 KB of four certificates.
CHAIN_BYTES = 64 * 1024


@lru_cache(maxsize=64)
def chain_url(header: str) -> str:
    """Return a permitted certificate URL in its one spelling, without a query: the URL that is checked is the one fetched.

    Raises Refused.
    """
    try:
        url = urlsplit(header)
        port = url.port
    except ValueError as error:
        raise Refused("the certificate URL cannot be read") from error
    if url.scheme != "https":  # urlsplit has lowered it
        raise Refused("the certificate URL is not https")
    if url.username is not None or url.password is not None or url.hostname != CHAIN_HOST:
        raise Refused("the certificate URL names another host")
    if port not in (None, 443):
        raise Refused("the certificate URL names another port")
    # Unquote before normalising, so that %2e%2e climbs here and not on the certificate host.
    path = posixpath.normpath(unquote(url.path))
    if not path.startswith(CHAIN_PATH):
        raise Refused("the certificate URL names another path")
    return f"https://{CHAIN_HOST}{quote(path)}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Treats a redirect as an error: only the checked URL is read."""

    def redirect_request(self, *_: object) -> None:
        return None


class CertificateHost:
    """Reads a chain over TLS from Amazon's certificate host: no redirects, at most `limit` bytes.

    `seconds` bounds each wait on the socket and the reading as a whole; the worst case is about twice that.
    """

    def __init__(
        self,
        *,
        seconds: float = FETCH_SECONDS,
        limit: int = CHAIN_BYTES,
        context: ssl.SSLContext | None = None,
    ) -> None:
        if context is None:
            context = ssl.create_default_context()
            context.load_verify_locations(certifi.where())  # a slim container has no roots of its own
        self._seconds = seconds
        self._limit = limit
        self._opener = urllib.request.build_opener(_NoRedirects, urllib.request.HTTPSHandler(context=context))

    def __call__(self, url: str) -> bytes:
        """Return the bytes at `url`; raises Refused."""
        deadline = time.monotonic() + self._seconds
        chain = b""
        try:
            with self._opener.open(url, timeout=self._seconds) as response:
                while part := response.read1(8192):
                    chain += part
                    if len(chain) > self._limit:
                        raise Refused("the certificate host sent more than a chain")
                    if time.monotonic() > deadline:
                        raise Refused("the certificate host is too slow")
        except (OSError, http.client.HTTPException) as error:  # URLError and TLS errors are OSErrors
            raise Refused("the certificate host did not answer with a chain") from error
        return chain
