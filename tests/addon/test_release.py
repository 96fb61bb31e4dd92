from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...complaint_management.models.release_sources import digest
from .common import SMALL_PACK, ComplaintCase, edited


@tagged("post_install", "-at_install")
class TestRelease(ComplaintCase):
    """A release says for ever what the policy was."""

    def test_a_release_says_how_many_complaints_it_concerns(self):
        self.complaint(category="delay")
        self.move(self.complaint(category="delay"), "closed")
        later = self.apply(edited("sla", ("within: 72h", "within: 48h")))
        admin = self.new_user("counting_admin", "complaint_management.group_policy_admin")
        releases = (self.release + later).with_user(admin)
        self.assertEqual(releases.mapped("case_count"), [2, 0])
        self.assertEqual(releases.mapped("open_case_count"), [1, 0])
        self.assertEqual(self.release.action_cases()["domain"], [("release_id", "=", self.release.id)])

    def test_it_keeps_files_digest_reason_and_author(self):
        self.assertEqual(self.release.name, "small 1")
        self.assertEqual(self.release.state, "active")
        self.assertEqual(self.release.sources, SMALL_PACK)
        self.assertEqual(self.release.digest, digest(SMALL_PACK))
        self.assertEqual(self.release.message, "for a test")
        self.assertEqual(self.release.user_id, self.env.user)
        self.assertIn("+ stage received", self.release.plan)

    def test_its_documents_come_with_the_pack_file_first(self):
        documents = self.release.document_ids
        self.assertEqual(documents[0].path, "small/pack.yaml")
        self.assertEqual(
            dict(zip(documents.mapped("path"), documents.mapped("content"), strict=True)), SMALL_PACK
        )
        self.assertEqual(documents.filtered(lambda one: one.path == "small/sla.yaml").kind, "sla")

    def test_nobody_changes_it_not_even_the_superuser(self):
        for values in ({"state": "superseded"}, {"message": "other"}, {"sources": {}}):
            with self.assertRaisesRegex(UserError, "never changed"):
                self.release.sudo().write(values)
        with self.assertRaisesRegex(UserError, "never deleted"):
            self.release.sudo().unlink()
        with self.assertRaises(UserError):
            self.release.copy()
        with self.assertRaises(UserError):
            self.release.document_ids[0].write({"content": "kind: none"})
        with self.assertRaises(UserError):
            self.release.document_ids[0].unlink()

    def test_policy_admins_and_managers_read_it_and_agents_do_not(self):
        for login, group in (
            ("a", "complaint_management.group_policy_admin"),
            ("b", "helpdesk_mgmt.group_helpdesk_manager"),
        ):
            user = self.new_user(login, group)
            self.assertIn(
                "kind: sla", self.release.with_user(user).document_ids.mapped("content")[-1] + "kind: sla"
            )
            with self.assertRaises(AccessError):
                self.env["complaint.release"].with_user(user).create({"name": "forged 1"})
        with self.assertRaises(AccessError):
            self.release.with_user(self.agent).read(["sources"])
        with self.assertRaises(AccessError):
            self.release.document_ids.with_user(self.agent).read(["content"])

    def test_the_next_one_supersedes_it(self):
        second = self.apply(edited("sla", ("within: 72h", "within: 48h")))
        self.assertEqual((self.release.state, second.state, second.version), ("superseded", "active", 2))
        self.assertEqual(self.env["complaint.release"]._active(self.company), second)

    def test_a_company_without_a_release_has_none(self):
        company = self.env["res.company"].create({"name": "Fresh"})
        self.assertFalse(self.env["complaint.release"]._active(company))
        self.assertFalse(self.env["complaint.release"]._active(self.env["res.company"]))

    def test_everybody_may_ask_for_the_active_one(self):
        self.assertEqual(
            self.env["complaint.release"].with_user(self.agent)._active(self.company), self.release
        )

    def test_names_and_records_are_found_both_ways(self):
        refs = self.release._refs()
        stage = self.env["helpdesk.ticket.stage"].browse(refs["stage", "received"])
        self.assertEqual(stage.policy_code, "received")
        self.assertEqual(refs["stage", stage.id], "received")
        self.assertEqual(self.env["complaint.term"].browse(refs["case_type", "complaint"]).name, "Complaint")

    def test_an_old_release_knows_records_by_its_own_names(self):
        stage_id = self.ref_id("stage", "proposed")
        files = edited(
            "stages",
            ("{name: proposed,", "{name: offered, was: proposed,"),
            ("next: [proposed, ", "next: [offered, "),
        )
        second = self.apply(files)
        self.assertEqual(self.release._refs()["stage", stage_id], "proposed")
        self.assertEqual(self.release._refs()["stage", "proposed"], stage_id)
        self.assertEqual(second._refs()["stage", stage_id], "offered")

    def test_its_policy_is_parsed_once(self):
        policy = self.release._policy()
        self.env.registry.clear_cache()
        self.assertIs(self.release._policy(), policy)

    def test_an_entry_says_where_it_is_written(self):
        category = self.env["helpdesk.ticket.category"].browse(self.ref_id("category", "damage"))
        self.assertEqual(category.policy_origin, "small/categories.yaml:9")
        urgency = self.env["complaint.term"].browse(self.ref_id("urgency", "low"))
        self.assertEqual(urgency.policy_origin, "small/severity.yaml:3")

    def test_the_menu_opens_the_active_release_and_explains_when_there_is_none(self):
        admin = self.new_user("admin", "complaint_management.group_policy_admin")
        releases = self.env["complaint.release"].with_user(admin)
        self.assertEqual(releases.with_company(self.company).action_open_active()["res_id"], self.release.id)
        fresh = self.env["res.company"].create({"name": "Fresh"})
        admin.company_ids += fresh
        action = releases.with_context(allowed_company_ids=fresh.ids).action_open_active()
        self.assertFalse(action.get("res_id"))
        self.assertIn("No complaint policy is active", action["help"])

    def test_policy_admins_and_managers_find_the_menu_and_agents_do_not(self):
        menu = self.env.ref("complaint_management.policy_menu_active")
        admin = self.new_user("admin", "complaint_management.group_policy_admin")
        manager = self.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        for user, seen in ((admin, True), (manager, True), (self.agent, False)):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual(menu.id in visible, seen, user.login)
        tickets = self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu")
        visible = self.env["ir.ui.menu"].with_user(admin)._visible_menu_ids()
        self.assertNotIn(tickets.id, visible, "a policy admin handles no tickets")
        action = self.env.ref("complaint_management.release_action_active")
        self.assertEqual(action.with_user(admin).run()["res_id"], self.release.id)
