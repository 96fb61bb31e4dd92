"""What the tests of incoming mail share: a mailbox of the small policy, and messages to it."""

from email.message import EmailMessage
from unittest.mock import patch

from odoo.addons.mail.tests.common import MailCase

from .common import ComplaintCase, edited

MAILBOX = "{alias: small-complaints, team: Small intake, type: complaint}"
LIMITED = """{alias: small-complaints, team: Small intake, type: complaint,
      limit: {messages: 3, per: 1h}, attachments: {count: 2, megabytes: 1, types: [png, txt]},
      trusted_hosts: [mx.small.example, .relay.example]}"""
KEYWORDS = (
    ("title: {en: Complaint, zh_CN: 投诉}}", "title: {en: Complaint, zh_CN: 投诉}, keywords: [投诉]}"),
    ("title: {en: Inquiry, zh_CN: 咨询}}", "title: {en: Inquiry, zh_CN: 咨询}, keywords: [请问, question]}"),
)


class MailIntakeCase(MailCase, ComplaintCase):
    """A company with a mailbox; each message is kept and handled in transactions of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create(
            {"name": "small.example", "company_ids": [(4, cls.company.id)]}
        )
        cls.intake.alias_id.alias_domain_id = domain

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()

    def limits(self):
        """Put the policy with limits and keywords into force."""
        files = edited("channels", (MAILBOX, LIMITED))
        for topic, pairs in (
            ("case_types", KEYWORDS),
            (
                "categories",
                (("title: {en: Damage, zh_CN: 损坏}", "keywords: [碎了, broken], title: {en: Damage}"),),
            ),
        ):
            files.update({f"small/{topic}.yaml": edited(topic, *pairs)[f"small/{topic}.yaml"]})
        return self.apply(files)

    def message(self, text="两个杯子坏了，请换新的。", **headers):
        message = EmailMessage()
        given = {
            "From": "Li Wei <li@customer.example>",
            "To": "small-complaints@small.example",
            "Subject": "包裹",
            "Message-ID": "<one@customer.example>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in given.items():
            if value is not None:
                message[name] = value
        message.set_content(text)
        return message

    def hand_in(self, message, **given):
        """Hand a message in; returns the ticket that Odoo answers with."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        self.env.flush_all()  # the other transactions see what is in the database
        ident = self.env["mail.thread"].message_process(given.pop("model", False), raw, **given)
        self.env.invalidate_all()
        return self.env["helpdesk.ticket"].browse(ident or [])

    def job(self):
        """The job that takes up what is left over, without its commits."""
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=1):
            self.env["complaint.mail.message"]._cron_left_over()
        self.env.invalidate_all()

    def mails(self, **found):
        return self.env["complaint.mail.message"].search([(name, "=", found[name]) for name in found])

    def cases(self):
        return self.env["helpdesk.ticket"].search(
            [("company_id", "=", self.company.id), ("case_type_id", "!=", False)]
        )
