"""The fast way of counting working time equals the slow one, over zones with every kind of odd day."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from minute_oracle import MINUTE, Oracle, wall_clock

from complaint_policy.engine.working_time import Calendar, Duration, instant, moment

DAYS = 36
WINDOWS = [
    ("Asia/Shanghai", "2026-09-20"),
    ("Europe/Berlin", "2026-03-20"),  # 29 March: 02:00 is 03:00
    ("Europe/Berlin", "2026-10-15"),  # 25 October: 02:00 to 03:00 twice
    ("America/New_York", "2026-03-01"),
    ("America/New_York", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-03-28"),  # half an hour
    ("Australia/Lord_Howe", "2026-09-25"),
    ("America/Santiago", "2026-03-28"),  # 24:00 is 23:00
    ("America/Santiago", "2026-08-28"),  # 00:00 is 01:00: no midnight
    ("Pacific/Apia", "2011-12-18"),  # no 30 December
    ("America/St_Johns", "2010-10-28"),  # 00:01 is 23:01 of the day before
    ("Asia/Kathmandu", "2026-03-01"),  # 5 h 45 min
]
HOURS = [
    [],
    [],
    [["09:00", "12:00"], ["13:00", "18:00"]],
    [["00:00", "24:00"]],
    [["00:00", "00:01"]],
    [["02:00", "02:30"]],
    [["01:30", "03:30"], ["23:10", "24:00"]],
    [["22:00", "24:00"]],
]


@st.composite
def situations(draw):
    zone, first = draw(st.sampled_from(WINDOWS))
    week = draw(st.lists(st.sampled_from(HOURS), min_size=7, max_size=7).filter(any))
    dates = st.integers(1, 28).map(lambda day: f"{first[:8]}{day:02}")
    exceptions = draw(st.dictionaries(dates, st.sampled_from(HOURS), max_size=5))
    begin, _walls = wall_clock(zone, first, DAYS)
    # on a coarse grid deadlines, closings and pauses often meet: there the bounds show
    grid = draw(st.sampled_from([1, 60, 180])) * MINUTE
    start = begin + grid * draw(st.integers(0, 14 * 86400 // grid))
    pieces = st.tuples(st.integers(-86400 // grid, 8 * 86400 // grid), st.integers(1, 3 * 86400 // grid))
    pauses = [
        (start + from_ * grid, start + (from_ + length) * grid)
        for from_, length in draw(st.lists(pieces, max_size=4))
    ]
    calendar = Calendar.load("c", {"timezone": zone, "week": week, "days": exceptions})
    return calendar, Oracle(zone, first, DAYS, week, exceptions), start, pauses


def durations(*units):
    limits = {"s": 500_000, "m": 8000, "h": 150, "d": 6, "bh": 60, "bd": 7, "cd": 12}

    def of(unit):
        few, many = st.integers(1, min(24, limits[unit])), st.integers(1, limits[unit])
        return st.one_of(few, many).map(lambda amount: Duration(amount, unit))

    return st.sampled_from(units).flatmap(of)


def in_time(pauses):
    return [(moment(begin), moment(end)) for begin, end in pauses]


slowly = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@slowly
@given(situations(), durations("s", "m", "h", "d", "bh"))
def test_a_deadline_is_the_first_instant_outside_pauses_with_the_time_used_up(situation, duration):
    calendar, oracle, start, pauses = situation
    expected = oracle.spend(start, duration.seconds, pauses, duration.unit == "bh")
    assume(expected is not None)
    due, _provisional = calendar.due(moment(start), duration, in_time(pauses))
    assert instant(due) == expected


@slowly
@given(situations(), durations("bd", "cd"))
def test_a_day_deadline_is_the_nth_end_of_a_later_day_outside_pauses(situation, duration):
    calendar, oracle, start, pauses = situation
    expected = oracle.day_end(start, duration.amount, pauses, duration.unit == "bd")
    assume(expected is not None)
    due, _provisional = calendar.due(moment(start), duration, in_time(pauses))
    assert instant(due) == expected


@slowly
@given(situations(), st.sampled_from(["h", "cd", "bh", "bd"]), st.integers(0, 20 * 1440))
def test_counted_time_is_the_sum_of_the_counted_minutes(situation, unit, minutes):
    calendar, oracle, start, pauses = situation
    end = start + minutes * MINUTE
    expected = oracle.counted(start, end, pauses, unit in ("bh", "bd"))
    assert calendar.counted(unit, moment(start), moment(end), in_time(pauses)) == expected


@slowly
@given(situations(), durations("m", "h", "d", "bh", "bd", "cd"), st.sampled_from([0.5, 0.8, 0.3333, 1, 1.2]))
def test_a_share_is_reached_when_that_part_of_the_counted_time_is_used(situation, duration, share):
    calendar, oracle, start, pauses = situation
    open_only = duration.unit in ("bh", "bd")
    due, _provisional = calendar.due(moment(start), duration, in_time(pauses))
    end = instant(due)
    assume(end < wall_clock_end(oracle) and end % MINUTE == 0)
    total = oracle.counted(start, end, pauses, open_only)
    assume(total)
    seconds = -(-total * round(share * 10000) // 10000)
    expected = end if share == 1 else oracle.spend(start, seconds, pauses, open_only)
    assume(expected is not None)
    assert instant(calendar.share_instant(moment(start), duration, due, in_time(pauses), share)) == expected


def wall_clock_end(oracle):
    return oracle._begin + MINUTE * len(oracle._walls)


@slowly
@given(situations(), st.integers(0, 20 * 1440), st.integers(1, 30))
def test_the_last_instant_with_open_hours_left_has_them_left(situation, minutes, hours):
    calendar, oracle, start, _pauses = situation
    end = start + minutes * MINUTE
    assume(oracle.counted(start, end, [], True) > hours * 3600)
    before = instant(calendar.before(moment(end), Duration(hours, "bh")))
    assert oracle.counted(before, end, [], True) == hours * 3600
    assert calendar.open_between(moment(before), moment(before + 1)) == 1  # a second later there is less


@slowly
@given(situations(), st.integers(0, 20 * 1440), durations("bd", "cd"))
def test_the_days_before_an_instant_are_ends_of_days(situation, minutes, duration):
    calendar, oracle, start, _pauses = situation
    end = start + minutes * MINUTE
    ends = oracle._closings() if duration.unit == "bd" else oracle._midnights()
    earlier = sorted(one for one in ends.values() if one < end)
    assume(len(earlier) >= duration.amount)
    assert instant(calendar.before(moment(end), duration)) == earlier[-duration.amount]


@pytest.mark.parametrize("zone,first", WINDOWS)
def test_open_minutes_are_those_whose_wall_time_is_in_the_hours(zone, first):
    week = [
        [["09:00", "12:00"]],
        [["00:00", "24:00"]],
        [["22:00", "24:00"]],
        [],
        [["00:00", "03:00"]],
        [],
        HOURS[6],
    ]
    calendar = Calendar.load("c", {"timezone": zone, "week": week})
    oracle = Oracle(zone, first, DAYS, week, {})
    begin, walls = wall_clock(zone, first, DAYS)
    for day in range(DAYS):
        low, high = begin + day * 86400, begin + (day + 1) * 86400
        assert calendar.open_between(moment(low), moment(high)) == oracle.counted(low, high, [], True)
