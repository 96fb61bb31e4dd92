"""What planning callbacks costs, and whether it survives being killed: a month's sample of many closed cases,
and the rounds of many customers.

    python bench_callbacks.py [--cases N] [--customers N] [--kills N] [--workers N] [--json] DATABASE

A few cases are entered; the others are copies of them made by SQL, as are the customers. Then the planner's
two jobs run. With --kills they run in processes that are ended by SIGKILL, spread over all of the work, and
started anew. Counted afterwards in the database: every case drawn has one callback, every customer one of the
round, nobody is asked twice for the sample, and nobody more often than the cap allows. Everything stays in
the database, in a company of its own. Started by scripts/bench callbacks, in small by test_planning_killed.
"""

# A program speaks to its user and commits what it made.
# pylint: disable=print-used,invalid-commit
import argparse
import json
import os
import signal
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta

import psycopg2
from bench_company import asked, copy, environment, new_company, new_people, pairs, tidy
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import SQL

PATIENCE = 120  # seconds without progress after which the run is given up
CALLERS = 20
MODELS = 20
VIP = 10  # every tenth customer is called, the others get a link
PACK = {
    "bench/roles.yaml": "kind: roles\nroles:\n  - {name: intake, team: Bench intake}\n"
    "  - {name: assignee, of: case}\n",
    "bench/categories.yaml": "kind: categories\ncategories:\n"
    "  - {name: delivery, team: Bench intake}\n  - {name: billing, team: Bench billing}\n"
    "  - {name: product, team: Bench intake}\n",
    "bench/stages.yaml": "kind: stages\nstages:\n"
    "  - {name: received, event: received, owner: intake, next: [closed]}\n"
    "  - {name: closed, event: closed, closes: true}\n",
    "bench/sla.yaml": "kind: sla\npolicies:\n  - name: standard\n    clocks:\n"
    "      - {name: answer, from: received, until: closed, within: 40d}\n",
    "bench/tiers.yaml": "kind: tiers\ntiers:\n  - {name: vip, when: {spend_12_months: {min: 1000}}}\n"
    "  - {name: normal}\n",
    "bench/surveys.yaml": "kind: surveys\nsurveys:\n  - name: satisfaction\n    title: Satisfaction\n"
    "    questions: [{name: product, title: Satisfied?, scale: 5}]\n    satisfied: {min: 4}\n",
    "bench/callbacks.yaml": "kind: callbacks\nplans:\n"
    "  - {name: sample, match: {type: complaint}, for: case, every: month, sample: 10%, of: closed,\n"
    "     strata: [category, team], by: intake, method: phone, survey: satisfaction}\n"
    "  - {name: vip-care, match: {tier: vip}, for: customer, every: 30d, by: intake, method: phone}\n"
    "  - {name: care, match: {tier: normal}, for: customer, every: 60d, method: mail, survey: satisfaction}\n"
    "contact_cap: {contacts: 1, per: 30d}\n",
}
EXPECTED = {
    "cases drawn": "SELECT count(*) FROM complaint_sample_member WHERE company_id = %s AND drawn",
    "with a callback": "SELECT count(*) FROM complaint_sample_member m JOIN complaint_callback c "
    "ON c.id = m.callback_id WHERE m.company_id = %s AND m.drawn AND c.ticket_id = m.ticket_id",
    "callbacks of the sample": "SELECT count(*) FROM complaint_callback "
    "WHERE company_id = %s AND plan = 'sample'",
    "asked twice": "SELECT count(*) FROM (SELECT 1 FROM complaint_callback WHERE company_id = %s "
    "AND plan = 'sample' GROUP BY commercial_partner_id HAVING count(*) > 1) twice",
    "customers": "SELECT count(*) FROM complaint_customer WHERE company_id = %s",
    "customers with a round": "SELECT count(DISTINCT partner_id) FROM complaint_callback "
    "WHERE company_id = %s AND ticket_id IS NULL",
    "rounds": "SELECT count(*) FROM complaint_callback WHERE company_id = %s AND ticket_id IS NULL",
    "calls on a list": "SELECT count(*) FROM complaint_callback WHERE company_id = %s AND state = 'open' "
    "AND method = 'phone'",
    "activities": "SELECT count(*) FROM mail_activity a JOIN complaint_callback c ON c.id = a.res_id "
    "WHERE a.res_model = 'complaint.callback' AND c.company_id = %s AND a.active",
    "left out by the cap": "SELECT count(*) FROM complaint_callback WHERE company_id = %s "
    "AND left_out_reason = 'cap'",
    # two contacts with less than the cap's time between them, give or take a day
    "above the cap": "SELECT count(*) FROM complaint_callback a JOIN complaint_callback b "
    "ON b.commercial_partner_id = a.commercial_partner_id AND b.company_id = a.company_id AND b.id > a.id "
    "WHERE a.company_id = %s AND a.state != 'left_out' AND b.state != 'left_out' "
    "AND GREATEST(a.opens_at, a.create_date) - GREATEST(b.opens_at, b.create_date) "
    "BETWEEN interval '-29 days' AND interval '29 days'",
}


class Bench:
    """A company with closed cases and customers, about whom nothing is planned yet."""

    def __init__(self, database, cases, customers):
        self.registry = Registry(database)
        with self.registry.cursor() as cr:
            env = environment(cr)
            company = new_company(env, PACK)
            release = env["complaint.release"]._active(company)
            env.flush_all()
            self.company = company.id
            long_ago = datetime.now() - timedelta(days=200)
            cr.execute("UPDATE complaint_release SET applied_at = %s WHERE id = %s", [long_ago, release.id])
            self._people(env, company)
            self._fill(environment(cr, company.id), cases, customers)
        tidy(self.registry, ("helpdesk_ticket", "complaint_event", "complaint_customer", "res_partner"))

    def _people(self, env, company):
        users = new_people(env, company, CALLERS, "Caller", ("complaint_management.group_senior",))
        teams = env["helpdesk.ticket.team"].search([("company_id", "=", company.id)])
        teams.write({"user_id": users[0].id, "user_ids": [(6, 0, users.ids)]})

    def _fill(self, env, cases, customers):
        refs = env["complaint.release"]._active(env.company)._refs()
        cr, tiers = env.cr, [refs["tier", "vip"], refs["tier", "normal"]]
        cr.execute(
            "INSERT INTO res_partner (name, complete_name, email, phone, active, type, company_id) "
            "SELECT 'Customer ' || n, 'Customer ' || n, 'customer' || n || '@outside.example', "
            "'+49 30 ' || n, TRUE, 'contact', %s "
            "FROM generate_series(1, %s) AS n RETURNING id",
            [self.company, customers],
        )
        partners = [ident for (ident,) in cr.fetchall()]
        cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", [partners])
        cr.execute(
            "INSERT INTO complaint_customer (partner_id, company_id, tier_id, create_date, create_uid) "
            "SELECT p, %s, CASE WHEN n %% %s = 0 THEN %s ELSE %s END, "
            "now() AT TIME ZONE 'UTC' - interval '100 days' - n %% 20 * interval '1 day', 1 "
            "FROM unnest(%s) WITH ORDINALITY AS u(p, n)",
            [self.company, VIP, *tiers, partners],
        )
        env.invalidate_all()
        models = env["helpdesk.ticket"].create([
            {
                "name": "It broke", "description": "It broke.", "company_id": self.company,
                "case_type_id": refs["case_type", "complaint"], "partner_id": partners[0],
                "category_id": refs["category", ("delivery", "billing", "product")[number % 3]],
            }
            for number in range(MODELS)
        ])  # fmt: skip
        models.write({"stage_id": refs["stage", "closed"]})
        env.flush_all()
        self._copies(cr, models.ids, cases, partners)

    def _copies(self, cr, models, count, partners):
        """Copies of some closed cases, of all customers, closed at any time of the last month."""
        today = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        ends = today.replace(day=1)
        begins = (ends - timedelta(days=1)).replace(day=1)
        pairs(
            cr, models, count,
            partner=SQL("(%s::int[])[1 + n %% %s]", partners, len(partners)),
            at=SQL("%s + n * (%s::timestamp - %s) / %s", begins, ends, begins, count),
        )  # fmt: skip
        # the models themselves are no part of it
        cr.execute("UPDATE complaint_event SET occurred_at = %s WHERE ticket_id = ANY(%s)", [today, models])
        owner = {"partner_id": SQL("partner"), "commercial_partner_id": SQL("partner")}
        copy(cr, "helpdesk_ticket", "id", number=SQL("'C' || copy"), access_token=SQL("NULL"), **owner)
        copy(cr, "complaint_event", "ticket_id", occurred_at=SQL("at"))

    # ------------------------------------------------------------------ working

    def work(self):
        """Both jobs, as the scheduler calls them; returns the seconds of each."""
        spent = []
        for model, job in (("complaint.sample", "_cron_draw"), ("complaint.customer", "_cron_plan_rounds")):
            with self.registry.cursor() as cr:
                begin = time.perf_counter()
                getattr(api.Environment(cr, SUPERUSER_ID, {})[model], job)()
                spent.append(time.perf_counter() - begin)
        return spent

    def start(self):
        """A process that works until it is done or killed."""
        sql_db.close_all()  # no connection is shared between processes
        process = os.fork()
        if process:
            return process
        code = 1
        try:
            self.work()
            code = 0
        except BaseException as error:  # the end of the process, whatever it is
            print(f"a process ended: {type(error).__name__}: {error}"[:300], file=sys.stderr)
        finally:
            os._exit(code)

    def live(self, kills, workers):
        """Let processes work, kill so many of them in between. Returns (seconds, killed)."""
        begin = moved = time.monotonic()
        wanted, killed, most = self.wanted(), 0, 0
        running = {self.start() for _one in range(workers)}
        while running:
            made = self.count("SELECT count(*) FROM complaint_callback WHERE company_id = %s")
            if made > most:
                most, moved = made, time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                raise SystemExit(f"no progress for {PATIENCE} seconds, {made} made")
            if killed < kills and made >= wanted * (killed + 0.5) / kills:
                victim = running.pop()
                os.kill(victim, signal.SIGKILL)
                os.waitpid(victim, 0)
                running.add(self.start())
                killed += 1
            for process in sorted(running):
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    running.discard(process)
                    if status:
                        running.add(self.start())
            time.sleep(0.01)
        return time.monotonic() - begin, killed

    def race(self):
        """Two transactions that began together contact one customer; the second does it again if it is told
        that it was overtaken. Returns what became of the two contacts."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].create({"name": "Wanted by two", "phone": "+49 30 1"}).id
            env["complaint.customer"].create({"partner_id": partner, "company_id": self.company})
        with self.registry.cursor() as one, self.registry.cursor() as two:
            one.execute("SELECT 1")  # from now on each sees the database as it is here
            two.execute("SELECT 1")
            self._contact(one, partner, "first")
            one.commit()
            try:
                self._contact(two, partner, "second")
            except psycopg2.errors.SerializationFailure:
                two.rollback()
                self._contact(two, partner, "second")
            two.commit()
            found = api.Environment(two, SUPERUSER_ID, {})["complaint.callback"].search(
                [("partner_id", "=", partner)], order="id"
            )
            return ", ".join(found.mapped("state"))

    def _contact(self, cr, partner, occasion):
        env, now = api.Environment(cr, SUPERUSER_ID, {}), datetime.now().replace(microsecond=0)
        release = env["complaint.release"]._active(env["res.company"].browse(self.company))
        env["complaint.callback"]._plan([
            {
                "company_id": self.company, "release_id": release.id, "plan": "vip-care",
                "partner_id": partner, "occasion": occasion, "opens_at": now,
                "due_at": now + timedelta(days=7),
            }
        ])  # fmt: skip
        env.flush_all()

    def wanted(self):
        """About how many callbacks there will be."""
        cases = self.count("SELECT count(*) FROM helpdesk_ticket WHERE company_id = %s")
        return cases // 10 + self.count(EXPECTED["customers"])

    def count(self, query):
        address = dsn(self.registry.db_name)
        with closing(psycopg2.connect(**address)) as connection, connection.cursor() as cr:
            cr.execute(query, [self.company])
            return cr.fetchone()[0]

    def judge(self):
        """What became of it, and whether anything is missing or double."""
        found = {name: self.count(query) for name, query in EXPECTED.items()}
        found["two at once"] = self.race()
        with self.registry.cursor() as cr:
            sample = api.Environment(cr, SUPERUSER_ID, {})["complaint.sample"].search(
                [("company_id", "=", self.company)]
            )
            found["samples"] = len(sample)
            found["strata off by a case or more"] = sum(
                abs(one["drawn"] - one["members"] / 10) >= 1 for one in sample.strata or ()
            )
        found["sound"] = (
            found["samples"] == 1
            and found["two at once"] == "open, left_out"
            and found["cases drawn"] == found["with a callback"] == found["callbacks of the sample"]
            and found["customers"] == found["customers with a round"] == found["rounds"]
            and found["calls on a list"] == found["activities"]
            and not any(
                found[name] for name in ("asked twice", "above the cap", "strata off by a case or more")
            )
        )
        return found


def dsn(database):
    _name, info = sql_db.connection_info_for(database)
    return {key: value for key, value in info.items() if key != "application_name"}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench callbacks", description="what planning costs")
    parser.add_argument("--cases", type=int, default=100_000, help="closed cases (default: 100,000)")
    parser.add_argument("--customers", type=int, default=20_000, help="customers (default: 20,000)")
    parser.add_argument("--kills", type=int, default=0, help="processes killed (default: 0)")
    parser.add_argument("--workers", type=int, default=1, help="processes at once (default: 1)")
    parser.add_argument("--batch", type=int, help="customers or callbacks in one transaction")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    arguments = asked(parser)
    bench = Bench(arguments.database, arguments.cases, arguments.customers)
    if arguments.batch:
        from odoo.addons.complaint_management.complaint_management.models import rounds, sample_drawing

        rounds.BATCH = sample_drawing.BATCH = arguments.batch
    if arguments.kills or arguments.workers > 1:
        seconds, killed = bench.live(arguments.kills, arguments.workers)
        parts = []
    else:
        mine = time.process_time()
        parts, killed = bench.work(), 0
        mine, seconds = time.process_time() - mine, sum(parts)
    found = bench.judge()
    report = {**found, "seconds": round(seconds, 1), "killed": killed}
    if arguments.json:
        print(json.dumps(report))
    else:
        print(
            f"\n{arguments.cases:,} closed cases, {arguments.customers:,} customers: {seconds:.1f} s"
            + "".join(
                f" ({name} {spent:.1f} s)" for name, spent in zip(("sample", "rounds"), parts, strict=False)
            )
            + (f", {killed} processes killed" if killed else "")
            + (f", {mine:.1f} s of them computing here" if parts else "")
        )
        for name, value in found.items():
            print(f"  {name:<32}{value!s:>16}")
    sys.exit(0 if found["sound"] else 1)


if __name__ == "__main__":
    main()
