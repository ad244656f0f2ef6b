"""A stand-in for the part of Amazon's Skill Management API that `ask deploy` uses, over real HTTP on the loopback address.

It takes what Amazon takes: a package of Amazon's layout, whose manifest and models Amazon's own classes know. Everything else fails
the import, with the reasons in the API's own form.
"""

from __future__ import annotations

import io
import json
import re
import struct
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from skill.simulator.validation.sdk_schema import faults

Json = dict[str, Any]

MANIFEST = "ask_smapi_model.v1.skill.manifest.skill_manifest_envelope.SkillManifestEnvelope"
MODEL = "ask_smapi_model.v1.skill.interaction_model.interaction_model_data.InteractionModelData"
NEW_SKILL = "amzn1.ask.skill.99999999-8888-7777-6666-555555555555"
TOKEN = "a token of the stand-in"
VENDOR = "M0STANDIN"

#: What a package may hold, as the schema of Amazon's toolkit for editors has it; of its folders those that a custom skill may use.
LAYOUT = re.compile(
    r"skill\.json|tasks/[a-zA-Z0-9_.-]{1,64}\.json|interactionModels/custom/[a-z]{2}-[A-Z]{2}\.json|assets/(images/)?[a-zA-Z0-9_.-]{1,64}\.(png|jpg|jpeg)"
)


class Smapi:
    """Serves while it is entered; `requests` are those that came, `packages` the files of each import."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.packages: list[dict[str, bytes]] = []
        self.skill_id: str | None = None
        self.enabled = False
        self._uploaded = b""
        self._outcome: Json = {}
        self._polls = 0
        smapi = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer, headers = smapi.answer(self.command, self.path, self.headers.get("Authorization"), body)
                data = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = _answer

            def log_message(self, format: str, *args: object) -> None:
                """The tests look at `requests`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Smapi:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(
        self, method: str, target: str, token: str | None, body: bytes
    ) -> tuple[int, Json | None, dict[str, str]]:
        """Status, body and headers of the answer to one request."""
        path = urlsplit(target).path
        self.requests.append(f"{method} {path}")
        if method == "PUT" and path == "/upload":
            self._uploaded = body
            return 200, None, {}
        if token != TOKEN:
            return 401, {"message": "Token is invalid/expired"}, {}
        if method == "POST" and path == "/v1/skills/uploads":
            return 201, {"uploadUrl": f"{self.url}/upload", "expiresAt": "2099-01-01T00:00:00.000Z"}, {}
        if method == "POST" and (
            found := re.fullmatch(r"/v1/skills(?:/(amzn1\.ask\.skill\.[0-9a-f-]+))?/imports", path)
        ):
            return self._import(found[1], json.loads(body))
        if method == "GET" and path == "/v1/skills/imports/import-1":
            self._polls += 1
            return 200, self._outcome if self._polls > 1 else {"status": "IN_PROGRESS"}, {}  # only the very first waits
        if path == f"/v1/skills/{self.skill_id}/stages/development/enablement":
            if method == "PUT":
                self.enabled = True
            if self.enabled:
                return 204, None, {}
        return 404, {"message": "Resource not found"}, {}

    def _import(self, skill_id: str | None, asked: Json) -> tuple[int, Json | None, dict[str, str]]:
        if asked.get("location") != f"{self.url}/upload" or (skill_id is None and asked.get("vendorId") != VENDOR):
            return 400, {"message": "Bad request"}, {}
        self.skill_id = skill_id or NEW_SKILL
        with zipfile.ZipFile(io.BytesIO(self._uploaded)) as package:
            files = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
        self.packages.append(files)
        errors = [{"code": "INVALID_DATA", "message": problem} for problem in refusals(files)]
        models = sorted(name for name in files if name.startswith("interactionModels/"))
        self._outcome = {
            "status": "FAILED" if errors else "SUCCEEDED",
            "skill": {
                "skillId": self.skill_id,
                "resources": [
                    {"name": f"InteractionModel.{name[-10:-5]}", "action": "UPDATE", "status": "SUCCEEDED"}
                    for name in models
                ],
            },
        }
        if errors:
            self._outcome["errors"] = errors
        return 202, None, {"Location": "/v1/skills/imports/import-1"}


def refusals(files: dict[str, bytes]) -> Iterator[str]:
    """Why Amazon would not take a package with these files."""
    for name in files:
        if not LAYOUT.fullmatch(name):
            yield f"{name}: no such file in a skill package"
    if "skill.json" not in files:
        yield "skill.json: missing"
        return
    whole = json.loads(files["skill.json"])
    yield from (f"skill.json: {fault}" for fault in faults(whole, MANIFEST))
    manifest = whole["manifest"]
    locales = manifest["publishingInformation"]["locales"]
    models = {name[-10:-5]: data for name, data in files.items() if name.startswith("interactionModels/")}
    if locales.keys() != models.keys():
        yield f"the listing has {sorted(locales)}, the models are for {sorted(models)}"
    for locale, data in models.items():
        yield from (f"{locale}: {fault}" for fault in faults(json.loads(data), MODEL))
    for locale, texts in locales.items():
        for key, size in (("smallIconUri", 108), ("largeIconUri", 512)):
            icon = files.get(texts[key].removeprefix("file://"), b"")
            if struct.unpack(">II", icon[16:24].ljust(8, b"\0")) != (size, size):
                yield f"{locale}: {texts[key]} is no picture of {size} by {size} pixels"
    named = {f"tasks/{task['name']}.{task['version']}.json" for task in manifest["apis"]["custom"].get("tasks", ())}
    if named != {name for name in files if name.startswith("tasks/")}:
        yield "tasks: the manifest and the files do not agree"
    for name in named & files.keys():
        task = json.loads(files[name])
        ((path, methods),) = task["paths"].items()
        if name != f"tasks{path}.{task['info']['version']}.json" or methods.keys() & {"get", "put", "delete", "patch"}:
            yield f"{name}: one path of the task's name, and POST alone"
        if task["info"]["x-amzn-display-details"].keys() != locales.keys():
            yield f"{name}: display details for each locale"
    if "events" in manifest and not manifest["events"].get("endpoint"):
        yield "events: no endpoint"
