"""`complaint-policy simulate PACK --cases FILE --map FILE`: replays past cases under a policy.

A mapping file says which column of the table is what. Prints for each clock how many cases it would have
applied to and how they would have ended.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timezone
from typing import Any

from ..engine.policy import Policy, PolicyError
from ..engine.working_time import CalendarError
from ..language import has_errors, render
from .cases import BadRow, Cases, read_cases
from .files import UsageError
from .mapping import CaseMapping, MappingError, read_mapping
from .packs import compile_packs
from .statistics import ClockCount, Statistics, gather
from .tables import table
from .words import LANGUAGES, say

CLEAN, PROBLEMS, USAGE = 0, 1, 64
_STEP = 500  # cases between two signs of progress
_TEXT_COLUMNS = ("sla", "clock", "within")
_NUMBERS = ("applied", "met", "breached", "open", "late", "cancelled")


class _Stop(Exception):
    """Nothing can be simulated; the text says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.add_argument("pack", metavar="PACK", help="the folder of the pack, such as policies/general")
    parser.add_argument(
        "--cases", required=True, metavar="FILE", help="a CSV file with a header line, a case a row"
    )
    parser.add_argument("--map", required=True, metavar="FILE", help="the mapping file: which column is what")
    parser.add_argument("--skip-bad-rows", action="store_true", help="leave out rows that cannot be used")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code: 0 simulated, 1 problems in the pack, the mapping or the rows, 64 wrong usage."""
    lang = arguments.lang
    try:
        policy = _policy(arguments.pack, lang)
        mapping, found = read_cases(arguments.cases, read_mapping(arguments.map, lang), policy, lang)
        _judge_rows(found, arguments)
        now = _now(mapping, found)
        result = _with_progress(gather(policy, found.cases, now), len(found.cases), lang)
    except UsageError as error:
        print(error, file=sys.stderr)
        return USAGE
    except OSError as error:
        print(say("unreadable_file", lang, path=error.filename, why=error.strerror), file=sys.stderr)
        return USAGE
    except BadRow as error:
        print(say("row", lang, path=arguments.cases, line=1, why=error), file=sys.stderr)
        return PROBLEMS
    except (_Stop, MappingError, PolicyError, CalendarError) as error:
        print(error, file=sys.stderr)
        return PROBLEMS
    if arguments.format == "json":
        print(json.dumps(_as_data(policy, result, found, now), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_report(policy, result, found, mapping, now, lang)))
    return CLEAN


def _policy(path: str, lang: str) -> Policy:
    packs, problems = compile_packs([path], date.today())
    if has_errors(problems):
        raise _Stop(render(problems, "text", lang))
    if len(packs) != 1:
        raise UsageError(say("pack_missing", lang))
    return packs[0].policy


def _judge_rows(found: Cases, arguments: argparse.Namespace) -> None:
    """Say which rows cannot be used, and stop unless they may be left out."""
    lang, path = arguments.lang, arguments.cases
    if not found.cases and not found.bad_count:
        raise _Stop(say("no_rows", lang, path=path))
    if not found.bad_count:
        return
    lines = [say("row", lang, path=path, line=line, why=why) for line, why in found.bad]
    lines.append(say("bad_rows", lang, count=found.bad_count, rows=found.rows, shown=len(found.bad)))
    if not arguments.skip_bad_rows:
        raise _Stop("\n".join([*lines, say("repair_rows", lang)]))
    print("\n".join(lines), file=sys.stderr)
    if not found.cases:
        raise _Stop(say("no_rows", lang, path=path))


def _now(mapping: CaseMapping, found: Cases) -> datetime:
    """The mapping's ``now``, else the newest time of the file."""
    if mapping.now is not None:
        return mapping.now.astimezone(timezone.utc)
    return max(
        (event.at for case in found.cases for event in case.events), default=datetime.now(timezone.utc)
    )


def _with_progress(growing: Iterable[Statistics], cases: int, lang: str) -> Statistics:
    """Run through; on a terminal show how far it has got."""
    shown = sys.stderr.isatty()
    for result in growing:
        if shown and result.cases and (result.cases % _STEP == 0 or result.cases == cases):
            end = "\n" if result.cases == cases else ""
            print(
                "\r" + say("progress", lang, done=f"{result.cases}/{cases}"),
                end=end,
                file=sys.stderr,
                flush=True,
            )
    return result


def _report(
    policy: Policy, result: Statistics, found: Cases, mapping: CaseMapping, now: datetime, lang: str
) -> Iterator[str]:
    first = min(event.at for case in found.cases for event in case.events)
    first_day, last_day = (f"{one.astimezone(mapping.zone):%Y-%m-%d %H:%M}" for one in (first, now))
    yield say("head", lang, cases=result.cases, pack=policy.name, first=first_day, now=last_day)
    if found.bad_count:
        yield say("skipped", lang, count=found.bad_count)
    if result.unmatched:
        yield say("unmatched", lang, count=result.unmatched)
    yield ""
    head = [say(f"col_{name}", lang) for name in (*_TEXT_COLUMNS, *_NUMBERS, "median", "p90")]
    rows = [_row(one) for one in result.clocks if one.applied]
    yield from table(head, rows, left=len(_TEXT_COLUMNS))
    yield ""
    yield say("shares", lang)


def _row(count: ClockCount) -> list[str]:
    texts = [getattr(count, name) for name in _TEXT_COLUMNS]
    numbers = [str(getattr(count, name)) for name in _NUMBERS]
    shares = [count.share(part) for part in (0.5, 0.9)]
    return [*texts, *numbers, *("–" if share is None else f"{share:.0%}" for share in shares)]


def _as_data(policy: Policy, result: Statistics, found: Cases, now: datetime) -> dict[str, Any]:
    return {
        "pack": policy.name,
        "now": now.isoformat(),
        "cases": result.cases,
        "skipped": found.bad_count,
        "unmatched": result.unmatched,
        "clocks": [
            {name: getattr(one, name) for name in (*_TEXT_COLUMNS, *_NUMBERS)}
            | {"median": one.share(0.5), "p90": one.share(0.9)}
            for one in result.clocks
        ],
    }
