"""The time limit of a stage is a clock: entering starts it, leaving ends it, coming back starts it anew."""

import pytest
from policy_files import edited, found
from sample_policy import at, case, event, sample

from complaint_policy.engine.clocks import State, next_due, step
from complaint_policy.engine.coverage import coverage
from complaint_policy.engine.escalation import live_through
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.policy_tests import run_tests
from complaint_policy.engine.reckoning import reckon
from complaint_policy.engine.replay import replay
from complaint_policy.engine.risk import share_used

STAGES = [
    {"name": "received", "event": "received", "next": ["working"]},
    {"name": "working", "title": {"en": "At work"}, "within": "24h", "next": ["waiting", "closed"]},
    {"name": "waiting", "within": "2bd", "next": ["working", "closed"]},
    {"name": "closed", "event": "closed", "closes": True, "reopen": {"to": "working"}},
    {"name": "aside", "event": "withdrawn", "closes": True},
]
RAW = {**sample(), "stages": STAGES}
RAW["severity"] = {**RAW["severity"], "pauses": [{"name": "waiting_customer"}]}
POLICY = Policy.load(RAW)
START = event("2026-10-08 10:00", "received", attributes={"type": "praise"}, stage="received")
WORK = event("2026-10-08 11:00", "moved", stage="working")


def after(*events, policy=POLICY):
    return replay(policy, case(START, *events))


def rows(state):
    return [
        (one.name, one.cycle, one.state, one.due_at) for one in state.clocks if one.name.startswith("stage:")
    ]


def test_a_stage_without_limit_has_no_clock():
    assert rows(after()) == []


def test_a6_entering_a_stage_starts_its_clock():
    state = after(WORK)
    assert rows(state) == [("stage:working", 1, "running", at("2026-10-09 11:00"))]
    assert next_due(state).name == "stage:working", "the next deadline of the case is that of its stage"


@pytest.mark.parametrize(("left", "state"), [("2026-10-09 11:00", "met"), ("2026-10-09 11:01", "breached")])
def test_leaving_it_ends_the_clock_and_the_bound_is_inclusive(left, state):
    ended, running = rows(after(WORK, event(left, "moved", stage="waiting")))
    assert ended[2] == state
    assert running[0] == "stage:waiting"


def test_coming_back_starts_it_anew():
    state = after(
        WORK,
        event("2026-10-08 12:00", "moved", stage="waiting"),
        event("2026-10-09 12:00", "moved", stage="working"),
    )
    assert rows(state)[2] == ("stage:working~2", 1, "running", at("2026-10-10 12:00"))
    assert POLICY.clock_spec("stages", "stage:working~2").written["title"] == {"en": "At work"}


def test_a_new_cycle_has_clocks_of_its_own():
    state = after(
        WORK,
        event("2026-10-08 12:00", "closed", stage="closed"),
        event("2026-10-09 12:00", "reopened", stage="working"),
    )
    assert rows(state) == [
        ("stage:working", 1, "met", at("2026-10-09 11:00")),
        ("stage:working", 2, "running", at("2026-10-10 12:00")),
    ]


def test_closing_meets_it_and_a_withdrawal_cancels_it():
    assert rows(after(WORK, event("2026-10-08 12:00", "closed", stage="closed")))[0][2] == "met"
    assert rows(after(WORK, event("2026-10-08 12:00", "withdrawn", stage="aside")))[0][2] == "cancelled"


def test_whatever_the_case_waits_for_stops_it():
    paused = event("2026-10-08 12:00", "paused", reason="waiting_customer")
    state = after(WORK, paused)
    assert rows(state) == [("stage:working", 1, "paused", None)]
    state = after(WORK, paused, event("2026-10-09 12:00", "resumed"))
    assert rows(state) == [("stage:working", 1, "running", at("2026-10-10 11:00"))]
    state = after(WORK, paused, event("2026-10-19 12:00", "moved", stage="waiting"))
    assert rows(state)[0][2:] == (
        "met",
        at("2026-10-19 11:00") + (at("2026-10-09 11:00") - at("2026-10-08 11:00")),
    )


def test_it_can_be_extended_and_says_so():
    state = after(WORK, event("2026-10-08 12:00", "extended", clock="stage:working", by="24h"))
    assert rows(state) == [("stage:working", 1, "running", at("2026-10-10 11:00"))]
    kinds = [line.kind for line in reckon(POLICY, state, state.clocks[-1], at("2026-10-08 13:00"))]
    assert "extension" in kinds
    assert share_used(POLICY, state, state.clocks[-1], at("2026-10-09 11:00")) == 0.5


def test_another_release_times_the_stage_that_the_case_is_in():
    slower = Policy.load({**RAW, "stages": [*STAGES[:1], {**STAGES[1], "within": "48h"}, *STAGES[2:]]})
    none = Policy.load({**RAW, "stages": [{k: v for k, v in one.items() if k != "within"} for one in STAGES]})
    state = after(WORK)
    step(slower, state, event("2026-10-08 13:00", "repriced"))
    assert rows(state) == [("stage:working", 1, "running", at("2026-10-10 11:00"))]
    step(none, state, event("2026-10-08 14:00", "repriced"))
    assert rows(state)[0][2] == "cancelled"
    step(POLICY, state, event("2026-10-08 15:00", "repriced"))
    assert rows(state)[1] == ("stage:working~2", 1, "running", at("2026-10-09 15:00"))


def test_what_is_stored_between_two_facts_gives_the_same_as_reading_the_register_again():
    events = [
        START,
        WORK,
        event("2026-10-08 12:00", "paused", reason="waiting_customer"),
        event("2026-10-09 12:00", "resumed"),
        event("2026-10-12 12:00", "moved", stage="waiting"),
        event("2026-10-12 13:00", "moved", stage="working"),
        event("2026-10-12 14:00", "closed", stage="closed"),
        event("2026-10-13 14:00", "reopened", stage="working"),
    ]
    state = State()
    for number, one in enumerate(events, 1):
        state = step(POLICY, State.from_json(state.to_json()), one)
        assert state.to_json() == replay(POLICY, case(*events[:number])).to_json()


def ruled(clock):
    return Policy.load(
        {
            **RAW,
            "escalation": {
                "levels": [{"name": "leader"}],
                "rules": [
                    {"name": "late", "when": {"clock": clock, "at": "100%"}, "do": [{"escalate": "leader"}]}
                ],
            },
        }
    )


def test_rules_about_any_clock_leave_it_alone_and_one_may_name_it():
    story, now = case(START, WORK), at("2026-10-09 12:00")
    only_stage = [one.subject for one in live_through(ruled("stage:working"), story, now).fired]
    assert only_stage == ["stage:working"]
    assert "stage:working" not in [one.subject for one in live_through(ruled("any"), story, now).fired]


def test_tests_of_a_pack_name_it_and_prove_it():
    proof = {
        "name": "work is done in a day",
        "at": "2026-10-08 10:00",
        "case": {"type": "praise"},
        "events": [{"at": "2026-10-08 11:00", "stage": "working"}],
        "expect": [{"at": "2026-10-08 11:00", "due": {"stage:working": "2026-10-09 11:00"}}],
    }
    origin = {"stages/working": ["sample/stages.yaml", 3], "stages/waiting": ["sample/stages.yaml", 9]}
    policy = Policy.load({**RAW, "tests": [proof], "origin": origin})
    assert all(one.passed for one in run_tests(policy))
    assert {one.name: one.proved for one in coverage(policy)} == {
        "stages/stage:working": True,
        "stages/stage:waiting": False,
    }


def test_a_limit_on_a_closing_stage_is_pointed_out():
    problems = found(edited("stages", "closes: true,", "closes: true, within: 1d,"))
    assert any(" P505 " in one for one in problems)
