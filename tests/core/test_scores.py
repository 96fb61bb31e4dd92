"""Scores, grades, and the way to the next better one (E2, E4)."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from incentive_cases import SCHEME, scheme

from complaint_policy.engine.scores import score


@dataclass
class Row:
    points: Decimal
    weight: Decimal = Decimal(1)
    flat: bool = False
    cases: int = 0


def got(points, weight=1):
    return Row(Decimal(str(points)), Decimal(str(weight)))


def closed(weight=1):
    return Row(Decimal(0), Decimal(str(weight)), cases=1)


def flat(points):
    return Row(Decimal(points), flat=True)


def grade(found):
    return found.grade and found.grade.name


def test_e4_the_score_is_the_average_of_a_weighted_case_times_a_hundred():
    found = score(scheme(), [closed(), closed(2), got(5), got(5, 2)])
    assert (found.points, found.weight, found.cases, found.score) == (15, 3, 2, 500)
    assert grade(found) == "good" and found.grade.reward == 300 and found.grade.badge


def test_e4_volume_alone_pays_nothing():
    few = [closed(), got(4)] * 2
    assert score(scheme(), few).score == score(scheme(), few * 50).score == 400


def test_what_is_flat_is_added_as_it_is():
    found = score(scheme(), [closed(), closed(), got(8), flat(10)])
    assert (found.points, found.flat, found.score) == (8, 10, 410)


def test_a_total_counts_every_point():
    found = score(scheme(score="total"), [closed(), closed(), got(5, 2), got(-3), flat(10)])
    assert found.score == 17


def test_e4_the_score_is_capped():
    found = score(scheme(), [closed(), closed(), got(50)])
    assert (found.uncapped, found.score) == (2500, 1000)


def test_e4_below_the_least_number_of_cases_there_is_no_grade():
    found = score(scheme(), [closed(), got(9)])
    assert (found.score, found.grade, found.why_no_grade, found.cases_missing) == (900, None, "min_cases", 1)


def test_without_a_case_there_is_no_score():
    found = score(scheme(), [got(-4), flat(10)])
    assert (found.score, found.grade, found.why_no_grade) == (None, None, "no_cases")


def test_the_last_grade_takes_what_is_left():
    found = score(scheme(), [closed(), closed(), got(-4)])
    assert (found.score, grade(found), found.grade.consequence, found.grade.course) == (
        -200,
        "poor",
        "training",
        "basics",
    )


def test_no_grade_reaches_below_the_last_one_with_a_score():
    found = score(scheme(grades=SCHEME["grades"][:2]), [closed(), closed(), got(-4)])
    assert (found.grade, found.why_no_grade) == (None, None)


def test_the_next_better_grade_says_what_is_missing():
    found = score(scheme(), [closed(), closed(2), got(11)])
    assert (found.score, found.better.grade.name, found.better.missing, found.better.points) == (
        Decimal("366.67"),
        "good",
        Decimal("133.33"),
        Decimal("4.00"),
    )
    assert score(scheme(), [closed(), closed(), got(12)]).better is None


def test_the_score_shown_is_the_score_judged():
    prepared = scheme(fair={"min_cases": 1})
    found = score(prepared, [closed(), got("4.99995")])
    assert (found.score, grade(found)) == (500, "good")
    found = score(prepared, [closed(), got("4.99994")])
    assert (found.score, grade(found)) == (Decimal("499.99"), "fair")


ROWS = st.lists(
    st.one_of(
        st.builds(closed, st.sampled_from([0.8, 1, 1.5, 2])),
        st.builds(got, st.integers(-8, 8), st.sampled_from([0.8, 1, 1.5, 2])),
        st.builds(flat, st.integers(0, 10)),
    ),
    max_size=30,
)


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, chance):
    assert score(scheme(), chance.sample(rows, len(rows))) == score(scheme(), rows)


@given(ROWS, st.integers(1, 8), st.sampled_from([0.8, 1, 1.5, 2]))
def test_e4_a_plus_never_lowers_a_score_and_a_minus_never_raises_it(rows, points, weight):
    rows = [closed(), *rows]
    before = score(scheme(), rows).score
    assert score(scheme(), [*rows, got(points, weight)]).score >= before
    assert score(scheme(), [*rows, got(-points, weight)]).score <= before


@given(st.lists(st.integers(-8, 8), min_size=1, max_size=10), st.sampled_from([0.8, 1.5, 2]))
def test_e4_hard_cases_neither_pay_nor_cost_when_they_are_handled_alike(each, weight):
    plain = score(scheme(), [row for points in each for row in (closed(), got(points))])
    hard = score(scheme(), [row for points in each for row in (closed(weight), got(points, weight))])
    assert plain.score == hard.score


@given(ROWS)
def test_the_missing_points_are_enough_for_the_next_grade(rows):
    rows = [closed(), closed(), *rows]
    found = score(scheme(), rows)
    if found.better is not None:
        after = score(scheme(), [*rows, Row(found.better.points)])
        assert after.score >= found.better.grade.least
