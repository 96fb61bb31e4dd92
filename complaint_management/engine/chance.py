"""Whether a count is more than chance explains, beside the counts of comparable earlier times.

How it works
    If now is like earlier, each of all the cases, those of now and those of earlier, falls into now with the
    same probability: the share that now has of the whole time. How many of them do is then binomial, however
    many are usual. This is the exact conditional test of two Poisson counts (Przyborowski and Wilenski 1940,
    Biometrika 31, 313-323). It needs no estimate of what is usual, so a short history makes it careful and
    not wrong.

    Complaints often come in clusters and vary more than Poisson counts do. How much, ``spread`` says: the
    variance over the mean, as in the quasi-Poisson model of Farrington et al. 1996 (J. R. Statist. Soc. A
    159, 547-563). Negative binomial counts with that ratio, given their sum, are beta-binomial, which takes
    the place of the binomial above; with a spread of 1 it is the same.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import exp, lgamma, log

_NEGLIGIBLE = 1e-12  # of a sum: what is left of its tail
_CLOSE = 1.005  # a spread below is none, and beta functions could not tell
_MOST = 10_000_000  # no count is compared beyond that


def tail(count: int, earlier: int, exposure: float, spread: float = 1.0) -> float:
    """How probable it is that so many cases, or more, come now if now is like earlier.

    :param earlier: the cases of the earlier times together
    :param exposure: how many times as long as now they lasted together
    :param spread: variance over mean of the counts; below 1 it counts as 1
    """
    if count <= 0 or exposure <= 0:
        return 1.0
    total, share = count + earlier, 1 / (1 + exposure)
    chance = _binomial(total, share) if spread < _CLOSE else _beta_binomial(total, share, spread)
    found = 0.0
    for here in range(count, total + 1):
        part = exp(chance(here))
        found += part
        if part < found * _NEGLIGIBLE and here > total * share:
            break
    return min(found, 1.0)


@lru_cache(maxsize=4096)
def least(alpha: float, lowest: int, earlier: int, exposure: float, spread: float = 1.0) -> int | None:
    """The smallest count, ``lowest`` at least, that chance explains with a probability of ``alpha`` at most;
    None without any earlier time to compare with."""
    if exposure <= 0:
        return None
    high = max(lowest, 1)
    while tail(high, earlier, exposure, spread) > alpha:
        high *= 2
        if high > _MOST:
            return None
    low = max(lowest, high // 2)
    while low < high:  # tail() falls as the count rises
        middle = (low + high) // 2
        if tail(middle, earlier, exposure, spread) > alpha:
            low = middle + 1
        else:
            high = middle
    return low


def spread_of(table: Iterable[Sequence[int]]) -> float:
    """How much more than Poisson counts these vary, at least 1: Pearson's chi-square over its degrees of
    freedom (McCullagh and Nelder 1989, Generalized Linear Models, 4.5), in hundredths.

    :param table: for each kind of time (such as an hour of the week) the counts of its weeks
    """
    square, freedom = 0.0, 0
    for counts in table:
        mean = sum(counts) / len(counts) if counts else 0
        if mean > 0 and len(counts) > 1:
            square += sum((count - mean) ** 2 for count in counts) / mean
            freedom += len(counts) - 1
    return max(1.0, round(square / freedom, 2)) if freedom else 1.0


def _binomial(total: int, share: float):
    first, second = log(share), log(1 - share)
    return lambda count: _choose(total, count) + count * first + (total - count) * second


def _beta_binomial(total: int, share: float, spread: float):
    here = total * share / (spread - 1)
    there = total * (1 - share) / (spread - 1)
    whole = _beta(here, there)
    return lambda count: _choose(total, count) + _beta(count + here, total - count + there) - whole


def _choose(total: int, count: int) -> float:
    return lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)


def _beta(first: float, second: float) -> float:
    return lgamma(first) + lgamma(second) - lgamma(first + second)
