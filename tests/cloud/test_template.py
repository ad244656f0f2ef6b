"""The template of the function: valid, as narrow as it claims, and what SAM builds and uploads is the bundle as it was packaged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from skill.alexa import request_log
from skill.loading.store_listing import Mine
from skill.tools.packaging import command, runtimes
from skill.tools.packaging.runtimes import NotPackaged
from tests.cloud.aws import Aws
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
    assert watched == {*lambdas, (request_log.NAMESPACE, "faults")}
    assert "faults" in request_log.METRICS
    runbook = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    for alarm in alarms.values():
        name = alarm["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
        assert re.search(rf"^#+ `{name}`", runbook, re.MULTILINE), name
        assert f'docs/OPERATIONS.md, "{name}"' in alarm["AlarmDescription"]
        dimension = "function" if alarm["Namespace"] == request_log.NAMESPACE else "FunctionName"
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


def test_a_template_without_its_runtime_is_not_filled_in() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    with pytest.raises(NotPackaged, match=r"template\.yaml has 0 lines"):
        command.template(text.replace("Runtime: python", "Runtime: "), "python3.12")


def _packaged(folder: Path, mine: Mine) -> Path:
    """What `make package` leaves for `sam`, with a small bundle; the bundle's path."""
    build = folder / "build"
    build.mkdir(exist_ok=True)
    text = command.template(TEMPLATE.read_text(encoding="utf-8"), runtimes.runtime())
    (build / "template.yaml").write_text(text, encoding="utf-8")
    (build / "samconfig.toml").write_text(command.settings(mine), encoding="utf-8")
    with zipfile.ZipFile(build / "function.zip", "w") as bundle:
        for name in ("lambda_handler.py", "__pycache__/lambda_handler.cpython-312.pyc", "skill/content/doses.toml"):
            bundle.writestr(name, os.urandom(100))
    return build / "function.zip"


OTHER = SKILL_ID[:-4] + "0000"


def _sam(aws: Aws, build: Path, *args: str) -> str:
    """`sam` in the folder that was packaged, where nothing but samconfig.toml tells the region."""
    home = build.parent / "home"
    home.mkdir(exist_ok=True)
    environment = {"AWS_DEFAULT_REGION": "", "AWS_ENDPOINT_URL": aws.url, "SAM_CLI_POLL_DELAY": "0.1"}
    return _run("sam", *args, cwd=build, home=home, AWS_REQUEST_CHECKSUM_CALCULATION="when_required", **environment)


def test_the_way_of_the_readme_deploys_the_bundle_byte_for_byte(tmp_path: Path) -> None:
    """No question, no region in the environment; and nothing is written where git would see it."""
    bundle = _packaged(tmp_path, Mine(SKILL_ID, "us-west-2"))
    packaged = bundle.read_bytes()
    with Aws() as aws:
        assert "Build Succeeded" in _sam(aws, bundle.parent, "build")
        built = (bundle.parent / ".aws-sam" / "build" / "template.yaml").read_text()
        (uri,) = re.findall(r"^ *CodeUri: (.*)$", built, re.MULTILINE)
        assert (bundle.parent / ".aws-sam" / "build" / uri).resolve() == bundle
        _sam(aws, bundle.parent, "deploy")
        outputs = json.loads(_sam(aws, bundle.parent, "list", "stack-outputs", "--output", "json"))
        (stack,) = aws.stacks.values()
        assert bundle.read_bytes() == packaged
        kept = _what_later_deployments_keep(aws, tmp_path, bundle.parent)
    assert kept == {**stack.parameters, "SkillId": OTHER, "AlarmEmail": "me@somewhere.test", "LogLevel": "INFO"}
    assert (stack.parameters["LogLevel"], stack.parameters["AlarmEmail"]) == ("WARNING", "")
    assert (stack.region, stack.parameters["SkillId"]) == ("us-west-2", SKILL_ID)
    assert re.findall(r"^ *Runtime: (.*)$", stack.template, re.MULTILINE) == [runtimes.runtime()]
    (uploaded,) = re.findall(r"^ *CodeUri: s3:/(/.*)$", stack.template, re.MULTILINE)
    assert aws.objects[uploaded] == packaged
    told = {output["OutputKey"]: output["OutputValue"] for output in outputs}
    assert told["Endpoint"].endswith(":function:cramp-coach:live")
    assert told["SkillId"] == SKILL_ID
    assert {path.name for path in tmp_path.iterdir()} == {"build", "home"}


def _what_later_deployments_keep(aws: Aws, folder: Path, build: Path) -> dict[str, str]:
    """The parameters after two more: one that names some of them, one that names none but another skill's id.

    By sam's own merge of samconfig.toml, the command line and what CloudFormation has.
    """
    _sam(aws, build, "deploy", "--parameter-overrides", "AlarmEmail=me@somewhere.test", "LogLevel=INFO")
    _packaged(folder, Mine(OTHER, "us-west-2"))
    _sam(aws, build, "deploy")
    return aws.stacks["cramp-coach"].parameters


def test_without_the_skills_id_nothing_is_deployed(tmp_path: Path) -> None:
    build = _packaged(tmp_path, Mine(region="eu-west-1")).parent
    with Aws() as aws, pytest.raises(AssertionError, match=r"\['SkillId'\] must have values"):
        _sam(aws, build, "deploy")
    assert not aws.stacks
