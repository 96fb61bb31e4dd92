"""What points cost: 500 people and 100,000 cases of a month, counted anew, computed, and after one late fact.

    python bench_incentives.py [--cases N] [--people N] DATABASE

Some cases are entered and closed; the others are copies of them made by SQL, each with its facts and clocks.
Everything stays in the database, which `scripts/bench` drops. Started by scripts/bench incentives.
"""

import argparse
import time
from datetime import datetime, timedelta

from bench_company import asked, copy_cases, environment, new_company, new_people
from odoo import SUPERUSER_ID
from odoo.modules.registry import Registry
from odoo.tools import SQL

MODELS_EACH = 2
PACK = {
    "bench/roles.yaml": "kind: roles\nroles:\n  - {name: intake, team: Bench intake}\n"
    "  - {name: assignee, of: case}\n  - {name: decision, group: decision}\n",
    "bench/categories.yaml": "kind: categories\ncategories: [{name: delivery, team: Bench intake}]\n",
    "bench/stages.yaml": "kind: stages\nstages:\n"
    "  - {name: received, event: received, owner: assignee, next: [acknowledged]}\n"
    "  - {name: acknowledged, event: acknowledged, owner: assignee, next: [proposed]}\n"
    "  - {name: proposed, event: solution_proposed, owner: assignee, next: [closed]}\n"
    "  - {name: closed, event: closed, closes: true}\n",
    "bench/sla.yaml": "kind: sla\npolicies:\n  - name: standard\n    clocks:\n"
    "      - {name: acknowledgement, from: received, until: acknowledged, within: 1h}\n"
    "      - {name: solution, from: received, until: solution_proposed, within: 3d}\n",
    "bench/approvals.yaml": "kind: approvals\napprovals:\n  - {name: reward, steps: [{by: decision}]}\n",
    "bench/incentives.yaml": """kind: incentives
schemes:
  - name: desk
    period: month
    who: {role: intake}
    score: average
    rules:
      - {name: on-time, when: {closed: true, breaches: 0}, points: 5}
      - {name: satisfied, when: {rating: {min: 4}}, points: 3}
      - {name: breach, when: {clock: any, breached: true}, points: -4, charged_to: holder, limit_per_case: 8}
    fair: {min_cases: 10, exclude: [outage, extension, disputed]}
    grades:
      - {name: excellent, min: 700, reward: 800}
      - {name: good, min: 300, reward: 300}
      - {name: rest}
    budget: 10000
    approval: reward
    object_within: 10d
""",
}


class Bench:
    """A company with people, and a month of their cases."""

    def __init__(self, database, people, cases):
        self.registry, self.people, self.cases = Registry(database), people, cases
        now = datetime.now().replace(microsecond=0)
        self.first = (now.replace(day=1, hour=0, minute=0, second=0) - timedelta(days=1)).replace(day=1)
        with self.registry.cursor() as cr:
            env = self.env(cr)
            company = new_company(env, PACK)
            self.company = company.id
            self.users = new_people(env, company, people + 1).ids
            team = env["helpdesk.ticket.team"].search([("company_id", "=", company.id)])
            team.write({"user_id": self.users[-1], "user_ids": [(6, 0, self.users[:-1])]})
        with self.registry.cursor() as cr:
            self.models = self.make_models(self.env(cr))

    def env(self, cr, user=SUPERUSER_ID):
        company = getattr(self, "company", None)
        return environment(cr, company, user, complaint_no_message=True, mail_notrack=True)

    def make_models(self, env):
        """Closed cases of everybody, of which copies are made: every fifth missed a deadline, every third is
        rated."""
        release = env["complaint.release"]._active(env["res.company"].browse(self.company))
        refs = release._refs()
        cases = env["helpdesk.ticket"].create([
            {
                "name": "It broke", "description": "It broke.", "company_id": self.company,
                "case_type_id": refs["case_type", "complaint"],
                "category_id": refs["category", "delivery"],
                "user_id": self.users[number % self.people],
                "received_at": self.first + timedelta(minutes=number * 20 % 30000),
            }
            for number in range(MODELS_EACH * self.people)
        ])  # fmt: skip
        places = {ident: number for number, ident in enumerate(cases.ids)}
        cases._record(lambda ticket, state: self.facts(ticket, state, places[ticket.id]))
        cases.write({"stage_id": refs["stage", "closed"]})
        return cases.ids

    def facts(self, ticket, state, number):
        from odoo.addons.complaint_management.complaint_management.engine.case import Event

        late = number % 5 == 0
        told = [
            ("acknowledged", 90 if late else 20, {"stage": "acknowledged"}),
            ("solution_proposed", 240, {"stage": "proposed"}),
            ("closed", 300, {"stage": "closed"}),
        ]
        if number % 3 == 0:
            told.append(("rated", 400, {"score": 5}))
        start = state.last[0]
        return [
            Event(start + timedelta(minutes=minutes), kind, data, state.last[1] + place)
            for place, (kind, minutes, data) in enumerate(told, 1)
        ]

    def fill(self):
        """Copies of the models, with their facts and clocks."""
        count = self.cases - len(self.models)
        with self.registry.cursor() as cr:
            copy_cases(cr, self.models, count)
            cr.execute("DELETE FROM complaint_incentive_dirty")
            cr.execute(
                "INSERT INTO complaint_incentive_dirty (ticket_id) SELECT id FROM helpdesk_ticket "
                "WHERE company_id = %s",
                [self.company],
            )
        with self.registry.cursor() as cr:
            for table in ("helpdesk_ticket", "complaint_event", "complaint_milestone"):
                cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    # ------------------------------------------------------------------ measuring

    def timed(self, deed):
        """(seconds, what it returns, queries) of a deed in a transaction of its own."""
        with self.registry.cursor() as cr:
            env, before = self.env(cr), cr.sql_log_count
            begin = time.perf_counter()
            result = deed(env)
            env.flush_all()
            spent = time.perf_counter() - begin
            return spent, result, cr.sql_log_count - before

    def count(self, env):
        """All that waits, in transactions of the job's size."""
        dirty, done = env["complaint.incentive.dirty"], 0
        limit = env["helpdesk.ticket"]._job_number("points_batch")
        while rows := dirty._reckon_batch(limit):
            env.cr.commit()
            env.invalidate_all()
            done += rows
        dirty._reckon_statements()
        return done

    def period(self, env):
        code = f"{self.first:%Y-%m}"
        return env["complaint.incentive.period"].search(
            [("company_id", "=", self.company), ("code", "=", code)]
        )

    def late_fact(self, env):
        case = env["helpdesk.ticket"].browse(self.models[1])
        case._record_fact("rated", at=self.first + timedelta(days=20), data={"score": 5})

    def ledger(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT count(*), count(DISTINCT statement_id) FROM complaint_incentive_entry "
                "WHERE company_id = %s",
                [self.company],
            )
            return cr.fetchone()


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench incentives", description="what points cost")
    parser.add_argument("--cases", type=int, default=100_000, help="cases of a month (default: 100,000)")
    parser.add_argument("--people", type=int, default=500, help="people in the scheme (default: 500)")
    arguments = asked(parser)
    bench = Bench(arguments.database, arguments.people, arguments.cases)
    bench.fill()
    print(f"\n{arguments.people:,} people, {arguments.cases:,} cases of a month", flush=True)
    seconds, cases, _queries = bench.timed(bench.count)
    rows, people = bench.ledger()
    print(
        f"  all cases counted from the start      {seconds:10.1f} s ({cases / seconds:.0f} cases a second; "
        f"{rows:,} entries, {people:,} statements)",
        flush=True,
    )
    seconds, changed, queries = bench.timed(lambda env: bench.period(env).statement_ids._reckon())
    print(f"  all statements reckoned again         {seconds:10.2f} s, {queries} queries", flush=True)
    assert not changed, "a second reckoning gives something else"
    seconds, _nothing, queries = bench.timed(lambda env: bench.period(env)._compute_over())
    print(f"  the period closed, everybody told     {seconds:10.1f} s, {queries:,} queries", flush=True)
    bench.timed(bench.late_fact)
    seconds, _cases, queries = bench.timed(lambda env: env["complaint.incentive.dirty"]._reckon_all())
    more = bench.ledger()[0] - rows
    print(
        f"  after one late fact                   {seconds * 1000:10.1f} ms, {queries} queries, "
        f"{more} new entry"
    )


if __name__ == "__main__":
    main()
