"""Three complaints are ignored over a weekend: the right people hear of it in the right order, once, in one
mail a person and run; one of them answers by the link; each clock says why its deadline is when it is."""

import re
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import HttpCase, tagged

from .test_consequences import ESCALATION, LadderCase

FRIDAY = datetime(2026, 3, 6, 14, 0)  # 15:00 in the office, which is open from 9 to 17 on working days
HOUR = timedelta(hours=1)
REASONS = {
    "acknowledgement": [
        "starts 2026-03-06 15:00; limit 1h",
        "2026-03-06 15:00 to 2026-03-06 16:00: 1 h",
        "due 2026-03-06 16:00",
        "ended 2026-03-06 15:00: met",
    ],
    "first_feedback": [
        "starts 2026-03-06 15:00; limit 24h",
        "2026-03-06 15:00 to 2026-03-07 15:00: 24 h",
        "due 2026-03-07 15:00",
    ],
    "solution": [
        "starts 2026-03-06 15:00; limit 72h",
        "2026-03-06 15:00 to 2026-03-09 15:00: 72 h",
        "due 2026-03-09 15:00",
    ],
    "legal_answer": [
        "starts 2026-03-06 15:00; limit 15cd",
        "2026-03-07 to 2026-03-21: 15 calendar days",
        "due 2026-03-21 24:00",
    ],
}
MORE = "  - {name: silence, when: {level: department, unanswered: 2bh}, do: [{escalate: management}]}\n"


@tagged("post_install", "-at_install")
class TestWeekendHeadline(HttpCase, LadderCase):
    @classmethod
    def more_files(cls):
        return {"escalation": ESCALATION.replace("cases_per_mail: 2", "cases_per_mail: 20") + MORE}

    def setUp(self):
        super().setUp()
        # what other tests or demo data left due is not what is looked at here
        self.env.cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")
        self.env["complaint.notice"].search([("state", "=", "waiting")]).write({"state": "done"})
        people = {"agent": self.agent, "leader": self.leader, "head": self.head, "board": self.board}
        for name, user in people.items():
            user.partner_id.email = f"{name}@mails.example"
        self.supervision.partner_id.email = "supervision@mails.example"
        self.heard = []
        with freeze_time(FRIDAY):
            self.tickets = self.env["helpdesk.ticket"].union(
                *(
                    self.complaint(category="delay", partner_id=self.customer.id, user_id=self.agent.id)
                    for _number in range(3)
                )
            )
            self.move(self.tickets, "acknowledged")

    def pass_time(self, until):
        """The jobs run every hour; notes (time in the office, who, how many cases) of each mail."""
        at = getattr(self, "now", FRIDAY)
        while at < until:
            at += HOUR
            with freeze_time(at):
                self.env["helpdesk.ticket"]._act_due(100)
                before = self.env["mail.mail"].search([])
                self.env["complaint.notice"]._claim()._send()
                self.env.flush_all()
                for mail in (self.env["mail.mail"].search([]) - before).sorted("email_to"):
                    who = re.search(r"([a-z]+)@mails\.example", mail.email_to)[1]
                    cases = sum(ticket.number in mail.body_html for ticket in self.tickets)
                    self.heard.append((f"{at + HOUR:%a %H:%M}", who, cases, mail))
        self.now = until
        self.env.invalidate_all()

    def heard_of(self):
        return [one[:3] for one in self.heard]

    def answer(self, notice, note):
        path = "/complaints/answer/" + notice._answer_url().rsplit("/", 1)[1]
        with freeze_time(self.now):
            page = self.url_open(path)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
            page = self.url_open(path, data={"csrf_token": token, "note": note})
        self.env.invalidate_all()
        return page

    def test_the_right_people_hear_in_the_right_order_once_and_one_answers(self):
        self.pass_time(datetime(2026, 3, 9, 8, 0))  # Monday, 9:00 in the office
        self.assertEqual(
            self.heard_of(),
            [
                ("Sat 11:00", "agent", 3),  # the first feedback comes near
                ("Sat 15:00", "leader", 3),  # its deadline is reached
                ("Mon 01:00", "agent", 3),  # the solution comes near
            ],
        )
        mail = self.heard[1][3]
        self.assertEqual(mail.subject, "3 complaints need your decision")
        self.assertIn("Answer", mail.body_html)

        answered = self.tickets[0]
        notice = self.env["complaint.notice"].search(
            [("ticket_id", "=", answered.id), ("user_id", "=", self.leader.id)]
        )
        self.assertIn("Thank you", self.answer(notice, "I call Mr Chen now.").text)
        self.assertFalse(answered.unanswered_since)

        self.heard.clear()
        self.pass_time(datetime(2026, 3, 9, 13, 0))  # Monday, 14:00
        self.assertEqual(self.heard_of(), [("Mon 13:00", "head", 2)])
        self.assertEqual(self.heard[0][3].subject, "2 complaints need your decision")
        self.assertNotIn(answered.number, self.heard[0][3].body_html)
        self.assertEqual(self.tickets.mapped("escalation_level"), ["supervisor", "department", "department"])

        self.heard.clear()
        with freeze_time(self.now):
            for ticket in self.tickets[1:]:
                ticket.with_user(self.head)._answer_escalation("We deliver today.")
                ticket._record_fact("first_feedback")
            for ticket in self.tickets:
                ticket._record_fact("solution_proposed")
        self.pass_time(datetime(2026, 3, 10, 16, 0))
        self.assertEqual(self.heard_of(), [], "what is settled is not heard of again")
        self.assertStoredEqualsReplayed(self.tickets)

    def test_each_clock_says_why(self):
        ticket = self.tickets[0]
        said = {}
        with freeze_time(datetime(2026, 3, 9, 8, 0)):
            for clock in ticket.current_milestone_ids:
                wizard = self.env["complaint.why"].with_user(self.leader).create({"milestone_id": clock.id})
                said[clock.name] = (clock._reckoning(), wizard.rule_text, wizard.rule_place)
        self.assertEqual({name: lines for name, (lines, _text, _place) in said.items()}, REASONS)
        for name, (lines, text, place) in said.items():
            limit = lines[0].rpartition(" ")[2]
            self.assertIn(f"within: {limit}", text, name)
            self.assertRegex(place, r"^small/sla\.yaml:\d+$")
