"""Which stage may follow is the policy's word; what is missing is said, and the person is led to it (B1)."""

from freezegun import freeze_time
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, tagged

from .common import ComplaintCase, edited


@tagged("post_install", "-at_install")
class TestTransitions(ComplaintCase):
    def as_leader(self, ticket):
        return ticket.with_user(self.leader)

    def stage(self, code):
        return self.env["helpdesk.ticket.stage"].browse(self.ref_id("stage", code))

    def requiring_a_person(self):
        self.apply(
            edited(
                "stages",
                ("owner: assignee, next: [proposed", "owner: assignee, require: [user], next: [proposed"),
            )
        )

    def test_b1_a_stage_that_may_not_follow_is_refused_with_those_that_may(self):
        ticket = self.as_leader(self.complaint(category="delay"))
        with self.assertRaisesRegex(UserError, "may go to: Acknowledged, Investigating, Closed, Set aside"):
            ticket.stage_id = self.stage("communicated")
        ticket.stage_id = self.stage("investigating")
        self.assertEqual(ticket.stage_id, self.stage("investigating"))

    def test_b1_what_is_missing_is_named_and_a_button_leads_there(self):
        self.requiring_a_person()
        ticket = self.as_leader(self.complaint(category="delay"))
        with self.assertRaises(RedirectWarning) as refused:
            ticket.stage_id = self.stage("investigating")
        message, action, button = refused.exception.args[:3]
        self.assertIn("still needs: Assigned user", message)
        self.assertEqual(action["res_model"], "complaint.move")
        self.assertTrue(button)

        with Form(
            self.env["complaint.move"].with_user(self.leader).with_context(**action["context"])
        ) as form:
            self.assertEqual(form.lacking, ["user"])
            form.user_id = self.agent
        form.record.action_move()
        self.assertEqual(ticket.stage_id, self.stage("investigating"))
        self.assertEqual(ticket.user_id, self.agent)

    def test_what_is_filled_in_together_with_the_move_counts(self):
        self.requiring_a_person()
        ticket = self.as_leader(self.complaint(category="delay"))
        ticket.write({"user_id": self.agent.id, "stage_id": self.stage("investigating").id})
        self.assertEqual(ticket.stage_id, self.stage("investigating"))

    def test_the_form_says_what_comes_after_and_what_it_needs(self):
        self.requiring_a_person()
        ticket = self.complaint(category="delay")
        self.assertIn("Investigating (needs: Assigned user)", ticket.way_hint)
        ticket.user_id = self.agent
        self.assertIn("Investigating ·", ticket.way_hint)

    def test_many_cases_go_on_together_when_the_stage_may_follow_for_all(self):
        cases = self.complaint(category="delay") + self.complaint(category="damage")
        self.move(cases[0], "acknowledged")
        wizard = self.env["complaint.move"].with_user(self.leader).create({"ticket_ids": cases.ids})
        self.assertEqual(set(wizard.choice_ids), {self.stage("investigating"), self.stage("closed")})
        wizard.stage_id = self.stage("investigating")
        self.assertEqual(wizard.preview.count(": ready"), 2)
        wizard.action_move()
        self.assertEqual(set(cases.stage_id), {self.stage("investigating")})

    def test_one_case_of_many_that_lacks_something_keeps_all_where_they_are(self):
        self.requiring_a_person()
        cases = self.complaint(category="delay", user_id=self.agent.id) + self.complaint(category="delay")
        before = cases.stage_id
        wizard = self.env["complaint.move"].with_user(self.leader).create({"ticket_ids": cases.ids})
        wizard.stage_id = self.stage("investigating")
        self.assertIn(f"{cases[1].display_name}: needs Assigned user", wizard.preview)
        with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
            wizard.action_move()
        cases.invalidate_recordset()
        self.assertEqual(cases.stage_id, before)

    def test_a_closed_case_is_opened_again_only_within_the_window(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
            self.move(ticket, "closed")
        with freeze_time("2026-03-20 08:00:00"):
            self.as_leader(ticket).stage_id = self.stage("investigating")
            self.assertEqual(ticket.case_cycle, 2)
            self.move(ticket, "closed")
        with freeze_time("2026-06-20 08:00:00"):
            ticket.invalidate_recordset()
            with self.assertRaisesRegex(UserError, "can no longer be reopened: the time for it ended on"):
                self.as_leader(ticket).stage_id = self.stage("investigating")

    def test_rpc_is_refused_as_the_form_is(self):
        ticket = self.complaint(category="delay").with_user(self.agent)
        with self.assertRaises(UserError):
            ticket.write({"stage_id": self.stage("proposed").id})

    def test_ordinary_tickets_move_as_they_like(self):
        ordinary = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "x", "case_type_id": False, "company_id": self.company.id}
        )
        stage = self.env["helpdesk.ticket.stage"].search([("for_complaints", "=", False)], limit=1)
        ordinary.with_user(self.leader).stage_id = stage
        self.assertEqual(ordinary.stage_id, stage)
        self.assertFalse(ordinary.way_hint)
