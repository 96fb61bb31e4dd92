"""What the tests of the public pages share: a company with a form, and a visitor who fills it in."""

import re

from odoo.tests import HttpCase
from odoo.tools import html2plaintext

from .common import SMALL_PACK, ComplaintCase, files

WEB = """
  - name: web
    title: {en: Web form, zh_CN: 网上表单}
    web:
      path: small
      type: complaint
      limit: {cases: 3, per: 1h}
      lookups: {tries: 4, per: 1h}
      additions: {messages: 2, per: 1h}
      text: 2000
      attachments: {count: 2, megabytes: 1, types: [pdf, png, txt]}
      answers:
        - question: {en: Where is my parcel?, zh_CN: 我的包裹在哪里？}
          answer: {en: Look into the neighbour's shed., zh_CN: 请看看邻居的棚子。}
"""
PRIVACY = """
kind: privacy
privacy:
  keep: 3y
  then: anonymise
  notice: {en: We read it and nobody else., zh_CN: 只有我们会看。}
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def web_files(web=WEB, **more):
    return files(channels=SMALL_PACK["small/channels.yaml"] + web, privacy=PRIVACY, **more)


class PublicPageCase(ComplaintCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.company.phone = "+49 30 555"
        cls.release = cls.apply(web_files())

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def words(self, response):
        """The text of a page in one line, as people read it."""
        return " ".join(html2plaintext(response.text).replace("*", "").split())

    def form(self, url="/complaints/small/new"):
        """The hidden fields of a form as the browser would send them back."""
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        return self.hidden(page)

    def hidden(self, page):
        found = {}
        for name in ("csrf_token", "token"):
            value = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page.text)
            if value:
                found[name] = value[1]
        return found

    def typed(self, **changed):
        return {
            **self.form(),
            "what": "The parcel came broken.\nTwo of six cups.",
            "wanted": "New cups",
            "order": "SO-77",
            "name": "Wei Chen",
            "email": "wei@example.com",
            "accepted": "1",
            **changed,
        }

    def send(self, uploads=None, follow=True, **changed):
        """Send the form in; uploads: [(name, content)]."""
        sent = [("files", (name, content)) for name, content in uploads or []]
        return self.url_open(
            "/complaints/small/new",
            data=self.typed(**changed),
            files=sent or None,
            allow_redirects=follow,
        )

    def cases(self):
        self.env.invalidate_all()
        domain = [("company_id", "=", self.company.id), ("case_type_id", "!=", False)]
        return self.env["helpdesk.ticket"].search(domain, order="id")

    def sent_case(self, **changed):
        """A case that came in by the form."""
        before = self.cases()
        response = self.send(**changed)
        self.assertEqual(response.status_code, 200, self.words(response))
        return self.cases() - before
