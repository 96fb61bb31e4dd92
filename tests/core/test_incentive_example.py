"""The example of docs/incentives.md: its cases, counted by the program, against its tables by hand."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from policy_files import real_files

from complaint_policy.engine.budget import shares
from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.incentives import (
    CaseFacts,
    StaffFact,
    flat_points,
    points_of_case,
    schemes,
)
from complaint_policy.engine.points_ledger import corrections
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay
from complaint_policy.engine.scores import score
from complaint_policy.language import load

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "incentives.md").read_text("utf-8")
POLICY = Policy.load(load(real_files()).compile("general", date(2026, 3, 1))[0])
(SCHEME,) = schemes(POLICY)
PEOPLE = ("Ann", "Ben", "Cem")
APRIL = datetime(2026, 4, 1, tzinfo=timezone.utc)
COLUMNS = {"acknowledged": "acknowledged", "first answer": "first_feedback", "solution": "solution_proposed"}
WORDS = {
    "rated": "rated",
    "callback": "called_back",
    "review": "quality_reviewed",
    "waits for the customer": "paused",
    "goes on": "resumed",
    "reopened": "reopened",
    "first answer": "first_feedback",
    "solution": "solution_proposed",
    "closed": "closed",
    "extended by": "extended",
    "incident": "surged",
    "away": "assigned",
    "back": "assigned",
}


def tables(first):
    """The tables whose first column has this head, each a list of {head: cell}."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", TEXT, re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()]
        if lines[0][0] == first:
            found.append([dict(zip(lines[0], line, strict=True)) for line in lines[2:]])
    return found


def number(text):
    return Decimal(text.replace("−", "-"))


def moment(text):
    """``2 10:00`` of March."""
    day, _blank, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-03-{int(day):02} {clock}").replace(tzinfo=timezone.utc)


def told(text):
    """``6 10:00 rated 5; …`` as (time, words)."""
    for part in filter(None, text.split("; ")):
        found = re.fullmatch(r"([0-9]+ [0-9:]+) (.+)", part)
        yield moment(found[1]), found[2]


def data_of(word, rest):
    return {
        "rated": lambda: {"score": int(rest)},
        "callback": lambda: {"plan": "after-result", "result": rest},
        "review": lambda: {"sample": "calls", "result": rest},
        "waits for the customer": lambda: {"reason": "waiting_customer"},
        "goes on": lambda: {"reason": "waiting_customer"},
        "reopened": lambda: {"stage": "investigating"},
        "closed": lambda: {"stage": "closed"},
        "extended by": lambda: {"clock": "solution", "by": rest},
        "incident": lambda: {"surge": "same-trouble"},
        "away": lambda: {"set": {"holder_away": True}},
        "back": lambda: {"set": {"holder_away": False}},
    }.get(word, dict)()


def events_of(row):
    """The facts of a case as its row tells them."""
    first, *others = row["held by"].split("; ")
    attributes = POLICY.classify(
        {"type": "complaint", "category": "product_quality", "severity": row["severity"]}
    )
    facts = [(moment(row["received"]), "received", {"set": {**attributes, "holder_id": first}})]
    facts += [(at, "assigned", {"set": {"holder_id": name}}) for at, name in told("; ".join(others))]
    facts += [(moment(row[column]), kind, {}) for column, kind in COLUMNS.items() if row[column]]
    closed, spot = row["closed"].removesuffix(" on the spot"), "on the spot" in row["closed"]
    facts.append((moment(closed), "closed", {"stage": "settled" if spot else "closed"}))
    for at, words in told(row["what else"]):
        word = next(one for one in WORDS if words.startswith(one))
        facts.append((at, WORDS[word], data_of(word, words.removeprefix(word).strip())))
    return [Event(at, kind, data, place) for place, (at, kind, data) in enumerate(facts)]


CASES = {row["case"]: events_of(row) for row in tables("case")[0]}
IDEA = StaffFact("suggestion_accepted", moment("24 10:00"), "Ann", "suggestion:1")


def counted(name, more=(), disputed=(), now=APRIL):
    events = [*CASES[name], *more]
    state = replay(POLICY, Case(tuple(events)), now)
    return points_of_case(SCHEME, CaseFacts.read(events, state.clocks, now), disputed).entries


def entries_of(person):
    return [one for name in CASES for one in counted(name) if one.holder == person]


def test_the_example_tells_of_the_scheme_of_the_general_pack():
    told_of = {row["rule"]: number(row["points"].split(",")[0]) for row in tables("rule")[0]}
    assert told_of == {rule.written["title"]["en"]: rule.points for rule in SCHEME.rules}
    grades = {row["grade"]: row["score from"] for row in tables("grade")[0]}
    assert grades == {
        grade.written["title"]["en"]: "below" if grade.least is None else f"{grade.least}"
        for grade in SCHEME.grades
    }
    assert f"Below {SCHEME.min_cases} cases" in TEXT and f"More than {SCHEME.cap}" in TEXT
    weights = ", ".join(f"{name} {weight}" for name, weight in SCHEME.weights.items())
    assert f"by its severity: {weights}" in TEXT and f"the budget is {SCHEME.budget}" in TEXT


@pytest.mark.parametrize(("person", "rows"), list(zip(PEOPLE, tables("case")[1:], strict=True)))
def test_every_line_by_hand_is_what_the_program_gives(person, rows):
    *lines, total = rows
    by_program = {}
    for name in CASES:
        mine = [one for one in counted(name) if one.holder == person]
        if mine:
            weights = {one.weight for one in mine}
            by_program[name] = (
                sum(one.points for one in mine),
                weights.pop(),
                sum(one.value for one in mine),
                sum(one.cases for one in mine),
                sum(one.weight * one.cases for one in mine),
            )
            assert not weights
    heads = ("points", "weight", "points × weight", "cases", "weight of the cases")
    assert {row["case"]: tuple(number(row[head]) for head in heads) for row in lines} == by_program
    for row in lines:
        given = [number(text) for text in re.findall(r"−?[0-9]+(?=,|$)", row["by hand"])]
        if "at most" not in row["by hand"]:
            assert sum(given) == number(row["points"]), row
    sums = {head: sum(number(row[head]) for row in lines) for head in heads if head != "weight"}
    assert total["case"] == person and sums == {head: number(total[head]) for head in sums}


def found_of(person, more=()):
    flat = [one for one in flat_points(SCHEME, [IDEA]) if one.holder == person]
    return score(SCHEME, [*entries_of(person), *flat, *more])


@pytest.mark.parametrize("row", tables("person")[0], ids=lambda row: row["person"])
def test_e2_score_grade_and_what_is_missing(row):
    found = found_of(row["person"])
    assert found.score == number(row["score"]) and found.flat == number(row["flat"])
    assert f"{found.uncapped - found.flat}" == row["points ÷ weight × 100"].rpartition(" = ")[2]
    assert found.grade.written["title"]["en"] == row["grade"]
    assert found.grade.reward == number(row["reward"])
    missing = row["missing for the next grade"]
    assert missing == (
        f"{found.better.missing}, that is {found.better.points.normalize():f} points" if found.better else ""
    )


def test_e3_the_rewards_and_a_smaller_budget():
    wanted = {person: found_of(person).grade.reward for person in PEOPLE}
    cent = Decimal("0.01")
    assert shares(wanted, SCHEME.budget, cent) == wanted
    assert f"are {sum(wanted.values())} together" in TEXT
    paid = shares(wanted, Decimal(1000), cent)
    assert f"Ann would get {paid['Ann']} and Ben {paid['Ben']}" in TEXT


def test_e2_the_objection_corrects_the_score_and_overwrites_nothing():
    before = corrections(SCHEME, [], counted("C1"), lambda *_key: False, "2026-03")
    before = [replace(row, ident=place) for place, row in enumerate(before)]
    accepted = counted("C1", disputed={("breach", "solution", 1, "Cem")})
    added = corrections(SCHEME, before, accepted, lambda *_key: False, "2026-03")
    assert [(row.rule, row.points, row.refers is not None) for row in added] == [
        ("breach", 4, True),
        ("on-time", 5, False),
    ]
    found = found_of("Cem", added)
    assert f"{found.points:.0f} ÷ {found.weight} × 100 = {found.score}, the grade Standard" in TEXT
    assert found.grade.name == "standard"


def test_what_comes_late_counts_in_the_open_month():
    ledger = corrections(SCHEME, [], counted("C4"), lambda *_key: False, "2026-03")
    ledger = [replace(row, ident=place) for place, row in enumerate(ledger)]
    call = Event(moment("31 10:00"), "called_back", {"plan": "after-result", "result": "satisfied"}, 99)
    (row,) = corrections(
        SCHEME, ledger, counted("C4", [call]), lambda period, _who: period == "2026-03", "2026-04"
    )
    assert (row.rule, row.points, row.of_period, row.period, row.holder) == (
        "good-callback",
        1,
        "2026-03",
        "2026-04",
        "Cem",
    )


def test_the_example_shows_every_rule_and_every_way_of_being_fair():
    rules = Counter(one.rule for name in CASES for one in counted(name))
    assert set(rules) >= {rule.name for rule in SCHEME.rules if not rule.flat}
    whys = set()
    for events in CASES.values():
        state = replay(POLICY, Case(tuple(events)), APRIL)
        whys |= {
            note.why for note in points_of_case(SCHEME, CaseFacts.read(events, state.clocks, APRIL)).notes
        }
    assert whys == {"outage", "extension", "absence"}
