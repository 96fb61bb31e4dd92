"""Which callbacks a fact of a case makes, and from when until when they are made (D1, D3, C7)."""

from zoneinfo import ZoneInfo

import pytest
from callback_policy import plan, policy, shown, utc

from complaint_policy.engine.callbacks import (
    after_event,
    callback_classes,
    callbacks_of_case,
    planned_by,
    plans,
    whole_story,
)
from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.escalation import live_through
from complaint_policy.engine.policy import Policy, PolicyError

COMPLAINT = {"type": "complaint", "complexity": "simple"}
TALKED = """\
- {name: usual, match: {type: complaint}, for: case, after: communicated, within: 7d, by: intake,
   method: phone}
- {name: read, match: {complexity: complex}, for: case, after: communicated, when: {told_by: [mail]},
   instead_of: [usual], within: 3bd, by: intake, method: phone}
"""
SHANGHAI = ZoneInfo("Asia/Shanghai")


def names(found):
    return [one.plan.name for one in found]


def test_d1_a_plan_says_when_how_who_and_how_often():
    one = plan(
        "for: case, after: communicated, within: 7d, by: intake, method: phone, survey: ask,"
        " attempts: {max: 3, every: 1bd}, keeps: [archiving], script: Good day,"
        " then: {dissatisfied: {reopen: working}, unreachable: record, overdue: {escalate: team}}"
    )
    assert (one.kind, one.about, one.role, one.method, one.survey) == (
        "event",
        "case",
        "intake",
        "phone",
        "ask",
    )
    assert (one.attempts, one.retry.text, one.within.text) == (3, "1bd", "7d")
    assert (one.keeps, one.unreachable) == ({"archiving"}, "record")
    assert (one.dissatisfied, one.overdue) == ({"reopen": "working"}, {"escalate": "team"})
    assert one.script("zh_CN") == one.script("en") == "Good day"


def test_a_plan_that_says_nothing_of_these_things_has_none_of_them():
    one = plan("for: customer, every: 30d, method: phone, by: intake")
    assert (one.kind, one.attempts, one.retry, one.remind_after, one.script("en")) == ("round", *4 * [None])
    assert (one.keeps, one.dissatisfied, one.overdue, one.unreachable) == (frozenset(), {}, {}, None)


def test_plans_are_prepared_once_for_a_policy():
    known = policy(TALKED)
    assert plans(known) is plans(known)


def test_a_policy_without_callbacks_has_no_plans():
    known = Policy.load({"format": 1, "pack": {"name": "bare"}})
    assert plans(known) == () and callback_classes(known) == []
    assert planned_by(known, COMPLAINT, 1, Event(utc("2026-03-02 10:00"), "communicated")) == []


def test_a_plan_that_cannot_be_read_names_its_place():
    raw = {"format": 1, "pack": {"name": "bare"}, "callbacks": {"plans": [{"name": "x", "for": "case"}]}}
    with pytest.raises(PolicyError, match=r"^\$\.callbacks\.plans\[0\]"):
        plans(Policy.load(raw))


# -- which ----------------------------------------------------------------------------------------


def test_c7_the_result_makes_a_callback_within_seven_days():
    told = Event(utc("2026-03-04 15:00"), "communicated")
    [one] = planned_by(policy(TALKED), COMPLAINT, 1, told)
    assert (one.plan.name, one.key, one.cycle) == ("usual", "communicated", 1)
    assert (shown(one.opens), shown(one.due)) == ("2026-03-04 15:00", "2026-03-11 15:00")


@pytest.mark.parametrize("kind", ["closed", "received", "carried_out"])
def test_another_event_makes_none(kind):
    assert planned_by(policy(TALKED), COMPLAINT, 1, Event(utc("2026-03-04 15:00"), kind)) == []


def test_a_case_that_the_plan_is_not_about_is_not_called_back():
    told = Event(utc("2026-03-04 15:00"), "communicated")
    assert planned_by(policy(TALKED), {"type": "inquiry"}, 1, told) == []


@pytest.mark.parametrize(
    ("complexity", "way", "expected"),
    [
        ("complex", "mail", ["read"]),
        ("complex", "phone", ["usual"]),
        ("complex", None, ["usual"]),
        ("simple", "mail", ["usual"]),
    ],
)
def test_d3_who_was_only_written_to_about_a_complex_case_is_called_instead(complexity, way, expected):
    told = Event(utc("2026-03-04 15:00"), "communicated", {"way": way} if way else {})
    attributes = {**COMPLAINT, "complexity": complexity}
    assert names(planned_by(policy(TALKED), attributes, 1, told)) == expected


def test_d3_how_the_customer_was_told_may_become_known_later():
    told = Event(utc("2026-03-04 15:00"), "communicated")
    attributes = {**COMPLAINT, "complexity": "complex"}
    usual, read = plans(policy(TALKED))
    assert after_event(read, attributes, 1, told) is None
    assert after_event(read, attributes, 1, told, told_by="mail").due == utc("2026-03-09 18:00")
    assert after_event(usual, attributes, 1, told, told_by="mail") is not None
    spoken = Event(told.at, "communicated", {"way": "phone"})
    assert after_event(read, attributes, 1, spoken, told_by="mail") is None  # the fact knows better


def case(*facts):
    return Case(tuple(Event(utc(at), kind, data, place) for place, (at, kind, data) in enumerate(facts)))


def test_each_round_of_handling_has_its_own_callback_however_often_the_result_is_told():
    story = case(
        ("2026-03-02 10:00", "received", {"set": COMPLAINT}),
        ("2026-03-03 10:00", "communicated", {}),
        ("2026-03-03 16:00", "communicated", {}),
        ("2026-03-04 10:00", "closed", {}),
        ("2026-03-10 10:00", "reopened", {}),
        ("2026-03-11 10:00", "communicated", {}),
    )
    found = callbacks_of_case(policy(TALKED), story.in_order())
    assert [(one.cycle, one.key, shown(one.due)) for one in found] == [
        (1, "communicated", "2026-03-10 10:00"),
        (2, "communicated", "2026-03-18 10:00"),
    ]


def test_a_callback_is_made_by_what_the_case_was_like_when_it_happened():
    story = case(
        ("2026-03-02 10:00", "received", {"set": {"type": "inquiry"}}),
        ("2026-03-03 10:00", "communicated", {}),
        ("2026-03-04 10:00", "classified", {"set": {"type": "complaint"}}),
    )
    assert callbacks_of_case(policy(TALKED), story.in_order()) == []


def test_what_an_escalation_made_of_the_case_counts_too():
    raised = """\
- {name: grave, match: {severity: high}, for: case, after: communicated, within: 1bd, by: intake,
   method: phone}
"""
    known = policy(raised)
    story = case(
        ("2026-03-02 10:00", "received", {"set": {"type": "complaint", "severity": "normal"}}),
        ("2026-03-10 10:00", "communicated", {}),
    )
    now = utc("2026-03-10 12:00")
    fired = live_through(known, story, now).fired
    assert callbacks_of_case(known, whole_story(story, fired, now)) == []
    severe = case(
        ("2026-03-02 10:00", "received", {"set": {"type": "complaint", "severity": "normal"}}),
        ("2026-03-05 10:00", "classified", {"set": {"severity": "high"}}),
        ("2026-03-10 10:00", "communicated", {}),
    )
    assert names(callbacks_of_case(known, whole_story(severe, (), now))) == ["grave"]


# -- from when until when -------------------------------------------------------------------------


def window_of(text, at, **around):
    one = plan(f"for: case, after: communicated, {text}", **around)
    found = after_event(one, COMPLAINT, 1, Event(utc(at), "communicated"))
    return shown(found.opens, one.calendar.zone), shown(found.due, one.calendar.zone)


PHONE = "by: intake, method: phone"


@pytest.mark.parametrize(
    ("at", "opens", "due"),
    [
        ("2026-03-04 15:00", "2026-03-04 15:00", "2026-03-11 15:00"),
        ("2026-03-04 12:30", "2026-03-04 13:00", "2026-03-11 12:30"),  # the break
        ("2026-03-06 20:00", "2026-03-09 09:00", "2026-03-13 20:00"),  # over the weekend
    ],
)
def test_it_can_be_made_at_any_time_from_the_event_in_open_hours(at, opens, due):
    assert window_of(f"within: 7d, {PHONE}", at) == (opens, due)


def test_what_nobody_could_keep_over_a_week_of_holidays_is_due_on_the_first_open_day():
    # 1 to 7 October 2026 are holidays; 8 October is a Thursday
    assert window_of(f"within: 7d, {PHONE}", "2026-09-30 12:00", zone="Asia/Shanghai", holidays="CN") == (
        "2026-10-08 09:00",
        "2026-10-08 18:00",
    )


def test_business_days_are_those_of_the_country():
    found = window_of(f"within: 3bd, {PHONE}", "2026-09-30 08:00", zone="Asia/Shanghai", holidays="CN")
    assert found == ("2026-09-30 16:00", "2026-10-10 18:00")  # 8, 9 and 10 October, a Saturday worked


def test_what_is_sent_goes_out_when_customers_may_be_called():
    sent = "within: 7d, method: sms, survey: ask"
    calling = '{daily: ["09:00-20:00"]}'
    assert window_of(sent, "2026-03-07 22:00", calling=calling) == ("2026-03-08 09:00", "2026-03-14 22:00")
    assert window_of(sent, "2026-03-07 22:00") == ("2026-03-07 22:00", "2026-03-14 22:00")


def test_the_day_is_seven_times_as_long_also_when_the_clocks_change():
    # 29 March 2026: Berlin loses an hour
    found = window_of(f"within: 7d, {PHONE}", "2026-03-25 10:00", zone="Europe/Berlin")
    assert found == ("2026-03-25 11:00", "2026-04-01 12:00")
