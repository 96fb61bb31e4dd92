"""The ledger of points: only added to, and its sum is always what a recount gives."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from incentive_cases import LATER, counted, facts_of, scheme
from sample_policy import at, event, received

from complaint_policy.engine.incentives import points_of_case
from complaint_policy.engine.points_ledger import Row, corrections, natural_period, sums_of

SCHEME = scheme()
ANN, BEN, CEM = 7, 8, 9
START = received("2026-10-12 10:00", severity="normal", holder_id=ANN)


def open_ledger(_period, _person):
    return False


def until(month):
    """Everything before a month is locked."""
    return lambda period, _person: period < month


def added(ledger, events, locked=open_ledger, now=LATER, month="2026-12", disputed=()):
    """The ledger after a recount."""
    entries = counted(SCHEME, *events, now=now, disputed=disputed).entries
    rows = corrections(SCHEME, ledger, entries, locked, month)
    return [*ledger, *(replace(row, ident=len(ledger) + place) for place, row in enumerate(rows))]


def values(rows):
    """(value, cases) by key, of a ledger or of entries."""
    found = {}
    for row in rows:
        value, number = found.get(row.key, (0, 0))
        found[row.key] = value + row.value, number + row.cases
    return {key: pair for key, pair in found.items() if pair != (0, 0)}


def test_a_first_count_gives_a_row_for_each_entry():
    closed = event("2026-10-13 10:00", "closed", stage="settled")
    rows = added([], [START, closed])
    assert [(row.rule, row.holder, row.points, row.cases, row.period, row.revision) for row in rows] == [
        ("#case", ANN, 0, 1, "2026-10", 0),
        ("breach", ANN, -4, 0, "2026-10", 0),
        ("first-contact", ANN, 2, 0, "2026-10", 0),
    ]


def test_a_late_fact_adds_the_difference_with_a_reference_and_changes_no_row():
    closed = event("2026-10-13 10:00", "closed", stage="settled")
    before = added([], [START, closed])
    known = event("2026-10-12 10:30", "acknowledged")
    after = added(before, [START, closed, known])
    assert after[: len(before)] == before
    assert [(row.rule, row.points, row.refers, row.revision) for row in after[len(before) :]] == [
        ("breach", 4, 1, 1),
        ("on-time", 5, None, 0),
        ("prompt", Decimal("0.5"), None, 0),
    ]


def test_what_becomes_known_after_its_period_was_locked_counts_in_the_open_one():
    closed = event("2026-10-13 10:00", "closed", stage="settled")
    october = added([], [START, closed])
    known = event("2026-10-12 10:30", "acknowledged")
    rows = added(october, [START, closed, known], until("2026-11"), month="2026-11")
    assert {(row.of_period, row.period) for row in rows[len(october) :]} == {("2026-10", "2026-11")}
    assert sums_of(rows, {"2026-10"}) == sums_of(october)
    # and stays there when the next month is open
    assert added(rows, [START, closed, known], until("2026-12")) == rows


def test_a_new_severity_takes_back_the_old_weight_and_gives_the_new_one():
    closed = event("2026-10-12 10:30", "closed", stage="closed")
    before = added([], [START, closed])
    raised = event("2026-10-12 10:10", "classified", attributes={"severity": "high"})
    rows = added(before, [START, closed, raised])[len(before) :]
    assert [(row.rule, row.points, row.weight, row.cases) for row in rows if row.rule == "on-time"] == [
        ("on-time", -5, 1, 0),
        ("on-time", 5, Decimal("1.5"), 0),
    ]
    assert [row.revision for row in rows if row.rule == "on-time"] == [1, 2]


def test_e2_an_objection_that_is_accepted_adds_and_overwrites_nothing():
    late = event("2026-10-12 12:00", "acknowledged")
    done = event("2026-10-12 13:00", "solution_proposed")
    before = added([], [START, late, done])
    after = added(before, [START, late, done], disputed={("breach", "acknowledgement", 1, ANN)})
    assert after[: len(before)] == before
    (row,) = after[len(before) :]
    assert (row.rule, row.points, row.refers, row.entry) == ("breach", 4, before[0].ident, None)


# -- properties ------------------------------------------------------------------------------------------

PEOPLE = st.sampled_from([ANN, BEN, CEM, False])
KINDS = st.sampled_from(
    [
        "acknowledged", "solution_proposed", "closed", "reopened", "rated", "called_back", "assigned",
        "classified", "paused", "resumed", "extended", "surged", "quality_reviewed", "suggestion_accepted",
    ]
)  # fmt: skip


@st.composite
def facts(draw):
    """A fact of a case, at some hour of two months."""
    kind = draw(KINDS)
    data = {
        "closed": {"stage": draw(st.sampled_from(["closed", "settled"]))},
        "rated": {"score": draw(st.integers(1, 5))},
        "called_back": {
            "plan": draw(st.sampled_from("ab")),
            "result": draw(st.sampled_from(["satisfied", "dissatisfied"])),
        },
        "assigned": {
            "attributes": draw(
                st.one_of(
                    st.builds(lambda who: {"holder_id": who}, PEOPLE),
                    st.builds(lambda away: {"holder_away": away}, st.booleans()),
                )
            )
        },
        "classified": {"attributes": {"severity": draw(st.sampled_from(["low", "normal", "critical"]))}},
        "paused": {"reason": "waiting_customer"},
        "extended": {"clock": "solution", "by": "24h"},
        "quality_reviewed": {"sample": "calls", "result": draw(st.sampled_from(["passed", "failed"]))},
    }
    moment = at("2026-10-12 10:00") + timedelta(hours=draw(st.integers(1, 1200)))
    return replace(event("2026-10-12 10:00", kind, **data.get(kind, {})), at=moment)


@st.composite
def histories(draw):
    """The facts of a case, numbered as the register numbers them."""
    first = received("2026-10-12 10:00", severity="normal", holder_id=draw(PEOPLE))
    more = draw(st.lists(facts(), max_size=10))
    return [replace(one, id=number) for number, one in enumerate([first, *more])]


@settings(max_examples=80, deadline=None)
@given(histories(), st.randoms())
def test_no_order_of_facts_changes_a_point(events, chance):
    shuffled = chance.sample(events, len(events))
    assert counted(SCHEME, *events) == counted(SCHEME, *shuffled)


@settings(max_examples=80, deadline=None)
@given(histories(), st.randoms(), st.lists(st.integers(0, 60), max_size=6))
def test_the_ledger_is_the_recount_in_whatever_order_facts_become_known(events, chance, days):
    """Recounts at odd times, with a month locked now and then, some of them twice, some cut off half way."""
    first, *later = events
    known, ledger = [first], []
    later = chance.sample(later, len(later))
    for day in sorted(days):
        now = at("2026-10-12 10:00") + timedelta(days=day)
        known += [later.pop() for _each in range(min(len(later), 2))]
        month = "2026-10" if day < 20 else "2026-11" if day < 50 else "2026-12"
        whole = added(ledger, known, until(month), now, month)
        if chance.random() < 0.3:  # the machine died after some of the rows
            whole = whole[: chance.randint(len(ledger), len(whole))]
        ledger = whole
    ledger = added(ledger, events, until("2026-12"))
    assert values(ledger) == values(counted(SCHEME, *events).entries) == sums_of(ledger)
    assert added(ledger, events, until("2026-12")) == ledger


@settings(max_examples=50, deadline=None)
@given(histories(), histories())
def test_rows_are_unique_and_each_correction_names_a_row_of_its_key(events, others):
    ledger = added(added(added([], events), others), events)
    assert len({(row.key, row.revision) for row in ledger}) == len(ledger)
    for row in ledger:
        if row.refers is not None:
            assert ledger[row.refers].key == row.key and row.refers < row.ident
    for one, other in pairwise(sorted(ledger, key=lambda row: (str(row.key), row.revision))):
        assert one.key != other.key or other.revision == one.revision + 1


@settings(max_examples=80, deadline=None)
@given(histories())
def test_what_is_not_locked_is_exact_in_its_own_period(events):
    ledger = added([], events)
    entries = counted(SCHEME, *events).entries
    for month in ("2026-10", "2026-11", "2026-12"):
        own = [entry for entry in entries if natural_period(SCHEME, entry.at) == month]
        assert sums_of(ledger, {month}) == values(own)


@settings(max_examples=80, deadline=None)
@given(histories())
def test_e4_a_breach_is_charged_to_exactly_one_holder_or_noted(events):
    prepared = scheme(rules=[{"name": "breach", "when": {"clock": ["any"], "breached": True}, "points": -4}])
    prepared_facts = facts_of(prepared, *events)
    found = points_of_case(prepared, prepared_facts)
    charged = Counter((one.subject, one.cycle) for one in found.entries if one.rule == "breach")
    noted = Counter((one.subject, one.cycle) for one in found.notes if one.rule == "breach")
    missed = Counter(
        (clock.name, clock.cycle)
        for clock in prepared_facts.clocks
        if (clock.state == "breached" or clock.late(LATER))
        and not {"outage", "extension"} & set(prepared_facts.left_out.get(clock.cycle, ()))
    )
    assert charged + noted == missed and set(missed.values()) <= {1}
    for one in found.entries:
        if one.rule == "breach":
            assert one.holder == _holder(events, one.at)


def _holder(events, due):
    """Who held a case just before a moment, said anew."""
    holder = None
    for one in sorted(events, key=lambda one: (one.at, one.id)):
        if one.at < due and "holder_id" in (one.data.get("set") or {}):
            holder = one.data["set"]["holder_id"]
    return holder


@settings(max_examples=80, deadline=None)
@given(histories())
def test_no_limit_of_a_case_is_exceeded(events):
    taken = Counter()
    for entry in counted(SCHEME, *events).entries:
        if entry.rule == "breach":
            taken[entry.holder] += entry.points
    assert all(sum_ >= -6 for sum_ in taken.values())


def test_a_row_may_be_compared_without_what_the_recount_said():
    row = Row("breach", "solution", 1, ANN, "2026-10", "2026-10", LATER, Decimal(-4))
    assert row == replace(row, entry=object())
