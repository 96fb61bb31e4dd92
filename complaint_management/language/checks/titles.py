"""Titles: what people read is there in every language of the pack."""

from __future__ import annotations

from typing import Any

from ..diagnostics import Problem
from ..merge import TEXT_KEYS, is_named_list
from ..source import ListNode, MapNode
from ..view import Problems, View

_UNTITLED = ("tests",)
_CALLED_LIKE = "finding"  # a line of the check list that shows a check is called like it


def check(view: View) -> Problems:
    """A text given in some of the pack's languages is missing in the others; so is that of an entry without
    any, when its neighbours have one.

    The pack's languages are those of its own files: a company that works in English may build on a pack that
    has Chinese titles as well."""
    resolved = view.resolved
    bodies = [resolved.meta, *(body for kind, body in resolved.bodies.items() if kind not in _UNTITLED)]
    languages: set[str] = set()
    for body in bodies:
        languages |= _languages(body, f"{resolved.name}/")
    if len(languages) < 2:
        return
    for body in bodies:
        yield from _gaps(body, languages)


def _languages(node: Any, folder: str) -> set[str]:
    found: set[str] = set()
    if isinstance(node, MapNode):
        for key, value in node.items():
            if key in TEXT_KEYS and isinstance(value, MapNode):
                found |= {language for language, spot in value.spots.items() if spot.path.startswith(folder)}
            else:
                found |= _languages(value, folder)
    elif isinstance(node, ListNode):
        for value in node:
            found |= _languages(value, folder)
    return found


def _gaps(node: Any, languages: set[str]) -> Problems:
    if isinstance(node, MapNode):
        for key, value in node.items():
            if key in TEXT_KEYS:
                given = set(value) if isinstance(value, MapNode) else {"en"}
                if languages - given:
                    yield Problem("P411", node.key_spots[key], key=key, languages=sorted(languages - given))
            else:
                yield from _gaps(value, languages)
    elif isinstance(node, ListNode):
        titled = is_named_list(node) and any("title" in entry for entry in node)
        for value in node:
            if titled and "title" not in value and _CALLED_LIKE not in value:
                yield Problem("P423", value.spots["name"], name=value["name"], languages=sorted(languages))
            yield from _gaps(value, languages)
