"""What the answers to a questionnaire come to: a score on the questionnaire's scale, and whether the customer
is satisfied (D3, D4).

The scale of a questionnaire is that of its first question on one; questions on a longer or shorter scale are
brought to it, so that the lowest answer stays the lowest and the highest the highest.
"""

from collections.abc import Mapping, Sequence
from typing import Any

NPS_TOP = 10
"""The net promoter score is asked from 0 to 10 (Reichheld 2003)."""
RATINGS = {5: "satisfied", 3: "partly", 1: "unsatisfied"}
"""OCA's three ratings, as the policy names them."""
_BEST = max(RATINGS)

Survey = Mapping[str, Any]
"""A questionnaire as compiled: the entry of `surveys`."""


def top_of(survey: Survey) -> int | None:
    """The highest point of the questionnaire's scale; None if it asks nothing on a scale."""
    return next((one["scale"] for one in survey["questions"] if "scale" in one), None)


def bounds(question: Mapping[str, Any]) -> tuple[int, int] | None:
    """The lowest and the highest answer to a question; None for one that is answered in words."""
    if question.get("nps"):
        return 0, NPS_TOP
    return (1, question["scale"]) if "scale" in question else None


def to_scale(value: float, low: float, high: float, top: float) -> float:
    """A point between low and high, brought to the scale from 1 to top.

    >>> to_scale(2, 1, 3, 5)
    3.0
    """
    return 1 + (value - low) * (top - 1) / (high - low)


def score(survey: Survey, given: Mapping[str, Any]) -> float | None:
    """The average of the answers on a scale, to two places; None if there is none.

    :param given: the answers by question; numbers for those on a scale
    """
    top = top_of(survey)
    points = [
        to_scale(given[one["name"]], 1, one["scale"], top)
        for one in survey["questions"]
        if "scale" in one and given.get(one["name"]) is not None
    ]
    return round(sum(points) / len(points), 2) if points else None


def promoter(survey: Survey, given: Mapping[str, Any]) -> int | None:
    """The answer to the first question of the net promoter score; None if it was not answered."""
    answers = (given.get(one["name"]) for one in survey["questions"] if one.get("nps"))
    return next((value for value in answers if value is not None), None)


def verdict(survey: Survey, points: float | None) -> str | None:
    """satisfied, neutral or dissatisfied, by the bounds of the questionnaire; None without a score."""
    if points is None:
        return None
    for name in ("dissatisfied", "satisfied"):
        if name in survey and _within(survey[name], points):
            return name
    return "neutral"


def rating_score(surveys: Sequence[Survey], rating: int) -> float:
    """One of OCA's ratings (1, 3, 5) on the scale of the first questionnaire that has one.

    As the policy says (`ratings`), else spread evenly over the scale.

    >>> rating_score([], 3)
    3
    >>> rating_score([{"questions": [{"name": "all", "scale": 10}]}], 3)
    6
    """
    scaled = next((one for one in surveys if top_of(one) is not None), None)
    if scaled is None:
        return rating
    ratings = scaled.get("ratings") or {}
    if RATINGS.get(rating) in ratings:
        return ratings[RATINGS[rating]]
    return round(to_scale(rating, 1, _BEST, top_of(scaled)))


def _within(range_: Mapping[str, float], points: float) -> bool:
    return range_.get("min", points) <= points <= range_.get("max", points)
