"""What escalation rules do, and when."""

from sample_policy import SHANGHAI, at, case, event, policy, received, sample

from complaint_policy.engine.escalation import consequences, live_through
from complaint_policy.engine.policy import Policy

POLICY = policy()


def fired(*events, now, by=POLICY, repricing=None):
    """ "rule subject day time" of all that acted."""
    return [
        f"{one.rule} {one.subject} {one.at.astimezone(SHANGHAI):%d %H:%M}"
        for one in consequences(by, case(*events), at(now), repricing)
    ]


def level(*events, now):
    return live_through(POLICY, case(*events), at(now)).level


START = received("2026-10-12 10:00")
ACKNOWLEDGED = event("2026-10-12 10:10", "acknowledged")
# solution: due 15 October 10:00, 80 % on 14 October 19:36


def rule(name, when, *do, **more):
    return {"name": name, "when": when, "do": list(do), **more}


def with_rules(*rules):
    return Policy.load(sample(escalation={"levels": sample()["escalation"]["levels"], "rules": list(rules)}))


# -- clocks ----------------------------------------------------------------------------------------------


def test_a_share_acts_at_its_moment_and_not_before():
    assert fired(START, ACKNOWLEDGED, now="2026-10-14 19:35") == []
    assert fired(START, ACKNOWLEDGED, now="2026-10-14 19:36") == ["warn solution 14 19:36"]


def test_the_whole_ladder_in_order():
    assert fired(START, ACKNOWLEDGED, now="2026-10-16 10:00") == [
        "warn solution 14 19:36",
        "late solution 15 10:00",
        "ignored solution 15 15:00",
        "later solution 16 10:00",
    ]


def test_a_clock_met_in_time_raises_nothing():
    solved = event("2026-10-15 10:00", "solution_proposed")
    assert fired(START, ACKNOWLEDGED, solved, now="2026-11-01 10:00") == ["warn solution 14 19:36"]


def test_a_clock_that_ends_late_stops_what_was_still_to_come():
    solved = event("2026-10-15 12:00", "solution_proposed")
    lines = fired(START, ACKNOWLEDGED, solved, now="2026-11-01 10:00")
    assert lines == ["warn solution 14 19:36", "late solution 15 10:00", "ignored solution 15 15:00"]


def test_a_pause_moves_the_moments():
    pause = event("2026-10-12 12:00", "paused", reason="waiting_customer")
    resume = event("2026-10-13 12:00", "resumed")
    assert fired(START, ACKNOWLEDGED, pause, now="2026-12-01 10:00") == []
    lines = fired(START, ACKNOWLEDGED, pause, resume, now="2026-10-16 09:59")
    assert lines == ["warn solution 15 19:36"]


def test_a_clock_that_is_only_measured_raises_nothing():
    chat = event("2026-10-12 10:00", "received", attributes={"type": "inquiry", "channel": "chat"})
    assert {line.split()[1] for line in fired(chat, now="2026-10-20 10:00")} == {"response"}


def test_before_due_acts_with_that_much_time_left():
    by = with_rules(rule("soon", {"clock": ["solution"], "before_due": "2h"}, {"notify": ["assignee"]}))
    assert fired(START, now="2026-10-15 08:00", by=by) == ["soon solution 15 08:00"]


def test_a_moment_that_has_passed_when_the_clock_comes_is_now():
    change = event("2026-10-21 12:00", "classified", attributes={"complexity": "standard"})
    slow = received("2026-10-12 10:00", complexity="complex")
    lines = fired(slow, ACKNOWLEDGED, change, now="2026-10-21 12:00")
    assert lines[-3:] == ["warn solution 21 12:00", "late solution 21 12:00", "later solution 21 12:00"]


def test_a_rule_acts_once_for_a_clock_however_often_it_is_retimed():
    changes = [
        event(f"2026-10-15 {hour}:00", "classified", attributes={"type": "complaint"})
        for hour in (12, 13, 14)
    ]
    lines = fired(START, ACKNOWLEDGED, *changes, now="2026-10-15 14:30")
    assert lines == ["warn solution 14 19:36", "late solution 15 10:00"]


def test_an_extension_is_a_new_promise_that_is_watched_anew():
    extended = event("2026-10-15 12:00", "extended", clock="solution", by="48h")
    outcome = live_through(POLICY, case(START, ACKNOWLEDGED, extended), at("2026-10-17 10:00"))
    late = [one for one in outcome.fired if one.rule == "late"]
    assert [(one.at, one.revision) for one in late] == [
        (at("2026-10-15 10:00"), 0),
        (at("2026-10-17 10:00"), 1),
    ]


def test_revisions_are_counted_within_a_cycle():
    facts = [
        event("2026-10-12 11:00", "extended", clock="solution", by="48h"),
        event("2026-10-12 12:00", "closed"),
        event("2026-10-13 10:00", "reopened"),
    ]
    late = consequences(POLICY, case(START, ACKNOWLEDGED, *facts), at("2026-10-16 10:00"))[-1]
    assert (late.rule, late.cycle, late.revision) == ("late", 2, 0)


def test_repricing_watches_anew_only_what_it_moved():
    raw = sample()
    raw["sla"][1]["clocks"][1]["within"] = "96h"
    new, same = Policy.load(raw), policy()
    facts = [START, ACKNOWLEDGED, event("2026-10-15 12:00", "repriced")]
    moved = fired(*facts, now="2026-10-16 10:00", repricing=lambda fact: new)
    kept = fired(*facts, now="2026-10-15 12:00", repricing=lambda fact: same)
    assert moved[-1] == "late solution 16 10:00"
    assert kept == ["warn solution 14 19:36", "late solution 15 10:00"]


def test_the_condition_of_a_rule_is_asked_when_it_acts():
    by = with_rules(
        rule("vip", {"clock": ["any"], "at": "100%"}, {"escalate": "supervisor"}, match={"tier": ["vip"]})
    )
    vip = event("2026-10-16 12:00", "classified", attributes={"tier": "vip"})
    assert fired(START, ACKNOWLEDGED, now="2026-10-20 10:00", by=by) == []
    assert fired(START, ACKNOWLEDGED, vip, now="2026-10-20 10:00", by=by) == ["vip solution 16 12:00"]


# -- events ----------------------------------------------------------------------------------------------


def test_a_low_score_escalates_and_a_high_one_does_not():
    closed = event("2026-10-12 11:00", "closed")
    assert fired(START, closed, event("2026-10-13 10:00", "rated", score=3), now="2026-10-14 10:00")[1:] == []
    low = event("2026-10-13 10:00", "rated", score=2)
    assert "very-unhappy rated 13 10:00" in fired(START, closed, low, now="2026-10-14 10:00")


def test_a_count_is_over_the_whole_life_of_the_case():
    facts = [START, event("2026-10-12 10:20", "closed"), event("2026-10-12 10:30", "reopened")]
    assert "reopened-twice" not in str(fired(*facts, now="2026-10-12 10:40"))
    facts += [event("2026-10-12 10:40", "closed"), event("2026-10-12 10:50", "reopened")]
    assert fired(*facts, now="2026-10-12 10:50") == ["reopened-twice reopened 12 10:50"]
    assert level(*facts, now="2026-10-12 10:50") == "management"


def test_the_third_time_is_more_than_the_second_and_acts_in_its_own_cycle():
    facts = [START]
    for hour in (11, 12, 13):
        facts += [event(f"2026-10-12 {hour}:00", "closed"), event(f"2026-10-12 {hour}:30", "reopened")]
    lines = fired(*facts, now="2026-10-12 13:30")
    assert [line for line in lines if "twice" in line] == [
        "reopened-twice reopened 12 12:30",
        "reopened-twice reopened 12 13:30",
    ]


def test_the_same_event_twice_in_a_cycle_acts_once():
    facts = [START, *(event(f"2026-10-12 10:{minute}", "rated", score=1) for minute in (10, 20))]
    assert fired(*facts, now="2026-10-12 10:30") == ["very-unhappy rated 12 10:10"]


# -- levels ----------------------------------------------------------------------------------------------


def test_an_answer_stops_the_next_level():
    answer = event("2026-10-15 14:59", "escalation_answered")
    lines = fired(START, ACKNOWLEDGED, answer, now="2026-10-16 09:59")
    assert lines == ["warn solution 14 19:36", "late solution 15 10:00"]


def test_an_answer_at_the_very_moment_is_in_time():
    answer = event("2026-10-15 15:00", "escalation_answered")
    assert "ignored solution 15 15:00" not in fired(START, ACKNOWLEDGED, answer, now="2026-10-16 09:59")


def test_an_answer_of_a_lower_level_does_not_answer_a_higher_one():
    by = with_rules(
        rule("late", {"clock": ["any"], "at": "100%"}, {"escalate": "department"}),
        rule("ignored", {"level": "department", "unanswered": "4bh"}, {"escalate": "management"}),
    )
    answer = event("2026-10-15 11:00", "escalation_answered", level="supervisor")
    lines = fired(START, ACKNOWLEDGED, answer, now="2026-10-16 10:00", by=by)
    assert lines == ["late solution 15 10:00", "ignored solution 15 15:00"]


def test_escalating_to_a_level_already_reached_is_listed_and_raises_nothing():
    outcome = live_through(POLICY, case(START, ACKNOWLEDGED), at("2026-10-16 10:00"))
    assert [(one.rule, one.level) for one in outcome.fired] == [
        ("warn", None),
        ("late", "supervisor"),
        ("ignored", "department"),
        ("later", None),
    ]
    assert outcome.level == "department"


def test_escalating_by_hand_counts_like_a_rule():
    by_hand = event("2026-10-12 11:00", "escalated", level="supervisor")
    lines = fired(START, ACKNOWLEDGED, by_hand, now="2026-10-12 16:00")
    assert lines == ["ignored escalated 12 16:00"]


def test_the_record_of_a_consequence_changes_nothing():
    record = event("2026-10-15 10:03", "escalated", level="supervisor", rule="late", subject="solution")
    now = "2026-10-16 10:00"
    assert fired(START, ACKNOWLEDGED, record, now=now) == fired(START, ACKNOWLEDGED, now=now)


def test_lowering_makes_room_for_a_new_escalation():
    lowered = event("2026-10-15 10:30", "lowered")
    unhappy = event("2026-10-15 11:00", "rated", score=1)
    assert level(START, ACKNOWLEDGED, lowered, now="2026-10-15 10:30") is None
    outcome = live_through(POLICY, case(START, ACKNOWLEDGED, lowered, unhappy), at("2026-10-15 16:00"))
    assert [(one.rule, one.subject, one.level) for one in outcome.fired[-2:]] == [
        ("very-unhappy", "rated", "supervisor"),
        ("ignored", "rated", "department"),
    ]


def test_a_closed_case_is_left_in_peace():
    closed = event("2026-10-15 10:30", "closed")
    assert fired(START, ACKNOWLEDGED, closed, now="2026-12-01 10:00")[1:] == ["late solution 15 10:00"]


def test_a_reopened_case_starts_without_a_level():
    facts = [START, ACKNOWLEDGED, event("2026-10-16 10:30", "closed"), event("2026-10-19 10:00", "reopened")]
    assert level(*facts, now="2026-10-16 10:30") == "department"
    assert level(*facts, now="2026-10-19 10:00") is None
    assert fired(*facts, now="2026-10-22 10:00")[-1] == "late solution 22 10:00"


# -- severity --------------------------------------------------------------------------------------------


def severity(*events, now, by=POLICY):
    return live_through(by, case(*events), at(now)).state.attributes.get("severity")


def test_raising_the_severity_takes_effect_at_once():
    start = received("2026-10-12 10:00", severity="normal")
    assert severity(start, ACKNOWLEDGED, now="2026-10-16 09:59") == "normal"
    assert severity(start, ACKNOWLEDGED, now="2026-10-16 10:00") == "high"


def test_a_raised_severity_may_choose_another_policy():
    raw = sample()
    raw["sla"].insert(0, {"name": "hot", "match": {"severity": ["high"]}, "clocks": []})
    outcome = live_through(
        Policy.load(raw),
        case(received("2026-10-12 10:00", severity="normal"), ACKNOWLEDGED),
        at("2026-10-16 10:00"),
    )
    assert outcome.state.sla == "hot"
    assert outcome.state.clock("solution").ended_by == "reclassified"


def test_the_recorded_raise_is_not_raised_again():
    start = received("2026-10-12 10:00", severity="normal")
    for moment in ("2026-10-16 10:00", "2026-10-16 10:02"):
        record = event(
            moment, "classified", attributes={"severity": "high"}, rule="later", subject="solution"
        )
        assert severity(start, ACKNOWLEDGED, record, now="2026-10-17 10:00") == "high"


# -- what comes next -------------------------------------------------------------------------------------


def next_at(*events, now):
    moment = live_through(POLICY, case(*events), at(now)).next_at
    return moment and f"{moment.astimezone(SHANGHAI):%d %H:%M}"


def test_the_next_moment_is_known_for_whoever_wakes_the_case():
    assert next_at(START, ACKNOWLEDGED, now="2026-10-12 11:00") == "14 19:36"
    assert next_at(START, ACKNOWLEDGED, now="2026-10-15 10:00") == "15 15:00"
    assert next_at(START, event("2026-10-12 12:00", "closed"), now="2026-10-12 13:00") is None
