"""Policies come from a folder on the server, and if so decided from nowhere else."""

import tempfile
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...complaint_management.models.policy_disk import ONLY_FROM_DISK, SOURCE
from .common import edited, files
from .test_draft import DraftCase


@tagged("post_install", "-at_install")
class TestDisk(DraftCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.checkout(edited("sla", ("within: 72h", "within: 48h")))
        self.set_parameter(SOURCE, str(self.root / "small"))

    def checkout(self, contents):
        for path, content in contents.items():
            (self.root / path).parent.mkdir(exist_ok=True)
            (self.root / path).write_bytes(content)

    def set_parameter(self, name, value):
        self.env["ir.config_parameter"].sudo().set_param(name, value)

    def reload(self):
        action = self.env["complaint.release"].with_user(self.admin).action_reload()
        return self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])

    def test_reloading_shows_the_plan_from_the_folder_and_applies_it(self):
        draft = self.reload()
        self.assertEqual((draft.origin, draft.progress), ("disk", "checked"))
        self.assertEqual(draft.preview["lines"], ["~ sla standard/solution within 72h → 48h"])
        release = draft._apply("from git")
        self.assertEqual(release, self.active())

    def test_mistakes_in_the_folder_are_shown_with_their_places(self):
        self.checkout(edited("sla", ("within: 72h", "wihtin: 48h")))
        draft = self.reload()
        self.assertEqual((draft.progress, draft.error_count), ("draft", 1))

    def test_what_comes_from_the_folder_is_not_edited_here(self):
        draft = self.reload()
        with self.assertRaisesRegex(UserError, "folder on the server"):
            self.rewrite(draft, "within: 48h", "within: 36h")

    def test_without_a_folder_or_with_a_wrong_one_it_says_so(self):
        self.set_parameter(SOURCE, str(self.root / "nowhere"))
        with self.assertRaisesRegex(UserError, "nowhere"):
            self.reload()
        self.set_parameter(SOURCE, False)
        with self.assertRaisesRegex(UserError, SOURCE):
            self.reload()

    def test_the_folder_can_be_the_only_way(self):
        draft = self.draft(("within: 72h", "within: 36h"))
        draft.action_preview()
        self.set_parameter(ONLY_FROM_DISK, "1")
        texts = {path: text.decode() for path, text in files().items()}
        release = self.release.with_user(self.admin)
        for act in (
            release.action_edit,
            release.action_roll_back,
            lambda: self.rewrite(draft, "within: 36h", "within: 24h"),
            lambda: draft._apply("past git"),
            lambda: release.apply_policy("small", texts, company_id=self.company.id),
        ):
            with self.assertRaises(UserError):
                act()
        self.reload()._apply("from git")
        self.assertEqual(self.active().plan, "~ sla standard/solution within 72h → 48h")

    def test_only_a_policy_admin_reloads(self):
        with self.assertRaises(AccessError):
            self.env["complaint.release"].with_user(self.leader).action_reload()
