"""`complaint-policy explain WHAT`: what a code or a field means, or how the deadlines of a case come about.

WHAT is a code (P102), a kind of file or a field in it (sla.policies.clocks.within), `clock` with a case, or
nothing for an overview.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from ..language import documentation
from ..language.diagnostics import codes, word
from ..language.schema import kinds
from .files import UsageError
from .words import LANGUAGES, say

CLEAN, PROBLEMS, USAGE = 0, 1, 64
_CODE = re.compile(r"[A-Za-z][0-9]{3}", re.ASCII)
_INDEX = re.compile(r"\[[^]]*\]")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.add_argument(
        "what", nargs="?", metavar="WHAT", help="a code, a kind of file, a field in it, or: clock"
    )
    parser.add_argument(
        "--case", metavar="FILE", help="with clock: a file of kind tests, whose cases are told"
    )
    parser.add_argument(
        "--pack", metavar="PACK", help="with clock: the pack; default: the folder of the file"
    )
    parser.add_argument("--test", metavar="NAME", help="with clock: only this case of the file")
    parser.add_argument("--clock", metavar="NAME", help="with clock: only this clock")
    parser.add_argument(
        "--at", metavar="TIME", help="with clock: as seen at '2026-03-02 10:00'; default: the end"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code: 0 explained, 1 problems in the pack or the case, 64 nothing of that name."""
    what, lang = arguments.what, arguments.lang
    try:
        if what == "clock":
            return _clocks(arguments)
        if what is None:
            data, lines = _overview(lang)
        elif _CODE.fullmatch(what):
            data, lines = _code(what.upper(), lang)
        else:
            data, lines = _field(what, lang)
    except UsageError as error:
        print(error, file=sys.stderr)
        return USAGE
    print(json.dumps(data, ensure_ascii=False, indent=2) if arguments.format == "json" else "\n".join(lines))
    return CLEAN


def _clocks(arguments: argparse.Namespace) -> int:
    from .explain_clock import clocks  # the engine is needed for nothing else here

    if not arguments.case:
        raise UsageError(say("case_needed", arguments.lang))
    return clocks(arguments)


Explained = tuple[Any, list[str]]


def _overview(lang: str) -> Explained:
    every = [documentation.field(kind, lang) for kind in kinds()]
    wide = max(len(one.path) for one in every)
    lines = [say("kinds_head", lang), ""]
    lines += [f"  {one.path:<{wide}}  {one.description}" for one in every]
    return [asdict(one) for one in every], [*lines, "", say("explain_more", lang)]


def _code(name: str, lang: str) -> Explained:
    if name not in codes():
        raise UsageError(say("unknown_code", lang, name=name) + _near(name, codes(), lang))
    found = documentation.code(name, lang)
    lines = [f"{found.code} {word(found.severity, lang)}{say('colon', lang)}{found.message}", "", found.why]
    if found.advice:
        lines += ["", say("advice", lang), *(f"  - {one}" for one in found.advice)]
    return asdict(found), lines


def _field(path: str, lang: str) -> Explained:
    clean = _INDEX.sub("", path).strip(".").removeprefix("$.")
    try:
        found = documentation.field(clean, lang)
    except documentation.UnknownField as error:
        text = say("no_field" if error.where else "no_topic", lang, name=error.name, where=error.where)
        raise UsageError(
            text
            + _near(error.name, error.known, lang)
            + say("known_here", lang, known=", ".join(error.known))
        ) from None
    inside = [documentation.field(f"{found.path}.{key}", lang) for key in found.keys]
    return {**asdict(found), "fields": [asdict(one) for one in inside]}, list(
        _field_lines(found, inside, lang)
    )


def _field_lines(found: documentation.Field, inside: list[documentation.Field], lang: str) -> Iterator[str]:
    yield f"{found.path}{say('dash', lang)}{found.title}"
    if found.description:
        yield found.description
    yield ""
    if "." in found.path:
        yield say("field_needed" if found.required else "field_optional", lang)
    if found.values:
        yield say("field_values", lang, values=say("joined", lang).join(map(str, found.values)))
    elif found.expected:
        yield say("field_expected", lang, expected=found.expected)
    if found.unit in ("duration", "retention"):
        yield from ("", *say("units", lang).split("\n"))
    if inside:
        wide = max(len(one.path.rpartition(".")[2]) for one in inside)
        yield from ("", say("field_keys", lang))
        for one in inside:
            mark = "*" if one.required else " "
            key = one.path.rpartition(".")[2]
            yield f"{mark} {key:<{wide}}  {one.description or one.title}"
        if any(one.required for one in inside):
            yield from ("", say("star", lang))


def _near(name: str, known, lang: str) -> str:
    close = get_close_matches(name, list(known), 1)
    return say("did_you_mean", lang, near=close[0]) if close else ""
