"""A chat becomes a complaint with its transcript, and the number stands in the chat (A1)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SMALL_PACK, ComplaintCase, files

CHANNELS = SMALL_PACK["small/channels.yaml"] + "  - {name: chat, title: {en: Chat, zh_CN: 在线客服}}\n"


@tagged("post_install", "-at_install")
class TestLiveChat(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(channels=CHANNELS))
        channels = cls.env["discuss.channel"].with_user(cls.agent)
        cls.chat = channels._create_group(partners_to=(cls.agent.partner_id | cls.customer).ids)

    def say(self, who, text):
        return self.chat.sudo().message_post(
            author_id=who.id, body=text, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def test_a1_the_transcript_becomes_a_case_and_the_number_stands_in_the_chat(self):
        first = self.say(self.customer, "My parcel came late")
        self.say(self.agent.partner_id, "I am sorry")
        self.chat.execute_command_complaint(body="/complaint")
        case = self.env["helpdesk.ticket"].search([("name", "=", "My parcel came late")])
        self.assertEqual(case.channel_id.policy_code, "chat")
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.received_at, first.date)
        self.assertIn("I am sorry", case.description)
        self.assertEqual(self.facts(case)[0], "received")
        self.assertIn(case.number, self.chat.message_ids.sorted("id")[-1].body)

    def test_what_a_visitor_types_stays_text(self):
        self.say(self.customer, "<script>alert(1)</script>Late")
        self.chat.execute_command_complaint()
        case = self.env["helpdesk.ticket"].search([("partner_id", "=", self.customer.id)], limit=1)
        self.assertNotIn("<script", case.description)

    def test_an_empty_chat_is_no_complaint(self):
        with self.assertRaisesRegex(UserError, "Nobody"):
            self.chat.execute_command_complaint()

    def test_only_agents_make_a_complaint_of_a_chat(self):
        employee = self.new_user("employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.chat.with_user(employee).execute_command_complaint()
