"""What comes round for a customer (D5), and the periods of a sample (D4): none missing, none double."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from callback_policy import plan, policy, shown, utc
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.engine.callbacks import plan_named
from complaint_policy.engine.rounds import period_of, periods, rounds

CARE = "for: customer, every: {}, by: intake, method: phone"
MAIL = "for: customer, every: {}, method: mail, survey: ask"
DAY = timedelta(days=1)


def care(every, text=CARE, **around):
    return plan(text.format(every), **around)


def keys(found):
    return [one.key for one in found]


def windows(found, zone=timezone.utc):
    return [(one.key, shown(one.opens, zone), shown(one.due, zone)) for one in found]


# -- by hand --------------------------------------------------------------------------------------


def test_d5_every_thirty_days_counts_from_the_day_somebody_became_a_customer():
    found = rounds(care("30d"), date(2026, 1, 15), utc("2026-05-01 12:00"))
    assert windows(found) == [
        ("2026-02-14", "2026-02-16 09:00", "2026-03-16 00:00"),  # a Saturday: called from Monday on
        ("2026-03-16", "2026-03-16 09:00", "2026-04-15 00:00"),
        ("2026-04-15", "2026-04-15 09:00", "2026-05-15 00:00"),
    ]


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("month", ["2026-02", "2026-03", "2026-04"]),
        ("quarter", ["2026-Q2"]),
        ("week", ["2026-W16", "2026-W17", "2026-W18"]),
        ("year", []),
        ("40cd", ["2026-02-24", "2026-04-05"]),
        ("20bd", ["20bd:1", "20bd:2", "20bd:3"]),
    ],
)
def test_d5_the_other_rhythms(every, expected):
    since = utc("2026-04-12 23:00") if every == "week" else None
    assert keys(rounds(care(every), date(2026, 1, 15), utc("2026-04-30 12:00"), since)[-3:]) == expected


def test_the_year_of_a_week_is_that_of_its_thursday():
    found = rounds(care("week"), date(2026, 12, 20), utc("2027-01-05 12:00"))
    assert windows(found) == [
        ("2026-W52", "2026-12-21 09:00", "2026-12-28 00:00"),
        ("2026-W53", "2026-12-28 09:00", "2027-01-04 00:00"),
        ("2027-W01", "2027-01-04 09:00", "2027-01-11 00:00"),
    ]


def test_twenty_business_days_are_counted_over_holidays():
    one = care("20bd", zone="Asia/Shanghai", holidays="CN")
    [first, *_rest] = rounds(one, date(2026, 9, 7), utc("2026-10-31 00:00"))
    # September: 8 to 11, 14 to 18, 20 (a Sunday worked in exchange), 21 to 24, 28 to 30; October: 8, 9, 10
    assert first.key == "20bd:1"
    assert shown(first.opens, ZoneInfo("Asia/Shanghai")) == "2026-10-10 09:00"


@pytest.mark.parametrize(
    ("born", "year", "day"),
    [
        (date(1992, 2, 29), 2027, "2027-02-28"),
        (date(1992, 2, 29), 2028, "2028-02-29"),
        (date(1980, 12, 31), 2026, "2026-12-31"),
        (date(1980, 1, 1), 2027, "2027-01-01"),
    ],
)
def test_d5_birthdays_in_common_and_leap_years_and_at_the_ends_of_the_year(born, year, day):
    one = care("birthday", MAIL, calling='{daily: ["09:00-20:00"]}')
    found = rounds(one, date(2026, 1, 1), utc(f"{year}-12-31 12:00"), utc(f"{year}-01-01 00:00"), born)
    assert windows(found) == [(f"birthday:{year}", f"{day} 09:00", shown(utc(f"{day} 00:00") + DAY))]


def test_a_birthday_is_that_of_the_place_where_the_customer_lives():
    auckland = ZoneInfo("Pacific/Auckland")
    one = care("birthday", MAIL, calling='{daily: ["09:00-20:00"]}')
    until = utc("2026-05-31 12:00")
    [there] = rounds(one, date(2026, 1, 1), until, birthday=date(1990, 5, 1), zone=auckland)
    [here] = rounds(one, date(2026, 1, 1), until, birthday=date(1990, 5, 1))
    assert (shown(there.opens), shown(here.opens)) == ("2026-04-30 21:00", "2026-05-01 09:00")
    assert there.key == here.key == "birthday:2026"


def test_who_calls_on_a_birthday_that_is_a_sunday_calls_on_monday():
    [one] = rounds(care("birthday"), date(2026, 1, 1), utc("2026-03-02 09:00"), birthday=date(1990, 3, 1))
    assert (shown(one.opens), shown(one.due)) == ("2026-03-02 09:00", "2026-03-02 18:00")


def test_nobody_is_wished_a_happy_birthday_whose_birthday_is_not_known():
    assert rounds(care("birthday"), date(2020, 1, 1), utc("2026-03-02 09:00")) == []


def test_the_time_for_a_round_may_be_limited():
    one = plan("for: customer, every: month, within: 5bd, by: intake, method: phone")
    [march] = rounds(one, date(2026, 2, 1), utc("2026-03-31 00:00"))
    # the first of March is a Sunday: the five business days after it are 2 to 6 March
    assert (shown(march.opens), shown(march.due)) == ("2026-03-02 09:00", "2026-03-06 18:00")


def test_a_round_that_has_not_opened_is_not_there_yet():
    one = care("month")
    assert rounds(one, date(2026, 2, 10), utc("2026-03-02 08:59")) == []
    assert keys(rounds(one, date(2026, 2, 10), utc("2026-03-02 09:00"))) == ["2026-03"]


def test_rounds_that_were_over_before_the_plan_began_are_left_out():
    found = rounds(care("30d"), date(2020, 1, 1), utc("2026-03-10 12:00"), utc("2026-03-01 00:00"))
    assert len(found) == 1
    assert found[0].due > utc("2026-03-01 00:00")


def test_a_round_that_is_due_when_the_plan_begins_is_over():
    one, april = care("month"), utc("2026-04-01 00:00")
    assert keys(rounds(one, date(2026, 1, 15), april, april - timedelta(seconds=1))) == ["2026-03"]
    assert keys(rounds(one, date(2026, 1, 15), april, april)) == []


def test_a_midnight_that_the_clocks_skip_loses_no_day():
    beirut = ZoneInfo("Asia/Beirut")  # 29 March 2026 begins there at 01:00
    found = rounds(care("7d", MAIL, zone="Asia/Beirut"), date(2026, 3, 22), utc("2026-03-29 12:00"))
    assert windows(found, beirut) == [("2026-03-29", "2026-03-29 01:00", "2026-04-05 00:00")]


# -- periods of a sample --------------------------------------------------------------------------

SAMPLE = "for: case, every: {}, sample: 10%, of: closed, by: intake, method: phone{}"


def test_d4_a_month_is_drawn_when_it_is_over_and_called_back_in_the_next_one():
    one = plan(SAMPLE.format("month", ""))
    found = periods(one, utc("2026-01-31 23:59"), utc("2026-03-01 00:00"))
    assert [(two.key, shown(two.begins), shown(two.ends)) for two in found] == [
        ("2026-01", "2026-01-01 00:00", "2026-02-01 00:00"),
        ("2026-02", "2026-02-01 00:00", "2026-03-01 00:00"),
    ]
    assert (shown(found[1].opens), shown(found[1].due)) == ("2026-03-02 09:00", "2026-04-01 00:00")


def test_a_month_that_is_not_over_is_not_drawn():
    one = plan(SAMPLE.format("month", ""))
    assert periods(one, utc("2026-02-01 00:00"), utc("2026-02-28 23:59")) == []


def test_the_calls_of_a_sample_may_have_a_time_limit_of_their_own():
    one = plan(SAMPLE.format("month", ", within: 10bd"))
    [found] = periods(one, utc("2026-02-02 00:00"), utc("2026-03-01 00:00"))
    assert shown(found.due) == "2026-03-13 18:00"


@pytest.mark.parametrize("every", ["week", "month", "quarter", "year", "10d"])
def test_each_moment_belongs_to_one_period(every):
    one = plan(SAMPLE.format(every, ""), zone="Europe/Berlin")
    found = periods(one, utc("2025-12-31 12:00"), utc("2029-01-01 12:00"))
    assert len({two.key for two in found}) == len(found)
    for earlier, later in zip(found, found[1:], strict=False):
        assert earlier.ends == later.begins
    for two in found:
        assert period_of(one, two.begins) == two.key == period_of(one, two.ends - timedelta(seconds=1))


# -- for a year, whenever it is asked -------------------------------------------------------------

RHYTHMS = ["birthday", "week", "month", "quarter", "year", "1d", "7d", "30d", "45cd", "180d", "5bd", "20bd"]
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Pacific/Auckland"]
ALL = "".join(
    f"- {{name: {way}-{rhythm}, {text.format(rhythm)}}}\n"
    for rhythm in RHYTHMS
    for way, text in (("call", CARE), ("mail", MAIL))
)


def almanac(rhythm, anchor, last, born, calendar):
    """The days on which rounds begin, found by looking at every single day."""
    found, number, business = [], 0, 0
    day = anchor
    while day < last:
        day += DAY
        number += 1
        works = bool(calendar.hours_of(day.toordinal()))
        business += works
        begins = {
            "bd": works and business % rhythm.amount == 0,
            "d": number % rhythm.amount == 0,
            "week": day.weekday() == 0,
            "month": day.day == 1,
            "quarter": day.day == 1 and day.month in (1, 4, 7, 10),
            "year": (day.month, day.day) == (1, 1),
            "birthday": (day.month, day.day) == (born.month, born.day)
            or ((born.month, born.day) == (2, 29) and (day.month, day.day, (day + DAY).day) == (2, 28, 1)),
        }
        if begins[rhythm.unit]:
            found.append(day)
    return found


@st.composite
def planners(draw):
    """A customer, a rhythm, and when a planner ran in a year: twice at once too, and after weeks of rest."""
    year = draw(st.sampled_from([2026, 2027, 2028]))  # 2028 has a 29 February
    at = begin = datetime(year, 1, 1, draw(st.integers(0, 23)), tzinfo=timezone.utc)
    runs = [begin]
    for minutes in draw(st.lists(st.integers(0, 21 * 24 * 60), min_size=10, max_size=40)):
        at += timedelta(minutes=minutes)
        if at < begin + timedelta(days=370):
            runs.append(at)
    return {
        "plan": draw(st.sampled_from(["call", "mail"])) + "-" + draw(st.sampled_from(RHYTHMS)),
        "zone": draw(st.sampled_from(ZONES)),
        "holidays": draw(st.sampled_from([None, "CN", "DE-BY"])),
        "anchor": begin.date() - draw(st.integers(0, 800)) * DAY,
        "born": draw(st.one_of(st.just(date(1992, 2, 29)), st.dates(date(1940, 1, 1), date(2015, 12, 31)))),
        "runs": [*runs, begin + timedelta(days=370)],
    }


@settings(max_examples=150, deadline=None)
@given(planners())
def test_d5_a_year_of_rounds_has_none_missing_and_none_double_whenever_the_planner_ran(life):
    known = policy(ALL, zone=life["zone"], holidays=life["holidays"])
    one = plan_named(known, life["plan"])
    anchor, born, runs = life["anchor"], life["born"], life["runs"]
    made, before = {}, runs[0]
    for now in runs:
        for found in rounds(one, anchor, now, before, born):
            assert made.setdefault(found.key, found) == found  # the same round, whoever asks
        before = now
    zone, last = one.calendar.zone, runs[-1]
    days = almanac(one.every, anchor, last.astimezone(zone).date(), born, one.calendar)
    openings = [_opening(one, day, zone) for day in days]
    whole = rounds(one, anchor, last, birthday=born)
    assert [found.opens for found in whole] == [at for at in openings if at <= last]
    assert list(made.values()) == [found for found in whole if found.due > runs[0]]
    assert all(earlier.due <= later.due for earlier, later in zip(whole, whole[1:], strict=False))
    assert all(found.opens < found.due for found in whole)


def _opening(one, day, zone):
    begin = datetime.combine(day, time(0), zone).astimezone(timezone.utc)
    return one.calendar.add_open(begin, 1) - timedelta(seconds=1) if one.by_people else begin
