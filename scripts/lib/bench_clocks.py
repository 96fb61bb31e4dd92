"""What the clocks cost when there are many: the job with nothing due and with 10,000 cases due, and the list
"My deadlines", in a small register and in a large one.

    python bench_clocks.py [--tickets N] [--due N] DATABASE

A few complaints are entered; the others are copies of them made by SQL, each with its facts and three running
clocks. Everything stays in the database, which `scripts/bench` drops. Started by scripts/bench clocks.
"""

import argparse
import statistics
import time
from datetime import datetime, timedelta

from bench_company import TABLES, asked, copy_cases, environment, new_company, new_people, tidy
from lxml import etree
from odoo import SUPERUSER_ID
from odoo.modules.registry import Registry
from odoo.tools import SQL

USERS = 20
SMALL = 10_000
MODELS = 100
LIST = "complaint_management.my_deadlines_action"
PACK = {
    "bench/roles.yaml": "kind: roles\nroles:\n  - {name: intake, team: Bench intake}\n"
    "  - {name: assignee, of: case}\n  - {name: team_leader, of: team}\n",
    "bench/categories.yaml": "kind: categories\ncategories: [{name: delivery, team: Bench intake}]\n",
    "bench/stages.yaml": "kind: stages\nstages:\n"
    "  - {name: received, event: received, owner: assignee, next: [acknowledged, closed]}\n"
    "  - {name: acknowledged, event: acknowledged, owner: assignee, next: [closed]}\n"
    "  - {name: closed, event: closed, closes: true}\n",
    "bench/sla.yaml": "kind: sla\npolicies:\n  - name: standard\n    clocks:\n"
    "      - {name: feedback, from: received, until: first_feedback, within: 30d}\n"
    "      - {name: solution, from: received, until: solution_proposed, within: 40d}\n"
    "      - {name: answer, from: received, until: communicated, within: 50cd, statutory: true}\n",
    "bench/escalation.yaml": "kind: escalation\nlevels: [{name: supervisor, notify: [team_leader]}]\nrules:\n"
    "  - {name: warn, when: {clock: any, at: 80%}, do: [{notify: [assignee]}]}\n"
    "  - {name: late, when: {clock: any, at: 100%}, do: [{escalate: supervisor}]}\n"
    "  - {name: later, when: {clock: any, after_due: 24h}, do: [{escalate: supervisor}]}\n",
}


class Bench:
    """A company whose register is filled."""

    def __init__(self, database):
        self.registry = Registry(database)
        with self.registry.cursor() as cr:
            env = self.env(cr)
            company = new_company(env, self.pack())
            self.company = company.id
            self.users = new_people(env, company, USERS).ids
            team = env["helpdesk.ticket.team"].search([("company_id", "=", company.id)])
            team.write({"user_id": self.users[0], "user_ids": [(6, 0, self.users)]})
            # the first rule acts after 24 days: these are watched, those are due
            now = datetime.now()
            self.watched = self.models(env, now - timedelta(days=1), now - timedelta(days=22))
            self.due = self.models(env, now - timedelta(days=24, hours=1), now - timedelta(days=26))
            cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL WHERE id IN %s", [tuple(self.due)])
        self.count = 2 * MODELS

    def pack(self):
        return PACK

    def env(self, cr, user=SUPERUSER_ID):
        return environment(cr, getattr(self, "company", None), user)

    def models(self, env, newest, oldest):
        """Complaints received between two moments, of which copies are made."""
        refs = env["complaint.release"]._active(env["res.company"].browse(self.company))._refs()
        step = (newest - oldest) / MODELS
        return env["helpdesk.ticket"].create([
            {
                "name": "It broke", "description": "It broke.", "company_id": self.company,
                "case_type_id": refs["case_type", "complaint"],
                "category_id": refs["category", "delivery"],
                "user_id": self.users[number % USERS], "received_at": oldest + step * number,
            }
            for number in range(MODELS)
        ]).ids  # fmt: skip

    def fill(self, models, count, due=False):
        """Copies of some complaints, with their facts and clocks."""
        with self.registry.cursor() as cr:
            # as the engine had it before it was taken from the models
            own = {"next_act_at": SQL("o.received_at + interval '24 days'")} if due else {}
            copy_cases(cr, models, count, **own)
        self.count += count

    def tidy(self):
        tidy(self.registry, (*TABLES, "mail_activity"))

    # ------------------------------------------------------------------ measuring

    def sweep(self):
        """Milliseconds of a sweep that finds nothing; median of 11."""
        spent = []
        with self.registry.cursor() as cr:
            tickets = self.env(cr)["helpdesk.ticket"]
            for _again in range(11):
                begin = time.perf_counter()
                assert tickets._act_due(200) == 0
                spent.append((time.perf_counter() - begin) * 1000)
        return statistics.median(spent)

    def act(self):
        """(cases, seconds, seconds of computing here) of a run of the job over all that is due."""
        with self.registry.cursor() as cr:
            env = self.env(cr)
            cr.execute("SELECT count(*) FROM helpdesk_ticket WHERE next_act_at <= now() AT TIME ZONE 'UTC'")
            count = cr.fetchone()[0]
            begin = time.perf_counter()
            mine = time.process_time()
            env["helpdesk.ticket"]._cron_act_due()
            return count, time.perf_counter() - begin, time.process_time() - mine

    def made(self):
        """What the job has made so far: facts, notices, activities."""
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT (SELECT count(*) FROM complaint_event WHERE kind IN ('acted', 'escalated')), "
                "(SELECT count(*) FROM complaint_notice), "
                "(SELECT count(*) FROM mail_activity WHERE res_model = 'helpdesk.ticket')"
            )
            return cr.fetchone()

    def my_deadlines(self):
        """Milliseconds in which the list opens, as its action asks for it; median of 5, after a first one."""
        spent = []
        with self.registry.cursor() as cr:
            env = self.env(cr, self.users[1])
            action = env["ir.actions.actions"]._for_xml_id(LIST)
            domain = eval(action["domain"], {"uid": env.uid, "context_today": datetime.now})
            view = next(((ident, kind) for ident, kind in action["views"] if kind == "list"), (False, "list"))
            arch = etree.fromstring(env["helpdesk.ticket"].get_views([view])["views"]["list"]["arch"])
            fields = env["helpdesk.ticket"]._fields
            spec = {
                name: {"fields": {"display_name": {}}} if fields[name].relational else {}
                for name in (node.get("name") for node in arch.iterfind(".//field"))
                if name in fields
            }
            for _again in range(6):
                env.invalidate_all()
                begin = time.perf_counter()
                found = env["helpdesk.ticket"].web_search_read(
                    domain, spec, limit=80, order=arch.get("default_order"), count_limit=10001
                )
                spent.append((time.perf_counter() - begin) * 1000)
            assert len(found["records"]) == 80, "the list is not filled"
        return statistics.median(spent[1:])


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench clocks", description="what many clocks cost")
    parser.add_argument(
        "--tickets", type=int, default=1_000_000, help="cases in the large register (default: 1,000,000)"
    )
    parser.add_argument("--due", type=int, default=10_000, help="cases that are due (default: 10,000)")
    arguments = asked(parser)
    bench, costs = Bench(arguments.database), []
    for size in (SMALL, arguments.tickets):
        begin = time.perf_counter()
        bench.fill(bench.watched, size - bench.count)
        bench.tidy()
        print(
            f"\n{bench.count:,} cases, {3 * bench.count:,} running clocks "
            f"(made in {time.perf_counter() - begin:.0f} s)",
            flush=True,
        )
        print(f"  a sweep with nothing due              {bench.sweep():10.1f} ms", flush=True)
        print(f"  My deadlines opens in                 {bench.my_deadlines():10.1f} ms", flush=True)
        bench.fill(bench.due, arguments.due, due=True)
        before = bench.made()
        count, seconds, cpu = bench.act()
        made = [after - one for after, one in zip(bench.made(), before, strict=True)]
        costs.append(seconds / count)
        print(
            f"  {count:,} due: {made[0]:,} facts, {made[1]:,} notices, {made[2]:,} activities "
            f"in {seconds:.1f} s ({cpu:.1f} s of this process): "
            f"{count / seconds:.0f} a second, {seconds / count * 1000:.2f} ms each",
            flush=True,
        )
    print(f"\ncost of one due case, large : small   {costs[1] / costs[0]:10.2f}")


if __name__ == "__main__":
    main()
