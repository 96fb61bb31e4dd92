"""Problems as SARIF 2.1.0, which code hosts show beside the lines of a pull request."""

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ..language import Problem
from ..language.documentation import code

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Sequence[Problem], lang: str) -> str:
    """One run with the rules that were broken and a result a problem."""
    names = sorted({one.code for one in problems})
    driver = {"name": "complaint-policy", "rules": [_rule(name, lang) for name in names]}
    results = [_result(one, names.index(one.code), lang) for one in problems]
    # columns count characters, also where one takes two places in UTF-16
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(name: str, lang: str) -> dict[str, Any]:
    found = code(name, lang)
    return {
        "id": name,
        "shortDescription": {"text": found.message},
        "fullDescription": {"text": found.why},
        "help": {"text": "\n".join(found.advice) or found.why},
        "defaultConfiguration": {"level": found.severity},
    }


def _result(problem: Problem, rule: int, lang: str) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": quote(PurePath(problem.path).as_posix())},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": problem.text(lang)},
        "locations": [
            {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": problem.where}]}
        ],
    }
