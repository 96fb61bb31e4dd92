"""The key figures (F3): what each of them means, written once, and what to make of a value.

A figure is made of sums over the cycles of cases (`engine.facts`), so that a database can do the adding and
days can be added up to months. A cycle is counted on one of two days: that on which it began (it was
received, or reopened) or that on which it ended. Everything that shows a figure, the dashboard, a report or
an export, takes it from here.

The value of a figure alone says little: 2 complaints after 4 are no success. So every figure comes with the
number it is made of, an interval where the policy names a confidence, and a judgement whether it differs from
an earlier time by more than chance explains.

Sources
    * Two shares: the pooled two-proportion z-test with Yates' continuity correction (F. Yates, *Contingency
      tables involving small numbers*, 1934), so that few cases do not alarm.
    * Two means, and two net promoter scores: Welch's test (B. L. Welch, *The generalization of Student's
      problem when several different population variances are involved*, Biometrika 34, 1947).
    * Two counts: the exact conditional test of Poisson counts in `engine.chance`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Any

from . import statistics
from .chance import tail
from .duration import Duration

BEGAN, ENDED = "began_on", "ended_on"
SHARE, NPS, MEAN, TOTAL, RATIO = "share", "nps", "mean", "total", "ratio"
ANY = statistics.Rule()  # neither intervals nor a mark for few cases

# Sums over cycles, by the day on which they are added up.
SUMS = {
    "received": BEGAN,  # first cycles
    "reopenings": BEGAN,  # later cycles
    "repeats_known": BEGAN,
    "repeats": BEGAN,
    "answered": BEGAN,  # those with a first feedback
    "answer_hours": BEGAN,
    "answer_squares": BEGAN,
    "ended": ENDED,
    "closed": ENDED,
    "judged": ENDED,  # of which it is known whether every deadline was kept
    "kept": ENDED,
    "late_legal": ENDED,  # in which a legal deadline was missed
    "firsts": ENDED,  # closed first cycles
    "first_contacts": ENDED,
    "reopened": ENDED,  # closed, and another cycle followed
    "handled_hours": ENDED,
    "handled_squares": ENDED,
    "own_hours": ENDED,  # the time in which they were with us and waited for nobody else
    "rated": ENDED,
    "satisfied": ENDED,
    "recommending": ENDED,  # that answered how likely they recommend
    "promoters": ENDED,
    "detractors": ENDED,
    "redressed": ENDED,  # with a redress that costs something
    "redress": ENDED,
    "escalated": ENDED,
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a key figure is.

    :param form: ``share`` (part / of), ``nps``, ``mean`` (part / of, with ``squares``), ``total`` or
    ``ratio``
        (a total related to something outside the cases)
    :param unit: ``share``, ``points``, ``hours``, ``money``, ``cases`` or ``number``
    :param less: whether less of it is better; None: neither is
    :param part, of: names of sums; ``squares``: the sum of the squares of a mean's values
    :param counted: which cycles it is made of, as conditions on their facts
    :param spoiling: which of these drew it down
    """

    form: str
    unit: str
    less: bool | None = None
    part: str | None = None
    of: str | None = None
    squares: str | None = None
    counted: tuple = ()
    spoiling: tuple = ()

    @property
    def day(self) -> str:
        """The day on which its cycles are counted."""
        return SUMS[self.part] if self.part else ENDED


_CLOSED = (("ended_by", "=", "closed"),)
_FIRST = (("cycle", "=", 1),)
MEASURES: dict[str, Measure] = {
    "csat": Measure(
        SHARE, "share", False, "satisfied", "rated",
        counted=(("satisfied", "!=", False),), spoiling=(("satisfied", "<", 1),),
    ),
    "nps": Measure(
        NPS, "points", False, "promoters", "recommending",
        counted=(("nps", "!=", False),), spoiling=(("nps", "<", 0),),
    ),
    "first_contact_resolution": Measure(
        SHARE, "share", False, "first_contacts", "firsts",
        counted=(("first_contact", "!=", False),), spoiling=(("first_contact", "<", 1),),
    ),
    "average_handling_time": Measure(
        MEAN, "hours", True, "handled_hours", "closed", "handled_squares", counted=_CLOSED, spoiling=_CLOSED
    ),
    "first_response_time": Measure(
        MEAN, "hours", True, "answer_hours", "answered", "answer_squares",
        counted=(("hours_feedback", "!=", False),), spoiling=(("hours_feedback", "!=", False),),
    ),
    "on_time_rate": Measure(
        SHARE, "share", False, "kept", "judged",
        counted=(("ended_by", "!=", False), ("on_time", "!=", False)), spoiling=(("on_time", "<", 1),),
    ),
    "reopen_rate": Measure(
        SHARE, "share", True, "reopened", "closed", counted=_CLOSED, spoiling=(("reopened", "=", 1),)
    ),
    "repeat_complaint_rate": Measure(
        SHARE, "share", True, "repeats", "repeats_known",
        counted=(*_FIRST, ("repeated", "!=", False)), spoiling=(("repeated", "=", 1),),
    ),
    "escalation_rate": Measure(
        SHARE, "share", True, "escalated", "ended",
        counted=(("ended_by", "!=", False),), spoiling=(("escalations", ">", 0),),
    ),
    "cost_of_redress": Measure(
        TOTAL, "money", True, "redress", "redressed",
        counted=(("redress", ">", 0),), spoiling=(("redress", ">", 0),),
    ),
    "cost_of_complaints": Measure(
        RATIO, "money", True, "redress", "ended", counted=(("ended_by", "!=", False),)
    ),
    "received": Measure(TOTAL, "cases", True, "received", "received", counted=_FIRST),
    "reopenings": Measure(TOTAL, "cases", True, "reopenings", "reopenings", counted=(("cycle", ">", 1),)),
    "ended": Measure(TOTAL, "cases", None, "ended", "ended", counted=(("ended_by", "!=", False),)),
    "late_legal": Measure(
        TOTAL, "cases", True, "late_legal", "late_legal",
        counted=(("ended_by", "!=", False), ("missed_legal", ">", 0)),
    ),
    "complaint_rate": Measure(RATIO, "number", True, "received", "received", counted=_FIRST),
    "tickets_per_agent_and_day": Measure(
        RATIO, "number", True, "received", "received", counted=(*_FIRST, ("user_id", "!=", False))
    ),
    # what is not made of the sums of cycles
    "backlog": Measure(TOTAL, "cases", True),
    "acknowledged_on_time_rate": Measure(SHARE, "share", False),
    "promises_kept": Measure(SHARE, "share", False),
    "callback_satisfaction": Measure(SHARE, "share", False),
    "callback_rate": Measure(SHARE, "share", False),
    "quality_pass_rate": Measure(SHARE, "share", False),
    "training_pass_rate": Measure(SHARE, "share", False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a figure with what it is made of.

    :param value: a share from 0 to 1, points, hours, an amount or a number; None: nothing to measure
    :param n: how many cases it is made of; ``part``: how many of them say yes (or the sum)
    :param low, high: the interval, where there is one
    :param spread: the standard error, to compare with another time; None where the form has none
    """

    value: float | None
    n: int
    part: float = 0
    low: float | None = None
    high: float | None = None
    few: bool = False
    spread: float | None = None


def value_of(name: str, sums: Mapping[str, float], rule: statistics.Rule = ANY) -> Value:
    """A figure of some sums.

    >>> value_of("csat", {"satisfied": 9, "rated": 10}).value
    0.9
    """
    measure = MEASURES[name]
    part, n = sums.get(measure.part, 0), int(sums.get(measure.of, 0))
    if measure.form == SHARE:
        return share(part, n, rule)
    if measure.form == NPS:
        return _score(part, sums.get("detractors", 0), n, rule)
    if measure.form == MEAN:
        return _mean(part, n, sums.get(measure.squares, 0), rule)
    return Value(float(part), n, part)


def share(part: float, n: int, rule: statistics.Rule = ANY) -> Value:
    """A share of cases."""
    found = statistics.csat(int(part), n, rule)
    return Value(found.value, n, part, found.low, found.high, found.few)


def _score(promoters: float, detractors: float, n: int, rule: statistics.Rule) -> Value:
    found = statistics.nps(int(promoters), int(detractors), n, rule)
    spread = None
    if n > 1:
        mean = (promoters - detractors) / n
        spread = 100 * sqrt(max(0.0, (promoters + detractors) / n - mean * mean) / (n - 1))
    return Value(found.value, n, promoters, found.low, found.high, found.few, spread)


def _mean(total: float, n: int, squares: float, rule: statistics.Rule) -> Value:
    found = statistics.mean(n, total, squares, rule, (0, float("inf")))
    spread = None
    if n > 1:
        spread = sqrt(max(0.0, squares - total * total / n) / (n - 1) / n)
    return Value(found.value, n, total, found.low, found.high, found.few, spread)


# -- targets ---------------------------------------------------------------------------------------


def target_of(written: Any, hours_of_day: float = 24) -> float | None:
    """A target or benchmark as a policy writes it, in the unit of figures: 0.9 for ``90%``, hours for
    ``24h``.

    :param hours_of_day: how many hours ``bd`` has; figures count elapsed time, so a day has 24

    >>> target_of("90%"), target_of("90m"), target_of(30), target_of(None)
    (0.9, 1.5, 30.0, None)
    """
    if written is None:
        return None
    text = str(written).strip()
    if text.endswith("%"):
        return float(Fraction(text[:-1]) / 100)
    try:
        return float(text)
    except ValueError:
        duration = Duration.parse(text)
        if duration.unit in ("cd", "bd"):
            return duration.amount * hours_of_day
        return duration.seconds / 3600


def met(name: str, value: float | None, target: float | None) -> bool | None:
    """Whether a target is reached; a figure that just reaches it does. None where either is missing.

    >>> met("csat", 0.9, 0.9), met("reopen_rate", 0.06, 0.05), met("nps", None, 30)
    (True, False, None)
    """
    if value is None or target is None:
        return None
    value, target = round(value, 9), round(target, 9)
    return value <= target if MEASURES[name].less else value >= target


def surely(name: str, value: Value, target: float | None) -> bool | None:
    """Whether the whole interval lies on one side of the target: True reached, False missed, None open."""
    if target is None or value.low is None:
        return None
    low, high = met(name, value.low, target), met(name, value.high, target)
    return low if low == high else None


def per(written: str | None) -> int:
    """How many of something a rate is related to.

    >>> per("1000 orders"), per("orders"), per(None)
    (1000, 1, 1)
    """
    first = (written or "").replace(",", "").split(" ", 1)[0]
    return int(first) if first.isdigit() and int(first) else 1


# -- trend -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trend:
    """How a figure differs from an earlier one.

    :param change: now less then; ``p``: how probable a difference of this size is if nothing has changed
    :param verdict: ``better``, ``worse``, ``changed`` (where neither is better), ``chance`` (no more than
        chance explains) or ``unknown`` (nothing to compare, or no confidence to judge by)
    """

    change: float | None
    p: float | None
    verdict: str


def trend(name: str, now: Value, then: Value, confidence: float | None, exposure: float = 1.0) -> Trend:
    """Compare a figure with that of an earlier time.

    :param confidence: how sure a judgement has to be, such as 0.95; None: no judgement
    :param exposure: how many times as long as now the earlier time lasted, for totals
    """
    if now.value is None or then.value is None:
        return Trend(None, None, "unknown")
    measure = MEASURES[name]
    p = _probability(measure, now, then, exposure)
    earlier = then.value / exposure if measure.form == TOTAL else then.value
    change = now.value - earlier
    if p is None or confidence is None:
        return Trend(change, p, "unknown")
    if p > 1 - confidence or change == 0:
        return Trend(change, p, "chance")
    if measure.less is None:
        return Trend(change, p, "changed")
    return Trend(change, p, "better" if (change < 0) is measure.less else "worse")


def _probability(measure: Measure, now: Value, then: Value, exposure: float) -> float | None:
    """Two-sided; None where the form has no test."""
    if measure.form == SHARE:
        return _of_shares(now.part, now.n, then.part, then.n)
    if measure.form == TOTAL and measure.unit == "cases":
        return _of_counts(int(now.value), int(then.value), exposure)
    if now.spread is None or then.spread is None:
        return None
    error = sqrt(now.spread**2 + then.spread**2)
    if error == 0:
        return 1.0 if now.value == then.value else None
    freedom = error**4 / (now.spread**4 / max(now.n - 1, 1) + then.spread**4 / max(then.n - 1, 1))
    return _two_sided(abs(now.value - then.value) / error, freedom)


def _of_shares(part: float, n: int, part_then: float, n_then: int) -> float | None:
    if not n or not n_then:
        return None
    pooled = (part + part_then) / (n + n_then)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_then))
    if error == 0:
        return 1.0
    apart = abs(part / n - part_then / n_then) - (1 / n + 1 / n_then) / 2
    return _two_sided(max(apart, 0.0) / error, None)


def _of_counts(now: int, then: int, exposure: float) -> float | None:
    if exposure <= 0:
        return None
    more = tail(now, then, exposure)
    fewer = tail(then, now, 1 / exposure)
    return min(1.0, 2 * min(more, fewer))


def _two_sided(distance: float, freedom: float | None) -> float:
    """The probability of being that many standard errors apart; Student's t for few cases."""
    if freedom is None or freedom >= 200:
        return 2 * (1 - NormalDist().cdf(distance))
    low, high = 0.0, 1.0 - 1e-12  # of the confidence whose quantile is the distance
    for _step in range(50):
        middle = (low + high) / 2
        if statistics.t_quantile(middle, max(int(freedom), 1)) < distance:
            low = middle
        else:
            high = middle
    return 1 - low
