"""Prints what CloudFormation makes of a SAM template, as JSON. Run by the Python of .venv/deploy, where Amazon's translator is.

The code's place is given as `sam package` would have written it: the translator takes no local path.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class ManagedPolicies:
    """The account's managed policies, which the template uses none of."""

    def load(self) -> dict[str, Any]:
        return {}


template = yaml_parse(Path(sys.argv[1]).read_text(encoding="utf-8"))
template["Resources"]["Function"]["Properties"]["CodeUri"] = "s3://bucket/key"
expanded = transform(template, {"SkillId": "amzn1.ask.skill.12345678-90ab-cdef-1234-567890abcdef"}, ManagedPolicies())
json.dump(expanded, sys.stdout)
