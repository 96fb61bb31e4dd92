"""Running the tests that a policy brings along, in words for the person who changes it."""

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
    yield say("expected", lang, value=_value(failure.expected, lang))
    yield say("got", lang, value=_value(failure.got, lang))
    zone = (policy.calendar or Calendar.always_open()).zone
    yield from texts(failure.reckoning, zone, lang)


def _value(value, lang):
    """A value of an expectation in words: nothing, {rule: subject} and {rule, subject, at}, or text."""
    if value is None or value == []:
        return say("nothing", lang)
    if not isinstance(value, list | tuple):
        return str(value)
    return say("joined", lang).join(_fired(one, lang) for one in value)


def _fired(one, lang):
    if len(one) > 1:
        return say("fired_at", lang, **one)
    rule, subject = next(iter(one.items()))
    return say("fired_one", lang, rule=rule, subject=subject)
