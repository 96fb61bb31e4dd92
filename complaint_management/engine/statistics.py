"""What the answers of customers say: CSAT, NPS and means, each with how sure it is (D4, F3).

Every figure comes with the number of answers and, where the policy names a confidence, with an interval: 95 %
of all such intervals contain the true value. Figures are made of counts and sums, so that a database can do
the adding; with no answer there is no figure, and few answers are marked as few.

Sources
    * CSAT: the share of satisfied answers. Interval: Wilson's score interval (E. B. Wilson, *Probable
      inference, the law of succession, and statistical inference*, JASA 22, 1927). It stays within 0 and
      100 % and is honest for few answers and for shares near the ends.
    * NPS: the share of promoters less that of detractors, times 100 (F. Reichheld, *The one number you need
      to grow*, Harvard Business Review, December 2003). It is a difference of two shares of the same answers.
      Interval: Wald's with two answers added (A. Agresti, Y. Min, *Simple improved confidence intervals for
      comparing matched proportions*, Statistics in Medicine 24, 2005).
    * Means: Student's t interval (Student, *The probable error of a mean*, Biometrika 6, 1908). One answer
      has none. The quantile of t: exactly from the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4,
      from 30 degrees of freedom on by their expansion 26.7.5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import cos, pi, sin, sqrt
from statistics import NormalDist
from typing import Any

PROMOTER, DETRACTOR = 9, 6
"""Reichheld's definition on the scale from 0 to 10: promoters say 9 or 10, detractors at most 6."""
_EXPANDED = 30  # degrees of freedom from which the expansion is exact to the sixth digit


@dataclass(frozen=True, slots=True)
class Rule:
    """How sure a figure has to be.

    :param confidence: 0.95 for 95 %; None: no intervals
    :param few: with fewer answers a figure is marked; None: never
    """

    confidence: float | None = None
    few: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of some answers.

    :param value: None without any answer; a share (0 to 1) for CSAT, -100 to 100 for NPS, else on the scale
    :param n: how many answers it is made of
    :param low, high: the interval; None where there is none
    :param few: whether it is made of fewer answers than the policy relies on
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    few: bool = False


def rule_of(survey: Mapping[str, Any]) -> Rule:
    """The rule of a survey as the policy writes it: ``confidence: 95%``, ``few: 30``."""
    written = survey.get("confidence")
    confidence = float(Fraction(written.rstrip("% ")) / 100) if written else None
    return Rule(confidence, survey.get("few"))


def csat(satisfied: int, n: int, rule: Rule = Rule()) -> Figure:
    """The share of satisfied answers among all answers that judge (neutral ones count as not satisfied).

    >>> csat(8, 10)
    Figure(value=0.8, n=10, low=None, high=None, few=False)
    """
    if n == 0:
        return _empty(rule)
    share = satisfied / n
    if not rule.confidence or rule.confidence >= 1:
        return Figure(share, n, few=_few(n, rule))
    z2 = _z(rule.confidence) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low = 0.0 if satisfied == 0 else middle - half
    high = 1.0 if satisfied == n else middle + half
    return Figure(share, n, low, high, _few(n, rule))


def nps(promoters: int, detractors: int, n: int, rule: Rule = Rule()) -> Figure:
    """The Net Promoter Score: promoters less detractors in a hundred answers, passives counted.

    >>> nps(promoters=5, detractors=2, n=10).value
    30.0
    """
    if n == 0:
        return _empty(rule)
    score = 100 * (promoters - detractors) / n
    if not rule.confidence or rule.confidence >= 1:
        return Figure(score, n, few=_few(n, rule))
    more, fewer, size = promoters + 0.5, detractors + 0.5, n + 2
    middle = (more - fewer) / size
    half = _z(rule.confidence) * sqrt(more + fewer - (more - fewer) ** 2 / size) / size
    # the interval is drawn a little to the middle; where nobody disagrees the score itself is its end
    low = min(score, max(-100.0, 100 * (middle - half)))
    high = max(score, min(100.0, 100 * (middle + half)))
    return Figure(score, n, low, high, _few(n, rule))


def mean(
    n: int, total: float, squares: float, rule: Rule = Rule(), scale: tuple[float, float] | None = None
) -> Figure:
    """The mean of some answers.

    :param total: the sum of the answers, ``squares`` that of their squares
    :param scale: the ends of the scale; the interval does not go beyond
    """
    if n == 0:
        return _empty(rule)
    middle = total / n
    if n == 1 or not rule.confidence or rule.confidence >= 1:
        return Figure(middle, n, few=_few(n, rule))
    variance = max(0.0, squares - total * middle) / (n - 1)
    half = t_quantile(rule.confidence, n - 1) * sqrt(variance / n)
    low, high = middle - half, middle + half
    if scale:
        low, high = max(low, scale[0]), min(high, scale[1])
    return Figure(middle, n, low, high, _few(n, rule))


def mean_of(values: Iterable[float], rule: Rule = Rule(), scale: tuple[float, float] | None = None) -> Figure:
    """The mean of these answers.

    >>> mean_of([4, 5, 3]).value
    4.0
    """
    known = list(values)
    # around one of them, so that the squares of numbers that lie close together lose no digits
    base = known[0] if known else 0
    apart = [value - base for value in known]
    moved = (scale[0] - base, scale[1] - base) if scale else None
    found = mean(len(known), sum(apart), sum(one * one for one in apart), rule, moved)
    if found.value is None:
        return found
    low, high = (None if end is None else end + base for end in (found.low, found.high))
    return Figure(found.value + base, found.n, low, high, found.few)


def nps_counts(scores: Iterable[float]) -> tuple[int, int, int]:
    """Promoters, detractors and the number of answers from 0 to 10.

    >>> nps_counts([10, 9, 8, 7, 6, 0])
    (2, 2, 6)
    """
    known = list(scores)
    promoters = sum(score >= PROMOTER for score in known)
    detractors = sum(score <= DETRACTOR for score in known)
    return promoters, detractors, len(known)


def passed(figure: Figure, share: Fraction | float | None) -> bool | None:
    """Whether a share reaches its mark, which is enough; None without a mark or without any answer."""
    if figure.value is None or share is None:
        return None
    # of so many answers: 17 of 20 are 85 %, though no float is
    return Fraction(round(figure.value * figure.n), figure.n) >= Fraction(share).limit_denominator(10_000)


# -- quantiles -------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _z(confidence: float) -> float:
    """The quantile of the normal distribution for a two-sided interval: 1.96 for 95 %."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


@lru_cache(maxsize=1024)
def t_quantile(confidence: float, freedom: int) -> float:
    """The quantile of Student's t for a two-sided interval.

    >>> round(t_quantile(0.95, 4), 3)
    2.776
    """
    if freedom >= _EXPANDED:
        return _expanded(_z(confidence), freedom)
    low, high = 0.0, pi / 2  # of the angle with tan = t / sqrt(freedom)
    for _step in range(80):
        middle = (low + high) / 2
        if _within(middle, freedom) < confidence:
            low = middle
        else:
            high = middle
    return sqrt(freedom) * sin(high) / cos(high)


def _within(angle: float, freedom: int) -> float:
    """The probability that t lies within ± tan(angle) · sqrt(freedom)."""
    square = cos(angle) ** 2
    term = total = cos(angle) if freedom % 2 else 1.0
    for step in range(3 if freedom % 2 else 2, freedom - 1, 2):
        term *= square * (step - 1) / step
        total += term
    if freedom % 2 == 0:
        return sin(angle) * total
    return 2 / pi * (angle + (sin(angle) * total if freedom > 1 else 0.0))


def _expanded(z: float, freedom: int) -> float:
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / freedom + second / freedom**2 + third / freedom**3 + fourth / freedom**4


def _empty(rule: Rule) -> Figure:
    return Figure(None, 0, few=_few(0, rule))


def _few(n: int, rule: Rule) -> bool:
    return rule.few is not None and n < rule.few
