"""The ladder as the job lives it: what acts becomes facts, and the facts are all that it knows."""

from datetime import timedelta

import pytest
from job_life import Register
from sample_policy import SHANGHAI, at, case, event, received, sample

from complaint_policy.engine.clocks import State
from complaint_policy.engine.escalation import consequences, due_now, next_at
from complaint_policy.engine.policy import Policy, PolicyError

START = received("2026-10-12 10:00", severity="normal")
ACKNOWLEDGED = event("2026-10-12 10:10", "acknowledged")
# solution: due 15 October 10:00, 80 % on 14 October 19:36


def with_rules(*rules, **changes):
    levels = sample()["escalation"]["levels"]
    return Policy.load(sample(escalation={"levels": levels, "rules": list(rules)}, **changes))


def rule(name, when, *do, **more):
    return {"name": name, "when": when, "do": list(do) or [{"notify": ["assignee"]}], **more}


def lived(*facts, until, by=None):
    register = Register(by or Policy.load(sample()))
    register.live(facts, at(until))
    return register


WHENS = [
    ({"clock": ["solution"], "at": "50%"}, "13 22:00"),
    ({"clock": ["any"], "at": "100%"}, "15 10:00"),
    ({"clock": ["solution"], "after_due": "24h"}, "16 10:00"),
    ({"clock": ["solution"], "after_due": "4bh"}, "15 15:00"),
    ({"clock": ["solution"], "after_due": "2bd"}, "19 18:00"),
    ({"clock": ["solution"], "after_due": "1cd"}, "17 00:00"),
    ({"clock": ["solution"], "before_due": "2h"}, "15 08:00"),
    ({"clock": ["solution"], "before_due": "2bh"}, "14 17:00"),
    ({"clock": ["solution"], "before_due": "1bd"}, "14 18:00"),
    ({"event": ["acknowledged"]}, "12 10:10"),
]


@pytest.mark.parametrize(("when", "moment"), WHENS, ids=str)
def test_every_form_of_a_rule_acts_at_its_moment_once(when, moment):
    register = lived(START, ACKNOWLEDGED, until="2026-11-12 10:00", by=with_rules(rule("one", when)))
    subject = when["event"][0] if "event" in when else "solution"
    assert register.lines(SHANGHAI) == [f"one {subject} {moment}"]
    assert next_at(register.policy, register.state) is None


def test_what_raises_nothing_is_recorded_as_acted_and_what_raises_as_escalated():
    register = lived(START, ACKNOWLEDGED, until="2026-10-15 10:00")
    told = [(fact.kind, dict(fact.data)) for fact in register.facts[2:]]
    of = {"subject": "solution", "revision": 0, "cycle": 1}
    assert told == [
        ("acted", {"rule": "warn", **of}),
        ("escalated", {"rule": "late", "level": "supervisor", **of}),
    ]


def test_unanswered_time_counts_from_when_the_level_was_raised_indeed():
    register = Register(Policy.load(sample()))
    for fact in (START, ACKNOWLEDGED):
        register.record(fact)
    register.job(at("2026-10-15 14:00"))  # four hours late
    assert register.state.ladder.unanswered == [("supervisor", at("2026-10-15 14:00"), "solution")]
    register.job(at("2026-10-15 17:59"))
    assert [one.rule for one in register.fired] == ["warn", "late"]
    assert next_at(register.policy, register.state) == at("2026-10-15 18:00")  # not 15:00
    register.job(at("2026-10-15 18:00"))
    assert [one.rule for one in register.fired] == ["warn", "late", "ignored"]


def test_after_an_outage_everything_acts_in_the_order_of_its_moments_and_says_when_it_should_have():
    register = Register(Policy.load(sample()))
    register.record(START)
    register.job(at("2026-10-16 12:00"))
    assert [(one.rule, one.subject) for one in register.fired] == [
        ("warn", "acknowledgement"),
        ("late", "acknowledgement"),
        ("warn", "solution"),
        ("late", "solution"),
        ("later", "solution"),
    ]
    assert [one.planned for one in register.fired] == [
        at("2026-10-12 10:48"),
        at("2026-10-12 11:00"),
        at("2026-10-14 19:36"),
        at("2026-10-15 10:00"),
        at("2026-10-16 10:00"),
    ]
    assert {one.at for one in register.fired} == {at("2026-10-16 12:00")}
    assert register.facts[-1].data["planned"] == at("2026-10-16 10:00").timestamp()


def test_a_deadline_missed_while_the_job_was_away_is_not_forgotten_when_the_clock_ends():
    register = Register(Policy.load(sample()))
    for fact in (START, ACKNOWLEDGED, event("2026-10-15 12:00", "solution_proposed")):
        register.record(fact)
    assert next_at(register.policy, register.state) == at("2026-10-15 10:00")
    register.job(at("2026-10-15 12:01"))
    assert [one.rule for one in register.fired] == ["late"]  # the warning has nothing to warn of any more


def test_a_case_that_is_over_is_left_alone():
    register = Register(Policy.load(sample()))
    for fact in (START, ACKNOWLEDGED, event("2026-10-20 12:00", "withdrawn")):
        register.record(fact)
    assert next_at(register.policy, register.state) is None
    assert due_now(register.policy, register.state, at("2026-11-01 10:00")) == []


def test_a_customer_unhappy_after_the_end_is_heard_all_the_same():
    facts = (START, event("2026-10-12 11:00", "closed"), event("2026-10-13 10:00", "rated", score=1))
    register = lived(*facts, until="2026-10-13 10:00")
    assert [one.rule for one in register.fired][-1:] == ["very-unhappy"]


def test_looking_does_not_change_the_case():
    register = Register(Policy.load(sample()))
    register.record(START)
    before = register.stored
    assert len(due_now(register.policy, register.state, at("2026-10-16 12:00"))) == 5
    assert register.state.to_json() == before


def test_severity_is_raised_once_and_the_register_says_by_which_rule():
    register = lived(START, ACKNOWLEDGED, until="2026-10-30 10:00")
    raised = [fact for fact in register.facts if fact.kind == "classified"]
    assert [(fact.data["rule"], fact.data["set"]) for fact in raised] == [("later", {"severity": "high"})]
    assert register.replayed().attributes["severity"] == "high"
    assert [one.severity for one in register.fired if one.rule == "later"] == ["high"]


def test_a_fact_that_comes_late_takes_back_no_consequence():
    register = lived(START, ACKNOWLEDGED, until="2026-10-15 12:00")
    register.record(event("2026-10-15 09:00", "solution_proposed"))
    assert register.state.clock("solution").state == "met"
    assert register.state.ladder.level == "supervisor"
    assert [fact.kind for fact in register.facts][-3:] == ["acted", "escalated", "solution_proposed"]
    assert next_at(register.policy, register.state) == at("2026-10-15 15:00")  # the team leader has to answer


def test_an_extension_is_watched_anew():
    register = lived(
        START,
        ACKNOWLEDGED,
        event("2026-10-15 10:30", "extended", clock="solution", by="48h"),
        until="2026-10-17 10:00",
    )
    late = [(one.revision, one.at) for one in register.fired if one.rule == "late"]
    assert late == [(0, at("2026-10-15 10:00")), (1, at("2026-10-17 10:00"))]


def test_repricing_to_another_deadline_is_watched_anew_and_to_the_same_is_not():
    raw = sample()
    raw["sla"][1]["clocks"][1]["within"] = "96h"
    for new, times in ((Policy.load(raw), 2), (Policy.load(sample()), 1)):
        register = Register(Policy.load(sample()), lambda fact, new=new: new)
        facts = (START, ACKNOWLEDGED, event("2026-10-15 10:30", "repriced"))
        register.live(facts, at("2026-10-16 12:00"))
        assert sum(one.rule == "late" for one in register.fired) == times


# -- timed messages --------------------------------------------------------------------------------------

MESSAGES = [
    {"name": "delay", "before_due": "2h", "clocks": ["solution"], "unless": {"severity": ["low"]}},
    {"name": "acknowledgement", "on": ["acknowledged"]},
]


def test_b14_a_timed_message_goes_out_before_the_deadline_once_and_no_policy_test_sees_it():
    by = with_rules(messages={"messages": MESSAGES})
    register = lived(START, ACKNOWLEDGED, until="2026-10-20 10:00", by=by)
    assert register.lines(SHANGHAI) == ["message:delay solution 15 08:00"]
    assert register.fired[0].do == ({"message": "delay"},)
    assert consequences(by, case(START, ACKNOWLEDGED), at("2026-10-20 10:00")) == []
    assert consequences(by, case(*register.facts), at("2026-10-20 10:00")) == []


def test_a_timed_message_asks_for_its_match_and_is_not_sent_once_the_promise_is_kept():
    by = with_rules(messages={"messages": MESSAGES})
    calm = received("2026-10-12 10:00", severity="low")
    assert lived(calm, ACKNOWLEDGED, until="2026-10-20 10:00", by=by).fired == []
    solved = event("2026-10-15 07:59", "solution_proposed")
    assert lived(START, ACKNOWLEDGED, solved, until="2026-10-20 10:00", by=by).fired == []


def test_a_timed_message_that_cannot_be_read_is_named():
    with pytest.raises(PolicyError, match=r"messages\[0\]\.before_due"):
        with_rules(messages={"messages": [{"name": "delay", "before_due": "soon"}]})


# -- what is stored --------------------------------------------------------------------------------------


def test_a_state_without_a_ladder_is_read_as_one_on_which_nothing_has_acted():
    register = lived(START, until="2026-10-12 10:00")
    data = register.state.to_json().replace('"ladder":{},', "")
    assert '"ladder"' not in data
    assert State.from_json(data) == register.state


def test_the_ladder_of_a_quiet_case_takes_no_room():
    register = lived(START, ACKNOWLEDGED, until="2026-10-12 11:00")
    assert '"ladder":{}' in register.stored
    register.wait_until(at("2026-10-16 10:00") + timedelta(seconds=1))
    assert len(register.state.to_json()) < 700
