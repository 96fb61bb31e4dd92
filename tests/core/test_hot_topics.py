"""Hot topics: alarms come when something rises, and no oftener than stated when nothing does (F2, B7)."""

import random
from math import exp

import pytest

from complaint_policy.engine.hot_topics import Rule, holm, hot

RULE = Rule(chance=0.05, least=5)
MEANS = [0.5, 2, 3, 5, 10, 20, 40, 8, 8, 1] * 2


def poisson(dice, mean):
    limit, count, product = exp(-mean), 0, dice.random()
    while product > limit:
        product *= dice.random()
        count += 1
    return count


def drawn(dice, rises=None, times=1.0):
    now = {key: poisson(dice, mean * (times if key == rises else 1)) for key, mean in enumerate(MEANS)}
    earlier = {key: [poisson(dice, mean) for _period in range(6)] for key, mean in enumerate(MEANS)}
    return now, earlier


def test_two_after_four_is_no_alarm_and_four_after_two_is_none():
    assert hot({"late": 4, "lost": 10}, {"late": [2], "lost": [10]}, Rule(0.05)) == []
    assert hot({"late": 2, "lost": 10}, {"late": [4], "lost": [10]}, Rule(0.05)) == []


def test_what_rises_is_hot_with_what_is_usual():
    [topic] = hot({"late": 40, "lost": 10}, {"late": [9, 11, 10], "lost": [9, 10, 11]}, RULE)
    assert (topic.key, topic.count, topic.usual, topic.times) == ("late", 40, 10, 4)
    assert topic.p < 0.001


def test_where_everything_rises_alike_nothing_is_hot():
    earlier = {key: [20] * 6 for key in "abc"}
    assert hot(dict.fromkeys("abc", 40), earlier, RULE) == []


def test_something_new_is_hot_once_there_is_enough_of_it():
    earlier = {"old": [30] * 6}
    assert [topic.key for topic in hot({"old": 30, "new": 8}, earlier, RULE)] == ["new"]
    assert hot({"old": 30, "new": 4}, earlier, RULE) == []
    assert hot({"old": 30, "new": 8}, earlier, RULE)[0].times is None


def test_without_a_past_nothing_is_hot():
    assert hot({"late": 100}, {}, RULE) == []


def test_false_alarms_come_no_oftener_than_the_policy_accepts():
    dice = random.Random(11)
    alarms = sum(bool(hot(*drawn(dice), Rule(0.05))) for _time in range(300))
    assert alarms / 300 <= 0.05


def test_what_doubles_from_twenty_is_mostly_found():
    dice = random.Random(12)
    found = sum(any(topic.key == 5 for topic in hot(*drawn(dice, 5, 2.0), RULE)) for _time in range(100))
    assert found >= 60


@pytest.mark.parametrize(
    ("raw", "corrected"),
    [
        ({"a": 0.01}, {"a": 0.01}),
        ({"a": 0.01, "b": 0.04, "c": 0.03}, {"a": 0.03, "c": 0.06, "b": 0.06}),
        ({"a": 0.9, "b": 0.8}, {"b": 1.0, "a": 1.0}),
    ],
)
def test_probabilities_are_corrected_after_holm(raw, corrected):
    assert holm(raw) == pytest.approx(corrected)
