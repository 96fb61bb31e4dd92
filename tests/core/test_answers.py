"""What the answers to a questionnaire come to (D3, D4); the values are reckoned by hand."""

import pytest

from complaint_policy.engine.answers import promoter, rating_score, score, verdict

SURVEY = {
    "name": "satisfaction",
    "questions": [
        {"name": "product", "scale": 5},
        {"name": "speed", "scale": 3},
        {"name": "recommend", "nps": True},
        {"name": "words", "text": True},
    ],
    "satisfied": {"min": 4},
    "dissatisfied": {"max": 2},
}


@pytest.mark.parametrize(
    ("given", "points"),
    [
        ({"product": 5, "speed": 3}, 5),
        ({"product": 1, "speed": 1}, 1),
        ({"product": 4, "speed": 2}, 3.5),  # 2 of 3 is 3 of 5
        ({"product": 5}, 5),
        ({"recommend": 10, "words": "Good."}, None),
        ({}, None),
    ],
)
def test_the_score_is_the_mean_on_the_scale_of_the_first_question(given, points):
    assert score(SURVEY, given) == points


def test_the_mean_is_kept_to_two_places():
    thirds = {"questions": [{"name": name, "scale": 5} for name in "abc"]}
    assert score(thirds, {"a": 1, "b": 1, "c": 2}) == 1.33


@pytest.mark.parametrize(
    ("points", "result"),
    [
        (4, "satisfied"),
        (5, "satisfied"),
        (3.99, "neutral"),
        (2.01, "neutral"),
        (2, "dissatisfied"),
        (None, None),
    ],
)
def test_the_bounds_are_inclusive_and_between_them_lies_neither(points, result):
    assert verdict(SURVEY, points) == result


def test_without_bounds_nobody_is_satisfied_or_dissatisfied():
    assert verdict({"questions": SURVEY["questions"]}, 1) == "neutral"


def test_the_promoter_score_is_no_part_of_the_mean():
    assert promoter(SURVEY, {"recommend": 0, "product": 5}) == 0
    assert score(SURVEY, {"recommend": 0, "product": 5}) == 5
    assert promoter(SURVEY, {"product": 5}) is None


def test_ratings_count_what_the_first_survey_with_a_scale_says():
    words = {"questions": [{"name": "words", "text": True}], "ratings": {"satisfied": 9}}
    own = {**SURVEY, "ratings": {"satisfied": 5, "partly": 2, "unsatisfied": 1}}
    assert [rating_score([words, own], one) for one in (1, 3, 5)] == [1, 2, 5]
    assert [rating_score([SURVEY], one) for one in (1, 3, 5)] == [1, 3, 5]
    assert [rating_score([], one) for one in (1, 3, 5)] == [1, 3, 5]
