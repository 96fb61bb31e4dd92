"""`complaint-policy diff OLD NEW`: what differs between two packs, entry by entry.

What they inherit is part of them.

The two are folders of packs: of different packs, or of one pack in two checkouts.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from ..language import Library, has_errors, load, ordered, render
from ..language.changes import Change, changes, day_hours
from ..language.compile import YEARS_AFTER, YEARS_BEFORE
from .files import UsageError, read_tree, target
from .words import LANGUAGES, say

SAME, PROBLEMS, DIFFERENT, USAGE = 0, 1, 2, 64
_SHOWN_DAYS = 5
_SHOWN = 100  # characters of a value
_UNTOLD = frozenset({"name", "title", "was", "before", "description"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.add_argument("old", metavar="OLD", help="the folder of a pack")
    parser.add_argument("new", metavar="NEW", help="the folder of the pack that is compared with it")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code: 0 the same, 2 different, 1 problems in one of the packs, 64 wrong usage."""
    lang = arguments.lang
    try:
        packs = _normalised((arguments.old, arguments.new), lang)
    except UsageError as error:
        print(error, file=sys.stderr)
        return USAGE
    if packs is None:
        return PROBLEMS
    found = changes(*packs)
    if arguments.format == "json":
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join([*(line for one in found for line in _lines(one, lang)), _summary(found, lang)]))
    return DIFFERENT if found else SAME


def _normalised(paths: tuple[str, str], lang: str) -> list[dict[str, Any]] | None:
    """Both packs compiled; None when one has errors, which are then printed."""
    today, found, result = date.today(), [], []
    libraries: dict[str, Library] = {}
    for path in paths:
        where = target(path)
        if where.pack is None:
            raise UsageError(say("pack_missing", lang))
        if where.prefix not in libraries:
            libraries[where.prefix] = load(read_tree(where.root))
        normalised, problems = libraries[where.prefix].compile(where.pack, today)
        found += [one.under(where.prefix) for one in problems if one.severity == "error"]
        result.append(normalised and _of_these_years(normalised, today))
    if has_errors(found):
        print(render(ordered(found), "text", lang), file=sys.stderr)
        return None
    return result


def _of_these_years(normalised: dict[str, Any], today: date) -> dict[str, Any]:
    """With the exceptions of calendars in the years that both packs have, whatever years they test."""
    first, last = today.year - YEARS_BEFORE, today.year + YEARS_AFTER
    calendars = {
        name: {
            **calendar,
            "days": {day: hours for day, hours in calendar["days"].items() if first <= int(day[:4]) <= last},
        }
        for name, calendar in normalised["calendars"].items()
    }
    return {**normalised, "calendars": calendars}


def _lines(change: Change, lang: str) -> Iterator[str]:
    """A change in words."""
    what = " ".join((change.kind, "/".join(change.path))).rstrip()
    if change.key == "was":
        yield "~ " + say("renamed", lang, kind=change.kind, old=change.before, new=change.after)
    elif change.key == "order":
        yield "~ " + say("new_order", lang, what=what, order=_shown(change.after))
    elif change.key == "days":
        yield from _day_lines(what, change, lang)
    elif change.key:
        values = [change.before, change.after] if change.sign == "~" else [change.after or change.before]
        yield f"{change.sign} {what} {change.key} {' → '.join(map(_shown, values))}"
    elif change.sign == "~":
        yield f"~ {what}"
    else:
        said = change.after if change.sign == "+" else change.before
        facts = {key: value for key, value in said.items() if key not in _UNTOLD} if _has_facts(said) else {}
        yield f"{change.sign} {what} {_shown(facts)}".rstrip() if facts else f"{change.sign} {what}"


def _has_facts(said: Any) -> bool:
    return isinstance(said, Mapping) and "" not in said


def _day_lines(what: str, change: Change, lang: str) -> Iterator[str]:
    """Exceptions of a calendar: each of them if they are few, else how many there are."""
    days = sorted({**change.before, **change.after})
    if len(days) > _SHOWN_DAYS:
        yield "~ " + say("many_days", lang, what=what, count=len(days), first=days[0], last=days[-1])
        return
    for day in days:
        before, after = (
            (day_hours(side[day]) or say("day_closed", lang)) if day in side else say("day_usual", lang)
            for side in (change.before, change.after)
        )
        yield f"~ {what} {day} {before} → {after}"


def _summary(found: list[Change], lang: str) -> str:
    if not found:
        return say("no_difference", lang)
    counts = {sign: sum(one.sign == sign for one in found) for sign in "+~-"}
    return say("differences", lang, new=counts["+"], changed=counts["~"], gone=counts["-"])


def _shown(value: Any) -> str:
    """A value on one line, about as it would be written."""
    text = _written(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _written(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_written, value)) + "]"
    return " ".join(str(value).split())
