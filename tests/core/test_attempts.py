"""When a callback is tried, and tried again (D1): in open hours, and when the customer may be called."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from callback_policy import plan, shown, utc
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.engine.attempts import OUTCOMES, Attempt, first_callable, next_attempt
from complaint_policy.engine.contact_hours import in_zone
from complaint_policy.engine.hours import read_week

BERLIN, SHANGHAI, YORK = (ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Shanghai", "America/New_York"))
CALL = "for: case, after: communicated, within: 7d, by: intake, method: phone, attempts: {}"
MONDAY = "2026-03-02 10:00"
DAILY = '{daily: ["09:00-20:00"]}'


def call(attempts="{max: 3, every: 1bd}", **around):
    return plan(CALL.format(attempts), **around)


def tried(*outcomes):
    return [Attempt(utc(at), outcome) for at, outcome in outcomes]


def test_the_first_attempt_is_made_as_soon_as_the_office_is_open():
    assert shown(next_attempt(call(), [], utc("2026-03-01 22:00"))) == "2026-03-02 09:00"
    assert shown(next_attempt(call(), [], utc("2026-03-02 12:10"))) == "2026-03-02 13:00"
    assert shown(next_attempt(call(), [], utc(MONDAY))) == MONDAY


def test_no_attempt_is_made_before_the_callback_opens():
    found = next_attempt(call(), [], utc(MONDAY), opens=utc("2026-03-03 14:00"))
    assert shown(found) == "2026-03-03 14:00"


@pytest.mark.parametrize("outcome", ["no_answer", "busy"])
def test_d1_who_was_not_reached_is_called_again_on_the_next_business_day_from_its_opening(outcome):
    friday = tried(("2026-03-06 17:00", outcome))
    assert shown(next_attempt(call(), friday, utc("2026-03-06 17:00"))) == "2026-03-09 09:00"


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("30m", "2026-03-02 10:30"),
        ("4bh", "2026-03-02 15:00"),
        ("2bd", "2026-03-04 09:00"),
        ("1cd", "2026-03-03 09:00"),
        ("5cd", "2026-03-09 09:00"),  # a Saturday: on Monday
        ("1d", "2026-03-03 10:00"),
    ],
)
def test_d1_the_pause_between_two_attempts_is_counted_by_the_calendar(every, expected):
    attempts = tried((MONDAY, "no_answer"))
    assert shown(next_attempt(call(f"{{max: 3, every: {every}}}"), attempts, utc(MONDAY))) == expected


def test_d1_over_a_holiday_too():
    one = call(zone="Asia/Shanghai", holidays="CN")
    attempts = tried(("2026-09-30 08:00", "busy"))
    found = next_attempt(one, attempts, utc("2026-09-30 08:00"))
    assert shown(found, SHANGHAI) == "2026-10-08 09:00"


def test_without_a_pause_it_may_be_tried_again_at_once():
    assert shown(next_attempt(call("{max: 3}"), tried((MONDAY, "busy")), utc(MONDAY))) == MONDAY


def test_a_late_look_gives_no_time_that_has_passed():
    found = next_attempt(call(), tried((MONDAY, "no_answer")), utc("2026-03-05 11:00"))
    assert shown(found) == "2026-03-05 11:00"


def test_d1_after_the_last_attempt_nobody_is_called_any_more():
    days = ("2026-03-02 10:00", "2026-03-03 10:00", "2026-03-04 10:00")
    attempts = tried(*((day, "no_answer") for day in days))
    assert next_attempt(call(), attempts[:2], utc(days[1])) is not None
    assert next_attempt(call(), attempts, utc(days[2])) is None


def test_without_a_number_of_attempts_it_is_tried_on_and_on():
    one = plan("for: case, after: communicated, within: 7d, by: intake, method: phone")
    attempts = tried(*((f"2026-03-{day:02} 10:00", "no_answer") for day in range(2, 28)))
    assert next_attempt(one, attempts, utc("2026-03-27 10:00")) is not None


@pytest.mark.parametrize("outcome", ["reached", "refused", "wrong_number"])
def test_d2_these_outcomes_end_it(outcome):
    assert next_attempt(call(), tried((MONDAY, outcome)), utc(MONDAY)) is None


def test_call_me_later_is_kept_to_the_minute_and_counts_as_no_attempt():
    later = Attempt(utc("2026-03-04 10:00"), "later", utc("2026-03-04 15:30"))
    attempts = [*tried(("2026-03-02 10:00", "busy"), ("2026-03-03 10:00", "busy")), later]
    wishes = {"daily": ["09:00-10:00"]}
    found = next_attempt(call(), attempts, utc("2026-03-04 10:00"), preferred=wishes)
    assert shown(found) == "2026-03-04 15:30"
    busy = [*attempts, *tried(("2026-03-04 15:30", "busy"))]
    assert next_attempt(call(), busy, utc("2026-03-04 15:30")) is None


def test_call_me_later_at_night_is_the_next_morning():
    later = Attempt(utc(MONDAY), "later", utc("2026-03-02 22:00"))
    assert shown(next_attempt(call(), [later], utc(MONDAY))) == "2026-03-03 09:00"


def test_call_me_later_without_a_time_is_as_good_as_no_answer():
    later = Attempt(utc(MONDAY), "later")
    assert shown(next_attempt(call(), [later], utc(MONDAY))) == "2026-03-03 09:00"


# -- where the customer is ------------------------------------------------------------------------


def test_d6_a_customer_far_away_is_called_when_it_is_day_there():
    one = call(zone="Asia/Shanghai", calling=DAILY)
    # 10:00 in Shanghai is 03:00 in Berlin; nine o'clock there is 16:00 in Shanghai
    assert shown(next_attempt(one, [], utc("2026-03-02 02:00"), zone=BERLIN)) == "2026-03-02 08:00"
    assert shown(next_attempt(one, [], utc("2026-03-02 02:00"))) == "2026-03-02 02:00"


def test_d6_calling_hours_follow_the_clocks_of_the_customer():
    one = call(zone="Asia/Shanghai", calling=DAILY)
    # Berlin puts its clocks forward on 29 March 2026
    assert shown(next_attempt(one, [], utc("2026-03-27 02:00"), zone=BERLIN)) == "2026-03-27 08:00"
    assert shown(next_attempt(one, [], utc("2026-03-30 02:00"), zone=BERLIN)) == "2026-03-30 07:00"


def test_d6_who_can_never_be_called_has_no_next_attempt():
    one = call(zone="Asia/Shanghai", calling='{daily: ["12:00-13:00"]}')
    assert next_attempt(one, [], utc(MONDAY), zone=YORK) is None  # midnight in Shanghai


def test_without_calling_hours_only_the_office_counts():
    assert shown(next_attempt(call(), [], utc(MONDAY), zone=YORK)) == MONDAY


def test_preferred_times_are_kept_while_there_are_any_before_it_is_due():
    wishes = {"mon-fri": ["17:00-20:00"]}
    one, now = call(calling=DAILY), utc(MONDAY)
    assert (
        shown(next_attempt(one, [], now, due=utc("2026-03-09 10:00"), preferred=wishes)) == "2026-03-02 17:00"
    )
    assert shown(next_attempt(one, [], now, due=utc("2026-03-02 16:00"), preferred=wishes)) == MONDAY
    overdue = next_attempt(one, [], now, due=utc("2026-02-27 18:00"), preferred=wishes)
    assert shown(overdue) == MONDAY


def test_preferred_times_are_those_of_the_customers_clock():
    wishes = {"daily": ["09:00-10:00"]}
    found = next_attempt(
        call(zone="Asia/Shanghai"), [], utc("2026-03-02 01:00"), zone=BERLIN, preferred=wishes
    )
    assert shown(found, BERLIN) == "2026-03-02 09:00"


@pytest.mark.parametrize("wishes", [{"sun": ["03:00-04:00"]}, {"mornings": ["x"]}, {}, {"mon": ["12-11"]}])
def test_a_wish_that_cannot_be_kept_or_read_hinders_nobody(wishes):
    assert shown(next_attempt(call(), [], utc(MONDAY), preferred=wishes)) == MONDAY


def test_what_is_sent_needs_no_open_office():
    one = plan("for: customer, every: 30d, method: sms, survey: ask", calling=DAILY)
    assert shown(first_callable(one, utc("2026-03-01 10:00"))) == "2026-03-01 10:00"  # a Sunday
    assert shown(first_callable(one, utc("2026-03-01 21:00"))) == "2026-03-02 09:00"


# -- whatever happens -----------------------------------------------------------------------------

ZONES = [BERLIN, SHANGHAI, YORK, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Auckland")]
WEEK = read_week({"daily": ["09:00-20:00"]})


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400 * 24 * 60), st.sampled_from(OUTCOMES)), max_size=6),
    st.integers(0, 400 * 24 * 60),
    st.sampled_from(ZONES),
    st.sampled_from([None, {"mon-fri": ["17:00-20:00"]}, {"sat": ["10:00-12:00"]}]),
)
def test_d6_nobody_is_ever_called_outside_open_and_calling_hours(minutes, now, zone, wishes):
    begin = utc("2026-01-01 00:00")
    one = call(zone="Europe/Berlin", calling=DAILY, holidays="DE-BY")
    attempts = [Attempt(begin + _minutes(at), outcome) for at, outcome in minutes]
    found = next_attempt(one, attempts, begin + _minutes(now), zone=zone, preferred=wishes)
    if found is None:
        return
    assert found >= begin + _minutes(now)
    for calendar in (one.calendar, in_zone(WEEK, zone)):
        assert calendar.open_between(found, found + _minutes(1)) == 60
    assert sum(attempt.outcome != "later" for attempt in attempts) < one.attempts


def _minutes(number):
    return timedelta(minutes=number)
