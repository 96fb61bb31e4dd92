"""The job under faults: processes killed in the middle, a database that restarts, a mail server that refuses.

    python faults.py DATABASE [--cases N] [--kills N] [--workers N] [--batch N] [--seed N]
                     [--restart COMMAND] [--refuse] [--json]

Real processes with connections of their own run the scheduled actions of Odoo, as its server does, over cases
whose ladder is due. Counted afterwards: each fact, notice, activity and message, and what the mail server
got. A program, no test: `scripts/faults` and test_faults.py start it. What it makes stays in the database, in
a company of its own, unless it is told to clean up.
"""

# A program speaks to its user and commits what it made.
# pylint: disable=print-used,invalid-commit
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
from email import message_from_bytes, policy
from pathlib import Path

import psycopg2
from faults_work import Work
from mail_stub import MailStub
from odoo import api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

PATIENCE = 120  # seconds without progress after which the run is given up


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
    parser.add_argument("--clean", action="store_true", help="take the cases away again afterwards")
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
        if arguments.clean:
            work.clean()
    report["sound"] = sound(report)
    if arguments.json:
        print(json.dumps(report))
    else:
        print_report(arguments.title, report)
    sys.exit(0 if report["sound"] else 1)


if __name__ == "__main__":
    main()
