"""Tests: every moment exists, and nothing happens before the case is received."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..diagnostics import Problem
from ..source import MapNode
from ..view import Problems, View


def check(view: View) -> Problems:
    for test in view.entries("tests"):
        start = moment(test["at"])
        if start is None:
            yield Problem("P207", test.spots["at"], date=test["at"])
        for key in ("events", "expect"):
            for step in test.get(key, ()):
                yield from _step(step, start, needs_event=key == "events")


def moment(text: str) -> datetime | None:
    """`2026-10-15 24:00` as a local time (24:00 is the start of the next day), or None when there is no such
    moment.
    """
    day, _, clock = text.partition(" ")
    hour, minute, *second = (int(part) for part in clock.split(":"))
    seconds = hour * 3600 + minute * 60 + (second[0] if second else 0)
    try:
        return datetime.fromisoformat(day) + timedelta(seconds=seconds) if seconds <= 86400 else None
    except (ValueError, OverflowError):
        return None


def _step(step: MapNode, start: datetime | None, needs_event: bool) -> Problems:
    if "at" in step and "after" in step:
        yield Problem("P220", step.key_spots["after"])
    if needs_event and not {"event", "set", "stage", "holder"} & set(step):
        yield Problem("P224", step.spot)
    if "at" in step:
        when = moment(step["at"])
        if when is None:
            yield Problem("P207", step.spots["at"], date=step["at"])
        elif start is not None and when < start:
            yield Problem("P225", step.spots["at"], at=step["at"])
    for key in ("due", "callbacks"):
        for name, due in (step.get(key) or {}).items():
            if due is not None and moment(due) is None:
                yield Problem("P207", step[key].spots[name], date=due)
