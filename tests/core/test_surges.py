"""B7: surges. Many similar cases in a short time are one incident; what chance explains is none."""

import random
from collections import Counter
from datetime import datetime, timedelta, timezone
from math import comb, exp
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.engine import chance
from complaint_policy.engine.matching import Condition
from complaint_policy.engine.surges import (
    Bar,
    Past,
    SurgeRule,
    follow,
    many,
    reach,
    replay,
    slot_at,
    slots_before,
)

UTC, NEW_YORK = timezone.utc, ZoneInfo("America/New_York")
START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400


def rule(**given_):
    usual = {
        "name": "same", "condition": Condition(), "group_by": ("category",), "within": 2 * HOUR,
        "quiet_for": 2 * HOUR, "count": None, "times": None, "weeks": 8, "at_least": 2, "alarms": 1,
        "per": YEAR, "do": (), "written": {},
    }  # fmt: skip
    return SurgeRule(**{**usual, **given_})


def at(minutes):
    return START + timedelta(minutes=minutes)


def followed(minutes, now=10_000, **given_):
    one = rule(**{"count": 3, **given_})
    arrivals = [(at(minute), place) for place, minute in enumerate(minutes)]
    return follow(one, arrivals, lambda when: many(one, when), at(now))


# -- a count in a window -----------------------------------------------------------------------------------


def test_b7_as_many_as_the_rule_says_within_the_window_are_a_surge_both_ends_included():
    (surge,) = followed([0, 60, 120])
    assert (surge.began, surge.noticed, surge.ids) == (at(0), at(120), {0, 1, 2})
    assert followed([0, 60, 121]) == []


def test_b7_cases_that_come_while_it_lasts_belong_to_it():
    (surge,) = followed([0, 10, 20, 100, 130])
    assert (surge.ids, surge.peak) == ({0, 1, 2, 3, 4}, 4)


def test_b7_it_is_over_when_it_has_been_quiet_and_not_before():
    (surge,) = followed([0, 10, 20], now=140)
    assert surge.ended is None
    (surge,) = followed([0, 10, 20], now=141)
    assert surge.ended == at(140)


def test_b7_the_next_one_begins_only_when_the_last_is_over():
    first, second = followed([0, 10, 20, 141, 142, 143])
    assert (first.ended, second.began, second.ids) == (at(140), at(141), {3, 4, 5})
    (one,) = followed([0, 10, 20, 130, 131, 140])
    assert one.last == at(140)


def test_b7_a_longer_quiet_time_keeps_it_one():
    assert len(followed([0, 1, 2, 300, 301, 302])) == 2
    assert len(followed([0, 1, 2, 300, 301, 302], quiet_for=6 * HOUR)) == 1


def test_b7_only_similar_cases_count_together():
    cases = [(at(minute), minute, {"category": "delay" if minute % 2 else "damage"}) for minute in range(6)]
    assert [key for key, _surge in replay(rule(count=4), cases, UTC, at(999))] == []
    assert [key for key, _surge in replay(rule(count=3), cases, UTC, at(999))] == [("damage",), ("delay",)]


def test_b7_a_case_without_what_makes_it_similar_belongs_to_no_group():
    assert rule(group_by=("category", "channel")).key_of({"category": "delay"}) is None


arrivals_of = st.lists(st.integers(0, 60), min_size=1, max_size=60).map(
    lambda gaps: [sum(gaps[: place + 1]) for place in range(len(gaps))]
)
durations = st.tuples(st.integers(1, 90), st.integers(0, 90)).map(
    lambda pair: {"within": pair[0] * MINUTE, "quiet_for": sum(pair) * MINUTE}
)


@given(arrivals_of, durations, st.integers(2, 6), st.randoms())
def test_b7_the_order_in_which_cases_are_told_makes_no_difference(minutes, lengths, count, chance_):
    one = rule(count=count, **lengths)
    arrivals = [(at(minute), place) for place, minute in enumerate(minutes)]
    mixed = chance_.sample(arrivals, len(arrivals))
    bars = lambda when: many(one, when)  # noqa: E731
    assert follow(one, arrivals, bars, at(9999)) == follow(one, mixed, bars, at(9999))


@given(arrivals_of, durations, st.integers(2, 6))
def test_b7_surges_never_overlap_and_say_what_a_plain_count_says(minutes, lengths, count):
    surges = followed(minutes, count=count, **lengths)
    within, quiet = (timedelta(seconds=lengths[name]) for name in ("within", "quiet_for"))
    times = [at(minute) for minute in minutes]
    hot = [
        when
        for place, when in enumerate(times)
        if sum(when - within <= other <= when for other in times[: place + 1]) >= count
    ]
    clusters = []
    for when in hot:
        if clusters and when <= clusters[-1][-1] + quiet:
            clusters[-1].append(when)
        else:
            clusters.append([when])
    assert [(one.noticed, one.last) for one in surges] == [(one[0], one[-1]) for one in clusters]
    for one, following in zip(surges, surges[1:], strict=False):
        assert one.ended == one.last + quiet < following.noticed
    for one in surges:
        assert one.ids >= {place for place, when in enumerate(times) if one.noticed <= when <= one.last}


@given(arrivals_of, durations, st.integers(2, 6), st.lists(st.integers(0, 200), min_size=1, max_size=20))
def test_b7_a_job_that_looks_again_and_again_finds_what_one_look_finds(minutes, lengths, count, pauses):
    one = rule(count=count, **lengths)
    arrivals = [(at(minute), place) for place, minute in enumerate(minutes)]
    bars = lambda when: many(one, when)  # noqa: E731
    quiet = lengths["quiet_for"] // MINUTE
    kept, look, turn = [], 0, 0
    while look < max(minutes) + 400:
        look, turn = look + 1 + pauses[turn % len(pauses)] % quiet, turn + 1
        known = kept[-1] if kept else None
        since = at(look - quiet)
        if known and known.ended is None:
            since = min(since, known.last)
        since = reach(one, UTC, since)
        seen = [(when, ident) for when, ident in arrivals if since <= when <= at(look)]
        kept[max(0, len(kept) - 1) :] = follow(one, seen, bars, at(look), known)
    assert kept == follow(one, arrivals, bars, at(look))


# -- the usual of the hour of the week -----------------------------------------------------------------------


def weekly(counts, now, hour=9):
    """Cases at one hour of Mondays: so many in each week, and in the last one so many now."""
    cases = []
    for week, count in enumerate([*counts, now]):
        begin = START + timedelta(weeks=week, hours=hour)
        cases += [
            (begin + timedelta(seconds=10 * place), len(cases) + place, {"category": "delay"})
            for place in range(count)
        ]
    return cases


def unusual(**given_):
    return rule(**{"times": 3, "within": HOUR, "quiet_for": HOUR, "at_least": 5, **given_})


def judged(counts, now, **given_):
    cases = weekly([1, *counts], now)  # the first one begins the register
    surges = replay(unusual(**given_), cases, UTC, START + timedelta(weeks=20))
    return [(key, surge) for key, surge in surges if surge.began >= START + timedelta(weeks=len(counts) + 1)]


def test_b7_two_to_six_is_no_alarm_and_two_to_twenty_is():
    assert judged([2] * 8, 6) == []
    ((key, surge),) = judged([2] * 8, 20)
    assert (key, surge.usual) == (("delay",), 2.0)
    assert surge.noticed < START + timedelta(weeks=9, hours=9, minutes=15), "before the hour is over"


def test_b7_a_large_usual_must_be_exceeded_as_often_as_the_rule_says():
    assert judged([100] * 8, 299) == []
    assert len(judged([100] * 8, 300)) == 1


def test_b7_nothing_is_unusual_while_nothing_is_usual():
    cases = weekly([], 500)
    assert replay(unusual(), cases, UTC, START + timedelta(weeks=1)) == []


def test_b7_a_short_history_makes_it_careful():
    need = [chance.least(1e-6, 5, 2 * weeks, weeks) for weeks in (1, 2, 4, 8)]
    assert need == sorted(need, reverse=True)
    assert need[0] > need[-1]


def test_b7_the_hours_are_those_of_the_clock_on_the_wall():
    before = datetime(2025, 3, 3, 14, 30, tzinfo=UTC)  # 9:30 in New York, in winter
    after = datetime(2025, 3, 10, 13, 30, tzinfo=UTC)  # 9:30, in summer
    slot = slot_at(NEW_YORK, HOUR, after)
    assert slots_before(NEW_YORK, HOUR, slot, 1)[0] == slot_at(NEW_YORK, HOUR, before)


@pytest.mark.parametrize(
    ("day", "hour", "within", "hours"),
    [
        ((2025, 3, 9), 2, 1, 0), ((2025, 3, 9), 0, 6, 5), ((2025, 11, 2), 1, 1, 2),
        ((2025, 11, 2), 0, 24, 25),        ((2025, 6, 1), 1, 1, 1),
    ],
)  # fmt: skip
def test_b7_a_slot_lasts_as_long_as_the_change_of_the_clocks_leaves_it(day, hour, within, hours):
    noon = datetime(*day, 17, tzinfo=UTC)
    slot = slot_at(NEW_YORK, within * HOUR, noon)
    first = slots_before(NEW_YORK, within * HOUR, slot._replace(day=slot.day + 7, index=hour // within), 1)[0]
    assert first.seconds == hours * HOUR


@given(st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)), st.sampled_from([1, 2, 6, 24]))
def test_b7_each_instant_lies_in_its_slot(when, hours):
    when = when.replace(tzinfo=UTC, microsecond=0)
    for zone in (UTC, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Shanghai")):
        slot = slot_at(zone, hours * HOUR, when)
        assert slot.start <= when < slot.end


def test_b7_an_hour_that_lasts_twice_as_long_has_twice_as_many_by_right():
    counts = Counter({(slot_at(NEW_YORK, HOUR, START).day, 1): 10})
    past = Past(NEW_YORK, HOUR, START - timedelta(days=99), counts)
    twice = slot_at(NEW_YORK, HOUR, datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
    assert past.earlier(twice, 8)[1] == pytest.approx(4), "eight single hours are four of two"


# -- chance ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "earlier", "weeks"), [(6, 16, 8), (3, 0, 4), (10, 3, 2), (1, 40, 8)])
def test_b7_the_probability_is_that_of_the_exact_test(count, earlier, weeks):
    total, share = count + earlier, 1 / (1 + weeks)
    exact = sum(
        comb(total, one) * share**one * (1 - share) ** (total - one) for one in range(count, total + 1)
    )
    assert chance.tail(count, earlier, weeks) == pytest.approx(exact, rel=1e-9)


@given(st.integers(0, 40), st.integers(0, 60), st.integers(1, 12), st.floats(1.01, 9))
def test_b7_more_is_never_more_probable_and_all_probabilities_are_one(count, earlier, weeks, spread):
    more, less = (chance.tail(one, earlier, weeks, spread) for one in (count + 1, count))
    assert 0 <= more <= less * (1 + 1e-9)
    assert chance.tail(0, earlier, weeks, spread) == 1.0
    assert chance.tail(1, earlier, weeks, spread) <= 1.0 + 1e-9


@given(
    st.integers(0, 60), st.integers(1, 12), st.sampled_from([1.0, 1.5, 4.0]), st.sampled_from([1e-2, 1e-5])
)
def test_b7_the_bar_is_the_smallest_count_that_chance_does_not_explain(earlier, weeks, spread, alpha):
    need = chance.least(alpha, 2, earlier, weeks, spread)
    assert chance.tail(need, earlier, weeks, spread) <= alpha
    assert need == 2 or chance.tail(need - 1, earlier, weeks, spread) > alpha


def test_b7_clusters_raise_the_bar():
    assert chance.least(1e-4, 2, 40, 8, 3.0) > chance.least(1e-4, 2, 40, 8, 1.0)


def test_b7_the_spread_of_counts_is_their_variance_over_their_mean():
    assert chance.spread_of([[0, 8]]) == 8.0  # variance 32, mean 4
    assert chance.spread_of([[0, 8], [4, 4]]) == 4.0
    assert chance.spread_of([[4, 4, 4]]) == 1.0, "less than chance has is no reason to be less careful"
    assert chance.spread_of([]) == 1.0


def poisson(chance_, mean):
    limit, product, count = exp(-mean), chance_.random(), 0
    while product > limit:
        product *= chance_.random()
        count += 1
    return count


def alarms_by_chance(mean, groups, weeks, draw, seed):
    """False alarms on invented cases that come by chance alone, each hour of the week with a mean of its own,
    and the number that the rule allows."""
    chance_ = random.Random(seed)
    means = {
        (group, hour): mean * chance_.choice((0.3, 1, 2)) for group in range(groups) for hour in range(168)
    }
    cases = []
    for hour in range(weeks * 168):
        begin = START + timedelta(hours=hour)
        for group in range(groups):
            for _one in range(draw(chance_, means[group, hour % 168])):
                when = begin + timedelta(seconds=chance_.randrange(HOUR))
                cases.append((when, len(cases), {"category": str(group)}))
    one = unusual(times=1.1, at_least=2, alarms=400, quiet_for=HOUR)
    surges = replay(one, cases, UTC, START + timedelta(weeks=weeks))
    return len(surges), 400 * (weeks - 1) / 52.14


@pytest.mark.parametrize("mean", [1, 6])
def test_b7_chance_alone_makes_no_more_alarms_than_the_rule_allows(mean):
    alarms, allowed = alarms_by_chance(mean, 3, 16, poisson, seed=7)
    assert alarms <= allowed + 3 * allowed**0.5
    assert alarms > allowed / 10, "careful, but not blind"


def test_b7_nor_do_cases_that_come_in_clusters():
    def clusters(chance_, mean):
        return 2 * poisson(chance_, mean / 2)

    alarms, allowed = alarms_by_chance(6, 3, 12, clusters, seed=11)
    assert alarms <= allowed + 3 * allowed**0.5


def test_a_bar_that_nobody_knows_makes_no_surge():
    assert follow(rule(count=2), [(at(0), 1), (at(1), 2)], lambda when: Bar(when, None), at(9)) == []
