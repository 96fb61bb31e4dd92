"""Incentives: a reward that can be paid, grades that can be reached, rules that can be judged."""

from __future__ import annotations

from ..diagnostics import Problem, Word
from ..source import MapNode
from ..view import Problems, View
from .entry import needs


def check(view: View) -> Problems:
    for scheme in view.entries("incentives", "schemes"):
        for rule in scheme["rules"]:
            yield from needs(rule["when"], {"clock": "breached", "breached": "clock"}, rule["name"])
        fair = scheme.get("fair")
        if fair is not None:
            yield from needs(fair, {"below_min": "min_cases"}, scheme["name"])
        yield from _rewards(scheme)
        yield from _grades(scheme)


def _rewards(scheme: MapNode) -> Problems:
    for grade in scheme["grades"]:
        if "reward" not in grade:
            continue
        if "budget" not in scheme:
            yield Problem("P442", grade.key_spots["reward"], name=grade["name"], key="reward", other="budget")
        elif grade["reward"] > scheme["budget"]:
            args = {"name": grade["name"], "reward": grade["reward"], "budget": scheme["budget"]}
            yield Problem("P450", grade.spots["reward"], **args)


def _grades(scheme: MapNode) -> Problems:
    """From the best to the last one, which takes what is left."""
    grades = list(scheme["grades"])
    for earlier, grade in zip(grades, grades[1:], strict=False):
        if "min" not in earlier or ("min" in grade and grade["min"] >= earlier["min"]):
            args = {"name": grade["name"], "earlier": earlier["name"], "line": earlier.spot.line}
            yield Problem("P404", grade.spot, thing=Word("grades"), **args)
            return
    if grades and "min" in grades[-1]:
        last = grades[-1]
        yield Problem("P452", last.spots["min"], name=last["name"], least=last["min"])
