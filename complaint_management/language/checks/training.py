"""Training: courses that somebody can be asked to take, in a time in which it can be done."""

from __future__ import annotations

from ...engine.duration import Duration, DurationError
from ...engine.policy import as_list
from ..diagnostics import Problem
from ..source import MapNode
from ..view import Problems, View

_NOBODY = ("case", "customer", "responsible_department")
_DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
_DAY = 86400


def check(view: View) -> Problems:
    body = view.body("training")
    if body is None:
        return
    courses = view.entries("training", "courses")
    of = {role["name"]: role.get("of") for role in view.entries("roles")}
    for course in courses:
        yield from _people(course, of)
        yield from _repeated(course, body)
        yield from _again(course, body)
    yield from _after(courses)
    if "pass_rate" in body and courses and not any("exam" in course for course in courses):
        yield Problem("P497", body.spots["pass_rate"])


def _people(course: MapNode, of: dict[str, str | None]) -> Problems:
    for role in as_list(course["for"]):
        if of.get(role) in _NOBODY:
            yield Problem("P495", course.spots["for"], name=course["name"], role=role)


def _repeated(course: MapNode, body: MapNode) -> Problems:
    every, within = course.get("every"), body.get("within")
    if every is None or within is None:
        return
    days, least = _days(every), _days(within)
    if days is not None and least is not None and days <= least:
        yield Problem("P496", course.spots["every"], name=course["name"], every=every, within=within)


def _again(course: MapNode, body: MapNode) -> Problems:
    exam, within = course.get("exam") or {}, body.get("within")
    again = exam.get("again_after")
    if again is None or within is None:
        return
    wait, least = _days(again), _days(within)
    if wait is not None and least is not None and wait >= least:
        yield Problem("P499", exam.spots["again_after"], name=course["name"], again=again, within=within)


def _after(courses: object) -> Problems:
    first: dict[str, str] = {}
    for course in courses:
        for reason in course.get("after") or ():
            if reason in first:
                args = {"name": course["name"], "reason": reason, "first": first[reason]}
                yield Problem("P498", course.spots["after"], **args)
            first.setdefault(reason, course["name"])


def _days(text: str) -> float | None:
    """About how many days a rhythm or a time limit is; business hours as if they were hours."""
    if text in _DAYS:
        return _DAYS[text]
    try:
        found = Duration.parse(text)
    except DurationError:
        return None
    return found.amount if found.unit in ("d", "cd", "bd") else found.seconds / _DAY
