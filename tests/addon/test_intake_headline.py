"""The headline of intake: however a complaint comes in, within seconds it stands in the register with one
number, the right team, an accountable person and its clocks, and the customer has the number, the promise and
a link in their language (A1 A2 A3 A12)."""

import json
from datetime import timedelta
from email.message import EmailMessage

from odoo import fields
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from .common import SMALL_PACK, files
from .public_pages import PRIVACY, WEB, PublicPageCase
from .test_messages import CHANNELS, MESSAGES, MessageCase

CHAT = "  - {name: chat, title: {en: Chat, zh_CN: 在线客服}}\n"
KEYWORDS = SMALL_PACK["small/categories.yaml"].replace(
    "title: {en: Damage, zh_CN: 损坏}", "keywords: [broken, 碎了], title: {en: Damage, zh_CN: 损坏}"
)
SECONDS = 10


@tagged("post_install", "-at_install")
class TestIntakeHeadline(MessageCase, PublicPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(
            files(channels=CHANNELS + WEB + CHAT, privacy=PRIVACY, messages=MESSAGES, categories=KEYWORDS)
        )
        cls.damage.write({"user_id": cls.leader.id, "user_ids": [(4, cls.agent.id)]})
        domain = cls.env["mail.alias.domain"].create(
            {"name": "small.example", "company_ids": [(4, cls.company.id)]}
        )
        cls.intake.alias_id.alias_domain_id = domain

    # ------------------------------------------------------------------ what must hold each time

    def arrived(self, channel):
        """The one case that came in, after a look at everything that the register must have of it."""
        case = self.cases()
        self.assertEqual(len(case), 1)
        self.assertRegex(case.number, r"^C\d{4}-\d{6}$")
        self.assertEqual(case.channel_id.policy_code, channel)
        self.assertEqual(case.team_id, self.damage, "the category's team has it")
        self.assertIn(case.accountable_id, self.leader + self.agent, "one of its people answers for it")
        self.assertEqual(self.facts(case)[0], "received")
        self.assertLess(fields.Datetime.now() - case.received_at, timedelta(seconds=SECONDS))
        self.assertEqual(
            {name: state for name, (state, _due) in self.clocks(case).items() if name != "handover"},
            {"acknowledgement": "running", "solution": "running", "legal_answer": "running"},
        )
        self.assertStoredEqualsReplayed(case)
        return case

    def promise(self, case, lang):
        """The promise in the customer's words: a date and a time, never none."""
        self.assertTrue(case.promised_at)
        return case.with_context(lang=lang)._customer_time(case.promised_at)

    def assertTold(self, case, text, lang):
        """The customer has the number, the promise and a link that opens without login."""
        self.assertEqual(case._customer_lang(), lang)
        link = case._customer_url()
        for said in (case.number, self.promise(case, lang), link, "+49 30 1234"):
            self.assertIn(said, text)
        is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
        self.assertEqual(is_chinese, lang == "zh_CN", text)
        self.authenticate(None, None)
        page = self.url_open(link)
        self.assertEqual(page.status_code, 200)
        self.assertIn(case.number, self.words(page))
        case.invalidate_recordset()
        self.assertEqual(self.facts(case)[:2], ["received", "acknowledged"])
        self.assertEqual(self.clocks(case)["acknowledgement"][0], "met")

    def assertTheMailSays(self, case, address, lang):
        self.send_messages()
        (mail,) = self.deliver()
        self.assertIn(address, mail["email_to"][0])
        self.assertIn(case.number, mail["subject"])
        self.assertIn(f'href="{case._customer_url()}"', mail["body"])
        self.assertTold(case, f"{html2plaintext(mail['body'])} {case._customer_url()}", lang)

    def send_messages(self):
        """What the job does, woken by the case."""
        self.env.flush_all()
        self.Message._claimed()._send()

    # ------------------------------------------------------------------ the ways in

    def test_a1_by_phone_and_the_chinese_caller_has_an_sms_in_chinese(self):
        caller = self.env["res.partner"].create(
            {"name": "王芳", "phone": "+49 151 23456789", "lang": "zh_CN"}
        )
        form = Form(self.env["complaint.intake"].with_user(self.agent))
        form.partner_id = caller
        form.description = "两个杯子碎了"
        said_aloud = form.promise
        form.save().action_save()
        case = self.arrived("phone")
        self.assertEqual(case.partner_id, caller)
        self.assertIn(str(fields.Datetime.context_timestamp(case, case.promised_at).year), said_aloud)
        self.send_messages()
        message = self.told(case)
        self.assertEqual(message.way, "sms")
        with self.sms_gateway() as texts:
            message.sms_id.send()
        self.assertTold(case, *texts, "zh_CN")

    def test_a1_by_mail_as_a_mail_server_hands_it_in(self):
        message = EmailMessage()
        message["From"], message["To"] = "Li Wei <li@customer.example>", "small-complaints@small.example"
        message["Subject"], message["Message-ID"] = "Two cups", "<one@customer.example>"
        message.set_content("Two of six cups came broken.")
        self.env.flush_all()
        self.env["mail.thread"].message_process(False, message.as_bytes())
        case = self.arrived("email")
        self.assertEqual(case.partner_email, "li@customer.example")
        self.assertTheMailSays(case, "li@customer.example", "en_US")

    def test_a1_by_mail_in_chinese_and_the_answer_is_chinese(self):
        message = EmailMessage()
        message["From"], message["To"] = "li@customer.example", "small-complaints@small.example"
        message["Subject"], message["Message-ID"] = "包裹", "<two@customer.example>"
        message.set_content("收到时两个杯子碎了，请换新的。")
        self.env.flush_all()
        self.env["mail.thread"].message_process(False, message.as_bytes())
        self.assertTheMailSays(self.arrived("email"), "li@customer.example", "zh_CN")

    def test_a1_by_the_web_form_without_login(self):
        response = PublicPageCase.send(self, category="damage")
        case = self.arrived("web")
        page = self.words(response)
        for said in (case.number, self.promise(case, "en_US")):
            self.assertIn(said, page)
        self.assertTheMailSays(case, "wei@example.com", "en_US")

    def test_a1_through_the_api_with_a_key(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        key = self.env["res.users.apikeys"].with_user(self.agent)._generate("rpc", "shop", tomorrow)
        values = {
            "external_ref": "shop-1",
            "channel": "phone",
            "text": "The cup came broken",
            "category": "damage",
            "customer": {"name": "Otto", "email": "otto@example.com"},
        }
        answer = self.url_open(
            "/json/2/complaint.api/open_complaint",
            data=json.dumps({"values": values}),
            headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        case = self.arrived("phone")
        told = answer.json()
        self.assertEqual((told["number"], told["url"]), (case.number, case._customer_url()))
        self.assertEqual(told["promised_at"], f"{case.promised_at:%Y-%m-%dT%H:%M:%SZ}")
        self.assertTheMailSays(case, "otto@example.com", "en_US")

    def test_a1_in_a_live_chat(self):
        channels = self.env["discuss.channel"].with_user(self.agent)
        chat = channels._create_group(partners_to=(self.agent.partner_id | self.customer).ids)
        chat.sudo().message_post(
            author_id=self.customer.id,
            body="The cup is broken",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        chat.execute_command_complaint(body="/complaint")
        case = self.arrived("chat")
        self.assertIn(case.number, chat.message_ids.sorted("id")[-1].body)
        self.assertTheMailSays(case, "chen@example.com", "en_US")

    def test_a12_handed_in_by_an_employee_whom_it_reached(self):
        driver = self.new_user("driver", "base.group_user")
        wizard = self.env["complaint.hand.in"].with_user(driver)
        wizard.create(
            {"who": "Mrs Chen", "what": "The cup is broken", "reach": "chen@example.com"}
        ).action_hand_in()
        case = self.arrived(False)
        self.assertEqual(case.event_ids.user_id, driver)
        self.assertTheMailSays(case, "chen@example.com", "en_US")
