"""What people may try with reports, files for regulators, meetings, reviews and workload, and jobs that meet
one company whose work fails."""

from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import files
from .quality_pack import QualityCase
from .report_case import MARCH, ReportCase
from .test_meetings import MEETINGS, ROLES, MeetingCase
from .test_regulator_returns import ReturnCase
from .workload_pack import NOON, WorkloadCase

JOB = "odoo.addons.complaint_management.complaint_management.models.job"


def going_on(test):
    """Jobs commit after each piece; a test does not."""
    test.patch(test.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1000)


def failing_for(company, kept):
    """A method that fails for one company and does its work for every other one."""

    def work(records, release, *rest):
        if release.company_id == company:
            raise UserError("Nothing works here.")
        return kept(records, release, *rest)

    return work


@tagged("post_install", "-at_install")
class TestReportsAttacked(ReportCase):
    def sent(self):
        """A report with a PDF, whether or not there is a program for it here."""
        reports = type(self.env["ir.actions.report"])
        with (
            patch.object(reports, "get_wkhtmltopdf_state", lambda _self: "ok"),
            patch.object(reports, "_render_qweb_pdf", lambda *_args, **_kwargs: (b"%PDF-1.4 sent", "pdf")),
        ):
            report = self.make("delivery")
        self.assertEqual(report.state, "sent")
        self.assertIn(b"sent", report._kept_pdf("en_US").raw)
        return report

    def test_nobody_puts_another_pdf_in_the_place_of_the_one_that_was_sent(self):
        report = self.sent()
        kept = report._kept_pdf("en_US")
        mine = self.env["ir.attachment"].with_user(self.member)
        values = {"res_model": report._name, "res_id": report.id, "description": "en_US", "raw": b"forged"}
        mine.create({"name": "Report.pdf", "mimetype": "application/pdf", **values})
        self.assertEqual(report.with_user(self.member)._kept_pdf("en_US"), kept)

    def test_the_pdf_that_was_sent_is_neither_changed_nor_deleted(self):
        kept = self.sent()._kept_pdf("en_US").with_user(self.member)
        for values in ({"raw": b"forged"}, {"res_id": False, "res_model": False}):
            with self.assertRaises(UserError):
                kept.write(values)
        with self.assertRaises(UserError):
            kept.unlink()

    def test_names_and_remarks_are_text_on_the_page_and_in_the_pictures(self):
        evil = "<script>alert(1)</script>"
        self.env["helpdesk.ticket.category"].browse(self.ref_id("category", "delay")).name = f"Late {evil}"
        self.env["complaint.term"].browse(self.ref_id("cause", "process")).name = f"Cause {evil}"
        report = self.make()
        self.env["complaint.report.remark"].create({"report_id": report.id, "text": f"Remark {evil}"})
        self.env.invalidate_all()
        shown = str(report.page)
        self.assertIn("Late &lt;script&gt;", shown)
        self.assertIn("Remark &lt;script&gt;", shown)
        self.assertNotIn("<script", shown)

    def test_a_report_that_cannot_be_made_keeps_no_other_one_waiting(self):
        kept, made = type(self.reports)._make, []

        def make(records, company, entry, begin, end):
            if entry["name"] == "delivery":
                raise UserError("Nothing works here.")
            made.append(entry["name"])
            return kept(records, company, entry, begin, end)

        with patch.object(type(self.reports), "_make", make), freeze_time("2026-04-02 09:00:00"):
            for code in ("delivery", "monthly"):
                entry = self.release._report_entry(code)
                with mute_logger(JOB):
                    self.reports._make_due(self.company, entry, *MARCH)
        self.assertEqual(made, ["monthly"])


@tagged("post_install", "-at_install")
class TestReturnsAttacked(ReturnCase):
    def test_a_case_that_became_confidential_later_closes_the_file_to_who_does_not_see_it(self):
        with freeze_time("2026-03-02 09:00:00"):
            ticket = self.case("comes", "2026-02-03")
            one = self.file()
            self.assertTrue(self.lines(one))
            ticket.confidential = True
            self.env.invalidate_all()
            self.assertFalse(one.with_user(self.data).may_download)
            with self.assertRaises(AccessError):
                self.lines(one, self.data)

    def test_what_a_customer_wrote_is_no_formula_with_wide_signs_either(self):
        with freeze_time("2026-03-02 09:00:00"):
            for name in ("＝1+1", "＠SUM(1)", "\n=1+1", "=1+1"):
                self.case(name, "2026-02-03")
            cells = [line[2] for line in self.lines(self.file())[1:]]
        self.assertEqual(len(cells), 4)
        self.assertEqual([cell[:1] for cell in cells], ["'"] * 4)

    def test_a_file_that_was_made_before_its_period_was_over_is_not_released(self):
        with freeze_time("2026-02-10 09:00:00"):
            self.case("early", "2026-02-03")
            release = self.env["complaint.release"]._active(self.company)
            entry = release._return_entry("file")
            draft = self.returns._make(release, entry, "2026-02", *self.returns._days_of(release, "2026-02"))
        with freeze_time("2026-03-02 09:00:00"):
            self.case("late", "2026-02-20")
            with self.assertRaises(UserError):
                draft.with_user(self.watch).action_release()
            self.file()
            self.assertEqual(draft.rows, 2)
            self.assertTrue(draft.activity_ids)
            draft.with_user(self.watch).action_release()

    def test_nobody_has_a_file_made_for_a_company_they_do_not_work_for(self):
        with freeze_time("2026-03-02 09:00:00"):
            other = self.env["res.company"].create({"name": "Other Company"})
            self.apply(self.policy_files, other)
            with self.assertRaises(AccessError):
                self.env["complaint.return.make"].with_user(self.data).create(
                    {"company_id": other.id, "code": "file", "day": "2026-02-10"}
                ).action_make()
            self.assertFalse(self.returns.search([("company_id", "=", other.id)]))

    def test_a_company_whose_file_fails_keeps_no_other_one_waiting(self):
        with freeze_time("2026-03-02 09:00:00"):
            other = self.env["res.company"].create({"name": "Other Company"})
            self.apply(self.policy_files, other)
            made = failing_for(self.company, type(self.returns)._make)
            going_on(self)
            with (
                patch.object(type(self.returns), "_make", made),
                mute_logger(JOB),
            ):
                self.returns._cron_make()
            files = self.returns.search([("company_id", "in", (self.company + other).ids)])
            self.assertEqual(files.company_id, other)


@freeze_time("2026-02-16 09:00:00")
@tagged("post_install", "-at_install")
class TestMeetingsAttacked(MeetingCase):
    def closed(self):
        one = self.held()
        one.item_ids[0].minutes = "We looked at it."
        one.action_close()
        return one

    def test_a_point_is_not_moved_into_a_meeting_that_is_over(self):
        over = self.closed()
        values = {"name": "Later", "chair_id": self.boss.id, "company_id": self.company.id}
        later = self.meetings.create(values)
        point = self.env["complaint.meeting.item"].with_user(self.boss)
        point = point.create({"meeting_id": later.id, "name": "Never said"})
        with self.assertRaises(UserError):
            point.meeting_id = over.id

    def test_an_action_is_not_put_into_the_minutes_of_a_meeting_by_hand(self):
        over = self.closed()
        improver = self.new_user("improver", "mgmtsystem.group_mgmtsystem_manager")
        actions = self.env["mgmtsystem.action"].with_user(improver)
        values = {"name": "Never decided", "type_action": "improvement", "company_id": self.company.id}
        with self.assertRaises(AccessError):
            actions.create({**values, "complaint_meeting_item_id": over.item_ids[0].id})
        action = actions.create(values)
        with self.assertRaises(AccessError):
            action.complaint_meeting_item_id = over.item_ids[0].id
        default = actions.with_context(default_complaint_meeting_item_id=over.item_ids[0].id)
        self.assertFalse(default.create(values).complaint_meeting_item_id)

    def test_an_agenda_made_on_the_last_evening_in_america_is_made_again_after_the_period(self):
        one = self.meeting()
        zone = ZoneInfo("America/New_York")
        with patch.object(type(self.env["complaint.figures"]), "_zone", lambda *args: zone):
            one.sudo().agenda_at = "2026-04-01 01:00:00"  # nine in the evening of 31 March
            with freeze_time("2026-04-02 09:00:00"):
                self.assertIn(one, self.meetings._awaiting_agenda())

    def test_a_company_whose_plan_fails_keeps_no_other_one_waiting(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.apply(files(meetings=MEETINGS, roles=ROLES), other)
        made = []
        plan = failing_for(self.company, lambda _records, release, _entry: made.append(release.company_id))
        with patch.object(type(self.meetings), "_plan", plan), mute_logger(JOB):
            self.meetings._cron_plan()
        self.assertIn(other, made)

    def test_a_company_whose_check_list_fails_keeps_no_other_one_waiting(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.apply(files(meetings=MEETINGS, roles=ROLES), other)
        checks, made = self.env["complaint.check"], []

        def make(_records, company):
            if company == self.company:
                raise UserError("Nothing works here.")
            made.append(company)

        with patch.object(type(checks), "_make", make), mute_logger(JOB):
            checks._cron_make()
        self.assertIn(other, made)


@tagged("post_install", "-at_install")
class TestReviewsAttacked(QualityCase):
    def test_nobody_reads_a_scorecard_of_others_through_the_page_of_a_decision(self):
        review = self.reviewed("511", remark="Rude to the customer")
        line = review.line_ids.filtered("remark")[:1]
        self.assertFalse(line.with_user(self.other).has_access("read"))
        pages = self.env["complaint.quality.decision"].with_user(self.other)
        with self.assertRaises(AccessError):
            page = pages.create(
                {
                    "review_id": review.id,
                    "verdict": "kept",
                    "answer": "None of mine",
                    "line_ids": [Command.create({"line_id": line.id})],
                }
            )
            self.env.invalidate_all()
            page.line_ids.read(["remark", "was"])

    def test_a_company_whose_sample_fails_keeps_no_other_one_waiting(self):
        self.calls(1)
        other = self.env["res.company"].create({"name": "Other Company"})
        self.apply(self.pack(), other)
        drawn = []
        going_on(self)

        def draw(_records, release, _spec, _part):
            if release.company_id == self.company:
                raise UserError("Nothing works here.")
            drawn.append(release.company_id)

        with (
            freeze_time("2027-03-08 06:00"),
            patch.object(type(self.samples), "_draw", draw),
            mute_logger(JOB),
        ):
            self.samples._cron_quality()
        self.assertIn(other, drawn)


@freeze_time(NOON)
@tagged("post_install", "-at_install")
class TestWorkloadAttacked(WorkloadCase):
    def test_nobody_who_leads_no_team_reads_the_cover_past_the_button(self):
        with self.assertRaises(AccessError):
            self.seen_by(self.agent, "complaint.workload.page").create({}).read(["cover", "summary"])

    def test_a_manager_reads_no_workload_of_a_company_they_do_not_work_for(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        pages = self.seen_by(self.manager, "complaint.workload.page")
        with self.assertRaises(AccessError):
            pages.create({"company_id": other.id}).read(["line_ids", "cover"])
        page = pages.create({})
        with self.assertRaises(AccessError):
            page.write({"company_id": other.id})
            page.read(["line_ids", "cover"])

    def test_nobody_learns_of_a_case_of_others_through_the_page_that_spreads(self):
        ticket = self.complaint(confidential=True, team_id=self.delivery.id)
        stranger = self.new_user("stranger", "base.group_user")
        pages = self.env["complaint.workload.spread"].with_user(stranger)
        with self.assertRaises(AccessError):
            page = pages.create(
                {"team_id": self.delivery.id, "line_ids": [Command.create({"ticket_id": ticket.id})]}
            )
            self.env.invalidate_all()
            page.line_ids.read(["severity_id", "stage_id"])
