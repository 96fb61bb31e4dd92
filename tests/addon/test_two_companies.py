from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ComplaintCase, edited


@tagged("post_install", "-at_install")
class TestTwoCompanies(ComplaintCase):
    """Two companies with different packs do not see each other's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Company"})
        cls.other_release = cls.apply(
            edited(
                "stages",
                ("name: acknowledged,", "name: confirmed,"),
                ("next: [acknowledged,", "next: [confirmed,"),
            ),
            cls.other,
        )
        cls.neighbour = cls.new_user("neighbour", "helpdesk_mgmt.group_helpdesk_manager")
        cls.neighbour.write({"company_ids": [(6, 0, cls.other.ids)], "company_id": cls.other.id})

    def owned(self, model, company, user=None):
        records = self.env[model].with_context(active_test=False, allowed_company_ids=company.ids)
        return records.with_user(user or self.env.user).search(
            [("policy_code", "!=", False), ("company_id", "=", company.id)]
        )

    def test_each_has_records_of_its_own(self):
        for model in (
            "helpdesk.ticket.stage",
            "helpdesk.ticket.category",
            "helpdesk.ticket.channel",
            "complaint.term",
        ):
            mine, theirs = self.owned(model, self.company), self.owned(model, self.other)
            self.assertTrue(mine)
            self.assertEqual(len(mine), len(theirs))
            self.assertFalse(mine & theirs)
        self.assertIn("confirmed", self.owned("helpdesk.ticket.stage", self.other).mapped("policy_code"))
        self.assertNotIn("confirmed", self.owned("helpdesk.ticket.stage", self.company).mapped("policy_code"))

    def test_the_teams_are_their_own_too(self):
        both = self.company + self.other
        teams = self.env["helpdesk.ticket.team"].search(
            [("name", "=", "Small intake"), ("company_id", "in", both.ids)]
        )
        self.assertEqual((len(teams), teams.company_id), (2, both))

    def test_a_neighbour_sees_nothing_of_ours(self):
        for model in (
            "complaint.release",
            "complaint.release.document",
            "complaint.term",
            "helpdesk.ticket.stage",
        ):
            records = (
                self.env[model].with_user(self.neighbour).with_context(allowed_company_ids=self.other.ids)
            )
            self.assertTrue(records.search([("company_id", "=", self.other.id)]), model)
            self.assertFalse(records.search([("company_id", "=", self.company.id)]), model)
        with self.assertRaises(AccessError):
            self.release.with_user(self.neighbour).with_context(allowed_company_ids=self.other.ids).read(
                ["name"]
            )

    def test_applying_here_changes_nothing_there(self):
        before = self.owned("helpdesk.ticket.stage", self.other).read()
        self.apply(edited("sla", ("within: 72h", "within: 48h")))
        self.assertEqual(self.owned("helpdesk.ticket.stage", self.other).read(), before)
        self.assertEqual(self.env["complaint.release"]._active(self.other), self.other_release)

    def test_the_address_goes_to_whoever_was_first(self):
        intake = self.env["helpdesk.ticket.team"].search(
            [("name", "=", "Small intake"), ("company_id", "=", self.other.id)]
        )
        self.assertEqual(self.intake.alias_name, "small-complaints")
        self.assertFalse(intake.alias_name)
        self.assertIn("! mailbox small-complaints of team Small intake stays closed", self.other_release.plan)

    def test_a_policy_admin_rules_only_where_they_work(self):
        admin = self.new_user("admin", "complaint_management.group_policy_admin")
        with self.assertRaisesRegex(AccessError, "not yours"):
            self.env["complaint.release"].with_user(admin).plan_policy("small", {}, company_id=self.other.id)
