"""Quality samples: which cases are reviewed, about whom, and what a scorecard comes to (F6).

How it works
    A sample is drawn in one go at the end of its time, or in parts, such as weekly, so that people hear of it
    while the case is still in mind. Each part looks at all cases of the time so far: as many are drawn as are
    missing to the share of all of them, rounded up, from those that are new since the last part. So every
    case has the same chance, whenever it came in, and at each moment at least the share is drawn. Within a
    part the people get their shares by largest remainder. At the end whoever still has too few gets more,
    in addition.

    Chance is the seed of company, sample and period, as for callbacks (``sampling``): nobody can choose it,
    and whoever draws again gets the same.

    Who took a case in is the one who entered it, else the first who held it. Who solved it held it when the
    last solution was proposed, else when it was closed: the same person to whom points for it go.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Any

from .case import Event
from .case_facts import CaseFacts
from .duration import Duration
from .matching import Condition
from .periods import bounds, following, preceding
from .periods import period_of as period_at
from .policy import Policy, PolicyError
from .sampling import draw, sample_size

RECEIVED, CLOSED = "received", "closed"
TRAINING = "training"
PASSED, FAILED = "passed", "failed"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a scorecard. ``critical``: below the pass mark it fails the whole."""

    name: str
    weight: Fraction
    critical: bool
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QualitySample:
    """A sample of the policy, prepared.

    :param every: week, month, quarter or year
    :param part: how often it is drawn in that time; None: once at its end
    :param of: the event that makes a case count, ``received`` or ``closed``
    :param scale: the most points for a line; 1: fulfilled or not
    :param remark_up_to: so many points or fewer need a remark; -1: none do
    :param within: how long one may object; None: not at all
    """

    name: str
    every: str
    part: str | None
    of: str
    condition: Condition
    share: Fraction
    each_agent: int
    role: str
    lines: tuple[Line, ...]
    scale: int
    remark_up_to: int
    passes: Fraction
    failed: str | None
    within: Duration | None
    objections_by: str | None
    written: Mapping[str, Any]

    @property
    def lowest(self) -> int:
        """The fewest points for a line."""
        return 0 if self.scale == 1 else 1

    def line(self, name: str) -> Line | None:
        """A line by name; None if this release does not have it."""
        return next((one for one in self.lines if one.name == name), None)


def samples(policy: Policy) -> tuple[QualitySample, ...]:
    """The quality samples of a policy, in its order.

    :raises PolicyError: a sample that cannot be read, with its place
    """
    found = []
    for index, entry in enumerate(policy.raw.get("quality") or ()):
        try:
            found.append(_sample(policy, entry))
        except (KeyError, TypeError, ValueError) as error:
            raise PolicyError(f"$.quality[{index}]: {error}") from error
    return tuple(found)


def sample_named(policy: Policy, name: str) -> QualitySample | None:
    """A sample by name; None if this release does not have it."""
    return next((one for one in samples(policy) if one.name == name), None)


def _sample(policy: Policy, entry: Mapping[str, Any]) -> QualitySample:
    within = entry.get("objection_within")
    return QualitySample(
        name=entry["name"],
        every=entry["every"],
        part=entry.get("draw"),
        of=entry.get("after", RECEIVED),
        condition=policy.condition({"match": entry.get("of")}),
        share=_share(entry["share"]),
        each_agent=entry.get("each_agent", 0),
        role=entry["by"],
        lines=tuple(
            Line(one["name"], Fraction(str(one.get("weight", 1))), bool(one.get("critical")), one)
            for one in entry["card"]
        ),
        scale=entry.get("scale", 1),
        remark_up_to=entry.get("remark_up_to", -1),
        passes=_share(entry["pass"]),
        failed=entry.get("failed"),
        within=Duration.parse(within) if within else None,
        objections_by=entry.get("objections_by"),
        written=entry,
    )


def _share(text: str) -> Fraction:
    return Fraction(int(text.removesuffix("%")), 100)


# ---------------------------------------------------------------------- when


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a period, ``[begins, ends)``; ``last``: the period ends with it."""

    period: str
    begins: datetime
    ends: datetime
    last: bool


def due_parts(sample: QualitySample, since: datetime, now: datetime, zone: tzinfo) -> list[Part]:
    """The parts that ended in (since, now], the oldest first."""
    found, period = [], period_at(sample.every, since, zone)
    while bounds(period, zone)[0] < now:
        found += [one for one in parts(sample, period, zone) if since < one.ends <= now]
        period = following(period)
    return found


def parts(sample: QualitySample, period: str, zone: tzinfo) -> list[Part]:
    """All parts of a period; each begins where the one before ends."""
    first, end = bounds(period, zone)
    cuts = [first]
    while sample.part is not None and cuts[-1] < end:
        cuts.append(min(end, bounds(period_at(sample.part, cuts[-1], zone), zone)[1]))
    if sample.part is None:
        cuts.append(end)
    return [Part(period, begin, until, until == end) for begin, until in zip(cuts, cuts[1:], strict=False)]


def running_part(sample: QualitySample, since: datetime | None, now: datetime, zone: tzinfo) -> Part:
    """What can be drawn at this moment, before its time: from the last draw in the period, or its begin."""
    period = period_at(sample.every, now, zone)
    begin = bounds(period, zone)[0]
    return Part(period, max(begin, since) if since else begin, now, False)


def first_part_since(sample: QualitySample, begun: datetime, now: datetime, zone: tzinfo) -> datetime:
    """From when on a sample that was never drawn is drawn: since its policy began, but not before the period
    that ended last. What is older has been forgotten by those who were there."""
    before = preceding(period_at(sample.every, now, zone))
    return max(begun, bounds(before, zone)[0] + _SECOND)


# ---------------------------------------------------------------------- whom and which


@dataclass(frozen=True, slots=True)
class Member:
    """A case of a period.

    :param agent: whom a review would be about; None: nobody
    :param new: whether it came in since the part before
    :param barred: whether it cannot be reviewed; it counts for the share all the same
    :param drawn: whether it was drawn in a part before by chance, ``added`` in addition
    """

    id: int
    agent: Hashable | None
    new: bool = True
    barred: bool = False
    drawn: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a part adds: ``drawn`` by chance for the share, ``added`` so that nobody goes without; ``wanted``
    is how many were missing to the share."""

    wanted: int
    drawn: tuple[int, ...]
    added: tuple[int, ...]


def choose(sample: QualitySample, members: Sequence[Member], seed: str, last: bool) -> Chosen:
    """Which cases of a period are drawn now.

    :param members: all cases of the period so far, in any order, each once
    :param last: whether the period is over
    """
    wanted = max(0, sample_size(sample.share, len(members)) - sum(one.drawn for one in members))
    free = [one for one in members if not (one.barred or one.drawn or one.added)]
    drawn: list[int] = []
    for pool in ([one for one in free if one.new], free):
        left = [(one.id, one.agent, None) for one in pool if one.id not in drawn]
        missing = min(wanted - len(drawn), len(left))
        if missing > 0:
            drawn += draw(left, Fraction(missing, len(left)), seed).chosen
    added = _added(sample, members, free, drawn, seed) if last and sample.each_agent else ()
    return Chosen(wanted, tuple(drawn), tuple(added))


def _added(
    sample: QualitySample,
    members: Iterable[Member],
    free: Iterable[Member],
    drawn: Collection[int],
    seed: str,
) -> list[int]:
    """Cases of those of whom fewer were drawn than the policy wants of each."""
    has = Counter(one.agent for one in members if one.drawn or one.added or one.id in drawn)
    by_agent: dict[Hashable, list[int]] = {}
    for one in free:
        if one.agent is not None and one.id not in drawn:
            by_agent.setdefault(one.agent, []).append(one.id)
    found: list[int] = []
    for agent in sorted(by_agent, key=str):
        left = by_agent[agent]
        missing = min(sample.each_agent - has[agent], len(left))
        if missing > 0:
            found += draw([(one, None, None) for one in left], Fraction(missing, len(left)), seed).chosen
    return found


def agent_of(of: str, events: Sequence[Event], entered_by: int | None, until: datetime) -> int | None:
    """Whom the review of a case is about.

    :param events: facts of the case; only those matter that say who holds it, solutions, and what opens and
        closes it
    :param entered_by: who entered it, if that was one of our people
    :param until: the end of the part
    """
    if of == RECEIVED:
        return entered_by or _first_holder(events)
    facts = CaseFacts.read([one for one in events if one.at < until], (), until)
    closings = [one for one in facts.happenings if one.kind == CLOSED]
    return closings[-1].solver if closings else None


def _first_holder(events: Iterable[Event]) -> int | None:
    for event in sorted(events, key=lambda one: one.position):
        said = event.data.get("set") or {}
        if said.get("holder_id") and not said.get("unassigned"):
            return said["holder_id"]
    return None


def share_out(
    reviews: Sequence[tuple[Hashable, Collection[int]]], loads: Mapping[int, tuple[int, int]]
) -> dict[Hashable, int]:
    """Who reviews what: each review goes to the one of its people with the fewest to do, of equals to the one
    who has been given the fewest so far.

    :param reviews: (review, ids of who may do it)
    :param loads: by person (still to do, ever given)
    """
    todo = {person: list(load) for person, load in loads.items()}
    found: dict[Hashable, int] = {}
    for review, people in reviews:
        able = [person for person in people if person in todo]
        if able:
            best = min(able, key=lambda person: (*todo[person], person))
            todo[best][0] += 1
            todo[best][1] += 1
            found[review] = best
    return found


# ---------------------------------------------------------------------- what it comes to


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scorecard comes to.

    :param share: of the points that could be had, from 0 to 1; None: no line was judged
    :param critical: the critical lines that fail the whole
    """

    share: Fraction | None
    passed: bool | None
    critical: tuple[str, ...] = ()

    @property
    def result(self) -> str | None:
        """``passed`` or ``failed``, as facts say it."""
        return None if self.passed is None else PASSED if self.passed else FAILED


def judge(sample: QualitySample, points: Mapping[str, int | None]) -> Verdict:
    """What a scorecard comes to.

    :param points: of each line; None (or no entry) for one that does not apply: it counts for nothing
    :raises ValueError: points beyond the scale
    """
    got = most = Fraction(0)
    critical = []
    for line in sample.lines:
        given = points.get(line.name)
        if given is None:
            continue
        if not sample.lowest <= given <= sample.scale:
            raise ValueError(f"{line.name}: {given} is not on the scale {sample.lowest} to {sample.scale}")
        got += line.weight * given
        most += line.weight * sample.scale
        if line.critical and given < sample.passes * sample.scale:
            critical.append(line.name)
    if not most:
        return Verdict(None, None)
    return Verdict(got / most, got >= sample.passes * most and not critical, tuple(critical))
