"""From a path on the command line to compiled policies."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from ..engine.policy import Policy
from ..language import Library, Problem, has_errors, load, ordered
from .files import packs_in, read_tree, target


class Compiled(NamedTuple):
    """A pack ready to run. ``prefix`` leads from the reader's folder to the library's root."""

    name: str
    prefix: str
    policy: Policy


def compile_packs(paths: Iterable[str], today: date) -> tuple[list[Compiled], list[Problem]]:
    """Compile all packs that the paths mean.

    :param paths: folders of packs, packs' folders or files in them
    :param today: decides for which years calendars are expanded
    :return: the packs and the problems found; no packs if one has an error
    :raises UsageError: a path that cannot be meant
    :raises PolicyError: a compiled pack that the engine cannot read
    """
    libraries: dict[str, Library] = {}
    compiled: dict[tuple[str, str], dict[str, Any]] = {}
    problems: list[Problem] = []
    for one in dict.fromkeys(target(path) for path in paths):
        library = libraries.get(one.prefix)
        if library is None:
            library = libraries[one.prefix] = load(read_tree(one.root))
        for name in packs_in(one.root, library.packs) if one.pack is None else [one.pack]:
            if (one.prefix, name) not in compiled:
                compiled[one.prefix, name], found = library.compile(name, today)
                problems += (problem.under(one.prefix) for problem in found)
    problems = ordered(problems)
    if has_errors(problems):
        return [], problems
    return [
        Compiled(name, prefix, Policy.load(normalised)) for (prefix, name), normalised in compiled.items()
    ], problems
