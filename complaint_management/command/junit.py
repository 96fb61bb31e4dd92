"""Results of policy tests as JUnit XML, which build servers show."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from .value_text import value_text
from .words import say


def junit(tests: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The XML of tests as `test --format json` gives them: a suite a pack."""
    root = ElementTree.Element("testsuites")
    for pack in dict.fromkeys(one["pack"] for one in tests):
        cases = [one for one in tests if one["pack"] == pack]
        failed = sum(not one["passed"] for one in cases)
        suite = ElementTree.SubElement(
            root, "testsuite", name=pack, tests=str(len(cases)), failures=str(failed), errors="0", skipped="0"
        )
        for one in cases:
            file, _colon, line = one["place"].rpartition(":")
            case = ElementTree.SubElement(
                suite,
                "testcase",
                classname=pack,
                name=one["test"],
                file=file or one["place"],
                line=line or "0",
            )
            if not one["passed"]:
                lines = [line for failure in one["failures"] for line in _lines(failure, lang)]
                failure = ElementTree.SubElement(case, "failure", message=lines[0], type="expectation")
                failure.text = "\n".join(lines)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _lines(failure: Mapping[str, Any], lang: str) -> list[str]:
    what = say(f"what_{failure['what']}", lang, subject=failure["subject"])
    expected, got = (value_text(failure[key], lang) for key in ("expected", "got"))
    return [
        say("at", lang, at=failure["at"], what=what),
        say("expected", lang, value=expected),
        say("got", lang, value=got),
        *failure["reckoning"],
    ]
