"""Fair samples that can be drawn again (D4): the share of each stratum, nobody twice, chance from a seed."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.engine.sampling import Stratum, draw, sample_size, seed_of

TENTH = Fraction(10, 100)
SEED = seed_of(1, "monthly-sample", "2026-03")


def cases(**strata):
    """Cases of strata, each with a customer of its own: ``cases(delivery=30, charges=12)``."""
    names = [(stratum, number) for stratum, size in strata.items() for number in range(size)]
    return [(number, stratum, f"{stratum}-{place}") for number, (stratum, place) in enumerate(names)]


def test_a_tenth_by_hand_with_the_largest_remainders():
    # 3.4 + 1.9 + 0.7 = 6: three whole ones, then the remainders .9 and .7, then .4 goes empty
    found = draw(cases(delivery=34, charges=19, service=7), TENTH, SEED)
    assert found.strata == {
        "charges": Stratum(19, 2, 2),
        "delivery": Stratum(34, 3, 3),
        "service": Stratum(7, 1, 1),
    }
    assert len(found.chosen) == 6


@pytest.mark.parametrize(("members", "expected"), [(0, 0), (1, 1), (10, 1), (11, 2), (50, 5), (5000, 500)])
def test_a_sample_is_the_share_rounded_up(members, expected):
    assert sample_size(TENTH, members) == expected
    assert len(draw(cases(one=members), TENTH, SEED).chosen) == expected


def test_d4_ten_percent_of_five_thousand_cases_are_within_one_case_of_each_stratum():
    chance = Random(7)
    sizes = Counter(
        (chance.choice("abcdefgh"), chance.choices(["north", "south", "chat"], [8, 3, 1])[0])
        for _ in range(5000)
    )
    members = cases(**{f"{category} {team}": size for (category, team), size in sizes.items()})
    found = draw(members, TENTH, SEED)
    assert len(found.chosen) == 500 == len(set(found.chosen))
    drawn = Counter(members[number][1] for number in found.chosen)
    for stratum, size in Counter(stratum for _id, stratum, _person in members).items():
        assert abs(drawn[stratum] - size / 10) < 1


def test_the_same_seed_draws_the_same_in_whatever_order_the_cases_come():
    members = cases(delivery=300, charges=120)
    first = draw(members, TENTH, SEED)
    for seed in range(5):
        Random(seed).shuffle(members)
        assert draw(members, TENTH, SEED) == first


def test_another_month_company_or_plan_draws_others():
    members = cases(delivery=300, charges=120)
    march, april = "2026-03", "2026-04"
    seeds = [(1, "monthly", march), (1, "monthly", april), (2, "monthly", march), (1, "weekly", march)]
    assert len({frozenset(draw(members, TENTH, seed_of(*seed)).chosen) for seed in seeds}) == 4


def test_a_draw_of_today_can_be_checked_for_ever():
    # what was drawn once must be drawn again by every later version of this program
    found = draw(cases(delivery=40, charges=20), TENTH, SEED)
    assert found.chosen == (31, 36, 49, 17, 38, 45)


def test_each_case_has_the_same_chance():
    members = cases(delivery=40, charges=20)
    drawn = Counter(one for number in range(600) for one in draw(members, TENTH, f"seed {number}").chosen)
    assert set(drawn) == set(range(60))
    assert all(35 < times < 90 for times in drawn.values())  # 60 expected, 7.3 the standard deviation


def test_nobody_is_drawn_twice():
    members = [(number, "delivery", "Miller") for number in range(20)] + [(20, "delivery", "Smith")]
    found = draw(members, Fraction(1, 2), SEED)
    assert len(found.chosen) == 2
    assert found.strata == {"delivery": Stratum(21, 11, 2)}


def test_a_case_without_a_customer_is_not_that_of_another_one():
    members = [(number, "delivery", None) for number in range(20)]
    assert len(draw(members, Fraction(1, 2), SEED).chosen) == 10


def test_who_is_the_only_one_of_a_stratum_is_drawn_there_and_not_where_others_are():
    for seed in range(50):
        members = [(1, "small", "Miller"), (2, "large", "Miller"), (3, "large", "Smith")]
        found = draw(members, Fraction(1, 2), str(seed))
        assert found.strata["small"].drawn == found.strata["small"].wanted
        assert found.strata["large"].drawn == found.strata["large"].wanted


def test_who_may_not_be_asked_counts_but_is_not_drawn():
    members = cases(delivery=100)
    barred = set(range(95))
    found = draw(members, TENTH, SEED, barred)
    assert set(found.chosen) == {95, 96, 97, 98, 99}
    assert found.strata == {"delivery": Stratum(100, 10, 5)}


def test_a_case_drawn_in_an_earlier_month_is_not_drawn_again():
    members = cases(delivery=100)
    first = draw(members, TENTH, SEED)
    second = draw(members, TENTH, seed_of(1, "monthly-sample", "2026-04"), barred=first.chosen)
    assert len(second.chosen) == 10 and not set(first.chosen) & set(second.chosen)


def test_nothing_is_drawn_from_nothing():
    found = draw([], TENTH, SEED)
    assert (found.chosen, found.strata) == ((), {})


def test_a_chain_of_a_thousand_strata_is_no_deeper_than_the_machine():
    """Each stratum shares one customer with the next and took that one; only if all of them change does the
    last stratum get the only customer that it has."""
    half, members, size = Fraction(1, 2), [], 1500
    for place in range(size):
        pair = (2 * place, 2 * place + 1)
        [first] = draw([(one, "alone", one) for one in pair], half, SEED).chosen
        members += [(one, f"{place:04}", place + (one == first)) for one in pair]
    found = draw([*members, (-1, "last", size)], half, SEED)
    assert len(found.chosen) == size + 1
    assert all(one.drawn == one.wanted == 1 for one in found.strata.values())


MEMBERS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("uvwxyz")), max_size=8)


@settings(max_examples=200, deadline=None)
@given(MEMBERS, st.integers(1, 100), st.text(max_size=3))
def test_as_many_are_drawn_as_different_customers_allow(pairs, percent, seed):
    members = [(number, stratum, person) for number, (stratum, person) in enumerate(pairs)]
    found = draw(members, Fraction(percent, 100), seed)
    wanted = {stratum: one.wanted for stratum, one in found.strata.items()}
    assert len(found.chosen) == max(
        number
        for number in range(len(members) + 1)
        if any(_fits(some, wanted) for some in combinations(members, number))
    )
    assert _fits([members[number] for number in found.chosen], wanted)


def _fits(some, wanted):
    persons = {person for _id, _stratum, person in some}
    strata = Counter(stratum for _id, stratum, _person in some)
    return len(persons) == len(some) and all(strata[stratum] <= wanted[stratum] for stratum in strata)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.integers(0, 300), max_size=12), st.integers(1, 100))
def test_d4_each_stratum_is_less_than_one_case_from_its_share(sizes, percent):
    share = Fraction(percent, 100)
    members = [
        ((stratum, number), stratum, None) for stratum, size in sizes.items() for number in range(size)
    ]
    found = draw(members, share, SEED)
    assert len(found.chosen) == sample_size(share, len(members))
    for stratum, one in found.strata.items():
        assert one.members == sizes[stratum] and one.drawn == one.wanted
        assert abs(one.drawn - share * one.members) < 1
