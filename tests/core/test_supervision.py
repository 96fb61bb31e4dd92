"""F5: where a case departed from the way that the policy gives it, read off its facts alone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sample_policy import at, case, event, policy, received

from complaint_policy.engine.case import Event
from complaint_policy.engine.replay import replay
from complaint_policy.engine.supervision import MOMENTS, WAYS, departures, required_steps

STAGES = [
    {"name": "received", "event": "received", "next": ["acknowledged", "settled", "set_aside"]},
    {"name": "acknowledged", "event": "acknowledged", "next": ["working", "settled"]},
    {"name": "working", "require": ["category", "team", "user"], "next": ["proposed", "set_aside"]},
    {"name": "proposed", "event": "solution_proposed", "approval": "solution", "next": ["told", "working"]},
    {"name": "told", "event": "communicated", "next": ["closed", "working"]},
    {"name": "closed", "event": "closed", "closes": True, "reopen": {"to": "working"}},
    {
        "name": "settled",
        "event": "closed",
        "closes": True,
        "first_contact": True,
        "match": {"complexity": ["standard"]},
    },
    {"name": "set_aside", "event": "withdrawn", "closes": True},
]
APPROVALS = [
    {"name": "solution", "steps": [{"by": ["boss"], "when": {"amount": {"min": 5000}}}]},
]
ESCALATION = {
    "levels": [{"name": "team"}, {"name": "top"}],
    "rules": [
        {"name": "ignored", "when": {"level": "team", "unanswered": "4h"}, "do": [{"escalate": "top"}]},
    ],
}
POLICY = policy(stages=STAGES, approvals=APPROVALS, escalation=ESCALATION)
CAME = received("2026-10-12 10:00", category="charges", complexity="standard", team_id=1, holder_id=7)
WHOLE_WAY = (
    CAME,
    event("2026-10-12 10:10", "acknowledged", stage="acknowledged"),
    event("2026-10-12 11:00", "moved", stage="working"),
    event("2026-10-12 14:00", "solution_proposed", stage="proposed"),
    event("2026-10-13 10:00", "communicated", stage="told"),
    event("2026-10-13 11:00", "closed", stage="closed"),
)
NOW = at("2026-11-30 10:00")


def read(*events, now=NOW, recorded=None):
    return departures(POLICY, replay(POLICY, case(*events), now).clocks, events, now, recorded)


def found(*events, **more):
    return {one.what: one.about for one in read(*events, **more)}


def without(*kinds):
    return [one for one in WHOLE_WAY if one.kind not in kinds]


def test_f5_the_whole_way_is_no_departure():
    assert read(*WHOLE_WAY) == []


def test_f5_a_step_that_every_way_leads_through_is_skipped():
    [one] = read(*without("solution_proposed", "communicated"))
    assert (one.what, one.about, one.times) == ("skipped_step", ("proposed", "told"), 2)
    assert one.at == at("2026-10-13 11:00")


def test_f5_what_a_step_stands_for_is_enough():
    """The acknowledgement of an automatic reply moves no stage."""
    events = [
        event("2026-10-12 10:01", "acknowledged") if one.kind == "acknowledged" else one for one in WHOLE_WAY
    ]
    assert read(*events) == []
    assert found(*without("acknowledged")) == {"skipped_step": ("acknowledged",)}


def test_f5_settled_on_the_spot_and_withdrawn_skip_nothing():
    assert read(CAME, event("2026-10-12 10:05", "closed", stage="settled")) == []
    assert read(CAME, event("2026-10-12 10:05", "withdrawn", stage="set_aside")) == []
    assert read(CAME, event("2026-10-12 10:05", "withdrawn")) == []


def test_f5_an_open_case_is_not_judged_yet():
    assert read(*WHOLE_WAY[:1], event("2026-10-12 12:00", "communicated", stage="told")) == []


def test_f5_a_reopened_case_is_judged_from_where_it_began_again():
    again = (
        event("2026-10-20 10:00", "reopened", stage="working"),
        event("2026-10-20 11:00", "solution_proposed", stage="proposed"),
        event("2026-10-20 12:00", "communicated", stage="told"),
        event("2026-10-20 13:00", "closed", stage="closed"),
    )
    assert read(*WHOLE_WAY, *again) == []
    [one] = read(*WHOLE_WAY, again[0], again[-1])
    assert (one.cycle, one.what, one.about) == (2, "skipped_step", ("proposed", "told"))


def test_f5_a_stage_that_is_not_meant_for_such_a_case():
    complex_one = received(
        "2026-10-12 10:00", category="charges", complexity="complex", team_id=1, holder_id=7
    )
    spot = event("2026-10-12 10:05", "closed", stage="settled")
    assert found(complex_one, spot) == {"wrong_stage": ("settled",)}


def test_f5_what_a_stage_requires_was_missing():
    bare = received("2026-10-12 10:00", complexity="standard", team_id=1, holder_id=7, unassigned=True)
    assert found(bare, *WHOLE_WAY[1:]) == {"missing_entry": ("working/category", "working/user")}


def test_f5_moves_backwards_are_counted_by_the_order_of_the_policy():
    back = event("2026-10-12 15:00", "moved", stage="working")
    again = event("2026-10-12 16:00", "solution_proposed", stage="proposed")
    [one] = read(*WHOLE_WAY[:4], back, again, *WHOLE_WAY[4:])
    assert (one.what, one.about, one.times) == ("moved_back", ("working",), 1)


def test_f5_an_approval_that_the_amount_needs_was_not_given():
    dear = event("2026-10-12 14:00", "solution_proposed", stage="proposed", amount=6000)
    given_ = event("2026-10-12 13:00", "solution_approved")
    rest = (*WHOLE_WAY[:3], dear, *WHOLE_WAY[4:])
    assert found(*rest) == {"unapproved": ("proposed",)}
    assert found(*rest, given_) == {}
    late = event("2026-10-12 15:00", "solution_approved")
    assert found(*rest, late) == {"unapproved": ("proposed",)}


def escalated(hour, level="team"):
    return event(f"2026-10-12 {hour:02}:00", "escalated", level=level, rule="late")


def test_f5_an_escalation_that_nobody_answered_in_its_time():
    answer = event("2026-10-12 15:00", "escalation_answered")
    late_answer = event("2026-10-12 15:01", "escalation_answered")
    assert found(CAME, escalated(11), answer) == {}
    assert found(CAME, escalated(11), late_answer) == {"unanswered_escalation": ("team",)}
    assert found(CAME, escalated(11), now=at("2026-10-12 14:59")) == {}
    assert found(CAME, escalated(11), now=at("2026-10-12 15:00")) == {"unanswered_escalation": ("team",)}
    assert found(CAME, escalated(11, "top")) == {}  # the policy gives no time to this level


def test_f5_what_was_changed_after_closing():
    later = event("2026-10-15 10:00", "classified", set={"category": "delivery"})
    more = event("2026-10-15 12:00", "handed_over", set={"team_id": 2})
    other_day = event("2026-10-16 12:00", "assigned", set={"holder_id": 9})
    one, two = read(*WHOLE_WAY, later, more, other_day)
    assert (one.what, one.about, one.times) == ("changed_after_closing", ("classified", "handed_over"), 2)
    assert (two.about, two.at) == (("assigned",), at("2026-10-16 12:00"))


def test_f5_what_belongs_to_a_closed_case_is_no_change():
    kinds = ("called_back", "rated", "customer_message", "archived", "escalated", "anonymised")
    after = [event(f"2026-10-15 1{place}:00", kind) for place, kind in enumerate(kinds)]
    tier = event("2026-10-16 10:00", "classified", set={"tier": "vip"})
    rule = event("2026-10-16 11:00", "classified", set={"severity": "high"}, rule="later")
    assert read(*WHOLE_WAY, *after, tier, rule) == []


def test_f5_a_new_leader_of_the_team_is_no_change_of_a_case_that_nobody_had():
    nobody = event("2026-10-12 10:01", "assigned", set={"holder_id": 7, "unassigned": True})
    leader = event("2026-10-20 10:00", "assigned", set={"holder_id": 8, "unassigned": True})
    assert "changed_after_closing" not in found(*WHOLE_WAY, nobody, leader)
    assert found(*WHOLE_WAY, leader) == {"changed_after_closing": ("assigned",)}


def test_f5_what_was_entered_later_as_if_it_had_happened_before():
    numbered = [type(one)(one.at, one.kind, one.data, place) for place, one in enumerate(WHOLE_WAY, 1)]
    assert read(*numbered, recorded={2: at("2026-10-13 10:59")}) == []
    [one] = read(*numbered, recorded={2: at("2026-10-14 09:00")})
    assert (one.what, one.about, one.at) == (
        "changed_after_closing", ("acknowledged",), at("2026-10-14 09:00"),
    )  # fmt: skip


def test_f5_a_deadline_that_was_kept_only_because_the_clock_stood_still():
    """The solution has 72 hours; it took 96, of which 48 were spent waiting for the customer."""
    waits = (
        event("2026-10-12 12:00", "paused", reason="waiting_customer"),
        event("2026-10-14 12:00", "resumed", reason="waiting_customer"),
    )
    end = [
        event("2026-10-16 10:00", "solution_proposed", stage="proposed"),
        event("2026-10-16 11:00", "communicated", stage="told"),
        event("2026-10-16 12:00", "closed", stage="closed"),
    ]
    [one] = read(*WHOLE_WAY[:3], *waits, *end)
    assert (one.what, one.about, one.share) == ("saved_by_pause", ("solution",), 0.5)
    assert read(*WHOLE_WAY[:2], *waits[:1], event("2026-10-12 13:00", "resumed"), *WHOLE_WAY[2:]) == []


def test_f5_steps_that_cannot_be_left_out():
    standard = {"complexity": "standard"}
    assert required_steps(POLICY, "received", "closed", standard) == [
        "acknowledged", "working", "proposed", "told",
    ]  # fmt: skip
    assert required_steps(POLICY, "received", "settled", standard) == []
    assert required_steps(POLICY, "working", "closed", standard) == ["proposed", "told"]
    assert required_steps(POLICY, "closed", "received", standard) == []  # no way leads there


NAMES = [stage["name"] for stage in STAGES]
KIND = {stage["name"]: stage.get("event", "moved") for stage in STAGES}
walks = st.lists(st.sampled_from(NAMES[1:]), max_size=9)


def walked(names):
    """A case that goes through these stages one after the other, as the policy allows it or not."""
    events, here, closed = [CAME], "received", False
    for number, name in enumerate(names, 1):
        if name == here:
            continue
        closes = KIND[name] in ("closed", "withdrawn")
        kind = "reopened" if closed and not closes else KIND[name]
        events.append(Event(CAME.at + timedelta(minutes=number), kind, {"stage": name}))
        here, closed = name, closes
    return events


@given(walks)
def test_f5_each_cycle_has_at_most_one_departure_of_a_way_and_says_what_it_is_about(names):
    events = walked(names)
    seen = set()
    for one in read(*events):
        assert one.what in WAYS + MOMENTS and one.about and one.times >= 1
        if one.what in WAYS:
            assert (one.what, one.cycle) not in seen
            seen.add((one.what, one.cycle))


@given(st.data())
def test_f5_whoever_goes_the_way_of_the_policy_skips_nothing(data):
    """From stage to stage as `next` says, to the end: no step is skipped, however often it turns back."""
    names, here = [], "received"
    for _step in range(12):
        choices = list(next(one for one in STAGES if one["name"] == here).get("next", ()))
        if not choices:
            break
        here = data.draw(st.sampled_from(choices))
        names.append(here)
    assert "skipped_step" not in found(*walked(names))
    assert "wrong_stage" not in found(*walked(names))


@given(walks, st.integers(0, 9))
def test_f5_a_step_is_skipped_only_if_it_was_neither_entered_nor_happened(names, more):
    events = walked(names)
    for one in read(*events[: more + 1]):
        if one.what == "skipped_step" and one.cycle == 1:
            assert not set(one.about) & set(names[: names.index("closed") if "closed" in names else None])
