"""Names that refer to entries of other files, and whether those exist.

A reference is a way through a file to a text, and what the text names. Steps of a way: a key; `*` every item of a list;
`**` every item, and every item in their `children`; `{}` the keys of a mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .diagnostics import Problem, Spot, Word
from .schema import suggestion
from .source import ListNode, MapNode
from .view import Problems, View

_CLASSES = {
    "type": "case_types", "channel": "channels", "category": "categories", "urgency": "urgencies", "scope": "scopes",
    "complexity": "complexities", "severity": "severities", "tier": "tiers",
}
_PRESET = ("urgency", "scope", "complexity")


def _conditions(*way: str) -> list[tuple[tuple[str, ...], str]]:
    """`match` and `unless` of the rules at a place."""
    return [((*way, word, key), target) for word in ("match", "unless") for key, target in _CLASSES.items()]


def _attributes(*way: str) -> list[tuple[tuple[str, ...], str]]:
    return [((*way, key), target) for key, target in _CLASSES.items()]


_RULE = ("rules", "*")
_CLOCK = ("policies", "*", "clocks", "*")
_TEST = ("tests", "*")

REFERENCES: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "pack": [(("calendar",), "calendars")],
    "channels": [(("channels", "*", "mailbox", "type"), "case_types")],
    "categories": [(("categories", "**", "preset", key), _CLASSES[key]) for key in _PRESET],
    "severity": [
        (("matrix", "*", "urgency"), "urgencies"),
        (("matrix", "*", "scope"), "scopes"),
        (("matrix", "*", "severity"), "severities"),
        (("default",), "severities"),
        *[(("preset", key), _CLASSES[key]) for key in _PRESET],
    ],
    "stages": [
        (("stages", "*", "owner"), "roles"),
        (("stages", "*", "next"), "stages"),
        (("stages", "*", "reopen", "to"), "stages"),
        (("stages", "*", "approval"), "approvals"),
    ],
    "sla": [
        *_conditions("policies", "*"),
        *_conditions(*_CLOCK),
        (("policies", "*", "calendar"), "calendars"),
        ((*_CLOCK, "calendar"), "calendars"),
        ((*_CLOCK, "pause"), "pauses"),
        ((*_CLOCK, "lawful_pause", "*", "reason"), "pauses"),
    ],
    "escalation": [
        (("levels", "*", "notify"), "roles"),
        *_conditions(*_RULE),
        ((*_RULE, "calendar"), "calendars"),
        ((*_RULE, "when", "clock"), "clocks"),
        ((*_RULE, "when", "level"), "levels"),
        ((*_RULE, "do", "*", "notify"), "roles"),
        ((*_RULE, "do", "*", "escalate"), "levels"),
        ((*_RULE, "do", "*", "task_force", "lead"), "roles"),
        ((*_RULE, "do", "*", "task_force", "members"), "roles"),
    ],
    "tests": [
        *_attributes(*_TEST, "case"),
        *_attributes(*_TEST, "events", "*", "set"),
        ((*_TEST, "events", "*", "reason"), "pauses"),
        ((*_TEST, "events", "*", "stage"), "stages"),
        ((*_TEST, "events", "*", "clock"), "clocks"),
        ((*_TEST, "expect", "*", "sla"), "sla"),
        ((*_TEST, "expect", "*", "level"), "levels"),
        ((*_TEST, "expect", "*", "stage"), "stages"),
        ((*_TEST, "expect", "*", "severity"), "severities"),
        ((*_TEST, "expect", "*", "due", "{}"), "clocks"),
        ((*_TEST, "expect", "*", "states", "{}"), "clocks"),
        ((*_TEST, "expect", "*", "fired", "*", "{}"), "rules"),
    ],
}
_ANY = {"clocks": "any"}  # a word that stands for all of them


def dangling(view: View) -> Problems:
    """References to something that does not exist."""
    for kind, ways in REFERENCES.items():
        body = view.resolved.meta if kind == "pack" else view.body(kind)
        if body is None:
            continue
        for way, target in ways:
            for name, spot in follow(body, way, body.spot):
                if name == _ANY.get(target) or view.may_exist(target, name):
                    continue
                known = view.names(target)
                args = {"thing": Word(target), "name": name, "suggestion": suggestion(name, known), "known": known}
                yield Problem("P201", spot, **args)


def follow(node: Any, way: tuple[str, ...], spot: Spot) -> Iterator[tuple[str, Spot]]:
    """The texts at the end of a way, each with its place. Where the way does not exist there are none."""
    if not way:
        yield from _ends(node, spot)
    elif way[0] in ("*", "**"):
        if isinstance(node, ListNode):
            for item, item_spot in zip(node, node.spots, strict=True):
                yield from follow(item, way[1:], item_spot)
                if way[0] == "**" and isinstance(item, MapNode) and "children" in item:
                    yield from follow(item["children"], way, item.spots["children"])
    elif isinstance(node, MapNode):
        if way[0] == "{}":
            yield from node.key_spots.items()
        elif way[0] in node:
            yield from follow(node[way[0]], way[1:], node.spots[way[0]])


def _ends(node: Any, spot: Spot) -> Iterator[tuple[str, Spot]]:
    if isinstance(node, str):
        yield node, spot
    elif isinstance(node, ListNode):
        yield from ((item, item_spot) for item, item_spot in zip(node, node.spots, strict=True) if isinstance(item, str))
