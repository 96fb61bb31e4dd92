"""Hundreds of cases live through random weeks, with the job at work and sometimes out of order: what is
stored is what the register gives when it is read from the start, and what the policy did stays done."""

import random
from collections import Counter
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .common import ComplaintCase, edited, files

SEED = 20260302
CASES = 200
ROUNDS = 7
START = datetime(2026, 3, 20, 7, 30)  # the zone of the calendar changes to summer time within reach
ESCALATION = """
kind: escalation
levels: [{name: supervisor, notify: [intake]}, {name: department, notify: [intake]}]
rules:
  - {name: near, when: {clock: [solution, legal_answer], before_due: 8bh}, do: [{notify: [assignee]}]}
  - {name: warn, when: {clock: any, at: 80%}, do: [{notify: [assignee]}]}
  - {name: late, when: {clock: any, at: 100%}, do: [{escalate: supervisor}]}
  - name: later
    when: {clock: [solution], after_due: 24h}
    do: [{escalate: department}, {raise_severity: 1}]
  - {name: ignored, when: {level: supervisor, unanswered: 4bh}, do: [{escalate: department}]}
  - {name: unhappy, when: {event: rated, score: {max: 2}}, do: [{escalate: department}]}
  - {name: again, when: {event: reopened, count: 2}, do: [{escalate: department}]}
"""
STAGES = ("acknowledged", "investigating", "proposed", "communicated", "closed", "set_aside", "received")
PAST = ("acknowledged", "first_feedback", "solution_proposed", "paused", "resumed", "communicated", "rated")


@tagged("post_install", "-at_install")
class TestRandomHistories(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = cls.apply(files(escalation=ESCALATION))
        stricter = edited("sla", ("within: 72h", "within: 48h"), ("within: 15cd", "within: 10cd"))
        milder = ESCALATION.replace("at: 80%", "at: 50%").replace("after_due: 24h", "after_due: 2bd")
        second = cls.apply({**stricter, "small/escalation.yaml": milder.encode()})
        cls.releases = [first, second]
        # what other tests or demo data left due is not what is looked at here
        cls.env.cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")

    def test_stored_is_replayed_and_consequences_stay(self):
        chance = random.Random(SEED)
        tickets, done, now = self.received(chance), {}, START
        for number in range(ROUNDS):
            now += timedelta(seconds=chance.randint(60, 50 * 3600))
            with freeze_time(now):
                if number not in (2, 3):  # the job is out of order for two rounds and catches up after that
                    while self.env["helpdesk.ticket"]._act_due(100):
                        pass
                self.env.flush_all()
                self.assertLessEqual(done.items(), self.consequences(tickets).items())
                done = self.consequences(tickets)
                for ticket in tickets:
                    self.perform(ticket, chance, now)
        self.assertLessEqual(done.items(), self.consequences(tickets).items(), "what was done stays")
        self.assertGreater(len(done), CASES, "the histories are eventful")
        self.assertOnce(done)
        self.assertStoredEqualsReplayed(tickets)
        for ticket in tickets:
            self.assertEqual(ticket._engine_state().ladder, ticket._replayed().ladder, ticket.number)

    def received(self, chance):
        with freeze_time(START):
            return self.env["helpdesk.ticket"].union(
                *(
                    self.complaint(category=chance.choice(["delay", "damage", "billing"]))
                    for _one in range(CASES)
                )
            )

    def consequences(self, tickets):
        """{entry: what it says} of all that the policy did."""
        self.env["complaint.event"].invalidate_model()
        entries = self.env["complaint.event"].search(
            [("ticket_id", "in", tickets.ids), ("kind", "in", ("acted", "escalated"))]
        )
        return {
            entry.id: (entry.ticket_id.id, entry.kind, entry.occurred_at, tuple(sorted(entry.data.items())))
            for entry in entries
        }

    def assertOnce(self, done):
        """Each rule acted once per case, subject, revision and cycle."""
        keys = ("rule", "subject", "revision", "cycle")
        times = Counter((one[0], *(dict(one[3]).get(key) for key in keys)) for one in done.values())
        self.assertEqual([key for key, count in times.items() if count > 1], [])

    def perform(self, ticket, chance, now):
        """One thing happens to a case."""
        getattr(self, f"do_{chance.choice(DEEDS)}")(ticket, chance, now)

    def do_stage(self, ticket, chance, now):
        self.move(ticket, chance.choice(STAGES))

    def do_reopen(self, ticket, chance, now):
        self.move(ticket, "closed")
        self.move(ticket, "investigating")

    def do_category(self, ticket, chance, now):
        ticket.category_id = self.ref_id("category", chance.choice(["delay", "damage", "billing"]))

    def do_severity(self, ticket, chance, now):
        ticket.severity_id = self.ref_id("severity", chance.choice(["low", "normal", "high", "critical"]))

    def do_pause(self, ticket, chance, now):
        if ticket.paused:
            ticket.action_resume()
        else:
            ticket._record_fact("paused", data={"reason": "waiting_customer"})

    def do_extend(self, ticket, chance, now):
        data = {"clock": chance.choice(["solution", "first_feedback"]), "by": chance.choice(["12h", "1bd"])}
        ticket._record_fact("extended", data=data)

    def do_past(self, ticket, chance, now):
        kind = chance.choice(PAST)
        data = {"paused": {"reason": "waiting_customer"}, "rated": {"score": chance.randint(1, 5)}}.get(kind)
        ticket._record_fact(kind, max(START, now - timedelta(minutes=chance.randint(0, 4000))), data)

    def do_answer(self, ticket, chance, now):
        ticket._record_fact("escalation_answered")

    def do_lower(self, ticket, chance, now):
        ticket._record_fact("lowered", data={"level": chance.choice(["supervisor", ""])})

    def do_reprice(self, ticket, chance, now):
        ticket._reprice(chance.choice(self.releases))

    def do_hand_over(self, ticket, chance, now):
        ticket.team_id = chance.choice([self.intake, self.delivery, self.damage])


DEEDS = sorted(name.removeprefix("do_") for name in dir(TestRandomHistories) if name.startswith("do_"))
