"""What several kinds of rule have in common: a choice among keys, and keys that need each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..diagnostics import Problem
from ..source import MapNode
from ..view import Problems


def exactly_one(entry: MapNode, ways: Sequence[str], name: str | None = None) -> Problems:
    """Exactly one of these keys must be there. A key with `false` is not."""
    found = [way for way in ways if entry.get(way) not in (None, False)]
    if len(found) != 1:
        spot = entry.key_spots[found[1]] if found else entry.spot
        yield Problem("P441", spot, name=name or entry["name"], ways=list(ways), found=found)


def needs(entry: MapNode, wanted: Mapping[str, str], name: str | None = None) -> Problems:
    """Each key that is there wants another one beside it."""
    for key, other in wanted.items():
        if key in entry and other not in entry:
            args = {"name": name or entry["name"], "key": key, "other": other}
            yield Problem("P442", entry.key_spots[key], **args)


def belongs(entry: MapNode, keys: Sequence[str], to: str, instead: str) -> Problems:
    """These keys say nothing where they are."""
    for key in keys:
        if key in entry:
            args = {"name": entry["name"], "key": key, "belongs": to, "subject": instead}
            yield Problem("P446", entry.key_spots[key], **args)
