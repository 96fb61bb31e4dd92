"""The pack itself: its calendar and its day of effect."""

from __future__ import annotations

from ..diagnostics import Problem
from ..view import Problems, View
from .calendars import is_date

_TIMED_KINDS = ("sla", "escalation", "tests")


def check(view: View) -> Problems:
    meta = view.resolved.meta
    if "effective" in meta and not is_date(meta["effective"]):
        yield Problem("P207", meta.spots["effective"], date=meta["effective"])
    if "calendar" not in meta and any(view.body(kind) for kind in _TIMED_KINDS):
        left_out = view.resolved.left_out.get("pack", ())
        if "*" not in left_out and "name" in meta:
            yield Problem("P209", meta.spot, known=view.names("calendars"))
