"""Entries that lack something even after `extends`.

In one file an entry may say only what differs from the inherited one; here it must be whole. What is not is
reported and left out, so that the cross-checks can trust the rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .diagnostics import Problem
from .resolve import Resolved
from .schema import described, is_entry, schema
from .source import ListNode, MapNode


def only_complete(resolved: Resolved) -> tuple[Resolved, list[Problem]]:
    """The pack without its incomplete entries, and a problem for each key that is missing."""
    problems: list[Problem] = []
    bodies: dict[str, MapNode] = {}
    left_out = {kind: set(names) for kind, names in resolved.left_out.items()}
    for kind, body in resolved.bodies.items():
        root = schema(kind)
        names: set[str] = set()
        bodies[kind] = _whole(body, root, root, problems, names)
        if names:
            left_out.setdefault(kind, set()).update(names)
    if not problems:
        return resolved, problems
    return replace(resolved, bodies=bodies, left_out=left_out), problems


def _whole(
    node: Any, shape: dict[str, Any], root: dict[str, Any], problems: list[Problem], names: set[str]
) -> Any:
    shape = described(node, shape, root)
    if isinstance(node, MapNode):
        result = MapNode(node.spot)
        for key, value in node.items():
            inner = shape.get("properties", {}).get(key, {})
            result.put(key, _whole(value, inner, root, problems, names), node.spots[key], node.key_spots[key])
        return result
    if isinstance(node, ListNode):
        kept = ListNode(node.spot)
        for item, spot in zip(node, node.spots, strict=True):
            inner = described(item, shape.get("items", {}), root)
            missing = [key for key in inner.get("required", ()) if key not in item] if is_entry(inner) else []
            for key in missing:
                problems.append(Problem("P104", spot, key=key, name=item["name"]))
            if missing:
                names.update(_names(item))
            else:
                kept.add(_whole(item, inner, root, problems, names), spot)
        return kept
    return node


def _names(node: Any) -> set[str]:
    """The names of an entry and of all entries in it."""
    if isinstance(node, dict):
        own = {node["name"]} if isinstance(node.get("name"), str) else set()
        return own.union(*(_names(value) for value in node.values()))
    return set().union(*(_names(value) for value in node)) if isinstance(node, list) else set()
