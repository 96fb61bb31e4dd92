"""Whose time it was, and who held a case when."""

from datetime import timedelta

from sample_policy import at, event, received

from complaint_policy.engine.whose_time import OURS, who_held, whose_time

HOUR = timedelta(hours=1)
START = received("2026-10-12 10:00", team_id=1, holder_id=7)
ASKED = event("2026-10-12 12:00", "paused", reason="waiting_customer")
ANSWERED = event("2026-10-12 15:00", "resumed", reason="waiting_customer")
LAB = event("2026-10-12 13:00", "paused", reason="waiting_third_party")
LAB_DONE = event("2026-10-12 18:00", "resumed", reason="waiting_third_party")
CLOSED = event("2026-10-12 20:00", "closed")
GIVEN = event("2026-10-12 11:00", "handed_over", attributes={"team_id": 2, "holder_id": 8})


def hours(*events, now):
    return {name or "ours": spent / HOUR for name, spent in whose_time(events, at(now)).items()}


def held(*events, now):
    return [
        (one.team, one.holder, one.time / HOUR, one.ours / HOUR, one.end is None)
        for one in who_held(events, at(now))
    ]


def test_without_a_pause_all_of_it_is_ours():
    assert hours(START, now="2026-10-12 14:00") == {"ours": 4}


def test_a_pause_is_the_time_of_whom_it_waits_for():
    assert hours(START, ASKED, ANSWERED, now="2026-10-12 16:00") == {"ours": 3, "waiting_customer": 3}


def test_a_pause_that_lasts_counts_up_to_now():
    assert hours(START, ASKED, now="2026-10-12 13:30") == {"ours": 2, "waiting_customer": 1.5}


def test_of_two_reasons_at_once_the_first_counts():
    assert hours(START, ASKED, LAB, ANSWERED, LAB_DONE, now="2026-10-12 19:00") == {
        "ours": 3,
        "waiting_customer": 3,
        "waiting_third_party": 3,
    }


def test_to_resume_without_a_reason_ends_every_wait():
    resumed = event("2026-10-12 14:00", "resumed")
    assert hours(START, ASKED, LAB, resumed, now="2026-10-12 15:00") == {"ours": 3, "waiting_customer": 2}


def test_a_closed_case_is_nobodys_time_until_it_is_reopened():
    again = event("2026-10-13 10:00", "reopened")
    assert hours(START, ASKED, CLOSED, now="2026-10-20 10:00") == {"ours": 2, "waiting_customer": 8}
    assert hours(START, ASKED, CLOSED, again, now="2026-10-13 11:00") == {"ours": 3, "waiting_customer": 8}


def test_a_backdated_fact_counts_where_it_happened():
    assert hours(START, ANSWERED, ASKED, now="2026-10-12 16:00") == {"ours": 3, "waiting_customer": 3}


def test_later_facts_are_not_known_yet():
    assert hours(START, ASKED, now="2026-10-12 11:00") == {"ours": 1}


def test_the_shares_add_up():
    shares = whose_time([START, ASKED, LAB, ANSWERED, LAB_DONE, CLOSED], at("2026-10-14 10:00"))
    assert sum(shares.values(), timedelta()) == 10 * HOUR
    assert next(iter(shares)) == OURS


def test_who_held_it_when():
    assert held(START, GIVEN, ASKED, ANSWERED, now="2026-10-12 16:00") == [
        (1, 7, 1, 1, False),
        (2, 8, 5, 2, True),
    ]


def test_a_change_of_the_person_alone_is_a_change():
    assigned = event("2026-10-12 12:00", "assigned", attributes={"holder_id": 9})
    assert held(START, GIVEN, assigned, now="2026-10-12 13:00") == [
        (1, 7, 1, 1, False),
        (2, 8, 1, 1, False),
        (2, 9, 1, 1, True),
    ]


def test_nobody_holds_a_closed_case():
    assert held(START, CLOSED, now="2026-10-14 10:00") == [(1, 7, 10, 10, False)]


def test_after_reopening_a_new_time_begins():
    again = event("2026-10-13 10:00", "reopened")
    assert held(START, CLOSED, again, now="2026-10-13 11:00") == [(1, 7, 10, 10, False), (1, 7, 1, 1, True)]


def test_a_case_without_facts_was_held_by_nobody():
    assert held(now="2026-10-12 10:00") == []
