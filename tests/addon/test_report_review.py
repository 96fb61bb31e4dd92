"""A report is read, commented, signed off, sent and kept (F2); whom it is not for does not read it."""

from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from .report_case import ReportCase

RENDER = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"


@tagged("post_install", "-at_install")
class TestReportReview(ReportCase):
    def remark(self, report, user, **values):
        row = {"report_id": report.id, "text": "Pack the boxes better.", "kind": "recommendation", **values}
        return self.env["complaint.report.remark"].with_user(user).create(row)

    def signed(self, report, user=None):
        with freeze_time("2026-04-03 09:00:00"):
            report.with_user(user or self.reader).action_sign_off()
        return report

    def test_f2_who_reviews_is_asked_by_an_activity(self):
        report = self.make()
        self.assertEqual((report.state, report.reviewer_ids), ("in_review", self.reader))
        self.assertEqual(report.activity_ids.user_id, self.reader)
        self.assertTrue(report.with_user(self.reader).awaits_me)
        waiting = self.reports.with_user(self.reader).search([("awaits_me", "=", True)])
        self.assertEqual(waiting, report)
        self.assertFalse(self.reports.with_user(self.analyst).search([("awaits_me", "=", True)]))

    def test_f2_signed_off_it_is_sent_to_the_roles_each_in_their_language(self):
        report = self.make()
        self.remark(report, self.reader)
        self.signed(report)
        self.assertEqual((report.state, report.reviewer_id), ("sent", self.reader))
        self.assertFalse(report.activity_ids)
        self.assertEqual(report.delivery_ids.user_id, self.member + self.chinese)
        mails = {mail.email_to: mail for mail in report.delivery_ids.sudo().mail_id}
        english, chinese = mails[self.member.email_formatted], mails[self.chinese.email_formatted]
        self.assertEqual(english.subject, "Monthly analysis · March 2026")
        self.assertIn("月度分析", chinese.subject)
        words = html2plaintext(english.body_html)
        for text in (
            "What hurts customers most?",
            "Delivery / Delay",
            "Pack the boxes better.",
            "3 cases came in",
        ):
            self.assertIn(text, words)
        self.assertIn(f"res_id={report.id}", english.body_html)

    def test_f2_the_pdf_goes_along_in_the_language_of_the_reader_and_is_kept(self):
        report = self.make()
        languages = []

        def render(reports, ref, ids, data=None):
            languages.append(reports.env.lang)
            return b"%PDF-" + reports.env.lang.encode(), "pdf"

        with (
            patch(RENDER, render),
            patch(
                "odoo.addons.base.models.ir_actions_report.IrActionsReport.get_wkhtmltopdf_state",
                lambda self: "ok",
            ),
        ):
            self.signed(report)
        self.assertEqual(sorted(languages), ["en_US", "zh_CN"])
        for one in report.delivery_ids:
            attached = one.sudo().mail_id.attachment_ids
            self.assertEqual(attached.raw, b"%PDF-" + one.lang.encode())
            self.assertEqual(attached.res_id, report.id)
        self.assertIn("Monthly analysis 2026-03.pdf", report._kept_pdf("en_US").name)
        self.assertEqual(report.with_user(self.member).action_pdf()["type"], "ir.actions.act_url")

    def test_f2_without_the_program_for_pdf_it_says_so_and_has_a_page_to_print(self):
        report = self.make()
        with patch(
            "odoo.addons.base.models.ir_actions_report.IrActionsReport.get_wkhtmltopdf_state",
            lambda self: "install",
        ):
            self.signed(report)
            report.invalidate_recordset()
            self.assertTrue(report.pdf_missing)
            self.assertIn("/report/html/", report.with_user(self.member).action_pdf()["url"])
        self.assertIn("No PDF could be made", report.delivery_ids[:1].sudo().mail_id.body_html)

    def test_f2_without_a_reviewer_it_is_sent_at_once(self):
        report = self.make("delivery")
        self.assertEqual((report.state, len(report.delivery_ids)), ("sent", 2))

    def test_f2_with_nobody_to_send_it_to_it_waits(self):
        (self.member + self.chinese).group_ids -= self.env.ref("complaint_management.group_decision")
        report = self.make("delivery")
        self.assertEqual(report.state, "made")
        self.member.group_ids += self.env.ref("complaint_management.group_decision")
        report.invalidate_recordset()
        report.with_user(self.analyst).action_send()
        self.assertEqual(report.delivery_ids.user_id, self.member)

    def test_f2_nobody_else_signs_off(self):
        report = self.make()
        for user in (self.analyst, self.member, self.leader):
            with self.assertRaises(UserError):
                report.with_user(user).action_sign_off()

    def test_f2_what_was_sent_stays_as_it_is(self):
        report = self.make()
        remark = self.remark(report, self.reader)
        self.signed(report)
        for values in ({"state": "made"}, {"reviewer_id": False}, {"sent_at": False}):
            with self.assertRaisesRegex(UserError, "kept as it is"):
                report.sudo().write(values)
        with self.assertRaisesRegex(UserError, "kept as it is"):
            remark.with_user(self.reader).text = "Something else"
        with self.assertRaisesRegex(UserError, "kept as it is"):
            self.remark(report, self.analyst)
        with self.assertRaisesRegex(UserError, "kept as it is"):
            remark.with_user(self.reader).unlink()
        with self.assertRaisesRegex(UserError, "kept as it is"):
            self.make()

    def test_f2_a_remark_is_its_author_s_and_shown_in_its_section(self):
        report = self.make()
        remark = self.remark(report, self.reader, section="channels", author_id=self.analyst.id)
        self.assertEqual(remark.author_id, self.reader)
        shown = {one["name"]: one["remarks"] for one in report._shown()["sections"]}
        self.assertEqual([one["text"] for one in shown["channels"]], ["Pack the boxes better."])
        with self.assertRaises(AccessError):
            remark.with_user(self.analyst).text = "No."

    def test_f2_remarks_move_to_the_new_version(self):
        report = self.make()
        remark = self.remark(report, self.reader)
        again = self.make()
        self.assertEqual((remark.report_id, again.version), (again, 2))

    def test_f2_a_recommendation_becomes_an_improvement_with_one_click(self):
        report = self.make()
        remark = self.remark(report, self.reader)
        self.signed(report)
        action = remark.with_user(self.member).action_improve()
        self.assertEqual(action["res_model"], "mgmtsystem.action")
        self.assertEqual(remark.with_user(self.member).action_improve()["res_id"], action["res_id"])
        made = remark.action_id
        self.assertEqual((made.name, made.for_complaints), ("Pack the boxes better.", True))
        self.assertIn("Monthly analysis", made.description)


@tagged("post_install", "-at_install")
class TestReportReaders(ReportCase):
    def sees(self, user, report):
        return report in self.reports.with_user(user).search([])

    def test_f2_before_it_is_sent_only_reviewers_and_makers_read_it(self):
        report = self.make()
        self.assertTrue(self.sees(self.reader, report))
        self.assertTrue(self.sees(self.analyst, report))
        for user in (self.member, self.agent, self.leader):
            self.assertFalse(self.sees(user, report), user.login)
            with self.assertRaises(AccessError):
                report.with_user(user).read(["content"])

    def test_f2_agents_customers_and_other_companies_read_none(self):
        report = self.make("delivery")
        self.assertTrue(self.sees(self.member, report))
        abroad = self.env["res.company"].create({"name": "Abroad"})
        group = "complaint_management.group_decision,helpdesk_mgmt.group_helpdesk_manager"
        other = new_test_user(
            self.env, "x_abroad", groups=group, company_id=abroad.id, company_ids=abroad.ids
        )
        portal = new_test_user(self.env, "x_portal", groups="base.group_portal")
        for user in (self.agent, other, portal):
            for record in (report, report.delivery_ids[:1]):
                with self.assertRaises(AccessError, msg=user.login):
                    record.with_user(user).read(["company_id"])
            with self.assertRaises(AccessError):
                report.with_user(user).action_behind(0)
            with self.assertRaises(AccessError):
                self.env["complaint.report.check"].with_user(user).create({"report_id": report.id}).read(
                    ["found"]
                )
            with self.assertRaises(AccessError):
                self.env["report.complaint_management.management_report"].with_user(user)._get_report_values(
                    report.ids
                )

    def test_f2_a_number_opens_with_the_rights_of_the_reader(self):
        report = self.make("delivery")
        action = report.with_user(self.member).action_behind(0)
        self.assertEqual(action["res_model"], "complaint.fact")
        clerk = self.new_user("clerk", "base.group_user")
        report.sudo().reader_ids += clerk
        self.assertTrue(report.with_user(clerk).page)
        with self.assertRaisesRegex(AccessError, "not the cases behind"):
            report.with_user(clerk).action_behind(0)
        with self.assertRaisesRegex(UserError, "nothing behind"):
            report.with_user(self.member).action_behind(99999)

    def test_f2_who_joins_a_role_reads_its_reports_and_who_leaves_it_does_not_review(self):
        report = self.make("delivery")
        late = self.new_user("late", "complaint_management.group_decision")
        self.assertFalse(self.sees(late, report))
        self.reports.sudo()._refresh_readers()
        self.assertTrue(self.sees(late, report))

    def test_f2_confidential_cases_are_counted_but_opened_by_those_alone_who_may(self):
        self.cases[2].sudo().write({"confidential": True})
        self.env.flush_all()
        self.count()
        report = self.make("delivery")
        self.assertEqual(report.content["balance"]["received"], 2)
        page = report.with_user(self.member)._page()
        row = next(row for row in page["sections"][0]["tables"][0]["rows"] if "Came in" in row[0]["text"])
        opens = page["opens"][row[1]["at"]]
        seen = self.env[opens["model"]].with_user(self.member).search_count(opens["domain"])
        self.assertEqual((row[1]["text"], seen), ("2", 1))
