"""Examinations and repetitions (F8): what is asked is right by the policy, also when it changes."""

from datetime import date, datetime, timezone
from random import Random

import pytest
from sample_policy import sample

from complaint_policy.engine.policy import Policy
from complaint_policy.engine.training import (
    choices,
    deadlines,
    drawn,
    due_on,
    passed,
    repeat_on,
    severity,
    situation,
)
from complaint_policy.engine.working_time import Calendar

ALWAYS = Calendar.always_open()
RECEIVED = datetime(2026, 3, 2, 10, tzinfo=timezone.utc)


def policy():
    return Policy.load(sample())


@pytest.mark.parametrize(
    ("every", "done", "again"),
    [
        ("week", date(2026, 3, 2), date(2026, 3, 9)),
        ("month", date(2026, 1, 31), date(2026, 2, 28)),
        ("quarter", date(2026, 11, 30), date(2027, 2, 28)),
        ("year", date(2024, 2, 29), date(2025, 2, 28)),
        ("365d", date(2026, 3, 2), date(2027, 3, 2)),
        ("30cd", date(2026, 3, 2), date(2026, 4, 1)),
    ],
)
def test_f8_a_course_is_repeated_after_its_time(every, done, again):
    assert repeat_on(every, done, ALWAYS) == again


def test_f8_the_last_day_of_a_time_limit_is_the_day_that_ends_it():
    assert due_on("30cd", RECEIVED, ALWAYS) == date(2026, 4, 1)
    assert due_on("1d", RECEIVED, ALWAYS) == date(2026, 3, 3)


def test_f8_a_made_up_case_is_one_that_the_policy_knows():
    known = policy()
    for seed in range(50):
        attributes = situation(known, Random(seed))
        assert not known.categories[attributes["category"]].written.get("children")
        full = known.classify(attributes)
        assert severity(known, attributes) == full["severity"]
        assert full["severity"] in known.severities


def test_f8_of_several_deadlines_one_is_right_and_the_others_are_other_limits_of_the_policy():
    found = deadlines(policy(), {"type": "complaint"}, RECEIVED)
    assert found
    for one in found:
        assert one.right > RECEIVED
        assert one.right not in one.others
        assert len(set(one.others)) == len(one.others) > 0


def test_f8_the_right_answer_stands_once_among_the_choices():
    for seed in range(50):
        found = choices("b", ["a", "b", "c", "c", "d", "e"], 4, Random(seed))
        assert len(found) == len(set(found)) == 4
        assert "b" in found
    assert sorted(choices("b", "abc", None, Random(1))) == ["a", "b", "c"]
    assert sorted(choices("b", "ab", 4, Random(1))) == ["a", "b"]


def test_f8_no_place_betrays_the_right_answer():
    places = {choices("b", "abcd", 4, Random(seed)).index("b") for seed in range(100)}
    assert places == {0, 1, 2, 3}


def test_f8_each_case_is_drawn_once():
    assert sorted(drawn([1, 2, 3], 5, Random(1))) == [1, 2, 3]
    assert len(set(drawn(range(100), 10, Random(1)))) == 10


@pytest.mark.parametrize(
    ("right", "asked", "enough"),
    [(4, 5, True), (3, 5, False), (79, 99, False), (80, 100, True), (0, 0, False)],
)
def test_f8_the_share_of_the_policy_decides(right, asked, enough):
    assert passed(right, asked, "80%") is enough
