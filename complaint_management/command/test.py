"""`complaint-policy test PATH…`: runs the tests of policy packs on a virtual clock.

Prints every failure with what was expected, what was found and how the deadline comes about.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from ..engine.policy import Policy, PolicyError
from ..engine.policy_tests import Failure, Result, run_tests
from ..engine.reckoning_text import texts
from ..engine.working_time import Calendar
from ..language import has_errors, render
from .files import UsageError
from .packs import Compiled, compile_packs
from .words import LANGUAGES, say

CLEAN, PROBLEMS, USAGE = 0, 1, 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a folder of packs, or a pack's folder")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code: 0 all passed, 1 failures or problems, 64 a path that cannot be meant."""
    lang = arguments.lang
    try:
        packs, problems = compile_packs(arguments.paths, date.today())
    except UsageError as error:
        print(error, file=sys.stderr)
        return USAGE
    if has_errors(problems):
        print(render(problems, "text", lang), file=sys.stderr)
        return PROBLEMS
    try:
        results = [(pack, result) for pack in packs for result in _run(pack, lang)]
    except PolicyError as error:
        print(error, file=sys.stderr)
        return PROBLEMS
    failed = sum(not result.passed for _pack, result in results)
    if arguments.format == "json":
        print(json.dumps([_as_data(*one, lang) for one in results], ensure_ascii=False, indent=2))
    else:
        for pack, result in results:
            for line in _report(pack, result, lang):
                print(line)
        print(say("summary", lang, passed=len(results) - failed, failed=failed))
    return PROBLEMS if failed else CLEAN


def _run(pack: Compiled, lang: str) -> list[Result]:
    try:
        return run_tests(pack.policy)
    except PolicyError as error:
        raise PolicyError(say("unreadable_test", lang, pack=pack.name, why=error)) from error


def _report(pack: Compiled, result: Result, lang: str) -> Iterator[str]:
    """The lines about a test that failed."""
    if result.passed:
        return
    yield f"{_place(pack, result.name)}: {say('failed', lang, name=result.name)}"
    for failure in result.failures:
        what = say(f"what_{failure.what}", lang, subject=failure.subject)
        yield "  " + say("at", lang, at=failure.at, what=what)
        yield "    " + say("expected", lang, value=_value(failure.expected, lang))
        yield "    " + say("got", lang, value=_value(failure.got, lang))
        lines = _reckoning(pack.policy, failure, lang)
        if lines:
            yield "    " + say("because", lang)
            yield from (f"      {line}" for line in lines)


def _place(pack: Compiled, test: str) -> str:
    """``policies/logistics/tests.yaml:4``; the pack's name where the origin is not known."""
    file, line = pack.policy.raw.get("origin", {}).get(f"tests/{test}") or (None, None)
    return f"{pack.prefix}{file}:{line}" if file else pack.name


def _reckoning(policy: Policy, failure: Failure, lang: str) -> list[str]:
    zone = (policy.calendar or Calendar.always_open()).zone
    return texts(failure.reckoning, zone, lang)


def _value(value: Any, lang: str) -> str:
    """A value of an expectation in words."""
    if value is None or value == []:
        return say("nothing", lang)
    if isinstance(value, (list, tuple)):
        return say("joined", lang).join(_fired(one, lang) for one in value)
    return str(value)


def _fired(one: dict[str, str], lang: str) -> str:
    """An expected ``{rule: subject}`` or a found ``{rule, subject, at}``."""
    if len(one) > 1:
        return say("fired_at", lang, **one)
    rule, subject = next(iter(one.items()))
    return say("fired_one", lang, rule=rule, subject=subject)


def _as_data(pack: Compiled, result: Result, lang: str) -> dict[str, Any]:
    return {
        "pack": pack.name,
        "test": result.name,
        "place": _place(pack, result.name),
        "passed": result.passed,
        "failures": [
            {
                "at": failure.at,
                "what": failure.what,
                "subject": failure.subject,
                "expected": failure.expected,
                "got": failure.got,
                "reckoning": _reckoning(pack.policy, failure, lang),
            }
            for failure in result.failures
        ],
    }
