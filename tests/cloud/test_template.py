"""The template of the function: valid, as narrow as it claims, and what SAM builds and uploads is the bundle as it was packaged."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from skill.alexa import observe
from skill.packaging import command, runtimes
from skill.packaging.runtimes import NotPackaged
from tests.endpoint.alexa import SKILL_ID
from tests.instruments import deploy_tool

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
SOURCES = [ROOT / "lambda_handler.py", *sorted((ROOT / "skill").rglob("*.py"))]
#: parameters that are no part of a version of the function
UNVERSIONED = {"ReservedConcurrency", "LogDays", "AlarmEmail"}


def _run(tool: str, *args: str | Path, cwd: Path = ROOT, home: Path, **environment: str) -> str:
    """What a tool prints, where it must succeed: with nobody's account, in a home of its own."""
    program = deploy_tool(tool)
    done = subprocess.run(
        [program, *args],
        cwd=cwd,
        env={
            "PATH": f"{program.parent}{os.pathsep}{os.defpath}",
            "HOME": str(home),
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_EC2_METADATA_DISABLED": "true",
            "SAM_CLI_TELEMETRY": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("arguments", [[], ["--lint"]], ids=["plain", "lint"])
def test_sam_finds_the_template_valid(arguments: list[str], tmp_path: Path) -> None:
    assert "is a valid SAM Template" in _run("sam", "validate", "--template", TEMPLATE, *arguments, home=tmp_path)


def test_cfn_lint_finds_nothing_not_even_to_mention(tmp_path: Path) -> None:
    assert _run("cfn-lint", "--include-checks", "I", "--", TEMPLATE, home=tmp_path) == ""


@pytest.fixture(scope="module")
def expanded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The template after Amazon's translator, which is what CloudFormation is given."""
    script = Path(__file__).with_name("expand.py")
    table = json.loads(_run("python", script, TEMPLATE, home=tmp_path_factory.mktemp("home")))
    assert isinstance(table, dict)
    return table


def _of_type(expanded: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: made["Properties"] for name, made in expanded["Resources"].items() if made["Type"] == kind}


def _refs(value: Any, conditions: dict[str, Any]) -> set[str]:
    """The names that a piece of template refers to, also through its conditions."""
    if isinstance(value, list):
        return set().union(*(_refs(entry, conditions) for entry in value))
    if not isinstance(value, dict):
        return set()
    found = _refs(list(value.values()), conditions)
    if isinstance(value.get("Ref"), str):
        found.add(value["Ref"])
    if "Fn::If" in value:
        found |= _refs(conditions[value["Fn::If"][0]], conditions)
    if isinstance(value.get("Fn::Sub"), str):
        found |= set(re.findall(r"\$\{(\w+)\}", value["Fn::Sub"]))
    return found


def test_this_skill_alone_may_call_the_alias_and_nobody_anything_else(expanded: dict[str, Any]) -> None:
    (alias,) = _of_type(expanded, "AWS::Lambda::Alias")
    (permission,) = _of_type(expanded, "AWS::Lambda::Permission").values()
    assert permission == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": alias},
        "Principal": "alexa-appkit.amazon.com",
        "EventSourceToken": {"Ref": "SkillId"},
    }
    assert expanded["Outputs"]["Endpoint"]["Value"] == {"Ref": alias}


def test_the_function_may_use_its_table_and_its_log_and_nothing_else(expanded: dict[str, Any]) -> None:
    (role,) = _of_type(expanded, "AWS::IAM::Role").values()
    assert "ManagedPolicyArns" not in role
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    (policy,) = role["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
            "Resource": {"Fn::GetAtt": ["Preferences", "Arn"]},
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": ["Log", "Arn"]},
        },
    ]


def test_the_function_is_as_it_should_be(expanded: dict[str, Any]) -> None:
    (function,) = _of_type(expanded, "AWS::Lambda::Function").values()
    assert function["Handler"] == "lambda_handler.handler"
    assert function["Architectures"] == ["arm64"]
    assert function["MemorySize"] == {"Ref": "Memory"}
    assert expanded["Parameters"]["Memory"]["Default"] == 512
    assert function["Timeout"] == 8
    assert function["Role"] == {"Fn::GetAtt": ["Role", "Arn"]}
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": "Log"}
    # At any higher level Lambda would drop the requests' lines, which have none, and the metrics with them.
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert set(function["LoggingConfig"]["ApplicationLogLevel"]["Fn::If"][1:]) == {"DEBUG", "INFO"}
    assert expanded["Parameters"]["SnapStart"]["Default"] == "off"


def test_every_variable_of_the_function_is_read_by_it(expanded: dict[str, Any]) -> None:
    (function,) = _of_type(expanded, "AWS::Lambda::Function").values()
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for name in function["Environment"]["Variables"]:
        assert f'"{name}"' in text, name


def test_a_changed_parameter_makes_another_version(expanded: dict[str, Any]) -> None:
    """SAM publishes none for it; a version with another description is another version to CloudFormation."""
    (function,) = _of_type(expanded, "AWS::Lambda::Function").values()
    (version,) = _of_type(expanded, "AWS::Lambda::Version").values()
    conditions, parameters = expanded["Conditions"], set(expanded["Parameters"])
    assert _refs(function, conditions) & parameters - UNVERSIONED == _refs(version, conditions) & parameters
    assert {"SkillId", "FirstVoice", "LogLevel", "SnapStart"} <= _refs(version, conditions)


def test_the_table_keeps_little_and_not_for_ever(expanded: dict[str, Any]) -> None:
    (table,) = _of_type(expanded, "AWS::DynamoDB::Table").values()
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}
    (log,) = _of_type(expanded, "AWS::Logs::LogGroup").values()
    assert log["RetentionInDays"] == {"Ref": "LogDays"}


def test_the_alarms_watch_what_there_is_and_stand_in_the_runbook(expanded: dict[str, Any]) -> None:
    alarms = _of_type(expanded, "AWS::CloudWatch::Alarm")
    watched = {(alarm["Namespace"], alarm["MetricName"]) for alarm in alarms.values()}
    lambdas = {("AWS/Lambda", name) for name in ("Errors", "Duration", "Throttles")}
    assert watched == {*lambdas, (observe.NAMESPACE, "faults")}
    assert "faults" in observe.METRICS
    runbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for alarm in alarms.values():
        name = alarm["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
        assert re.search(rf"^#+ `{name}`", runbook, re.MULTILINE), name
        assert f'docs/operations.md, "{name}"' in alarm["AlarmDescription"]
        dimension = "function" if alarm["Namespace"] == observe.NAMESPACE else "FunctionName"
        assert alarm["Dimensions"] == [{"Name": dimension, "Value": {"Ref": "Function"}}]
        assert _refs(alarm["AlarmActions"], expanded["Conditions"]) >= {"Alarms", "AlarmEmail"}


def test_the_skills_id_must_look_like_one(expanded: dict[str, Any]) -> None:
    pattern = expanded["Parameters"]["SkillId"]["AllowedPattern"]
    assert re.search(pattern, SKILL_ID)
    for wrong in ("", "amzn1.ask.skill.", SKILL_ID.upper(), SKILL_ID + "0", "x" + SKILL_ID, "arn:aws:lambda:x"):
        assert not re.search(pattern, wrong), wrong
    assert "Default" not in expanded["Parameters"]["SkillId"]


def test_the_runtimes_that_package_takes_are_those_that_amazons_linter_calls_live(tmp_path: Path) -> None:
    lines = [
        "import cfnlint, json, pathlib",
        "here = pathlib.Path(cfnlint.__file__).parent / 'data' / 'AdditionalSpecs'",
    ]
    program = "\n".join([*lines, "print((here / 'LmbdRuntimeLifecycle.json').read_text())"])
    known = json.loads(_run("python", "-c", program, home=tmp_path))
    ends = {name: str(end) for name, end in runtimes.ends().items()}
    assert ends == {name: known[name]["deprecated"] for name in ends}
    assert not [name for name in known if re.fullmatch(r"python3\.1[1-9]", name) and name not in ends]


def test_a_template_without_its_two_lines_is_not_filled_in() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    for wrong in (text.replace("Runtime: python", "Runtime: "), text.replace("CodeUri: build/", "CodeUri: ")):
        with pytest.raises(NotPackaged, match=r"template\.yaml has 0 lines"):
            command.template(wrong, "python3.12")


class _Bucket(BaseHTTPRequestHandler):
    """S3 as far as an upload needs it; `objects` is what has been put there."""

    objects: dict[str, bytes]
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(200 if self.path in self.objects else 404)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.objects[self.path] = body
        self._answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def _answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bucket() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A stand-in for S3 on loopback: its address, and what has been put there by path."""
    objects: dict[str, bytes] = {}
    service = ThreadingHTTPServer(("127.0.0.1", 0), type("Bucket", (_Bucket,), {"objects": objects}))
    service.daemon_threads = True
    threading.Thread(target=service.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{service.server_port}", objects
    service.shutdown()
    service.server_close()


def _project(folder: Path) -> Path:
    """The deployer's folder after `make package`, with a small bundle; the bundle's path."""
    build = folder / "build"
    build.mkdir()
    shutil.copy(ROOT / "samconfig.toml", folder)
    text = command.template(TEMPLATE.read_text(encoding="utf-8"), runtimes.runtime())
    (build / "template.yaml").write_text(text, encoding="utf-8")
    with zipfile.ZipFile(build / "function.zip", "w") as bundle:
        for name in ("lambda_handler.py", "__pycache__/lambda_handler.cpython-312.pyc", "skill/content/doses.toml"):
            bundle.writestr(name, os.urandom(100))
    return build / "function.zip"


def test_what_sam_builds_and_uploads_is_the_bundle_byte_for_byte(
    tmp_path: Path, bucket: tuple[str, dict[str, bytes]]
) -> None:
    bundle = _project(tmp_path)
    packaged = bundle.read_bytes()
    home = tmp_path / "home"
    home.mkdir()
    assert "Build Succeeded" in _run("sam", "build", cwd=tmp_path, home=home)
    built = (tmp_path / ".aws-sam" / "build" / "template.yaml").read_text()
    (uri,) = re.findall(r"^ *CodeUri: (.*)$", built, re.MULTILINE)
    assert (tmp_path / ".aws-sam" / "build" / uri).resolve() == bundle
    assert re.findall(r"^ *Runtime: (.*)$", built, re.MULTILINE) == [runtimes.runtime()]
    address, objects = bucket
    out = tmp_path / "uploaded.yaml"
    arguments = (
        "--template-file",
        ".aws-sam/build/template.yaml",
        "--s3-bucket",
        "stand-in",
        "--output-template-file",
        out,
    )
    _run(
        "sam",
        "package",
        *arguments,
        cwd=tmp_path,
        home=home,
        AWS_ENDPOINT_URL_S3=address,
        AWS_REQUEST_CHECKSUM_CALCULATION="when_required",
    )
    assert list(objects.values()) == [packaged]
    assert bundle.read_bytes() == packaged
    assert re.search(r"^ *CodeUri: s3://stand-in/", out.read_text(), re.MULTILINE)
