"""Categories: one name each in the whole tree, and a team that gets the case."""

from __future__ import annotations

from ..diagnostics import Problem, Spot
from ..view import Problems, View, listed


def check(view: View) -> Problems:
    first: dict[str, Spot] = {}
    for category in view.categories:
        spot = category.spots["name"]
        if category["name"] in first:
            yield Problem("P202", spot, name=category["name"], first=first[category["name"]].line)
            continue
        first[category["name"]] = spot
        line = view.parents[category["name"]]
        if not category.get("children") and not any("team" in one for one in line):
            yield Problem("P405", spot, name=category["name"])
    yield from _without_clock(view)


def _without_clock(view: View) -> Problems:
    """A category that none of the sla policies mentions or leaves open: its cases would never be late."""
    policies = [policy.get("match", {}) for policy in view.policies]
    if not policies or any("category" not in match for match in policies):
        return
    covered = {name for match in policies for name in listed(match, "category")}
    for category in view.categories:
        if not category.get("children") and not covered & view.category_line(category["name"]):
            yield Problem("P412", category.spots["name"], name=category["name"])
