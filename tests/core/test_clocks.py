"""How facts become clocks: one sentence of the contract, one test."""

import pytest
from sample_policy import SHANGHAI, at, case, event, policy, received, sample

from complaint_policy.engine.clocks import State, next_due
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay

POLICY = policy()


def after(*events, now=None, by=POLICY):
    return replay(by, case(*events), at(now) if now else None)


def short(clock):
    """(state, due, ended by) with local times."""
    due = clock.due_at and f"{clock.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"
    return (clock.state, due, clock.ended_by)


def names(state):
    return [clock.name for clock in state.clocks]


# -- start and end ---------------------------------------------------------------------------------------


def test_receipt_chooses_the_policy_and_starts_its_clocks():
    state = after(received("2026-10-08 10:00"))
    assert (state.sla, state.cycle, names(state)) == ("standard", 1, ["acknowledgement", "solution"])
    assert short(state.clocks[0]) == ("running", "10-08 11:00", None)
    assert state.clocks[0].within == "1h"


def test_a_clock_ends_met_at_its_very_deadline_and_breached_a_second_later():
    intime = after(received("2026-10-08 10:00"), event("2026-10-08 11:00", "acknowledged"))
    late = after(received("2026-10-08 10:00"), event("2026-10-08 11:00:01", "acknowledged"))
    assert short(intime.clocks[0]) == ("met", "10-08 11:00", "acknowledged")
    assert short(late.clocks[0]) == ("breached", "10-08 11:00", "acknowledged")


def test_a_running_clock_past_its_deadline_is_late_but_open():
    clock = after(received("2026-10-08 10:00")).clocks[0]
    assert not clock.late(at("2026-10-08 11:00"))
    assert clock.late(at("2026-10-08 11:00:01"))
    assert clock.state == "running"


def test_only_the_first_end_counts():
    state = after(
        received("2026-10-08 10:00"),
        event("2026-10-08 10:30", "acknowledged"),
        event("2026-10-08 12:00", "acknowledged"),
    )
    assert state.clocks[0].ended_at == at("2026-10-08 10:30")


def test_a_later_event_starts_its_own_clock():
    state = after(
        received("2026-10-08 10:00", complexity="complex"), event("2026-10-09 10:00", "result_reported")
    )
    assert short(state.clock("feedback")) == ("running", "10-10 10:00", None)


def test_an_end_before_the_start_does_not_end_a_clock():
    state = after(
        received("2026-10-08 10:00", complexity="complex"),
        event("2026-10-08 12:00", "communicated"),
        event("2026-10-09 10:00", "result_reported"),
    )
    assert state.clock("feedback").state == "running"
    assert state.clock("investigation").state == "met"


def test_a_start_and_an_end_in_the_same_second_are_a_clock_met_at_once():
    state = after(
        received("2026-10-08 10:00", complexity="complex"),
        event("2026-10-09 10:00", "result_reported"),
        event("2026-10-09 10:00", "communicated"),
    )
    assert short(state.clock("feedback")) == ("met", "10-10 10:00", "communicated")


def test_a_clock_with_its_own_condition_runs_only_where_it_fits():
    chat = after(event("2026-10-08 10:00", "received", attributes={"type": "inquiry", "channel": "chat"}))
    mail = after(event("2026-10-08 10:00", "received", attributes={"type": "inquiry", "channel": "email"}))
    assert names(chat) == ["chat_reply", "response"]
    assert names(mail) == ["response"]


def test_the_next_deadline_is_that_of_a_promise_not_of_a_measurement():
    chat = after(event("2026-10-08 10:00", "received", attributes={"type": "inquiry", "channel": "chat"}))
    assert next_due(chat).name == "response"
    assert next_due(State()) is None


def test_a_case_that_no_policy_fits_has_no_clocks():
    state = after(event("2026-10-08 10:00", "received", attributes={"type": "praise"}))
    assert (state.sla, state.clocks) == (None, [])


# -- pauses ----------------------------------------------------------------------------------------------


def waiting(start, end=None, reason="waiting_customer"):
    events = [event(start, "paused", reason=reason)]
    return events if end is None else [*events, event(end, "resumed", reason=reason)]


def test_a_paused_clock_has_no_deadline():
    clock = after(received("2026-10-08 10:00"), *waiting("2026-10-08 12:00")).clock("solution")
    assert short(clock) == ("paused", None, None)
    assert clock.paused_since == at("2026-10-08 12:00")


def test_a_pause_shifts_the_deadline_by_its_length():
    state = after(received("2026-10-08 10:00"), *waiting("2026-10-08 12:00", "2026-10-08 15:00"))
    assert short(state.clock("solution")) == ("running", "10-11 13:00", None)


def test_a_pause_concerns_only_the_clocks_that_name_its_reason():
    state = after(received("2026-10-08 10:00"), *waiting("2026-10-08 10:30"))
    assert state.clock("acknowledgement").state == "running"
    other = after(received("2026-10-08 10:00"), *waiting("2026-10-08 10:30", reason="waiting_third_party"))
    assert other.clock("solution").state == "running"


def test_a_statutory_clock_stops_only_for_its_lawful_reasons():
    start = received("2026-10-08 10:00", complexity="complex")
    assert after(start, *waiting("2026-10-09 10:00")).clock("legal_answer").state == "running"
    assert after(start, *waiting("2026-10-09 10:00", reason="court")).clock("legal_answer").state == "paused"


def test_a_clock_already_late_is_not_paused():
    state = after(received("2026-10-08 10:00"), *waiting("2026-10-11 10:00:01"))
    assert short(state.clock("solution")) == ("running", "10-11 10:00", None)


def test_a_clock_at_its_deadline_is_paused():
    assert (
        after(received("2026-10-08 10:00"), *waiting("2026-10-11 10:00")).clock("solution").state == "paused"
    )


def test_the_same_reason_twice_is_one_pause():
    state = after(
        received("2026-10-08 10:00"),
        *waiting("2026-10-08 12:00"),
        *waiting("2026-10-08 13:00"),
        event("2026-10-08 15:00", "resumed"),
    )
    assert len(state.pauses) == 1
    assert short(state.clock("solution")) == ("running", "10-11 13:00", None)


def test_resuming_one_reason_leaves_the_other():
    raw = sample()
    raw["sla"][1]["clocks"][1]["pause"] = ["waiting_customer", "court"]
    events = [
        received("2026-10-08 10:00"),
        *waiting("2026-10-08 12:00"),
        *waiting("2026-10-08 13:00", reason="court"),
    ]
    one = after(*events, event("2026-10-08 14:00", "resumed", reason="waiting_customer"), by=Policy.load(raw))
    assert one.clock("solution").state == "paused"
    assert one.clock("solution").paused_since == at("2026-10-08 12:00")  # it has stood still since then
    both = after(*events, event("2026-10-08 14:00", "resumed"), by=Policy.load(raw))
    assert short(both.clock("solution")) == ("running", "10-11 12:00", None)


def test_a_pause_that_began_before_a_clock_holds_it_from_its_start():
    raw = sample()
    raw["sla"][0]["clocks"][3]["pause"] = ["waiting_customer"]
    state = after(
        received("2026-10-08 10:00", complexity="complex"),
        *waiting("2026-10-08 12:00"),
        event("2026-10-09 10:00", "result_reported"),
        by=Policy.load(raw),
    )
    assert state.clock("feedback").paused_since == at("2026-10-09 10:00")


def test_an_answer_in_a_pause_is_in_time():
    state = after(
        received("2026-10-08 10:00"),
        *waiting("2026-10-11 09:00"),
        event("2026-10-20 10:00", "solution_proposed"),
    )
    assert short(state.clock("solution")) == ("met", "10-20 11:00", "solution_proposed")


# -- extensions ------------------------------------------------------------------------------------------


def test_an_extension_moves_the_deadline_of_its_clock_only():
    state = after(
        received("2026-10-08 10:00", complexity="complex"),
        event("2026-10-12 10:00", "extended", clock="legal_answer", by="15cd"),
    )
    assert short(state.clock("legal_answer"))[1] == "11-08 00:00"
    assert short(state.clock("investigation"))[1] == "10-14 18:00"


# -- changes of category ---------------------------------------------------------------------------------


def complex_now(text):
    return event(text, "classified", attributes={"complexity": "complex"})


def simple_now(text):
    return event(text, "classified", attributes={"complexity": "standard"})


def test_a_change_retimes_running_clocks_with_the_time_used():
    raw = sample()
    raw["sla"][0]["clocks"][0]["within"] = "2h"
    state = after(received("2026-10-08 10:00"), complex_now("2026-10-08 10:30"), by=Policy.load(raw))
    clock = state.clock("acknowledgement")
    assert (clock.sla, clock.started_at) == ("complex", at("2026-10-08 10:00"))
    assert short(clock) == ("running", "10-08 12:00", None)


def test_a_change_starts_the_clocks_of_the_new_policy_from_the_facts():
    state = after(received("2026-10-08 10:00"), complex_now("2026-10-09 10:00"))
    assert state.clock("investigation").started_at == at("2026-10-08 10:00")
    assert short(state.clock("investigation")) == ("running", "10-14 18:00", None)


def test_pauses_before_a_change_count_for_the_new_clocks():
    state = after(
        received("2026-10-08 10:00"),
        *waiting("2026-10-09 17:00", "2026-10-10 10:00"),
        complex_now("2026-10-10 11:00"),
    )
    assert short(state.clock("investigation")) == ("running", "10-15 18:00", None)


def test_an_ended_clock_stays_as_it_was_judged():
    raw = sample()
    raw["sla"][0]["clocks"][0]["within"] = "1m"
    state = after(
        received("2026-10-08 10:00"),
        event("2026-10-08 10:30", "acknowledged"),
        complex_now("2026-10-08 11:00"),
        by=Policy.load(raw),
    )
    assert (state.clock("acknowledgement").sla, state.clock("acknowledgement").state) == ("standard", "met")


def test_a_clock_that_the_new_policy_does_not_have_is_cancelled_or_breached():
    early = after(received("2026-10-08 10:00"), complex_now("2026-10-09 10:00"))
    late = after(received("2026-10-08 10:00"), complex_now("2026-10-12 10:00"))
    assert short(early.clock("solution")) == ("cancelled", "10-11 10:00", "reclassified")
    assert short(late.clock("solution")) == ("breached", "10-11 10:00", "reclassified")


def test_a_clock_cancelled_by_a_change_comes_back_with_it():
    state = after(
        received("2026-10-08 10:00"), complex_now("2026-10-09 10:00"), simple_now("2026-10-09 11:00")
    )
    assert short(state.clock("solution")) == ("running", "10-11 10:00", None)
    assert names(state).count("solution") == 1
    assert state.clock("investigation").state == "cancelled"


def test_a_clock_breached_by_a_change_does_not_come_back():
    state = after(
        received("2026-10-08 10:00"), complex_now("2026-10-12 10:00"), simple_now("2026-10-12 11:00")
    )
    assert state.clock("solution").state == "breached"


def test_a_change_of_what_no_rule_asks_for_changes_no_clock():
    before = after(received("2026-10-08 10:00")).clocks
    now = after(received("2026-10-08 10:00"), event("2026-10-12 11:00", "assigned", attributes={"team": "X"}))
    assert now.clocks == before
    assert now.attributes["team"] == "X"


# -- the end of a case -----------------------------------------------------------------------------------


def test_closing_meets_what_is_in_time_and_breaches_what_is_late():
    state = after(received("2026-10-08 10:00"), event("2026-10-08 12:00", "closed"))
    assert short(state.clock("acknowledgement")) == ("breached", "10-08 11:00", "closed")
    assert short(state.clock("solution")) == ("met", "10-11 10:00", "closed")
    assert state.closed_at == at("2026-10-08 12:00")


@pytest.mark.parametrize("kind", ["withdrawn", "referred"])
def test_a_withdrawal_or_referral_cancels_what_is_in_time(kind):
    state = after(received("2026-10-08 10:00"), event("2026-10-08 12:00", kind))
    assert [clock.state for clock in state.clocks] == ["breached", "cancelled"]
    assert {clock.ended_by for clock in state.clocks} == {kind}


def test_closing_in_a_pause_is_in_time():
    state = after(
        received("2026-10-08 10:00"), *waiting("2026-10-09 10:00"), event("2026-11-08 12:00", "closed")
    )
    assert short(state.clock("solution")) == ("met", "11-10 12:00", "closed")


def test_nothing_starts_while_the_case_is_closed():
    state = after(
        received("2026-10-08 10:00", complexity="complex"),
        event("2026-10-08 12:00", "closed"),
        event("2026-10-08 13:00", "result_reported"),
        simple_now("2026-10-08 14:00"),
    )
    assert names(state) == ["acknowledgement", "investigation", "legal_answer"]
    assert not any(clock.open for clock in state.clocks)


def test_a_clock_that_would_start_with_the_end_does_not_start():
    raw = sample()
    raw["sla"][1]["clocks"].append(
        {"name": "afterwards", "from": ["closed"], "until": ["rated"], "within": "7d"}
    )
    state = after(received("2026-10-08 10:00"), event("2026-10-08 12:00", "closed"), by=Policy.load(raw))
    assert "afterwards" not in names(state)
