"""`complaint-policy validate PATH…`: every problem of every file in one run, always in the same order."""

# A command prints: that is what it is for.
# pylint: disable=print-used
from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from ..language import Library, Problem, has_errors, load, ordered, render
from ..language.diagnostics import FORMATS, LANGUAGES
from .files import Target, UsageError, read_tree, target

CLEAN, PROBLEMS, USAGE = 0, 1, 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a folder of packs, a pack's folder, or a file in it"
    )
    parser.add_argument(
        "--format",
        choices=(*FORMATS, "sarif"),
        default="text",
        help="how problems are shown (default: text)",
    )
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="en", help="the language of the messages (default: en)"
    )
    parser.add_argument("--strict", action="store_true", help="warnings count as problems too")


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code.

    0 clean (warnings allowed unless strict), 1 problems, 64 a path that cannot be meant.
    """
    try:
        found, packs, files = _check([target(path) for path in arguments.paths])
    except UsageError as error:
        print(error, file=sys.stderr)
        return USAGE
    text = _text(found, arguments.format, arguments.lang)
    if text:
        print(text)
    summary = _summary(packs, files, found, arguments.lang)
    print(summary, file=sys.stderr if arguments.format in ("json", "sarif") else sys.stdout)
    return PROBLEMS if has_errors(found) or (arguments.strict and found) else CLEAN


def _text(problems: list[Problem], form: str, lang: str) -> str:
    if form == "sarif":
        from .sarif import sarif  # seldom needed, and every start of validate should be quick

        return sarif(problems, lang)
    return render(problems, form, lang)


def _check(targets: Iterable[Target]) -> tuple[list[Problem], int, int]:
    """The problems of all targets with paths as the reader knows them, and how many packs and files were
    looked at.
    """
    libraries: dict[str, Library] = {}
    problems: list[Problem] = []
    files: set[str] = set()
    packs: set[str] = set()
    for one in dict.fromkeys(targets):
        library = libraries.get(one.prefix)
        if library is None:
            library = libraries[one.prefix] = load(read_tree(one.root))
        names = (
            sorted(library.packs) if one.pack is None else [one.pack, *library.resolve(one.pack).ancestors]
        )
        packs.update(one.prefix + name for name in names)
        files.update(one.prefix + path for name in names for path in library.paths.get(name, ()))
        problems += (problem.under(one.prefix) for problem in library.check(one.pack))
    return ordered(problems), len(packs), len(files)


def _summary(packs: int, files: int, problems: list[Problem], lang: str) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if lang == "zh_CN":
        found = "，".join(
            text for count, text in ((errors, f"{errors} 个错误"), (warnings, f"{warnings} 个警告")) if count
        )
        return f"{packs} 个规则包，{files} 个文件：{found or '没有问题'}"
    found = ", ".join(
        _count(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count
    )
    return f"{_count(packs, 'pack')}, {_count(files, 'file')}: {found or 'no problems'}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
