"""The result of `simulate` as text and as data: one policy alone, or two side by side."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..engine.policy import Policy
from .cases import Cases
from .many import Replayed
from .simulation_points import point_lines, points_data
from .statistics import ClockCount, Statistics, callbacks_of
from .tables import table
from .words import say

_TEXT_COLUMNS = ("sla", "clock", "within")
_NUMBERS = ("applied", "met", "breached", "open", "late", "cancelled")
_SHOWN = 10  # cases of which two policies keep different limits


@dataclass(frozen=True, slots=True)
class Simulation:
    """Cases under one policy; with two, the first is the one that the second is compared with.

    ``surges``: of each policy, by rule.
    """

    policies: list[Policy]
    replayed: Replayed
    cases: Cases
    zone: ZoneInfo
    now: datetime
    surges: Sequence[Counter[str]]

    @property
    def policy(self) -> Policy:
        """The policy that was asked about."""
        return self.policies[-1]

    @property
    def result(self) -> Statistics:
        """Its figures."""
        return self.replayed.results[-1]

    @property
    def earlier(self) -> Statistics | None:
        """The figures of the policy that it is compared with."""
        return self.replayed.results[0] if len(self.policies) > 1 else None


# -- text ------------------------------------------------------------------------------------------------


def report(found: Simulation, lang: str) -> Iterator[str]:
    """The lines for people."""
    yield from _head(found, lang)
    if found.earlier is None:
        yield from _clocks(found.result, lang)
    else:
        yield from _compared_clocks(found.earlier, found.result, lang)
    yield from _consequences(found, lang)
    yield from point_lines(found.policies, [one.points for one in found.replayed.results], lang)
    yield from _work(found, lang)
    if found.earlier is not None:
        yield from _changed(found, lang)


def _head(found: Simulation, lang: str) -> Iterator[str]:
    first = min(event.at for case in found.cases.cases for event in case.events)
    first_day, last_day = (f"{one.astimezone(found.zone):%Y-%m-%d %H:%M}" for one in (first, found.now))
    names = " → ".join(policy.name for policy in found.policies)
    yield say("head", lang, cases=found.result.cases, pack=names, first=first_day, now=last_day)
    if found.cases.bad_count:
        yield say("skipped", lang, count=found.cases.bad_count)
    unmatched = [one.unmatched for one in found.replayed.results]
    if any(unmatched):
        yield say("unmatched", lang, count=" → ".join(map(str, unmatched)))
    yield ""


def _clocks(result: Statistics, lang: str) -> Iterator[str]:
    head = [say(f"col_{name}", lang) for name in (*_TEXT_COLUMNS, *_NUMBERS, "median", "p90")]
    rows = [_row(one) for one in result.clocks.values() if one.applied]
    yield from table(head, rows, left=len(_TEXT_COLUMNS))
    yield ""
    yield say("shares", lang)


def _row(count: ClockCount) -> list[str]:
    texts = [getattr(count, name) for name in _TEXT_COLUMNS]
    numbers = [str(getattr(count, name)) for name in _NUMBERS]
    shares = [count.share(part) for part in (0.5, 0.9)]
    return [*texts, *numbers, *("–" if share is None else f"{share:.0%}" for share in shares)]


def _compared_clocks(before: Statistics, after: Statistics, lang: str) -> Iterator[str]:
    columns = (*_TEXT_COLUMNS, "applied", "missed_before", "missed_after", "change")
    rows = []
    for old, new in _pairs(before, after):
        if not (old and old.applied or new and new.applied):
            continue
        known = new or old
        limits = _arrow(old.within if old else "–", new.within if new else "–")
        applied = _arrow(str(old.applied if old else 0), str(new.applied if new else 0))
        missed = [one.missed if one else 0 for one in (old, new)]
        rows.append([known.sla, known.clock, limits, applied, *_numbers(*missed)])
    yield from table([say(f"col_{name}", lang) for name in columns], rows, left=len(_TEXT_COLUMNS))
    yield ""
    yield say("missed", lang)


def _pairs(before: Statistics, after: Statistics) -> Iterator[tuple[ClockCount | None, ClockCount | None]]:
    """The clocks of both, those of the new policy first."""
    for key in dict.fromkeys((*after.clocks, *before.clocks)):
        yield before.clocks.get(key), after.clocks.get(key)


def _consequences(found: Simulation, lang: str) -> Iterator[str]:
    levels = list(dict.fromkeys(level for policy in reversed(found.policies) for level in policy.levels))
    rules = list(dict.fromkeys(rule.name for policy in reversed(found.policies) for rule in policy.rules))
    results = found.replayed.results
    calls = [Counter(callbacks_of(policy, one)) for policy, one in zip(found.policies, results, strict=True)]
    for title, names, counts in (
        ("rule", rules, [one.rules for one in results]),
        ("level", levels, [one.levels for one in results]),
        ("plan", list(dict.fromkeys(name for one in reversed(calls) for name in one)), calls),
        ("surge", list(dict.fromkeys(name for one in reversed(found.surges) for name in one)), found.surges),
    ):
        names = [name for name in names if any(count[name] for count in counts)]
        if names:
            yield ""
            yield from _named(say(f"col_{title}", lang), say(f"col_{title}_times", lang), names, counts, lang)


def _named(head: str, times: str, names: Iterable[str], counts: Sequence[Counter], lang: str) -> list[str]:
    if len(counts) == 1:
        return table([head, times], [[name, str(counts[0][name])] for name in names], left=1)
    columns = [say(f"col_{name}", lang) for name in ("before", "after", "change")]
    rows = [[name, *_numbers(*(count[name] for count in counts))] for name in names]
    return table([f"{head}: {times}", *columns], rows, left=1)


def _work(found: Simulation, lang: str) -> Iterator[str]:
    """A line a week, a column a role; with two policies the difference in brackets."""
    results = found.replayed.results
    totals: Counter[str] = Counter()
    for one in results:
        for (_week, role), number in one.work.items():
            totals[role] += number
    if not totals:
        return
    roles = [role for role, _number in totals.most_common()]
    weeks = sorted({week for one in results for week, _role in one.work})
    rows = [[str(week), *(_busy(results, week, role) for role in roles)] for week in weeks]
    yield ""
    yield from table([say("col_week", lang), *roles], rows, left=1)
    yield ""
    yield say("work_compared" if found.earlier else "work", lang)


def _busy(results: Sequence[Statistics], week: date, role: str) -> str:
    numbers = [one.work[week, role] for one in results]
    if numbers[0] == numbers[-1]:
        return str(numbers[-1])
    return f"{numbers[-1]} ({numbers[-1] - numbers[0]:+d})"


def _changed(found: Simulation, lang: str) -> Iterator[str]:
    changed = sorted(found.replayed.changed.items())
    late = sum(bool(newly) for _index, (_no_more, newly) in changed)
    in_time = sum(bool(no_more) for _index, (no_more, _newly) in changed)
    yield ""
    yield say("changed_cases", lang, late=late, in_time=in_time)
    for index, (no_more, newly) in changed[:_SHOWN]:
        parts = [
            say(key, lang, clocks=say("joined", lang).join(clocks))
            for key, clocks in (("newly_late", newly), ("no_more_late", no_more))
            if clocks
        ]
        yield f"  {found.cases.names[index]}{say('colon', lang)}{say('joined', lang).join(parts)}"
    if len(changed) > _SHOWN:
        yield "  " + say("more_cases", lang, count=len(changed) - _SHOWN)


def _numbers(before: int, after: int) -> list[str]:
    return [str(before), str(after), f"{after - before:+d}" if after != before else "0"]


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


# -- data ------------------------------------------------------------------------------------------------


def as_data(found: Simulation) -> dict[str, Any]:
    """The figures for another program. Compared, ``before`` has those of the other policy."""
    data = {
        "now": found.now.isoformat(),
        "skipped": found.cases.bad_count,
        **_figures(found.policy, found.result, found.surges[-1]),
    }
    if found.earlier is not None:
        data["before"] = _figures(found.policies[0], found.earlier, found.surges[0])
        data["changed"] = [
            {"id": found.cases.names[index], "no_more_late": list(no_more), "newly_late": list(newly)}
            for index, (no_more, newly) in sorted(found.replayed.changed.items())
        ]
    return data


def _figures(policy: Policy, result: Statistics, surges: Counter[str]) -> dict[str, Any]:
    return {
        "pack": policy.name,
        "cases": result.cases,
        "unmatched": result.unmatched,
        "clocks": [
            {name: getattr(one, name) for name in (*_TEXT_COLUMNS, *_NUMBERS)}
            | {"median": one.share(0.5), "p90": one.share(0.9)}
            for one in result.clocks.values()
        ],
        "rules": {rule.name: result.rules[rule.name] for rule in policy.rules},
        "levels": {level: result.levels[level] for level in policy.levels},
        "callbacks": callbacks_of(policy, result),
        "surges": dict(surges),
        "points": points_data(policy, result.points),
        "work": [
            {"week": str(week), "role": role, "tasks": number}
            for (week, role), number in sorted(result.work.items())
        ],
    }
