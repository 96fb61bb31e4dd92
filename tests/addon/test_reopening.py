"""A closed case is taken up again: a new cycle with clocks, investigation and solutions of its own (B6)."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import files
from .solution_pack import STAGES, TOPICS, SolutionCase

REOPEN = "reopen: {within: 30d, to: investigating"


@tagged("post_install", "-at_install")
class TestReopening(SolutionCase):
    def as_agent(self):
        return self.ticket.with_user(self.agent)

    def closed(self, at="2026-03-02 08:00:00"):
        with freeze_time(at):
            self.ticket = self.complaint(category="delay", partner_id=self.customer.id, user_id=self.agent.id)
            self.move(self.ticket, "investigating")
            self.move(self.ticket, "closed")
        return self.ticket

    def test_b6_staff_reopen_with_a_reason_into_a_new_cycle(self):
        self.closed()
        with freeze_time("2026-03-10 08:00:00"):
            action = self.as_agent().action_reopen()
            with Form(
                self.env["complaint.reopen"].with_user(self.agent).with_context(**action["context"])
            ) as form:
                self.assertIn("Cycle 2 begins in “Investigating”", form.preview)
                form.reason = "The new parcel was broken, too."
            form.record.action_reopen()
        self.assertEqual((self.stage(), self.ticket.case_cycle), ("investigating", 2))
        self.assertEqual(self.facts(self.ticket)[-1], "reopened")
        self.assertIn("solution", {clock.name for clock in self.ticket.current_milestone_ids})
        self.assertEqual(self.ticket.user_id, self.agent, "who had the case keeps it")
        self.assertIn("The new parcel was broken", self.ticket.message_ids[0].body)
        self.assertStoredEqualsReplayed(self.ticket)

    def test_b6_each_cycle_has_its_own_investigation_and_solution(self):
        self.closed()
        with freeze_time("2026-03-10 08:00:00"):
            self.as_agent()._reopen()
            self.assertFalse(self.ticket._current_investigation())
            self.assertFalse(self.ticket._current_solution())
            self.ticket.with_user(self.agent).action_investigate()
            self.assertEqual(self.ticket._current_investigation().cycle, 2)

    def test_an_open_case_is_not_reopened(self):
        with self.assertRaisesRegex(UserError, "is open already"):
            self.as_agent().action_reopen()

    def test_b6_after_the_window_it_is_refused_with_what_to_do(self):
        self.closed()
        with freeze_time("2026-04-02 08:00:00"), self.assertRaisesRegex(UserError, "Enter a new complaint"):
            self.as_agent().action_reopen()

    def test_b6_after_the_last_time_the_final_answer_stands(self):
        self.apply(
            files(**{**TOPICS, "stages": STAGES.replace(REOPEN, f"{REOPEN}, at_most: 1, then: final_answer")})
        )
        self.closed()
        with freeze_time("2026-03-10 08:00:00"):
            self.ticket._customer_reopens("Still broken.")
            self.move(self.ticket, "closed")
            with self.assertRaisesRegex(UserError, "final answer stands"):
                self.ticket._customer_reopens("Still broken.")
            with self.assertRaisesRegex(UserError, "final answer stands"):
                self.as_agent().action_reopen()
        self.assertEqual(self.ticket.case_cycle, 2)

    def test_b6_the_customer_reopens_and_their_words_stand_on_the_case(self):
        self.closed()
        with freeze_time("2026-03-10 08:00:00"):
            self.ticket._customer_reopens("The new one is <b>broken</b>, too.")
            self.ticket._customer_reopens("Sent twice.")
        self.assertEqual(self.ticket.case_cycle, 2, "sent twice it counts once")
        words = self.ticket.message_ids.filtered(lambda one: "broken" in one.body)
        self.assertEqual(words.author_id, self.customer)
        self.assertIn("&lt;b&gt;", words.body)
        with self.assertRaisesRegex(UserError, "tell us"):
            self.ticket._customer_reopens("  ")

    def test_who_has_left_does_not_get_the_case_back(self):
        self.closed()
        self.agent.sudo().active = False
        with freeze_time("2026-03-10 08:00:00"):
            self.ticket._reopen()
        self.assertFalse(self.ticket.user_id)
        self.assertEqual(self.ticket.accountable_id, self.leader)

    def test_who_may_not_write_may_not_reopen(self):
        self.closed()
        with freeze_time("2026-03-10 08:00:00"), self.assertRaises(AccessError):
            self.ticket.with_user(self.employee).action_reopen()


@tagged("post_install", "-at_install")
class TestTheOneComplainedAbout(SolutionCase):
    def test_b10_the_person_complained_about_cannot_have_the_case(self):
        self.env["hr.employee"].create(
            {"name": "Agent", "user_id": self.agent.id, "company_id": self.company.id}
        )
        ticket = self.complaint(category="delay", user_id=self.agent.id)
        with self.assertRaisesRegex(UserError, "is about"):
            ticket.complaint_against_ids = [(6, 0, self.agent.employee_ids.ids)]
        ticket.user_id = False
        ticket.complaint_against_ids = [(6, 0, self.agent.employee_ids.ids)]
        with self.assertRaisesRegex(UserError, "Assign somebody else"):
            ticket.user_id = self.agent

    def test_b10_nobody_is_accountable_for_a_complaint_about_themselves(self):
        self.env["hr.employee"].create(
            {"name": "L", "user_id": self.leader.id, "company_id": self.company.id}
        )
        ticket = self.complaint(category="delay")
        self.assertEqual(ticket.accountable_id, self.leader)
        ticket.complaint_against_ids = [(6, 0, self.leader.employee_ids.ids)]
        self.assertNotEqual(ticket.accountable_id, self.leader)

    def test_b10_those_who_took_part_learn_the_outcome_without_an_activity(self):
        force = self.env["complaint.task.force"].create(
            {
                "ticket_id": self.ticket.id,
                "leader_id": self.analyst.id,
                "member_ids": [(6, 0, self.second.ids)],
            }
        )
        self.assertTrue(force)
        activities = self.ticket.activity_ids
        self.ticket.with_user(self.leader).write({"stage_id": self.ref_id("stage", "closed")})
        notices = self.ticket.notice_ids.filtered(lambda one: one.rule == "outcome")
        self.assertEqual(notices.user_id, self.agent | self.analyst | self.second)
        self.assertEqual(set(notices.mapped("state")), {"waiting"})
        self.assertEqual(notices[0].reason, "It is over: Closed")
        self.assertEqual(self.ticket.activity_ids, activities)
        self.env["complaint.notice"]._claim()._send()
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertIn("It is over", notices[0].mail_id.subject)
