"""The job under faults: processes killed in the middle, a database that restarts, a mail server that refuses.

    python faults.py DATABASE [--cases N] [--kills N] [--workers N] [--batch N] [--seed N]
                     [--restart COMMAND] [--refuse] [--json]

Real processes with connections of their own run the scheduled actions of Odoo, as its server does, over cases
whose ladder is due. Counted afterwards: each fact, notice, activity and message, and what the mail server
got. A program, no test: `scripts/faults` and test_faults.py start it. What it makes stays in the database, in
a company of its own.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import psycopg2
from mail_stub import MailStub
from odoo import api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

CRONS = (
    "complaint_management.cron_act_1",
    "complaint_management.cron_act_2",
    "complaint_management.cron_act_3",
    "complaint_management.cron_notices",
    "complaint_management.cron_messages",
    "mail.ir_cron_mail_scheduler_action",
)
PARAMETERS = ("job_batch", "mail_again_after")
AGENTS = 4
PATIENCE = 120  # seconds without progress after which the run is given up
PACK = {
    "faults/pack.yaml": "kind: pack\nname: faults\ntitle: Faults\ncalendar: always\ncurrency: EUR\n",
    "faults/calendars.yaml": "kind: calendars\ncalendars:\n"
    '  - {name: always, timezone: UTC, hours: {daily: ["00:00-24:00"]}}\n',
    "faults/roles.yaml": "kind: roles\nroles:\n"
    "  - {name: intake, team: Faults intake}\n  - {name: assignee, of: case}\n"
    "  - {name: team_leader, of: team}\n",
    "faults/channels.yaml": "kind: channels\nchannels: [{name: phone}]\n",
    "faults/case_types.yaml": "kind: case_types\ncase_types: [{name: complaint}]\n",
    "faults/categories.yaml": "kind: categories\ncategories: [{name: delivery, team: Faults intake}]\n",
    "faults/severity.yaml": "kind: severity\nlevels:\n"
    "  - {name: normal, priority: 1}\n  - {name: high, priority: 2}\n"
    "default: normal\n",
    "faults/stages.yaml": "kind: stages\nstages:\n"
    "  - {name: received, event: received, owner: intake, next: [communicated, closed]}\n"
    "  - {name: communicated, event: communicated, owner: assignee, next: [closed]}\n"
    "  - {name: closed, event: closed, closes: true}\n",
    "faults/sla.yaml": "kind: sla\npolicies:\n  - name: standard\n    match: {type: complaint}\n    clocks:\n"
    "      - {name: answer, from: received, until: communicated, within: 24h}\n",
    "faults/escalation.yaml": "kind: escalation\nlevels:\n"
    "  - {name: supervisor, notify: [team_leader]}\nrules:\n"
    "  - {name: warn, when: {clock: answer, at: 80%}, do: [{notify: [assignee]}]}\n"
    "  - {name: late, when: {clock: answer, at: 100%}, do: [{escalate: supervisor}]}\n"
    "  - {name: later, when: {clock: answer, after_due: 1h},\n"
    "     do: [{raise_severity: 1}, {notify: [assignee]}]}\n",
    "faults/messages.yaml": "kind: messages\nmessages:\n"
    "  - {name: acknowledgement, on: acknowledged, template: acknowledgement, by: [mail], state: [number]}\n"
    "  - {name: delay, before_due: 2h, clocks: [answer], new_date: 24h, template: new_date, by: [mail],\n"
    "     state: [number, new_date]}\n",
}


# ---------------------------------------------------------------------- what there is to do


class Work:
    """Cases of one company whose ladder is due, and what has to come of them."""

    def __init__(self, database, cases, batch):
        self.registry = Registry(database)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            parameters = env["ir.config_parameter"]
            self.before = {name: parameters.get_param(f"complaint_management.{name}") for name in PARAMETERS}
            parameters.set_param("complaint_management.job_batch", str(batch))
            parameters.set_param("complaint_management.mail_again_after", "0")
            cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")  # only our own cases are due
            self.crons = [env.ref(name).id for name in CRONS]
            self.company = self._company(env)
            tickets = self._cases(env, cases)
            env.flush_all()
            self.tickets = tickets.ids
            self.expected = self._expected(tickets)
            self.numbers = {ticket.number: ticket.id for ticket in tickets}
        self.total = self.left()

    def _company(self, env):
        name = f"Faults {datetime.now():%Y-%m-%d %H:%M:%S.%f}"
        company = env["res.company"].create({"name": name, "email": "desk@faults.example"})
        files = {path: text.encode() for path, text in PACK.items()}
        env["complaint.release"]._apply(files, "faults", company, message="faults")
        people = env["res.users"].with_context(no_reset_password=True).create(
            [
                {
                    "name": f"Agent {number}",
                    "login": f"agent{number}@faults{company.id}.example",
                    "email": f"agent{number}@faults{company.id}.example",
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "group_ids": [(6, 0, env.ref("complaint_management.group_senior").ids)],
                }
                for number in range(AGENTS + 1)
            ]
        )  # fmt: skip
        team = env["helpdesk.ticket.team"].search(
            [("name", "=", "Faults intake"), ("company_id", "=", company.id)]
        )
        team.write({"user_id": people[0].id, "user_ids": [(6, 0, people.ids)]})
        self.leader, self.agents = people[0].id, people[1:].ids
        return company.id

    def _cases(self, env, count):
        refs = env["complaint.release"]._active(env["res.company"].browse(self.company))._refs()
        customers = env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"customer{number}@outside.example"}
                for number in range(20)
            ]
        )
        received = datetime.now() - timedelta(hours=30)
        return env["helpdesk.ticket"].create(
            [
                {
                    "name": "It broke",
                    "description": "It broke.",
                    "company_id": self.company,
                    "case_type_id": refs["case_type", "complaint"],
                    "partner_id": customers[number % len(customers)].id,
                    "user_id": self.agents[number % AGENTS],
                    "received_at": received + timedelta(seconds=number),
                }
                for number in range(count)
            ]
        )

    def _expected(self, tickets):
        """{kind of consequence: every one that has to be there once}."""
        facts, notices, activities, messages = set(), set(), set(), set()
        for ticket in tickets:
            ident, agent = ticket.id, ticket.user_id.id
            for rule in ("warn", "late", "later", "message:delay"):
                facts.add((ident, rule, "answer"))
            notices |= {(ident, "warn", agent), (ident, "later", agent), (ident, "late", self.leader)}
            activities |= {(ident, agent), (ident, self.leader)}
            messages |= {(ident, "acknowledgement"), (ident, "delay")}
        return {"facts": facts, "notices": notices, "activities": activities, "messages": messages}

    def found(self, cr):
        """The same, as the database has it, each as often as it is there."""
        here = [tuple(self.tickets)]
        queries = {
            "facts": "SELECT ticket_id, data ->> 'rule', data ->> 'subject' FROM complaint_event "
            "WHERE ticket_id IN %s AND kind IN ('acted', 'escalated')",
            "notices": "SELECT ticket_id, rule, user_id FROM complaint_notice WHERE ticket_id IN %s",
            "activities": "SELECT res_id, user_id FROM mail_activity "
            "WHERE res_model = 'helpdesk.ticket' AND res_id IN %s",
            "messages": "SELECT ticket_id, name FROM complaint_message WHERE ticket_id IN %s",
        }
        result = {}
        for kind, query in queries.items():
            cr.execute(query, here)
            result[kind] = Counter(cr.fetchall())
        return result

    def left(self):
        """How much there is still to do: cases due, notices and messages that have not left."""
        with (
            closing(psycopg2.connect(**_dsn(self.registry.db_name))) as connection,
            connection.cursor() as cr,
        ):
            cr.execute(
                "SELECT (SELECT count(*) FROM helpdesk_ticket WHERE company_id = %(company)s "
                "AND next_act_at <= now() AT TIME ZONE 'UTC') "
                "+ (SELECT count(*) FROM complaint_notice WHERE company_id = %(company)s "
                "AND (state = 'waiting' OR mail_id IS NOT NULL)) "
                "+ (SELECT count(*) FROM complaint_message WHERE company_id = %(company)s "
                "AND state IN ('queued', 'leaving', 'failed'))",
                {"company": self.company},
            )
            return cr.fetchone()[0]

    def finish(self):
        """What the run changed in the settings is as before."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            for name, value in self.before.items():
                env["ir.config_parameter"].set_param(f"complaint_management.{name}", value)


def _dsn(database):
    _name, info = sql_db.connection_info_for(database)
    return {key: value for key, value in info.items() if key != "application_name"}


# ---------------------------------------------------------------------- processes


def worker(database, crons, seed):
    """A process of the server: takes one scheduled action after the other, until it is killed."""
    order = random.Random(seed)
    while True:
        ids = order.sample(crons, len(crons))
        for cron in ids:
            with sql_db.db_connect(database).cursor() as cr:
                registry = Registry(database)
                model = registry["ir.cron"]
                try:
                    job = model._acquire_one_job(cr, cron, include_not_ready=True)
                except psycopg2.extensions.TransactionRollbackError:
                    cr.rollback()
                    continue
                if job:
                    model._process_job(cr, job)
                    cr.commit()
        time.sleep(0.2)


class Processes:
    """Workers that are killed and started anew."""

    def __init__(self, work, count, seed):
        self.work, self.random, self.started, self.died = work, random.Random(seed), 0, 0
        self.running = set()
        for _one in range(count):
            self._start()

    def _start(self):
        sql_db.close_all()  # no connection is shared between processes
        self.started += 1
        seed = self.random.random()
        process = os.fork()
        if not process:
            code = 1
            try:
                worker(self.work.registry.db_name, self.work.crons, seed)
            except BaseException as error:  # the end of the process, whatever it is
                print(f"a process ended: {type(error).__name__}: {error}"[:200], file=sys.stderr)
            finally:
                os._exit(code)
        self.running.add(process)

    def kill_one(self):
        """SIGKILL: no handler, no rollback, no goodbye."""
        victim = self.random.choice(sorted(self.running))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        self.running.discard(victim)
        self._start()

    def look_after(self):
        """Start anew what died by itself, as Odoo's server does with its workers."""
        for process in sorted(self.running):
            if os.waitpid(process, os.WNOHANG)[0]:
                self.running.discard(process)
                self.died += 1
                self._start()

    def stop(self):
        for process in self.running:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        self.running = set()


def live(work, processes, kills, restart, stub, refuse):
    """Let the work be done, with faults spread over all of it. Returns what was done to it."""
    began = moved = time.monotonic()
    chance, done, lowest, restarted, recovered = random.Random(kills), 0, work.total, None, None
    while True:
        try:
            left = work.left()
        except psycopg2.Error:
            time.sleep(0.1)
            continue
        if left < lowest:
            lowest, moved = left, time.monotonic()
        share = 1 - left / work.total
        if not left:
            break
        if time.monotonic() - moved > PATIENCE:
            raise SystemExit(f"no progress for {PATIENCE} seconds, {left} left of {work.total}")
        if done < kills and (share >= done / kills or time.monotonic() - moved > 1):
            time.sleep(chance.uniform(0, 0.3))
            processes.kill_one()
            done += 1
        if restart and restarted is None and share > 0.3:
            subprocess.run(restart, shell=True, check=True, stdout=subprocess.DEVNULL)
            restarted = round(share * 100)
        if refuse and recovered is None and stub.refused() >= 3 and time.monotonic() - began > 5:
            stub.accept()
            recovered = round(time.monotonic() - began, 1)
        processes.look_after()
        time.sleep(0.02)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "kills": done,
        "died": processes.died,
        "restarted_at": restarted,
        "refused": stub.refused(),
        "recovered_after": recovered,
    }


# ---------------------------------------------------------------------- what became of it


def judge(work, stub):
    """Compare with what had to come of it."""
    with work.registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        found, figures = work.found(cr), {}
        for kind, wanted in work.expected.items():
            got = found[kind]
            figures[kind] = {
                "wanted": len(wanted),
                "once": sum(1 for one in wanted if got[one] == 1),
                "missing": sum(1 for one in wanted if not got[one]),
                "twice": sum(1 for one in got if got[one] > 1),
                "strange": len(set(got) - wanted),
            }
        tickets = env["helpdesk.ticket"].browse(work.tickets)
        figures["not_as_replayed"] = sum(1 for ticket in tickets if not as_replayed(ticket))
        figures["set_aside"] = env["complaint.job.failure"].search_count([("ticket_id", "in", tickets.ids)])
        figures["wire"] = wire(work, env, stub)
    return figures


def as_replayed(ticket):
    """Whether the stored state is what the register gives when it is read from the start."""
    stored, replayed = ticket._engine_state(), ticket._replayed()
    return all(
        getattr(stored, name) == getattr(replayed, name)
        for name in ("clocks", "ladder", "seen", "attributes", "stage", "cycle", "closed_at", "promised")
    )


def wire(work, env, stub):
    """What the mail server got: of each message and each notice at least one, repeats only by a kill."""
    times, told = Counter(), set()
    logins = {user.email: user.id for user in env["res.users"].browse([work.leader, *work.agents])}
    for recipient, raw in stub.received():
        mail = message_from_bytes(raw, policy=policy.default)
        if recipient in logins:
            text = mail.get_body(("html", "plain")).get_content()
            told |= {(logins[recipient], ident) for number, ident in work.numbers.items() if number in text}
        times[mail["Message-Id"]] += 1
    messages = env["complaint.message"].search([("ticket_id", "in", work.tickets)])
    notices = env["complaint.notice"].search([("ticket_id", "in", work.tickets)])
    unsaid = [one for one in notices if (one.user_id.id, one.ticket_id.id) not in told]
    return {
        "mails": len(times),
        "repeated": sum(count - 1 for count in times.values()),
        "messages_lost": sum(1 for one in messages if not times[one.mail_message_id.message_id]),
        "notices_lost": len(unsaid),
        "not_sent": len(messages.filtered(lambda one: one.state != "sent"))
        + len(notices.filtered(lambda one: one.state != "sent")),
    }


def sound(report):
    """Whether nothing is missing, twice, strange or lost."""
    kinds = [report[kind] for kind in ("facts", "notices", "activities", "messages")]
    wire_ = report["wire"]
    return (
        not any(
            [kind["missing"] + kind["twice"] + kind["strange"] for kind in kinds]
            + [report["not_as_replayed"], report["set_aside"]]
            + [wire_["messages_lost"], wire_["notices_lost"], wire_["not_sent"]]
        )
        and wire_["repeated"] <= report["kills"] + report["died"]
    )


def print_report(title, report):
    print(f"\n{title}: {report['cases']} cases, {report['workers']} processes, {report['seconds']} s")
    print(f"  processes killed {report['kills']}, died by themselves {report['died']}", end="")
    if report["restarted_at"] is not None:
        print(f", PostgreSQL restarted at {report['restarted_at']} %", end="")
    if report["refused"]:
        print(f", {report['refused']} connections refused by the mail server", end="")
    print(f"\n  {'':<14}{'wanted':>8}{'once':>8}{'missing':>9}{'twice':>7}{'strange':>9}")
    for kind in ("facts", "notices", "activities", "messages"):
        row = report[kind]
        print(
            f"  {kind:<14}{row['wanted']:>8}{row['once']:>8}{row['missing']:>9}"
            f"{row['twice']:>7}{row['strange']:>9}"
        )
    wire_ = report["wire"]
    print(
        f"  mails {wire_['mails']}, repeated on the wire {wire_['repeated']}, messages lost "
        f"{wire_['messages_lost']}, notices lost {wire_['notices_lost']}, not sent {wire_['not_sent']}"
    )
    print(
        f"  states that differ from the register: {report['not_as_replayed']}, "
        f"cases set aside: {report['set_aside']}"
    )
    print(f"  {'sound' if sound(report) else 'NOT SOUND'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description="the job under faults")
    parser.add_argument("database")
    parser.add_argument("--cases", type=int, default=500, help="cases with four acts due each (default: 500)")
    parser.add_argument("--kills", type=int, default=50, help="processes killed (default: 50)")
    parser.add_argument("--workers", type=int, default=4, help="processes at once (default: 4)")
    parser.add_argument("--batch", type=int, default=25, help="cases in one transaction (default: 25)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--restart", help="a command that restarts PostgreSQL, in the middle")
    parser.add_argument("--refuse", action="store_true", help="the mail server refuses at first")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--title", default="The job")
    parser.add_argument("--db-port", help="PostgreSQL's port, if not that of the configuration")
    parser.add_argument("--addons-path", help="where the addons are, if not where the configuration says")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, MailStub(Path(folder), arguments.refuse) as stub:
        options = ["--no-http", "--log-level=error", f"--smtp-port={stub.port}", "--smtp=127.0.0.1"]
        if arguments.db_port:
            options.append(f"--db_port={arguments.db_port}")
        if arguments.addons_path:
            options.append(f"--addons-path={arguments.addons_path}")
        config.parse_config(options, setup_logging=True)
        work = Work(arguments.database, arguments.cases, arguments.batch)
        processes = Processes(work, arguments.workers, arguments.seed)
        try:
            report = live(work, processes, arguments.kills, arguments.restart, stub, arguments.refuse)
        finally:
            processes.stop()
            work.finish()
        report.update(judge(work, stub), cases=arguments.cases, workers=arguments.workers)
    report["sound"] = sound(report)
    if arguments.json:
        print(json.dumps(report))
    else:
        print_report(arguments.title, report)
    sys.exit(0 if report["sound"] else 1)


if __name__ == "__main__":
    main()
