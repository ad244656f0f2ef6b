"""Asks whether any pinned package has a known vulnerability, and says plainly where nobody could be asked.

pip-audit does the asking, of an advisory service on the network. Its own exit code cannot be used as it is: it is 1 for
a vulnerability and for a network without a way out alike, and 0 when each package was merely skipped.

Exit code: 1 where a vulnerability is known; 0 where none is, and where the service could not be reached, unless
`--required` is given: then that is 3. What is printed tells the two apart.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOUND, UNKNOWN = 1, 3
#: Seconds for all questions of one file, and for each.
PATIENCE, PATIENCE_EACH = 300, 10


@dataclass
class Findings:
    """What was said of which packages: name and version to advisories; `unasked` to the reason why not."""

    sound: set[str] = field(default_factory=set)
    vulnerable: dict[str, list[str]] = field(default_factory=dict)
    unasked: dict[str, str] = field(default_factory=dict)


_INCLUDES = re.compile(r"^-r\s+(\S+)\n", re.MULTILINE)


def environments(root: Path = ROOT) -> list[Path]:
    """The requirements that no other file takes in: each is what one environment holds."""
    files = [root / "requirements.txt", *sorted((root / "requirements").glob("*.txt"))]
    within = {(file.parent / name).resolve() for file in files for name in _INCLUDES.findall(file.read_text())}
    return [file for file in files if file.resolve() not in within]


def pins(file: Path) -> str:
    """The lines of a file and of those that it takes in, each once; pip-audit alone would leave these out."""
    seen: dict[Path, str] = {}
    waiting = [file.resolve()]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            text = one.read_text(encoding="utf-8")
            seen[one] = _INCLUDES.sub("", text)
            waiting += [(one.parent / name).resolve() for name in _INCLUDES.findall(text)]
    return "\n".join(seen.values())


def ask(file: Path, service: str | None, findings: Findings) -> None:
    """Adds what the advisory service says of the pins of one file."""
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip"]
    command += ["--vulnerability-service", "osv", "--timeout", str(PATIENCE_EACH)]
    command += ["--format", "json", "--progress-spinner", "off"]
    command += ["--osv-url", service] if service else []
    try:
        with tempfile.TemporaryDirectory() as folder:
            (whole := Path(folder) / file.name).write_text(pins(file), encoding="utf-8")
            command += ["--requirement", str(whole)]
            asked = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        said = json.loads(asked.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        findings.unasked[file.name] = f"no end after {PATIENCE} s"
    except (ValueError, KeyError, TypeError):  # no report: pip-audit gave up
        findings.unasked[file.name] = asked.stderr.strip().rpartition("\n")[2] or "no report"
    else:
        for package in said:
            name = f"{package['name']} {package.get('version', '')}".strip()
            if "skip_reason" in package:
                findings.unasked[name] = package["skip_reason"]
            elif package["vulns"]:
                findings.vulnerable[name] = [_advisory(advisory) for advisory in package["vulns"]]
            else:
                findings.sound.add(name)


def _advisory(advisory: dict[str, list[str] | str]) -> str:
    mended = ", ".join(advisory["fix_versions"]) or "no version yet"
    return f"{advisory['id']}, mended in {mended}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--required", action="store_true", help="fail too where the service could not be asked")
    parser.add_argument("--service", help="the URL to ask, in the manner of OSV's query (default: OSV's own)")
    parser.add_argument("files", type=Path, nargs="*", help="requirements files (default: every environment's)")
    args = parser.parse_args()
    findings = Findings()
    for file in args.files or environments():
        ask(file, args.service, findings)
    for name, advisories in sorted(findings.vulnerable.items()):
        for advisory in advisories:
            print(f"VULNERABLE: {name}: {advisory}")
    for name, reason in sorted(findings.unasked.items()):
        print(f"NOT AUDITED: {name}: {reason}")
    counts = f"{len(findings.sound)} packages without a known vulnerability, {len(findings.vulnerable)} with one"
    print(f"audit: {counts}" + (": this is no clean bill, see NOT AUDITED above" if findings.unasked else ""))
    if findings.vulnerable:
        return FOUND
    return UNKNOWN if findings.unasked and args.required else 0


if __name__ == "__main__":
    sys.exit(main())
