"""How long a cold start takes: from the start of a process to its first response: `python -m bench.cold`.

Side by side: what `package` makes, a hello-world on Amazon's SDK as pip installs it, and a handler without any SDK. Each start is a
process of its own, one of each kind in turn, so that whatever else the machine does falls on all alike. All get the same request
(a cramp in the calf, from a speaker without a screen), see nothing but the standard library and their own folder, and can write no
`.pyc`, as in Lambda, whose `/var/task` is read-only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.warm import relief
from skill.simulator.requests import Bedside
from skill.tools.packaging import lambda_bundle

ROOT = Path(__file__).parents[1]
README = ROOT / "bench" / "README.md"
BEGINS, ENDS = "<!-- bench:cold -->", "<!-- /bench:cold -->"

#: Runs in each process; prints the moment of its first response, the processor's time until then, and the memory then, in KiB.
CHILD = """
import json, sys
with open(sys.argv[1]) as file:
    event = json.load(file)
said, sys.stdout = sys.stdout, sys.stderr
module = __import__(sys.argv[2])
json.dumps(module.handler(event, None))
import time
now, spent, held = time.monotonic(), time.process_time(), 0
try:
    with open("/proc/self/status") as file:
        held = next(line.split()[1] for line in file if line.startswith("VmRSS"))
except FileNotFoundError:  # not Linux
    pass
print(now, spent, held, file=said)
"""


@dataclass
class Case:
    """One kind of start: its folder, the module that has its handler, and what the runs have shown.

    `took` and `spent` are seconds by the clock and by the processor; `held` is KiB.
    """

    name: str
    folder: Path
    module: str
    environment: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)

    def start(self, event: Path) -> None:
        environment = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", **self.environment}
        alone = {"PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1"}  # and not what stands in this folder
        command = [sys.executable, "-S", "-s", "-c", CHILD, str(event), self.module]
        began = time.monotonic()
        done = subprocess.run(command, env={**environment, **alone}, capture_output=True, text=True, check=True)
        ended, spent, held = map(float, done.stdout.split())
        self.took.append(ended - began)
        self.spent.append(spent)
        self.held.append(held)


def without_pyc(folder: Path) -> Path:
    """A copy of the folder with nothing compiled in it."""
    copy = folder.with_name(f"{folder.name}-without")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", "together.*"))
    return copy


def stock(folder: Path) -> Path:
    """Amazon's SDK as pip installs it, compiled, and the hello-world beside it."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--target", str(folder)]
    subprocess.run([*pip, "--requirement", str(ROOT / "requirements.txt")], check=True, capture_output=True)
    shutil.copy(ROOT / "bench" / "hello_world.py", folder)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder / "hello_world.py")], check=True)
    return folder


def plain(folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(ROOT / "bench" / "plain_handler.py", folder)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder)], check=True)
    return folder


def measured(scratch: Path, runs: int) -> list[Case]:
    """Every case, started `runs` times."""
    lambda_bundle.build(scratch)
    bundle, hello = scratch / "function", stock(scratch / "hello")
    cases = [
        Case("a handler without any SDK", plain(scratch / "plain"), "plain_handler"),
        Case("hello-world on ask-sdk-core", hello, "hello_world"),
        Case("the same without `.pyc`", without_pyc(hello), "hello_world"),
        Case("**Cramp Coach, packaged**", bundle, "lambda_handler"),
        Case("the same, made ready as in Lambda", bundle, "lambda_handler", {"AWS_LAMBDA_FUNCTION_NAME": "bench"}),
        Case("the same without `.pyc`", without_pyc(bundle), "lambda_handler"),
    ]
    event = scratch / "event.json"
    event.write_bytes(next(relief(Bedside())))
    for number in range(runs + 1):
        for case in cases:
            case.start(event)
            if number == 0:  # which brings the files into the machine's memory
                for values in (case.took, case.spent, case.held):
                    values.clear()
    return cases


def table(cases: list[Case], runs: int) -> str:
    """In Markdown: medians, each against the stock hello-world with its `.pyc`."""
    hello, python = cases[1], f"Python {sys.version_info.major}.{sys.version_info.minor}"
    lines = [
        f"| from the start of a process to its first response ({python}) | ms | to hello-world | processor, ms | MiB |",
        "|---|---:|---:|---:|---:|",
    ]
    for case in cases:
        took, spent, held = (statistics.median(values) for values in (case.took, case.spent, case.held))
        ratio = took / statistics.median(hello.took)
        lines.append(f"| {case.name} | {took * 1000:.0f} | {ratio:.2f} | {spent * 1000:.0f} | {held / 1024:.1f} |")
    return "\n".join(
        [*lines, "", f"Medians of {runs} starts of each, in turn, with all files in the machine's memory."]
    )


def put_into(readme: str, text: str) -> str:
    """Return bench/README.md with the text between its marks; raises ValueError where they are not there."""
    before, begins, rest = readme.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not (begins and ends):
        raise ValueError(f"bench/README.md has no {BEGINS} ... {ENDS}")
    return f"{before}{BEGINS}\n{text}\n{ENDS}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="starts of each kind (default: %(default)s)")
    parser.add_argument("--readme", action="store_true", help="put the table into bench/README.md as well")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        text = table(measured(Path(scratch), args.runs), args.runs)
    print(text)
    if args.readme:
        day = f"{datetime.now(UTC):%d %B %Y}".lstrip("0")
        readme = put_into(README.read_text(encoding="utf-8"), f"{text} Measured on {day} by `make bench-cold`.")
        README.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
