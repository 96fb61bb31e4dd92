"""Following a case (B9): with the number and a second word, or by the signed link; and nobody else's."""

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .public_pages import PDF, PNG, PublicPageCase

URL = "/complaints/small/track"


@tagged("post_install", "-at_install")
class TestTracking(PublicPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.complaint(
            category="damage",
            partner_name="Wei",
            partner_email="wei@example.com",
            partner_phone="+49 170 1234567",
        )
        cls.other = cls.complaint(partner_name="Otto", partner_email="otto@example.com")
        cls.link = f"/complaints/case/{cls.case._portal_ensure_token()}"

    def look_up(self, number, secret, follow=False):
        data = {**self.form(URL), "number": number, "secret": secret}
        return self.url_open(URL, data=data, allow_redirects=follow)

    def free(self):
        self.env.cr.execute("DELETE FROM complaint_rate")

    # ------------------------------------------------------------------ looking up

    def test_b9_number_and_second_word_open_the_case(self):
        for secret in (
            "wei@example.com",
            " WEI@Example.com ",
            "+49 170 1234567",
            "0170/1234567",
            self.case._customer_code(),
            self.case._customer_code().lower().replace("-", " "),
        ):
            with self.subTest(secret):
                self.free()
                answer = self.look_up(f" {self.case.number.lower()} ", secret)
                self.assertEqual(answer.status_code, 303)
                self.assertTrue(answer.headers["Location"].endswith(self.link))

    def test_a_wrong_word_and_a_number_that_does_not_exist_get_the_same_answer(self):
        answers = []
        for number, secret in ((self.case.number, "x@example.com"), ("NOSUCH1", "x@example.com")):
            answer = self.look_up(number, secret)
            self.assertEqual(answer.status_code, 422)
            words = self.words(answer).replace(number, "")
            answers.append(words)
        self.assertEqual(*answers)
        self.assertIn("No case fits this number and this second word", answers[0])

    def test_nothing_short_empty_or_of_another_case_opens_it(self):
        for secret in (
            "",
            "4567",
            "0",
            "@",
            "example.com",
            "wei",
            "otto@example.com",
            self.other._customer_code(),
            "%",
        ):
            with self.subTest(secret):
                self.free()
                self.assertEqual(self.look_up(self.case.number, secret).status_code, 422)

    def test_an_empty_secret_does_not_fit_a_case_without_contact(self):
        bare = self.complaint()
        for secret in ("", " ", "0000000"):
            self.assertFalse(bare._opens_with(secret))

    def test_going_through_numbers_is_stopped(self):
        codes = [self.look_up(f"N{index}", "wei@example.com").status_code for index in range(6)]
        self.assertEqual(codes, [422, 422, 422, 422, 429, 429])
        stopped = self.look_up(self.case.number, "wei@example.com")
        self.assertEqual(stopped.status_code, 429)
        self.assertIn("This has been tried too often", self.words(stopped))

    def test_one_number_cannot_be_tried_from_many_networks(self):
        key = f"lookups:{self.company.id}:{self.case.number}"
        for _index in range(4):
            self.env["complaint.rate"]._take([key], 4, "1h")
        self.assertEqual(self.look_up(self.case.number, "wei@example.com").status_code, 429)
        self.assertEqual(self.look_up(self.other.number, "otto@example.com").status_code, 303)

    def test_an_ordinary_ticket_is_not_looked_up(self):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "y", "company_id": self.company.id, "partner_email": "o@example.com"}
        )
        self.assertEqual(self.look_up(ticket.number, "o@example.com").status_code, 422)

    # ------------------------------------------------------------------ the page of the case

    def test_the_page_says_what_was_told_where_it_stands_and_what_comes_next_by_when(self):
        self.move(self.case, "acknowledged")
        page = self.words(self.url_open(self.link))
        self.assertIn(self.case.number, page)
        self.assertIn("It broke.", page)
        self.assertIn(f"You will hear from us by: {self.case._customer_time(self.case.promised_at)}", page)
        done, _next, later = page.partition("next")
        self.assertIn("Received", done)
        self.assertIn("Receipt confirmed to you", done)
        self.assertIn("Result told to you", later)
        due = self.case.milestone_ids.filtered(lambda clock: clock.name == "legal_answer").due_at
        self.assertIn(f"by {self.case._customer_time(due)}", page)

    def test_nothing_internal_is_on_the_page(self):
        self.case.user_id = self.agent
        self.agent.name = "Agent Smith"
        note = self.env["ir.attachment"].create(
            {"name": "inside.txt", "raw": b"x", "res_model": "helpdesk.ticket", "res_id": self.case.id}
        )
        self.case.message_post(
            body="He always complains", subtype_xmlid="mail.mt_note", attachment_ids=note.ids
        )
        self.case.with_user(self.agent).message_post(
            body="We look into it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        text = self.url_open(self.link).text
        self.assertIn("We look into it", text)
        for inside in (
            "Agent Smith",
            "He always complains",
            "inside.txt",
            "agent@small.example",
            "Severity",
            "High",
        ):
            self.assertNotIn(inside, text)
        self.assertIn("Small Company", text)
        self.assertEqual(self.url_open(f"{self.link}/file/{note.id}").status_code, 404)

    def test_the_view_lists_what_leaves_and_nothing_more(self):
        self.assertEqual(
            set(self.case._customer_view()),
            {
                "number",
                "title",
                "category",
                "received",
                "standing",
                "closed",
                "waiting",
                "promise",
                "steps",
                "words",
                "wanted",
                "order",
                "contact",
                "files",
                "messages",
                "company",
                "phone",
                "proposal",
                "answer",
                "escalate",
                "reopen",
                "rating",
                "survey",
            },
        )

    def test_the_address_is_shown_in_part_only(self):
        text = self.url_open(self.link).text
        self.assertIn("w•••@example.com", text)
        self.assertNotIn("wei@example.com", text)
        self.assertNotIn("1234567", text)

    def test_the_page_is_kept_by_nobody(self):
        headers = self.url_open(self.link).headers
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertEqual(headers["Referrer-Policy"], "same-origin")
        self.assertIn("noindex", headers["X-Robots-Tag"])

    @mute_logger("odoo.http")
    def test_other_words_open_nothing(self):
        for token in (
            "x",
            "%25",
            "False",
            self.case.number,
            str(self.case.id),
            self.case.access_token[:-1],
            "_" * 36,
        ):
            with self.subTest(token):
                self.assertEqual(self.url_open(f"/complaints/case/{token}").status_code, 404)

    # ------------------------------------------------------------------ adding

    def add(self, text="Here is the receipt.", uploads=None, link=None):
        sent = [("files", (name, content)) for name, content in uploads or []]
        link = link or self.link
        return self.url_open(f"{link}/add", data={**self.form(link), "text": text}, files=sent or None)

    def test_the_customer_adds_words_and_files_and_it_is_a_fact(self):
        page = self.add("Here it is <b>.", [("receipt.pdf", PDF)])
        self.assertIn("Your message is with us", self.words(page))
        self.assertIn("Here it is &lt;b&gt;.", page.text)
        self.assertIn("You", self.words(page))
        self.env.invalidate_all()
        self.assertEqual(self.facts(self.case)[-1], "customer_message")
        file = self.case.attachment_ids.filtered("given_by_customer")
        got = self.url_open(f"{self.link}/file/{file.id}")
        self.assertEqual(got.content, PDF)
        self.assertIn("attachment", got.headers["Content-Disposition"])
        self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")

    @mute_logger("odoo.http")
    def test_the_file_of_another_case_is_refused(self):
        self.other._attach_given([("other.png", PNG)])
        file = self.other.attachment_ids
        self.assertEqual(self.url_open(f"{self.link}/file/{file.id}").status_code, 404)
        self.assertEqual(self.url_open(f"/complaints/case/wrong/file/{file.id}").status_code, 404)
        self.assertEqual(self.url_open(f"/web/content/{file.id}").status_code, 404)

    def test_a_file_that_lies_and_an_empty_message_are_refused_and_the_words_stay(self):
        refused = self.add("My words", [("x.png", b"<html>")])
        self.assertEqual(refused.status_code, 422)
        self.assertIn("its content is not what its name says", self.words(refused))
        self.assertIn("My words", refused.text)
        self.assertEqual(self.add("  ").status_code, 422)
        self.assertEqual(self.facts(self.case), ["received"])

    def test_adding_without_end_is_stopped(self):
        self.assertEqual([self.add().status_code for _index in range(3)], [200, 200, 429])

    # ------------------------------------------------------------------ logged in

    def test_the_portal_shows_the_same_and_another_customer_is_refused(self):
        owner = new_test_user(
            self.env,
            "track_owner",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        new_test_user(
            self.env,
            "track_other",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.case.partner_id = owner.partner_id
        self.authenticate("track_owner", "track_owner")
        page = self.words(self.url_open(f"/my/ticket/{self.case.id}"))
        self.assertIn("Where it stands", page)
        self.assertIn("You will hear from us by:", page)
        self.authenticate("track_other", "track_other")
        self.assertNotIn(self.case.number, self.url_open(f"/my/ticket/{self.case.id}").text)

    def test_the_page_costs_the_same_for_one_message_and_for_fifty(self):
        def queries():
            self.url_open(self.link)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.case._customer_view()
            return self.env.cr.sql_log_count - before

        def say(count):
            for _index in range(count):
                self.case.with_user(self.agent).message_post(
                    body="hello", message_type="comment", subtype_xmlid="mail.mt_comment"
                )

        self.case.user_id = self.agent
        say(2)
        few = queries()
        say(50)
        self.assertEqual(queries(), few)

    def test_the_page_speaks_the_visitors_language(self):
        text = self.url_open(f"/zh_CN{self.link}").text
        self.assertIn(self.release.with_context(lang="zh_CN").company_id.name, text)
        view = self.case.with_context(lang="zh_CN")._customer_view()
        self.assertEqual(view["standing"], self.case.with_context(lang="zh_CN").stage_id.name)
        self.assertIn(str(fields.Datetime.now().year), view["received"])
