"""The complaint sheet and the register on paper (B13)."""

import io
import unittest
import zipfile
from xml.etree import ElementTree

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, html2plaintext, mute_logger
from odoo.tools.misc import find_in_path

from .solution_pack import SolutionCase

SHEET = "complaint_management.complaint_sheet"
CUSTOMER_SHEET = "complaint_management.complaint_sheet_customer"
REGISTER = "complaint_management.register_document"
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def has_wkhtmltopdf():
    try:
        return bool(find_in_path("wkhtmltopdf"))
    except OSError:
        return False


def spreadsheet(content):
    """The rows of the first two sheets of a file: [[[text, …], …], …]."""
    book = zipfile.ZipFile(io.BytesIO(content))
    shared = []
    if "xl/sharedStrings.xml" in book.namelist():
        root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        shared = ["".join(item.itertext()) for item in root]
    sheets = []
    for number in (1, 2):
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
        rows = []
        for row in root.iter(f"{NAMESPACE}row"):
            cells = {}
            for cell in row.iter(f"{NAMESPACE}c"):
                text = "".join(cell.itertext())
                place = "".join(char for char in cell.get("r") if char.isalpha())
                cells[place] = shared[int(text)] if cell.get("t") == "s" else text
            rows.append(cells)
        sheets.append(rows)
    return sheets


class DocumentCase(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.data = cls.new_user("data", "complaint_management.group_data_analysis", tz="Europe/Berlin")
        cls.supervisor = cls.new_user("watch", "complaint_management.group_supervision")

    def words(self, report, records, user=None, **context):
        """The text of a report in one line, as a user's browser shows it."""
        reports = self.env["ir.actions.report"].with_user(user or self.agent).with_context(**context)
        html = reports._render_qweb_html(report, records.ids)[0]
        return " ".join(html2plaintext(html).split())

    def full_case(self):
        """A case with an investigation, an agreed solution, an action and an extension in its register."""
        self.env["complaint.investigation"].with_user(self.agent).create(
            {
                "ticket_id": self.ticket.id,
                "facts": "<p>SECRET-FACTS the box was wet.</p>",
                "cause_id": self.ref_id("cause", "handover"),
                "finding_id": self.ref_id("finding", "upheld"),
                "product_module": "Parcel box",
            }
        )
        self.proposed()._customer_answers(True, "Thank you, that is fair.", way="call")
        self.env["mgmtsystem.action"].with_user(self.agent).create(
            {
                "name": "SECRET-ACTION rewrite",
                "type_action": "correction",
                "company_id": self.company.id,
                "complaint_ticket_ids": [(6, 0, self.ticket.ids)],
            }
        )
        self.ticket.message_post(body="SECRET-NOTE", subtype_xmlid="mail.mt_note")
        return self.ticket

    def export(self, user=None, **values):
        return (
            self.env["complaint.register.export"]
            .with_user(user or self.data)
            .with_company(self.company)
            .create(
                {"date_from": "2026-03-01", "date_to": "2026-03-31", "company_id": self.company.id, **values}
            )
        )

    def received(self, at, closed=None, reopened=None, **values):
        with freeze_time(at):
            case = self.complaint(category="delay", **values)
        if closed:
            with freeze_time(closed):
                self.move(case, "closed")
        if reopened:
            with freeze_time(reopened):
                self.move(case, "investigating")
        return case


@tagged("post_install", "-at_install")
class TestComplaintSheet(DocumentCase):
    def test_b13_the_complaint_sheet_holds_the_whole_case(self):
        words = self.words(SHEET, self.full_case())
        for text in (
            self.ticket.number,
            "Chen",
            "It broke.",
            "Delay",
            "Our own",
            "Legal",
            "SECRET-FACTS",
            "Process / Missing handover",
            "Upheld",
            "Parcel box",
            "Solution: Refund",
            "You get your money back.",
            "Thank you, that is fair.",
            "In a call",
            "SECRET-ACTION",
            "Solution proposed",
            "Recorded by",
        ):
            self.assertIn(text, words)

    def test_the_clocks_of_the_law_stand_beside_our_own(self):
        groups = dict(self.ticket._sheet_clocks())
        self.assertEqual(groups["Legal"].mapped("name"), ["legal_answer"])
        self.assertIn("solution", groups["Our own"].mapped("name"))
        self.assertNotIn("legal_answer", groups["Our own"].mapped("name"))

    def test_the_sheet_for_the_customer_holds_nothing_internal(self):
        words = self.words(CUSTOMER_SHEET, self.full_case())
        self.assertIn("Your complaint", words)
        self.assertIn("It broke.", words)
        self.assertIn("You get your money back.", words)
        for secret in (
            "SECRET",
            "The parcel was wet",
            "Severity",
            "handover",
            "Legal",
            "Upheld",
            self.agent.name,
        ):
            self.assertNotIn(secret, words)

    def test_the_customer_s_sheet_is_in_the_customer_s_language(self):
        self.customer.lang = "zh_CN"
        words = self.words(CUSTOMER_SHEET, self.full_case())
        self.assertEqual(self.ticket._customer_lang(), "zh_CN")
        self.assertIn("退款", words)

    def test_the_sheet_in_chinese(self):
        words = self.words(SHEET, self.full_case(), lang="zh_CN")
        self.assertIn("退款", words)
        self.assertIn("投诉成立", words)

    def test_who_does_not_handle_complaints_prints_no_sheet_by_its_address(self):
        portal = new_test_user(self.env, "portal_sheet", groups="base.group_portal")
        for user in (self.employee, portal):
            for sheet in (SHEET, CUSTOMER_SHEET):
                with self.assertRaises(AccessError):
                    self.words(sheet, self.ticket, user=user)

    def test_a_case_that_one_may_not_read_is_not_printed(self):
        self.ticket.write({"confidential": True})
        self.env.invalidate_all()
        for sheet in (SHEET, CUSTOMER_SHEET):
            with self.assertRaises(AccessError):
                self.words(sheet, self.ticket, user=self.data)

    def test_an_ordinary_ticket_has_no_sheet(self):
        ordinary = self.env["helpdesk.ticket"].create({"name": "Printer", "description": "<p>x</p>"})
        values = self.env[f"report.{SHEET}"]._get_report_values(ordinary.ids)
        self.assertFalse(values["docs"])

    @unittest.skipUnless(has_wkhtmltopdf(), "wkhtmltopdf is not installed")
    def test_the_sheet_as_pdf(self):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        # What the program says about its missing parts is no fault of the sheet.
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            pdf, kind = reports._render_qweb_pdf(SHEET, self.ticket.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))


@tagged("post_install", "-at_install")
class TestRegisterDocument(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A register of its own: the case of the shared class was received today.
        cls.ticket.description = "<p>It broke.</p>"

    def test_b13_the_balance_of_a_period_counts_what_opened_and_closed(self):
        self.received("2026-02-10 10:00:00")
        self.received("2026-02-11 10:00:00", closed="2026-02-20 10:00:00")
        self.received("2026-02-12 10:00:00", closed="2026-03-05 10:00:00")
        self.received("2026-02-13 10:00:00", closed="2026-02-20 10:00:00", reopened="2026-03-06 10:00:00")
        self.received("2026-03-10 10:00:00", closed="2026-03-12 10:00:00")
        self.received("2026-03-11 10:00:00", closed="2026-03-12 10:00:00", reopened="2026-03-13 10:00:00")
        self.received("2026-03-12 10:00:00", closed="2026-04-02 10:00:00")
        export = self.export()
        balance = {name: export[name] for name in ("opening", "received", "reopened", "closed", "closing")}
        self.assertEqual(balance, {"opening": 2, "received": 3, "reopened": 2, "closed": 3, "closing": 4})
        self.assertEqual(export.row_count, 3)

    def test_a_register_that_does_not_balance_is_not_printed(self):
        case = self.received("2026-03-10 10:00:00")
        self.assertEqual(self.export()._balance()["received"], 1)
        # The case says another day than its register, as after a change past Odoo.
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE helpdesk_ticket SET received_at = '2026-02-10 10:00:00' WHERE id = %s", case.id)
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "does not balance"):
            self.export()._balance()

    def test_days_are_those_of_the_reader(self):
        case = self.received("2026-03-31 22:30:00")  # the first of April in Berlin
        self.assertNotIn(case, self.export()._cases())
        self.assertIn(case.id, self.export(date_from="2026-04-01", date_to="2026-04-01")._cases().ids)

    def test_a_row_holds_what_a_register_must_hold(self):
        case = self.full_case()
        case.write({"vulnerability": "Hard of hearing", "remedy_sought": "Money back"})
        case = case.with_user(self.data)
        [row] = list(case._register_rows())
        self.assertEqual(set(row), {key for key, _title in case._register_columns()})
        self.assertEqual(
            {
                key: row[key]
                for key in ("number", "complainant", "sought", "cause", "outcome", "vulnerability")
            },
            {
                "number": case.number,
                "complainant": "Chen",
                "sought": "Money back",
                "cause": "Process / Missing handover",
                "outcome": "Upheld",
                "vulnerability": "Hard of hearing",
            },
        )
        self.assertEqual((row["product"], row["company"]), ("Parcel box", "Small Company"))
        self.assertIn("SECRET-ACTION", row["measures"])
        self.assertEqual(row["received"], case._shown_time(case.received_at))

    def test_only_a_category_and_what_is_below_it(self):
        damage = self.received("2026-03-02 10:00:00")
        damage.category_id = self.ref_id("category", "damage")
        billing = self.received("2026-03-03 10:00:00")
        billing.category_id = self.ref_id("category", "billing")
        cases = self.export(category_id=self.ref_id("category", "delivery"))._cases()
        self.assertIn(damage.id, cases.ids)
        self.assertNotIn(billing.id, cases.ids)

    def test_rows_take_as_many_queries_for_many_cases_as_for_one(self):
        one = self.received("2026-03-02 10:00:00").with_user(self.data)
        list(one._register_rows())

        def queries(cases):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            list(cases._register_rows())
            return self.cr.sql_log_count - before

        single = queries(one)
        many = self.env["helpdesk.ticket"].browse()
        for _each in range(30):
            many |= self.complaint(category="delay")
        self.assertLessEqual(queries(many.with_user(self.data)), single + 3)

    def test_who_may_print_the_register(self):
        for user in (self.data, self.supervisor, self.leader):
            self.export(user=user)._check_allowed()
        for user in (self.agent, self.employee):
            with self.assertRaises(AccessError):
                self.export(user=user)

    def test_a_register_prepared_by_somebody_else_is_not_printed(self):
        export = self.export()
        with self.assertRaises(AccessError):
            self.words(REGISTER, export, user=self.supervisor)

    def test_a_confidential_case_is_not_in_the_register_of_those_who_may_not_see_it(self):
        case = self.received("2026-03-02 10:00:00", confidential=True)
        self.assertNotIn(case.id, self.export()._cases().ids)
        self.assertEqual(self.export().received, 0)

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            self.export(date_to="2026-02-01")._check_allowed()

    def test_the_printed_register_shows_rows_and_balance(self):
        case = self.received("2026-03-02 10:00:00")
        words = self.words(REGISTER, self.export(), user=self.data)
        self.assertIn(case.number, words)
        self.assertIn("= Open at the end", words)
        self.assertIn("2026-03-02 11:00", words)

    def test_the_wizard_says_that_the_pdf_program_is_missing(self):
        export = self.export()
        self.patch(type(self.env["ir.actions.report"]), "get_wkhtmltopdf_state", lambda self: "install")
        export.invalidate_recordset()
        self.assertTrue(export.pdf_missing)


@tagged("post_install", "-at_install")
class TestRegisterFile(DocumentCase, HttpCase):
    def test_b13_the_register_as_spreadsheet(self):
        case = self.received("2026-03-02 10:00:00", name="=cmd|' /C calc'!A0")
        export = self.export()
        self.authenticate(self.data.login, self.data.login)
        response = self.url_open(f"/complaints/register/{export.id}.xlsx")
        self.assertEqual(response.status_code, 200)
        self.assertIn("spreadsheetml", response.headers["Content-Type"])
        rows, balance = spreadsheet(response.content)
        self.assertEqual(rows[0]["A"], "Number")
        self.assertEqual(rows[1]["A"], case.number)
        texts = list(rows[1].values())
        self.assertIn("'=cmd|' /C calc'!A0", texts)
        labels = {row.get("A"): row.get("B") for row in balance}
        self.assertEqual(labels["= Open at the end"], str(export.closing))
        self.assertEqual(labels["+ Received"], "1")

    def test_the_spreadsheet_of_somebody_else_is_not_there(self):
        export = self.export()
        self.authenticate(self.supervisor.login, self.supervisor.login)
        self.assertEqual(self.url_open(f"/complaints/register/{export.id}.xlsx").status_code, 404)
        self.authenticate(self.employee.login, self.employee.login)
        self.assertEqual(self.url_open(f"/complaints/register/{export.id}.xlsx").status_code, 404)
