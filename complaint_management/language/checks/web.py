"""The public pages: one form a company, at an address that leads nowhere else."""

from __future__ import annotations

from ..diagnostics import Problem
from ..view import Problems, View

# Words that stand for pages of their own behind /complaints/.
_TAKEN = frozenset(
    {
        "new",
        "how-to",
        "track",
        "case",
        "sent",
        "answer",
        "approve",
        "extend",
        "suggestion",
        "survey",
        "no-more",
    }
)


def check(view: View) -> Problems:
    first = None
    for channel in view.entries("channels"):
        web = channel.get("web")
        if web is None:
            continue
        if first is not None:
            yield Problem("P485", channel.spots["web"], name=channel["name"], first=first)
        first = first or channel["name"]
        if web.get("path") in _TAKEN:
            yield Problem("P486", web.spots["path"], path=web["path"])
