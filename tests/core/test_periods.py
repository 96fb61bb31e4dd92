"""Periods of the calendar."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.engine.periods import bounds, following, period_of, preceding

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
SORTS = st.sampled_from(["week", "month", "quarter", "year"])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda one: one.replace(tzinfo=timezone.utc, microsecond=0)
)


def test_the_zone_decides_where_a_month_begins():
    late = datetime(2026, 3, 31, 17, tzinfo=timezone.utc)
    assert period_of("month", late, SHANGHAI) == "2026-04"
    assert period_of("month", late, BERLIN) == "2026-03"


def test_a_month_with_a_change_of_the_clock_is_as_long_as_it_is():
    start, end = bounds("2026-03", BERLIN)
    assert end - start == timedelta(days=31, hours=-1)


def test_a_week_belongs_to_the_year_of_its_thursday():
    assert period_of("week", datetime(2027, 1, 1, tzinfo=timezone.utc), timezone.utc) == "2026-W53"


@given(SORTS, MOMENTS, st.sampled_from([BERLIN, SHANGHAI, timezone.utc]))
def test_every_moment_lies_in_its_period_and_periods_follow_without_a_gap(every, moment, zone):
    period = period_of(every, moment, zone)
    start, end = bounds(period, zone)
    assert start <= moment < end
    assert period_of(every, end, zone) == following(period) and bounds(following(period), zone)[0] == end
    assert preceding(following(period)) == period and period < following(period)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "2026-W54", "month", "26-03"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        bounds(text, timezone.utc)
    with pytest.raises(ValueError):
        period_of(text.upper(), datetime(2026, 1, 1, tzinfo=timezone.utc), timezone.utc)
