"""Surges: each rule counts in one of two ways, and a surge is over only when its window is."""

from __future__ import annotations

from ..diagnostics import Problem
from ..source import MapNode
from ..spans import typical_seconds
from ..view import Problems, View, listed
from .entry import belongs, exactly_one, needs

_HOUR, _DAY, _WEEK = 3600, 86400, 7 * 86400


def check(view: View) -> Problems:
    for rule in view.entries("surges"):
        yield from exactly_one(rule, ("count", "times"))
        if "times" in rule:
            yield from needs(rule, {"times": "baseline"})
            yield from needs(rule, {"times": "at_least"})
            yield from needs(rule, {"times": "false_alarms"})
            yield from _part_of_the_day(rule)
        else:
            yield from belongs(rule, ("at_least", "false_alarms"), "times", "count")
        yield from _whole_weeks(rule)
        yield from _over_too_early(rule)
    yield from _waits_in_vain(view)


def _part_of_the_day(rule: MapNode) -> Problems:
    within = _seconds(rule, "within")
    if within % _HOUR or _DAY % within:
        yield Problem("P488", rule.spots["within"], name=rule["name"], within=rule["within"])


def _whole_weeks(rule: MapNode) -> Problems:
    if "baseline" in rule and _seconds(rule, "baseline") % _WEEK:
        yield Problem("P489", rule.spots["baseline"], name=rule["name"], baseline=rule["baseline"])


def _over_too_early(rule: MapNode) -> Problems:
    if "quiet_for" in rule and _seconds(rule, "quiet_for") < _seconds(rule, "within"):
        texts = {key: rule[key] for key in ("quiet_for", "within")}
        yield Problem("P487", rule.spots["quiet_for"], name=rule["name"], **texts)


def _waits_in_vain(view: View) -> Problems:
    """A rule about any surge where the policy looks for none."""
    if view.entries("surges") or view.resolved.left_out.get("surges"):
        return
    for rule in view.entries("escalation", "rules"):
        if "any" in listed(rule["when"], "surge"):
            yield Problem("P430", rule["when"].spots["surge"], name=rule["name"], event="surge")


def _seconds(rule: MapNode, key: str) -> int:
    return int(typical_seconds(rule[key], None))
