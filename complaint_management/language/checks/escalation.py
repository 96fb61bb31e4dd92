"""Escalation: each rule has one occasion, and the ladder is only climbed."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Problem
from ..source import MapNode
from ..spans import typical_seconds
from ..view import Problems, View, listed
from .messages import too_early

_SUBJECTS = ("clock", "event", "level", "surge")
_MOMENTS = ("at", "after_due", "before_due")
_BELONGS = {
    "at": "clock",
    "after_due": "clock",
    "before_due": "clock",
    "unanswered": "level",
    "count": "event",
    "score": "event",
    "back": "event",
    "amount": "event",
    "keyword": "event",
}
_CARRIED_BY = {
    "score": ("rated",),
    "back": ("handed_over",),
    "amount": ("solution_proposed", "solution_approved"),
    "keyword": ("received", "customer_message"),
}


def check(view: View) -> Problems:
    rules = view.entries("escalation", "rules")
    order = {name: index for index, name in enumerate(view.names("levels"))}
    for rule in rules:
        problems = list(_occasion(rule))
        yield from problems
        if not problems:
            yield from _down_from_level(rule, order)
            yield from _silent(view, rule)
            yield from _not_carried(rule)
            if "before_due" in rule["when"]:
                yield from too_early(view, rule, rule["when"], "clock")
    yield from _down_later(rules, order)


def _occasion(rule: MapNode) -> Problems:
    """Exactly one of clock, event, level and surge, with what belongs to it."""
    when: MapNode = rule["when"]
    subjects = [key for key in _SUBJECTS if key in when]
    if len(subjects) != 1:
        spot = when.key_spots[subjects[1]] if subjects else rule.key_spots["when"]
        yield Problem("P218", spot, name=rule["name"], found=subjects)
        return
    for key in when:
        if key in _BELONGS and _BELONGS[key] != subjects[0]:
            args = {"name": rule["name"], "key": key, "belongs": _BELONGS[key], "subject": subjects[0]}
            yield Problem("P219", when.key_spots[key], **args)
    moments = [key for key in _MOMENTS if key in when]
    if subjects == ["clock"] and len(moments) != 1:
        yield Problem(
            "P221", when.key_spots[moments[1]] if moments else when.key_spots["clock"], name=rule["name"]
        )
    if subjects == ["level"] and "unanswered" not in when:
        yield Problem("P223", when.key_spots["level"], name=rule["name"])


def _not_carried(rule: MapNode) -> Problems:
    """A rule never acts on an event that does not carry what it asks for."""
    when: MapNode = rule["when"]
    for key, carriers in _CARRIED_BY.items():
        others = [event for event in listed(when, "event") if event not in carriers]
        if key in when and others:
            args = {"name": rule["name"], "key": key, "events": others, "carriers": list(carriers)}
            yield Problem("P459", when.key_spots[key], **args)


def _targets(rule: MapNode) -> Iterator[tuple[str, MapNode]]:
    for action in rule["do"]:
        if "escalate" in action:
            yield action["escalate"], action


def _down_from_level(rule: MapNode, order: dict[str, int]) -> Problems:
    """A level that does not answer cannot be helped by itself or by a lower one."""
    level = rule["when"].get("level")
    for target, action in _targets(rule):
        if level in order and target in order and order[target] <= order[level]:
            yield Problem("P410", action.spots["escalate"], name=rule["name"], level=level, target=target)


def _moment(when: MapNode) -> float | None:
    """A number that orders the moments of one clock.

    None when the rule is not about a moment in that order.
    """
    if "after_due" in when:
        return 100 + typical_seconds(when["after_due"], None)
    return float(when["at"].rstrip("%")) if "at" in when else None


def _down_later(rules: list[MapNode], order: dict[str, int]) -> Problems:
    """Of two rules about one clock, the later one must not name a lower level."""
    steps = [
        (moment, order[target], target, rule, action)
        for rule in rules
        if "clock" in rule["when"] and (moment := _moment(rule["when"])) is not None
        for target, action in _targets(rule)
        if target in order
    ]
    for moment, height, target, rule, action in steps:
        for other_moment, other_height, other_target, other, _ in steps:
            if other_moment < moment and other_height > height and _always_before(other, rule):
                args = {
                    "name": rule["name"],
                    "earlier": other["name"],
                    "level": other_target,
                    "target": target,
                }
                yield Problem("P424", action.spots["escalate"], **args)
                break


def _always_before(earlier: MapNode, later: MapNode) -> bool:
    """Whether the earlier rule acts on every clock and case of the later one."""
    clocks = set(listed(earlier["when"], "clock"))
    if "any" not in clocks and not set(listed(later["when"], "clock")) <= clocks:
        return False
    if earlier.get("unless") and earlier.get("unless") != later.get("unless"):
        return False
    return not earlier.get("match") or earlier.get("match") == later.get("match")


def _silent(view: View, rule: MapNode) -> Problems:
    """A rule about clocks that are only measured never acts."""
    names = set(listed(rule["when"], "clock"))
    if not names or "any" in names:
        return
    clocks = [
        clock for policy in view.policies for clock in policy.get("clocks", ()) if clock["name"] in names
    ]
    if clocks and all(clock.get("measure_only") is True for clock in clocks):
        yield Problem("P422", rule["when"].spots["clock"], name=rule["name"], clocks=sorted(names))
