"""Incentives: a reward that can be paid, grades that can be reached, rules that can be judged."""

from __future__ import annotations

from ..diagnostics import Problem, Word
from ..source import MapNode
from ..view import Problems, View
from .entry import belongs, needs

_FORMS = ("event", "clock", "rating", "callback", "quality")
_AT_CLOSING = ("closed", "breaches", "first_contact")


def check(view: View) -> Problems:
    for scheme in view.entries("incentives", "schemes"):
        for rule in scheme["rules"]:
            yield from needs(rule["when"], {"clock": "breached", "breached": "clock"}, rule["name"])
            yield from _one_thing(rule)
            yield from _limit(rule)
        fair = scheme.get("fair")
        if fair is not None:
            yield from needs(fair, {"below_min": "min_cases"}, scheme["name"])
        yield from _people(scheme)
        yield from _volume(scheme)
        yield from _rewards(scheme)
        yield from _courses(scheme)
        yield from _grades(scheme)
        yield from _within_reach(scheme)


def _one_thing(rule: MapNode) -> Problems:
    """A rule waits for one sort of fact; what is asked for at the closing goes together."""
    when = rule["when"]
    found = [form for form in _FORMS if form in when]
    closing = [key for key in _AT_CLOSING if key in when]
    if when.get("closed") is False or len(found) + bool(closing) > 1:
        yield Problem("P479", rule.spots["when"], name=rule["name"], found=[*found, *closing])


def _limit(rule: MapNode) -> Problems:
    limit = rule.get("limit_per_case")
    if limit is not None and limit < abs(rule["points"]):
        args = {"name": rule["name"], "limit": limit, "points": rule["points"]}
        yield Problem("P482", rule.spots["limit_per_case"], **args)


def _people(scheme: MapNode) -> Problems:
    role = scheme.get("objections_by")
    if role is not None and role == scheme.get("review_by"):
        yield Problem("P478", scheme.spots["objections_by"], name=scheme["name"], role=role)


def _volume(scheme: MapNode) -> Problems:
    """A total of points that cases give (E4)."""
    if scheme["score"] == "total" and any(
        rule["points"] > 0 and rule.get("flat") is not True for rule in scheme["rules"]
    ):
        yield Problem("P483", scheme.spots["score"], name=scheme["name"])


def _courses(scheme: MapNode) -> Problems:
    for grade in scheme["grades"]:
        yield from needs(grade, {"course": "consequence"})
        if grade.get("consequence") == "warning":
            yield from belongs(grade, ["course"], "consequence: training", "consequence: warning")


def _within_reach(scheme: MapNode) -> Problems:
    cap = (scheme.get("fair") or {}).get("cap")
    for grade in scheme["grades"]:
        if cap is not None and grade.get("min", cap) > cap:
            yield Problem("P484", grade.spots["min"], name=grade["name"], least=grade["min"], cap=cap)


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
