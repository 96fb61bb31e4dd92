"""What differs between two normalised policies, as data: no records, no texts, no order but the policy's own.

    changes(old, new) -> [Change("~", "sla", ("standard", "solution"), "within", "72h", "48h"), …]

Entries are compared by name. A new or dropped entry is one change, whatever it holds; a kept entry gives one
change a key."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

# Kinds in the order in which people think of them; kinds that are not listed follow by name.
ORDER = (
    "pack",
    "calendars",
    "roles",
    "channels",
    "case_types",
    "categories",
    "severity",
    "tiers",
    "assignment",
    "stages",
    "sla",
    "escalation",
)
# Not part of what a policy says: bookkeeping of the compiler, and where an entry stands among its neighbours.
BOOKKEEPING = frozenset({"format", "origin", "languages"})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOTHING = (None, "", [], {})  # an empty list says no more than no list
NOT_SAID = frozenset({"name", "was", "before"})


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan. sign: "+" new, "-" gone, "~" changed; path: names of the entries from outside to
    inside; key: what changed in it, "" for the entry as a whole, "was" for a rename, "order" for the order of
    its entries, "days" for exceptions of a calendar (before and after are then mappings of the days that
    differ)."""

    sign: str
    kind: str
    path: tuple[str, ...]
    key: str = ""
    before: Any = None
    after: Any = None


def changes(old: dict, new: dict) -> list[Change]:
    """All changes from one normalised policy to another, grouped by kind, in the order of the new one."""
    kinds = [kind for kind in {**new, **old} if kind not in BOOKKEEPING]
    kinds.sort(key=lambda kind: (ORDER.index(kind), "") if kind in ORDER else (len(ORDER), kind))
    return [
        change
        for kind in kinds
        for change in _differences(kind, (), (), _entries(kind, old.get(kind)), _entries(kind, new.get(kind)))
    ]


def flat(tree: list[dict], parent: str | None = None) -> Iterator[dict]:
    """A tree of categories or causes as a list, parents first, each entry with its parent's name instead of
    its children."""
    for entry in tree:
        one = {key: value for key, value in entry.items() if key != "children"}
        yield {**one, "parent": parent} if parent else one
        yield from flat(entry.get("children") or [], entry["name"])


def _entries(kind: str, value: Any) -> Any:
    """A kind in the shape that is compared: lists of named entries instead of trees and of mappings by
    name."""
    if kind == "categories":
        return list(flat(value or []))
    if kind == "causes":
        found = value if isinstance(value, dict) else {"causes": value}
        return {**found, "causes": list(flat(found.get("causes") or []))}
    if kind == "calendars":
        return [{"name": name, **_calendar(calendar)} for name, calendar in (value or {}).items()]
    if kind == "tests":
        # What a test asks changes no case: that it changed is enough.
        return [
            {"name": test["name"], "": {key: test[key] for key in test if key != "name"}}
            for test in value or []
        ]
    return value


def _calendar(calendar: dict) -> dict:
    """A calendar without the names of its holidays, which only explanations show, and with a readable
    week."""
    said = {key: value for key, value in calendar.items() if key != "week" and not key.startswith("names")}
    return {**said, "hours": week_hours(calendar.get("week") or [])}


def week_hours(week: list[list[list[str]]]) -> str:
    """Seven lists of intervals as text, days with equal hours together: "mon-fri 09:00-12:00 13:00-18:00"."""
    spans = []
    for day, hours in zip(WEEKDAYS, map(day_hours, week), strict=False):
        if spans and spans[-1][2] == hours:
            spans[-1][1] = day
        else:
            spans.append([day, day, hours])
    return ", ".join(
        f"{first if first == last else f'{first}-{last}'} {hours}" for first, last, hours in spans if hours
    )


def day_hours(intervals: list[list[str]] | None) -> str:
    """The open hours of a day as text; empty when it is closed."""
    return " ".join("-".join(interval) for interval in intervals or [])


def _is_entries(*values: Any) -> bool:
    """Whether the values are lists of named entries (an empty or missing one counts when the other is)."""
    items = list(chain.from_iterable(value or [] for value in values if isinstance(value, list)))
    lists = all(value is None or isinstance(value, list) for value in values)
    return lists and bool(items) and all(isinstance(item, dict) and "name" in item for item in items)


def _differences(kind, path, keys, old, new) -> Iterator[Change]:
    if old == new or (old in NOTHING and new in NOTHING):
        return
    if not path and not keys and isinstance(old or new, dict):
        old, new = old or {}, new or {}  # a whole kind comes or goes: its parts are the lines
    if _is_entries(old, new):
        yield from _entry_changes(kind, path, keys, old or [], new or [])
    elif kind == "calendars" and keys == ("days",) and isinstance(old or new, dict):
        days = sorted(
            day for day in {**(old or {}), **(new or {})} if (old or {}).get(day) != (new or {}).get(day)
        )
        before, after = (
            {day: value[day] for day in days if day in value} for value in (old or {}, new or {})
        )
        yield Change("~", kind, path, "days", before, after)
    elif isinstance(old, dict) and isinstance(new, dict) and keys != ("",):
        for key in dict.fromkeys((*new, *old)):
            yield from _differences(kind, path, (*keys, str(key)), old.get(key), new.get(key))
    else:
        sign = "+" if old is None and not path else "-" if new is None and not path else "~"
        yield Change(sign, kind, path, ".".join(keys), old, new)


def _entry_changes(kind, path, keys, old, new) -> Iterator[Change]:
    """Changes of a list of named entries; a list inside a kind's mapping (severity.levels) counts as a kind
    of its own."""
    kind = ".".join((kind, *keys)) if keys and not path else kind
    before = {entry["name"]: entry for entry in old}
    after = {entry["name"]: entry for entry in new}
    renamed = {
        entry["was"]: name
        for name, entry in after.items()
        if entry.get("was") in before and entry["was"] not in after and name not in before
    }
    for name, entry in after.items():
        source = before.get(name)
        if source is None and entry.get("was") in renamed:
            source = before[entry["was"]]
            yield Change("~", kind, (*path, name), "was", entry["was"], name)
        if source is None:
            yield Change("+", kind, (*path, name), after=entry)
        else:
            yield from _differences(kind, (*path, name), (), _said(source), _said(entry))
    for name, entry in before.items():
        if name not in after and name not in renamed:
            yield Change("-", kind, (*path, name), before=entry)
    yield from _order_change(kind, path, [renamed.get(name, name) for name in before], list(after))


def _said(entry: dict) -> dict:
    return {key: value for key, value in entry.items() if key not in NOT_SAID}


def _order_change(kind, path, before, after) -> Iterator[Change]:
    """The order of entries matters: stages follow one another, and the first matching sla wins."""
    kept_before = [name for name in before if name in after]
    kept_after = [name for name in after if name in before]
    if kept_before != kept_after:
        yield Change("~", kind, path, "order", kept_before, kept_after)
