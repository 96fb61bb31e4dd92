import json

from odoo.tests import tagged

from .common import edited, files
from .test_cli import CommandCase


@tagged("post_install", "-at_install")
class TestPlanFile(CommandCase):
    """A plan kept in a file is applied as it was looked at, or not at all."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "quicker.plan"
        self.library(edited("sla", ("within: 72h", "within: 48h")))
        code, self.printed, _said = self.run_verb("plan", self.folder / "small", "--out", self.file)
        self.assertEqual(code, 2, "there are changes")

    def active(self):
        return self.env["complaint.release"]._active(self.company)

    def test_a_kept_plan_is_applied(self):
        self.assertIn(f"Apply it with: odoo complaint apply {self.file}", self.printed)
        code, printed, _said = self.run_verb("apply", self.file, "-m", "quicker")
        self.assertEqual(code, 0)
        self.assertIn("~ sla standard/solution within 72h → 48h", printed)
        self.assertEqual((self.active().name, self.active().message), ("small 2", "quicker"))
        self.assertEqual(
            self.active().sources["small/sla.yaml"], edited("sla", ("72h", "48h"))["small/sla.yaml"].decode()
        )

    def test_what_was_changed_on_disk_since_does_not_matter(self):
        self.library(edited("sla", ("within: 72h", "within: 1h")))
        self.assertEqual(self.run_verb("apply", self.file)[0], 0)
        self.assertEqual(self.active()._policy().clock_spec("standard", "solution").within.text, "48h")

    def test_it_is_refused_after_somebody_else_applied_a_policy(self):
        other = self.apply(edited("sla", ("within: 24h", "within: 12h")))
        code, _printed, said = self.run_verb("apply", self.file)
        self.assertEqual(code, 1)
        self.assertIn("The plan is stale", said)
        self.assertEqual(self.active(), other)

    def test_it_is_refused_after_the_policy_went_there_and_back(self):
        self.apply(edited("sla", ("within: 24h", "within: 12h")))
        back = self.apply(files())
        self.assertEqual(self.run_verb("apply", self.file)[0], 1)
        self.assertEqual(self.active(), back)

    def test_it_is_refused_after_records_changed(self):
        stage = self.env["helpdesk.ticket.stage"].browse(self.ref_id("stage", "proposed"))
        stage.sudo().name = "Renamed in the database"
        code, _printed, said = self.run_verb("apply", self.file)
        self.assertEqual(code, 1)
        self.assertIn("the records of Small Company have changed", said)

    def test_it_is_refused_twice(self):
        self.assertEqual(self.run_verb("apply", self.file)[0], 0)
        self.assertEqual(self.run_verb("apply", self.file)[0], 1)

    def test_it_is_refused_in_another_database(self):
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "another")
        code, _printed, said = self.run_verb("apply", self.file)
        self.assertEqual(code, 1)
        self.assertIn("This plan was made for Small Company", said)

    def test_an_edited_or_foreign_file_is_refused_in_words(self):
        whole = json.loads(self.file.read_text())
        texts = {
            "neither a policy file nor a saved plan": ("hello", "[]", "{}", "[" * 100_000),
            "another version": (json.dumps({**whole, "format": 99}),),
            "it was changed": (
                json.dumps({**whole, "files": {**whole["files"], "small/sla.yaml": "kind: sla"}}),
                json.dumps({**whole, "lines": [7]}),
                json.dumps({**whole, "pack": None}),
                json.dumps({key: value for key, value in whole.items() if key != "digest"}),
            ),
        }
        for reason, contents in texts.items():
            for content in contents:
                with self.subTest(reason=reason, content=content[:40]):
                    self.file.write_text(content)
                    code, _printed, said = self.run_verb("apply", self.file)
                    self.assertEqual(code, 64)
                    self.assertIn(reason, said)
        self.assertEqual(self.active(), self.release)

    def test_a_plan_with_problems_is_not_kept(self):
        self.library(edited("sla", ("within: 72h", "wihtin: 72h")))
        target = self.folder / "broken.plan"
        self.assertEqual(self.run_verb("plan", self.folder / "small", "--out", target)[0], 1)
        self.assertFalse(target.exists())

    def test_a_file_that_cannot_be_written_is_a_sentence(self):
        code, _printed, said = self.run_verb("plan", self.folder / "small", "--out", self.file / "plan")
        self.assertEqual(code, 1)
        self.assertIn("cannot be written", said)

    def test_a_dry_run_says_that_it_works_and_changes_nothing(self):
        code, printed, _said = self.run_verb("plan", self.folder / "small", "--dry-run")
        self.assertEqual(code, 2)
        self.assertIn(
            "Dry run: it was applied without a problem and taken back; nothing has changed.", printed
        )
        self.assertEqual(self.active(), self.release)

    def test_a_what_if_prints_its_sentences(self):
        self.complaint(category="delay")
        code, printed, _said = self.run_verb("what-if", self.folder / "small")
        self.assertEqual(code, 0)
        self.assertIn(
            "Open complaints with other deadlines, once they are moved to the new release: 1", printed
        )
        code, printed, _said = self.run_verb("what-if", self.folder / "small", "--since", "2099-01-01")
        self.assertIn("Cases received since 2099-01-01: 0.", printed)
