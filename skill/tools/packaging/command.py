"""`python -m skill package`: all that sam and ask deploy, under build/."""

import argparse
import io
import json
import re
import shutil
import sys
from pathlib import Path

from skill.loading import store_listing
from skill.loading.store_listing import Mine
from skill.tools.packaging import lambda_bundle, skill_package
from skill.tools.packaging.runtimes import NotPackaged, runtime

ROOT = Path(__file__).parents[3]
STACK = "cramp-coach"
TEMPLATE, SETTINGS = "template.yaml", "samconfig.toml"
#: what `sam` deploys, and its own copy of it
DEPLOYABLE = ("function.zip", TEMPLATE, SETTINGS, ".aws-sam")
RUNTIME = re.compile(r"^( *Runtime: )python3\.\d+$", re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `package`."""
    parser.add_argument("--out", type=Path, default=ROOT / "build", metavar="FOLDER", help="where to (default: build)")


def run(args: argparse.Namespace) -> int:
    """Write everything and print what was made, and what is still to be filled in before the skill can be published."""
    out: Path = args.out
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the folder's name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        _clear(out)  # nothing of a former run may be deployed for what fails in this one
        name = runtime()
        missing = skill_package.build(out)
        lambda_bundle.build(out)
        (out / TEMPLATE).write_text(template((ROOT / TEMPLATE).read_text(encoding="utf-8"), name), encoding="utf-8")
        (out / SETTINGS).write_text(settings(store_listing.mine(ROOT / "store")), encoding="utf-8")
    except (NotPackaged, OSError) as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    size = (out / "function.zip").stat().st_size
    print(f"{out / 'function.zip'}: the function for {name}, {size / 1_000_000:.1f} MB")
    print(f"{out / TEMPLATE}: its template, for sam build and sam deploy")
    print(f"{out / SETTINGS}: which stack, region and skill, for sam")
    print(f"{out / 'skill-package'}: the skill, for ask deploy")
    for key in missing:
        print(f"store/mine.toml: {key}: still to be filled in (store/mine.example.toml says how)")
    return 0


def _clear(out: Path) -> None:
    for name in DEPLOYABLE:
        path = out / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def template(text: str, runtime: str) -> str:
    """Return SAM's template for the Python that packages."""
    text, count = RUNTIME.subn(rf"\g<1>{runtime}", text)
    if count != 1:
        raise NotPackaged(f"{TEMPLATE} has {count} lines like {RUNTIME.pattern!r} instead of one")
    return text


def settings(mine: Mine) -> str:
    """Return sam's settings for this folder, for what its command line does not say.

    It reads no region from AWS_REGION, and asks for what it is not told: here it has nothing to ask.
    Of the template's parameters only the skill's id is here. The others keep what they were last deployed with.
    """
    lines = ["# Made by `package` out of store/mine.toml: change that.", "version = 0.1", ""]
    lines += ["[default.global.parameters]", f'stack_name = "{STACK}"']
    if mine.region:
        lines.append(f"region = {json.dumps(mine.region)}")
    lines += ["", "[default.deploy.parameters]"]
    lines += ['capabilities = "CAPABILITY_IAM"   # for the function\'s role', "resolve_s3 = true"]
    lines += ["fail_on_empty_changeset = false"]
    if mine.skill_id:
        lines.append(f"parameter_overrides = [{json.dumps(f'SkillId={mine.skill_id}')}]")
    return "\n".join((*lines, ""))
