"""Workload: keys that need each other, and lines of cover that never count."""

from __future__ import annotations

from ...engine.hours import CalendarError, Week, read_week
from ...engine.policy import as_list
from ..diagnostics import Problem
from ..source import MapNode
from ..view import Problems, View

# What a key is applied to.
NEEDS = (
    ("hard", "cap_per_agent"),
    ("warn_at", "average_per_agent_and_day"),
    ("warn_at", "weeks"),
    ("weeks", "average_per_agent_and_day"),
)


def check(view: View) -> Problems:
    body = view.body("workload")
    workload = body.get("workload") if body is not None else None
    if workload is None:
        return
    for key, needed in NEEDS:
        if key in workload and needed not in workload:
            yield Problem("P518", workload.key_spots[key], key=key, needed=needed)
    yield from _without_effect(workload.get("cover", ()))


def _without_effect(lines: list[MapNode]) -> Problems:
    """A line within the hours of another one that wants as many, for all of its channels."""
    weeks = [_week(line) for line in lines]
    for place, line in enumerate(lines):
        for other_place, other in enumerate(lines):
            if place != other_place and _hidden(
                line, weeks[place], other, weeks[other_place], place < other_place
            ):
                channels = ", ".join(as_list(line["channel"]))
                yield Problem("P519", line.spot, channels=channels, line=other.spot.line)
                break


def _hidden(line: MapNode, week: Week | None, other: MapNode, wider: Week | None, first: bool) -> bool:
    """Whether the first line never counts beside the other. Of two that are alike the later one does not."""
    if week is None or wider is None or line.get("calendar") != other.get("calendar"):
        return False
    if not set(as_list(line["channel"])) <= set(as_list(other["channel"])):
        return False
    if line["agents"] > other["agents"] or (line["agents"] == other["agents"] and week == wider and first):
        return False
    # on a holiday only `daily` holds
    if "daily" in line["hours"] and "daily" not in other["hours"]:
        return False
    return all(
        any(start <= opening and closing <= end for start, end in hours)
        for day, hours in zip(week, wider, strict=True)
        for opening, closing in day
    )


def _week(line: MapNode) -> Week | None:
    """None where the hours themselves are wrong, which is told elsewhere."""
    try:
        return read_week(line["hours"])
    except CalendarError:
        return None
