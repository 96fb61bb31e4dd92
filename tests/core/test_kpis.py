"""Key figures (F3): values, targets and trends against numbers known from elsewhere."""

import pytest

from complaint_policy.engine.kpis import (
    MEASURES,
    SUMS,
    Value,
    met,
    per,
    surely,
    target_of,
    trend,
    value_of,
)
from complaint_policy.engine.statistics import Rule
from complaint_policy.language.checks.kpis import MEASURES as KNOWN

SURE = Rule(0.95, 30)


def test_what_a_policy_may_name_is_measured_in_the_same_direction():
    unknown = set(KNOWN) - set(MEASURES) - {"hot_topics"}
    assert not unknown
    assert {name: KNOWN[name][1] for name in KNOWN if name in MEASURES} == {
        name: MEASURES[name].less for name in KNOWN if name in MEASURES
    }


def test_each_measure_is_made_of_sums_that_exist():
    for name, measure in MEASURES.items():
        for one in (measure.part, measure.of, measure.squares):
            assert one is None or one in SUMS, name
        if measure.part:
            assert SUMS[measure.part] == SUMS[measure.of], f"{name} mixes two days"


@pytest.mark.parametrize(
    ("name", "sums", "value"),
    [
        ("csat", {"satisfied": 9, "rated": 10}, 0.9),
        ("nps", {"promoters": 5, "detractors": 2, "recommending": 10}, 30),
        ("average_handling_time", {"handled_hours": 90, "closed": 4, "handled_squares": 3000}, 22.5),
        ("cost_of_redress", {"redress": 120.5, "redressed": 3}, 120.5),
        ("received", {"received": 7}, 7),
        ("csat", {}, None),
        ("average_handling_time", {}, None),
    ],
)
def test_a_figure_is_made_of_sums(name, sums, value):
    assert value_of(name, sums).value == value


def test_a_figure_of_few_cases_is_marked_and_has_a_wide_interval():
    found = value_of("csat", {"satisfied": 9, "rated": 10}, SURE)
    assert found.few
    # Wilson: (0.9 + 1.9208/10 ± 1.96 sqrt(0.9 * 0.1 / 10 + 0.9604/100)) / (1 + 3.8416/10)
    assert (found.low, found.high) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert surely("csat", found, 0.9) is None
    assert surely("csat", found, 0.99) is False
    assert surely("csat", found, 0.5) is True


@pytest.mark.parametrize(
    ("written", "value"),
    [("90%", 0.9), ("99.5%", 0.995), (30, 30), ("24h", 24), ("90m", 1.5), ("5bd", 120), (None, None)],
)
def test_targets_are_read_in_the_unit_of_the_figure(written, value):
    assert target_of(written) == value


def test_what_just_reaches_its_target_meets_it():
    assert met("csat", 0.9, 0.9) is True
    assert met("csat", 0.1 + 0.2 + 0.6, 0.9) is True  # no float is exactly nine tenths
    assert met("reopen_rate", 0.05, 0.05) is True
    assert met("reopen_rate", 0.051, 0.05) is False
    assert met("csat", None, 0.9) is None
    assert met("csat", 0.9, None) is None


def test_a_rate_is_related_to_what_the_policy_says():
    assert (per("1000 orders"), per("1,000 orders"), per("orders"), per(None)) == (1000, 1000, 1, 1)


# -- trend


def share(part, n):
    return Value(part / n, n, part)


def test_shares_are_compared_by_the_two_proportion_test():
    # 45 of 60 against 30 of 60: z with Yates' correction is (0.25 - 1/60) / sqrt(0.625 * 0.375 / 30) = 2.640
    found = trend("csat", share(45, 60), share(30, 60), 0.95)
    assert found.p == pytest.approx(0.00829, abs=1e-4)
    assert found.verdict == "better"
    assert trend("reopen_rate", share(45, 60), share(30, 60), 0.95).verdict == "worse"


def test_two_after_four_is_chance():
    four, two = Value(4, 4, 4), Value(2, 2, 2)
    assert trend("received", two, four, 0.95).verdict == "chance"
    assert trend("received", four, two, 0.95).verdict == "chance"
    assert trend("received", Value(40, 40, 40), Value(20, 20, 20), 0.95).verdict == "worse"


def test_a_longer_time_before_counts_for_its_length():
    found = trend("received", Value(10, 10, 10), Value(30, 30, 30), 0.95, exposure=3)
    assert (found.change, found.verdict) == (0, "chance")


def test_means_are_compared_by_welchs_test():
    # 10 values with mean 10 and variance 100/9 against 10 with mean 20 and variance 200/9
    now = value_of("average_handling_time", {"handled_hours": 100, "closed": 10, "handled_squares": 1100})
    then = value_of("average_handling_time", {"handled_hours": 200, "closed": 10, "handled_squares": 4200})
    found = trend("average_handling_time", now, then, 0.95)
    # t = 10 / sqrt(10/9 + 20/9) = 5.477 with 16.2 degrees of freedom
    assert found.p == pytest.approx(5e-5, rel=0.1)
    assert found.verdict == "better"


def test_without_a_confidence_there_is_a_change_and_no_judgement():
    found = trend("csat", share(45, 60), share(30, 60), None)
    assert (found.change, found.verdict) == (0.25, "unknown")


def test_what_cannot_be_compared_is_unknown():
    assert trend("csat", Value(None, 0), share(3, 6), 0.95).verdict == "unknown"
    assert trend("cost_of_redress", Value(10, 1, 10), Value(20, 1, 20), 0.95).verdict == "unknown"


def test_the_same_twice_is_no_change():
    for now in (share(6, 6), share(3, 6)):
        assert trend("csat", now, now, 0.95).verdict == "chance"
