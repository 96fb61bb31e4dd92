"""What the core costs: microseconds per deadline, per stored step, per replay; entries of points a second.
There are no thresholds.

    PYTHONPATH=scripts/lib python scripts/bench_core.py [--rounds N] [--cases N] [--people N]

Processor time, and the best of the rounds, since the machine may be busy with other things. Runs on
policies/logistics, whose calendar has the holidays of China; needs no Odoo.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import process_time
from timeit import repeat

from complaint_policy.command.packs import compile_packs
from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.clocks import State, step
from complaint_policy.engine.escalation import consequences
from complaint_policy.engine.incentives import CaseFacts, points_of_case, schemes
from complaint_policy.engine.points_ledger import Row, corrections
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay
from complaint_policy.engine.scores import score
from complaint_policy.engine.working_time import Duration

ROOT = Path(__file__).resolve().parents[1]
DAY = datetime(2026, 9, 30).date()  # decides only for which years calendars are expanded


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the core costs, in microseconds.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds; the best one counts (default: 7)")
    parser.add_argument(
        "--cases", type=int, default=100_000, help="cases to count points of (default: 100000)"
    )
    parser.add_argument("--people", type=int, default=500, help="whose cases they are (default: 500)")
    arguments = parser.parse_args()
    rounds = arguments.rounds
    policy = _policy("logistics")
    start = datetime(2026, 9, 30, 8, 0, tzinfo=timezone.utc)  # 16:00 in Shanghai, before seven days off
    for name, count, action in (*_deadlines(policy, start), *_steps(policy, start), *_replays(policy, start)):
        best = min(repeat(action, number=count, repeat=rounds, timer=process_time)) / count * 1e6
        print(f"{name:<52} {best:9.1f} µs")
    for line in _points(_policy("general"), start, arguments.cases, arguments.people):
        print(line)


def _policy(pack: str) -> Policy:
    packs, problems = compile_packs([str(ROOT / "policies" / pack)], DAY)
    if not packs:
        raise SystemExit("\n".join(str(problem) for problem in problems))
    return packs[0].policy


Measure = tuple[str, int, Callable[[], object]]


def _deadlines(policy: Policy, start: datetime) -> list[Measure]:
    """One deadline in each unit, without and with two pauses."""
    hour = timedelta(hours=1)
    pauses = [(start + 20 * hour, start + 30 * hour), (start + 40 * hour, start + 50 * hour)]
    measures = []
    for text in ("72h", "15cd", "4bh", "5bd"):
        duration = Duration.parse(text)
        for what, held in (("", ()), (", two pauses", pauses)):
            measures.append((
                f"deadline of {text}{what}",
                20000,
                lambda duration=duration, held=held: policy.calendar.due(start, duration, held),
            ))  # fmt: skip
    return measures


def _facts(policy: Policy, start: datetime, count: int) -> list[Event]:
    """A complex complaint with pauses, stage moves and a second cycle."""
    attributes = policy.classify({"type": "complaint", "complexity": "complex", "category": "goods_damaged"})
    kinds = [
        ("acknowledged", {"stage": "acknowledged"}),
        ("handed_over", {}),
        ("accepted_by_team", {}),
        ("paused", {"reason": "waiting_customer"}),
        ("resumed", {}),
        ("report_ready", {"stage": "investigating"}),
        ("classified", {"set": {"severity": "high"}}),
        ("solution_proposed", {}),
        ("agreed", {}),
        ("carried_out", {}),
        ("result_reported", {}),
        ("communicated", {}),
        ("rated", {"score": 2}),
        ("closed", {}),
        ("reopened", {}),
    ]
    events = [Event(start, "received", {"set": attributes})]
    for number in range(1, count):
        kind, data = kinds[(number - 1) % len(kinds)]
        events.append(Event(start + timedelta(hours=4 * number), kind, data, number))
    return events


def _steps(policy: Policy, start: datetime) -> list[Measure]:
    """Stored JSON in, one fact, JSON out: what a stage move costs."""
    events = _facts(policy, start, 4)
    stored = replay(policy, Case(tuple(events))).to_json()
    clocks = len(json.loads(stored)["clocks"])
    move = Event(events[-1].at + timedelta(hours=1), "report_ready", {"stage": "investigating"}, 9)
    change = Event(move.at, "classified", {"set": {"complexity": "major"}}, 9)
    return [
        (f"stored step, {clocks} clocks, stage move", 5000, lambda: _stored_step(policy, stored, move)),
        (f"stored step, {clocks} clocks, new complexity", 5000, lambda: _stored_step(policy, stored, change)),
    ]


def _stored_step(policy: Policy, stored: str, event: Event) -> str:
    return step(policy, State.from_json(stored), event).to_json()


def _replays(policy: Policy, start: datetime) -> list[Measure]:
    """A whole case, its clocks and its consequences."""
    case = Case(tuple(_facts(policy, start, 20)))
    now = start + timedelta(days=60)
    return [
        ("replay of 20 facts", 500, lambda: replay(policy, case)),
        ("consequences of 20 facts", 100, lambda: consequences(policy, case, now)),
    ]


def _points(policy: Policy, start: datetime, count: int, people: int) -> Iterator[str]:
    """Points of many cases from their facts and stored clocks, their rows, and everybody's score."""
    scheme = schemes(policy)[0]
    later = start + timedelta(days=60)
    patterns = [_case_of_points(policy, start, length) for length in (6, 9, 12, 15)]
    clocks = [replay(policy, Case(tuple(events)), later).clocks for events in patterns]
    rows: dict[int, list[Row]] = {person: [] for person in range(1, people + 1)}
    entries = 0
    began = process_time()
    for number in range(count):
        pattern = number % len(patterns)
        events = _held_by(patterns[pattern], number % people + 1)
        found = points_of_case(scheme, CaseFacts.read(events, clocks[pattern], later)).entries
        entries += len(found)
        for row in corrections(scheme, (), found, _never, "2026-11"):
            rows[row.holder].append(row)
    counted = process_time() - began
    for mine in rows.values():
        score(scheme, mine)
    scored = process_time() - began - counted
    yield f"points of {count:,} cases of {people} people: {entries:,} entries in {counted:.1f} s (processor)"
    yield f"{entries / counted:,.0f} entries a second; {people} scores of their rows in {scored:.2f} s"


def _never(_period: str, _person: object) -> bool:
    return False


def _case_of_points(policy: Policy, start: datetime, count: int) -> list[Event]:
    """A standard complaint that is late at times, closed, rated, called back and reopened."""
    attributes = policy.classify({"type": "complaint", "category": "product_quality"})
    kinds = [
        ("assigned", {}),
        ("acknowledged", {"stage": "acknowledged"}),
        ("first_feedback", {}),
        ("classified", {"set": {"severity": "high"}}),
        ("solution_proposed", {}),
        ("closed", {"stage": "closed"}),
        ("rated", {"score": 5}),
        ("called_back", {"plan": "after-result", "result": "satisfied"}),
        ("reopened", {"stage": "investigating"}),
        ("customer_message", {}),
        ("agent_message", {}),
        ("solution_proposed", {}),
        ("closed", {"stage": "closed"}),
        ("rated", {"score": 2}),
    ]
    events = [Event(start, "received", {"set": attributes})]
    for number, (kind, data) in enumerate(kinds[: count - 1], start=1):
        events.append(Event(start + timedelta(minutes=25, hours=9 * (number - 1)), kind, data, number))
    return events


def _held_by(events: list[Event], person: int) -> list[Event]:
    """The same facts with a holder."""
    second = events[1]
    taken = Event(second.at, second.kind, {"set": {"holder_id": person, "team_id": 1}}, second.id)
    return [events[0], taken, *events[2:]]


if __name__ == "__main__":
    main()
