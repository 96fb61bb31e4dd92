"""What a ticket costs: plain OCA, OCA with three SLAs, this addon with its clocks, measured in one run.

    python bench.py [--rounds N] [--size N] plain=DATABASE sla=DATABASE addon=DATABASE

The subjects take turns in each round, so that a slow moment of the machine hits all of them; printed are
medians in milliseconds per ticket, and the ratio to plain OCA. Every round is rolled back. Started by
scripts/bench.
"""

import argparse
import gc
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

TITLES = {
    "plain": "plain OCA",
    "sla": "OCA with 3 SLAs",
    "ordinary": "this addon, ordinary ticket",
    "addon": "this addon, complaint",
}
ACTIONS = {"create": "creation", "move": "stage move"}
ADMINISTRATOR = 2
POLICIES = Path(__file__).resolve().parents[2] / "policies"
# The general pack with two more clocks, so that five run for each complaint, in elapsed and in working time.
FIVE_CLOCKS = {
    "bench/pack.yaml": b"kind: pack\nname: bench\ntitle: Bench\nextends: general\n",
    "bench/sla.yaml": b"""kind: sla
policies:
  - name: standard
    clocks:
      - {name: investigation, from: received, until: communicated, within: 5bd}
      - {name: closing, from: received, until: closed, within: 40bh}
""",
}


@dataclass(frozen=True)
class Subject:
    """One kind of ticket in one database: what it is created with, and the stage it is moved to."""

    name: str
    registry: Registry
    values: dict
    stage_id: int


def prepare(name: str, database: str) -> Subject:
    """The team, SLAs and values that the subject needs, committed in its database."""
    registry = Registry(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, ADMINISTRATOR, {})
        team = env["helpdesk.ticket.team"].create({"name": "Bench"})
        values = {"name": "Bench", "description": "<p>bench</p>", "team_id": team.id}
        stage = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        if name == "sla":
            team.use_sla = True
            env["helpdesk.sla"].create(
                [{"name": f"SLA {hours}", "hours": hours, "stage_id": stage.id} for hours in (1, 4, 8)]
            )
        if name == "addon":
            apply_five_clocks(env)
            values["case_type_id"] = complaint_type(env).id
            stage = next_stage(env, values)
        return Subject(name, registry, values, stage.id)


def apply_five_clocks(env) -> None:
    files = {
        path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in POLICIES.glob("general/*.yaml")
    }
    env["complaint.release"]._apply({**files, **FIVE_CLOCKS}, "bench", env.company, message="bench")


def complaint_type(env):
    terms = env["complaint.term"].search(
        [("kind", "=", "case_type"), ("policy_code", "=", "complaint"), ("company_id", "=", env.company.id)]
    )
    if not terms:
        raise SystemExit("no active policy with the case type 'complaint' in the database of the addon")
    return terms


def next_stage(env, values):
    """The stage after the one in which a complaint begins; a trial complaint tells, and is taken back."""
    with env.cr.savepoint() as savepoint:
        ticket = env["helpdesk.ticket"].create(dict(values))
        clocks = env["complaint.milestone"].search_count([("ticket_id", "=", ticket.id)])
        TITLES["addon"] += f" ({clocks} clocks)"
        domain = [
            ("for_complaints", "=", True),
            ("company_id", "in", [env.company.id, False]),
            ("closed", "=", False),
            ("sequence", ">", ticket.stage_id.sequence),
        ]
        later = env["helpdesk.ticket.stage"].search(domain, order="sequence, id", limit=1)
        env.flush_all()
        savepoint.rollback()
        env.cr.precommit.clear()
    return later


def timed(action) -> float:
    gc.collect()
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def measure(subject: Subject, size: int, batch: int, context: dict) -> dict[str, float]:
    """Milliseconds per ticket for creating `size` tickets and moving them, `batch` at a time.

    Each step ends as a request does: values flushed, tracking messages written; only the commit is missing.
    """
    with subject.registry.cursor() as cr:
        env = api.Environment(cr, ADMINISTRATOR, context)
        model = env["helpdesk.ticket"]
        made = model

        def create():
            nonlocal made
            for start in range(0, size, batch):
                rows = [dict(subject.values) for _row in range(min(batch, size - start))]
                made += model.create(rows)
                cr.flush()

        def move():
            for start in range(0, size, batch):
                made[start : start + batch].write({"stage_id": subject.stage_id})
                cr.flush()

        spent = {"create": timed(create) / size}
        env.invalidate_all()
        spent["move"] = timed(move) / size
        cr.rollback()
    return spent


def rounds(subjects: list[Subject], count: int, size: int, batch: int, context: dict) -> dict:
    """(subject, action) -> median; a first round warms the caches and is not counted."""
    spent: dict[tuple[str, str], list[float]] = {}
    for number in range(count + 1):
        for subject in subjects:
            for action, milliseconds in measure(subject, size, batch, context).items():
                if number:
                    spent.setdefault((subject.name, action), []).append(milliseconds)
    return {key: statistics.median(values) for key, values in spent.items()}


def print_table(subjects: list[Subject], columns: list[tuple[str, dict]]) -> None:
    for action, title in ACTIONS.items():
        print(f"\n{title:<36}" + "".join(f"{head:>26}" for head, _results in columns))
        for subject in subjects:
            cells = []
            for _head, results in columns:
                value, plain = results[subject.name, action], results["plain", action]
                cells.append(f"{value:>12.2f} ms {value / plain:>8.2f} x ")
            print(f"  {TITLES[subject.name]:<34}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="milliseconds per ticket, medians")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default: 5)")
    parser.add_argument("--size", type=int, default=500, help="tickets in a batch (default: 500)")
    parser.add_argument("databases", nargs="+", metavar="SUBJECT=DATABASE")
    arguments = parser.parse_args()
    config.parse_config(["--no-http", "--log-level=error"], setup_logging=True)
    databases = dict(pair.split("=", 1) for pair in arguments.databases)
    if "addon" in databases:
        databases = {**databases, "ordinary": databases["addon"]}
    subjects = [prepare(name, databases[name]) for name in TITLES if name in databases]
    single = max(arguments.size // 10, 1)
    for label, context in (("without tracking", {"tracking_disable": True}), ("with tracking", {})):
        columns = [
            (
                f"batch of {arguments.size}",
                rounds(subjects, arguments.rounds, arguments.size, arguments.size, context),
            ),
            ("one by one", rounds(subjects, arguments.rounds, single, 1, context)),
        ]
        print(f"\n=== {label}: ms per ticket, median of {arguments.rounds} rounds, ratio to plain OCA")
        print_table(subjects, columns)


if __name__ == "__main__":
    main()
