"""`complaint-policy test PATH…`: runs the tests of policy packs on a virtual clock.

Prints every failure with what was expected, what was found and how the deadline comes about, and the rules
that no test proves.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from ..engine.coverage import Proof, coverage
from ..engine.policy import Policy, PolicyError
from ..engine.policy_tests import Failure, Result, run_tests
from ..engine.reckoning_text import texts
from ..engine.working_time import Calendar
from ..language import has_errors, render
from .files import UsageError
from .packs import Compiled, compile_packs
from .value_text import value_text
from .words import LANGUAGES, say

CLEAN, PROBLEMS, USAGE = 0, 1, 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a folder of packs, or a pack's folder")
    parser.add_argument(
        "--fail-under",
        type=_percent,
        metavar="PERCENT",
        help="fail if tests prove fewer of the rules than this",
    )
    parser.add_argument("--format", choices=("text", "json", "junit"), default="text", help="default: text")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")


def _percent(text: str) -> float:
    share = float(text.rstrip("%"))
    if not 0 <= share <= 100:
        raise ValueError(text)
    return share


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code: 0 all passed, 1 failures, problems or too few rules proved, 64 a path that
    cannot be meant."""
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
        proofs = [(pack, proof) for pack in packs for proof in coverage(pack.policy)]
    except PolicyError as error:
        print(error, file=sys.stderr)
        return PROBLEMS
    _print(results, proofs, arguments.format, lang)
    share = _share(proofs)
    too_few = arguments.fail_under is not None and share < arguments.fail_under
    if too_few:
        wanted = _shown(arguments.fail_under)
        print(say("too_few", lang, share=_shown(share), wanted=wanted), file=sys.stderr)
    return PROBLEMS if too_few or not all(result.passed for _pack, result in results) else CLEAN


Results = list[tuple[Compiled, Result]]
Proofs = list[tuple[Compiled, Proof]]


def _print(results: Results, proofs: Proofs, form: str, lang: str) -> None:
    if form == "json":
        data = {
            "tests": [_as_data(*one, lang) for one in results],
            "rules": [_rule(*one) for one in proofs],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return
    if form == "junit":
        from .junit import junit  # seldom needed

        print(junit([_as_data(*one, lang) for one in results], lang))
        return
    for pack, result in results:
        for line in _report(pack, result, lang):
            print(line)
    for pack, proof in proofs:
        if not proof.proved:
            print(
                say(
                    "unproved",
                    lang,
                    place=_where(pack, proof),
                    what=say(f"rule_{proof.kind}", lang, name=proof.name),
                )
            )
    proved = sum(proof.proved for _pack, proof in proofs)
    if proved < len(proofs):
        share = _shown(_share(proofs))
        print(say("proved", lang, proved=proved, all=len(proofs), share=share))
    failed = sum(not result.passed for _pack, result in results)
    print(say("summary", lang, passed=len(results) - failed, failed=failed))


def _share(proofs: Proofs) -> float:
    """Percent of the rules that tests prove; no rules are all of them."""
    return 100 * sum(proof.proved for _pack, proof in proofs) / len(proofs) if proofs else 100.0


def _shown(share: float) -> str:
    """A percentage, rounded down so that 100 % is all."""
    return f"{int(share * 10) / 10:g} %"


def _where(pack: Compiled, proof: Proof) -> str:
    file, line = proof.place
    return f"{pack.prefix}{file}:{line}"


def _rule(pack: Compiled, proof: Proof) -> dict[str, Any]:
    return {
        "pack": pack.name,
        "kind": proof.kind,
        "name": proof.name,
        "place": _where(pack, proof),
        "proved": proof.proved,
    }


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
        yield "    " + say("expected", lang, value=value_text(failure.expected, lang))
        yield "    " + say("got", lang, value=value_text(failure.got, lang))
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
