"""Files for regulators: the columns of the register, balanced, released by people, for those who may."""

import csv
import hashlib
import io
from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import ComplaintCase, files
from .test_shipped_packs import FILES

REGULATED = ("au-rg271", "cn-financial-2020", "eu-psd2", "iso-10002", "uk-disp", "us-cfpb")
# What a register must hold by the regulators' lists, merged: unique number, brand, channel, the times, the
# people, what it is about, what came of it, the extension, vulnerability.
WANTED = {
    *("number", "company", "channel", "received", "acknowledged", "investigated", "resolved", "closed"),
    *("complainant", "representative", "product", "issue", "sought", "cause", "outcome", "redress"),
    *("measures", "extension", "extension_by", "extension_notice", "vulnerability"),
}
RETURNS = """
kind: returns
returns:
  - name: file
    title: {en: Return, zh_CN: 报送表}
    match: {type: complaint}
    every: month
    to: [supervision]
    columns:
      - {column: number, title: {en: Reference, zh_CN: 编号}}
      - {column: complainant}
      - {column: issue}
      - {column: received}
      - {column: closed}
      - {column: at_start}
      - {column: at_end}
"""
ROLES = """
kind: roles
roles:
  - {name: intake, team: Small intake}
  - {name: assignee, of: case}
  - {name: supervision, group: supervision}
"""
NOW = "2026-03-02 09:00:00"
BALANCE = ("opening", "received", "reopened", "closed", "closing")


class ReturnCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.watch = cls.new_user("watch", "complaint_management.group_supervision", name="Watch")
        cls.data = cls.new_user("data", "complaint_management.group_data_analysis", name="Data")
        cls.policy_files = files(roles=ROLES, returns=RETURNS)
        cls.apply(cls.policy_files)
        cls.returns = cls.env["complaint.return"]

    def case(self, name, received, **moves):
        """A complaint with the days of its moves: closed, investigating (opened again)."""
        with freeze_time(f"{received} 10:00:00"):
            ticket = self.complaint(name=name, category="delay", partner_id=self.customer.id)
        for stage, day in moves.items():
            with freeze_time(f"{day} 10:00:00"):
                self.move(ticket, stage)
        return ticket

    def cases(self):
        """Of February: one open before and after, one that came in and was closed, one closed in January and
        opened again, one closed before, one that came later."""
        self.case("stays", "2026-01-10")
        self.case("comes", "2026-02-03", closed="2026-02-20")
        self.case("again", "2026-01-12", closed="2026-01-20", investigating="2026-02-10")
        self.case("gone", "2026-01-05", closed="2026-01-06")
        self.case("later", "2026-03-01")

    def file(self):
        """The file of February, made by the job's own work."""
        for due in self.returns._due():
            if due[0].company_id == self.company:
                self.returns._make(*due)._tell()
        return self.returns.search([("company_id", "=", self.company.id)])

    def lines(self, one, user=None):
        """The lines of a file as somebody gets them."""
        text = one.with_user(user or self.watch)._file_content().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestReturns(ReturnCase):
    def test_the_file_of_a_period_has_each_case_that_was_open_in_it(self):
        self.cases()
        one = self.file()
        self.assertEqual((one.period, one.begin, one.end), ("2026-02", date(2026, 2, 1), date(2026, 3, 1)))
        self.assertEqual([one[name] for name in BALANCE], [1, 1, 1, 1, 2])
        head, *lines = self.lines(one)
        self.assertEqual(head[:3], ["Reference", "Complainant", "What about"])
        self.assertEqual(
            [(line[2], line[5], line[6]) for line in lines],
            [("stays", "yes", "yes"), ("again", "no", "yes"), ("comes", "no", "no")],
        )
        self.assertEqual(one.rows, 3)

    def test_times_are_iso_8601_and_what_came_after_the_period_is_not_in_it(self):
        ticket = self.case("comes", "2026-02-03")
        with freeze_time("2026-03-01 12:00:00"):
            self.move(ticket, "closed")
        (line,) = self.lines(self.file())[1:]
        self.assertEqual((line[3], line[4], line[6]), ("2026-02-03T11:00+01:00", "", "yes"))

    def test_it_is_made_once_and_those_who_release_it_hear_of_it(self):
        one = self.file()
        self.assertEqual(one.state, "draft")
        self.assertEqual(one.activity_ids.user_id & self.watch, self.watch)
        self.assertEqual(self.file(), one)

    def test_released_it_stays_byte_for_byte_with_its_digest(self):
        self.cases()
        one = self.file().with_user(self.watch)
        one.action_release()
        content = one._file_content()
        self.assertEqual(hashlib.sha256(content).hexdigest(), one.digest)
        self.assertEqual((one.state, one.released_by_id), ("released", self.watch))
        self.assertFalse(one.sudo().activity_ids)
        late = self.case("late", "2026-02-15")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            one.action_make_again()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            one.sudo().write({"digest": "0"})
        with self.assertRaisesRegex(UserError, "stays as it is"):
            one.sudo().unlink()
        self.assertEqual(one._file_content(), content)
        self.assertTrue(late)

    def test_a_draft_is_made_again_and_the_same_cases_give_the_same_bytes(self):
        self.cases()
        one = self.file().with_user(self.watch)
        digest = one.digest
        one.action_make_again()
        self.assertEqual(one.digest, digest)
        self.case("late", "2026-02-15")
        one.action_make_again()
        self.assertNotEqual(one.digest, digest)
        self.assertEqual(one.received, 2)

    def test_what_does_not_balance_is_not_released_and_says_why(self):
        ticket = self.case("comes", "2026-02-03")
        self.env.flush_all()
        self.env.cr.execute("SELECT set_config('complaint.register_bypass', 'on', true)")
        self.env.cr.execute(
            "DELETE FROM complaint_event WHERE kind = 'received' AND ticket_id = %s", [ticket.id]
        )
        self.env.cr.execute("SELECT set_config('complaint.register_bypass', 'off', true)")
        self.env.invalidate_all()
        one = self.file().with_user(self.watch)
        self.assertIn("1 should be open at the end, 0 are", one.problem)
        with self.assertRaisesRegex(UserError, "cannot be released.*do not add up"):
            one.action_release()

    def test_a_period_that_runs_is_not_released(self):
        wizard = self.env["complaint.return.make"].with_user(self.watch)
        page = wizard.create({"code": "file", "day": "2026-03-02", "company_id": self.company.id})
        one = self.returns.with_user(self.watch).browse(page.action_make()["res_id"])
        self.assertEqual(one.period, "2026-03")
        with self.assertRaisesRegex(UserError, "period is not over"):
            one.action_release()

    def test_cells_that_look_like_formulas_are_text(self):
        names = ("=1+1", "+49", "-1", "@x", "\tx")
        for name in names:
            self.case(name, "2026-02-03")
        self.assertEqual({line[2] for line in self.lines(self.file())[1:]}, {f"'{name}" for name in names})

    def test_the_mark_at_the_beginning_is_there_only_if_the_policy_wants_it(self):
        self.case("=x", "2026-02-03")
        self.assertFalse(self.file().sudo()._file_content().startswith(b"\xef\xbb\xbf"))
        self.apply(files(roles=ROLES, returns=RETURNS.replace("every:", "encoding: utf-8-bom\n    every:")))
        one = self.file()
        one.action_make_again()
        self.assertTrue(one.sudo()._file_content().startswith(b"\xef\xbb\xbf"))

    def test_without_the_kind_there_is_no_file(self):
        self.apply(files(roles=ROLES))
        self.assertFalse(self.file())


@freeze_time("2026-04-10 09:00:00")
@tagged("post_install", "-at_install")
class TestShippedReturns(ReturnCase):
    def test_each_regulated_pack_has_a_file_with_the_columns_of_the_register_that_balances(self):
        releases = self.env["complaint.release"]
        for pack in REGULATED:
            with self.subTest(pack):
                company = self.env["res.company"].create({"name": f"Desk of {pack}"})
                release = releases._apply(FILES, pack, company, message="shipped")
                self.assertTrue(release._return_entries())
                for at in ("2026-01-10 10:00:00", "2026-03-12 10:00:00"):
                    with freeze_time(at):
                        self.ticket_of(release)
                for entry in release._return_entries():
                    self.assertLessEqual(WANTED, {column["column"] for column in entry["columns"]})
                    one = self.returns._make(release, entry, *self.returns._last_period(release, entry))
                    self.assertFalse(one.problem)
                    self.assertEqual(one.rows, one.opening + one.received)
                    self.assertEqual(one.closing, 2)
                    head, *lines = self.lines(one, self.env.user)
                    self.assertEqual(len(head), len(entry["columns"]))
                    self.assertEqual(len(lines), 2)
                    self.assertNotIn("", head)

    def ticket_of(self, release):
        refs = release._refs()
        return self.env["helpdesk.ticket"].create(
            {
                "name": "Broken",
                "description": "x",
                "company_id": release.company_id.id,
                "case_type_id": refs["case_type", "complaint"],
                "channel_id": refs["channel", "phone"],
            }
        )


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestReturnRights(ReturnCase):
    def test_supervision_and_data_analysis_read_it_agents_and_customers_do_not(self):
        one = self.file()
        guest = self.new_user("guest", "base.group_portal")
        for user in (self.watch, self.data):
            self.assertTrue(one.with_user(user).has_access("read"))
        for user in (self.agent, self.leader, guest):
            with self.assertRaises(AccessError):
                one.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                one.with_user(user).action_download()
            with self.assertRaises(AccessError):
                self.env["complaint.return.make"].with_user(user).create({"code": "file"})

    def test_only_the_roles_of_the_policy_release_it(self):
        one = self.file().with_user(self.data)
        self.assertFalse(one.may_release)
        with self.assertRaisesRegex(AccessError, "Supervision releases this file"):
            one.action_release()
        self.assertTrue(one.with_user(self.watch).may_release)

    def test_nobody_writes_or_makes_one_by_hand(self):
        one = self.file().with_user(self.watch)
        for values in ({"state": "released"}, {"digest": "x"}, {"problem": False}):
            with self.assertRaises(AccessError):
                one.write(values)
        with self.assertRaises(AccessError):
            one.create({"code": "file"})
        with self.assertRaises(UserError):
            one.unlink()
        for name in ("content", "confidential_ids"):
            with self.assertRaises(AccessError):
                one.read([name])

    def test_a_file_with_a_confidential_case_is_for_those_who_see_that_case(self):
        ticket = self.case("secret", "2026-02-03")
        ticket.confidential = True
        one = self.file().with_user(self.watch)
        self.assertEqual((one.rows, one.confidential_count), (1, 1))
        self.assertFalse(one.may_download)
        for button in ("action_download", "action_release"):
            with self.assertRaisesRegex(AccessError, "not all of them are yours to see"):
                getattr(one, button)()
        ticket.user_id = self.watch
        self.env.invalidate_all()
        self.assertTrue(one.may_download)
        self.assertIn("secret", one._file_content().decode())


@tagged("post_install", "-at_install")
class TestReturnDownload(HttpCase, ReturnCase):
    def test_the_file_comes_over_the_web_for_those_who_may(self):
        with freeze_time(NOW):
            self.case("comes", "2026-02-03")
            one = self.file()
        for user in (self.watch, self.agent):
            user.password = "long-password"
        self.env.flush_all()
        address = f"/complaints/return/{one.id}.csv"
        self.authenticate(self.watch.login, "long-password")
        answer = self.url_open(address)
        self.assertEqual(hashlib.sha256(answer.content).hexdigest(), one.digest)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.authenticate(self.agent.login, "long-password")
        self.assertEqual(self.url_open(address).status_code, 404)
        files_of_it = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", one._name), ("res_id", "=", one.id), ("res_field", "=", "content")])
        )
        self.assertTrue(files_of_it)
        self.authenticate(self.watch.login, "long-password")
        self.assertEqual(self.url_open(f"/web/content/{files_of_it.id}").status_code, 404)
