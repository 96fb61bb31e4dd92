"""What people click: the buttons and lists of the ladder, as those users."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_consequences import LadderCase


@tagged("post_install", "-at_install")
class TestEscalationScreens(LadderCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.complaint(category="delay", partner_id=self.customer.id, user_id=self.agent.id)

    def press(self, button, tickets, user):
        """The form that a button opens, as a user sees it."""
        action = getattr(tickets.with_user(user), button)()
        return Form(self.env[action["res_model"]].with_user(user).with_context(**action["context"]))

    def test_an_agent_escalates_with_a_reason(self):
        with self.press("action_open_escalate", self.ticket, self.agent) as form:
            form.level = "department"
            form.note = "The customer threatens to go to the press."
        form.record.action_escalate()
        self.assertEqual(self.ticket.escalation_level, "department")
        self.assertEqual(self.ticket.level_title, "Head of department")
        self.assertIn("the press", str(self.ticket.message_ids.mapped("body")))

    def test_a_reason_is_required(self):
        form = self.press("action_open_escalate", self.ticket, self.agent)
        form.level = "department"
        with self.assertRaisesRegex(AssertionError, "note is a required field"):
            form.save()

    def test_the_leader_answers_three_cases_at_once(self):
        tickets = self.ticket.concat(*[self.complaint(category="delay") for _index in range(2)])
        self.escalate(*tickets)
        with self.press("action_open_answer", tickets, self.leader) as form:
            self.assertEqual(form.waiting_count, 3)
            form.note = "The lorry broke down; all three arrive tomorrow."
        form.record.action_answer()
        self.assertFalse(any(tickets.mapped("unanswered_since")))
        self.assertFalse(self.told(*tickets))

    def test_the_leader_lowers_a_case_and_takes_it_off_the_ladder(self):
        self.escalate(self.ticket, level="department")
        with self.press("action_open_lower", self.ticket, self.leader) as form:
            form.level = "supervisor"
            form.note = "I take it."
        form.record.action_lower()
        self.assertEqual(self.ticket.escalation_level, "supervisor")

    def test_the_head_of_a_department_without_helpdesk_rights_answers_too(self):
        self.escalate(self.ticket, level="department")
        with self.press("action_open_answer", self.ticket, self.head) as form:
            form.note = "Tomorrow."
        form.record.action_answer()
        self.assertFalse(self.ticket.unanswered_since)

    def test_an_employee_who_was_not_told_answers_nothing(self):
        self.escalate(self.ticket)
        with self.assertRaises(AccessError):
            form = self.press("action_open_answer", self.ticket, self.director)
            form.note = "Me too."
            form.save().action_answer()

    def test_the_form_shows_the_buttons_of_the_ladder(self):
        self.escalate(self.ticket)
        for user, names in (
            (self.agent, {"action_open_escalate", "action_open_lower"}),
            (self.leader, {"action_open_answer", "action_open_escalate", "action_open_lower"}),
        ):
            arch = self.env["helpdesk.ticket"].with_user(user).get_view(view_type="form")["arch"]
            for name in names:
                self.assertIn(f'name="{name}"', arch)

    def test_the_lists_of_the_team_leader_open(self):
        self.escalate(self.ticket)
        for name in ("my_deadlines_action", "escalated_action", "at_risk_action"):
            action = self.env["ir.actions.actions"]._for_xml_id(f"complaint_management.{name}")
            self.assertIn("list", action["view_mode"])
            self.assertTrue(action["help"])
        view = self.env["helpdesk.ticket"].with_user(self.leader)
        search = view.get_view(view_type="search")["arch"]
        for name in ("escalated_to_me", "unanswered", "nobody_there", "at_risk"):
            self.assertIn(f'name="{name}"', search)
