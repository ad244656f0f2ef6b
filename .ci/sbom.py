"""Write the software bill of materials: every package that runs or is installed for a test, as CycloneDX JSON.

It is made of requirements/locked/ and npm's lock files: what is installed is what stands there, by the same hashes.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+?))?\s*\\?$", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_components(file: Path) -> list[dict[str, Any]]:
    """Return the packages of a locked requirements file."""
    text = file.read_text(encoding="utf-8")
    pins = list(PIN.finditer(text))
    ends = [*(pin.start() for pin in pins[1:]), len(text)]
    return [
        _component("pypi", pin[1], pin[2], file.stem, [("SHA-256", one) for one in HASH.findall(text[pin.end() : end])])
        for pin, end in zip(pins, ends, strict=True)
    ]


def npm_components(file: Path) -> list[dict[str, Any]]:
    """Return the packages of an npm lock file."""
    packages = json.loads(file.read_text(encoding="utf-8"))["packages"]
    found = []
    for path, package in packages.items():
        if path:
            algorithm, _, digest = package["integrity"].partition("-")
            name = {"sha512": "SHA-512", "sha1": "SHA-1"}[algorithm]
            hashes = [(name, base64.b64decode(digest).hex())]
            found.append(
                _component("npm", path.rpartition("node_modules/")[2], package["version"], file.parent.name, hashes)
            )
    return found


def _component(kind: str, name: str, version: str, group: str, hashes: list[tuple[str, str]]) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "bom-ref": f"{group}:{purl}",
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": algorithm, "content": content} for algorithm, content in hashes],
        "properties": [{"name": "requirements", "value": group}],
    }


def bill(root: Path = ROOT) -> dict[str, Any]:
    """Return the bill of materials of a repository."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    components: dict[str, dict[str, Any]] = {}
    for file in sorted((root / "requirements" / "locked").glob("*.txt")):
        components |= {one["bom-ref"]: one for one in python_components(file)}
    for file in sorted((root / "requirements").glob("*/package-lock.json")):
        components |= {one["bom-ref"]: one for one in npm_components(file)}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": list(components.values()),
    }


def main() -> None:
    """Write the bill of materials to the file that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=ROOT / "build" / "sbom.cdx.json")
    file: Path = parser.parse_args().file
    made = bill()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{file}: {len(made['components'])} packages")


if __name__ == "__main__":
    main()
