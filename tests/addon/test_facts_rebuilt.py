"""F1: cases live through random weeks while the job counts now and then. What it has kept up to date, rows,
stays in stages and days added up, is what comes out when everything is thrown away and counted from the
register."""

import random
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import SQL

from ...complaint_management.engine.kpis import SUMS
from .callback_pack import SURVEYS
from .common import files
from .test_facts import CAUSES, STAGES, FactCase

KPIS = """
kind: kpis
kpis:
  - {name: repeat_complaint_rate, lower_is_better: true, within: 5d}
  - {name: cost_of_complaints, lower_is_better: true, over: 10d}
"""
CASES = 16
ROUNDS = 6
START = datetime(2026, 3, 20, 7, 30)  # the zone of the calendar changes to summer time within reach
CATEGORIES = ("delay", "damage", "billing")
NOT_COMPARED = {"id", "version", "look_again_at"}


@tagged("-at_install", "post_install")
class TestRebuilt(FactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(kpis=KPIS, causes=CAUSES, stages=STAGES, surveys=SURVEYS))
        cls.people = cls.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(5)])
        # what other tests or demo data left is not what is looked at here
        cls.env["complaint.fact"]._cron_count()
        cls.env["complaint.fact.day"]._cron_days()

    def test_f1_rows_made_anew_from_the_register_are_the_same_whatever_happened(self):
        for seed in (1, 2, 3):
            with self.subTest(seed=seed), self.env.cr.savepoint(flush=True) as savepoint:
                self.live(random.Random(seed))
                savepoint.rollback()
                self.env.invalidate_all()

    def live(self, chance):
        now = START
        with freeze_time(now):
            tickets = self.env["helpdesk.ticket"].union(*(self.come(chance) for _one in range(CASES)))
        for _round in range(ROUNDS):
            now += timedelta(seconds=chance.randint(3600, 60 * 3600))
            with freeze_time(now):
                for ticket in tickets:
                    getattr(self, chance.choice(DEEDS))(ticket, chance, now)
                if chance.random() < 0.7:  # the jobs are not always there
                    self.env["complaint.fact"]._cron_count()
                if chance.random() < 0.5:
                    self.env["complaint.fact.day"]._cron_days()
        with freeze_time(now):
            self.env["complaint.fact"]._cron_count()
            self.env["complaint.fact.day"]._cron_days()
            kept = self.everything(tickets)
            self.env["complaint.fact"]._rebuild()
            self.env["complaint.fact.day"]._cron_days()
            anew = self.everything(tickets)
        for name, rows in kept.items():
            self.assertEqual(rows, anew[name], name)
            self.assertGreaterEqual(len(rows), CASES, f"{name}: the histories are eventful")

    def come(self, chance):
        return self.complaint(
            category=chance.choice(CATEGORIES),
            partner_id=chance.choice([*self.people.ids, False]),
            received_at=START - timedelta(minutes=chance.randint(0, 20000)),
        )

    # ------------------------------------------------------------------ what happens

    def stage(self, ticket, chance, now):
        self.move(ticket, chance.choice(["acknowledged", "investigating", "closed", "set_aside", "settled"]))

    def reopen(self, ticket, chance, now):
        self.move(ticket, "closed")
        self.move(ticket, "investigating")

    def reclassify(self, ticket, chance, now):
        ticket.category_id = self.ref_id("category", chance.choice(CATEGORIES))

    def hand_over(self, ticket, chance, now):
        ticket.team_id = chance.choice([self.intake, self.delivery, self.damage])

    def wait(self, ticket, chance, now):
        if ticket.paused:
            ticket.action_resume()
        else:
            ticket._record_fact("paused", data={"reason": "waiting_customer"})

    def remember(self, ticket, chance, now):
        """Something that happened some time ago is recorded only now."""
        kind = chance.choice(["first_feedback", "solution_proposed", "communicated", "rated"])
        data = {"score": chance.randint(1, 5), "nps": chance.randint(0, 10)} if kind == "rated" else None
        earliest = ticket.received_at
        at = max(earliest, now - timedelta(minutes=chance.randint(0, 4000)))
        ticket._record_fact(kind, at, data)

    def investigate(self, ticket, chance, now):
        cause = self.ref_id("cause", chance.choice(["process", "handover"]))
        found = self.env["complaint.investigation"].search(
            [("ticket_id", "=", ticket.id), ("cycle", "=", ticket.case_cycle)]
        )
        if found:
            found.write({"cause_id": cause})
        else:
            found.create({"ticket_id": ticket.id, "cause_id": cause})

    def hide(self, ticket, chance, now):
        ticket.sudo().write({"confidential": chance.random() < 0.5})

    # ------------------------------------------------------------------ what is kept

    def everything(self, tickets):
        """{table: its rows without ids}"""
        self.env.flush_all()
        return {
            "facts": self.rows("complaint_fact", NOT_COMPARED, SQL("ticket_id IN %s", tuple(tickets.ids))),
            "stays": self.rows(
                "complaint_fact_stage", {"id", "fact_id"}, SQL("ticket_id IN %s", tuple(tickets.ids))
            ),
            "days": self.rows(
                "complaint_fact_day",
                {"id"},
                SQL(
                    "company_id = %s AND (%s) > 0", self.company.id,
                    SQL(" + ").join(SQL("abs(%s)", SQL.identifier(name)) for name in SUMS),
                ),
            ),
        }  # fmt: skip

    def rows(self, table, without, where):
        self.env.cr.execute(SQL("SELECT * FROM %s WHERE %s", SQL.identifier(table), where))
        names = [column.name for column in self.env.cr.description]
        return sorted(
            (
                tuple(
                    (name, round(value, 6) if isinstance(value, float) else value)
                    for name, value in zip(names, row, strict=True)
                    if name not in without
                )
                for row in self.env.cr.fetchall()
            ),
            key=repr,
        )


DEEDS = [
    "stage", "stage", "reopen", "reclassify", "hand_over", "wait", "remember", "investigate", "hide",
]  # fmt: skip
