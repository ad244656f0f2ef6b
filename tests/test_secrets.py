"""No key, token or password lies in the repository; the tests make theirs when they run."""

from __future__ import annotations

import base64
import re
import secrets
import subprocess
from pathlib import Path

import pytest

from tests.endpoint.alexa import NOW
from tests.endpoint.authority import authority

ROOT = Path(__file__).parents[1]

#: How secrets look that this project could come by.
SHAPES = {
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"),
    "an AWS access key": re.compile(rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "an AWS secret": re.compile(rb"(?i)secret_?access_?key['\"]?\s*[:=]\s*['\"]?[A-Za-z0-9/+]{40}\b"),
    "a Login with Amazon token": re.compile(rb"\bAt[cz][ar]\|[A-Za-z0-9_-]{40}"),
    "a Login with Amazon client secret": re.compile(rb"\bamzn1\.oa2-cs\.v1\.[0-9a-f]{32}"),
    "a signed token": re.compile(rb"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    "a GitHub token": re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "a name and password in an address": re.compile(
        rb"https?://[^/\s:@'\"<>{}]+:[^/\s:@'\"<>{}]{6,}@(?!s3\.amazonaws)"
    ),
}


def _found(content: bytes) -> list[str]:
    return [kind for kind, shape in SHAPES.items() if shape.search(content)]


def _letters(count: int) -> str:
    return base64.b64encode(secrets.token_bytes(count)).decode().replace("+", "x").replace("/", "y")[:count]


def _planted() -> dict[str, str]:
    """One of each, made now."""
    return {
        "a private key": authority("Planted", NOW).pair.decode(),
        "an AWS access key": "id = " + "AK" + "IA" + "Q" * 16,
        "an AWS secret": "aws_secret_access" + f"_key = {_letters(40)}",
        "a Login with Amazon token": f"At{'zr'}|{_letters(60)}",
        "a Login with Amazon client secret": f"amzn1.oa2-{'cs'}.v1.{secrets.token_hex(32)}",
        "a signed token": ".".join(["ey" + "J" + _letters(30), "ey" + "J" + _letters(60), _letters(43)]),
        "a GitHub token": f"gh{'p'}_{'a1' * 18}",
        "a name and password in an address": f"https://someone:{_letters(12)}@example.org/",
    }


@pytest.mark.parametrize("kind", SHAPES)
def test_a_planted_secret_would_be_found(kind: str) -> None:
    assert kind in _found(_planted()[kind].encode())


def _files() -> list[Path]:
    """The repository's own files; where there is no git to ask, all that is not hidden or made."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        named = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        named = [
            path for path in ROOT.rglob("*") if not re.search(r"/(\.(?!ci/)|build/)", f"/{path.relative_to(ROOT)}")
        ]
    return [path for path in named if path.is_file()]


def test_no_file_holds_one() -> None:
    files = _files()
    assert len(files) > 100
    found = {str(file.relative_to(ROOT)): _found(file.read_bytes()) for file in files}
    assert {name: kinds for name, kinds in found.items() if kinds} == {}
