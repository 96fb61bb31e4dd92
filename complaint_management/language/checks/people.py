"""Workload and privacy: hours that a day can have, and data that is kept as long as it is needed."""

from __future__ import annotations

from ..diagnostics import Problem, Spot
from ..source import MapNode
from ..spans import typical_seconds
from ..view import Problems, View
from .calendars import ranges


def check_workload(view: View) -> Problems:
    for line in _part(view, "workload").get("cover", ()):
        for span in line["hours"].values():
            yield from ranges(span)


def check_privacy(view: View) -> Problems:
    privacy = _part(view, "privacy")
    for span in privacy.get("calling_hours", {}).values():
        yield from ranges(span)
    if "keep" in privacy:
        yield from _kept_long_enough(view, privacy)


def _kept_long_enough(view: View, privacy: MapNode) -> Problems:
    """A case that may still be reopened, or is not in the archive yet, needs the people in it."""
    kept = typical_seconds(privacy["keep"], None)
    for stage in view.entries("stages"):
        for holder, key in ((stage, "archive_after"), (stage.get("reopen") or {}, "within")):
            if key in holder and typical_seconds(holder[key], None) > kept:
                args = {"keep": privacy["keep"], "stage": stage["name"], "key": key, "longer": holder[key]}
                yield Problem("P440", privacy.spots["keep"], **args)
                return


def _part(view: View, kind: str) -> MapNode:
    body = view.body(kind)
    return body.get(kind, body) if body is not None else MapNode(Spot("", 1, 1, "$"))


def check_causes(view: View) -> Problems:
    """One name each in the whole tree."""
    first: dict[str, Spot] = {}
    waiting = list(view.entries("causes"))
    while waiting:
        cause = waiting.pop(0)
        name, spot = cause["name"], cause.spots["name"]
        if name in first:
            yield Problem("P202", spot, name=name, first=first[name].line)
        first.setdefault(name, spot)
        waiting += cause.get("children", ())
