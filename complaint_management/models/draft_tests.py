"""Running the tests that a policy brings along, in words for the person who changes it."""

from ..command.value_text import value_text
from ..command.words import say
from ..engine.policy_tests import run_tests
from ..engine.reckoning_text import texts
from ..engine.working_time import Calendar
from .release_sources import problem_language


def run(policy, lang=None):
    """The results of a policy's tests, in their order: dicts with name, place, passed and lines (why it
    failed).

    Raises PolicyError for a test that cannot be read."""
    lang = problem_language(lang)
    return [_result(policy, result, lang) for result in run_tests(policy)]


def _result(policy, result, lang):
    file, line = policy.raw.get("origin", {}).get(f"tests/{result.name}") or ("", "")
    return {
        "name": result.name,
        "place": f"{file}:{line}" if file else "",
        "passed": result.passed,
        "lines": [line for failure in result.failures for line in _failure_lines(policy, failure, lang)],
    }


def _failure_lines(policy, failure, lang):
    what = say(f"what_{failure.what}", lang, subject=failure.subject)
    yield say("at", lang, at=failure.at, what=what)
    yield say("expected", lang, value=value_text(failure.expected, lang))
    yield say("got", lang, value=value_text(failure.got, lang))
    zone = (policy.calendar or Calendar.always_open()).zone
    yield from texts(failure.reckoning, zone, lang)
