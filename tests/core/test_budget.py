"""Rewards out of a budget (E3)."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from complaint_policy.engine.budget import shares

EUR, JPY, KWD = Decimal("0.01"), Decimal(1), Decimal("0.001")
UNITS = st.sampled_from([EUR, JPY, KWD, Decimal("0.05")])
MONEY = st.decimals(0, 100_000, places=3)


def test_a_budget_that_reaches_pays_everybody_in_full():
    assert shares({1: Decimal(800), 2: Decimal(300)}, Decimal(1100), EUR) == {1: 800, 2: 300}
    assert shares({1: Decimal(800)}, None, EUR) == {1: 800}


def test_e3_a_budget_that_does_not_reach_is_shared_in_proportion_and_adds_up():
    paid = shares({1: Decimal(100), 2: Decimal(100), 3: Decimal(100)}, Decimal(100), EUR)
    assert paid == {1: Decimal("33.34"), 2: Decimal("33.33"), 3: Decimal("33.33")}
    assert shares({1: Decimal(800), 2: Decimal(300)}, Decimal(1000), JPY) == {1: 727, 2: 273}
    assert sum(shares({1: Decimal(1), 2: Decimal(2)}, Decimal(1), KWD).values()) == 1


def test_without_a_budget_to_share_nobody_gets_anything():
    assert shares({1: Decimal(800)}, Decimal(0), EUR) == {1: 0}
    assert shares({}, Decimal(5), EUR) == {}


@pytest.mark.parametrize(("wanted", "unit"), [({1: Decimal(-1)}, EUR), ({1: Decimal(1)}, Decimal(0))])
def test_nonsense_is_refused(wanted, unit):
    with pytest.raises(ValueError):
        shares(wanted, Decimal(5), unit)


@given(st.dictionaries(st.integers(1, 500), MONEY, max_size=40), MONEY, UNITS)
@example({1: Decimal("0.009"), 2: Decimal("0.009")}, Decimal("0.01"), EUR)
def test_e3_the_budget_is_never_exceeded_in_any_currency(wanted, budget, unit):
    paid = shares(wanted, budget, unit)
    assert sum(paid.values()) <= budget
    assert all(0 <= paid[who] <= wanted[who] and paid[who] % unit == 0 for who in wanted)
    payable = sum(amount // unit for amount in wanted.values()) * unit
    assert sum(paid.values()) == min(payable, budget // unit * unit)


@given(st.dictionaries(st.integers(1, 500), MONEY, max_size=40), MONEY, UNITS, st.randoms())
def test_the_order_of_the_people_changes_nothing(wanted, budget, unit, chance):
    people = list(wanted)
    chance.shuffle(people)
    assert shares({who: wanted[who] for who in people}, budget, unit) == shares(wanted, budget, unit)


@given(st.dictionaries(st.integers(1, 50), MONEY, min_size=2, max_size=20), MONEY, UNITS)
def test_who_should_get_more_never_gets_less(wanted, budget, unit):
    paid = shares(wanted, budget, unit)
    ranked = sorted(wanted, key=lambda who: wanted[who])
    assert all(
        paid[one] <= paid[other]
        for one, other in zip(ranked, ranked[1:], strict=False)
        if wanted[one] // unit < wanted[other] // unit
    )
