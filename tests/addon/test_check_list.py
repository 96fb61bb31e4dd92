"""F5: the monthly check list is made by itself, keeps its numbers, is judged by people and signed by
the right ones, and stays as it was signed."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import files
from .supervision_pack import PACK, WAY, SupervisionCase

FIRST = "2026-04-01 08:00:00"


@tagged("-at_install", "post_install")
class TestCheckList(SupervisionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checks = cls.env["complaint.check"]
        cls.boss = cls.new_user("boss", "complaint_management.group_decision")

    def make(self, at=FIRST):
        self.count(at)
        with freeze_time(at):
            self.checks._cron_make()
        return self.checks.search([("company_id", "=", self.company.id)], order="begin desc", limit=1)

    def line(self, check, code):
        return check.line_ids.filtered(lambda line: line.code == code).with_user(self.supervisor)

    def judged(self, at=FIRST):
        check = self.make(at)
        for line in check.line_ids.with_user(self.supervisor):
            line.write({"verdict": "ok"})
        return check

    # ------------------------------------------------------------------ made by itself

    def test_f5_a_list_is_made_for_the_month_that_is_over_with_its_numbers(self):
        self.went(*WAY)
        self.went("acknowledged", "closed")
        check = self.make()
        self.assertEqual(
            (check.period, str(check.begin), str(check.end)), ("2026-03", "2026-03-01", "2026-04-01")
        )
        self.assertEqual(
            check.line_ids.mapped("title"),
            ["No step was left out", "Own deadlines missed", "The roles name the right people"],
        )
        steps = self.line(check, "steps")
        self.assertEqual((steps.count, steps.of, steps.met), (1, 2, "no"))
        self.assertEqual(steps.numbers, "1 of 2 (50 %)")
        people = self.line(check, "people")
        self.assertEqual((people.finding, people.met, people.numbers), (False, "none", ""))

    def test_f5_it_is_made_once_and_nothing_is_made_of_a_time_without_cases(self):
        self.assertFalse(self.make())
        self.went(*WAY)
        self.assertEqual(self.make(), self.make("2026-04-10 08:00:00"))
        self.assertEqual(self.checks.search_count([("company_id", "=", self.company.id)]), 1)
        self.assertEqual(self.make("2026-05-01 08:00:00").period, "2026-04")

    def test_f5_its_numbers_stay_as_they_were(self):
        self.went("acknowledged", "closed")
        check = self.make()
        self.went("acknowledged", "closed")
        self.count("2026-04-02 08:00:00")
        self.assertEqual(self.line(check, "steps").count, 1)
        with freeze_time("2026-04-02 08:00:00"):
            opens = self.line(check, "steps").action_open_records()
        self.assertEqual(self.env[opens["res_model"]].search_count(opens["domain"]), 2)

    def test_f5_without_a_list_in_the_policy_none_is_made(self):
        self.apply(files(**{**PACK, "supervision": PACK["supervision"].split("check_list:")[0]}))
        self.went(*WAY)
        self.assertFalse(self.make())

    def test_f5_whoever_signs_it_is_reminded_and_it_has_a_day(self):
        self.went(*WAY)
        check = self.make()
        # five business days after the end of March, up to the close of business in Berlin
        self.assertEqual(str(check.due_at), "2026-04-08 15:00:00")
        self.assertEqual(check.activity_ids.user_id, self.supervisor)

    def test_f5_a_late_list_climbs_once(self):
        self.went(*WAY)
        check = self.make()
        self.make("2026-04-08 14:00:00")
        self.assertFalse(check.told_at)
        self.make("2026-04-08 16:00:00")
        self.make("2026-04-09 16:00:00")
        self.assertTrue(check.told_at)
        self.assertEqual(check.activity_ids.user_id, self.supervisor + self.boss)
        told = self.env["mail.message"].search(
            [
                ("model", "=", check._name),
                ("res_id", "=", check.id),
                ("subject", "=", "Check list March 2026 is not signed yet"),
            ]
        )
        self.assertEqual(len(told), 1)
        self.assertEqual(told.partner_ids, self.boss.partner_id)
        with freeze_time("2026-04-09 16:00:00"):
            self.assertEqual(self.checks.search([("overdue", "=", True)]), check)

    # ------------------------------------------------------------------ judged

    def test_f5_what_is_not_in_order_wants_a_remark(self):
        self.went(*WAY)
        line = self.line(self.make(), "people")
        with self.assertRaises(ValidationError):
            line.write({"verdict": "not_ok"})
        line.write({"verdict": "not_ok", "remark": "Two have left"})
        self.assertEqual(line.judged_by_id, self.supervisor)
        with self.assertRaises(ValidationError):
            line.write({"remark": " "})

    def test_f5_the_form_is_filled_in_as_a_person_does(self):
        self.went(*WAY)
        check = self.make()
        with Form(check.with_user(self.supervisor)) as form:
            with form.line_ids.edit(2) as line:
                line.verdict = "na"
            form.remark = "As always"
        self.assertEqual((check.remark, self.line(check, "people").verdict), ("As always", "na"))

    def test_f5_what_is_within_its_target_is_judged_with_one_button(self):
        self.went("acknowledged", "closed")
        check = self.make()
        check.with_user(self.supervisor).action_all_in_order()
        verdicts = {line.code: line.verdict for line in check.line_ids}
        met = {line.code: line.met for line in check.line_ids}
        for code, verdict in verdicts.items():
            self.assertEqual(verdict, "ok" if met[code] == "yes" else False, code)

    def test_f5_an_action_comes_out_of_a_line_in_one_click(self):
        self.went("acknowledged", "closed")
        check = self.make()
        line = self.line(check, "steps")
        line.write({"verdict": "not_ok", "remark": "Closed too soon"})
        opens = line.action_improve()
        action = Form(
            self.env["mgmtsystem.action"].with_user(self.supervisor).with_context(**opens["context"])
        ).save()
        self.assertEqual((action.name, action.sudo().check_line_id), ("No step was left out", line))
        self.assertTrue(action.for_complaints)
        self.assertEqual((line.action_count, check.with_user(self.supervisor).action_count), (1, 1))

    # ------------------------------------------------------------------ signed

    def test_f5_a_list_is_signed_when_every_line_is_judged(self):
        self.went(*WAY)
        check = self.make()
        with self.assertRaisesRegex(UserError, "3 lines are not judged yet"):
            check.with_user(self.supervisor).action_sign()
        check.line_ids.with_user(self.supervisor).write({"verdict": "ok"})
        check.with_user(self.supervisor).action_sign()
        self.assertEqual((check.state, check.signed_by_id), ("signed", self.supervisor))
        self.assertFalse(check.activity_ids)

    def test_f5_nothing_of_a_signed_list_changes_whoever_asks(self):
        self.went(*WAY)
        check = self.judged()
        check.with_user(self.supervisor).action_sign()
        line = check.line_ids[0]
        for attempt in (
            lambda: check.with_user(self.supervisor).write({"remark": "x"}),
            lambda: check.write({"state": "open"}),
            lambda: check.write({"line_ids": [(0, 0, {"code": "x"})]}),
            lambda: line.with_user(self.supervisor).write({"remark": "x"}),
            lambda: line.write({"count": 0}),
            lambda: check.with_user(self.supervisor).action_sign(),
            lambda: check.with_user(self.supervisor).action_all_in_order(),
            check.unlink,
            line.unlink,
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_f5_only_the_role_of_the_policy_judges_and_signs(self):
        self.went(*WAY)
        check = self.judged()
        manager = self.new_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        for user in (self.boss, manager):
            mine = check.with_user(user)
            self.assertFalse(mine.may_sign)
            for attempt in (
                lambda mine=mine: mine.action_sign(),
                lambda mine=mine: mine.write({"remark": "x"}),
                lambda mine=mine: mine.line_ids[0].write({"verdict": "na"}),
            ):
                with self.assertRaises(AccessError):
                    attempt()

    def test_f5_numbers_and_signature_are_written_by_nobody(self):
        self.went(*WAY)
        check = self.make().with_user(self.supervisor)
        for attempt in (
            lambda: check.write({"state": "signed"}),
            lambda: check.write({"signed_by_id": self.boss.id}),
            lambda: check.line_ids[0].write({"count": 0}),
            lambda: check.line_ids[0].write({"met": "yes"}),
            check.copy,
            check.unlink,
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_f5_agents_and_other_companies_do_not_see_it(self):
        self.went(*WAY)
        check = self.make()
        portal = self.new_user("portal", "base.group_portal")
        for user in (self.agent, self.leader, portal):
            with self.assertRaises(AccessError):
                check.with_user(user).read(["name"])
        other = self.env["res.company"].create({"name": "Other Company"})
        stranger = self.new_user("stranger", "complaint_management.group_supervision")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        theirs = self.checks.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.browse(check.id).read(["name"])
