"""The reason to have policies as code: a rule is changed in the browser, seen, applied and taken back."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestChangeARule(TourCase):
    def solved_after(self, hours):
        """A complaint of two weeks ago that got its proposal after some hours; None: none until now."""
        received = fields.Datetime.now() - timedelta(days=14 if hours else 1)
        with freeze_time(received):
            case = self.complaint()
        if hours:
            case._record_fact("solution_proposed", received + timedelta(hours=hours))
        return case

    def test_a_rule_is_changed_with_a_mistake_seen_applied_and_taken_back(self):
        self.assertEqual(self.release.version, 1)
        self.solved_after(60)
        self.solved_after(None)
        self.new_user("tour_policy", "complaint_management.group_policy_admin")
        self.start_tour("/odoo", "change_a_rule_tour", login="tour_policy")
        releases = self.env["complaint.release"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            releases.sorted("version").mapped("message")[1:], ["Decision of the board", "It was too much"]
        )
        self.assertEqual(releases.sorted("version").mapped("state"), ["superseded", "superseded", "active"])
        self.assertEqual(releases[0].digest, self.release.digest)
        self.assertEqual(releases[1].plan, "~ sla standard/solution within 72h → 48h")
        drafts = self.env["complaint.policy.draft"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(drafts.mapped("progress")), {"applied"})
