"""Names that entries of the pick lists had in one release, as another release calls them.

Facts speak of entries by the names of the release that held when they were recorded. A policy that renames an
entry (`was`) keeps its record, and through the record its facts are read under the new name."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..engine.case import Event

Names = Mapping[tuple[str, str], str]
"""(kind of pick list, old name) -> new name; holds only what differs."""

# The kind of pick list behind an attribute of a case, where the two names differ.
PICK_LISTS = MappingProxyType({"type": "case_type"})


def renames(earlier: Iterable[Mapping[str, Mapping[str, int]]], later: Mapping[str, Mapping[str, int]]):
    """Names that changed between releases, each given as {kind: {name: record id}}.

    earlier: from the oldest to the newest; a name that meant two records in turn means the newer one."""
    known: dict[tuple[str, str], int] = {}
    for release in earlier:
        known.update({(kind, name): ident for kind, ids in release.items() for name, ident in ids.items()})
    names = {(kind, ident): name for kind, ids in later.items() for name, ident in ids.items() if ident}
    found = {}
    for (kind, name), ident in known.items():
        new = names.get((kind, ident))
        if new and new != name:
            found[kind, name] = new
    return found


def attributes(known: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The attributes of a case whose values are called something else now, with their new names."""
    found = {}
    for key, value in known.items():
        new = names.get((PICK_LISTS.get(key, key), value)) if isinstance(value, str) else None
        if new:
            found[key] = new
    return found


def renamed(event: Event, names: Names) -> Event:
    """A fact under the names of another release."""
    if not names:
        return event
    data = dict(event.data)
    if "set" in data:
        data["set"] = {**data["set"], **attributes(data["set"], names)}
    for key, kind in (("stage", "stage"), ("reason", "pause")):
        new = names.get((kind, data.get(key)))
        if new:
            data[key] = new
    return replace(event, data=data)
