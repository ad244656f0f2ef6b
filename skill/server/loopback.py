"""Which requests begin on this machine, and are not driven by another site in its browser."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import request

#: Headers that a proxy adds: with one of them, the loopback address is the proxy's and not the sender's.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def from_this_machine() -> bool:
    """Return True for a request that began here and is meant for here: loopback at both ends, no proxy between."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return is_loopback(request.remote_addr or "") and is_loopback(host or "")


def cross_site_reason() -> str | None:
    """Return why the request may come from another site that the browser has open, or None if it cannot.

    A form or a script of another site can send no JSON without asking first, and its browser names it.
    """
    if request.mimetype != "application/json":
        return "only application/json is taken"
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return "the request comes from another site"
    here = request.host_url.rstrip("/")
    if request.headers.get("Origin", here) != here:
        return "the request comes from another origin"
    return None


def is_loopback(host: str) -> bool:
    """Return True for `localhost` and the loopback addresses; no name is looked up."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
