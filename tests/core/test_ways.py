"""The way of a case: what may follow, what is missing, and when it may be opened again."""

from datetime import timedelta

from sample_policy import at, case, event, sample

from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay
from complaint_policy.engine.ways import following, missing, reopening

STAGES = [
    {"name": "received", "event": "received", "next": ["investigating", "closed", "set_aside"]},
    {"name": "investigating", "require": ["category", "user"], "next": ["closed"]},
    {
        "name": "closed",
        "event": "closed",
        "closes": True,
        "next": ["archived"],
        "reopen": {"within": "30d", "to": "investigating", "at_most": 1, "then": "final_answer"},
    },
    {"name": "set_aside", "event": "withdrawn", "closes": True, "match": {"type": "inquiry"}},
    {"name": "archived", "event": "archived", "closes": True},
]
POLICY = Policy.load({**sample(), "stages": STAGES})
CLOSED = event("2026-10-09 10:00", "closed", stage="closed")


def names(state, now="2026-10-09 12:00"):
    return [stage.name for stage in following(POLICY, state, at(now))]


def after(*events):
    first = event("2026-10-08 10:00", "received", attributes={"type": "complaint"}, stage="received")
    return replay(POLICY, case(first, *events))


def test_only_what_the_policy_names_may_follow_and_only_for_cases_it_is_for():
    assert names(after()) == ["investigating", "closed"], "set_aside is for inquiries"


def test_a_closed_case_may_be_opened_again_within_the_window():
    state = after(CLOSED)
    assert names(state) == ["investigating", "archived"]
    answer = reopening(POLICY, state, at("2026-10-09 12:00"))
    assert (answer.to, answer.refused) == ("investigating", None)
    assert answer.until == at("2026-10-09 10:00") + timedelta(days=30)


def test_the_window_includes_its_last_second_and_not_the_next():
    state = after(CLOSED)
    end = at("2026-10-09 10:00") + timedelta(days=30)
    assert reopening(POLICY, state, end).refused is None
    assert reopening(POLICY, state, end + timedelta(seconds=1)).refused == "late"


def test_it_is_opened_again_no_more_often_than_the_policy_says():
    state = after(
        CLOSED,
        event("2026-10-10 10:00", "reopened", stage="investigating"),
        event("2026-10-11 10:00", "closed", stage="closed"),
    )
    answer = reopening(POLICY, state, at("2026-10-11 12:00"))
    assert (answer.refused, answer.then) == ("often", "final_answer")
    assert names(state, "2026-10-11 12:00") == ["archived"]


def test_an_open_case_is_not_opened_again():
    assert reopening(POLICY, after(), at("2026-10-09 12:00")) is None


def test_what_a_stage_requires_is_missing_until_it_is_filled_in():
    stage = POLICY.stages["investigating"]
    assert missing(stage, set()) == ["category", "user"]
    assert missing(stage, {"category"}) == ["user"]
    assert missing(stage, {"category", "user"}) == []
