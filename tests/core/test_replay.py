"""The fold against itself: whatever happens, one fact at a time equals all at once, and the past stays."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_policy import at, case, event, policy, received

from complaint_policy.engine.case import INTERNAL, Case, Event
from complaint_policy.engine.clocks import State, next_due, step
from complaint_policy.engine.escalation import consequences, live_through
from complaint_policy.engine.replay import replay

POLICY = policy()
START = at("2026-09-28 10:00")
KINDS = [
    "acknowledged", "communicated", "result_reported", "solution_proposed", "closed", "reopened", "withdrawn",
    "paused", "resumed", "extended", "classified", "rated", "escalated", "escalation_answered", "lowered",
    "first_feedback", "customer_message", "repriced", "moved",
]  # fmt: skip
ATTRIBUTES = {
    "complexity": st.sampled_from(["standard", "complex", "major"]),
    "type": st.sampled_from(["complaint", "inquiry", "praise"]),
    "severity": st.sampled_from(["low", "high"]),
    "channel": st.sampled_from(["chat", "phone"]),
}
attributes = st.fixed_dictionaries({}, optional=ATTRIBUTES)


def data_for(kind):
    reasons = st.sampled_from(["waiting_customer", "court", "other"])
    levels = st.sampled_from(["supervisor", "department", "management"])
    of_kind = {
        "paused": st.fixed_dictionaries({"reason": reasons}),
        "resumed": st.fixed_dictionaries({}, optional={"reason": reasons}),
        "extended": st.fixed_dictionaries(
            {
                "clock": st.sampled_from(["solution", "investigation", "legal_answer"]),
                "by": st.sampled_from(["24h", "5bd", "15cd", "4bh"]),
            }
        ),
        "classified": st.fixed_dictionaries({"set": attributes}),
        "moved": st.fixed_dictionaries({"stage": st.sampled_from(["received", "acknowledged"])}),
        "rated": st.fixed_dictionaries({"score": st.integers(1, 5)}),
        "escalated": st.fixed_dictionaries({"level": levels}),
        "lowered": st.fixed_dictionaries({}, optional={"level": levels}),
        "escalation_answered": st.fixed_dictionaries({}, optional={"level": levels}),
    }
    return of_kind.get(kind, st.just({}))


# few lengths, so that facts meet deadlines, closings and each other
GAPS = st.sampled_from([0, 0, 1, 600, 3600, 7200, 16 * 3600, 24 * 3600, 48 * 3600, 96 * 3600])


@st.composite
def histories(draw):
    """A received case and what happens to it, in order."""
    first = {"type": "complaint", "complexity": "standard", **draw(attributes)}
    facts = [Event(START, "received", {"set": first}, 0)]
    moment = START
    for number in range(1, draw(st.integers(1, 20))):
        moment += timedelta(seconds=draw(GAPS))
        kind = draw(st.sampled_from(KINDS))
        facts.append(Event(moment, kind, draw(data_for(kind)), number))
    return facts


quickly = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@quickly
@given(histories(), st.randoms())
def test_folding_one_by_one_through_json_equals_replaying_all_in_any_order(facts, chance):
    state = State()
    for fact in facts:
        stored = state.to_json()
        assert State.from_json(stored).to_json() == stored
        state = step(POLICY, State.from_json(stored), fact)
    shuffled = list(facts)
    chance.shuffle(shuffled)
    replayed = replay(POLICY, Case(tuple(shuffled)))
    assert state == replayed
    assert state.to_json() == replayed.to_json()


@quickly
@given(histories(), st.integers(0, 19))
def test_a_later_now_never_changes_the_past(facts, place):
    now = facts[min(place, len(facts) - 1)].at
    whole = Case(tuple(facts))
    early = replay(POLICY, whole, now)
    assert early == replay(POLICY, Case(tuple(fact for fact in facts if fact.at <= now)))
    late = replay(POLICY, whole)
    judged = [clock for clock in early.clocks if clock.state in ("met", "breached")]
    assert all(clock in late.clocks for clock in judged)


@quickly
@given(histories(), st.integers(0, 40), st.integers(0, 40))
def test_consequences_once_drawn_stay_drawn(facts, days, more):
    whole, now = Case(tuple(facts)), START + timedelta(days=days)
    early = consequences(POLICY, whole, now)
    late = consequences(POLICY, whole, now + timedelta(days=more))
    assert late[: len(early)] == early
    assert all(one.at > now for one in late[len(early) :])


@quickly
@given(histories(), st.integers(0, 40))
def test_consequences_are_in_order_and_each_happens_once(facts, days):
    now = START + timedelta(days=days)
    outcome = live_through(POLICY, Case(tuple(facts)), now)
    times = [one.at for one in outcome.fired]
    assert times == sorted(times)
    keys = [(one.cycle, one.rule, one.subject, one.revision) for one in outcome.fired]
    assert len(keys) == len(set(keys))
    assert outcome.next_at is None or outcome.next_at > now


@quickly
@given(histories())
def test_what_every_state_obeys(facts):
    state = State()
    for fact in facts:
        step(POLICY, state, fact)
        current = [clock for clock in state.clocks if clock.cycle == state.cycle]
        assert len({clock.name for clock in current}) == len(current)
        assert not any(clock.open for clock in state.clocks if clock.cycle != state.cycle)
        for clock in state.clocks:
            assert clock.open == (clock.ended_at is None) == (clock.ended_by is None)
            assert (clock.state == "paused") == (clock.paused_since is not None)
            if clock.state == "running":
                assert clock.due_at >= clock.started_at
            if clock.state == "met":
                assert clock.ended_at <= clock.due_at
        if state.closed_at is not None:
            assert not any(clock.open for clock in current)
        assert not INTERNAL & set(state.seen)


def test_the_stored_state_is_compact_and_names_no_default():
    state = replay(POLICY, case(received("2026-10-08 10:00"), event("2026-10-08 10:30", "acknowledged")))
    assert len(state.to_json()) < 500
    assert State.from_json(state.to_json()) == state


def test_the_next_deadline_follows_the_facts():
    facts = [received("2026-10-08 10:00"), event("2026-10-08 10:30", "acknowledged")]
    assert next_due(replay(POLICY, case(*facts[:1]))).name == "acknowledgement"
    assert next_due(replay(POLICY, case(*facts))).name == "solution"
    assert (
        next_due(replay(POLICY, case(*facts, event("2026-10-08 11:00", "paused", reason="waiting_customer"))))
        is None
    )
