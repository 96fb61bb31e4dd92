"""The public form (A1): whoever it is, the case stands in the register, and nothing else happens."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext, mute_logger

from ...complaint_management.controllers.public_page import network_of
from ...complaint_management.models.file_types import real_type, safe_name
from .public_pages import PDF, PNG, WEB, PublicPageCase, web_files

FITTING = """        - question: {en: When do I get my money?, zh_CN: 何时退款？}
          answer: {en: Within five days., zh_CN: 五天之内。}
          category: delivery
          keywords: [refund]
"""
SCRIPT = "<script>alert('x')</script>"


@tagged("post_install", "-at_install")
class TestPublicForm(PublicPageCase):
    def test_a1_a_visitor_without_login_opens_a_case_and_reads_number_promise_and_link(self):
        response = self.send()
        case = self.cases()
        self.assertEqual(len(case), 1)
        page = self.words(response)
        self.assertIn(case.number, page)
        self.assertIn("You will hear from us by:", page)
        self.assertIn(case._customer_time(case.promised_at), page)
        self.assertIn(f"/complaints/case/{case.access_token}", response.text)
        self.assertIn(case._customer_code(), page)
        self.assertIn("+49 30 555", page)

    def test_a2_the_register_has_what_was_typed(self):
        case = self.sent_case(phone="+49 170 1234567", contact_by="phone", category="damage")
        self.assertEqual(case.channel_id.policy_code, "web")
        self.assertEqual(case.case_type_id.policy_code, "complaint")
        self.assertEqual(case.category_id.policy_code, "damage")
        self.assertEqual(case.team_id, self.damage)
        self.assertIn("Two of six cups.", html2plaintext(case.description))
        self.assertEqual(case.remedy_sought, "New cups")
        self.assertEqual(case.order_reference, "SO-77")
        self.assertEqual(
            (case.partner_name, case.partner_email, case.partner_phone, case.contact_by),
            ("Wei Chen", "wei@example.com", "+49 170 1234567", "phone"),
        )
        self.assertTrue(case.privacy_accepted_at)
        self.assertEqual(self.facts(case), ["received"])

    def test_frequent_answers_stand_before_the_form(self):
        page = self.url_open("/complaints/small/new").text
        self.assertLess(page.index("Where is my parcel?"), page.index("<textarea"))

    def test_a11_an_answer_that_fits_what_was_typed_or_chosen_is_offered(self):
        self.apply(web_files(web=WEB + FITTING))
        again = self.send(name="", what="Where is my refund?").text
        self.assertLess(again.index("When do I get my money?"), again.index("Where is my parcel?"))
        self.assertRegex(again, r'<details[^>]*open="True"[^>]*>\s*<summary[^>]*>When do I get my money')
        chosen = self.words(self.send(category="damage", what="It broke"))
        self.assertIn("Within five days.", chosen, "damage stands below delivery")
        self.assertNotIn("neighbour", chosen)
        self.assertNotIn("Within five days.", self.words(self.send(what="Something else")))

    def test_a_representative_is_kept_apart_from_the_complainant(self):
        case = self.sent_case(acting_for="Grandma Chen")
        self.assertEqual(case.partner_name, "Grandma Chen")
        self.assertEqual(case.representative_id.name, "Wei Chen")
        self.assertFalse(case.partner_id)

    def test_somebody_we_know_by_address_gets_the_case_in_their_file(self):
        case = self.sent_case(email="Chen@Example.com")
        self.assertEqual(case.partner_id, self.customer)

    def test_what_we_know_about_an_address_is_not_shown_to_whoever_types_it(self):
        self.customer.phone = "+86 10 9988776"
        case = self.sent_case(email="chen@example.com")
        page = self.url_open(f"/complaints/case/{case.access_token}")
        self.assertIn("c•••@example.com", page.text, "the address that was typed")
        self.assertNotIn("9988776", page.text)
        self.assertNotIn("•••776", page.text, "not even the end of the number in our files")

    # ------------------------------------------------------------------ what is refused

    def test_without_a_way_to_reach_them_and_without_consent_nothing_is_opened_and_everything_typed_stays(
        self,
    ):
        response = self.send(email="", accepted="")
        self.assertEqual(response.status_code, 422)
        page = self.words(response)
        self.assertIn("Please give us an e-mail address or a phone number", page)
        self.assertIn("Please agree", page)
        for typed in ("Two of six cups.", "New cups", "SO-77", "Wei Chen"):
            self.assertIn(typed, response.text)
        self.assertFalse(self.cases())

    def test_scripts_in_every_field_come_out_as_text(self):
        typed = dict.fromkeys(("what", "wanted", "order", "name", "phone", "acting_for", "category"), SCRIPT)
        again = self.send(**typed, email=f'"{SCRIPT}"@example')
        self.assertEqual(again.status_code, 422)
        self.assertNotIn(SCRIPT, again.text)
        case = self.sent_case(what=SCRIPT, wanted=SCRIPT, order=SCRIPT, name=SCRIPT, acting_for=SCRIPT)
        for url in (f"/complaints/case/{case.access_token}", f"/complaints/small/sent?case={SCRIPT}"):
            page = self.url_open(url)
            self.assertNotIn(SCRIPT, page.text, url)
            self.assertNotIn("alert('x')</script>", page.text, url)
        self.assertIn("&lt;script&gt;", self.url_open(f"/complaints/case/{case.access_token}").text)

    def test_a_category_of_another_company_or_a_made_up_one_is_refused(self):
        for forged in ("product_quality", "999999", "-1", "damage'; --"):
            with self.subTest(forged):
                response = self.send(category=forged)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Please choose from the list", self.words(response))
        self.assertFalse(self.cases())

    def test_fields_that_are_not_on_the_form_change_nothing(self):
        case = self.sent_case(
            company_id="1", user_id="2", stage_id="1", severity_id="1", number="HT1", partner="1"
        )
        self.assertEqual(case.company_id, self.company)
        self.assertNotEqual(case.number, "HT1")
        self.assertEqual(case.stage_id.policy_code, "received")

    @mute_logger("odoo.http")
    def test_a_form_from_elsewhere_is_refused(self):
        response = self.url_open("/complaints/small/new", data={**self.typed(), "csrf_token": "forged"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.cases())

    def test_whoever_fills_in_the_trap_reads_thanks_and_opens_nothing(self):
        trapped = self.send(second_homepage="https://spam.example")
        self.assertFalse(self.cases())
        self.assertEqual(trapped.status_code, 200)
        self.assertIn("Thank you. We have received it.", self.words(trapped))

    def test_a_text_beyond_the_limit_and_control_characters_are_taken_care_of(self):
        self.assertEqual(self.send(what="x" * 2001).status_code, 422)
        case = self.sent_case(what="A\x00B\x1b[31mC\ud7ff", name="Wei\r\nBcc: all@example.com")
        self.assertEqual(html2plaintext(case.description).strip(), "AB[31mC\ud7ff")
        self.assertEqual(case.partner_name, "Wei Bcc: all@example.com")

    def test_the_captcha_of_a_provider_is_asked(self):
        asked = []

        def verify(model, action):
            asked.append(action)

        with patch.object(self.env.registry["ir.http"], "_verify_request_recaptcha_token", verify):
            self.send()
        self.assertEqual(asked, ["complaint"])

    # ------------------------------------------------------------------ twice, and too often

    def test_pressing_the_button_twice_opens_one_case(self):
        data = self.typed()
        first = self.url_open("/complaints/small/new", data=data)
        second = self.url_open("/complaints/small/new", data=data)
        case = self.cases()
        self.assertEqual(len(case), 1)
        self.assertIn(case.number, self.words(first))
        self.assertIn(case.number, self.words(second))

    def test_two_servers_taking_in_the_same_form_at_once_open_one_case(self):
        data = self.typed()
        self.url_open("/complaints/small/new", data=data)
        tickets = self.env.registry["helpdesk.ticket"]
        with patch.object(tickets, "search_count", lambda *args, **kwargs: 0), mute_logger("odoo.sql_db"):
            second = self.url_open("/complaints/small/new", data=data)
        self.assertEqual(len(self.cases()), 1)
        self.assertIn(self.cases().number, self.words(second))

    def test_a_flood_is_stopped_with_a_clear_page_and_the_register_is_unharmed(self):
        for index in range(3):
            self.sent_case(email=f"wei{index}@example.com")
        stopped = self.send(email="wei9@example.com")
        self.assertEqual(stopped.status_code, 429)
        self.assertIn("send it again later, or call +49 30 555", self.words(stopped))
        self.assertIn("Two of six cups.", stopped.text)
        self.assertEqual(len(self.cases()), 3)
        self.assertEqual(len(set(self.cases().mapped("number"))), 3)
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.assertTrue(self.env["complaint.rate"]._take(["cases:network:127.0.0.1/32"], 3, "1h"))

    def test_one_contact_is_limited_from_whatever_network(self):
        rate = self.env["complaint.rate"]
        for _index in range(3):
            self.assertTrue(rate._take(["cases:wei@example.com"], 3, "1h"))
        self.assertEqual(self.send().status_code, 429)
        self.assertEqual(self.send(email="other@example.com").status_code, 200)

    def test_no_address_is_kept_and_old_rows_go(self):
        rate = self.env["complaint.rate"]
        rate._take(["cases:wei@example.com"], 3, "1h")
        self.assertNotIn("wei", "".join(rate.search([]).mapped("key")))
        self.env.cr.execute("UPDATE complaint_rate SET forget_at = now() at time zone 'utc' - interval '1s'")
        self.env.invalidate_all()
        rate._forget()
        self.assertFalse(rate.search([]))

    def test_nobody_but_the_system_reads_the_counts(self):
        for user in (self.agent, self.leader):
            self.assertFalse(self.env["complaint.rate"].with_user(user).has_access("read"))

    def test_the_visitors_network_is_known_behind_a_proxy_and_cannot_be_chosen(self):
        class Seen:
            def __init__(self, address, forwarded=""):
                self.remote_addr, self.environ = address, {"HTTP_X_FORWARDED_FOR": forwarded}

        for seen, network in (
            (Seen("203.0.113.9"), "203.0.113.0/24"),
            (Seen("203.0.113.9", "198.51.100.1"), "203.0.113.0/24"),
            (Seen("10.0.0.2", "6.6.6.6, 198.51.100.1"), "198.51.100.0/24"),
            (Seen("10.0.0.2", "nonsense"), "10.0.0.0/24"),
            (Seen("2001:db8:1:2:3::4"), "2001:db8:1:2::/64"),
            (Seen("::ffff:203.0.113.9"), "203.0.113.0/24"),
            (Seen(None), "unknown"),
        ):
            self.assertEqual(network_of(seen, {"ipv4": 24, "ipv6": 64}), network)
        self.assertEqual(network_of(Seen("203.0.113.9"), {}), "203.0.113.9/32")

    # ------------------------------------------------------------------ files

    def test_files_come_with_the_case(self):
        case = self.sent_case(uploads=[("../../cup.PNG", PNG), ("发票.pdf", PDF)])
        files = case.attachment_ids.sorted("id")
        self.assertEqual(files.mapped("name"), ["cup.PNG", "发票.pdf"])
        self.assertEqual(files.mapped("mimetype"), ["image/png", "application/pdf"])
        self.assertFalse(any(files.mapped("public")))

    def test_a_file_that_lies_about_its_type_is_refused_and_nothing_else_is_lost(self):
        for name, content in (
            ("cup.png", b"<html><script>alert(1)</script></html>"),
            ("cup.png", b"MZ\x90\x00\x03"),
            ("letter.pdf", PNG),
            ("note.txt", b"<svg onload=alert(1)>"),
            ("cup.png", b""),
        ):
            with self.subTest(name=name, content=content[:9]):
                response = self.send(uploads=[(name, content)])
                self.assertEqual(response.status_code, 422)
                self.assertIn(
                    f"“{name}” was not taken: its content is not what its name says", self.words(response)
                )
                self.assertIn("Two of six cups.", response.text)
        self.assertFalse(self.cases())

    def test_files_of_other_types_too_large_or_too_many_are_refused(self):
        for uploads, reason in (
            ([("run.exe", b"MZ")], "files of these types can be sent"),
            ([("page.html", b"<html>")], "files of these types can be sent"),
            ([("noending", PNG)], "files of these types can be sent"),
            ([("cup.png", PNG + b"x" * 1024 * 1024)], "it is larger than 1 MB"),
            ([("a.png", PNG), ("b.png", PNG), ("c.png", PNG)], "at most 2 can be sent at a time"),
        ):
            with self.subTest(reason):
                response = self.send(uploads=uploads)
                self.assertEqual(response.status_code, 422)
                self.assertIn(reason, self.words(response))
        self.assertFalse(self.cases())

    def test_types_are_told_by_content(self):
        self.assertEqual(real_type(b"GIF89a..."), "gif")
        self.assertEqual(real_type("你好".encode("gb18030")), "txt")
        self.assertEqual(real_type(b"\x00\x00\x00\x18ftypheic\x00"), "heic")
        self.assertIsNone(real_type(b"PK\x03\x04 and no archive"))
        self.assertIsNone(real_type(b"\x7fELF\x02"))
        self.assertEqual(safe_name("..\\..\\x\u202egnp.exe\x00"), "xgnp.exe")
        self.assertEqual(safe_name("/"), "file")

    # ------------------------------------------------------------------ whose form

    def test_a_customer_who_is_logged_in_finds_the_contact_filled_in_and_the_case_in_the_portal(self):
        portal = new_test_user(self.env, "form_portal", groups="base.group_portal", email="p@small.example")
        self.authenticate("form_portal", "form_portal")
        self.assertIn('value="p@small.example"', self.url_open("/complaints/small/new").text)
        case = self.sent_case(email="p@small.example")
        self.assertEqual(case.partner_id, portal.partner_id)

    @mute_logger("odoo.http")
    def test_without_a_policy_or_without_a_form_there_is_no_page(self):
        self.assertEqual(self.url_open("/complaints/nobody/new").status_code, 404)
        self.apply(web_files(web=""))
        self.assertEqual(self.url_open("/complaints/small/new").status_code, 404)

    def test_the_form_speaks_chinese_and_its_case_does_too(self):
        self.url_open("/zh_CN/complaints/small/new")
        page = self.url_open("/zh_CN/complaints/small/new")
        self.assertIn("我的包裹在哪里？", page.text)
        self.assertIn("只有我们会看。", page.text)
        self.url_open("/zh_CN/complaints/small/new", data={**self.typed(), **self.hidden(page)})
        self.assertEqual(self.cases()._customer_lang(), "zh_CN")
