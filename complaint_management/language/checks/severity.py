"""Severity and tiers.

Lists of which the first line that fits holds, so that a line can stand in another's shadow.
"""

from __future__ import annotations

from ..diagnostics import Problem, Word
from ..source import MapNode
from ..view import Problems, View, listed


def check(view: View) -> Problems:
    body = view.body("severity")
    if body is None:
        return
    if (
        view.names("severities")
        and "default" not in body
        and "*" not in view.resolved.left_out.get("severity", ())
    ):
        yield Problem("P222", body.spot, known=view.names("severities"))
    rows = list(body.get("matrix", ()))
    for index, row in enumerate(rows):
        for earlier in rows[:index]:
            if _covers(earlier, row):
                yield Problem(
                    "P404", row.spot, name=index + 1, earlier=rows.index(earlier) + 1, line=earlier.spot.line
                )
                break


def _covers(earlier: MapNode, later: MapNode) -> bool:
    """Whether the earlier line fits every case that the later one fits."""
    for key in ("urgency", "scope"):
        if key in earlier and not (key in later and set(listed(later, key)) <= set(listed(earlier, key))):
            return False
    return True


def check_tiers(view: View) -> Problems:
    """A tier without `when` takes everybody; those behind it are never reached."""
    everybody = None
    for tier in view.entries("tiers"):
        if everybody is not None:
            args = {"name": tier["name"], "earlier": everybody["name"], "line": everybody.spot.line}
            yield Problem("P404", tier.spot, thing=Word("tiers"), **args)
        elif "when" not in tier:
            everybody = tier
