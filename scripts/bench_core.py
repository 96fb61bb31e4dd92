"""What the core costs: microseconds per deadline, per stored step, per replay. There are no thresholds.

    PYTHONPATH=scripts/lib python scripts/bench_core.py [--rounds N]

Best of the rounds, since the machine may be busy with other things. Runs on policies/logistics, whose
calendar has the holidays of China; needs no Odoo.
"""

import argparse
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from timeit import repeat

from complaint_policy.command.packs import compile_packs
from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.clocks import State, step
from complaint_policy.engine.escalation import consequences
from complaint_policy.engine.policy import Policy
from complaint_policy.engine.replay import replay
from complaint_policy.engine.working_time import Duration

ROOT = Path(__file__).resolve().parents[1]
DAY = datetime(2026, 9, 30).date()  # decides only for which years calendars are expanded


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the core costs, in microseconds.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds; the best one counts (default: 7)")
    rounds = parser.parse_args().rounds
    policy = _policy("logistics")
    start = datetime(2026, 9, 30, 8, 0, tzinfo=timezone.utc)  # 16:00 in Shanghai, before seven days off
    for name, count, action in (*_deadlines(policy, start), *_steps(policy, start), *_replays(policy, start)):
        best = min(repeat(action, number=count, repeat=rounds)) / count * 1e6
        print(f"{name:<52} {best:9.1f} µs")


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


if __name__ == "__main__":
    main()
