"""Quality samples (F6): never less than the share, the same again at any time, and what a card comes to."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_policy import sample as policy_text

from complaint_policy.engine.case import Event
from complaint_policy.engine.policy import Policy, PolicyError
from complaint_policy.engine.quality import (
    Member,
    agent_of,
    choose,
    due_parts,
    first_part_since,
    judge,
    parts,
    running_part,
    sample_named,
    samples,
    share_out,
)
from complaint_policy.engine.sampling import seed_of

UTC = timezone.utc
SEED = seed_of(1, "calls", "2026-03")
CALLS = {
    "name": "calls",
    "every": "month",
    "draw": "week",
    "share": "10%",
    "each_agent": 1,
    "by": "quality",
    "card": [{"name": "greeting"}, {"name": "record", "weight": 2, "critical": True}, {"name": "closing"}],
    "scale": 5,
    "remark_up_to": 2,
    "pass": "80%",
    "objection_within": "5bd",
}


def quality(**changed):
    entry = {key: value for key, value in {**CALLS, **changed}.items() if value is not None}
    return samples(Policy.load({**policy_text(), "quality": [entry]}))[0]


def at(day, hour=0):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


WEEKLY, PLAIN = quality(), quality(draw=None, each_agent=None, scale=None, remark_up_to=None)


# ---------------------------------------------------------------------- reading


def test_what_a_policy_leaves_out_is_off():
    assert (PLAIN.part, PLAIN.each_agent, PLAIN.scale, PLAIN.lowest, PLAIN.remark_up_to) == (
        None,
        0,
        1,
        0,
        -1,
    )
    assert quality(objection_within=None).within is None
    assert (PLAIN.of, PLAIN.failed, PLAIN.objections_by) == ("received", None, None)
    assert samples(Policy.load(policy_text())) == ()


def test_a_sample_is_found_by_its_name():
    policy = Policy.load({**policy_text(), "quality": [CALLS]})
    assert sample_named(policy, "calls").role == "quality"
    assert sample_named(policy, "mails") is None


def test_a_sample_that_cannot_be_read_says_where():
    with pytest.raises(PolicyError, match=r"\$\.quality\[0\]"):
        samples(Policy.load({**policy_text(), "quality": [{"name": "calls"}]}))


# ---------------------------------------------------------------------- when


def test_f6_a_month_is_drawn_every_monday_and_on_its_last_day():
    ends = [one.ends.day for one in parts(WEEKLY, "2026-03", UTC)]
    assert ends == [2, 9, 16, 23, 30, 1]
    assert [one.last for one in parts(WEEKLY, "2026-03", UTC)] == [False] * 5 + [True]


def test_without_parts_a_month_is_drawn_once_at_its_end():
    (only,) = parts(PLAIN, "2026-03", UTC)
    assert (only.begins, only.ends, only.last) == (at(1), datetime(2026, 4, 1, tzinfo=UTC), True)


def test_whoever_comes_late_draws_every_part_that_was_missed():
    found = due_parts(WEEKLY, at(9), datetime(2026, 4, 7, 12, tzinfo=UTC), UTC)
    assert [(one.period, one.ends.day) for one in found] == [
        ("2026-03", 16), ("2026-03", 23), ("2026-03", 30), ("2026-03", 1), ("2026-04", 6),
    ]  # fmt: skip
    assert due_parts(WEEKLY, at(9), at(15), UTC) == []


def test_by_hand_is_drawn_what_has_come_in_since_the_last_time():
    assert running_part(WEEKLY, at(9), at(11, 15), UTC).begins == at(9)
    assert running_part(WEEKLY, None, at(11, 15), UTC).begins == at(1)


def test_a_new_policy_does_not_draw_what_nobody_remembers():
    begun = datetime(2024, 1, 1, tzinfo=UTC)
    since = first_part_since(WEEKLY, begun, at(11), UTC)
    assert due_parts(WEEKLY, since, at(11), UTC)[0].period == "2026-02"
    assert first_part_since(WEEKLY, at(10), at(11), UTC) == at(10)


# ---------------------------------------------------------------------- which


def test_f6_ten_per_cent_by_hand():
    # 41 calls: 4.1, so 5. Ann has 30 of them, 3.66 of the 5; Ben 8, 0.98; Cem 3, 0.37
    who = ["ann"] * 30 + ["ben"] * 8 + ["cem"] * 3
    members = [Member(number, agent) for number, agent in enumerate(who)]
    found = choose(WEEKLY, members, SEED, last=False)
    assert sorted(who[one] for one in found.drawn) == ["ann"] * 4 + ["ben"]
    assert (found.wanted, found.added) == (5, ())
    cem = choose(WEEKLY, members, SEED, last=True).added
    assert [who[one] for one in cem] == ["cem"]


weeks = st.lists(
    st.lists(st.tuples(st.sampled_from(["ann", "ben", "cem", None]), st.booleans()), max_size=40),
    min_size=1,
    max_size=6,
)


def drawn_in_weeks(sample, told):
    """(members at the end, share drawn after each part as (drawn, most that could be, cases))"""
    members, after = [], []
    for place, week in enumerate(told):
        members = [Member(one.id, one.agent, False, one.barred, one.drawn, one.added) for one in members]
        members += [
            Member(len(members) + number, agent, True, barred) for number, (agent, barred) in enumerate(week)
        ]
        found = choose(sample, members[::-1], SEED, last=place == len(told) - 1)
        assert found == choose(sample, members, SEED, last=place == len(told) - 1), "whatever the order"
        assert not set(found.drawn) & set(found.added)
        members = [
            Member(
                one.id,
                one.agent,
                one.new,
                one.barred,
                one.drawn or one.id in found.drawn,
                one.added or one.id in found.added,
            )
            for one in members
        ]
        after.append((sum(one.drawn for one in members), members))
    return members, after


@settings(max_examples=150, deadline=None)
@given(weeks, st.integers(1, 99))
def test_f6_at_every_moment_at_least_the_share_is_drawn(told, percent):
    sample = quality(share=f"{percent}%")
    _members, after = drawn_in_weeks(sample, told)
    for drawn, members in after:
        free = sum(not one.barred for one in members)
        assert drawn >= min(Fraction(percent, 100) * len(members), free)


@settings(max_examples=100, deadline=None)
@given(weeks, st.integers(1, 99))
def test_f6_by_chance_never_one_case_more_than_the_share(told, percent):
    members, after = drawn_in_weeks(quality(share=f"{percent}%"), told)
    assert after[-1][0] < Fraction(percent, 100) * len(members) + 1
    assert not any(one.barred for one in members if one.drawn or one.added)


@settings(max_examples=100, deadline=None)
@given(weeks)
def test_f6_nobody_who_can_be_reviewed_goes_without(told):
    members, _after = drawn_in_weeks(WEEKLY, told)
    able = {one.agent for one in members if one.agent and not one.barred}
    assert able <= {one.agent for one in members if one.drawn or one.added}


def test_over_many_months_every_week_has_the_same_chance():
    told, by_week = [[("ann", False)] * 20] * 4, [0, 0, 0, 0]
    for month in range(60):
        members = []
        for week in told:
            members = [Member(one.id, one.agent, False, drawn=one.drawn) for one in members]
            members += [Member(len(members) + number, who) for number, (who, _barred) in enumerate(week)]
            drawn = choose(WEEKLY, members, seed_of(1, "calls", str(month)), last=False).drawn
            members = [Member(one.id, one.agent, drawn=one.drawn or one.id in drawn) for one in members]
        for one in members:
            by_week[one.id // 20] += one.drawn
    assert by_week == [120] * 4, "a tenth of each"


def test_what_came_to_light_later_is_made_up_for():
    before = [Member(number, "ann", False, drawn=number == 0) for number in range(10)]
    late = [Member(number, "ann", False) for number in range(10, 25)]
    assert len(choose(WEEKLY, before + late, SEED, last=False).drawn) == 2, "3 of 25, one is there"


# ---------------------------------------------------------------------- whom


def fact(day, kind, hour=10, **data):
    return Event(at(day, hour), kind, data, hour)


HELD = (
    fact(2, "received", set={"holder_id": 9, "unassigned": True}),
    fact(2, "assigned", 11, set={"holder_id": 1}),
    fact(3, "handed_over", set={"holder_id": 2}),
    fact(4, "solution_proposed"),
    fact(5, "assigned", set={"holder_id": 3}),
    fact(6, "closed"),
)


def test_f6_a_call_is_about_whoever_took_it():
    assert agent_of("received", HELD, 7, at(9)) == 7
    assert agent_of("received", HELD, None, at(9)) == 1, "the leader who only held it is not meant"
    assert agent_of("received", HELD[:1], None, at(9)) is None


def test_f6_a_closed_case_is_about_whoever_solved_it():
    assert agent_of("closed", HELD, 7, at(9)) == 2
    assert agent_of("closed", HELD, 7, at(6)) is None, "it was open then"


def test_f6_reviews_are_spread_evenly():
    loads = {1: (0, 4), 2: (0, 0), 3: (9, 9)}
    found = share_out([(number, (1, 2)) for number in range(7)] + [("alone", (3,)), ("no", ())], loads)
    given_to = list(found.values())
    assert (given_to.count(1), given_to.count(2)) == (3, 4)
    assert (found["alone"], "no" in found) == (3, False)


# ---------------------------------------------------------------------- what it comes to


def test_f6_a_card_by_hand():
    # (5 + 2 x 4 + 3) of 20 = 80 %
    verdict = judge(WEEKLY, {"greeting": 5, "record": 4, "closing": 3})
    assert (verdict.share, verdict.result) == (Fraction(4, 5), "passed")
    assert judge(WEEKLY, {"greeting": 4, "record": 4, "closing": 3}).result == "failed"


def test_f6_one_critical_line_fails_the_whole():
    verdict = judge(quality(**{"pass": "70%"}), {"greeting": 5, "record": 3, "closing": 5})
    assert (verdict.share, verdict.passed, verdict.critical) == (Fraction(4, 5), False, ("record",))


def test_a_line_that_does_not_apply_counts_for_nothing():
    verdict = judge(WEEKLY, {"greeting": 5, "record": 5, "closing": None})
    assert (verdict.share, verdict.passed) == (1, True)
    nothing = judge(WEEKLY, {})
    assert (nothing.share, nothing.passed, nothing.result) == (None, None, None)


def test_without_a_scale_a_line_is_fulfilled_or_not():
    assert judge(PLAIN, {"greeting": 0, "record": 1, "closing": 1}).share == Fraction(3, 4)


@pytest.mark.parametrize(("sample", "points"), [(WEEKLY, 0), (WEEKLY, 6), (PLAIN, 2), (PLAIN, -1)])
def test_points_beyond_the_scale_are_refused(sample, points):
    with pytest.raises(ValueError, match="greeting"):
        judge(sample, {"greeting": points})


@given(st.fixed_dictionaries({one.name: st.none() | st.integers(1, 5) for one in WEEKLY.lines}))
def test_f6_a_score_is_between_nothing_and_all(points):
    verdict = judge(WEEKLY, points)
    assert verdict.share is None or Fraction(1, 5) <= verdict.share <= 1
    if verdict.passed:
        assert verdict.share >= WEEKLY.passes


@given(
    st.fixed_dictionaries({one.name: st.integers(1, 5) for one in WEEKLY.lines}),
    st.sampled_from([one.name for one in WEEKLY.lines]),
)
def test_more_points_never_make_a_review_worse(points, name):
    better = {**points, name: min(points[name] + 1, 5)}
    before, after = judge(WEEKLY, points), judge(WEEKLY, better)
    assert after.share >= before.share
    assert after.passed or not before.passed


def test_the_parts_of_a_year_cover_it_without_a_gap():
    found = due_parts(
        quality(every="year"), datetime(2025, 12, 31, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), UTC
    )
    inside = [one for one in found if one.period == "2026"]
    assert inside[0].begins == datetime(2026, 1, 1, tzinfo=UTC)
    assert all(one.ends == two.begins for one, two in zip(inside, inside[1:], strict=False))
    assert inside[-1].ends - inside[-1].begins <= timedelta(days=7)
