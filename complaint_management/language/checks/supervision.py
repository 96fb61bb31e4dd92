"""Supervision: checks that can find something, and a list for people who can be found."""

from __future__ import annotations

from ..diagnostics import Problem
from ..source import MapNode
from ..view import Problems, View
from .entry import belongs

_NOBODY = ("case", "customer", "team", "responsible_department")


def check(view: View) -> Problems:
    for one in view.entries("supervision", "checks"):
        if one["what"] != "saved_by_pause":
            yield from belongs(one, ("pause",), "saved_by_pause", one["what"])
        if one["what"] != "open_escalation":
            yield from belongs(one, ("longer_than",), "open_escalation", one["what"])
        needed = _needed(view, one["what"])
        if needed is not None:
            args = {"name": one["name"], "what": one["what"], "needed": needed}
            yield Problem("P514", one.spots["what"], **args)
    yield from _people(view)


def _needed(view: View, what: str) -> str | None:
    """What the policy lacks for a check ever to find anything; None if it has it."""
    clocks = [clock for sla in view.policies for clock in sla.get("clocks", ())]
    needed = {
        "unapproved": ("approval", any("approval" in stage for stage in view.entries("stages"))),
        "saved_by_pause": ("pause", any({"pause", "lawful_pause"} & clock.keys() for clock in clocks)),
        "unanswered_escalation": ("unanswered", _any_unanswered(view)),
        "open_escalation": ("levels", bool(view.entries("escalation", "levels"))),
        "extension": ("extensions", bool(view.entries("extensions"))),
        "missed_callback": ("plans", bool(view.entries("callbacks", "plans"))),
    }
    key, there = needed.get(what, ("", True))
    return None if there else key


def _any_unanswered(view: View) -> bool:
    return any("unanswered" in rule["when"] for rule in view.entries("escalation", "rules"))


def _people(view: View) -> Problems:
    body = view.body("supervision") or {}
    listed = body.get("check_list")
    if not isinstance(listed, MapNode):
        return
    of = {role["name"]: role.get("of") for role in view.entries("roles")}
    if of.get(listed["by"]) in _NOBODY:
        yield Problem("P515", listed.spots["by"], role=listed["by"])
