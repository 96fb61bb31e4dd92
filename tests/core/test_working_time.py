"""Deadlines by example: each unit, pauses at their very bounds, odd days, and what cannot be counted."""

from datetime import datetime, timezone

import pytest
from sample_policy import SAMPLE, at

from complaint_policy.engine.duration import DurationError
from complaint_policy.engine.working_time import Calendar, CalendarError, Duration

OFFICE = Calendar.load("office", SAMPLE["calendars"]["office"])
HOTLINE = Calendar.load("hotline", SAMPLE["calendars"]["hotline"])


def due(start, within, *pauses, calendar=OFFICE):
    moments = [(at(begin), at(end)) for begin, end in pauses]
    return calendar.due(at(start), Duration.parse(within), moments)[0].astimezone(calendar.zone)


@pytest.mark.parametrize(
    "within,expected",
    [
        ("30s", "2026-09-30 16:00:30"),
        ("15m", "2026-09-30 16:15"),
        ("4h", "2026-09-30 20:00"),
        ("3d", "2026-10-03 16:00"),
        ("15cd", "2026-10-16 00:00"),
        ("2bh", "2026-09-30 18:00"),  # the close of business, not the next opening
        ("4bh", "2026-10-08 11:00"),
        ("5bd", "2026-10-13 18:00"),
    ],
)
def test_each_unit_from_the_afternoon_before_the_holiday(within, expected):
    assert due("2026-09-30 16:00", within) == at(expected)


def test_business_days_are_counted_from_the_day_of_the_start_even_when_it_is_closed():
    assert due("2026-10-03 10:00", "1bd") == at("2026-10-08 18:00")
    assert due("2026-10-08 07:00", "1bd") == at("2026-10-09 18:00")  # before opening: still that day


def test_calendar_days_end_at_midnight_whatever_the_hour_of_the_start():
    assert due("2026-10-01 00:00", "1cd") == at("2026-10-03 00:00")
    assert due("2026-10-01 23:59", "1cd") == at("2026-10-03 00:00")


# -- pauses, at their bounds -----------------------------------------------------------------------------


def test_a_pause_that_begins_at_the_deadline_still_shifts_it():
    assert due("2026-10-08 10:00", "1h", ("2026-10-08 11:00", "2026-10-08 12:00")) == at("2026-10-08 12:00")
    assert due("2026-10-08 10:00", "1bh", ("2026-10-08 11:00", "2026-10-08 14:00")) == at("2026-10-08 14:00")


def test_a_pause_that_begins_after_the_deadline_changes_nothing():
    assert due("2026-10-08 10:00", "1h", ("2026-10-08 11:01", "2026-10-08 12:00")) == at("2026-10-08 11:00")
    assert due("2026-10-08 10:00", "1bh", ("2026-10-08 11:01", "2026-10-08 14:00")) == at("2026-10-08 11:00")
    assert due("2026-10-08 10:00", "1bd", ("2026-10-09 18:01", "2026-10-12 14:00")) == at("2026-10-09 18:00")


def test_a_clock_without_time_left_is_due_when_its_pause_ends_also_in_closed_hours():
    assert due("2026-10-08 17:00", "1bh", ("2026-10-08 18:00", "2026-10-09 07:00")) == at("2026-10-09 07:00")


def test_a_days_end_is_not_counted_if_the_pause_has_begun_and_not_ended():
    closing = "2026-10-09 18:00"
    assert due("2026-10-08 10:00", "1bd", (closing, "2026-10-09 18:01")) == at("2026-10-10 18:00")
    assert due("2026-10-08 10:00", "1bd", ("2026-10-09 10:00", closing)) == at(closing)
    midnight = "2026-10-10 00:00"
    assert due("2026-10-08 10:00", "1cd", (midnight, "2026-10-10 00:01")) == at("2026-10-11 00:00")
    assert due("2026-10-08 10:00", "1cd", ("2026-10-09 10:00", midnight)) == at(midnight)


def test_overlapping_pauses_count_once():
    pauses = [("2026-10-08 11:00", "2026-10-08 13:00"), ("2026-10-08 12:00", "2026-10-08 14:00")]
    assert due("2026-10-08 10:00", "2h", *pauses) == at("2026-10-08 15:00")


def test_a_pause_before_the_start_counts_from_the_start():
    assert due("2026-10-08 10:00", "1h", ("2026-10-08 08:00", "2026-10-08 10:30")) == at("2026-10-08 11:30")


# -- extensions ------------------------------------------------------------------------------------------


def in_turn(start, *durations):
    moment, _provisional = OFFICE.due_in_turn(at(start), [Duration.parse(one) for one in durations])
    return moment.astimezone(OFFICE.zone)


def test_an_extension_in_the_same_unit_is_added():
    assert in_turn("2026-09-30 16:00", "15cd", "15cd") == due("2026-09-30 16:00", "30cd")
    assert in_turn("2026-09-30 16:00", "5bd", "2bd") == due("2026-09-30 16:00", "7bd")


def test_an_extension_in_days_counts_from_the_day_of_the_old_deadline():
    assert in_turn("2026-10-08 10:00", "4h", "1bd") == at("2026-10-09 18:00")
    assert in_turn("2026-10-08 10:00", "1cd", "1bd") == at("2026-10-10 18:00")
    assert in_turn("2026-10-08 10:00", "1bd", "2cd") == at("2026-10-12 00:00")


# -- shares, before and after ----------------------------------------------------------------------------


def test_a_share_of_business_days_is_one_of_open_time():
    start, deadline = at("2026-09-30 16:00"), at("2026-10-13 18:00")
    assert OFFICE.share_instant(start, Duration(5, "bd"), deadline, (), 0.8) == at("2026-10-12 17:36")


def test_a_share_that_is_no_whole_second_is_rounded_up():
    start, deadline = at("2026-10-08 10:00"), at("2026-10-08 10:00:10")
    assert OFFICE.share_instant(start, Duration(10, "s"), deadline, (), 0.3333) == at("2026-10-08 10:00:04")


def test_a_clock_that_counted_nothing_reaches_every_share_at_its_deadline():
    start, end = at("2026-10-08 10:00"), at("2026-10-09 18:00")
    assert OFFICE.share_instant(start, Duration(1, "bd"), end, [(start, end)], 0.8) == end


def test_before_in_open_time_skips_closed_hours():
    assert OFFICE.before(at("2026-10-08 10:00"), Duration(1, "bh")) == at("2026-10-08 09:00")
    assert OFFICE.before(at("2026-10-08 10:00"), Duration(2, "bh")) == at("2026-09-30 17:00")
    assert OFFICE.before(at("2026-10-08 10:00"), Duration(2, "h")) == at("2026-10-08 08:00")


def test_before_in_days_is_an_end_of_a_day():
    assert OFFICE.before(at("2026-10-09 18:00"), Duration(1, "bd")) == at("2026-10-08 18:00")
    assert OFFICE.before(at("2026-10-10 00:00"), Duration(1, "cd")) == at("2026-10-09 00:00")


def test_years_keep_the_wall_time_and_a_leap_day_becomes_the_28th():
    assert OFFICE.after(at("2026-10-08 10:00"), Duration(3, "y")) == at("2029-10-08 10:00")
    assert OFFICE.after(at("2028-02-29 10:00"), Duration(1, "y")) == at("2029-02-28 10:00")


def test_open_time_between_and_added():
    assert OFFICE.open_between(at("2026-09-30 16:00"), at("2026-10-08 10:00")) == 3 * 3600
    assert OFFICE.open_between(at("2026-10-08 10:00"), at("2026-09-30 16:00")) == 0
    assert OFFICE.add_open(at("2026-09-30 16:00"), 3 * 3600) == at("2026-10-08 10:00")
    assert OFFICE.add_open(at("2026-10-01 10:00"), 0) == at("2026-10-01 10:00")


# -- provisional and impossible --------------------------------------------------------------------------


def test_business_time_beyond_the_published_holidays_is_provisional():
    assert OFFICE.due(at("2026-12-31 10:00"), Duration(1, "bd")) == (at("2027-01-01 18:00"), True)
    assert OFFICE.due(at("2026-12-30 10:00"), Duration(1, "bd"))[1] is False
    assert OFFICE.due(at("2026-12-31 10:00"), Duration(9, "bh"))[1] is True
    assert OFFICE.due(at("2026-12-31 10:00"), Duration(15, "cd"))[1] is False
    assert OFFICE.due(at("2026-12-31 10:00"), Duration(72, "h"))[1] is False


def test_the_end_of_the_last_known_day_is_known():
    raw = {**SAMPLE["calendars"]["hotline"], "known_until": "2026-12-31"}
    assert Calendar.load("c", raw).due(at("2026-12-30 10:00"), Duration(1, "bd")) == (
        at("2027-01-01 00:00"),
        False,
    )


def test_round_the_clock_every_day_closes_at_midnight():
    assert due("2026-10-08 10:00", "1bd", calendar=HOTLINE) == at("2026-10-10 00:00")
    assert due("2026-10-08 23:30", "1bh", calendar=HOTLINE) == at("2026-10-09 00:30")


@pytest.mark.parametrize(
    "text", ["", "5", "h", "-1h", "1.5h", "0h", "4 h", "٣h", "4w", "999999999d", None, 4]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(DurationError):
        Duration.parse(text)


@pytest.mark.parametrize(
    "change",
    [
        {"timezone": "Asia/Nowhere"},
        {"timezone": None},
        {"week": [[]] * 7},
        {"week": [[["09:00", "18:00"]]] * 6},
        {"week": [[["18:00", "09:00"]]] * 7},
        {"week": [[["09:00", "25:00"]]] * 7},
        {"week": [[["nine", "ten"]]] * 7},
        {"days": {"2026-13-01": []}},
        {"known_until": "soon"},
    ],
)
def test_a_calendar_that_cannot_count_is_refused(change):
    with pytest.raises(CalendarError):
        Calendar.load("broken", {**SAMPLE["calendars"]["office"], **change})


def test_a_calendar_closed_for_ten_years_says_so_instead_of_searching_for_ever():
    closed = {datetime.fromordinal(day).date().isoformat(): [] for day in range(739600, 739600 + 6000)}
    calendar = Calendar.load(
        "closed", {"timezone": "Etc/UTC", "week": [[["09:00", "10:00"]]] * 7, "days": closed}
    )
    start = datetime.fromordinal(739610).replace(tzinfo=timezone.utc)
    with pytest.raises(CalendarError, match="ten years"):
        calendar.due(start, Duration(1, "bh"))


def test_growing_into_the_past_and_the_future_does_not_move_a_deadline():
    calendar = Calendar.load("office", SAMPLE["calendars"]["office"])
    start = at("2026-09-30 16:00")
    before = calendar.due(start, Duration(5, "bd"))
    calendar.open_between(at("2015-01-01 00:00"), at("2016-01-01 00:00"))
    calendar.due(start, Duration(4000, "bd"))
    assert calendar.due(start, Duration(5, "bd")) == before
    assert calendar.due(start, Duration(4, "bh"))[0] == at("2026-10-08 11:00")
