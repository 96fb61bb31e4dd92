"""What a rule is for: conditions that no case can fulfil, and clocks that no case of the rule has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..diagnostics import Problem, Word
from ..source import ListNode, MapNode
from ..view import Problems, View, listed

_RANGE = frozenset({"min", "max"})
_UNJUDGED = ("tests", "pack")
# Where rules name clocks: the kind, the list, and the way from the entry to the mapping with the names.
_NAMING_CLOCKS = (
    ("escalation", "rules", ("when",), "clock"),
    ("extensions", "extensions", (), "clocks"),
    ("messages", "messages", (), "clocks"),
)


def check(view: View) -> Problems:
    for kind, body in view.resolved.bodies.items():
        if kind not in _UNJUDGED:
            yield from _conditions(view, body)
    for policy in view.policies:
        for clock in policy.get("clocks", ()):
            yield from _within_policy(view, policy, clock)
    if view.policies and not view.resolved.left_out.get("sla"):
        for rule, place, key in _rules_with_clocks(view):
            yield from _clocks_of_rule(view, rule, place, key)


def values_overlap(view: View, key: str, one: list[str], other: list[str]) -> bool:
    """Whether a case can fit both lists of a `match`."""
    if key != "category":
        return bool(set(one) & set(other))
    return any(
        left == right or left in view.category_line(right) or right in view.category_line(left)
        for left in one
        for right in other
    )


def fit_together(view: View, one: MapNode | None, other: MapNode | None) -> bool:
    """Whether a case can fit both conditions. True unless it can be proved that none does."""
    for key in set(one or ()) & set(other or ()):
        if key == "cycle":
            if not _ranges_overlap(one[key], other[key]):
                return False
        elif not values_overlap(view, key, listed(one, key), listed(other, key)):
            return False
    return True


def policies_of(view: View, match: MapNode | None) -> list[MapNode]:
    """The sla policies whose cases a rule with this `match` can be about."""
    return [policy for policy in view.policies if fit_together(view, match, policy.get("match"))]


def _ranges_overlap(one: MapNode, other: MapNode) -> bool:
    low, high = float("-inf"), float("inf")
    return max(one.get("min", low), other.get("min", low)) <= min(
        one.get("max", high), other.get("max", high)
    )


def _conditions(view: View, node: Any) -> Problems:
    """`unless` that leaves nothing, and ranges without a number in them, anywhere in a file."""
    if isinstance(node, MapNode):
        if "name" in node and _excludes_all(view, node.get("match"), node.get("unless")):
            yield Problem("P425", node.key_spots["unless"], name=node["name"])
        if node and set(node) == _RANGE and node["min"] > node["max"]:
            yield Problem("P426", node.spot, low=node["min"], high=node["max"])
        for value in node.values():
            yield from _conditions(view, value)
    elif isinstance(node, ListNode):
        for value in node:
            yield from _conditions(view, value)


def _excludes_all(view: View, match: Any, unless: Any) -> bool:
    """Whether every case that fits `match` fits `unless` too."""
    if not isinstance(unless, MapNode) or not unless:
        return False
    for key in unless:
        if not isinstance(match, MapNode) or key not in match:
            return False
        if key == "cycle":
            low, high = float("-inf"), float("inf")
            outer, inner = unless[key], match[key]
            if outer.get("min", low) > inner.get("min", low) or outer.get("max", high) < inner.get(
                "max", high
            ):
                return False
        else:
            out = set(listed(unless, key))
            for name in listed(match, key):
                if not out & ({name} | (view.category_line(name) if key == "category" else set())):
                    return False
    return True


def _within_policy(view: View, policy: MapNode, clock: MapNode) -> Problems:
    """A clock for cases that its policy is not about."""
    match, around = clock.get("match"), policy.get("match")
    if fit_together(view, match, around):
        return
    key = next(
        key
        for key in match
        if key in around and not fit_together(view, _only(match, key), _only(around, key))
    )
    yield Problem("P427", match.key_spots[key], name=clock["name"], policy=policy["name"], key=key)


def _only(match: MapNode, key: str) -> MapNode:
    result = MapNode(match.spot)
    result.copy_key(match, key)
    return result


def _rules_with_clocks(view: View) -> Iterator[tuple[MapNode, MapNode, str]]:
    for kind, part, way, key in _NAMING_CLOCKS:
        for rule in view.entries(kind, part):
            place = rule
            for step in way:
                place = place[step]
            if key in place:
                yield rule, place, key
    for scheme in view.entries("incentives", "schemes"):
        for rule in scheme.get("rules", ()):
            if "clock" in rule["when"]:
                yield rule, rule["when"], "clock"


def _clocks_of_rule(view: View, rule: MapNode, place: MapNode, key: str) -> Problems:
    names = set(listed(place, key))
    if "any" in names or not names & set(view.names("clocks")):
        return
    if any(name.startswith("stage:") for name in names):
        return  # a case of any service level comes to that stage
    for policy in policies_of(view, rule.get("match")):
        for clock in policy.get("clocks", ()):
            if clock["name"] in names and fit_together(view, rule.get("match"), clock.get("match")):
                return
    thing = Word("rule")
    yield Problem("P428", place.spots[key], thing=thing, name=rule["name"], clocks=sorted(names))
