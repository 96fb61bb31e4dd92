"""Whether a scheme can be played (E4)."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.engine.incentives import COUNTED, Entry
from complaint_policy.engine.points_watch import correlation, spread

NOW = datetime(2026, 3, 2, tzinfo=timezone.utc)


def entry(points, severity="normal", weight="1", cases=0, **options):
    detail = {"severity": severity, "category": options.pop("category", "delivery")}
    rule = COUNTED if cases else "on-time"
    return Entry(
        rule, "closed", 1, 7, NOW, Decimal(points), Decimal(weight), cases=cases, detail=detail, **options
    )


ENTRIES = [
    *(entry(0, cases=1) for _case in range(3)),
    *(entry(5) for _case in range(3)),
    entry(0, "critical", "2", 1),
    entry(5, "critical", "2"),
    entry(-4, "critical", "2"),
]


def test_each_severity_has_its_share_of_points_and_of_cases():
    parts = spread(ENTRIES, "severity")
    normal, critical = parts["normal"], parts["critical"]
    assert (normal.points, normal.cases, normal.weight, normal.average) == (15, 3, 3, 5)
    assert (critical.points, critical.cases, critical.weight, critical.average) == (2, 1, 2, 1)
    assert (normal.point_share, normal.case_share) == (0.6, 0.6)  # of what was given, before what was taken
    assert (critical.point_share, critical.case_share) == (0.4, 0.4)


def test_the_same_by_category_and_without_what_is_flat():
    parts = spread([*ENTRIES, entry(10, category="charges"), entry(10, flat=True)], "category")
    assert (parts["delivery"].points, parts["charges"].points, parts["charges"].average) == (17, 10, None)


def test_without_entries_there_is_nothing_to_share():
    assert spread([], "severity") == {}
    assert spread([entry(-4)], "severity")["normal"].point_share is None


def test_a_score_that_rises_with_reopenings_is_found():
    assert correlation([(100, 0.1), (200, 0.2), (300, 0.3)]) == pytest.approx(1)
    assert correlation([(100, 0.3), (200, 0.2), (300, 0.1)]) == pytest.approx(-1)
    assert correlation([(100, 0.1), (200, 0.3), (300, 0.1)]) == pytest.approx(0)


@pytest.mark.parametrize("pairs", [[], [(1, 2), (3, 4)], [(1, 2), (1, 3), (1, 4)]])
def test_too_little_to_say_anything_is_said_as_nothing(pairs):
    assert correlation(pairs) is None


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1)), max_size=30))
def test_a_correlation_lies_between_minus_one_and_one(pairs):
    found = correlation(pairs)
    assert found is None or -1 <= found <= 1
