"""Points: each form of rule, who gets or loses them, and what keeps it fair (E1 to E4)."""

from decimal import Decimal

import pytest
from incentive_cases import RULES, cases, counted, only, points, scheme
from sample_policy import at, event, received

from complaint_policy.engine.incentives import COUNTED, StaffFact, flat_points
from complaint_policy.engine.policy import PolicyError
from complaint_policy.engine.whose_time import who_held

ANN, BEN = 7, 8
# Monday; acknowledged within 1 h, solved within 72 h
START = received("2026-10-12 10:00", severity="normal", holder_id=ANN)
KNOWN = event("2026-10-12 10:30", "acknowledged")
SOLVED = event("2026-10-14 10:00", "solution_proposed")
CLOSED = event("2026-10-15 10:00", "closed", stage="closed")
AGAIN = event("2026-10-20 10:00", "reopened")
FINE = (START, KNOWN, SOLVED, CLOSED)


def rule(name, **changes):
    return {**next(one for one in RULES if one["name"] == name), **changes}


def to_ben(text):
    return event(text, "assigned", attributes={"holder_id": BEN})


# -- forms -----------------------------------------------------------------------------------------------


def test_e1_solved_in_time_gives_points_to_whoever_solved_it():
    assert points(only(rule("on-time")), *FINE) == {("on-time", ANN): 5}


def test_e1_a_case_that_is_not_closed_gives_none():
    assert points(only(rule("on-time")), START, KNOWN, SOLVED) == {}


def test_a_withdrawn_case_is_nobodys_success_and_counts_for_nobody():
    prepared = only(rule("on-time"))
    assert points(prepared, START, event("2026-10-12 11:00", "withdrawn")) == {}
    assert cases(prepared, START, event("2026-10-12 11:00", "withdrawn")) == {}


@pytest.mark.parametrize(
    ("score", "got"), [(5, {("satisfied", ANN): 3}), (3, {}), (2, {("unhappy", ANN): -3})]
)
def test_e1_a_rating_counts_by_its_range(score, got):
    prepared = only(rule("satisfied"), rule("unhappy"))
    assert points(prepared, *FINE, event("2026-10-16 10:00", "rated", score=score)) == got


def test_of_several_ratings_of_a_round_the_last_one_counts():
    first, last = (
        event("2026-10-16 10:00", "rated", score=1),
        event("2026-10-17 10:00", "rated", score=5),
    )
    assert points(only(rule("satisfied"), rule("unhappy")), *FINE, last, first) == {("satisfied", ANN): 3}


def test_a_callback_counts_by_its_result_and_each_plan_once():
    prepared = only(rule("callback"), rule("bad-callback"))
    calls = [
        event("2026-10-16 10:00", "called_back", plan="after-result", result="dissatisfied"),
        event("2026-10-17 10:00", "called_back", plan="after-result", result="satisfied"),
        event("2026-10-17 12:00", "called_back", plan="after-result", outcome="unreachable"),
        event("2026-10-18 10:00", "called_back", plan="sample", result="satisfied"),
    ]
    assert points(prepared, *FINE, *calls) == {("callback", ANN): 2}


def test_e1_a_failed_quality_review_costs():
    failed = event("2026-10-16 10:00", "quality_reviewed", sample="calls", result="failed")
    assert points(only(rule("review"), rule("failed-review")), *FINE, failed) == {("failed-review", ANN): -3}


def test_f6_a_review_is_about_whoever_it_names_even_if_somebody_else_solved_the_case():
    result = {"sample": "calls", "result": "failed", "score": 40, "holder_id": BEN}
    failed = event("2026-10-16 10:00", "quality_reviewed", **result)
    assert points(only(rule("failed-review")), *FINE, failed) == {("failed-review", BEN): -3}
    charged = {**rule("failed-review"), "charged_to": "solver"}
    otherwise = points(only(charged), *FINE, failed)
    assert otherwise == {("failed-review", ANN): -3}, "the policy may say otherwise"
    named = {"name": "checked", "when": {"event": "quality_reviewed"}, "points": 1}
    assert points(only(named), *FINE, failed) == {("checked", BEN): 1}


def test_settled_at_the_first_contact_needs_its_stage_and_the_first_round():
    prepared = only(rule("first-contact"))
    settled = event("2026-10-12 10:20", "closed", stage="settled")
    once_more = event("2026-10-21 10:00", "closed", stage="settled")
    assert points(prepared, START, settled) == {("first-contact", ANN): 2}
    assert points(prepared, *FINE) == {}
    assert points(prepared, START, settled, AGAIN, once_more) == {("first-contact", ANN): 2}


def test_e1_a_missed_clock_costs():
    assert points(only(rule("breach")), START, event("2026-10-12 12:00", "acknowledged")) == {
        ("breach", ANN): -6  # of the solution clock, which nobody stopped either, as much as the limit leaves
    }


def test_a_clock_that_is_kept_may_give_points_too():
    assert points(only(rule("prompt")), START, KNOWN) == {("prompt", ANN): Decimal("0.5")}
    assert points(only(rule("prompt")), START, event("2026-10-12 12:00", "acknowledged")) == {}


def test_a_clock_that_still_runs_costs_as_soon_as_it_is_late():
    prepared = only(rule("breach"))
    due = at("2026-10-12 11:00")
    assert points(prepared, START, now=due) == {}
    assert points(prepared, START, now=at("2026-10-12 11:01")) == {("breach", ANN): -4}


def test_an_event_counts_each_time_it_happens():
    prepared = only({"name": "asked", "when": {"event": "escalated"}, "points": -1})
    events = [event(f"2026-10-13 1{hour}:00", "escalated") for hour in (1, 2)]
    assert points(prepared, START, *events) == {("asked", ANN): -2}


def test_two_events_of_the_same_second_count_twice():
    prepared = only({"name": "asked", "when": {"event": "escalated"}, "points": -1})
    twice = [event("2026-10-13 11:00", "escalated") for _number in (1, 2)]
    entries = [one for one in counted(prepared, START, *twice).entries if not one.cases]
    assert len({one.key for one in entries}) == 2


def test_e1_an_accepted_suggestion_is_added_flat():
    (entry,) = flat_points(
        scheme(), [StaffFact("suggestion_accepted", at("2026-10-13 09:00"), ANN, "suggestion:3")]
    )
    assert (entry.rule, entry.holder, entry.value, entry.flat, entry.cases) == ("idea", ANN, 10, True, 0)


def test_a_rule_about_some_cases_means_nothing_beside_all_cases():
    prepared = only(rule("idea", match={"severity": ["high"]}))
    assert flat_points(prepared, [StaffFact("suggestion_accepted", at("2026-10-13 09:00"), ANN, "s")]) == []


def test_match_and_unless_look_at_the_case_as_it_was_at_that_moment():
    prepared = only(rule("on-time", match={"severity": ["high"]}, unless={"channel": "chat"}))
    raised = event("2026-10-13 10:00", "classified", attributes={"severity": "high"})
    lowered = event("2026-10-16 10:00", "classified", attributes={"severity": "normal"})
    assert points(prepared, *FINE) == {}
    assert points(prepared, *FINE, raised, lowered) == {("on-time", ANN): 5}
    chat = event("2026-10-12 10:01", "classified", attributes={"channel": "chat"})
    assert points(prepared, *FINE, raised, chat) == {}


@pytest.mark.parametrize(
    "when",
    [
        {"closed": False},
        {"clock": ["any"]},
        {"breached": True},
        {"clock": ["any"], "breached": True, "rating": {"min": 4}},
        {"event": "closed", "callback": "satisfied"},
        {},
    ],
)
def test_a_rule_that_waits_for_nothing_or_for_two_things_is_refused(when):
    with pytest.raises(PolicyError, match=r"\$\.incentives\[0\]"):
        only({"name": "odd", "when": when, "points": 1})


# -- who pays --------------------------------------------------------------------------------------------


def test_e4_only_who_held_the_case_when_the_clock_ran_out_pays():
    prepared = only(rule("breach"))
    late = event("2026-10-12 12:00", "acknowledged")
    done = event("2026-10-13 10:00", "solution_proposed")
    assert points(prepared, START, to_ben("2026-10-12 11:30"), late, done) == {("breach", ANN): -4}
    assert points(prepared, START, to_ben("2026-10-12 10:59"), late, done) == {("breach", BEN): -4}


def test_e4_who_gets_the_case_at_the_very_second_at_which_a_clock_runs_out_does_not_pay():
    prepared = only(rule("breach"))
    late = event("2026-10-12 12:00", "acknowledged")
    done = event("2026-10-13 10:00", "solution_proposed")
    assert points(prepared, START, to_ben("2026-10-12 11:00"), late, done) == {("breach", ANN): -4}


def test_e4_who_takes_over_a_late_case_and_solves_it_is_not_punished_for_the_other_ones_breach():
    prepared = only(rule("on-time"), rule("breach"))
    late = event("2026-10-12 12:00", "acknowledged")
    events = (START, late, to_ben("2026-10-12 12:30"), SOLVED, CLOSED)
    assert points(prepared, *events) == {("breach", ANN): -4, ("on-time", BEN): 5}


def test_e4_when_nobody_held_the_case_nobody_pays_and_a_note_says_so():
    nobody = received("2026-10-12 10:00", severity="normal", holder_id=False)
    found = counted(only(rule("breach")), nobody, now=at("2026-10-12 12:00"))
    assert found.entries == ()
    assert [(one.rule, one.subject, one.points, one.why) for one in found.notes] == [
        ("breach", "acknowledgement", -4, "nobody")
    ]


def test_whoever_the_points_say_held_the_case_is_whom_the_case_shows():
    events = (START, to_ben("2026-10-12 10:40"), event("2026-10-12 12:00", "acknowledged"))
    (entry,) = counted(only(rule("breach")), *events, now=at("2026-10-12 13:00")).entries
    (held,) = [one for one in who_held(events, at("2026-10-12 13:00")) if one.holder == BEN]
    assert (entry.holder, entry.detail["since"]) == (BEN, int(held.start.timestamp()))


def test_e4_a_pause_of_the_customer_costs_nobody():
    asked = event("2026-10-12 12:00", "paused", reason="waiting_customer")
    answered = event("2026-10-19 12:00", "resumed", reason="waiting_customer")
    solved = event("2026-10-20 10:00", "solution_proposed")
    assert points(only(rule("breach")), START, KNOWN, asked, answered, solved) == {}


def test_reopening_is_charged_to_who_solved_the_round_before():
    prepared = only(rule("reopened"))
    closed_by_ben = to_ben("2026-10-14 12:00")
    assert points(prepared, *FINE, closed_by_ben, AGAIN) == {("reopened", ANN): -5}
    settled = event("2026-10-12 10:40", "closed", stage="settled")
    later = event("2026-10-19 10:00", "assigned", attributes={"holder_id": BEN})
    assert points(prepared, START, settled, later, AGAIN) == {("reopened", ANN): -5}


def test_each_round_has_its_own_solver():
    prepared = only(rule("on-time"), rule("reopened"))
    second = (AGAIN, to_ben("2026-10-20 10:01"), event("2026-10-21 10:00", "solution_proposed"))
    closed = event("2026-10-21 12:00", "closed", stage="closed")
    third = event("2026-10-25 10:00", "reopened")
    assert points(prepared, *FINE, *second, closed, third) == {
        ("on-time", ANN): 5,
        ("reopened", ANN): -5,
        ("on-time", BEN): 5,
        ("reopened", BEN): -5,
    }


@pytest.mark.parametrize(("charged", "person"), [("holder", BEN), ("solver", ANN), ("assignee", 9)])
def test_a_rule_says_who_is_meant(charged, person):
    prepared = only(rule("satisfied", charged_to=charged))
    handed_on = event("2026-10-15 12:00", "assigned", attributes={"holder_id": BEN})
    today = event("2026-11-02 12:00", "assigned", attributes={"holder_id": 9})
    rated = event("2026-10-16 10:00", "rated", score=5)
    assert points(prepared, *FINE, handed_on, rated, today) == {("satisfied", person): 3}


# -- fairness --------------------------------------------------------------------------------------------


def test_the_limit_of_a_case_holds_for_each_person_and_cuts_what_comes_later():
    late = event("2026-10-12 12:00", "acknowledged")
    found = counted(only(rule("breach")), START, late, event("2026-10-16 10:00", "solution_proposed"))
    assert [(one.subject, one.points, one.cut) for one in found.entries] == [
        ("acknowledgement", -4, False),
        ("solution", -2, True),
    ]
    handed_on = (START, to_ben("2026-10-12 11:30"), late)
    assert points(only(rule("breach")), *handed_on) == {("breach", ANN): -4, ("breach", BEN): -4}


def test_each_closing_counts_as_a_case_of_its_severity():
    raised = event("2026-10-13 10:00", "classified", attributes={"severity": "high"})
    closed = event("2026-10-21 10:00", "closed", stage="closed")
    assert cases(scheme(), *FINE) == {ANN: (1, 1)}
    assert cases(scheme(), *FINE, raised) == {ANN: (1, Decimal("1.5"))}
    assert cases(scheme(), *FINE, AGAIN, closed) == {ANN: (2, 2)}


def test_into_the_archive_is_no_second_closing():
    archived = event("2026-12-15 10:00", "archived", stage="closed")
    again = event("2026-12-15 10:00", "closed", stage="closed")
    assert cases(scheme(), *FINE, archived, again) == {ANN: (1, 1)}


def test_e4_a_case_of_an_outage_does_not_count_for_that_round():
    surged = event("2026-10-13 10:00", "surged", surge="same-trouble", surge_id=1)
    found = counted(scheme(), *FINE, surged)
    assert found.entries == ()
    assert [(one.rule, one.cycle, one.why) for one in found.notes] == [("", 1, "outage")]
    closed = event("2026-10-21 10:00", "closed", stage="closed")
    assert cases(scheme(), *FINE, surged, AGAIN, closed) == {ANN: (1, 1)}
    assert cases(scheme(fair={"min_cases": 1}), *FINE, surged) == {ANN: (1, 1)}


def test_e4_a_round_with_an_extension_does_not_count():
    longer = event("2026-10-13 10:00", "extended", clock="solution", by="24h")
    found = counted(scheme(), *FINE, longer)
    assert (found.entries, [one.why for one in found.notes]) == ((), ["extension"])


def test_e4_what_is_objected_to_is_taken_out_and_nothing_else():
    prepared = only(rule("on-time"), rule("breach"))
    events = (START, event("2026-10-12 12:00", "acknowledged"), SOLVED, CLOSED)
    assert points(prepared, *events) == {("breach", ANN): -4}
    key = ("breach", "acknowledgement", 1, ANN)
    found = counted(prepared, *events, disputed={key})
    assert [one.why for one in found.notes] == ["disputed"]
    # without the breach the case was solved in time
    assert points(prepared, *events, disputed={key}) == {("on-time", ANN): 5}


def test_to_object_to_a_counted_case_takes_out_its_round():
    assert counted(scheme(), *FINE, disputed={(COUNTED, "closed", 1, ANN)}).entries == ()


def test_e4_a_clock_that_ran_out_while_its_holder_was_away_costs_nobody():
    prepared = only(rule("breach"), rule("on-time"), fair={"exclude": ["absence"]})
    away = event("2026-10-12 10:40", "assigned", attributes={"holder_away": True})
    back = event("2026-10-13 09:00", "assigned", attributes={"holder_away": False})
    late = event("2026-10-12 12:00", "acknowledged")
    events = (START, away, late, back, SOLVED, CLOSED)
    assert points(prepared, *events) == {("on-time", ANN): 5}
    assert "absence" in [one.why for one in counted(prepared, *events).notes]
    assert points(only(rule("breach")), *events) == {("breach", ANN): -4}


def test_absence_is_a_persons_and_ends_when_another_one_gets_the_case():
    prepared = only(rule("breach"), fair={"exclude": ["absence"]})
    away = event("2026-10-12 10:20", "assigned", attributes={"holder_away": True})
    late = (event("2026-10-12 12:00", "acknowledged"), event("2026-10-12 13:00", "solution_proposed"))
    assert points(prepared, START, away, to_ben("2026-10-12 10:40"), *late) == {("breach", BEN): -4}


def test_e4_before_anybody_is_assigned_the_leader_pays_only_if_the_policy_says_so():
    left = received("2026-10-12 10:00", severity="normal", holder_id=9, unassigned=True)
    late = (event("2026-10-12 12:00", "acknowledged"), to_ben("2026-10-12 13:00"))
    spares, now = only(rule("breach"), fair={"exclude": ["unassigned"]}), at("2026-10-12 14:00")
    assert points(spares, left, *late, now=now) == {}
    assert [(one.holder, one.why) for one in counted(spares, left, *late, now=now).notes] == [
        (9, "unassigned")
    ]
    assert points(only(rule("breach")), left, *late, now=now) == {("breach", 9): -4}


def test_e4_a_leader_who_takes_a_case_pays_like_everybody():
    left = received("2026-10-12 10:00", severity="normal", holder_id=9, unassigned=True)
    taken = event("2026-10-12 10:30", "assigned", attributes={"holder_id": 9, "unassigned": False})
    late = event("2026-10-12 12:00", "acknowledged")
    spares, now = only(rule("breach"), fair={"exclude": ["unassigned"]}), at("2026-10-12 14:00")
    assert points(spares, left, taken, late, now=now) == {("breach", 9): -4}
    to_another_team = event(
        "2026-10-12 10:30", "handed_over", attributes={"holder_id": 8, "unassigned": True}
    )
    assert points(spares, left, to_another_team, late, now=now) == {}


def test_e4_a_case_that_is_raised_for_being_late_costs_no_more_for_that():
    late = event("2026-10-12 12:00", "acknowledged")
    raised = event("2026-10-12 12:00", "classified", attributes={"severity": "critical"})
    prepared = only({**rule("breach"), "limit_per_case": 99})
    entries = counted(prepared, START, late, raised, now=at("2026-10-30 10:00")).entries
    missed = [(one.subject, one.weight) for one in entries if one.points]
    assert len(missed) > 1
    assert {weight for _subject, weight in missed} == {1}


def test_e4_a_case_that_turned_out_to_be_minor_costs_what_a_minor_one_does():
    minor = event("2026-10-12 10:10", "classified", attributes={"severity": "low"})
    late = event("2026-10-12 12:00", "acknowledged")
    (entry,) = counted(only(rule("breach")), START, minor, late, now=at("2026-10-12 13:00")).entries
    assert entry.weight == Decimal("0.8")


def test_clocks_that_are_only_measured_cost_only_where_a_rule_names_them():
    ask = event(
        "2026-10-12 10:00", "received", attributes={"type": "inquiry", "channel": "chat", "holder_id": ANN}
    )
    answer = event("2026-10-12 10:05", "first_feedback")
    assert points(only(rule("breach")), ask, answer) == {}
    named = rule("breach", when={"clock": ["chat_reply"], "breached": True})
    assert points(only(named), ask, answer) == {("breach", ANN): -4}
