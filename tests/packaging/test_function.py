"""The function's bundle: what is in it, that it is always the same, and that it answers as the source tree does."""

from __future__ import annotations

import json
import marshal
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambda_handler import handler
from skill.loading import interaction_model
from skill.loading.content import alone, library, words
from skill.loading.content_files import LANGUAGES
from skill.simulator import requests
from skill.simulator.nlu.recognizer import RecognizeResult, Slot
from skill.simulator.requests import Bedside, Visit
from skill.tools.packaging.runtimes import NotPackaged, ends, runtime
from tests.packaging.bundle import printed, run

ROOT = Path(__file__).parents[2]
TOGETHER = f"together.{sys.implementation.cache_tag}"
MOST_BYTES = 3_000_000  #: of the zip
MOST_MEMORY = 25  #: MiB that the function adds to a bare Python until its first answer

#: Answers envelopes, a list of them, and prints the list of answers.
ANSWER = """
import json, sys
from lambda_handler import handler
print(json.dumps([handler(event, None) for event in json.loads(sys.stdin.read())]))
"""
NIGHT = datetime(2026, 1, 15, 3, tzinfo=UTC)
SCRIPT: tuple[Any, ...] = (
    None,
    ("RelieveIntent", {"Site": "foot", "Side": "left"}),
    ("StillCrampingIntent", {"Degree": "partly"}),
    ("AMAZON.PauseIntent", {}),
    ("AMAZON.ResumeIntent", {}),
    ("AMAZON.NextIntent", {}),
    ("AdaptIntent", {"Limit": "pregnant"}),
    ("WarningSignIntent", {"Sign": "clot"}),
    ("AMAZON.YesIntent", {}),
    ("DenySignIntent", {"Sign": "clot"}),
    ("AskIntent", {"Topic": "magnesium"}),
    ("SourceIntent", {}),
    ("TimeLeftIntent", {}),
    ("VoiceIntent", {"Voice": "whisper"}),
    ("BedtimeRoutineIntent", {}),
    ("AMAZON.HelpIntent", {}),
    ("AMAZON.FallbackIntent", {}),
    ("AMAZON.StopIntent", {}),
)
BEDSIDES = (
    Bedside(),
    Bedside(device="show", locale="en-GB"),
    Bedside(device="show", shape="round", locale="en-AU"),
    Bedside(locale="de-DE"),
)


def _night(bedside: Bedside) -> Iterator[tuple[Any, Any]]:
    """Envelopes of one session, and what the source tree answers to each."""
    model = interaction_model.of("en-US")
    attributes: dict[str, Any] = {}
    for number, said in enumerate(SCRIPT):
        visit = Visit("amzn1.echo-api.session.night", attributes, new=number == 0)
        moment = NIGHT + timedelta(seconds=25 * number)
        if said is None:
            event = requests.launch(bedside, visit, moment)
        else:
            name, slots = said
            heard = RecognizeResult("", name, {slot: Slot(slot, value, value) for slot, value in slots.items()})
            event = requests.intent(bedside, visit, moment, heard, model)
        answer = handler(event, None)
        attributes = json.loads(json.dumps(answer.get("sessionAttributes") or {}))
        yield event, json.loads(json.dumps(answer))


def _answers(folder: Path, events: list[Any], **environment: str) -> Any:
    return json.loads(printed(folder, ANSWER, json.dumps(events), **environment))


@pytest.fixture(scope="module")
def relief() -> tuple[Any, Any]:
    """A launch and a cramp in the foot, and what the source tree answers."""
    (launch, _), (cramp, _), *_ = _night(Bedside())
    cramp["session"] = launch["session"]
    events = [launch, cramp]
    return events, json.loads(json.dumps([handler(event, None) for event in events]))


@pytest.fixture
def copy(bundle: Path, tmp_path: Path) -> Path:
    """The bundle's files, to be damaged."""
    return Path(shutil.copytree(bundle / "function", tmp_path / "function"))


@pytest.mark.parametrize("bedside", BEDSIDES, ids=lambda bedside: f"{bedside.locale}-{bedside.shape}-{bedside.device}")
def test_it_answers_as_the_source_tree_does(bundle: Path, bedside: Bedside) -> None:
    events, answers = zip(*_night(bedside), strict=True)
    assert _answers(bundle / "function", list(events)) == list(answers)


def test_its_content_is_that_of_the_source_tree(bundle: Path) -> None:
    locales = ["en-US", "en-GB", "en-AU", "de-DE", "xx"]
    program = f"""
from skill.loading.content import alone, library, words
print(repr(library()))
for locale in {locales!r}:
    print(repr(words(locale)))
    print(alone(locale))
"""
    expected = [repr(library()), *(text for locale in locales for text in (repr(words(locale)), alone(locale)))]
    assert printed(bundle / "function", program).splitlines() == expected


def test_two_builds_are_the_same_byte_for_byte(bundle: Path, tmp_path: Path) -> None:
    """The second by the README's own command, which makes all else too; not as a part of the `make` that runs the tests.

    However somebody has set up their own Python, and whatever their folders are called.
    """
    out = tmp_path / "elsewhere" / "Büro Müller"
    command = ["make", "package", "-o", ".venv/.speaker", f"PYTHON={sys.executable}", f"ARGS=--out '{out}'"]
    inherited = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    set_up = {"PYTHONHASHSEED": "12345", "PYTHONOPTIMIZE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}
    strict = {"PYTHONWARNINGS": "error", "PYTHONIOENCODING": "ascii", "TZ": "Asia/Tokyo"}
    environment = {**inherited, **set_up, **strict}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("content: all fits")
    assert (out / "function.zip").read_bytes() == (bundle / "function.zip").read_bytes()
    shown = str(out).replace("ü", r"\xfc")
    for made in ("function.zip", "template.yaml", "samconfig.toml", "skill-package"):
        assert f"{shown}/{made}: " in done.stdout
        assert (out / made).exists()
    assert (out / "skill-package" / "skill.json").is_file()


def test_the_zip_is_the_folder_in_order_and_without_times(bundle: Path) -> None:
    folder = bundle / "function"
    with zipfile.ZipFile(bundle / "function.zip") as file:
        entries = file.infolist()
        names = [entry.filename for entry in entries]
        assert names == sorted(names)
        assert set(names) == {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
        assert all(file.read(entry) == (folder / entry.filename).read_bytes() for entry in entries)


def test_it_is_small(bundle: Path) -> None:
    assert (bundle / "function.zip").stat().st_size <= MOST_BYTES


def test_it_holds_what_the_function_needs_and_nothing_else(bundle: Path) -> None:
    folder = bundle / "function"
    top = {path.name for path in folder.iterdir() if not path.name.endswith(".dist-info")}
    sdk = {"ask_sdk_core", "ask_sdk_model", "ask_sdk_runtime", "dateutil", "six.py"}
    http = {"certifi", "charset_normalizer", "idna", "requests", "urllib3"}
    assert top == {"lambda_handler.py", "skill", TOGETHER, "__pycache__"} | sdk | http
    rooms = {path.name for path in (folder / "skill").iterdir() if path.is_dir()} - {"__pycache__"}
    assert rooms == {"alexa", "content", "core", "dialogue", "loading"}
    assert {path.name for path in (folder / "skill" / "content").glob("*.*")} == {
        "__init__.py",
        "library.py",
        *(f"{language}.py" for language in LANGUAGES),
    }
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files if "skill" in path.relative_to(folder).parts} == {".py", ".pyc", ".json"}
    assert not [path for path in files if path.suffix in (".so", ".pyd", ".toml")]  # runs on any processor
    assert not [path for path in files if {"tests", "bin"} & set(path.parts)]


def test_every_module_of_it_can_be_imported(bundle: Path) -> None:
    program = """
import importlib, pathlib
for path in sorted(pathlib.Path().rglob("*.py")):
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(name, error.name or "?", error)
"""
    lines = [line.split() for line in printed(bundle / "function", program).splitlines()]
    missing = {name: needs for name, needs, *_ in lines if not name.startswith("urllib3.")}  # which has optional parts
    assert missing == {"skill.alexa.store.dynamodb": "boto3"}  # Lambda's Python has it


def test_compiled_code_is_taken_unchecked_and_each_module_has_it_once(bundle: Path) -> None:
    folder = bundle / "function"
    together = marshal.loads((folder / TOGETHER).read_bytes())
    beside = {path.parent.parent / f"{path.name.partition('.')[0]}.py": path for path in folder.rglob("*.pyc")}
    first = {folder / source for _, source, _ in together.values()}
    sources = set(folder.rglob("*.py"))
    assert beside.keys() | first == sources
    assert not beside.keys() & first
    for path in beside.values():
        assert int.from_bytes(path.read_bytes()[4:8], "little") == 0b01, (
            path
        )  # by hash, and not compared with the source
    assert not [source for source in together if source.startswith(("requests", "urllib3", "dateutil"))]


def test_the_compiled_code_is_what_runs(copy: Path, relief: tuple[Any, Any]) -> None:
    events, answers = relief
    for path in copy.rglob("*.py"):
        path.write_text("raise SystemExit('the source was run')\n", encoding="utf-8")
    assert _answers(copy, events) == answers


def test_without_its_compiled_code_it_still_answers(copy: Path, relief: tuple[Any, Any]) -> None:
    events, answers = relief
    (copy / TOGETHER).rename(copy / "together.cpython-27")  # another Python's
    assert _answers(copy, events) == answers


def test_its_memory_stays_within_bounds(bundle: Path, relief: tuple[Any, Any]) -> None:
    if sys.platform != "linux":
        pytest.skip("memory is read from Linux's /proc")
    program = """
import sys
def held():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
before = held()
import json
from lambda_handler import handler
for event in json.loads(sys.stdin.read()):
    handler(event, None)
print((held() - before) / 1024)
"""
    assert float(printed(bundle / "function", program, json.dumps(relief[0]))) <= MOST_MEMORY


def test_nothing_that_reaches_the_network_is_loaded_for_the_first_answers(
    bundle: Path, relief: tuple[Any, Any]
) -> None:
    program = ANSWER + "\nprint(json.dumps(sorted(sys.modules)))"
    answered = printed(bundle / "function", program, json.dumps(relief[0]))
    loaded = set(json.loads(answered.splitlines()[-1]))
    assert {"ask_sdk_core", "skill.fast_dataclasses"} <= loaded
    heavy = {
        "socket",
        "ssl",
        "requests",
        "urllib3",
        "dateutil",
        "dataclasses",
        "inspect",
        "tomllib",
        "pathlib",
        "pprint",
    }
    assert not loaded & heavy


@pytest.mark.parametrize("lost", ["skill.content.library", "skill.content.en"])
def test_without_its_content_it_still_says_the_first_action_and_the_log_names_the_file(
    copy: Path, relief: tuple[Any, Any], lost: str
) -> None:
    together = marshal.loads((copy / TOGETHER).read_bytes())
    _, source, _ = together.pop(lost)
    (copy / TOGETHER).write_bytes(marshal.dumps(together, 2))
    (copy / source).unlink()
    done = run(copy, ANSWER, json.dumps(relief[0]))
    for answer in json.loads(done.stdout):
        assert answer["response"]["outputSpeech"]["text"].startswith(words("en-US").text("calf.lying.first"))
        assert answer["response"]["shouldEndSession"] is True
    assert f"{source}: (file)" in done.stderr


def test_without_its_content_it_offers_no_stretch_to_somebody_who_tells_of_a_sign(
    copy: Path, relief: tuple[Any, Any]
) -> None:
    shutil.rmtree(copy / "skill" / "content")
    together = marshal.loads((copy / TOGETHER).read_bytes())
    kept = {name: value for name, value in together.items() if not name.startswith("skill.content")}
    (copy / TOGETHER).write_bytes(marshal.dumps(kept, 2))
    launch, cramp = relief[0]
    sign = {**cramp, "request": {**cramp["request"], "intent": {"name": "WarningSignIntent", "slots": {}}}}
    later = {**cramp, "session": {**cramp["session"], "attributes": {"conversation": {"signs": ["clot"]}}}}
    for event in (sign, later):
        done = run(copy, ANSWER, json.dumps([event]))
        assert done.returncode != 0
        assert "ContentError" in done.stderr
        assert "Slowly" not in done.stdout
    assert "Slowly" in run(copy, ANSWER, json.dumps([launch])).stdout


def test_only_a_python_that_lambda_runs_can_package() -> None:
    today = date(2026, 11, 22)
    assert runtime((3, 13), today) == "python3.13"
    with pytest.raises(NotPackaged, match=r"has no runtime python3\.10.*python3\.11, python3\.12"):
        runtime((3, 10), today)
    with pytest.raises(NotPackaged, match=r"has no runtime python3\.15"):
        runtime((3, 15), today)
    last = ends()["python3.11"]
    assert runtime((3, 11), last) == "python3.11"
    with pytest.raises(NotPackaged, match=r"no longer looks after python3\.11.*Package with one of python3\.12"):
        runtime((3, 11), last + timedelta(days=1))


def test_the_desk_says_why_it_does_not_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from skill.__main__ import main
    from skill.tools.packaging import runtimes

    monkeypatch.setattr(runtimes, "ends", lambda: {"python3.99": date(2099, 1, 1)})
    assert main(["package", "--out", str(tmp_path / "out")]) == 1
    assert "Package with one of python3.99" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_nothing_of_a_former_run_can_be_deployed_after_one_that_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from skill.__main__ import main
    from skill.tools.packaging import lambda_bundle

    (tmp_path / ".aws-sam" / "build").mkdir(parents=True)
    for former in ("function.zip", "template.yaml", "samconfig.toml", ".aws-sam/build/template.yaml"):
        (tmp_path / former).touch()
    (tmp_path / ".ask").mkdir()  # what ask-cli remembers
    monkeypatch.setattr(lambda_bundle, "REQUIREMENTS", tmp_path / "nowhere.txt")
    assert main(["package", "--out", str(tmp_path)]) == 1
    assert "pip could not install the function's packages" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {
        ".ask",
        "function",
        "skill-package",
        "ask-resources.json",
        "pages",
    }
