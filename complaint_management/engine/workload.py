"""How much work there is for each agent (F7): what was, and what is to be expected.

Definitions, the same wherever the figure ``tickets_per_agent_and_day`` is shown
    - *Handled*: the cases that were received on a day and that somebody is in charge of. A case that is
      reopened counts once, on the day on which it came in.
    - *Present*: an agent was present on a day if a case that came in on that day is theirs. That can be told
      from the register alone, also of years for which nobody keeps rosters any more. One person on one day is
      an *agent-day*, however long the person worked.
    - *Average*: handled / agent-days. Who worked for two teams on a day counts in each of them, and once in
      the line of all teams.

What is expected of a day cannot know who will be present. It divides what is *due to arrive*, the mean of
the same weekday in the weeks before, by the agents *planned* for that day. Of the present day what came in
already counts if it is more than was expected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

FINE, NEAR, OVER, NOBODY = "fine", "near", "over", "nobody"
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of the kind ``workload``; None where the policy is silent.

    :param average: how many cases an agent handles a day at most, on average of the team
    :param warn_at: from which average on the leader is warned; None: nobody is
    :param weeks: how many weeks back the same weekday is looked at; 0: nothing is expected in advance
    :param cap: how many open cases one agent may have; ``hard``: nobody may be given more, by hand either
    """

    average: float | None = None
    warn_at: Fraction | None = None
    weeks: int = 0
    cap: int | None = None
    hard: bool = False

    @classmethod
    def load(cls, written: Mapping[str, Any] | None) -> "Limits":
        """Read the kind ``workload`` of a policy.

        >>> Limits.load({"average_per_agent_and_day": 50, "warn_at": "90%"}).warn_at
        Fraction(45, 1)
        """
        written = written or {}
        limit, share = written.get("average_per_agent_and_day"), written.get("warn_at")
        warn = None
        if limit is not None and share is not None:
            warn = Fraction(str(limit)) * Fraction(share.rstrip("%")) / 100
        return cls(
            limit,
            warn,
            written.get("weeks", 0),
            written.get("cap_per_agent"),
            bool(written.get("hard") and written.get("cap_per_agent")),
        )

    def judged(self, cases: float, agents: int) -> str:
        """What to make of so many cases for so many agents, on a day or as agent-days: ``fine``, ``near``
        (the leader is warned), ``over`` (above the limit) or ``nobody`` (cases, and nobody for them).

        >>> limits = Limits.load({"average_per_agent_and_day": 50, "warn_at": "90%"})
        >>> [limits.judged(cases, 2) for cases in (89, 90, 100, 101)], limits.judged(1, 0)
        (['fine', 'near', 'near', 'over'], 'nobody')
        """
        if self.average is None or not cases:
            return FINE
        if not agents:
            return NOBODY
        exact = Fraction(cases).limit_denominator(1_000_000) / agents
        if exact > Fraction(str(self.average)):
            return OVER
        return NEAR if self.warn_at is not None and exact >= self.warn_at else FINE

    def agents_for(self, cases: float) -> int:
        """How many agents keep the average at or below the limit.

        >>> Limits(50).agents_for(101)
        3
        """
        return ceil(Fraction(cases).limit_denominator(1_000_000) / Fraction(str(self.average)))


def average(handled: float, agent_days: int) -> float | None:
    """Cases for each agent and day; None without anybody.

    >>> average(120, 3), average(5, 0)
    (40.0, None)
    """
    return handled / agent_days if agent_days else None


def due_to_arrive(
    counts: Mapping[date, int], day: date, weeks: int, since: date | None
) -> tuple[float | None, int]:
    """(how many cases are expected on a day, of how many weeks that is the mean).

    A week of which the register knows nothing yet is unknown, not empty; None: no week is known.

    :param counts: cases received on days; a day without any may be missing
    :param since: the first day of the register; None: nothing was ever received
    """
    known = [day - WEEK * back for back in range(1, weeks + 1)]
    known = [one for one in known if since is not None and one >= since]
    if not known:
        return None, 0
    return sum(counts.get(one, 0) for one in known) / len(known), len(known)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a day will bring a team.

    :param cases: how many are expected; None: that cannot be said
    :param weeks: of how many weeks that is the mean; 0 where what came in already is more
    :param average: for each agent planned; None without any, or without an expectation
    :param state: ``fine``, ``near``, ``over`` or ``nobody``
    """

    day: date
    cases: float | None
    weeks: int
    agents: int
    average: float | None
    state: str


def outlook(
    limits: Limits, counts: Mapping[date, int], day: date, agents: int, since: date | None
) -> Outlook:
    """What a day will bring a team.

    :param counts: cases received on days, the day itself included as far as it is over
    :param agents: how many are planned for it
    """
    cases, weeks = due_to_arrive(counts, day, limits.weeks, since)
    came = counts.get(day, 0)
    if cases is not None and came > cases:
        cases, weeks = float(came), 0
    state = FINE if cases is None else limits.judged(cases, agents)
    return Outlook(day, cases, weeks, agents, None if cases is None else average(cases, agents), state)


# -- balance -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """A case that would go from one person to another."""

    case: int
    giver: int
    taker: int


def moves(
    desks: Mapping[int, Sequence[tuple[int, float]]],
    takers: Sequence[int],
    cap: int | None = None,
    at_most: int = 100,
    fixed: Mapping[int, tuple[int, float]] | None = None,
) -> list[Move]:
    """Which cases to move so that the weight on the desks becomes more even.

    From the heaviest desk a case goes to the lightest as long as that brings the two closer together. Of the
    cases that do, the first one goes: so the caller orders them, those that are begun least first. Each case
    moves once.

    :param desks: for each person the movable cases with their weights; whoever has none is named too
    :param takers: who may be given a case: those who are there
    :param cap: how many cases one person may have
    :param fixed: for each person how many cases do not move, and their weight
    """
    left = {person: list(cases) for person, cases in desks.items()}
    weight = {person: sum(weight for _case, weight in cases) for person, cases in desks.items()}
    count = {person: len(cases) for person, cases in desks.items()}
    for person, (cases_, weight_) in (fixed or {}).items():
        weight[person] += weight_
        count[person] += cases_
    found: list[Move] = []
    while len(found) < at_most:
        free = [one for one in takers if one in weight and (cap is None or count[one] < cap)]
        if not free:
            break
        taker = min(free, key=lambda one: (weight[one], one))
        move = _first_move(left, weight, taker)
        if move is None:
            break
        (case, heavy), giver = move
        left[giver].remove((case, heavy))
        weight[giver] -= heavy
        weight[taker] += heavy
        count[giver] -= 1
        count[taker] += 1
        found.append(Move(case, giver, taker))
    return found


def _first_move(left, weight, taker):
    """((case, its weight), giver) that brings the heaviest desk and that of the taker closer together."""
    for giver in sorted(weight, key=lambda one: (-weight[one], one)):
        apart = weight[giver] - weight[taker]
        if giver == taker or apart <= 0:
            return None
        fitting = next((one for one in left[giver] if 0 < one[1] < apart), None)
        if fitting is not None:
            return fitting, giver
    return None
