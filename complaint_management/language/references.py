"""Names that refer to entries of other files: where they stand, and how they follow a renaming.

A reference is a way through a file to a text, and what the text names. Steps of a way: a key; `*` every item
of a list; `**` every item, and every item in their `children`; `{}` the keys of a mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .diagnostics import Spot
from .source import ListNode, MapNode

_CLASSES = {
    "type": "case_types",
    "channel": "channels",
    "category": "categories",
    "urgency": "urgencies",
    "scope": "scopes",
    "complexity": "complexities",
    "severity": "severities",
    "tier": "tiers",
}
_PRESET = ("urgency", "scope", "complexity")


def _conditions(*way: str) -> list[tuple[tuple[str, ...], str]]:
    """`match` and `unless` of the rules at a place."""
    return [((*way, word, key), target) for word in ("match", "unless") for key, target in _CLASSES.items()]


def _attributes(*way: str) -> list[tuple[tuple[str, ...], str]]:
    return [((*way, key), target) for key, target in _CLASSES.items()]


def _actions(*way: str) -> list[tuple[tuple[str, ...], str]]:
    """The names in a `do`."""
    return [
        ((*way, "do", "*", "notify"), "roles"),
        ((*way, "do", "*", "escalate"), "levels"),
        ((*way, "do", "*", "reassign"), "roles"),
        ((*way, "do", "*", "follow"), "roles"),
        ((*way, "do", "*", "ask_approval"), "approvals"),
        ((*way, "do", "*", "task_force", "lead"), "roles"),
        ((*way, "do", "*", "task_force", "members"), "roles"),
    ]


_RULE = ("rules", "*")
_CLOCK = ("policies", "*", "clocks", "*")
_TEST = ("tests", "*")
_PLAN = ("plans", "*")
_DISSATISFIED = (*_PLAN, "then", "dissatisfied")
_SCHEME = ("schemes", "*")

REFERENCES: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "pack": [(("calendar",), "calendars")],
    "channels": [
        (("channels", "*", "mailbox", "type"), "case_types"),
        (("channels", "*", "web", "type"), "case_types"),
        (("channels", "*", "web", "answers", "*", "category"), "categories"),
    ],
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
        *_conditions("stages", "*"),
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
        (("customer_may_escalate",), "levels"),
        *_conditions(*_RULE),
        ((*_RULE, "calendar"), "calendars"),
        ((*_RULE, "when", "clock"), "clocks"),
        ((*_RULE, "when", "level"), "levels"),
        ((*_RULE, "when", "surge"), "surges"),
        *_actions(*_RULE),
    ],
    "extensions": [
        *_conditions("extensions", "*"),
        (("extensions", "*", "clocks"), "clocks"),
        (("extensions", "*", "approval"), "approvals"),
        (("extensions", "*", "tell"), "roles"),
    ],
    "causes": [
        (("improvement", "approval"), "approvals"),
    ],
    "approvals": [
        *_conditions("approvals", "*", "steps", "*"),
        (("approvals", "*", "steps", "*", "by"), "roles"),
    ],
    "messages": [
        *_conditions("messages", "*"),
        (("messages", "*", "clocks"), "clocks"),
        (("messages", "*", "to"), "roles"),
    ],
    "callbacks": [
        *_conditions(*_PLAN),
        ((*_PLAN, "by"), "roles"),
        ((*_PLAN, "survey"), "surveys"),
        ((*_PLAN, "calendar"), "calendars"),
        ((*_PLAN, "instead_of"), "plans"),
        ((*_PLAN, "then", "overdue", "escalate"), "levels"),
        ((*_PLAN, "then", "overdue", "notify"), "roles"),
        (("classes", "*", "type"), "case_types"),
        ((*_DISSATISFIED, "reopen"), "stages"),
        ((*_DISSATISFIED, "escalate"), "levels"),
        ((*_DISSATISFIED, "notify"), "roles"),
        ((*_DISSATISFIED, "then", "escalate"), "levels"),
        ((*_DISSATISFIED, "then", "notify"), "roles"),
    ],
    "incentives": [
        ((*_SCHEME, "who", "role"), "roles"),
        *_conditions(*_SCHEME, "rules", "*"),
        ((*_SCHEME, "rules", "*", "when", "clock"), "clocks"),
        ((*_SCHEME, "weight", "severity", "{}"), "severities"),
        ((*_SCHEME, "approval"), "approvals"),
        ((*_SCHEME, "review_by"), "roles"),
        ((*_SCHEME, "objections_by"), "roles"),
        ((*_SCHEME, "grades", "*", "course"), "courses"),
    ],
    "kpis": _conditions("kpis", "*"),
    "reports": [
        *_conditions("reports", "*"),
        (("reports", "*", "to"), "roles"),
        (("reports", "*", "review_by"), "roles"),
    ],
    "returns": [
        *_conditions("returns", "*"),
        (("returns", "*", "to"), "roles"),
    ],
    "meetings": [
        (("meetings", "*", "invite"), "roles"),
        (("meetings", "*", "agenda_from"), "reports"),
    ],
    "surges": [*_conditions("surges", "*"), *_actions("surges", "*")],
    "assignment": [
        (("assignment", "weight", "severity", "{}"), "severities"),
        (("assignment", "handovers", "then", "escalate"), "levels"),
    ],
    "workload": [
        (("workload", "cover", "*", "channel"), "channels"),
        (("workload", "cover", "*", "calendar"), "calendars"),
    ],
    "quality": [
        *_attributes("samples", "*", "of"),
        (("samples", "*", "by"), "roles"),
        (("samples", "*", "objections_by"), "roles"),
    ],
    "training": [(("courses", "*", "for"), "roles")],
    "supervision": [
        (("checks", "*", "for"), "roles"),
        (("check_list", "by"), "roles"),
        (("check_list", "overdue", "notify"), "roles"),
        (("check_list", "lines", "*", "finding"), "checks"),
    ],
    "privacy": [
        (("privacy", "confidential", "roles"), "roles"),
        *_attributes("privacy", "confidential", "match"),
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
        ((*_TEST, "expect", "*", "callbacks", "{}"), "plans"),
        ((*_TEST, "expect", "*", "points", "{}"), "points"),
    ],
}


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
        yield from (
            (item, item_spot)
            for item, item_spot in zip(node, node.spots, strict=True)
            if isinstance(item, str)
        )


# Lists whose entries are referred to by another word than the kind or the list.
_NAMED_IN = {
    ("sla", "policies"): "sla",
    ("sla", "clocks"): "clocks",
    ("severity", "levels"): "severities",
    ("incentives", "rules"): "points",  # not the rules of the escalation
}
_TREES = ("categories", "causes")


def target_of(path: tuple[str, ...]) -> str:
    """What the entry at a path (`sla/policies/standard/clocks/solution`) is, as references name it
    (`clocks`).
    """
    kind, part = path[0], path[-2]
    if kind in _TREES:
        return kind
    return _NAMED_IN.get((kind, part), part)


def rename(bodies: dict[str, MapNode], path: tuple[str, ...], old: str, pack: str) -> None:
    """Let inherited references follow an entry of `pack` that got a new name (the last step of `path`).

    References in the pack's own files are left alone: there the old name is a mistake. Bodies are replaced,
    never changed, because the pack's parents share them.
    """
    target, new = target_of(path), path[-1]
    for kind, ways in REFERENCES.items():
        for way, meant in ways:
            if meant == target and kind in bodies:
                bodies[kind] = _renamed(bodies[kind], way, bodies[kind].spot, (old, new, f"{pack}/"))


def _renamed(node: Any, way: tuple[str, ...], spot: Spot, names: tuple[str, str, str]) -> Any:
    old, new, own = names
    if isinstance(node, str):
        return new if not way and node == old and not spot.path.startswith(own) else node
    if isinstance(node, ListNode):
        result = ListNode(node.spot)
        for item, item_spot in zip(node, node.spots, strict=True):
            changed = _renamed(item, way[1:], item_spot, names)
            if way[:1] == ("**",) and isinstance(changed, MapNode) and "children" in changed:
                children = _renamed(changed["children"], way, changed.spots["children"], names)
                changed.put("children", children, changed.spots["children"], changed.key_spots["children"])
            result.add(changed, item_spot)
        return result
    if isinstance(node, MapNode):
        result = MapNode(node.spot)
        for key in node:
            result.copy_key(node, key)
        if way and way[0] in node:
            value = _renamed(node[way[0]], way[1:], node.spots[way[0]], names)
            result.put(way[0], value, node.spots[way[0]], node.key_spots[way[0]])
        return result
    return node
