"""CSAT, NPS and means with their intervals (D4), against values reckoned by hand and published ones."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.engine.statistics import (
    Figure,
    Rule,
    csat,
    mean,
    mean_of,
    nps,
    nps_counts,
    passed,
    rule_of,
    t_quantile,
)

SURE = Rule(0.95, 30)


def rounded(figure, digits=4):
    return round(figure.low, digits), round(figure.high, digits)


def test_d4_csat_is_the_share_of_satisfied_answers():
    assert csat(9, 10) == Figure(0.9, 10)


@pytest.mark.parametrize(
    ("satisfied", "n", "interval"),
    [
        # R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17,
        # 1998, table I, method 3
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
        # by hand: z² = 3.8415; middle (0.8 + 0.19207) / 1.38415 = 0.71674; half sqrt(3.8415 · (0.016 +
        # 0.0096036)) / 1.38415 = 0.22658
        (8, 10, (0.4902, 0.9433)),
        (20, 20, (0.8389, 1.0)),
    ],
)
def test_d4_the_interval_of_a_share_is_wilsons(satisfied, n, interval):
    assert rounded(csat(satisfied, n, SURE)) == interval


def test_d4_nps_is_promoters_less_detractors_in_a_hundred():
    scores = [10] * 4 + [9] + [8, 7, 7] + [6, 0]
    assert nps_counts(scores) == (5, 2, 10)
    assert nps(*nps_counts(scores)) == Figure(30.0, 10)


def test_d4_the_interval_of_nps_by_hand():
    # 50.5 and 20.5 of 102: middle 30 / 102 = 0.29412; sqrt(71 - 900 / 102) / 102 = 0.077306; times 1.95996
    found = nps(50, 20, 100, SURE)
    assert found.value == 30
    assert rounded(found, 2) == (14.26, 44.56)


@pytest.mark.parametrize(("counts", "end"), [((3, 0, 3), "high"), ((0, 3, 3), "low")])
def test_the_interval_of_nps_has_a_width_where_everybody_agrees(counts, end):
    found = nps(*counts, SURE)
    assert getattr(found, end) == found.value
    assert found.high - found.low > 50


def test_the_mean_of_a_dimension_by_hand():
    # squares 91, mean 4.2: variance (91 - 5 · 17.64) / 4 = 0.7; 2.776445 · sqrt(0.7 / 5) = 1.038851
    found = mean(5, 21, 91, SURE)
    assert (found.value, rounded(found)) == (4.2, (3.1611, 5.2389))
    assert mean_of([4, 5, 3, 4, 5], SURE).low == pytest.approx(found.low)


def test_the_interval_of_a_mean_ends_where_the_scale_ends():
    assert rounded(mean_of([4, 5, 3, 4, 5], SURE, (1, 5))) == (3.1611, 5.0)


def test_answers_that_all_agree_have_a_mean_without_doubt():
    assert rounded(mean_of([4, 4, 4], SURE)) == (4, 4)


@pytest.mark.parametrize(
    ("confidence", "freedom", "expected"),
    [
        # the usual tables of Student's t
        (0.95, 1, 12.706), (0.95, 2, 4.303), (0.95, 4, 2.776), (0.95, 9, 2.262), (0.95, 29, 2.045),
        (0.95, 30, 2.042), (0.95, 60, 2.000), (0.95, 120, 1.980), (0.99, 5, 4.032), (0.9, 10, 1.812),
        (0.99, 40, 2.704),
    ],
)  # fmt: skip
def test_the_quantiles_of_t_are_those_of_the_tables(confidence, freedom, expected):
    assert round(t_quantile(confidence, freedom), 3) == expected


# -- nothing, and little --------------------------------------------------------------------------


@pytest.mark.parametrize("figure", [csat(0, 0, SURE), nps(0, 0, 0, SURE), mean_of([], SURE)])
def test_d4_no_answer_gives_no_figure(figure):
    assert figure == Figure(None, 0, None, None, few=True)


def test_d4_few_answers_are_marked():
    assert csat(29, 29, SURE).few and nps(1, 1, 29, SURE).few and mean_of([3] * 29, SURE).few
    assert not (csat(30, 30, SURE).few or nps(1, 1, 30, SURE).few or mean_of([3] * 30, SURE).few)


def test_one_answer_has_a_mean_and_no_interval():
    assert mean_of([4], SURE) == Figure(4, 1, None, None, few=True)


def test_a_policy_that_does_not_say_how_sure_gets_no_intervals_and_no_marks():
    assert rule_of({}) == Rule(None, None)
    for figure in (csat(1, 2), nps(1, 0, 2), mean_of([4, 5])):
        assert (figure.low, figure.high, figure.few) == (None, None, False)


def test_how_sure_is_policy():
    assert rule_of({"confidence": "95%", "few": 30}) == SURE
    assert csat(8, 10, Rule(0.8)).high < csat(8, 10, Rule(0.99)).high


def test_full_certainty_is_no_interval():
    assert csat(8, 10, Rule(1.0)).low is None


# -- the pass mark --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("satisfied", "n", "expected"),
    [(17, 20, True), (84, 100, False), (85, 100, True), (0, 0, None), (1, 1, True)],
)
def test_d4_a_sample_passes_from_85_percent_on(satisfied, n, expected):
    assert passed(csat(satisfied, n), Fraction(85, 100)) is expected


def test_a_sample_without_a_mark_neither_passes_nor_fails():
    assert passed(csat(1, 1), None) is None


# -- whatever people answer -----------------------------------------------------------------------

CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=60), CONFIDENCES)
def test_every_figure_lies_in_its_interval_and_the_interval_in_its_scale(scores, confidence):
    rule = Rule(confidence)
    found = [
        (csat(sum(score > 7 for score in scores), len(scores), rule), 0, 1),
        (nps(*nps_counts(scores), rule), -100, 100),
    ]
    if len(scores) > 1:
        found.append((mean_of(scores, rule, (0, 10)), 0, 10))
    for figure, low, high in found:
        assert low <= figure.low <= figure.value <= figure.high <= high


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_sums_of_a_database_and_single_answers_give_the_same_mean(scores):
    sums = mean(len(scores), sum(scores), sum(score * score for score in scores), SURE, (1, 5))
    single = mean_of(scores, SURE, (1, 5))
    assert (sums.value, sums.low, sums.high) == pytest.approx((single.value, single.low, single.high))
