"""A resolved pack as the checks look at it: its entries, and the names that rules may refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from .diagnostics import Problem, Spot
from .resolve import Resolved
from .source import ListNode, MapNode

# What can be referred to: target -> the kind that lists it. The names are collected in `View._collect`.
TARGETS = {
    "calendars": "calendars",
    "roles": "roles",
    "channels": "channels",
    "case_types": "case_types",
    "categories": "categories",
    "tiers": "tiers",
    "stages": "stages",
    "sla": "sla",
    "clocks": "sla",
    "urgencies": "severity",
    "scopes": "severity",
    "complexities": "severity",
    "pauses": "severity",
    "severities": "severity",
    "levels": "escalation",
    "rules": "escalation",
    "approvals": "approvals",
    "surveys": "surveys",
    "reports": "reports",
    "plans": "callbacks",
    "points": "incentives",
    "courses": "training",
    "surges": "surges",
    "checks": "supervision",
}


class View:
    """One resolved pack. The checks read it and report problems."""

    def __init__(self, resolved: Resolved):
        self.resolved = resolved
        self._names: dict[str, list[str]] = {}

    def entries(self, kind: str, part: str | None = None) -> Sequence[MapNode]:
        """The entries of a list of a kind (the list named like the kind, when not said).

        Empty when there is none.
        """
        value = self.resolved.bodies.get(kind, {}).get(part or kind)
        return value if isinstance(value, ListNode) else ()

    def body(self, kind: str) -> MapNode | None:
        return self.resolved.bodies.get(kind)

    def names(self, target: str) -> list[str]:
        """The names that exist, in the order of the policy."""
        if target not in self._names:
            self._names[target] = list(dict.fromkeys(self._collect(target)))
        return self._names[target]

    def may_exist(self, target: str, name: str) -> bool:
        """Whether the name exists, or stands in an entry that could not be read and is reported already."""
        left_out = set(self.resolved.left_out.get(TARGETS[target], ()))
        parts = name.split("/") if target == "points" else [name]  # a rule is named with its scheme
        return name in self.names(target) or not left_out.isdisjoint(("*", *parts))

    def _collect(self, target: str) -> Iterable[str]:
        if target == "categories":
            entries: Any = self.categories
        elif target == "clocks":
            entries = [clock for policy in self.policies for clock in policy.get("clocks", ())]
            return (*(entry["name"] for entry in entries), *self._stage_clocks())
        elif target == "points":
            found = self.entries("incentives", "schemes")
            return (f"{scheme['name']}/{rule['name']}" for scheme in found for rule in scheme["rules"])
        elif target == "sla":
            entries = self.policies
        elif target == "severities":
            entries = self.entries("severity", "levels")
        else:
            kind = TARGETS[target]
            entries = self.entries(kind, None if kind == target else target)
        return (entry["name"] for entry in entries)

    def _stage_clocks(self) -> list[str]:
        """The clocks of the stages that have a time limit of their own."""
        return [
            f"stage:{stage['name']}"
            for stage in self.entries("stages")
            if "within" in stage and stage.get("closes") is not True
        ]

    @property
    def policies(self) -> Sequence[MapNode]:
        """The sla policies."""
        return self.entries("sla", "policies")

    @cached_property
    def parents(self) -> dict[str, tuple[MapNode, ...]]:
        """Category name -> the entry and its ancestors, the entry first.

        Of a repeated name the first entry.
        """
        found: dict[str, tuple[MapNode, ...]] = {}

        def walk(entries: Any, above: tuple[MapNode, ...]) -> None:
            for entry in entries:
                found.setdefault(entry["name"], (entry, *above))
                walk(entry.get("children", ()), (entry, *above))

        walk(self.entries("categories"), ())
        return found

    @cached_property
    def categories(self) -> list[MapNode]:
        """All categories of the tree, repeated names included."""
        found: list[MapNode] = []

        def walk(entries: Any) -> None:
            for entry in entries:
                found.append(entry)
                walk(entry.get("children", ()))

        walk(self.entries("categories"))
        return found

    def category_line(self, name: str) -> set[str]:
        """The category and all above it: the names in a `match` that fit it."""
        return {entry["name"] for entry in self.parents.get(name, ())}


def texts(node: MapNode, key: str) -> Iterator[tuple[str, Spot]]:
    """The texts of a text-or-list field, each with its place."""
    value = node.get(key)
    if isinstance(value, ListNode):
        yield from zip(value, value.spots, strict=True)
    elif value is not None:
        yield value, node.spots[key]


def listed(node: MapNode, key: str) -> list[str]:
    """The texts of a text-or-list field."""
    return [text for text, _ in texts(node, key)]


Problems = Iterator[Problem]
