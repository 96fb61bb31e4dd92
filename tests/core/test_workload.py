"""F7: how much work there is for each agent, what is to be expected, and whether enough are planned."""

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_files import found
from shop_kinds import changed

from complaint_policy.engine.cover import (
    Line,
    Stint,
    Stretch,
    by_hour,
    compared,
    gaps,
    hours_of,
    load_lines,
    present,
    wanted,
)
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.working_time import Calendar
from complaint_policy.engine.workload import (
    FINE,
    NEAR,
    NOBODY,
    OVER,
    Limits,
    average,
    due_to_arrive,
    moves,
    outlook,
)

UTC, BERLIN, HAVANA = timezone.utc, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Havana")
HOUR, DAY = timedelta(hours=1), 86400
MONDAY = date(2026, 3, 2)
LIMITS = Limits.load({"average_per_agent_and_day": 50, "warn_at": "90%", "weeks": 4})
SERVICE = {
    "average_per_agent_and_day": 50,
    "cover": [
        {"channel": "chat", "hours": {"mon-fri": ["09:00-11:00", "14:00-17:00"]}, "agents": 2},
        {"channel": ["chat", "phone"], "hours": {"daily": ["00:00-24:00"]}, "agents": 1},
    ],
}


def office(zone=BERLIN, days=None):
    return Calendar("office", zone, [((9 * 3600, 17 * 3600),)] * 5 + [()] * 2, days)


def lines(calendar=None, cover=None):
    policy = Policy.__new__(Policy)
    policy.raw, policy.prepared = {"workload": {"cover": cover or SERVICE["cover"]}}, {}
    policy.calendar, policy.calendars = calendar or office(), {}
    return load_lines(policy)


def local(day, hour, zone=BERLIN, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def round_the_clock(person, begin, days, channels=None):
    start = local(begin, 0)
    return Stint(person, channels, start, local(begin + timedelta(days=days), 0))


# -- the average -------------------------------------------------------------------------------------------


def test_f7_the_average_is_cases_for_each_agent_and_day():
    assert average(150, 3) == 50
    assert average(150, 0) is None


@pytest.mark.parametrize(
    ("cases", "agents", "state"),
    [(89, 2, FINE), (90, 2, NEAR), (100, 2, NEAR), (100.5, 2, OVER), (3, 0, NOBODY), (0, 0, FINE)],
)
def test_f7_the_leader_is_warned_from_ninety_per_cent_of_fifty_and_fifty_itself_is_allowed(
    cases, agents, state
):
    assert LIMITS.judged(cases, agents) == state


def test_f7_without_a_limit_nothing_is_too_much():
    assert Limits.load(None).judged(10_000, 1) == FINE
    assert Limits.load({"average_per_agent_and_day": 50}).judged(50, 1) == FINE


def test_f7_a_hard_cap_needs_a_cap():
    assert not Limits.load({"hard": True}).hard
    assert Limits.load({"hard": True, "cap_per_agent": 3}).hard


@given(cases=st.integers(1, 5000), limit=st.integers(1, 99))
def test_f7_so_many_agents_are_needed_and_one_less_is_too_few(cases, limit):
    limits = Limits(limit)
    agents = limits.agents_for(cases)
    assert Fraction(cases, agents) <= limit
    assert agents == 1 or Fraction(cases, agents - 1) > limit


# -- what is to be expected --------------------------------------------------------------------------------


def test_f7_a_day_is_expected_to_bring_the_mean_of_the_same_weekday():
    counts = {
        MONDAY - timedelta(weeks=week): number for week, number in ((1, 100), (2, 80), (3, 60), (5, 999))
    }
    counts[MONDAY - timedelta(days=1)] = 500
    assert due_to_arrive(counts, MONDAY, 4, date(2025, 1, 1)) == (60, 4)  # the empty week counts


def test_f7_weeks_before_the_register_are_unknown_not_empty():
    counts = {MONDAY - timedelta(weeks=1): 100}
    assert due_to_arrive(counts, MONDAY, 4, MONDAY - timedelta(weeks=1)) == (100, 1)
    assert due_to_arrive(counts, MONDAY, 4, MONDAY - timedelta(days=6)) == (None, 0)
    assert due_to_arrive({}, MONDAY, 4, None) == (None, 0)


def test_f7_the_average_of_tomorrow_is_known_in_advance():
    counts = {MONDAY - timedelta(weeks=week): 96 for week in range(1, 5)}
    found_ = outlook(LIMITS, counts, MONDAY, 2, date(2025, 1, 1))
    assert (found_.cases, found_.average, found_.state, found_.weeks) == (96, 48, NEAR, 4)
    assert outlook(LIMITS, counts, MONDAY, 3, date(2025, 1, 1)).state == FINE
    assert outlook(LIMITS, counts, MONDAY, 0, date(2025, 1, 1)).state == NOBODY


def test_f7_what_came_in_today_counts_if_it_is_more_than_was_expected():
    counts = {MONDAY - timedelta(weeks=1): 40, MONDAY: 120}
    found_ = outlook(LIMITS, counts, MONDAY, 2, MONDAY - timedelta(weeks=1))
    assert (found_.cases, found_.state, found_.weeks) == (120, OVER, 0)


def test_f7_what_cannot_be_said_alarms_nobody():
    assert outlook(LIMITS, {}, MONDAY, 0, None).state == FINE


# -- balance -----------------------------------------------------------------------------------------------


def test_f7_cases_go_from_the_heaviest_desk_to_the_lightest_until_they_are_even():
    desks = {1: [(11, 4.0), (12, 1.0), (13, 1.0), (14, 1.0), (15, 1.0)], 2: []}
    assert [(one.case, one.giver, one.taker) for one in moves(desks, [1, 2])] == [(11, 1, 2)]
    assert moves({1: [(11, 1.0)], 2: []}, [1, 2]) == []


def test_f7_nobody_who_is_away_or_has_enough_is_given_a_case():
    desks = {1: [(case, 1.0) for case in range(10)], 2: [], 3: [(20, 1.0)]}
    found_ = moves(desks, [1, 3], cap=3)
    assert [one.taker for one in found_] == [3, 3]


def test_f7_what_does_not_move_weighs_all_the_same():
    desks = {1: [(11, 1.0)], 2: []}
    assert [one.case for one in moves(desks, [1, 2], fixed={1: (2, 2.0)})] == [11]
    assert moves(desks, [1, 2], fixed={2: (2, 2.0)}) == []
    assert moves(desks, [1, 2], cap=2, fixed={1: (9, 9.0), 2: (2, 2.0)}) == []


DESKS = st.dictionaries(
    st.integers(1, 5), st.lists(st.sampled_from([0.5, 1.0, 2.0, 4.0]), max_size=12), min_size=1
)


@given(weights=DESKS)
def test_f7_each_move_makes_the_desks_more_even_and_no_case_is_lost(weights):
    numbers = iter(range(1000))
    desks = {person: [(next(numbers), weight) for weight in own] for person, own in weights.items()}
    where = {case: person for person, cases in desks.items() for case, _weight in cases}
    weight_of = {case: weight for cases in desks.values() for case, weight in cases}

    def spread():
        totals = dict.fromkeys(desks, 0.0)
        for case, person in where.items():
            totals[person] += weight_of[case]
        return sum(total * total for total in totals.values())

    before = spread()
    for one in moves(desks, list(desks)):
        assert where[one.case] == one.giver
        where[one.case] = one.taker
        assert spread() < before
        before = spread()


# -- cover -------------------------------------------------------------------------------------------------


def test_f7_two_chat_agents_in_peak_hours_and_one_round_the_clock():
    needs = wanted(lines(), MONDAY, MONDAY + timedelta(days=1))
    assert needs["phone"] == [Stretch(local(MONDAY, 0), local(MONDAY + timedelta(days=1), 0), 1)]
    assert [(one.agents, one.start) for one in needs["chat"]] == [
        (1, local(MONDAY, 0)), (2, local(MONDAY, 9)), (1, local(MONDAY, 11)), (2, local(MONDAY, 14)),
        (1, local(MONDAY, 17)),
    ]  # fmt: skip


def test_f7_a_second_chat_agent_is_missing_in_peak_hours():
    found_ = gaps(lines(), [round_the_clock(1, MONDAY, 1)], MONDAY, MONDAY + timedelta(days=1))
    assert [(one.channel, one.start, one.end, one.wanted, one.planned) for one in found_] == [
        ("chat", local(MONDAY, 9), local(MONDAY, 11), 2, 1),
        ("chat", local(MONDAY, 14), local(MONDAY, 17), 2, 1),
    ]


def test_f7_a_gap_of_the_hotline_at_night_is_found():
    day = Stint(1, frozenset({"phone"}), local(MONDAY, 6), local(MONDAY, 22))
    night = Stint(2, frozenset({"phone"}), local(MONDAY, 22), local(MONDAY + timedelta(days=1), 2))
    found_ = [
        one
        for one in gaps(lines(), [day, night], MONDAY, MONDAY + timedelta(days=2))
        if one.channel == "phone"
    ]
    assert [(one.start, one.end) for one in found_] == [
        (local(MONDAY, 0), local(MONDAY, 6)),
        (local(MONDAY + timedelta(days=1), 2), local(MONDAY + timedelta(days=2), 0)),
    ]
    assert hours_of(found_) == 6 + 22


def test_f7_one_person_with_two_shifts_at_a_time_is_one_person():
    twice = [round_the_clock(1, MONDAY, 1), Stint(1, None, local(MONDAY, 8), local(MONDAY, 12))]
    assert present(twice) == [Stretch(local(MONDAY, 0), local(MONDAY + timedelta(days=1), 0), 1)]


def test_f7_on_a_holiday_there_is_no_peak_and_the_clock_goes_round():
    needs = wanted(lines(office(days={MONDAY.toordinal(): ()})), MONDAY, MONDAY + timedelta(days=1))
    assert [one.agents for one in needs["chat"]] == [1]


def test_f7_a_working_saturday_has_its_peak():
    saturday = MONDAY + timedelta(days=5)
    calendar = office(days={saturday.toordinal(): ((9 * 3600, 17 * 3600),)})
    needs = wanted(lines(calendar), saturday, saturday + timedelta(days=1))
    assert [one.agents for one in needs["chat"]] == [1, 2, 1, 2, 1]


def test_f7_the_repeated_hour_of_the_night_needs_its_agents_twice():
    day = date(2026, 10, 25)
    (line,) = lines(cover=[{"channel": "phone", "hours": {"daily": ["02:00-03:00"]}, "agents": 1}])
    assert hours_of(wanted([line], day, day + timedelta(days=1))["phone"]) == 2
    assert hours_of(wanted([line], date(2026, 3, 29), date(2026, 3, 30))["phone"]) == 0


def test_f7_the_map_of_hours_shows_the_worst_moment():
    needs = [Stretch(local(MONDAY, 9), local(MONDAY, 11), 2)]
    spans = compared(needs, [Stretch(local(MONDAY, 9, minute=30), local(MONDAY, 11), 2)], "chat")
    cells = by_hour(spans, BERLIN, MONDAY, MONDAY + timedelta(days=1))
    assert {hour: one.planned for (_day, hour), one in cells.items()} == {9: 0, 10: 2}


MINUTES = st.integers(0, 24 * 4).map(lambda quarter: 15 * quarter)


@st.composite
def _ranges(draw):
    start, end = sorted(draw(st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] != pair[1])))
    return (start * 60, end * 60)


@st.composite
def _line(draw, zone):
    week = tuple(tuple(sorted(draw(st.lists(_ranges(), max_size=1)))) for _weekday in range(7))
    channels = tuple(draw(st.sets(st.sampled_from(["chat", "phone"]), min_size=1)))
    return Line(channels, week, (), draw(st.integers(1, 4)), office(zone))


@st.composite
def _stint(draw, begin):
    start = local(begin, 0) + timedelta(minutes=15 * draw(st.integers(-40, 4 * 72)))
    channels = draw(st.none() | st.frozensets(st.sampled_from(["chat", "phone"])))
    return Stint(
        draw(st.integers(1, 4)), channels, start, start + timedelta(minutes=15 * draw(st.integers(1, 60)))
    )


@st.composite
def _plans(draw):
    zone = draw(st.sampled_from([BERLIN, HAVANA, UTC, ZoneInfo("Asia/Shanghai")]))
    begin = draw(
        st.sampled_from([date(2026, 3, 28), date(2026, 10, 24), date(2026, 3, 7), date(2026, 10, 31), MONDAY])
    )
    return begin, draw(st.lists(_line(zone), max_size=3)), draw(st.lists(_stint(begin), max_size=6))


def _by_looking(cover, stints, channel, at):
    """(wanted, planned) at an instant, looked up line by line and person by person."""
    needed = 0
    for line in cover:
        here = at.astimezone(line.calendar.zone)
        second = here.hour * 3600 + here.minute * 60
        if channel in line.channels and any(a <= second < b for a, b in line.week[here.weekday()]):
            needed = max(needed, line.agents)
    people = {
        one.person
        for one in stints
        if one.start <= at < one.end and (one.channels is None or channel in one.channels)
    }
    return needed, len(people)


@settings(max_examples=150, deadline=None)
@given(plan=_plans())
@example(plan=(date(2026, 10, 24), [Line(("phone",), (((0, DAY),),) * 7, (), 1, office())], []))
def test_f7_gaps_are_those_that_looking_at_every_quarter_of_an_hour_finds(plan):
    begin, cover, stints = plan
    days = 3
    found_ = gaps(cover, stints, begin, begin + timedelta(days=days))
    for channel in ("chat", "phone"):
        own = [one for one in found_ if one.channel == channel]
        assert all(a.end <= b.start for a, b in zip(own, own[1:], strict=False))
        zone = cover[0].calendar.zone if cover else UTC
        at, until = local(begin, 0, zone), local(begin + timedelta(days=days), 0, zone)
        while at < until:
            needed, there = _by_looking(cover, stints, channel, at)
            here = [(one.wanted, one.planned) for one in own if one.start <= at < one.end]
            assert here == ([(needed, there)] if there < needed else []), at
            at += timedelta(minutes=15)


# -- what the policy language says -------------------------------------------------------------------------

COVER = 'cover: [{channel: chat, hours: {mon-fri: ["09:00-11:00", "14:00-17:00"]}, agents: 2}]'
SAME = '{channel: chat, hours: {mon-fri: ["09:00-17:00"]}, agents: 3}'


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (COVER, f"hard: true\n  {COVER}", "P518 'hard' has no effect without 'cap_per_agent'"),
        (COVER, f"warn_at: 90%\n  {COVER}", "P518 'warn_at' has no effect without 'weeks'"),
        ("agents: 2}]", "agents: 2}, " + SAME + "]", "P519 this cover of chat never counts: the line 4"),
        ("agents: 2}]", "agents: 2}, {channel: chat, hours: {mon: [\"09:00-10:00\"]}, agents: 2}]",
         "P519 this cover of chat never counts: the line 4"),
    ],
)  # fmt: skip
def test_f7_what_has_no_effect_is_told(old, new, line):
    (problem,) = found(changed("workload", old, new))
    assert line in problem, problem


def test_f7_a_line_that_counts_on_holidays_too_has_an_effect():
    more = 'agents: 2}, {channel: chat, hours: {daily: ["10:00-11:00"]}, agents: 1}]'
    assert found(changed("workload", "agents: 2}]", more)) == []
