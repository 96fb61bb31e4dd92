"""F1: bands of customers, and what their cases cost."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.engine import segments
from complaint_policy.engine.segments import Costs, bands


def test_the_examples_hold():
    assert doctest.testmod(segments).failed == 0


@given(st.lists(st.integers(2, 50), unique=True, max_size=6), st.integers(0, 60))
def test_f1_each_number_lies_in_one_band(limits, number):
    found = [place for place, band in enumerate(bands(sorted(limits))) if number in band]
    assert found == ([sum(limit <= number for limit in limits)] if limits else [])


def test_f1_the_cost_is_the_redress_and_the_work():
    # 30 hours with us, of which a twentieth is work, at 40 an hour: 60, and 12.50 for the customer
    costs = Costs.load({"hour_costs": 40, "worked": "5%"})
    assert costs.of({"redress": 12.5, "own_hours": 30.0}) == 72.5


def test_f1_without_an_hourly_cost_or_a_part_that_is_worked_work_costs_nothing():
    for entry in ({}, {"hour_costs": 40}, {"worked": "5%"}):
        assert Costs.load(entry).of({"redress": 12.5, "own_hours": 30.0}) == 12.5
