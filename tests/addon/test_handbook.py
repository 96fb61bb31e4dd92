"""G2: the handbook says who does what, by when and in which words, as the rules in force say it."""

import io
import re
import unittest

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import html2plaintext, mute_logger
from odoo.tools.pdf import PdfReader

from ...complaint_management.engine.duration import Duration
from ...complaint_management.models.first_release import POLICIES
from ...complaint_management.models.handbook import CHAPTERS, READERS
from .common import ComplaintCase, files
from .test_documents import has_wkhtmltopdf

FILES = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in POLICIES.rglob("*.yaml")}
PACKS = sorted(path.parent.name for path in POLICIES.glob("*/pack.yaml"))
REPORT = "complaint_management.handbook"
MESSAGES = """
kind: messages
messages:
  - name: thanks
    title: {en: Thank you note, zh_CN: 致谢}
    on: communicated
    by: [mail]
    state: [number]
    wording: {en: "Thank you. Your number is {number}.", zh_CN: "谢谢，您的编号是{number}。"}
"""
ROLES = """
kind: roles
roles:
  - {name: intake, team: Small intake}
  - {name: assignee, of: case}
  - {name: watchers, title: {en: Watchers, zh_CN: 监督员}, group: supervision}
"""


def one_line(html):
    return " ".join(html2plaintext(html, include_references=False).split())


class HandbookCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def text_of(self, user=None, company=None, lang="en_US"):
        """What a user reads: the text of the document, in one line."""
        reports = self.env["ir.actions.report"].with_user(user or self.agent).with_context(lang=lang)
        return one_line(reports._render_qweb_html(REPORT, (company or self.company).ids)[0])

    def values(self, user=None, company=None, lang="en_US"):
        handbook = self.env["complaint.handbook"].with_user(user or self.agent).with_context(lang=lang)
        return handbook._values(company or self.company)


def cells(values, chapter):
    """{first line of a row: all lines of the row} of the tables of a chapter."""
    found = {}
    for one in values["chapters"]:
        if one["name"] == chapter:
            for block in one["blocks"]:
                for row in block.get("rows", ()):
                    found[row["cells"][0][0]] = [line for cell in row["cells"] for line in cell]
    return found


@tagged("post_install", "-at_install")
class TestHandbook(HandbookCase):
    def test_g2_every_clock_role_stage_and_message_of_the_policy_stands_in_it(self):
        self.apply(files(messages=MESSAGES))
        words = self.text_of()
        policy = self.env["complaint.release"]._active(self.company)._policy()
        for spec in policy.clocks():
            self.assertIn(spec.name.replace("_", " ").capitalize(), words)
        for stage in policy.stages.values():
            self.assertIn(stage.name.replace("_", " ").capitalize(), words)
        for text in (
            "Intake",
            "Assignee",
            "Thank you note",
            "Thank you. Your number is [number of the case].",
        ):
            self.assertIn(text, words)

    def test_g2_each_time_limit_says_from_when_until_when_how_long_and_who_is_warned(self):
        limits = cells(self.values(), "limits")
        self.assertEqual(
            limits["Legal answer"],
            [
                "Legal answer",
                "Legal",
                "Received",
                "Result communicated",
                "within 15 calendar days",
                "",
                "80 % of the time is used: tells Assignee",
                "the time is up: goes to Supervisor",
            ],
        )
        self.assertIn("Waiting customer", limits["Solution"])
        self.assertIn("Our own", limits["Solution"])

    def test_g2_after_a_change_of_the_rules_it_says_the_new_time_and_what_changed(self):
        self.assertIn("within 72 hours", cells(self.values(), "limits")["Solution"])
        text = files()["small/sla.yaml"].decode().replace("within: 72h", "within: 36h")
        self.apply(files(sla=text))
        values = self.values()
        self.assertIn("within 36 hours", cells(values, "limits")["Solution"])
        (changed,) = [block for block in values["chapters"][0]["blocks"] if block["kind"] == "changes"]
        self.assertTrue(any("72h → 36h" in line for line in changed["lines"]), changed["lines"])

    def test_g2_it_names_who_is_in_a_role_and_marks_a_role_without_anybody(self):
        self.apply(files(roles=ROLES))
        self.assertIn("Nobody is in these roles now: Watchers", self.text_of())
        people = cells(self.values(), "people")
        self.assertIn(self.agent.name, people["Intake"])
        self.assertIn("Accountable at: Received, Acknowledged, Communicated", people["Intake"])
        self.assertIn("Hears of escalations to: Supervisor", people["Intake"])
        self.new_user("watch", "complaint_management.group_supervision", name="Wanda Watch")
        self.assertNotIn("Nobody is in these roles now", self.text_of())
        self.assertIn("Wanda Watch", cells(self.values(), "people")["Watchers"])

    def test_who_is_away_is_marked(self):
        self.patch(type(self.env["res.users"]), "_absent_ids", lambda users: set(users.ids))
        self.assertIn(f"{self.agent.name} (away)", cells(self.values(), "people")["Intake"])

    def test_g2_each_chapter_says_in_which_file_it_is_written_and_each_rule_in_which_line(self):
        values = self.values()
        limits = next(one for one in values["chapters"] if one["name"] == "limits")
        self.assertEqual(limits["files"], ["small/sla.yaml"])
        rows = [row for block in limits["blocks"] for row in block.get("rows", ())]
        text = files()["small/sla.yaml"].decode().splitlines()
        for row in rows:
            path, line = row["place"].split(":")
            self.assertEqual(path, "small/sla.yaml")
            name = row["cells"][0][0].lower().replace(" ", "_")
            self.assertIn(f"name: {name}", text[int(line) - 1])

    def test_what_the_policy_does_not_have_is_no_chapter(self):
        names = [one["name"] for one in self.values()["chapters"]]
        self.assertEqual(names, ["about", "people", "cases", "steps", "limits", "ladder"])

    def test_words_of_the_policy_are_shown_and_not_run(self):
        text = MESSAGES.replace("Thank you note", "<script>alert(1)</script>")
        self.apply(files(messages=text))
        reports = self.env["ir.actions.report"].with_user(self.agent)
        html = reports._render_qweb_html(REPORT, self.company.ids)[0].decode()
        self.assertNotIn("<script>alert(1)", html)
        self.assertIn("&lt;script&gt;alert(1)", html)

    def test_a_company_without_rules_is_told_so(self):
        company = self.env["res.company"].create({"name": "No rules yet"})
        self.agent.company_ids += company
        self.assertIn("No rules are in force in this company yet", self.text_of(company=company))

    def test_more_people_need_no_more_queries(self):
        self.intake.user_ids += self.new_user("one_more", "complaint_management.group_intake")
        few = self.queries()
        for number in range(20):
            self.intake.user_ids += self.new_user(f"more{number}", "complaint_management.group_intake")
        self.assertEqual(self.queries(), few)

    def queries(self):
        """How many queries the handbook takes once Odoo's own caches are warm."""
        handbook = self.env["complaint.handbook"].with_user(self.agent)
        handbook._values(self.company)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        handbook._values(self.company)
        return self.cr.sql_log_count - start


@tagged("post_install", "-at_install")
class TestHandbookOfPacks(HandbookCase):
    def test_g2_it_works_for_every_pack_and_has_each_of_its_clocks(self):
        for pack in PACKS:
            company = self.env["res.company"].create({"name": f"Handbook of {pack}"})
            self.agent.company_ids += company
            release = self.env["complaint.release"]._apply(FILES, pack, company, message="shipped")
            for lang in ("en_US", "zh_CN"):
                with self.subTest(pack=pack, lang=lang):
                    values = self.values(company=company, lang=lang)
                    here = release.with_context(lang=lang)
                    self.has_every_clock(values, here)
                    words = self.text_of(company=company, lang=lang)
                    for message in release._policy().raw["messages"]["messages"]:
                        self.assertIn(here._in_language(message["title"]), words)
                    disclaimer = release._policy().pack.get("disclaimer")
                    if disclaimer:
                        self.assertIn(" ".join(here._in_language(disclaimer).split()), words)

    def has_every_clock(self, values, release):
        limits = next(one for one in values["chapters"] if one["name"] == "limits")
        rows = [row["cells"] for block in limits["blocks"] for row in block.get("rows", ())]
        wanted = [
            (release._clock_title(spec.sla, spec.name), release._within_words(spec.within.text))
            for sla in release._policy().sla
            for spec in sla.clocks
        ]
        self.assertEqual([(row[0][0], row[3][0]) for row in rows], wanted)

    def test_g2_in_chinese_no_code_of_the_policy_is_left(self):
        company = self.env["res.company"].create({"name": "Handbook in Chinese"})
        self.agent.company_ids += company
        self.env["complaint.release"]._apply(FILES, "general", company, message="shipped")
        values = self.values(company=company, lang="zh_CN")
        lines = [line for one in values["chapters"] for block in one["blocks"] for line in lines_of(block)]
        codes = [word for line in lines for word in re.findall(r"\b[a-z]+_[a-z_]+\b", line)]
        self.assertFalse(codes)
        # a duration is said, not written as in the file
        written = [word for line in lines for word in re.findall(r"\b\d+(?:bd|bh|cd)\b", line)]
        self.assertFalse(written)

    def test_every_unit_of_time_has_words(self):
        from ...complaint_management.models.handbook_words import Words

        words = Words(self.env, self.env["complaint.release"]._active(self.company))
        for unit in ("s", "m", "h", "d", "cd", "bh", "bd", "y"):
            for number in (1, 3):
                text = Duration(number, unit).text
                self.assertNotIn(text, words.span(text))
                self.assertTrue(words.span(text))


def lines_of(block):
    """All texts of a block."""
    for key in ("text", "about"):
        yield block.get(key) or ""
    yield from block.get("lines", ())
    for pair in block.get("pairs", ()):
        yield from map(str, pair)
    for row in block.get("rows", ()):
        for cell in row["cells"]:
            yield from map(str, cell)


@tagged("post_install", "-at_install")
class TestHandbookReaders(HandbookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "hb_portal", groups="base.group_portal")
        cls.employee = cls.new_user("hb_plain", "base.group_user")
        cls.stranger = new_test_user(
            cls.env, "hb_stranger", groups="complaint_management.group_intake",
            company_id=cls.env.ref("base.main_company").id,
            company_ids=cls.env.ref("base.main_company").ids,
        )  # fmt: skip

    def test_g2_everybody_of_the_app_reads_it(self):
        groups = (
            self.env["res.groups"]
            .search([])
            .filtered(
                lambda group: (group.get_external_id().get(group.id) or "").startswith(
                    "complaint_management.group_"
                )
            )
        )
        self.assertTrue(groups)
        for group in groups:
            name = group.get_external_id()[group.id]
            user = self.new_user(name.replace(".", "_"), name)
            if not any(user.has_group(reader) for reader in READERS):
                continue  # the gateway of the mail is nobody
            with self.subTest(name):
                self.assertTrue(self.values(user=user)["chapters"])

    def test_g2_portal_public_strangers_and_who_has_nothing_to_do_with_complaints_are_refused(self):
        for user in (self.portal, self.env.ref("base.public_user"), self.employee, self.stranger):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.values(user=user)
                with self.assertRaises(AccessError):
                    self.text_of(user=user)
                with self.assertRaises(AccessError):
                    self.env["complaint.handbook"].with_user(user).with_company(self.company).action_open()

    def test_chapters_are_made_by_methods_that_nobody_calls_from_outside(self):
        public = [name for name in dir(type(self.env["complaint.handbook"])) if name in CHAPTERS]
        self.assertFalse(public)


@tagged("post_install", "-at_install")
class TestHandbookPage(HandbookCase, HttpCase):
    def test_g2_the_page_is_for_the_browser_with_its_contents(self):
        self.authenticate(self.agent.login, self.agent.login)
        page = self.url_open("/complaints/handbook")
        self.assertEqual(page.status_code, 200)
        self.assertIn('<a href="#limits"', page.text)
        self.assertIn('id="limits"', page.text)
        self.assertIn("within 15 calendar days", one_line(page.text))
        other = self.env["res.company"].create({"name": "Somebody else"})
        self.assertEqual(self.url_open(f"/complaints/handbook?company={other.id}").status_code, 403)
        self.assertEqual(self.url_open("/complaints/handbook?company=987654321").status_code, 404)

    def test_g2_portal_and_visitors_get_neither_page_nor_pdf(self):
        new_test_user(self.env, "hb_http_portal", groups="base.group_portal")
        for path in ("/complaints/handbook", "/complaints/handbook.pdf"):
            self.authenticate(None, None)
            self.assertIn("/web/login", self.url_open(path).url)
            self.authenticate("hb_http_portal", "hb_http_portal")
            self.assertEqual(self.url_open(f"{path}?company={self.company.id}").status_code, 403)

    def test_where_no_program_makes_pdf_files_the_page_says_so(self):
        self.patch(type(self.env["ir.actions.report"]), "get_wkhtmltopdf_state", lambda self: "install")
        self.authenticate(self.agent.login, self.agent.login)
        page = self.url_open("/complaints/handbook.pdf")
        self.assertIn("no program that makes PDF files", one_line(page.text))

    @unittest.skipUnless(has_wkhtmltopdf(), "wkhtmltopdf is not installed")
    def test_g2_the_pdf_is_a4_and_its_text_can_be_found(self):
        reports = self.env["ir.actions.report"].with_user(self.agent)
        # What the program says about its missing parts is no fault of the handbook.
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            pdf, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
                REPORT, self.company.ids
            )
        self.assertEqual(kind, "pdf")
        pages = PdfReader(io.BytesIO(pdf)).pages
        width, height = pages[0].mediabox.width, pages[0].mediabox.height
        self.assertEqual((round(width / 72 * 25.4), round(height / 72 * 25.4)), (210, 297))
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        for words in ("Complaint handbook", "By when: the time limits", "Legal answer", "Page 1 of"):
            self.assertIn(words, text)
