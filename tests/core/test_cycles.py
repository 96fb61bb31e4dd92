"""Cycles, another release, and the order of the fold."""

import pytest
from sample_policy import SHANGHAI, at, case, event, policy, received, sample

from complaint_policy.engine.case import Event
from complaint_policy.engine.clocks import OutOfOrder, step
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay

POLICY = policy()


def after(*events, by=POLICY):
    return replay(by, case(*events))


def due(clock):
    return f"{clock.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"


# -- cycles ----------------------------------------------------------------------------------------------


def test_reopening_starts_a_new_cycle_with_the_clocks_that_name_it():
    state = after(
        received("2026-10-08 10:00"),
        event("2026-10-09 10:00", "closed"),
        event("2026-10-12 10:00", "reopened"),
    )
    assert (state.cycle, state.closed_at) == (2, None)
    assert [(clock.cycle, clock.name, clock.state) for clock in state.clocks] == [
        (1, "acknowledgement", "breached"),
        (1, "solution", "met"),
        (2, "solution", "running"),
    ]
    assert state.clock("solution").started_at == at("2026-10-12 10:00")


def test_reopening_an_open_case_ends_its_clocks():
    state = after(received("2026-10-08 10:00"), event("2026-10-08 12:00", "reopened"))
    assert [clock.state for clock in state.clocks[:2]] == ["breached", "cancelled"]
    assert {clock.ended_by for clock in state.clocks[:2]} == {"reopened"}


def test_pauses_and_extensions_belong_to_their_cycle():
    state = after(
        received("2026-10-08 10:00"),
        event("2026-10-08 11:00", "paused", reason="waiting_customer"),
        event("2026-10-08 12:00", "extended", clock="solution", by="24h"),
        event("2026-10-09 10:00", "closed"),
        event("2026-10-12 10:00", "reopened"),
    )
    assert (state.clock("solution").state, due(state.clock("solution"))) == ("running", "10-15 10:00")


def test_the_cycle_may_choose_another_policy():
    raw = sample()
    raw["sla"].insert(0, {**raw["sla"][1], "name": "again", "match": {"cycle": {"min": 2}}})
    state = after(received("2026-10-08 10:00"), event("2026-10-09 10:00", "reopened"), by=Policy.load(raw))
    assert (state.sla, state.clock("solution").sla) == ("again", "again")


# -- another release -------------------------------------------------------------------------------------


def repriced(events, raw, text="2026-10-09 10:00"):
    new = Policy.load(raw)
    return replay(POLICY, case(*events, event(text, "repriced")), repricing=lambda fact: new)


def test_repricing_retimes_open_clocks_and_keeps_ended_ones():
    raw = sample()
    for clock in raw["sla"][1]["clocks"]:
        clock["within"] = "24h"
    state = repriced([received("2026-10-08 10:00"), event("2026-10-08 10:30", "acknowledged")], raw)
    assert due(state.clock("acknowledgement")) == "10-08 11:00"
    assert due(state.clock("solution")) == "10-09 10:00"


def test_repricing_ends_clocks_that_are_gone():
    raw = sample()
    del raw["sla"][1]["clocks"][1]
    state = repriced([received("2026-10-08 10:00")], raw)
    assert (state.clock("solution").state, state.clock("solution").ended_by) == ("cancelled", "repriced")


# -- the fold itself -------------------------------------------------------------------------------------


def test_a_fact_before_the_newest_one_is_refused_and_changes_nothing():
    state = after(received("2026-10-08 10:00"))
    stored = state.to_json()
    with pytest.raises(OutOfOrder):
        step(POLICY, state, event("2026-10-08 09:59", "acknowledged"))
    assert state.to_json() == stored


def test_facts_of_the_same_second_are_ordered_by_their_number():
    start = received("2026-10-08 10:00")
    closed = Event(start.at, "closed", {}, 2)
    reopened = Event(start.at, "reopened", {}, 3)
    state = replay(POLICY, case(reopened, closed, Event(start.at, "received", start.data, 1)))
    assert (state.cycle, state.closed_at) == (2, None)
    with pytest.raises(OutOfOrder):
        step(POLICY, state, Event(start.at, "closed", {}, 1))


def test_the_stage_is_a_fact():
    state = after(received("2026-10-08 10:00"), event("2026-10-08 10:10", "moved", stage="investigating"))
    assert state.stage == "investigating"


@pytest.mark.parametrize(
    "arguments",
    [
        (at("2026-10-08 10:00"), "guessed"),
        (at("2026-10-08 10:00").replace(tzinfo=None), "received"),
        (at("2026-10-08 10:00").replace(microsecond=5), "received"),
    ],
)
def test_what_is_no_fact_is_refused(arguments):
    with pytest.raises(ValueError):
        Event(*arguments)
