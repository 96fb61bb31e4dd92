from ast import literal_eval

from freezegun import freeze_time
from odoo.tests import tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestDemoWaiting(ComplaintCase):
    """Each group of the demo finds work of its own on the first day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.main.ids})
        groups = {
            "agent": "group_intake",
            "leader": "group_senior",
            "manager": "group_decision",
            "analyst": "group_analysis",
            "task": "group_task_force",
            "cross": "group_cross_department",
        }
        cls.people = {}
        for name, group in groups.items():
            user = cls.new_user(f"demo-{name}", f"complaint_management.{group}")
            user.sudo().write({"company_ids": [(4, cls.main.id)], "company_id": cls.main.id})
            cls.people[name] = user
        cls.before = cls.env["mail.mail"].search([])
        with freeze_time("2026-11-18 09:00"):
            cls.env["helpdesk.ticket"]._play_demo_waiting(*(user.id for user in cls.people.values()))

    def seen(self, action, name):
        """What the first entry of a group shows."""
        user = self.people[name]
        found = self.env["ir.actions.act_window"]._for_xml_id(f"complaint_management.{action}")
        domain = found["domain"].replace("uid", str(user.id))
        cases = self.env["helpdesk.ticket"].with_user(user).search(literal_eval(domain))
        return cases.filtered(lambda case: case.partner_id.name == "Corner Shop Ltd")

    def test_each_group_finds_a_case(self):
        self.assertEqual(self.seen("landing_decision_action", "manager").name, "Heater caught fire")
        self.assertEqual(
            self.seen("landing_task_force_action", "task").name, "Control unit fails in the cold"
        )
        self.assertTrue(self.seen("landing_analysis_action", "analyst").accountable_id)
        waiting = self.env["complaint.solution"].search([("state", "=", "submitted")])
        self.assertIn(self.people["manager"], waiting.mapped("review_ids.reviewer_ids"))

    def test_suggestions_and_improvements_are_there(self):
        states = self.env["complaint.suggestion"].search([]).mapped("state")
        self.assertEqual(sorted(states), ["accepted", "new", "new"])
        done = self.env["mgmtsystem.action"].search([("effect", "!=", False), ("for_complaints", "=", True)])
        self.assertTrue(done.effect_note and done.date_closed)

    def test_the_register_says_the_same_and_no_mail_waits(self):
        cases = self.env["helpdesk.ticket"].search(
            [("name", "in", ("Heater caught fire", "Control unit fails in the cold"))]
        )
        self.assertEqual(len(cases), 2)
        self.assertStoredEqualsReplayed(cases)
        self.assertFalse(self.env["mail.mail"].search([]) - self.before)
