"""One cap on contacts over surveys, callbacks and samples (D6): never one too many, and never one too few."""

from datetime import timedelta

import pytest
from callback_policy import policy, shown, utc
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.engine.contacts import (
    RANKS,
    Cap,
    Wish,
    allowed,
    cap_of,
    first_allowed,
    within_cap,
)
from complaint_policy.engine.duration import Duration
from complaint_policy.engine.policy import Policy, PolicyError
from complaint_policy.engine.working_time import Calendar

DAY = timedelta(days=1)
BEGIN = utc("2026-03-01 12:00")
ALWAYS = Calendar.always_open()
TWO = Cap(2, Duration.parse("30d"), ALWAYS)


def on(*days):
    return [BEGIN + day * DAY for day in days]


def test_d6_the_cap_is_read_from_the_policy():
    found = cap_of(policy("[]", cap="{contacts: 2, per: 30d}"))
    assert (found.contacts, found.per.text, found.calendar.name) == (2, "30d", "office")


def test_without_a_cap_everything_is_allowed():
    assert cap_of(Policy.load({"format": 1, "pack": {"name": "bare"}})) is None
    assert allowed(on(*range(50)), None, BEGIN)
    assert first_allowed(on(1, 1, 1), None, BEGIN) == BEGIN
    assert within_cap([Wish(1, BEGIN, 0)], on(0, 0, 0), None) == ([1], [])


def test_a_cap_that_cannot_be_read_names_its_place():
    raw = {
        "format": 1,
        "pack": {"name": "bare"},
        "callbacks": {"contact_cap": {"contacts": 2, "per": "soon"}},
    }
    with pytest.raises(PolicyError, match=r"^\$\.callbacks\.contact_cap"):
        cap_of(Policy.load(raw))


@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        ([], 0, True),
        ([0], 1, True),
        ([0, 1], 2, False),
        ([0, 1], 29, False),
        ([0, 1], 30, True),  # the first one is thirty days ago: it counts no more
        ([5, 20], 0, False),  # later ones count as well
        ([40, 50], 0, True),
        ([0, 29], 15, False),
        ([0, 58], 29, True),  # no thirty days hold all three
    ],
)
def test_d6_two_in_thirty_days(known, day, expected):
    assert allowed(on(*known), TWO, BEGIN + day * DAY) is expected


def test_earlier_sins_do_not_forbid_what_has_nothing_to_do_with_them():
    assert allowed(on(0, 1, 2, 3), TWO, BEGIN + 40 * DAY)


@pytest.mark.parametrize(
    ("known", "expected"),
    [([], 0), ([-1], 0), ([-10, -1], 20), ([-10, -1, 25], 29), ([-1, -1, 1], 29)],
)
def test_a_contact_that_is_one_too_many_may_be_put_off(known, expected):
    assert first_allowed(on(*known), TWO, BEGIN) == BEGIN + expected * DAY


def test_it_is_not_put_off_for_longer_than_it_may_wait():
    assert first_allowed(on(-10, -1), TWO, BEGIN, until=BEGIN + 19 * DAY) is None
    assert first_allowed(on(-10, -1), TWO, BEGIN, until=BEGIN + 20 * DAY) == BEGIN + 20 * DAY


def test_business_days_of_a_cap_are_those_of_the_calendar():
    cap = cap_of(policy("[]", cap="{contacts: 1, per: 5bd}"))
    assert shown(first_allowed([utc("2026-03-04 10:00")], cap, utc("2026-03-05 10:00"))) == "2026-03-11 18:00"


def test_d6_a_callback_of_ones_own_case_goes_before_samples_and_these_before_care():
    wishes = [
        Wish("care", BEGIN, RANKS["round"]),
        Wish("sample", BEGIN + DAY, RANKS["sample"]),
        Wish("case", BEGIN + 2 * DAY, RANKS["event"]),
    ]
    assert within_cap(wishes, [], TWO) == (["case", "sample"], ["care"])
    assert within_cap(wishes, on(-1), TWO) == (["case"], ["sample", "care"])


def test_of_the_same_rank_the_earlier_one_goes_first():
    wishes = [Wish(3, BEGIN + DAY, 1), Wish(1, BEGIN + 2 * DAY, 1), Wish(2, BEGIN, 1)]
    assert within_cap(wishes, [], TWO) == ([2, 3], [1])


# -- whatever is planned --------------------------------------------------------------------------

TIMES = st.integers(0, 120 * 24).map(lambda hours: BEGIN + timedelta(hours=hours))
CAPS = st.builds(
    Cap,
    st.integers(1, 4),
    st.sampled_from(["1h", "24h", "7d", "30d", "10cd", "5bd", "40bh"]).map(Duration.parse),
    st.just(cap_of(policy("[]", cap="{contacts: 1, per: 5bd}")).calendar),
)
WISHES = st.lists(st.tuples(TIMES, st.integers(0, 2)), max_size=25)


def too_many(times, cap):
    """The contacts of the busiest time, counted one by one from each contact on."""
    return (
        max((sum(one <= two < cap.free_from(one) for two in times) for one in times), default=0)
        > cap.contacts
    )


@settings(max_examples=300, deadline=None)
@given(WISHES, CAPS)
def test_d6_what_is_planned_together_never_exceeds_the_cap(wishes, cap):
    known = {number: Wish(number, at, rank) for number, (at, rank) in enumerate(wishes)}
    kept, refused = within_cap(known.values(), [], cap)
    assert sorted([*kept, *refused]) == sorted(known)
    times = [known[number].at for number in kept]
    assert not too_many(times, cap)
    # and none was refused for nothing: one more of its kind would be one too many
    for number in refused:
        better = [known[one].at for one in kept if known[one].rank <= known[number].rank]
        assert too_many([*better, known[number].at], cap)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(WISHES, st.integers(0, 200)), max_size=5), CAPS)
def test_d6_the_cap_holds_over_every_combination_of_plans_samples_and_surveys(batches, cap):
    """Several planners, each in its turn, and each contact made later than planned or not at all."""
    made = []
    for batch, delay in batches:
        wishes = [Wish(number, at, rank) for number, (at, rank) in enumerate(batch)]
        kept, _refused = within_cap(wishes, made, cap)
        for number in kept:
            at = wishes[number].at + timedelta(hours=delay)
            if allowed(made, cap, at):
                made.append(at)
            else:
                put_off = first_allowed(made, cap, at)
                assert put_off > at
                made.append(put_off)
            assert not too_many(made, cap)


@settings(max_examples=200, deadline=None)
@given(st.lists(TIMES, max_size=12), TIMES, CAPS)
def test_the_first_allowed_moment_is_the_first_one(known, at, cap):
    found = first_allowed(known, cap, at)
    assert allowed(known, cap, found)
    hours = int((found - at) / timedelta(hours=1))
    assert not any(allowed(known, cap, at + timedelta(hours=hour)) for hour in range(0, hours, 7))
