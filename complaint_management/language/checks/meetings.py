"""Meetings and the files for regulators: held in time, and each column once."""

from __future__ import annotations

from ..diagnostics import Problem
from ..source import MapNode
from ..spans import typical_seconds
from ..view import Problems, View

_DAY = 86400
_DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}


def check(view: View) -> Problems:
    """A meeting about a period that is held when the next period is over, too."""
    for meeting in view.entries("meetings"):
        after, days = meeting.get("held_after"), _DAYS[meeting["every"]]
        if after is not None and typical_seconds(after, None) > days * _DAY:
            args = {"name": meeting["name"], "every": meeting["every"], "after": after}
            yield Problem("P513", meeting.spots["held_after"], **args)


def check_returns(view: View) -> Problems:
    """The columns of a file for a regulator."""
    for entry in view.entries("returns"):
        seen: set[str] = set()
        for column in entry["columns"]:
            yield from _once(entry, column, seen)
            seen.add(column["column"])


def _once(entry: MapNode, column: MapNode, seen: set[str]) -> Problems:
    if column["column"] in seen:
        yield Problem("P512", column.spots["column"], name=entry["name"], column=column["column"])
