"""Real input: raw messages through Odoo's mail gateway (A1, A3)."""

import base64
from email.message import EmailMessage
from unittest.mock import patch

from freezegun import freeze_time
from odoo.addons.mail.tests.common import MailCase
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCase, files

ACKNOWLEDGEMENT = """
kind: messages
messages:
  - {name: acknowledgement, on: acknowledged, template: acknowledgement, state: [number, next_promise]}
"""


@tagged("post_install", "-at_install")
class TestMailGateway(MailCase, ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(messages=ACKNOWLEDGEMENT))
        cls.env["mail.alias.domain"].create({"name": "small.example", "company_ids": [(4, cls.company.id)]})
        cls.intake.alias_id.alias_domain_id = cls.env["mail.alias.domain"].search(
            [("name", "=", "small.example")]
        )

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()  # each message is kept in a transaction of its own

    def receive(self, **headers):
        message = EmailMessage()
        message["From"] = "Li Wei <li@customer.example>"
        message["To"] = "small-complaints@small.example"
        message["Subject"] = "包裹损坏了"
        message["Message-ID"] = "<one@customer.example>"
        for name, value in headers.items():
            del message[name]
            message[name] = value
        message.set_content("两个杯子碎了，请换新的。")
        message.add_attachment(b"\x89PNG not really", maintype="image", subtype="png", filename="照片.png")
        ident = self.env["mail.thread"].message_process("helpdesk.ticket", message.as_bytes())
        return self.env["helpdesk.ticket"].browse(ident)

    @freeze_time("2026-03-02 08:00:00")
    def test_a_message_becomes_a_complaint_with_number_clocks_and_acknowledgement(self):
        ticket = self.receive()
        self.assertEqual(ticket.case_type_id.policy_code, "complaint")
        self.assertEqual(ticket.company_id, self.company)
        self.assertEqual(ticket.channel_id.policy_code, "email")
        self.assertEqual(ticket.name, "包裹损坏了")
        self.assertIn("两个杯子碎了", ticket.description)
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["照片.png"])
        self.assertEqual(ticket.team_id, self.intake)
        self.assertEqual(self.clocks(ticket)["acknowledgement"], ("running", "2026-03-02 09:00:00"))
        self.env["complaint.message"]._claimed()._send()
        mail = ticket.complaint_message_ids.mail_id
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(ticket.number, mail.subject)
        self.assertIn(
            "March 3, 2026, 09:00", mail.body_html, "the promise is the first feedback, not an internal clock"
        )

    def test_the_acknowledgement_counts_when_it_has_left(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.receive()
            self.env["complaint.message"]._claimed()._send()
        mail = ticket.complaint_message_ids.mail_id
        with freeze_time("2026-03-02 08:05:00"):
            refused = OSError("the mail server refuses")
            with (
                self.mock_mail_gateway(),
                patch.object(type(self.env["ir.mail_server"]), "send_email", side_effect=refused),
                mute_logger("odoo.addons.mail.models.mail_mail"),
            ):
                mail.send()
            self.assertIn("the mail server refuses", mail.failure_reason)
            self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "running", "nothing was acknowledged")
            mail.mark_outgoing()
            with self.mock_mail_gateway():
                mail.send()
            self.assertEqual(len(self._mails), 1)
        self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "met")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged"])

    def test_a_reply_joins_its_case_and_is_a_fact(self):
        ticket = self.receive()
        again = self.receive(
            **{"Message-ID": "<two@customer.example>", "In-Reply-To": "<one@customer.example>"}
        )
        self.assertEqual(again, ticket)
        self.assertEqual(self.facts(ticket), ["received", "customer_message"])

    def test_mail_to_an_ordinary_team_opens_an_ordinary_ticket(self):
        desk = self.env["helpdesk.ticket.team"].create(
            {"name": "Desk", "company_id": self.company.id, "alias_name": "small-desk"}
        )
        desk.alias_id.alias_domain_id = self.intake.alias_id.alias_domain_id
        ticket = self.receive(To="small-desk@small.example")
        self.assertEqual(ticket.team_id, desk)
        self.assertFalse(ticket.case_type_id)

    def test_the_attachment_is_kept_as_it_came(self):
        attachment = self.receive().attachment_ids
        self.assertEqual(base64.b64decode(attachment.datas), b"\x89PNG not really")
