"""Stages: every one can be reached and left, the way ends, and a reopened case has deadlines."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import Problem
from ..schema import suggestion
from ..source import MapNode
from ..view import Problems, View, listed, texts

# What a stage may require: attributes of a case that staff can fill in.
REQUIRABLE = (
    "category",
    "severity",
    "urgency",
    "scope",
    "complexity",
    "team",
    "user",
    "channel",
    "partner",
    "responsible_department",
    "cause",
    "finding",
    "remedy",
    "agreement_evidence",
    "reason",
)
_ONLY_CLOSED = ("reopen", "archive_after", "first_contact")


def check(view: View) -> Problems:
    stages = {stage["name"]: stage for stage in view.entries("stages")}
    if not stages:
        return
    for stage in stages.values():
        yield from _entry(stage)
    named = {name for stage in stages.values() for name in _named(stage)}
    if view.resolved.left_out.get("stages") or named - set(stages):
        return  # a way leads nowhere, which is reported: judging the others would only repeat it
    yield from _ways(stages)
    yield from _reopening(view, stages)


def requirable(entry: MapNode) -> Problems:
    """What a stage or an extension requires must be something that can be filled in."""
    for name, spot in texts(entry, "require"):
        if name not in REQUIRABLE:
            yield Problem("P217", spot, name=name, suggestion=suggestion(name, REQUIRABLE), known=REQUIRABLE)


def _entry(stage: MapNode) -> Problems:
    yield from requirable(stage)
    if not stage.get("closes"):
        for key in _ONLY_CLOSED:
            if key in stage:
                yield Problem("P418", stage.key_spots[key], name=stage["name"], key=key)
    elif "within" in stage:
        yield Problem("P505", stage.key_spots["within"], name=stage["name"])


def _ways(stages: dict[str, MapNode]) -> Problems:
    closing = [name for name, stage in stages.items() if stage.get("closes")]
    if not closing:
        yield Problem("P408", next(iter(stages.values())).spot)
    start = next(
        (name for name, stage in stages.items() if stage.get("event") == "received"), next(iter(stages))
    )
    following = {name: _following(stage, stages) for name, stage in stages.items()}
    reached = _reached([start], following)
    preceding: dict[str, set[str]] = {name: set() for name in stages}
    for name, others in following.items():
        for other in others:
            preceding[other].add(name)
    can_end = _reached(closing, preceding)
    for name, stage in stages.items():
        if name not in reached:
            yield Problem("P406", stage.spot, name=name, start=start)
        elif closing and name not in can_end:
            yield Problem("P407", stage.spot, name=name)


def _named(stage: MapNode) -> set[str]:
    names = set(listed(stage, "next"))
    if "reopen" in stage:
        names.add(stage["reopen"]["to"])
    return names


def _following(stage: MapNode, stages: dict[str, MapNode]) -> set[str]:
    names = _named(stage)
    if "archive_after" in stage:
        names.update(name for name, other in stages.items() if other.get("event") == "archived")
    return names & set(stages)


def _reached(start: Iterable[str], following: dict[str, set[str]]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        for name in following[waiting.pop()] - reached:
            reached.add(name)
            waiting.append(name)
    return reached


def _reopening(view: View, stages: dict[str, MapNode]) -> Problems:
    """Without a clock from `reopened` the second cycle of a case has no deadline at all."""
    if not view.policies or view.resolved.left_out.get("sla"):
        return
    clocks = [clock for policy in view.policies for clock in policy.get("clocks", ())]
    if any("reopened" in listed(clock, "from") for clock in clocks):
        return
    for stage in stages.values():
        if "reopen" in stage:
            yield Problem("P409", stage.key_spots["reopen"], name=stage["name"])
            return
