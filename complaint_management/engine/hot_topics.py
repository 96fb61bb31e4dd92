"""Hot topics: what came in more often in a period than chance explains, beside the periods before.

Among dozens of categories, products and regions some always rise; the largest of them is not news. A topic is
hot when its count is improbable beside its own earlier counts, so improbable that among all topics that were
looked at together one false alarm comes up only as often as the policy accepts.

How it works
    Each topic's count is tested against its own earlier periods by `engine.chance` (exact, and wider where
    its counts vary more than Poisson counts do, which all topics together tell). The probabilities of all
    topics of a kind are then corrected for looking at so many by Holm's step-down procedure (S. Holm, *A
    simple sequentially rejective multiple test procedure*, Scandinavian Journal of Statistics 6, 1979),
    which keeps the probability of any false alarm below the accepted one, however the topics depend on each
    other.

    Where everything has risen alike, each topic has, too, and the rise of the whole is the news. So each
    topic is compared twice: with its own past, and with what became of all others. Only what is improbable
    in both is hot.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from .chance import spread_of, tail


@dataclass(frozen=True, slots=True)
class Rule:
    """When a topic is hot, as the policy says.

    :param chance: how probable one false alarm among all topics may be, such as 0.05
    :param least: with fewer cases nothing is hot
    """

    chance: float
    least: int = 1


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that came in more often than chance explains.

    :param count: in the period; ``usual``: the mean of the periods before
    :param p: how probable such a count is if nothing has changed, corrected for all topics looked at
    """

    key: Hashable
    count: int
    usual: float
    p: float

    @property
    def times(self) -> float | None:
        """How many times the usual; None for what is new."""
        return self.count / self.usual if self.usual else None


def hot(now: Mapping[Hashable, int], earlier: Mapping[Hashable, Sequence[int]], rule: Rule) -> list[Topic]:
    """The hot topics, the least probable first.

    :param now: the count of each topic in the period
    :param earlier: its counts in the periods before, the same number of periods for all

    >>> hot({"late": 4}, {"late": [2, 2, 2]}, Rule(0.05))
    []
    >>> [topic.key for topic in hot({"late": 30, "lost": 9}, {"late": [9, 10, 11], "lost": [9, 9, 9]},
    Rule(0.05))] ['late']
    """
    periods = max((len(counts) for counts in earlier.values()), default=0)
    if not periods:
        return []
    whole = sum(now.values()), sum(map(sum, earlier.values()))
    before = {key: _padded(earlier.get(key, ()), periods) for key in {**now, **earlier}}
    spread = spread_of(before.values())
    chances = {key: _chance(count, before[key], whole, spread) for key, count in now.items()}
    corrected = holm(chances)
    found = [
        Topic(key, now[key], sum(earlier.get(key, ())) / periods, p)
        for key, p in corrected.items()
        if p <= rule.chance and now[key] >= rule.least
    ]
    return sorted(found, key=lambda topic: (topic.p, -topic.count, str(topic.key)))


def holm(chances: Mapping[Hashable, float]) -> dict[Hashable, float]:
    """Probabilities corrected for looking at all of them.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    found, highest = {}, 0.0
    for rank, (key, p) in enumerate(sorted(chances.items(), key=lambda item: (item[1], str(item[0])))):
        highest = max(highest, min(1.0, (len(chances) - rank) * p))
        found[key] = highest
    return found


def _chance(count: int, before: Sequence[int], whole: tuple[int, int], spread: float) -> float:
    """How probable a count is, beside the topic's own past and beside what became of all others."""
    alone = tail(count, sum(before), len(before), spread)
    others, others_before = whole[0] - count, whole[1] - sum(before)
    if others <= 0 or others_before <= 0:
        return alone
    return max(alone, tail(count, sum(before), others_before / others, spread))


def _padded(counts: Sequence[int], periods: int) -> Sequence[int]:
    return [*counts, *([0] * (periods - len(counts)))]
