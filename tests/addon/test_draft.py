"""A policy is changed in the browser: drafts, what is wrong with them, what they would change, applying."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ...complaint_management.models.release_sources import StalePlan
from .common import ComplaintCase, edited, files

SLA = "small/sla.yaml"


class DraftCase(ComplaintCase):
    """A policy admin of the small company, and drafts begun by them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.new_user("policy", "complaint_management.group_policy_admin")

    def draft(self, *replacements, user=None):
        """A draft of the active policy with texts replaced in its time limits."""
        release = self.env["complaint.release"]._active(self.company).with_user(user or self.admin)
        action = release.action_edit()
        draft = self.env[action["res_model"]].with_user(user or self.admin).browse(action["res_id"])
        for old, new in replacements:
            self.rewrite(draft, old, new)
        return draft

    def rewrite(self, draft, old, new, path=SLA):
        text = draft.sources[path]
        self.assertIn(old, text)
        draft.sources = {**draft.sources, path: text.replace(old, new)}

    def active(self):
        return self.env["complaint.release"]._active(self.company)


@tagged("post_install", "-at_install")
class TestDraft(DraftCase):
    def test_a_draft_holds_the_documents_of_the_release_in_force(self):
        draft = self.draft()
        self.assertEqual(draft.sources, self.release.sources)
        self.assertEqual((draft.pack, draft.base_id, draft.progress), ("small", self.release, "draft"))
        self.assertFalse(draft.problems)

    def test_a_mistake_is_shown_with_its_place_while_one_types(self):
        draft = self.draft(("within: 72h", "wihtin: 48h"))
        (problem,) = draft.problems
        self.assertEqual((problem["code"], problem["path"], problem["severity"]), ("P102", SLA, "error"))
        line = draft.sources[SLA].splitlines()[problem["line"] - 1]
        self.assertTrue(line[problem["column"] - 1 :].startswith("wihtin"))
        self.assertIn("within", problem["hint"])
        self.assertEqual((draft.error_count, draft.warning_count), (1, 0))

    def test_a_mistake_is_explained_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        draft = self.draft(("within: 72h", "wihtin: 48h")).with_context(lang="zh_CN")
        self.assertRegex(draft.problems[0]["message"], "[\u4e00-\u9fff]")

    def test_what_a_field_means_is_told_in_the_readers_language(self):
        drafts = self.env["complaint.policy.draft"].with_user(self.admin)
        meaning = drafts.explain_fields("sla")["sla.policies.clocks.within"]
        self.assertEqual((meaning["title"], meaning["keys"]), ("Within", ""))
        self.env["res.lang"]._activate_lang("zh_CN")
        meaning = drafts.with_context(lang="zh_CN").explain_fields("sla")["sla.policies.clocks.within"]
        self.assertRegex(meaning["expected"], "[\u4e00-\u9fff]")
        self.assertEqual(drafts.explain_fields("nothing"), {})

    def test_the_form_checks_what_is_typed_before_it_is_saved(self):
        draft = self.draft()
        form = Form(draft)
        form.sources = {**draft.sources, SLA: draft.sources[SLA].replace("within: 72h", "within: 72 hours")}
        self.assertTrue(form.problems)

    def test_a_preview_of_a_broken_draft_says_what_is_wrong_instead(self):
        draft = self.draft(("within: 72h", "wihtin: 48h"))
        action = draft.action_preview()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(draft.preview)
        with self.assertRaises(UserError):
            draft.action_apply()

    def test_a_preview_shows_the_plan_the_what_if_and_the_tests(self):
        draft = self.draft(("within: 72h", "within: 48h"))
        draft.action_preview()
        self.assertEqual(draft.progress, "checked")
        self.assertEqual(draft.change_count, 1)
        self.assertIn("~ sla standard/solution within 72h → 48h", draft.plan_html)
        self.assertTrue(draft.what_if_html)
        self.assertIn("no tests", draft.tests_html)

    def test_failing_tests_of_the_pack_are_shown_with_their_reason(self):
        test = """
kind: tests
tests:
  - name: a parcel broke
    at: "2026-09-30 16:00"
    case: {type: complaint}
    expect:
      - {at: "2026-09-30 16:00", due: {solution: "2026-10-03 16:00"}}
"""
        self.apply(files(tests=test))
        draft = self.draft()
        draft.action_preview()
        self.assertEqual((draft.failed_count, draft.preview["tests"][0]["passed"]), (0, True))
        self.rewrite(draft, "within: 72h", "within: 48h")
        draft.action_preview()
        self.assertEqual(draft.failed_count, 1)
        self.assertIn("2026-10-02 16:00", draft.tests_html)

    def test_a_preview_is_out_of_date_after_another_change(self):
        draft = self.draft(("within: 72h", "within: 48h"))
        draft.action_preview()
        self.rewrite(draft, "within: 48h", "within: 36h")
        self.assertTrue(draft.is_outdated)
        with self.assertRaises(StalePlan):
            draft._apply("too quick")

    def test_applying_asks_for_a_reason_and_makes_a_release(self):
        draft = self.draft(("within: 72h", "within: 48h"))
        draft.action_preview()
        action = draft.action_apply()
        wizard = Form(self.env[action["res_model"]].with_user(self.admin).with_context(**action["context"]))
        wizard.message = "Decision of the board"
        opened = wizard.save().action_apply()
        release = self.active()
        self.assertEqual(opened["res_id"], release.id)
        self.assertEqual((release.message, release.user_id), ("Decision of the board", self.admin))
        self.assertEqual(release.plan, "~ sla standard/solution within 72h → 48h")
        self.assertEqual((draft.release_id, draft.progress), (release, "applied"))

    def test_a_reason_is_required(self):
        draft = self.draft(("within: 72h", "within: 48h"))
        draft.action_preview()
        with self.assertRaises(AssertionError):
            Form(self.env["complaint.policy.apply"].with_context(default_draft_id=draft.id)).save()

    def test_an_applied_draft_is_not_changed_any_more(self):
        draft = self.draft(("within: 72h", "within: 48h"))
        draft.action_preview()
        draft._apply("for a test")
        with self.assertRaises(UserError):
            self.rewrite(draft, "within: 48h", "within: 36h")
        with self.assertRaises(UserError):
            draft.unlink()

    def test_a_draft_is_discarded(self):
        draft = self.draft()
        draft.action_discard()
        self.assertFalse(draft.exists())

    # ------------------------------------------------------------------ two people

    def test_the_second_of_two_people_is_told_that_the_plan_is_stale(self):
        mine, theirs = (
            self.draft(("within: 72h", "within: 48h")),
            self.draft(("within: 24h", "within: 12h")),
        )
        mine.action_preview()
        theirs.action_preview()
        theirs._apply("quicker")
        with self.assertRaises(StalePlan):
            mine._apply("for a test")
        self.assertTrue(mine.is_outdated)
        self.assertEqual(mine.overtaken_by_id, self.active())

    def test_a_draft_takes_over_what_others_changed_in_other_documents(self):
        draft = self.draft(("within: 72h", "within: 48h"))
        self.apply(edited("escalation", ("at: 80%", "at: 70%")))
        draft.action_bring_up_to_date()
        draft.action_preview()
        self.assertEqual(draft.preview["lines"], ["~ sla standard/solution within 72h → 48h"])
        self.assertFalse(draft.overtaken_by_id)

    def test_a_document_that_both_changed_is_not_merged_in_silence(self):
        draft = self.draft(("within: 72h", "within: 48h"))
        self.apply(edited("sla", ("within: 24h", "within: 12h")))
        with self.assertRaisesRegex(UserError, SLA):
            draft.action_bring_up_to_date()

    # ------------------------------------------------------------------ back and compare

    def test_going_back_makes_a_new_release_from_an_old_one_after_its_plan(self):
        self.apply(edited("sla", ("within: 72h", "within: 48h")))
        action = self.release.with_user(self.admin).action_roll_back()
        draft = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        self.assertEqual(draft.progress, "checked")
        self.assertEqual(draft.preview["lines"], ["~ sla standard/solution within 48h → 72h"])
        release = draft._apply("it was too much")
        self.assertEqual((release.version, release.digest), (3, self.release.digest))

    def test_two_releases_are_compared_in_words_and_in_text(self):
        newer = self.apply(edited("sla", ("within: 72h", "within: 48h")))
        action = (newer + self.release).with_user(self.admin).action_compare()
        wizard = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        self.assertEqual((wizard.old_id, wizard.new_id), (self.release, newer))
        self.assertIn("~ sla standard/solution within 72h → 48h", wizard.changes_html)
        self.assertIn("within: 48h", wizard.text_html)

    # ------------------------------------------------------------------ small forms

    def change(self, draft, kind, title, value):
        action = draft.action_small_change()
        wizard = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        line = wizard[f"{kind}_ids"].filtered(lambda one: one.title == title)
        line.value = value
        wizard.action_write()

    def test_a_small_form_writes_a_time_limit_and_nothing_else(self):
        draft = self.draft()
        self.change(draft, "limit", "standard · solution", "48h")
        self.assertEqual(
            draft.sources, {**self.release.sources, SLA: self.release.sources[SLA].replace("72h", "48h")}
        )

    def test_a_small_form_writes_who_is_told(self):
        draft = self.draft()
        self.change(draft, "recipient", "warn", "assignee, intake")
        self.assertIn("do: [{notify: [assignee, intake]}]", draft.sources["small/escalation.yaml"])

    def test_a_small_form_refuses_what_the_language_refuses(self):
        draft = self.draft()
        with self.assertRaises(UserError):
            self.change(draft, "limit", "standard · solution", "two days")

    # ------------------------------------------------------------------ what is refused

    def test_who_is_no_policy_admin_neither_reads_nor_makes_drafts(self):
        draft = self.draft()
        for user in (self.agent, self.leader):
            with self.assertRaises(AccessError):
                draft.with_user(user).read(["sources"])
            with self.assertRaises(AccessError):
                self.draft(user=user)

    def test_a_draft_of_another_company_is_out_of_reach(self):
        draft = self.draft()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.new_user("stranger", "complaint_management.group_policy_admin")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            draft.with_user(stranger).with_context(allowed_company_ids=other.ids).read(["sources"])

    def test_a_preview_cannot_be_claimed(self):
        draft = self.draft()
        for values in ({"preview": {"lines": ["x"]}}, {"release_id": self.release.id}, {"origin": "disk"}):
            with self.assertRaises(UserError):
                draft.write(values)
        values = {
            "name": "x",
            "company_id": self.company.id,
            "pack": "small",
            "sources": {},
            "origin": "disk",
        }
        with self.assertRaises(UserError):
            self.env["complaint.policy.draft"].with_user(self.admin).create(values)

    def test_documents_are_texts(self):
        draft = self.draft()
        for sources in ({"small/sla.yaml": 1}, ["small/sla.yaml"], {"small/sla.yaml": "x" * 1_000_001}):
            with self.assertRaises(ValidationError):
                draft.sources = sources
