"""What can be counted about a case: its cycles, their times, clocks and turns."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sample_policy import at, case, event, policy, received

from complaint_policy.engine.facts import cycles
from complaint_policy.engine.replay import replay
from complaint_policy.engine.whose_time import whose_time

HOUR = timedelta(hours=1)
STAGES = [
    {"name": "received", "event": "received", "next": ["working", "settled"]},
    {"name": "working", "next": ["closed"]},
    {"name": "closed", "event": "closed", "closes": True, "reopen": {"to": "working"}},
    {"name": "settled", "event": "closed", "closes": True, "first_contact": True},
]
POLICY = policy(stages=STAGES)
CAME = received("2026-10-12 10:00", team_id=1, holder_id=7)


def read(*events, now="2026-11-30 10:00"):
    moment = at(now)
    return cycles(POLICY, replay(POLICY, case(*events), moment), events, moment)


def hours(spent):
    return None if spent is None else spent / HOUR


def test_an_open_case_is_one_cycle_that_is_not_over():
    [one] = read(CAME, now="2026-10-12 14:00")
    assert (one.cycle, one.ended, one.ended_by, one.reopened) == (1, None, None, False)
    assert hours(one.ours) == 4 and one.after("closed") is None
    assert one.on_time(at("2026-10-12 10:30")) is None
    assert one.on_time(at("2026-10-12 14:00")) is False  # the acknowledgement has been late since 11:00


def test_times_to_each_fact_count_from_the_beginning_of_the_cycle():
    [one] = read(
        CAME,
        event("2026-10-12 10:30", "acknowledged"),
        event("2026-10-12 12:00", "first_feedback"),
        event("2026-10-13 10:00", "solution_proposed"),
        event("2026-10-13 16:00", "first_feedback"),
        event("2026-10-14 10:00", "closed", stage="closed"),
    )
    assert [
        hours(one.after(kind)) for kind in ("acknowledged", "first_feedback", "solution_proposed", "closed")
    ] == [
        0.5,
        2,
        24,
        48,
    ]
    assert one.on_time(at("2026-11-30 10:00")) is True
    assert not one.first_contact


def test_reopening_begins_a_cycle_of_its_own():
    first, second = read(
        CAME,
        event("2026-10-12 10:30", "acknowledged"),
        event("2026-10-12 20:00", "closed", stage="closed"),
        event("2026-10-20 09:00", "reopened", stage="working"),
        event("2026-10-20 12:00", "rated", score=2.5, nps=6),
        event("2026-10-20 15:00", "closed", stage="closed"),
    )
    assert (first.reopened, second.reopened) == (True, False)
    assert hours(first.ours) == 10 and hours(second.ours) == 6
    assert first.score is None and (second.score, second.nps) == (2.5, 6)
    assert hours(second.after("closed")) == 6
    assert {clock.name for clock in second.clocks} == {"solution"}


def test_settled_on_the_spot_is_a_first_contact():
    [one] = read(CAME, event("2026-10-12 10:05", "closed", stage="settled"))
    assert one.first_contact and one.ended_by == "closed"


def test_withdrawn_is_no_first_contact_and_no_promise_kept():
    [one] = read(CAME, event("2026-10-12 10:05", "withdrawn", stage="settled"))
    assert not one.first_contact and one.ended_by == "withdrawn"
    assert one.on_time(at("2026-11-30 10:00")) is None


def test_time_goes_to_stage_team_and_person_and_to_whom_it_waited_for():
    [one] = read(
        CAME,
        event("2026-10-12 12:00", "moved", stage="working"),
        event("2026-10-12 13:00", "paused", reason="waiting_customer"),
        event("2026-10-12 16:00", "resumed", reason="waiting_customer"),
        event("2026-10-12 17:00", "handed_over", attributes={"team_id": 2, "holder_id": 8}),
        event("2026-10-12 18:00", "closed", stage="closed"),
    )
    assert {name: hours(spent) for name, spent in one.waited.items()} == {"waiting_customer": 3}
    assert [
        (stay.stage, stay.team, stay.holder, hours(stay.time), hours(stay.ours)) for stay in one.stages
    ] == [
        (None, 1, 7, 2, 2),
        ("working", 1, 7, 5, 2),
        ("working", 2, 8, 1, 1),
        ("closed", 2, 8, 0, 0),
    ]
    assert one.handovers == 1


def test_a_stage_entered_twice_says_so():
    [one] = read(
        received("2026-10-12 10:00"),
        event("2026-10-12 11:00", "moved", stage="working"),
        event("2026-10-12 12:00", "moved", stage="received"),
        event("2026-10-12 13:00", "moved", stage="working"),
        now="2026-10-12 15:00",
    )
    stays = {stay.stage: (hours(stay.time), stay.times) for stay in one.stages}
    assert stays == {None: (1, 1), "working": (3, 2), "received": (1, 1)}


def test_the_highest_level_counts_and_how_often_it_was_raised():
    [one] = read(
        CAME,
        event("2026-10-12 12:00", "escalated", level="department", rule="late", subject="solution"),
        event("2026-10-12 13:00", "lowered", level="supervisor"),
        event("2026-10-12 14:00", "escalated", level="supervisor", rule="late", subject="solution"),
        now="2026-10-12 15:00",
    )
    assert (one.level, one.escalations) == ("department", 2)


def test_what_has_not_happened_yet_is_left_out():
    closed = event("2026-10-14 10:00", "closed", stage="closed")
    [one] = read(CAME, closed, now="2026-10-13 10:00")
    assert one.ended is None and hours(one.ours) == 24


def test_a_clock_that_is_only_measured_breaks_no_promise():
    chat = event("2026-10-12 10:00", "received", attributes={"type": "inquiry", "channel": "chat"})
    [one] = read(
        chat, event("2026-10-12 10:01", "first_feedback"), event("2026-10-12 10:02", "closed", stage="closed")
    )
    assert [clock.name for clock in one.clocks] == ["response"]
    assert one.on_time(at("2026-11-30 10:00")) is True


KINDS = st.sampled_from(
    [
        ("moved", {"stage": "working"}),
        ("paused", {"reason": "waiting_customer"}),
        ("resumed", {}),
        ("handed_over", {"attributes": {"team_id": 2, "holder_id": 8}}),
        ("closed", {"stage": "closed"}),
        ("reopened", {"stage": "working"}),
        ("escalated", {"level": "supervisor"}),
    ]
)


@given(st.lists(st.tuples(st.integers(0, 500), KINDS), max_size=12))
def test_all_time_belongs_to_somebody_once(happenings):
    start = at("2026-10-12 10:00")
    events = [CAME] + [event("2026-10-12 10:00", kind, **dict(data)) for _after, (kind, data) in happenings]
    events = [CAME] + [
        type(one)(start + timedelta(hours=after), one.kind, one.data, place)
        for place, ((after, _what), one) in enumerate(zip(happenings, events[1:], strict=True), 1)
    ]
    moment = at("2026-11-30 10:00")
    found = cycles(POLICY, replay(POLICY, case(*events), moment), events, moment)
    for one in found:
        spent = one.ours + sum(one.waited.values(), timedelta(0))
        assert spent == sum((stay.time for stay in one.stages), timedelta(0))
        assert one.ours == sum((stay.ours for stay in one.stages), timedelta(0))
        assert one.ours <= (one.ended or moment) - one.began
    total = sum((one.ours + sum(one.waited.values(), timedelta(0)) for one in found), timedelta(0))
    assert total <= sum(whose_time(events, moment).values(), timedelta(0))
