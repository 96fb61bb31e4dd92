"""The points in the result of `simulate`: by rule and by person, of one policy or of two side by side."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ..engine.points_tally import Totals
from ..engine.policy import Policy
from ..engine.schemes import schemes
from .tables import table
from .words import say

_SHOWN = 20  # people; --format json has all


def point_lines(policies: Sequence[Policy], totals: Sequence[Totals], lang: str) -> Iterator[str]:
    """The lines for people, the new policy last."""
    rules = [_by_rule(policy, one) for policy, one in zip(policies, totals, strict=True)]
    names = list(dict.fromkeys(name for one in reversed(rules) for name in one))
    rows = [[name, *_compared([one.get(name, Decimal(0)) for one in rules])] for name in names]
    if rows:
        yield ""
        yield from table([say("col_points", lang), *_columns(len(policies), "col_sum", lang)], rows, left=1)
    scores = [_by_person(policy, one) for policy, one in zip(policies, totals, strict=True)]
    people = list(dict.fromkeys(name for one in reversed(scores) for name in one))
    if people:
        rows = [[name, *_person(scores, name)] for name in people[:_SHOWN]]
        head = [say("col_person", lang), say("col_cases", lang)]
        yield ""
        yield from table([*head, *_columns(len(policies), "col_score", lang)], rows, left=1)
        if len(people) > _SHOWN:
            yield say("more_cases", lang, count=len(people) - _SHOWN)
        yield ""
        yield say("scores", lang)


def points_data(policy: Policy, totals: Totals) -> dict[str, Any]:
    """The figures for another program."""
    return {
        "rules": {name: float(points) for name, points in _by_rule(policy, totals).items()},
        "people": {
            name: {"cases": cases, "score": None if reached is None else float(reached)}
            for name, (cases, reached) in _by_person(policy, totals).items()
        },
    }


def _by_rule(policy: Policy, totals: Totals) -> dict[str, Decimal]:
    """The rules that gave or took anything, in the order of the policy."""
    found = {}
    for scheme in schemes(policy):
        for rule in scheme.rules:
            points = totals.of_rule(scheme.name, rule.name)
            if points:
                found[f"{scheme.name}/{rule.name}"] = sum(points.values(), Decimal(0))
    return found


def _by_person(policy: Policy, totals: Totals) -> dict[str, tuple[int, Decimal | None]]:
    found = {}
    for scheme in schemes(policy):
        for person in totals.people(scheme.name):
            reached = totals.score_of(scheme, person)
            found[f"{scheme.name}/{person}"] = reached.cases, reached.score
    return found


def _person(scores: Sequence[dict[str, tuple[int, Decimal | None]]], name: str) -> list[str]:
    found = [one.get(name, (0, None)) for one in scores]
    return [str(found[-1][0]), *_compared([reached for _cases, reached in found])]


def _compared(numbers: Sequence[Decimal | None]) -> list[str]:
    """One number; of two the change as well."""
    texts = ["–" if one is None else f"{one.normalize():f}" for one in numbers]
    if len(numbers) < 2:
        return texts
    if None in numbers:
        return [*texts, "–"]
    change = (numbers[1] - numbers[0]).normalize()
    return [*texts, f"{change:+f}" if change else "0"]


def _columns(policies: int, alone: str, lang: str) -> list[str]:
    names = [alone] if policies == 1 else ["col_before", "col_after", "col_change"]
    return [say(name, lang) for name in names]
