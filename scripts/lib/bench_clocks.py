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

from lxml import etree
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

USERS = 20
SMALL = 10_000
MODELS = 100
LIST = "complaint_management.my_deadlines_action"
PACK = {
    "bench/pack.yaml": "kind: pack\nname: bench\ntitle: Bench\ncalendar: always\ncurrency: EUR\n",
    "bench/calendars.yaml": "kind: calendars\ncalendars:\n"
    '  - {name: always, timezone: UTC, hours: {daily: ["00:00-24:00"]}}\n',
    "bench/roles.yaml": "kind: roles\nroles:\n  - {name: intake, team: Bench intake}\n"
    "  - {name: assignee, of: case}\n  - {name: team_leader, of: team}\n",
    "bench/channels.yaml": "kind: channels\nchannels: [{name: phone}]\n",
    "bench/case_types.yaml": "kind: case_types\ncase_types: [{name: complaint}]\n",
    "bench/categories.yaml": "kind: categories\ncategories: [{name: delivery, team: Bench intake}]\n",
    "bench/severity.yaml": "kind: severity\nlevels: [{name: normal, priority: 1}]\ndefault: normal\n",
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
            company = env["res.company"].create(
                {"name": f"Bench {datetime.now():%H:%M:%S}", "email": "bench@example.com"}
            )
            files = {path: text.encode() for path, text in PACK.items()}
            env["complaint.release"]._apply(files, "bench", company, message="bench")
            self.company = company.id
            self.users = env["res.users"].with_context(no_reset_password=True).create([
                {
                    "name": f"Agent {number}", "login": f"bench{number}@company{company.id}.example",
                    "email": f"bench{number}@example.com", "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "group_ids": [(6, 0, env.ref("complaint_management.group_intake").ids)],
                }
                for number in range(USERS)
            ]).ids  # fmt: skip
            team = env["helpdesk.ticket.team"].search([("company_id", "=", company.id)])
            team.write({"user_id": self.users[0], "user_ids": [(6, 0, self.users)]})
            # the first rule acts after 24 days: these are watched, those are due
            now = datetime.now()
            self.watched = self.models(env, now - timedelta(days=1), now - timedelta(days=22))
            self.due = self.models(env, now - timedelta(days=24, hours=1), now - timedelta(days=26))
            cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL WHERE id IN %s", [tuple(self.due)])
        self.count = 2 * MODELS

    def env(self, cr, user=SUPERUSER_ID):
        return api.Environment(
            cr,
            user,
            {"tracking_disable": True, "allowed_company_ids": [self.company]}
            if hasattr(self, "company")
            else {"tracking_disable": True},
        )

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
            cr.execute("SET LOCAL session_replication_role = replica")  # copies of what was checked
            cr.execute("SELECT last_value FROM helpdesk_ticket_id_seq")
            first = cr.fetchone()[0] + 1
            cr.execute("SELECT setval('helpdesk_ticket_id_seq', %s)", [first + count])
            cr.execute(
                "CREATE TEMP TABLE pairs ON COMMIT DROP AS "
                "SELECT %s + n AS copy, (%s::int[])[1 + n %% %s] AS model FROM generate_series(0, %s) AS n",
                [first, models, len(models), count - 1],
            )
            own = {"number": SQL("'B' || copy"), "access_token": SQL("NULL")}
            if due:  # as the engine had it before it was taken from the models
                own["next_act_at"] = SQL("o.received_at + interval '24 days'")
            self.copy(cr, "helpdesk_ticket", "id", own)
            self.copy(cr, "complaint_event", "ticket_id", {})
            self.copy(cr, "complaint_milestone", "ticket_id", {})
        self.count += count

    def copy(self, cr, table, key, own):
        cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        names = [name for (name,) in cr.fetchall() if name != "id" or key == "id"]
        values = [
            own.get(name, SQL("copy") if name == key else SQL("o.%s", SQL.identifier(name))) for name in names
        ]
        cr.execute(SQL(
            "INSERT INTO %s (%s) SELECT %s FROM pairs JOIN %s o ON o.%s = model",
            SQL.identifier(table), SQL(", ").join(map(SQL.identifier, names)), SQL(", ").join(values),
            SQL.identifier(table), SQL.identifier(key),
        ))  # fmt: skip

    def tidy(self):
        """What autovacuum does sooner or later."""
        connection = self.registry.cursor()
        try:
            connection._cnx.rollback()
            connection._cnx.autocommit = True
            for table in ("helpdesk_ticket", "complaint_event", "complaint_milestone", "mail_activity"):
                connection._cnx.cursor().execute(f"VACUUM ANALYZE {table}")
        finally:
            connection._cnx.autocommit = False
            connection.close()

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
    parser.add_argument("--addons-path")
    parser.add_argument("database")
    arguments = parser.parse_args()
    options = ["--no-http", "--log-level=error"]
    if arguments.addons_path:
        options.append(f"--addons-path={arguments.addons_path}")
    config.parse_config(options, setup_logging=True)
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
