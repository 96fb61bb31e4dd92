"""`explain clock --case FILE`: the clocks of a case, each with its reckoning line by line, and its callbacks.

The file is one of kind `tests`: any test of a pack will do, or a file of one's own beside it.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..engine.callbacks import Planned, callbacks_of_case
from ..engine.case import Case
from ..engine.clocks import Clock, State
from ..engine.policy import Policy, PolicyError
from ..engine.policy_tests import local_time, story
from ..engine.reckoning import reckon
from ..engine.reckoning_text import texts, time_text
from ..engine.replay import replay
from ..engine.working_time import Calendar, CalendarError
from ..language import Problem, has_errors, load, render
from ..language.source import MAX_BYTES
from .files import UsageError, read_tree, target
from .words import say

CLEAN, PROBLEMS = 0, 1
_OURS = "the case to explain.yaml"  # its place among the files of the pack; no pack has such a file
_IS_TESTS = re.compile(rb"^kind:\s*tests\b", re.MULTILINE)


def clocks(arguments: argparse.Namespace) -> int:
    """Explain the clocks of the cases of a file.

    :raises UsageError: a path, a name or a time that cannot be meant
    """
    lang = arguments.lang
    policy, problems = _policy(Path(arguments.case), arguments.pack, lang)
    if policy is None:
        print(render(problems, "text", lang), file=sys.stderr)
        return PROBLEMS
    wanted = _wanted(policy.raw.get("tests") or [], arguments, lang)
    try:
        told = _with_clock([_told(policy, test, arguments) for test in wanted], arguments.clock, lang)
    except (PolicyError, CalendarError) as error:
        print(error, file=sys.stderr)
        return PROBLEMS
    if arguments.format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print("\n".join(line for one in told for line in _lines(one, lang)).rstrip())
    return CLEAN


def _policy(case: Path, pack: str | None, lang: str) -> tuple[Policy | None, list[Problem]]:
    """The pack with the case in place of its own tests."""
    if not case.is_file():
        raise UsageError(say("unreadable_file", lang, path=case, why=say("no_file", lang)))
    where = target(pack or case.parent)
    if where.pack is None:
        raise UsageError(say("name_pack", lang))
    try:
        with case.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(say("unreadable_file", lang, path=case, why=error.strerror)) from error
    ours = f"{where.pack}/{_OURS}"
    files = {
        path: text
        for path, text in read_tree(where.root).items()
        if not (path.startswith(f"{where.pack}/") and _IS_TESTS.search(text))
    }
    library = load({**files, ours: content})
    if where.pack not in library.packs:
        raise UsageError(say("name_pack", lang))
    normalised, problems = library.compile(where.pack, date.today())
    shown = [
        Problem(one.code, one.spot._replace(path=str(case)), pack=one.pack, **one.args)
        if one.path == ours
        else one.under(where.prefix)
        for one in problems
    ]
    return None if has_errors(shown) else Policy.load(normalised), shown


def _wanted(
    tests: list[Mapping[str, Any]], arguments: argparse.Namespace, lang: str
) -> list[Mapping[str, Any]]:
    chosen = [one for one in tests if arguments.test in (None, one["name"])]
    if chosen:
        return chosen
    if arguments.test is None:
        raise UsageError(say("no_case", lang, path=arguments.case))
    names = say("joined", lang).join(one["name"] for one in tests)
    raise UsageError(say("no_test", lang, name=arguments.test, known=names))


def _told(policy: Policy, test: Mapping[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    """One case as data: its service level, its clocks with the words of their reckoning, its callbacks."""
    calendar = policy.calendar or Calendar.always_open()
    try:
        case, expectations = story(policy, test)
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyError(f"{test.get('name')}: {error}") from error
    now = _moment(arguments, calendar) or max(
        [event.at for event in case.events] + [at for at, _expected in expectations]
    )
    state = replay(policy, case, now)
    return {
        "name": test["name"],
        "at": time_text(now, calendar.zone),
        "sla": state.sla,
        "cycle": state.cycle,
        "clocks": [_clock(policy, case, state, one, now, arguments.lang) for one in state.clocks],
        "callbacks": [_callback(policy, one) for one in callbacks_of_case(policy, case.in_order(now))],
    }


def _callback(policy: Policy, one: Planned) -> dict[str, Any]:
    zone = one.plan.calendar.zone
    file, line = (policy.raw.get("origin") or {}).get(f"callbacks/plans/{one.plan.name}") or ("", 0)
    return {
        "plan": one.plan.name,
        "cycle": one.cycle,
        "after": one.key,
        "opens": time_text(one.opens, zone),
        "due": time_text(one.due, zone),
        "place": f"{file}:{line}",
    }


def _with_clock(told: list[dict[str, Any]], wanted: str | None, lang: str) -> list[dict[str, Any]]:
    """Only the cases that have the clock, and of these only the clock."""
    if wanted is None:
        return told
    names = dict.fromkeys(one["clock"] for case in told for one in case["clocks"])
    if wanted not in names:
        known = say("joined", lang).join(names) or "–"
        raise UsageError(say("no_clock", lang, name=wanted, known=known))
    kept = [
        {**case, "clocks": [one for one in case["clocks"] if one["clock"] == wanted], "callbacks": []}
        for case in told
    ]
    return [case for case in kept if case["clocks"]]


def _moment(arguments: argparse.Namespace, calendar: Calendar) -> datetime | None:
    if arguments.at is None:
        return None
    try:
        return local_time(arguments.at, calendar)
    except ValueError:
        raise UsageError(say("no_time", arguments.lang, text=arguments.at)) from None


def _clock(
    policy: Policy, case: Case, state: State, clock: Clock, now: datetime, lang: str
) -> dict[str, Any]:
    spec = policy.clock_spec(clock.sla, clock.name)
    calendar = spec.calendar if spec else policy.calendar or Calendar.always_open()
    then = state
    if clock.cycle != state.cycle:  # the state as it was before the case was reopened still has the pauses
        then = replay(policy, Case(tuple(_until_cycle(case, clock.cycle))), now)
    lines = reckon(policy, then, clock, now)
    return {
        "clock": clock.name,
        "sla": clock.sla,
        "cycle": clock.cycle,
        "within": clock.within,
        "state": clock.state,
        "late": clock.late(now),
        "statutory": clock.statutory,
        "calendar": calendar.name,
        "lines": texts(lines, calendar.zone, lang),
    }


def _until_cycle(case: Case, cycle: int) -> Iterator[Any]:
    """The facts of a case before it was reopened for the time that ended this cycle."""
    reached = 1
    for event in case.in_order():
        reached += event.kind == "reopened"
        if reached > cycle:
            return
        yield event


def _lines(told: Mapping[str, Any], lang: str) -> Iterator[str]:
    sla = told["sla"] or say("nothing", lang)
    yield say("case_head", lang, name=told["name"], at=told["at"], sla=sla)
    if not told["clocks"]:
        yield "  " + say("no_clocks", lang)
    for one in told["clocks"]:
        state = say("state_late" if one["late"] else f"state_{one['state']}", lang)
        yield ""
        yield (
            "  "
            + say("clock_head", lang, **{**one, "state": state})
            + (say("of_cycle", lang, cycle=one["cycle"]) if told["cycle"] > 1 else "")
        )
        yield from (f"    {line}" for line in one["lines"])
    for one in told["callbacks"]:
        yield ""
        yield (
            "  "
            + say("callback_line", lang, **one)
            + (say("of_cycle", lang, cycle=one["cycle"]) if told["cycle"] > 1 else "")
        )
    yield ""
