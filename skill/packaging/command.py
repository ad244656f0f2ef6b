"""`python -m skill package`: all that the two deployers take, under build/."""

import argparse
import re
import sys
from pathlib import Path

from skill.packaging import function, skill_package
from skill.packaging.runtimes import NotPackaged, runtime

ROOT = Path(__file__).parents[2]
TEMPLATE = "template.yaml"
RUNTIME = re.compile(r"^( *Runtime: )python3\.\d+$", re.MULTILINE)
CODE = re.compile(r"^( *CodeUri: )build/", re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=ROOT / "build", metavar="FOLDER", help="where to (default: build)")


def run(args: argparse.Namespace) -> int:
    """Says what was made, and what somebody has still to fill in before the skill can be published."""
    out: Path = args.out
    try:
        name = runtime()
        missing = skill_package.build(out)
        function.build(out)
        (out / TEMPLATE).write_text(template((ROOT / TEMPLATE).read_text(encoding="utf-8"), name), encoding="utf-8")
    except (NotPackaged, OSError) as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    size = (out / "function.zip").stat().st_size
    print(f"{out / 'function.zip'}: the function for {name}, {size / 1_000_000:.1f} MB")
    print(f"{out / TEMPLATE}: its template, for sam build and sam deploy")
    print(f"{out / 'skill-package'}: the skill, for ask deploy")
    for key in missing:
        print(f"store/mine.toml: {key}: still to be filled in (store/mine.example.toml says how)")
    return 0


def template(text: str, runtime: str) -> str:
    """SAM's template for the Python that packaged, with the paths as seen from the folder that it is written to."""
    for pattern, put in ((RUNTIME, rf"\g<1>{runtime}"), (CODE, r"\g<1>")):
        text, count = pattern.subn(put, text)
        if count != 1:
            raise NotPackaged(f"{TEMPLATE} has {count} lines like {pattern.pattern!r} instead of one")
    return text
