"""Which rule fits which case: ``match`` and ``unless``.

Several keys of one ``match`` are "all of", a list is "any of", ``{min, max}`` is a range with both bounds
included, and a category matches all categories below it. ``unless`` excludes what it would match.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Tree:
    """Names with parents; a name stands for itself and everything below it."""

    __slots__ = ("_parents", "_below")

    def __init__(self, parents: Mapping[str, str | None]):
        """
        :param parents: the parent of each name; None at the top
        """
        self._parents = dict(parents)
        self._below: dict[str, set[str]] = {}
        for name in self._parents:
            for above in (name, *self.ancestors(name)):
                self._below.setdefault(above, set()).add(name)

    def ancestors(self, name: str) -> list[str]:
        """Parent, grandparent, …; empty for a name at the top or an unknown one."""
        result: list[str] = []
        parent = self._parents.get(name)
        while parent is not None and parent not in result:
            result.append(parent)
            parent = self._parents.get(parent)
        return result

    def below(self, name: str) -> set[str]:
        """The name and all names below it."""
        return self._below.get(name, {name})


@dataclass(frozen=True, slots=True)
class Range:
    """A number between two bounds, both included; None is no bound."""

    low: float | None
    high: float | None

    @classmethod
    def load(cls, bounds: Mapping[str, Any]) -> "Range":
        """Read ``{min: …, max: …}``.

        :raises ValueError: another key, or a bound that is no number
        """
        if not bounds or set(bounds) - {"min", "max"}:
            raise ValueError(f"a range has min and max, not {sorted(bounds)}")
        for bound in bounds.values():
            if isinstance(bound, bool) or not isinstance(bound, (int, float)):
                raise ValueError(f"a bound is a number, not {bound!r}")
        return cls(bounds.get("min"), bounds.get("max"))

    def __contains__(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


Tests = tuple[tuple[str, frozenset | Range], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A prepared ``match`` and ``unless``."""

    match: Tests = ()
    unless: Tests = ()

    @classmethod
    def load(
        cls, match: Mapping[str, Any] | None, unless: Mapping[str, Any] | None, tree: Tree
    ) -> "Condition":
        """Prepare a rule's condition.

        :param tree: the categories
        :raises ValueError: a value that is neither text, number, list nor range
        """
        return cls(_tests(match, tree), _tests(unless, tree))

    def attributes(self) -> set[str]:
        """The attributes that the condition asks for."""
        return {key for key, _test in (*self.match, *self.unless)}

    def holds(self, attributes: Mapping[str, Any], cycle: int) -> bool:
        """Whether a case with these attributes, in this cycle, is meant."""
        if not _all(self.match, attributes, cycle):
            return False
        return not self.unless or not _all(self.unless, attributes, cycle)


def _all(tests: Tests, attributes: Mapping[str, Any], cycle: int) -> bool:
    for key, wanted in tests:  # a plain loop: twice as fast here as all() of a generator
        value = cycle if key == "cycle" else attributes.get(key)
        if value not in wanted:
            return False
    return True


def _tests(rule: Mapping[str, Any] | None, tree: Tree) -> Tests:
    return tuple((key, _wanted(key, value, tree)) for key, value in (rule or {}).items())


def _wanted(key: str, value: Any, tree: Tree) -> frozenset | Range:
    if isinstance(value, Mapping):
        return Range.load(value)
    values = value if isinstance(value, (list, tuple)) else [value]
    if not all(isinstance(one, (str, int, float)) for one in values):
        raise ValueError(f"match: {key} names texts or numbers, not {value!r}")
    if key == "category":
        return frozenset(name for one in values for name in tree.below(one))
    return frozenset(values)
