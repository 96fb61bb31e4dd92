"""The ladder over random histories: what a job records one by one is the life lived from the start, and what
is stored is what the register gives, whatever comes late."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from job_life import Register
from sample_policy import sample
from test_replay import START, histories

from complaint_policy.engine.case import Case
from complaint_policy.engine.escalation import live_through, next_at
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.state import State


def rule(name, when, *do, **more):
    return {"name": name, "when": when, "do": list(do) or [{"notify": ["assignee"]}], **more}


def rich(**changes):
    """The sample with a rule of every form."""
    raw = sample(**changes)
    raw["escalation"]["rules"] += [
        rule("soon", {"clock": ["any"], "before_due": "2h"}),
        rule(
            "half",
            {"clock": ["solution"], "at": "50%"},
            {"escalate": "supervisor"},
            match={"severity": ["high"]},
        ),
        rule(
            "far", {"clock": ["any"], "after_due": "5bh"}, {"escalate": "management"}, {"raise_severity": 1}
        ),
        rule("ignored-too", {"level": "department", "unanswered": "2h"}, {"escalate": "management"}),
        rule("insists", {"event": ["customer_message", "rated"], "count": 3}, {"raise_severity": 1}),
        rule("raised", {"event": ["escalated"]}),
    ]
    return raw


POLICY = Policy.load(rich())
shorter = rich()
shorter["sla"][1]["clocks"][1]["within"] = "48h"
OTHER = Policy.load(shorter)


def repricing(fact):
    """Re-pricings go to the shorter policy and back by turns of their hour."""
    return OTHER if fact.at.hour % 2 else POLICY


many = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def apart(facts):
    """No two facts in one second: a job sees all of a second at once, a life one after the other."""
    return [replace(fact, at=fact.at + timedelta(seconds=number)) for number, fact in enumerate(facts)]


def what(fired):
    return [
        (one.at, one.rule, one.subject, one.level, one.cycle, one.revision, one.severity) for one in fired
    ]


@many
@given(histories(), st.integers(0, 40))
def test_what_a_job_records_is_the_life_lived_from_the_start(facts, days):
    facts = apart(facts)
    until = max(START + timedelta(days=days), facts[-1].at)
    register = Register(POLICY, repricing)
    register.live(facts, until)
    life = live_through(POLICY, Case(tuple(facts)), until, repricing)
    assert what(register.fired) == what(life.fired)
    assert register.state.ladder == life.state.ladder
    assert register.state.clocks == life.state.clocks
    assert register.state.attributes == life.state.attributes
    moment = next_at(register.policy, register.state)
    assert moment == life.next_at
    assert moment is None or moment > until


@many
@given(histories(), st.integers(0, 40))
def test_the_consequences_of_a_register_lived_through_again_are_those_recorded(facts, days):
    facts = apart(facts)
    until = max(START + timedelta(days=days), facts[-1].at)
    register = Register(POLICY, repricing)
    register.live(facts, until)
    again = live_through(POLICY, Case(tuple(register.facts)), until, repricing)
    key = [(one.at, one.rule, one.subject, one.cycle, one.revision) for one in register.fired]
    assert [(one.at, one.rule, one.subject, one.cycle, one.revision) for one in again.fired] == key
    assert again.state.ladder == register.state.ladder


late = st.lists(
    st.tuples(
        st.sampled_from(["job", "fact", "fact"]), st.sampled_from([0, 600, 3600, 30 * 3600, 90 * 3600])
    ),
    max_size=25,
)


@many
@given(histories(), late)
def test_stored_is_replayed_and_each_acts_once_however_late_facts_and_job_come(facts, turns):
    register, coming, now = Register(POLICY, repricing), list(facts), facts[0].at
    register.record(coming.pop(0))
    for what_, seconds in turns:
        now += timedelta(seconds=seconds)
        before = {(one.rule, one.subject, one.cycle, one.revision) for one in register.fired}
        if what_ == "job":
            register.job(now)
        elif coming:
            fact = coming.pop(0)
            if fact.at > now:
                now = fact.at
            register.record(fact)
        keys = [(one.rule, one.subject, one.cycle, one.revision) for one in register.fired]
        assert len(keys) == len(set(keys))
        assert before <= set(keys)
        replayed = register.replayed()
        stored = register.state
        replayed.last = stored.last  # the register counts on, the fold counts within a second
        assert stored == replayed
        assert State.from_json(register.stored).to_json() == register.stored


@many
@given(histories(), st.integers(1, 400))
def test_a_job_that_has_just_run_has_nothing_left_to_do(facts, hours):
    register = Register(POLICY, repricing)
    for fact in facts:
        register.record(fact)
    now = facts[-1].at + timedelta(hours=hours)
    register.job(now)
    done = len(register.fired)
    moment = next_at(register.policy, register.state)
    assert moment is None or moment > now
    register.job(now)
    assert len(register.fired) == done
