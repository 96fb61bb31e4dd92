"""The normalised policy: one JSON document, complete and in one form, that a release stores and the engine
reads.

Entries are as in YAML after `extends`; what may be written in several ways has one here: titles are mappings
by language, fields that take a text or a list are lists, calendars are dates. The same input gives the same
bytes.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from .calendars import expand
from .diagnostics import Problem
from .merge import TEXT_KEYS, is_named_list
from .resolve import Resolved
from .schema import described, kinds, parts, schema
from .source import ListNode, MapNode

FORMAT = 1
YEARS_BEFORE, YEARS_AFTER = 3, 5
MOST_YEARS = 30  # a test in a year further away than that is a slip, and not worth a calendar of a century
DEFAULT_LANGUAGE = "en"
_LISTED = ("#/definitions/names", "#/definitions/events")  # a text or a list of texts
_UNTITLED_KINDS = ("tests",)


def normalise(resolved: Resolved, today: date) -> tuple[dict[str, Any], list[Problem]]:
    """The normalised form of a pack without errors, and warnings about calendars whose horizon is near."""
    normalised: dict[str, Any] = {"format": FORMAT, "pack": _pack(resolved)}
    for kind in kinds():
        if kind not in ("pack", "calendars"):
            normalised[kind] = _content(kind, resolved.bodies.get(kind))
    normalised["calendars"], problems = _calendars(resolved, today)
    normalised["languages"] = sorted(_languages(normalised))
    normalised["origin"] = _origin(resolved)
    return normalised, problems


def default_title(name: str) -> dict[str, str]:
    """`goods_damaged` -> `{"en": "Goods damaged"}`."""
    text = name.replace("_", " ").replace("-", " ").strip() or name
    return {DEFAULT_LANGUAGE: text[:1].upper() + text[1:]}


def _pack(resolved: Resolved) -> dict[str, Any]:
    pack = _plain(resolved.meta, schema("pack"), schema("pack"))
    del pack["kind"]
    pack.setdefault("title", default_title(pack["name"]))
    pack.setdefault("extends", [])
    return pack


def _calendars(resolved: Resolved, today: date) -> tuple[dict[str, Any], list[Problem]]:
    calendars: dict[str, Any] = {}
    problems: list[Problem] = []
    years = _years(resolved, today)
    for calendar in resolved.bodies.get("calendars", {}).get("calendars", ()):
        calendars[calendar["name"]], more = expand(calendar, years, today)
        problems += more
    return calendars, problems


def _years(resolved: Resolved, today: date) -> range:
    """The years for which calendars are expanded.

    Around today, and those of the pack's tests, which must hold for ever.
    """
    first, last = today.year - YEARS_BEFORE, today.year + YEARS_AFTER
    for test in resolved.bodies.get("tests", {}).get("tests", ()):
        moments = [
            test["at"],
            *(step["at"] for key in ("events", "expect") for step in test.get(key, ()) if "at" in step),
        ]
        for year in (int(moment[:4]) for moment in moments):
            if abs(year - today.year) <= MOST_YEARS:
                first, last = min(first, year), max(last, year)
    return range(first, last + 1)


def _content(kind: str, body: MapNode | None) -> Any:
    """The content of a kind.

    Its one part, or a mapping of its parts. Lists that nobody wrote are empty ones.
    """
    shape = schema(kind)
    content = _plain(body, shape, shape, titled=kind not in _UNTITLED_KINDS) if body is not None else {}
    for part in parts(kind):
        if shape["properties"][part].get("type") == "array" or "x-pick-list" in shape["properties"][part]:
            content.setdefault(part, [])
    content.pop("kind", None)
    names = parts(kind)
    return content.get(names[0], {}) if len(names) == 1 else content


def _plain(node: Any, shape: dict[str, Any], root: dict[str, Any], titled: bool = True) -> Any:
    """A tree of dicts and lists in the one form.

    `shape` is the part of the schema that describes the node.
    """
    if shape.get("$ref") in _LISTED:
        return list(node) if isinstance(node, list) else [node]
    shape = described(node, shape, root)
    if isinstance(node, MapNode):
        return _plain_mapping(node, shape, root, titled)
    if isinstance(node, ListNode):
        entries = [_plain(item, shape.get("items", {}), root, titled) for item in node]
        if titled and is_named_list(node):
            for entry in entries:
                entry.setdefault("title", default_title(entry["name"]))
        return entries
    return node


def _plain_mapping(
    node: MapNode, shape: dict[str, Any], root: dict[str, Any], titled: bool
) -> dict[str, Any]:
    result = {}
    for key, value in node.items():
        if key in TEXT_KEYS and isinstance(value, str):
            result[key] = {DEFAULT_LANGUAGE: value}
            continue
        inner = shape.get("properties", {}).get(key)
        result[key] = _plain(value, inner or {}, root, titled)
    return result


def _languages(node: Any) -> set[str]:
    """Every language in which a text is given."""
    found: set[str] = set()
    if isinstance(node, dict):
        for key, value in node.items():
            found |= set(value) if key in TEXT_KEYS and isinstance(value, dict) else _languages(value)
    elif isinstance(node, list):
        for value in node:
            found |= _languages(value)
    return found


def _origin(resolved: Resolved) -> dict[str, list[Any]]:
    """`kind/entry[/child entry…]` -> [file, line] of what was written last about it.

    In kinds with several lists a name may occur in two of them, so there `kind/list/entry` exists as well.
    """
    origin: dict[str, list[Any]] = {}
    for kind in sorted(resolved.bodies):
        for part in parts(kind):
            value = resolved.bodies[kind].get(part)
            if not is_named_list(value):
                continue
            _add_origins(value, kind, origin)
            if len(parts(kind)) > 1:
                _add_origins(value, f"{kind}/{part}", origin)
    return dict(sorted(origin.items()))


def _add_origins(entries: ListNode, prefix: str, origin: dict[str, list[Any]]) -> None:
    for entry in entries:
        key = f"{prefix}/{entry['name']}"
        origin.setdefault(key, [entry.spot.path, entry.spot.line])
        for value in entry.values():
            if is_named_list(value):
                _add_origins(value, key, origin)
