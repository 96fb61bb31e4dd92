"""What a complainant reads on the portal page of a complaint, and what not."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import html2plaintext


@tagged("post_install", "-at_install")
class TestPortalPage(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.release = cls.env["complaint.release"]._active(cls.company)
        cls.customer = new_test_user(cls.env, "page_customer", groups="base.group_portal", tz="Asia/Shanghai")
        cls.agent = new_test_user(
            cls.env, "page_agent", groups="complaint_management.group_intake", email="agent@inside.example"
        )

    def ticket(self, **values):
        return self.env["helpdesk.ticket"].create(
            {
                "name": "Cup broken",
                "description": "<p>Two of six.</p>",
                "company_id": self.company.id,
                "partner_id": self.customer.partner_id.id,
                "user_id": self.agent.id,
                **values,
            }
        )

    def complaint(self, received_at):
        return self.ticket(
            case_type_id=self.release._refs()["case_type", "complaint"], received_at=received_at
        )

    def page(self, ticket):
        self.authenticate("page_customer", "page_customer")
        response = self.url_open(f"/my/ticket/{ticket.id}")
        self.assertEqual(response.status_code, 200)
        return " ".join(html2plaintext(response.text).split())

    def test_the_page_names_the_register_number_the_receipt_and_the_promise_in_the_customers_zone(self):
        received = fields.Datetime.now().replace(hour=10, minute=0, second=0, microsecond=0)
        received -= timedelta(days=0 if received <= fields.Datetime.now() else 1)
        case = self.complaint(received)
        page = self.page(case)
        self.assertIn(case.number, page)
        self.assertNotRegex(page, rf"#\s*{case.id:,}\b")
        self.assertRegex(page, r"Received: .*18:00 \(China Standard Time\)")
        self.assertRegex(page, r"You will hear from us by:\W* .*18:00 \(China Standard Time\)")

    def test_a_promise_that_was_missed_is_not_repeated_as_if_it_still_held(self):
        page = self.page(self.complaint(fields.Datetime.now() - timedelta(days=3)))
        self.assertNotIn("You will hear from us", page)
        self.assertIn("You should have heard from us by", page)

    def test_nothing_internal_is_on_the_page(self):
        page = self.page(self.complaint(fields.Datetime.now()))
        for inside in ("agent@inside.example", "Severity", "Acknowledgement", "Last Stage Update"):
            self.assertNotIn(inside, page)

    def test_the_page_of_an_ordinary_ticket_is_as_it_was(self):
        ticket = self.ticket()
        page = self.page(ticket)
        self.assertRegex(page, rf"#\s*{ticket.id:,}\b")
        self.assertIn("Create Date:", page)
        self.assertNotIn("You will hear from us", page)
