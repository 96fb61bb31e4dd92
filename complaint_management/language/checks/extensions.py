"""Extensions: never beyond their own limit, and of a legal clock only with what the law asks for."""

from __future__ import annotations

from ..diagnostics import Problem, Word
from ..source import MapNode
from ..spans import split, typical_seconds
from ..view import Problems, View, listed, texts
from .improvement import improvement
from .matches import policies_of
from .sla import same_span, week_for
from .stages import requirable

_LAWFUL = ("approval", "tell", "require", "rule")


def check(view: View) -> Problems:
    for extension in view.entries("extensions"):
        yield from requirable(extension)
        yield from _limit(extension)
        for policy in policies_of(view, extension.get("match")):
            names = set(listed(extension, "clocks"))
            for clock in policy.get("clocks", ()):
                if "any" not in names and clock["name"] not in names:
                    continue
                if clock.get("statutory") is True:
                    yield from _legal(extension, clock)
                else:
                    yield from _beyond_law(view, extension, policy, clock)


def _limit(extension: MapNode) -> Problems:
    by, most = extension["by"], extension["at_most"]
    if typical_seconds(most, None) < typical_seconds(by, None):
        yield Problem("P436", extension.spots["at_most"], name=extension["name"], by=by, most=most)


def _legal(extension: MapNode, clock: MapNode) -> Problems:
    missing = [key for key in _LAWFUL if key not in extension]
    if "require" in extension and "reason" not in listed(extension, "require"):
        missing.append("require: [reason]")
    if missing:
        args = {"name": extension["name"], "clock": clock["name"], "missing": missing}
        yield Problem("P435", extension.spot, **args)
    if split(extension["by"])[1] not in ("cd", "bd"):
        yield Problem("P401", extension.spots["by"], name=clock["name"], within=extension["by"])


def _beyond_law(view: View, extension: MapNode, policy: MapNode, clock: MapNode) -> Problems:
    """A promise of our own, prolonged to the utmost, that ends after a legal limit that is not prolonged."""
    names = set(listed(extension, "clocks"))
    week = week_for(view, policy, clock)
    longest = typical_seconds(clock["within"], week) + typical_seconds(extension["at_most"], week)
    for law in policy.get("clocks", ()):
        if law.get("statutory") is not True or not same_span(law, clock) or names & {law["name"], "any"}:
            continue
        if longest > typical_seconds(law["within"], week_for(view, policy, law)):
            args = {"name": extension["name"], "clock": clock["name"], "law": law["name"]}
            yield Problem("P437", extension.spots["at_most"], limit=law["within"], **args)


def check_unused(view: View) -> Problems:
    """Approvals and questionnaires that nothing asks for."""
    asked = {
        "approvals": {
            name
            for kind, part in (("stages", "stages"), ("extensions", "extensions"), ("incentives", "schemes"))
            for entry in view.entries(kind, part)
            for name, _ in texts(entry, "approval")
        }
        | {
            name
            for rule in view.entries("escalation", "rules")
            for action in rule.get("do", ())
            for name, _ in texts(action, "ask_approval")
        }
        | {name for name, _ in texts(improvement(view), "approval")},
        "surveys": {name for plan in view.entries("callbacks", "plans") for name, _ in texts(plan, "survey")},
    }
    users = {
        "approvals": ("stages", "extensions", "incentives", "escalation", "causes"),
        "surveys": ("callbacks",),
    }
    for kind, names in asked.items():
        misnamed = names - set(view.names(kind))
        if misnamed or any(view.resolved.left_out.get(user) for user in users[kind]):
            continue  # what is meant there may be the one that seems unused
        for entry in view.entries(kind):
            if entry["name"] not in names:
                yield Problem("P457", entry.spots["name"], thing=Word(kind), name=entry["name"])
