"""Problems: what is wrong, where, and what to do about it, in the reader's language.

A `Problem` carries a code and arguments; the sentences live in `catalogue.yaml`, one entry a code, in English
and Chinese. So the same problem can be shown on the command line, on a pull request and inside Odoo, each in
its language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Any, NamedTuple

import yaml

LANGUAGES = ("en", "zh_CN")
FORMATS = ("text", "json", "github")
SHOWN = 60  # characters of a value that a message repeats


class Spot(NamedTuple):
    """A place in a policy file; line and column count from 1, `where` is the JSONPath inside the file."""

    path: str
    line: int
    column: int
    where: str


class Word(str):
    """A message argument that is itself a term of the catalogue (section `words`), shown in the reader's
    language.
    """

    __slots__ = ()


class Problem:
    """One finding. Immutable by convention; equal when it would read the same."""

    __slots__ = ("code", "spot", "args", "pack")

    def __init__(self, code: str, spot: Spot, *, pack: str | None = None, **args: Any):
        """`pack`: the pack in whose light this is wrong, when that is not the pack that owns the file."""
        self.code, self.spot, self.pack, self.args = code, spot, pack, args

    @property
    def severity(self) -> str:
        """ "error" or "warning"."""
        return _entry(self.code)["severity"]

    @property
    def path(self) -> str:
        return self.spot.path

    @property
    def line(self) -> int:
        return self.spot.line

    @property
    def column(self) -> int:
        return self.spot.column

    @property
    def where(self) -> str:
        return self.spot.where

    def message(self, lang: str = "en") -> str:
        """What is wrong, one sentence without a full stop."""
        text = _fill(_entry(self.code)[_language(lang)], self.args, lang)
        if self.pack is not None:
            text += _fill(_catalogue()["words"]["seen_from_pack"][_language(lang)], {"pack": self.pack}, lang)
        return text

    def hint(self, lang: str = "en") -> str:
        """What to do about it.

        May be empty. The first piece of advice whose arguments are all known is given.
        """
        for advice in _entry(self.code).get("advice", ()):
            text = advice[_language(lang)]
            if all(self.args.get(name) for _, name, _, _ in Formatter().parse(text) if name):
                return _fill(text, self.args, lang)
        return ""

    def text(self, lang: str = "en") -> str:
        """Message and advice in one line."""
        hint = self.hint(lang)
        joint = "；" if _language(lang) == "zh_CN" else "; "
        return self.message(lang) + (joint + hint if hint else "")

    def under(self, prefix: str) -> Problem:
        """The same problem with a folder before its path, as the reader knows the file."""
        return Problem(self.code, self.spot._replace(path=prefix + self.path), pack=self.pack, **self.args)

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "where": self.where,
            "message": self.message(lang),
            "hint": self.hint(lang),
        }

    def sort_key(self) -> tuple:
        return (self.path, self.line, self.column, self.code, self.message())

    def _identity(self) -> tuple:
        return (self.code, self.spot, json.dumps(self.args, sort_keys=True, default=str))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        return f"<{self.code} {self.path}:{self.line}:{self.column} {self.message()}>"


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, by file and place.

    Of the same problem seen from several packs, the owner's view is kept.
    """
    unique: dict[Problem, Problem] = {}
    for problem in problems:
        known = unique.get(problem)
        if known is None or (known.pack is not None and problem.pack is None):
            unique[problem] = problem
    return sorted(unique.values(), key=Problem.sort_key)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def render(problems: Iterable[Problem], form: str = "text", lang: str = "en") -> str:
    """All problems as one text.

    "text" one line each, "json" a list, "github" annotations for a pull request.
    """
    if form == "json":
        return json.dumps([problem.as_dict(lang) for problem in problems], ensure_ascii=False, indent=2)
    line = {"text": _text_line, "github": _github_line}[form]
    return "\n".join(line(problem, lang) for problem in problems)


def _text_line(problem: Problem, lang: str) -> str:
    place = f"{problem.path}:{problem.line}:{problem.column}"
    colon = "：" if _language(lang) == "zh_CN" else ": "
    severity = _catalogue()["words"][problem.severity][_language(lang)]
    return f"{place}: {severity} {problem.code} {problem.where}{colon}{problem.text(lang)}"


def _github_line(problem: Problem, lang: str) -> str:
    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def escaped_property(text: str) -> str:
        return escaped(text).replace(":", "%3A").replace(",", "%2C")

    place = (
        f"file={escaped_property(problem.path)},line={problem.line},col={problem.column},title={problem.code}"
    )
    return f"::{problem.severity} {place}::{escaped(problem.text(lang))}"


def explanation(code: str, lang: str = "en") -> str:
    """The longer text about a code: why the rule exists. Raises KeyError for an unknown code."""
    return _catalogue()["problems"][code]["why"][_language(lang)]


def codes() -> list[str]:
    return sorted(_catalogue()["problems"])


def word(name: str, lang: str = "en") -> str:
    """A term of the catalogue. Raises KeyError for an unknown one."""
    return _catalogue()["words"][name][_language(lang)]


def _language(lang: str) -> str:
    return lang if lang in LANGUAGES else "en"


def _entry(code: str) -> Mapping[str, Any]:
    return _catalogue()["problems"][code]


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _fill(template: str, args: Mapping[str, Any], lang: str) -> str:
    return template.format_map({name: _shown(value, lang) for name, value in args.items()})


def _shown(value: Any, lang: str) -> str:
    """A message argument as text: terms translated, lists joined, long values cut, always on one line."""
    if isinstance(value, Word):
        return word(value, lang)
    if isinstance(value, (list, tuple, set, frozenset)):
        values = sorted(value) if isinstance(value, (set, frozenset)) else value
        return ("、" if _language(lang) == "zh_CN" else ", ").join(_shown(one, lang) for one in values)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(str(value).split()) if not isinstance(value, str) or "\n" in value else value
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
