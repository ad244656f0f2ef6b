"""Build the function's bundle: what runs in the cloud, and nothing else.

Its own sources are those that `lambda_handler` reaches by imports. Three things differ from the source tree, all to start sooner:
the content is compiled (`compile_content`), records do without `dataclasses` (`bundled.fast_dataclasses`), and Amazon's packages
load what they need when they need it (`lazy_sdk`). All is compiled to `.pyc` files that Python uses without looking at the source:
nothing can be written in the cloud, so without them everything would be compiled again at every cold start.

Two builds of the same sources with the same Python are the same, byte for byte, wherever and whenever they are made.
"""

import ast
import json
import marshal
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from skill.loading.content_files import CONTENT
from skill.tools.packaging import compile_content, lazy_sdk
from skill.tools.packaging.runtimes import NotPackaged, runtime

ROOT = Path(__file__).parents[3]
HANDLER = "lambda_handler.py"
BUNDLED = Path(__file__).parent / "bundled"
#: modules of ours that stand in the bundle for others
INSTEAD = {
    HANDLER: BUNDLED / "preloading_handler.py",
    "skill/loading/content.py": BUNDLED / "content.py",
    "skill/fast_dataclasses.py": BUNDLED / "fast_dataclasses.py",
}
#: how our modules import those that stand for one of the standard library's
STAND_INS = {
    re.compile(r"^( *)from dataclasses import ", re.MULTILINE): r"\1from skill.fast_dataclasses import ",
}

REQUIREMENTS = ROOT / "requirements" / "locked" / "requirements.txt"  #: boto3 is not there: Lambda's Python has it
#: what is installed and never imported: programs, tests, what is for Windows or for a Python in a browser
LEFT_OUT = (
    *("bin", "*/tests", "*/__main__.py", "charset_normalizer/cli"),
    *("dateutil/tz/win.py", "dateutil/tzwin.py", "urllib3/contrib/emscripten"),
)
#: what stays of the packages' own descriptions
LICENCES = ("licen", "notice", "copying", "author")

MOMENT = (1980, 1, 1, 0, 0, 0)  #: the time of every entry, the earliest that a zip can hold
ORDINARY_FILE = 0o100644 << 16

#: Compiles the folder in which it runs: in a process of its own, as what compiled code looks like depends on what else was loaded.
COMPILE = """
import py_compile, sys
from pathlib import Path
for path in sorted(Path().rglob("*.py")):
    name = path.as_posix()
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(name, dfile=name, doraise=True, invalidation_mode=unchecked)
"""


#: Answers what the function gets itself ready with, and a launch; prints which modules of the folder that takes, and their files.
FIRST = """
import json, sys
from pathlib import Path
sys.path.insert(0, "")
from lambda_handler import handler
from skill.alexa.warmup import EXAMPLE
handler({**EXAMPLE, "request": {**EXAMPLE["request"], "type": "LaunchRequest"}}, None)
here = Path().resolve()
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
inside = {name: Path(file).resolve() for name, file in files.items() if file}
print(json.dumps({name: path.relative_to(here).as_posix() for name, path in inside.items() if path.is_relative_to(here)}))
"""


def build(out: Path) -> None:
    """Make `out`/function and `out`/function.zip; raises NotPackaged if this Python or these sources cannot be used."""
    runtime()
    folder = out / "function"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _install(folder)
    _copy_sources(folder)
    lazy_sdk.rewrite(folder, [folder / HANDLER, *folder.glob("skill/**/*.py")])
    _compile(folder)
    _put_together(folder)
    _zip(folder, out / "function.zip")


def _install(folder: Path) -> None:
    """Install the pinned packages, in pure Python: the function may run on another processor than this one."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    alone = ("--no-deps", "--no-compile", "--only-binary=:all:")
    pure = ("--platform=any", "--implementation=py", "--abi=none", f"--python-version={version}")
    wanted = ["--require-hashes", f"--requirement={REQUIREMENTS}", f"--target={folder}"]
    done = _run([*pip, *alone, *pure, *wanted], _without("PYTHON"))
    if done.returncode:
        raise NotPackaged(f"pip could not install the function's packages:\n{done.stderr.strip()}")
    for pattern in LEFT_OUT:
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in list(folder.glob("*.dist-info/**/*")):
        if path.is_file() and not path.name.lower().startswith(LICENCES):
            path.unlink()


def _copy_sources(folder: Path) -> None:
    """Copy our own modules as far as the handler reaches them, and the content in its compiled form."""
    sources = compile_content.sources()
    waiting = [HANDLER, "skill/__init__.py"]
    while waiting:
        name = waiting.pop()
        if name not in sources:
            sources[name] = _source(name)
            waiting += _imported(sources[name])
    rooms = {(ROOT / name).parent for name in sources} - {ROOT, CONTENT}
    for path in [path for room in rooms for path in room.glob("*.json")]:  # what a module reads beside itself
        sources[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    for name, text in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _source(name: str) -> str:
    text = INSTEAD.get(name, ROOT / name).read_text(encoding="utf-8")
    for plain, lighter in STAND_INS.items():
        text = plain.sub(lighter, text)
    if re.search(r"^\s*import dataclasses", text, re.MULTILINE):
        raise NotPackaged(f"{name}: in the function's rooms, write `from dataclasses import ...`")
    return text


def _imported(text: str) -> list[str]:
    """Return the files of ours that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    found = []
    for name in sorted(names):
        if name.partition(".")[0] == "skill":
            folder = Path(*name.split("."))
            files = (folder.with_suffix(".py"), folder / "__init__.py")
            found += [path.as_posix() for path in files if path.as_posix() in INSTEAD or (ROOT / path).exists()]
    return found


def _compile(folder: Path) -> None:
    # Sets are written in the order of their hashes; where in its line a fault arose is not worth a sixth of the code's size.
    _python(COMPILE, folder, PYTHONHASHSEED="0", PYTHONNODEBUGRANGES="1")


def _put_together(folder: Path) -> None:
    """Move the compiled code of all that the first answer needs into one file, which `bundled/preloading_handler.py` reads."""
    needed = json.loads(_python(FIRST, folder, PYTHONDONTWRITEBYTECODE="1"))
    together = {}
    for name, source in sorted(needed.items()):
        if source != HANDLER:
            path = Path(source)  # not `cache_from_source`: it looks at how this Python keeps its own
            code = folder / path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
            is_package = path.name == "__init__.py"
            together[name] = (is_package, source, code.read_bytes()[16:])  # after the header of a .pyc
            code.unlink()
    # In version 2 equal values are written alike, whoever else in this process holds them.
    (folder / f"together.{sys.implementation.cache_tag}").write_bytes(marshal.dumps(together, 2))


def _python(program: str, folder: Path, **environment: str) -> str:
    """Return what a program prints that runs in the folder, in a Python of its own that sees no other packages."""
    command = [sys.executable, "-S", "-s", "-W", "ignore", "-c", program]
    settings = {**_without("PYTHON", "AWS", "SKILL"), **environment, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    done = _run(command, settings, folder)
    if done.returncode:
        raise NotPackaged(f"the bundle does not run:\n{done.stderr.strip()}")
    return done.stdout


def _without(*prefixes: str) -> dict[str, str]:
    """Return the environment without variables that begin so: the settings of somebody's own Python must not reach the bundle."""
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def _run(
    command: list[str], environment: dict[str, str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
    )


def _zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w") as bundle:
        for name in sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.external_attr = ORDINARY_FILE
            entry.create_system = 3  # Unix, whatever this is
            bundle.writestr(entry, (folder / name).read_bytes(), zipfile.ZIP_DEFLATED, 9)
