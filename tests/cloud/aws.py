"""AWS as far as `sam deploy` needs it, on loopback: buckets that take what is put, and CloudFormation that keeps stacks.

CloudFormation is kept to its own rules on parameters: a new stack needs a value for each that has no default, a stack that is
there keeps the value of each for which the previous one is asked for, and a name that the template does not have is refused.
"""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

#: where sam puts what it uploads
BUCKET_STACK, BUCKET = "aws-sam-cli-managed-default", "stand-in"
MEMBER = re.compile(r"Parameters\.member\.(\d+)\.(\w+)")
SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/cloudformation/")


class Refused(Exception):
    """What CloudFormation answers with a ValidationError."""


@dataclass
class Stack:
    """A stack as it was last deployed."""

    template: str
    parameters: dict[str, str]
    region: str
    status: str


@dataclass
class Aws:
    """`objects` is what has been put into buckets, by path; `stacks` what has been deployed, by name."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    stacks: dict[str, Stack] = field(default_factory=dict)
    changes: dict[str, Stack] = field(default_factory=dict)

    def __enter__(self) -> Aws:
        self._service = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"aws": self}))
        self._service.daemon_threads = True
        threading.Thread(target=self._service.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._service.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._service.shutdown()
        self._service.server_close()

    def answer(self, action: str, asked: dict[str, str], region: str) -> str:
        """The result of one action, in XML; raises Refused."""
        match action:
            case "DescribeStacks":
                return f"<Stacks>{self._described(asked['StackName'], region)}</Stacks>"
            case "GetTemplateSummary":
                names = self.stacks[asked["StackName"]].parameters
                return f"<Parameters>{_members({'ParameterKey': name} for name in names)}</Parameters>"
            case "CreateChangeSet":
                self.changes[asked["StackName"]] = self._changed(asked, region)
                return f"<Id>{_arn(region, 'changeSet', asked['ChangeSetName'])}</Id><StackId>{asked['StackName']}</StackId>"
            case "DescribeChangeSet":
                resource = {
                    "Action": "Modify",
                    "LogicalResourceId": "Function",
                    "ResourceType": "AWS::Lambda::Function",
                }
                change = f"<Type>Resource</Type><ResourceChange>{_fields(resource)}</ResourceChange>"
                return f"<Status>CREATE_COMPLETE</Status><Changes><member>{change}</member></Changes>"
            case "ExecuteChangeSet":
                self.stacks[asked["StackName"]] = self.changes.pop(asked["StackName"])
                return ""
            case "DescribeStackEvents":
                return f"<StackEvents>{_members([self._done(asked['StackName'])])}</StackEvents>"
        raise Refused(f"nobody knows {action}")

    def _described(self, name: str, region: str) -> str:
        if name == BUCKET_STACK:
            status, tags = "CREATE_COMPLETE", {"ManagedStackSource": "AwsSamCli"}
            outputs = {"SourceBucket": BUCKET, "Version": "1"}
        elif name in self.stacks and self.stacks[name].region == region:
            status, tags = self.stacks[name].status, {}
            skill = self.stacks[name].parameters["SkillId"]
            outputs = {"Endpoint": _arn(region, "function", f"{name}:live"), "SkillId": skill}
        else:
            raise Refused(f"Stack with id {name} does not exist")
        known = {"StackName": name, "CreationTime": _now(), "StackStatus": status}
        written = _members({"OutputKey": key, "OutputValue": value} for key, value in outputs.items())
        tagged = _members({"Key": key, "Value": value} for key, value in tags.items())
        return f"<member>{_fields(known)}<Outputs>{written}</Outputs><Tags>{tagged}</Tags></member>"

    def _done(self, name: str) -> dict[str, str]:
        """A stack's last event; before it was ever deployed, that it is looked at."""
        status = self.stacks[name].status if name in self.stacks else "REVIEW_IN_PROGRESS"
        event = {"EventId": _now(), "StackName": name, "LogicalResourceId": name, "Timestamp": _now()}
        itself = {"StackId": name, "PhysicalResourceId": name, "ResourceType": "AWS::CloudFormation::Stack"}
        return {**event, **itself, "ResourceStatus": status}

    def _changed(self, asked: dict[str, str], region: str) -> Stack:
        template = self.objects[urlsplit(asked["TemplateURL"]).path].decode()
        declared = template.partition("\nParameters:\n")[2].partition("\nConditions:\n")[0]
        defaults = {
            name: found[1].strip("'\"") if (found := re.search(r"^    Default: (.*)$", text, re.MULTILINE)) else None
            for name, text in re.findall(r"^  (\w+):\n((?:    .*\n?)+)", declared, re.MULTILINE)
        }
        given: dict[str, dict[str, str]] = {}
        for key, value in asked.items():
            if member := MEMBER.fullmatch(key):
                given.setdefault(member[1], {})[member[2]] = value
        kind = asked["ChangeSetType"]
        before = self.stacks[asked["StackName"]].parameters if kind == "UPDATE" else {}
        values = dict(defaults)
        for row in given.values():
            name = row["ParameterKey"]
            if name not in defaults:
                raise Refused(f"Parameters: [{name}] do not exist in the template")
            values[name] = before[name] if row.get("UsePreviousValue") == "true" else row["ParameterValue"]
        if lacking := [name for name, value in values.items() if value is None]:
            raise Refused(f"Parameters: {lacking} must have values")
        known = {name: value for name, value in values.items() if value is not None}
        return Stack(template, known, region, f"{kind}_COMPLETE")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _arn(region: str, kind: str, name: str) -> str:
    return f"arn:aws:lambda:{region}:210987654321:{kind}:{name}"


def _fields(table: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in table.items())


def _members(tables: Any) -> str:
    return "".join(f"<member>{_fields(table)}</member>" for table in tables)


class _Handler(BaseHTTPRequestHandler):
    aws: Aws
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(200 if self.path in self.aws.objects else 404)

    def do_PUT(self) -> None:
        body = self._body()
        self.aws.objects[self.path] = body
        self._answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def do_POST(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(self._body().decode(), keep_blank_values=True).items()}
        action = asked.pop("Action")
        signed = SIGNED_FOR.search(self.headers["Authorization"])
        try:
            result = self.aws.answer(action, asked, signed[1] if signed else "")
        except Refused as error:
            told = _fields({"Type": "Sender", "Code": "ValidationError", "Message": str(error)})
            self._answer(400, f"<ErrorResponse><Error>{told}</Error></ErrorResponse>".encode())
            return
        whole = f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
        self._answer(200, whole.encode())

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
