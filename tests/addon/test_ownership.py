from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestOwnership(ComplaintCase):
    """What comes from the policy is changed in the policy, whoever asks and however they ask."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        Stage = cls.env["helpdesk.ticket.stage"]
        cls.stage = Stage.browse(cls.ref_id("stage", "proposed"))
        cls.category = cls.env["helpdesk.ticket.category"].browse(cls.ref_id("category", "delivery"))
        cls.channel = cls.env["helpdesk.ticket.channel"].browse(cls.ref_id("channel", "phone"))
        cls.term = cls.env["complaint.term"].browse(cls.ref_id("severity", "high"))

    def of_manager(self, record, **context):
        return record.with_user(self.manager).with_context(**context)

    def test_a_manager_is_told_which_file_to_change(self):
        with self.assertRaisesRegex(AccessError, r"Proposed.*small/stages\.yaml, line 7"):
            self.of_manager(self.stage).write({"name": "Suggested"})

    def test_no_listed_field_of_any_pick_list_can_be_written_by_hand(self):
        for record in (self.stage, self.category, self.channel, self.term):
            for name in sorted(record._policy_guarded):
                with self.subTest(model=record._name, field=name), self.assertRaises(AccessError):
                    self.of_manager(record).write({name: False})

    def test_a_forged_context_opens_nothing(self):
        forged = {
            "su": True,
            "uid": 1,
            "install_mode": True,
            "complaint_policy": True,
            "tracking_disable": True,
        }
        with self.assertRaises(AccessError):
            self.of_manager(self.stage, **forged).write({"active": False})

    def test_a_translation_is_a_change_of_the_name_too(self):
        with self.assertRaises(AccessError):
            self.of_manager(self.stage).update_field_translations("name", {"en_US": "Suggested"})

    def test_what_the_policy_owns_is_not_deleted(self):
        for record in (self.stage, self.category, self.channel):
            with self.subTest(model=record._name), self.assertRaisesRegex(AccessError, "never deleted"):
                self.of_manager(record).unlink()
        with self.assertRaises(AccessError):
            self.of_manager(self.term).unlink()

    def test_nobody_makes_a_policy_entry_by_hand(self):
        Stage = self.of_manager(self.env["helpdesk.ticket.stage"])
        with self.assertRaises(AccessError):
            Stage.create({"name": "Mine", "policy_code": "mine"})
        with self.assertRaises(AccessError):
            Stage.create({"name": "Mine", "for_complaints": True})
        mine = Stage.create({"name": "Mine"})
        for values in ({"policy_code": "mine"}, {"for_complaints": True}):
            with self.assertRaises(AccessError):
                mine.write(values)
        with self.assertRaises(AccessError):
            self.of_manager(self.env["complaint.term"]).create(
                {"name": "Mine", "kind": "tier", "company_id": self.company.id}
            )

    def test_a_category_below_a_policy_category_comes_from_the_policy_too(self):
        Category = self.of_manager(self.env["helpdesk.ticket.category"])
        with self.assertRaisesRegex(AccessError, r"Add the category below it in small/categories\.yaml"):
            Category.create({"name": "Mine", "parent_id": self.category.id})
        mine = Category.create({"name": "Mine"})
        with self.assertRaises(AccessError):
            mine.write({"parent_id": self.category.id})
        with self.assertRaises(AccessError):
            self.of_manager(self.category).write({"child_id": [(4, mine.id)]})

    def test_what_is_a_matter_of_taste_stays_free(self):
        self.of_manager(self.stage).write({"fold": True, "description": "<p>Read aloud.</p>"})
        self.of_manager(self.category).write({"show_in_portal": False})
        self.of_manager(self.term).write({"color": 3})
        self.assertTrue(self.stage.fold)

    def test_records_of_ones_own_are_as_free_as_before(self):
        stage = self.of_manager(self.env["helpdesk.ticket.stage"]).create({"name": "Mine"})
        stage.write({"name": "Still mine", "closed": True, "sequence": 3})
        category = self.of_manager(self.env["helpdesk.ticket.category"]).create({"name": "Mine"})
        category.create({"name": "Below", "parent_id": category.id})
        stage.unlink()
        self.assertFalse(stage.exists())

    def test_a_copy_belongs_to_nobody(self):
        copy = self.of_manager(self.stage).copy()
        self.assertFalse(copy.policy_code)
        self.assertFalse(copy.for_complaints)

    def test_team_members_stay_the_leaders_business(self):
        self.of_manager(self.intake).write({"user_ids": [(4, self.leader.id)], "color": 4})
        self.assertIn(self.leader, self.intake.user_ids)

    def test_deleting_a_parent_category_takes_no_children_along(self):
        field = self.env["helpdesk.ticket.category"]._fields["parent_id"]
        self.assertEqual(field.ondelete, "restrict")

    def test_an_owned_record_leads_a_policy_admin_to_its_file_and_nobody_else(self):
        stage = self.env["helpdesk.ticket.stage"].browse(self.ref_id("stage", "proposed"))
        admin = self.new_user("link_admin", "complaint_management.group_policy_admin")
        action = stage.with_user(admin).action_open_policy_file()
        document = self.env["complaint.release.document"].with_user(admin).browse(action["res_id"])
        self.assertEqual(document.path, "small/stages.yaml")
        with self.assertRaises(AccessError):
            stage.with_user(self.agent).action_open_policy_file()
