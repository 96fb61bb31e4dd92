"""Rows of the requirements that no single screen proves: how severity is made (A4), the categories of each
trade (A5), and the other kinds of case (A9)."""

from datetime import datetime

from freezegun import freeze_time
from odoo.tests import tagged

from ...complaint_management.models.first_release import POLICIES
from .common import ComplaintCase

FILES = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in POLICIES.rglob("*.yaml")}
# What the sources want to be told apart in each trade.
TRADES = {
    "general": {"product_quality", "service_attitude", "response_speed"},
    "logistics": {"delivery_delay", "goods_damaged", "goods_lost", "service_attitude", "charges"},
    "finance": {"fees", "mis_selling", "account", "card", "claims", "privacy"},
    "software": {"product_function", "technical_implementation", "service_process"},
}
MONDAY = "2026-03-02 08:00:00"  # 09:00 in Berlin, the first open minute of the small company


@tagged("post_install", "-at_install")
class TestAuditRows(ComplaintCase):
    def test_a4_urgency_and_scope_make_the_severity_as_the_matrix_says(self):
        for urgency, scope, severity, priority in (
            ("low", "one_customer", "low", "0"),
            ("normal", "one_customer", "normal", "1"),
            ("urgent", "one_customer", "high", "2"),
            ("low", "public", "critical", "3"),
            ("normal", "public", "critical", "3"),
            ("urgent", "public", "critical", "3"),
        ):
            with self.subTest(urgency=urgency, scope=scope):
                case = self.complaint(urgency=urgency, scope_id=self.ref_id("scope", scope))
                self.assertEqual((case.severity_id.policy_code, case.priority), (severity, priority))

    def test_a4_the_matrix_is_that_of_the_policy(self):
        severity = FILES["general/severity.yaml"].decode()
        line = "- {urgency: urgent, severity: high}"
        self.assertIn(line, severity)
        changed = {
            **FILES,
            "general/severity.yaml": severity.replace(
                line, "- {urgency: urgent, severity: critical}"
            ).encode(),
        }
        for files, expected in ((FILES, "high"), (changed, "critical")):
            company = self.env["res.company"].create({"name": f"Matrix {expected}"})
            refs = self.env["complaint.release"]._apply(files, "general", company, message="A4")._refs()
            case = self.env["helpdesk.ticket"].create(
                {
                    "name": "x",
                    "description": "y",
                    "company_id": company.id,
                    "case_type_id": refs["case_type", "complaint"],
                    "urgency_id": refs["urgency", "urgent"],
                }
            )
            self.assertEqual(case.severity_id.policy_code, expected)

    def test_a5_each_trade_has_the_categories_of_its_sources(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        release = self.env["complaint.release"]
        for pack, wanted in TRADES.items():
            with self.subTest(pack):
                company = self.env["res.company"].create({"name": f"Trade of {pack}"})
                refs = release._apply(FILES, pack, company, message="A5")._refs()
                for code in sorted(wanted):
                    case = self.env["helpdesk.ticket"].create(
                        {
                            "name": code,
                            "description": "x",
                            "company_id": company.id,
                            "case_type_id": refs["case_type", "complaint"],
                            "category_id": refs["category", code],
                        }
                    )
                    self.assertTrue(case.team_id and case.current_milestone_ids, code)
                    chinese = case.category_id.with_context(lang="zh_CN").name
                    self.assertRegex(chinese, r"[\u4e00-\u9fff]", code)

    @freeze_time(MONDAY)
    def test_a9_an_inquiry_has_a_service_level_of_its_own_and_none_of_a_complaint(self):
        inquiry = self.complaint(type="inquiry", category="billing")
        self.assertEqual(self.clocks(inquiry), {"response": ("running", "2026-03-02 10:00:00")})
        self.assertRegex(inquiry.number, r"^C2026-\d{6}$")
        self.assertEqual(inquiry.promised_at, datetime(2026, 3, 2, 10))
        inquiry._record_fact("first_feedback")
        self.assertEqual(self.clocks(inquiry)["response"][0], "met")

    def test_a9_every_kind_of_case_has_a_number_and_a_team(self):
        release = self.env["complaint.release"]
        company = self.env["res.company"].create({"name": "Praised"})
        refs = release._apply(FILES, "general", company, message="A9")._refs()
        kinds = [code for kind, code in refs if kind == "case_type" and isinstance(code, str)]
        self.assertLessEqual(
            {"complaint", "inquiry", "request", "suggestion", "praise", "urgent_request"}, set(kinds)
        )
        for kind in kinds:
            case = self.env["helpdesk.ticket"].create(
                {
                    "name": kind,
                    "description": "x",
                    "company_id": company.id,
                    "case_type_id": refs["case_type", kind],
                }
            )
            self.assertTrue(case.number.startswith("C") and case.team_id, kind)

    def test_a9_an_ordinary_ticket_beside_them_is_untouched(self):
        self.complaint(type="inquiry", category="billing")
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Printer",
                "description": "x",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
            }
        )
        self.assertRegex(ticket.number, r"^HT\d+$")
        self.assertFalse(ticket.event_ids or ticket.milestone_ids or ticket.severity_id or ticket.tier_id)
        self.assertFalse(ticket.complaint_message_ids)
        ticket.unlink()
        self.assertFalse(ticket.exists())
