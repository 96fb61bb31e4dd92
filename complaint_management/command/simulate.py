"""`complaint-policy simulate PACK --cases FILE --map FILE [--against PACK]`: replays past cases.

A mapping file says which column of the table is what. Prints for each clock how many cases it would have
applied to and how they would have ended, what the escalation rules would have done and whom it would have
kept busy; with a second pack, what differs.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

from ..engine.policy import Policy, PolicyError
from ..engine.working_time import Calendar, CalendarError
from ..language import has_errors, render
from .case_lines import read_case_lines
from .cases import JSON_LINES, BadRow, Cases, read_cases
from .files import UsageError
from .many import replay_all
from .mapping import MappingError, read_mapping
from .packs import compile_packs
from .simulation import Simulation, as_data, report
from .surge_count import surges_in
from .words import LANGUAGES, say

CLEAN, PROBLEMS, USAGE = 0, 1, 64


class _Stop(Exception):
    """Nothing can be simulated; the text says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.add_argument("pack", metavar="PACK", help="the folder of the pack, such as policies/general")
    parser.add_argument(
        "--cases", required=True, metavar="FILE", help="a CSV file with a header line, or JSON lines (.jsonl)"
    )
    parser.add_argument(
        "--map",
        metavar="FILE",
        help="the mapping file: which column is what; not needed for JSON lines that are cases",
    )
    parser.add_argument("--against", metavar="PACK", help="the pack to compare with: how it is now")
    parser.add_argument("--skip-bad-rows", action="store_true", help="leave out rows that cannot be used")
    parser.add_argument("--jobs", type=_jobs, metavar="N", help="processes (default: one a processor)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")


def _jobs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 256:
        raise ValueError(text)
    return number


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code: 0 simulated, 1 problems in a pack, the mapping or the rows, 64 wrong usage."""
    lang = arguments.lang
    try:
        found = _simulated(arguments)
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
        print(json.dumps(as_data(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(report(found, lang)))
    return CLEAN


def _simulated(arguments: argparse.Namespace) -> Simulation:
    lang = arguments.lang
    # what is there comes first, as in the report: before, after
    policies = [_policy(path, lang) for path in (arguments.against, arguments.pack) if path]
    cases, zone, now = _read(arguments, policies)
    _judge_rows(cases, arguments)
    if now is None:
        now = max(event.at for case in cases.cases for event in case.events)
    now = now.astimezone(timezone.utc)
    replayed = replay_all(policies, cases.cases, now, arguments.jobs, _progress(len(cases.cases), lang))
    surges = [surges_in(policy, cases.cases, now) for policy in policies]
    return Simulation(policies, replayed, cases, zone, now, surges)


def _policy(path: str, lang: str) -> Policy:
    packs, problems = compile_packs([path], date.today())
    if has_errors(problems):
        raise _Stop(render(problems, "text", lang))
    if len(packs) != 1:
        raise UsageError(say("pack_missing", lang))
    return packs[0].policy


def _read(arguments: argparse.Namespace, policies: list[Policy]) -> tuple[Cases, ZoneInfo, datetime | None]:
    """The cases, the zone of their times, and the mapping's ``now``."""
    path, lang = arguments.cases, arguments.lang
    if arguments.map:
        mapping, cases = read_cases(path, read_mapping(arguments.map, lang), policies, lang)
        return cases, mapping.zone, mapping.now
    if not path.endswith(JSON_LINES):
        raise UsageError(say("map_needed", lang))
    return read_case_lines(path, policies, lang), (policies[-1].calendar or Calendar.always_open()).zone, None


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


def _progress(cases: int, lang: str) -> Callable[[int], None]:
    """Shows on a terminal how far it has got."""
    if not sys.stderr.isatty():
        return lambda done: None

    def show(done: int) -> None:
        text = "\r" + say("progress", lang, done=f"{done}/{cases}")
        print(text, end="\n" if done == cases else "", file=sys.stderr, flush=True)

    return show
