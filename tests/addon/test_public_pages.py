"""The page "how to complain" (A10): made from the policy, printable, with a code that leads to the form."""

import base64
import re

from odoo.tests import tagged

from .common import SMALL_PACK
from .public_pages import WEB, PublicPageCase, web_files

MESSAGES = """
kind: messages
messages:
  - name: final_answer
    on: communicated
    wording: {en: Our answer., zh_CN: 我们的答复。}
    state: [outside_bodies]
outside_bodies:
  - {name: ombudsman, title: {en: The Ombudsman, zh_CN: 申诉专员}, link: "https://ombudsman.example"}
"""
CONTACT = """
  - name: counter
    title: {en: Counter, zh_CN: 柜台}
    contact:
      address: {en: Main street 1, zh_CN: 大街一号}
      hours: {en: "Mondays, 9 to 5", zh_CN: 周一 9 点至 17 点}
"""


@tagged("post_install", "-at_install")
class TestHowToComplain(PublicPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(web_files(web=WEB + CONTACT, messages=MESSAGES))

    def page(self, lang=""):
        response = self.url_open(f"{lang}/complaints/small/how-to")
        self.assertEqual(response.status_code, 200)
        return response

    def test_a10_the_page_names_ways_hours_steps_limits_and_outside_bodies(self):
        page = self.words(self.page())
        for said in (
            "Counter",
            "Main street 1",
            "Mondays, 9 to 5",
            "+49 30 555",
            "Receipt confirmed to you",
            "within one hour",
            "within 72 hours",
            "within 15 calendar days",
            "within 2 hours of our working time",
            "The Ombudsman",
        ):
            self.assertIn(said, page)

    def test_what_is_internal_is_not_promised(self):
        self.assertNotIn("Handover", self.words(self.page()))

    def test_the_page_follows_the_policy(self):
        sla = SMALL_PACK["small/sla.yaml"].replace("within: 72h", "within: 48h")
        self.apply(web_files(sla=sla))
        page = self.words(self.page())
        self.assertIn("within 48 hours", page)
        self.assertNotIn("within 72 hours", page)

    def test_the_code_is_a_picture_inside_the_page(self):
        text = self.page().text
        self.assertIn("/complaints/small/new", text)
        picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', text)
        self.assertTrue(base64.b64decode(picture[1]).startswith(b"<svg"))

    def test_the_page_is_there_without_a_form_too(self):
        self.apply(web_files(web=""))
        main = self.env.ref("base.main_company")
        own = self.env["complaint.release"]._active(main)
        response = self.url_open("/complaints/how-to")
        self.assertEqual(response.status_code, 200)
        self.assertIn("How to complain", self.words(response))
        self.assertTrue(own)

    def test_the_page_speaks_chinese(self):
        page = self.words(self.page("/zh_CN"))
        for said in ("大街一号", "周一 9 点至 17 点", "申诉专员"):
            self.assertIn(said, page)

    def test_where_several_companies_share_a_site_the_visitor_chooses(self):
        second, third = self.env["res.company"].create([{"name": "Second"}, {"name": "Third"}])
        self.apply(web_files(web=WEB.replace("path: small", "path: second")), company=second)
        # sudo: whom the public site belongs to is an administrator's business
        public = self.env.ref("base.public_user").sudo()
        public.write({"company_ids": [(4, third.id)], "company_id": third.id})
        page = self.url_open("/complaints/new")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Which company is it about?", self.words(page))
        for path in ("/complaints/small/new", "/complaints/second/new"):
            self.assertIn(path, page.text)
