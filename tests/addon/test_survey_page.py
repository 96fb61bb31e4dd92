"""The page behind the link: a customer answers with a few taps, once, without a login (B9, D2, D4)."""

import re

from odoo.tests import HttpCase, tagged
from odoo.tools import html2plaintext, mute_logger

from .survey_pack import HAPPY, UNHAPPY, SurveyCase


@tagged("post_install", "-at_install")
class TestSurveyPage(SurveyCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.phone = "+49 30 555"
        cls.callback = cls.told()
        cls.case = cls.callback.ticket_id

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.link = self.path(self.callback._survey_url())
        self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.url_open(self.link).text)[1]

    def path(self, url):
        return re.sub(r"^https?://[^/]+", "", url)

    def words(self, response):
        return " ".join(html2plaintext(response.text).replace("*", "").split())

    def send(self, given, link=None):
        """Send the form in as a browser without scripts does."""
        page = self.url_open(link or self.link)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        self.token = token[1] if token else self.token  # a page that was left open still has one
        answer = self.url_open(link or self.link, data={"csrf_token": self.token, **given})
        self.env.invalidate_all()
        return answer

    # ------------------------------------------------------------------ answering

    def test_d2_a_customer_answers_by_the_link(self):
        answer = self.send(HAPPY)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Thank you.", self.words(answer))
        self.assertEqual((self.callback.state, self.callback.result), ("done", "satisfied"))
        self.assertEqual(self.callback.sudo().user_input_id.complaint_way, "link")
        self.assertFalse(self.callback.done_by_id, "nobody of ours did it")

    def test_b9_in_chinese_on_a_phone_with_taps_only(self):
        """Portrait, touch: choose three answers, send, read the thanks; nothing is wider than the screen."""
        self.customer.lang = "zh_CN"
        link = self.path(self.callback._survey_url())
        self.assertTrue(link.startswith("/zh_CN/complaints/survey/"), link)
        self.start_tour(link, "survey_on_a_phone_tour")
        self.env.invalidate_all()
        self.assertEqual((self.callback.result, self.callback.score), ("satisfied", 5.0))

    def test_b9_a_tap_counts_though_the_scripts_of_the_page_are_still_on_their_way(self):
        """Odoo holds back taps on buttons until then, and on a slow phone that may take long."""
        page = self.url_open(self.link).text
        buttons = re.findall(r'<(?:label|button)[^>]*class="([^"]*\bbtn\b[^"]*)"', page)
        self.assertTrue(buttons)
        self.assertFalse([one for one in buttons if "o_no_wait_lazy_js" not in one])

    def test_opening_the_link_changes_nothing(self):
        self.url_open(f"{self.link}?product=5&done=1")
        self.env.invalidate_all()
        self.assertEqual(self.callback.state, "open")

    def test_what_was_tapped_in_the_mail_is_chosen_on_the_page(self):
        page = self.url_open(f"{self.link}?product=4&attitude=9&words=<b>&other=1").text
        self.assertEqual(re.findall(r'id="(\w+)"[^>]*checked', page), ["product_4"])
        self.assertNotIn("<b>", page)

    def test_what_is_missing_is_said_beside_what_was_typed(self):
        answer = self.send({"product": "5", "words": "Kept <i>words</i>"})
        self.assertEqual(answer.status_code, 422)
        said = self.words(answer)
        self.assertIn("“Were we kind?” is not answered yet.", said)
        self.assertIn("Kept &lt;i&gt;words&lt;/i&gt;", answer.text)
        self.assertIn("product_5", re.findall(r'id="(\w+)"[^>]*checked', answer.text))
        self.assertEqual(self.callback.state, "open")

    def test_sent_twice_it_counts_once_and_says_so(self):
        self.send(HAPPY)
        again = self.send(UNHAPPY)
        self.assertIn("You have answered already.", self.words(again))
        self.assertEqual(self.callback.result, "satisfied")

    def test_d3_who_is_not_satisfied_reads_that_the_case_is_taken_up_again(self):
        said = self.words(self.send(UNHAPPY))
        self.assertIn(f"We have taken your case {self.case.number} up again.", said)
        self.assertEqual(self.case.case_cycle, 2)

    # ------------------------------------------------------------------ links that open nothing

    def test_a_tampered_or_foreign_link_opens_nothing(self):
        token = self.link.rpartition("/")[2]
        other = self.path(self.told()._survey_url()).rpartition("/")[2]
        stop = self.path(self.callback._stop_url()).rpartition("/")[2]
        turned = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
        for name, wrong in {
            "changed": turned,
            "cut": token[:-6],
            "two halves": token[:40] + other[40:],
            "the link to stop": stop,
            "another purpose": self.case._portal_ensure_token(),
            "nonsense": "x",
            "not even letters": "%C3%A4",
        }.items():
            with self.subTest(name), mute_logger("odoo.http"):
                page = self.url_open(f"/complaints/survey/{wrong}")
                self.assertIn(page.status_code, (400, 404))
                self.assertNotIn(self.case.number, page.text)

    def test_the_link_of_one_customer_answers_for_nobody_else(self):
        other = self.told(name="Another")
        self.send({**HAPPY, "callback_id": other.id, "id": other.id})
        self.assertEqual((self.callback.state, other.state), ("done", "open"))

    def test_a_form_of_another_site_is_refused(self):
        with mute_logger("odoo.http"):
            answer = self.url_open(self.link, data=HAPPY)
        self.env.invalidate_all()
        self.assertEqual((answer.status_code, self.callback.state), (400, "open"))

    # ------------------------------------------------------------------ said kindly

    def test_nothing_to_answer_is_said_kindly(self):
        self.callback.sudo().write({"state": "waiting", "link_until": "2020-01-01"})
        self.assertIn("The time to answer is over.", self.words(self.url_open(self.link)))
        self.callback.sudo().write({"link_until": False})
        self.callback._cancel("by_hand")
        page = self.url_open(self.link)
        self.assertEqual(page.status_code, 200)
        self.assertIn("These questions are not needed any more.", self.words(page))
        self.assertIn("+49 30 555", page.text)
        self.send(HAPPY)
        self.assertFalse(self.callback.sudo().user_input_id, "nor does sending the form anyway")

    def test_more_answers_than_the_policy_lets_wait(self):
        callbacks = [self.told() for _one in range(4)]
        answers = [self.send(HAPPY, self.path(one._survey_url())) for one in callbacks]
        self.assertEqual([one.status_code for one in answers], [200, 200, 200, 429])
        self.assertIn("Please wait a while", self.words(answers[-1]))
        self.assertIn("Well done.", answers[-1].text, "what was typed is still there")

    def test_no_cache_and_no_search_engine_keeps_the_page(self):
        page = self.url_open(self.link)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertNotIn("agent", page.text.lower(), "no names of ours")

    # ------------------------------------------------------------------ not asked again

    def test_d6_not_asked_again_takes_one_tap_and_opening_the_link_is_none(self):
        link = self.path(self.callback._stop_url())
        self.assertIn("No more questions from us?", self.words(self.url_open(link)))
        self.env.invalidate_all()
        self.assertEqual(self.callback.state, "open")
        said = self.words(self.url_open(link, data={"List-Unsubscribe": "One-Click"}))
        self.assertIn("We do not ask you again.", said)
        self.env.invalidate_all()
        self.assertEqual(self.callback.state, "refused")
        self.assertIn("We do not ask you again.", self.words(self.url_open(self.link)))

    @mute_logger("odoo.http")
    def test_the_link_to_answer_does_not_stop_anything(self):
        token = self.link.rpartition("/")[2]
        self.assertEqual(self.url_open(f"/complaints/no-more/{token}", data={"x": 1}).status_code, 404)

    # ------------------------------------------------------------------ on the page of the case

    def test_b9_the_questions_stand_on_the_page_of_the_case_instead_of_the_quick_rating(self):
        page = self.url_open(self.path(self.case._customer_url()))
        self.assertIn(self.path(self.callback._survey_url()), page.text)
        self.assertNotIn("case_rating", page.text)
        self.send(HAPPY)
        page = self.url_open(self.path(self.case._customer_url()))
        self.assertNotIn("/complaints/survey/", page.text)
        self.assertNotIn("case_rating", page.text, "who has answered is not asked again")

    def test_odoos_own_survey_pages_take_no_answers_to_it(self):
        survey = self.release._questionnaire("satisfaction")
        with mute_logger("odoo.http"):
            page = self.url_open(f"/survey/start/{survey.access_token}")
        self.assertNotIn("Were we kind?", page.text)
        self.env.invalidate_all()
        self.assertFalse(self.env["survey.user_input"].search([("survey_id", "=", survey.id)]))
