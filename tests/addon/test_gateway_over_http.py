"""Real input over a running server: a raw message, handed in over XML-RPC as odoo-mailgate.py does (A1)."""

from base64 import b64encode
from email import message_from_bytes
from email.header import Header
from textwrap import dedent
from xmlrpc.client import Binary

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

PICTURE = b"\x89PNG\r\n\x1a\nnot really a picture"


@tagged("post_install", "-at_install")
class TestGatewayOverHttp(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.release = cls.env["complaint.release"]._active(cls.company)
        if cls.release.pack != "general":
            cls.release = cls.env["complaint.release"]._apply_first_packaged()
        domain = cls.env["mail.alias.domain"].create({"name": "gateway.example"})
        cls.team = cls.release._intake_team()
        cls.team.alias_id.alias_domain_id = domain
        cls.address = f"{cls.team.alias_id.alias_name}@{domain.name}"
        # Odoo wants an administrator here, who may mark aliases as working, and one who may read what came in
        # before: only so does it notice that a message came in twice.
        groups = "base.group_system,helpdesk_mgmt.group_helpdesk_manager"
        cls.gateway = new_test_user(cls.env, "mailgate", groups=groups, company_id=cls.company.id)

    def raw_message(self):
        """A message as it comes off the wire: folded headers, encoded words, base64 parts."""
        encoded = Header("包裹损坏了，两个杯子碎了", "utf-8", header_name="Subject").encode(linesep="\r\n")
        text = f"""\
            Received: from mx.customer.example by gateway.example; Mon, 02 Mar 2026 09:00:00 +0100
            From: =?utf-8?b?5p2O5Lyf?= <li@customer.example>
            To: {self.address}
            Subject: SUBJECT
            Message-ID: <wire@customer.example>
            Date: Mon, 02 Mar 2026 09:00:00 +0100
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="part"

            --part
            Content-Type: text/plain; charset="gb18030"
            Content-Transfer-Encoding: base64

            PLAIN
            --part
            Content-Type: image/png; name="=?utf-8?b?54Wn54mHLnBuZw==?="
            Content-Disposition: attachment; filename="=?utf-8?b?54Wn54mHLnBuZw==?="
            Content-Transfer-Encoding: base64

            PICTURE
            --part--
            """
        lines = dedent(text).replace("\n", "\r\n").replace("SUBJECT", encoded)
        for mark, content in (("PLAIN", "请换新的杯子。".encode("gb18030")), ("PICTURE", PICTURE)):
            lines = lines.replace(mark, b64encode(content).decode("ascii"))
        return lines.encode("ascii")

    def hand_in(self, raw):
        """What odoo-mailgate.py calls. Odoo 20 will have another way in; Odoo 19 says so each time."""
        with mute_logger("odoo.addons.rpc.controllers.xmlrpc"):
            return self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                self.gateway.id,
                "mailgate",
                "mail.thread",
                "message_process",
                [False, Binary(raw)],
                {},
            )

    def test_a_raw_message_becomes_a_complaint_with_number_clocks_and_acknowledgement(self):
        before = fields.Datetime.now()
        raw = self.raw_message()
        self.assertFalse(message_from_bytes(raw).defects, "the message is well formed")

        ident = self.hand_in(raw)

        ticket = self.env["helpdesk.ticket"].browse(ident)
        self.assertEqual(ticket.company_id, self.company)
        self.assertEqual(ticket.name, "包裹损坏了，两个杯子碎了")
        self.assertIn("请换新的杯子。", ticket.description)
        self.assertEqual((ticket.partner_name, ticket.partner_email), ("李伟", "li@customer.example"))
        self.assertEqual(ticket.case_type_id.policy_code, "complaint")
        self.assertEqual(ticket.channel_id.policy_code, "email")
        self.assertEqual(ticket.stage_id.policy_code, "received")
        self.assertEqual(ticket.team_id, self.team)
        self.assertRegex(ticket.number, r"^C\d{4}-\d{6}$")
        self.assertGreaterEqual(ticket.received_at, before.replace(microsecond=0))
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["照片.png"])
        self.assertEqual(ticket.attachment_ids.raw, PICTURE)
        clocks = ticket.current_milestone_ids.filtered(lambda clock: not clock.name.startswith("stage:"))
        self.assertEqual(set(clocks.mapped("name")), {"acknowledgement", "first_feedback", "solution"})
        self.assertEqual(set(clocks.mapped("state")), {"running"})
        self.env["complaint.message"]._claimed()._send()
        mail = ticket.complaint_message_ids.mail_id
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(ticket.number, mail.subject)
        self.assertIn("li@customer.example", mail.email_to or mail.recipient_ids.email)

    def test_the_same_message_handed_in_twice_is_one_complaint(self):
        self.hand_in(self.raw_message())
        self.hand_in(self.raw_message())
        self.assertEqual(
            self.env["helpdesk.ticket"].search_count([("partner_email", "like", "li@customer.example")]), 1
        )
