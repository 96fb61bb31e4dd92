"""The page of a case for its customer: what it says, what is done on it, what never shows (B5, B6, B9)."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .customer_pages import STAGES, CustomerPageCase
from .public_pages import web_files
from .solution_pack import TOPICS


@tagged("post_install", "-at_install")
class TestCustomerDeeds(CustomerPageCase):
    # ------------------------------------------------------------------ the proposal (B5)

    def test_b5_the_proposal_stands_on_top_with_its_amount_and_the_time_to_answer(self):
        solution = self.propose()
        page = self.page()
        self.assertIn("It is your turn: please answer our proposal by:", page)
        self.assertIn("Refund: ", page)
        self.assertIn("100.00", page)
        self.assertIn("You get your money back.", page)
        self.assertIn(f"Please answer by {self.case._customer_time(solution.answer_by)}", page)
        self.assertIn("the proposal ends, and we get back to you", page)
        self.assertNotIn("The parcel was wet.", page)

    def test_b5_accepting_is_evidence_and_says_what_happens_next(self):
        solution = self.propose()
        step = {"solution_id": solution.id, "name": "Pay", "user_id": self.agent.id}
        self.env["complaint.solution.step"].create(
            [{**step, "due_on": fields.Date.add(fields.Date.today(), days=3)}]
        )
        page = self.words(self.post("answer", proposal=solution.id, answer="accept"))
        self.assertEqual((solution.state, solution.answer_way), ("accepted", "portal"))
        self.assertEqual(self.facts(self.case).count("agreed"), 1)
        self.assertEqual(self.case.stage_id.policy_code, "agreed")
        self.assertIn("You have accepted our proposal, and we carry it out.", page)
        self.assertIn("We carry it out by", page)
        self.assertEqual(page.count("Agreed with you"), 1, "the fact and the stage are one step")

    def test_b5_a_refusal_asks_why_and_the_words_stay(self):
        solution = self.propose()
        again = self.post("answer", proposal=solution.id, answer="refuse", words=" ")
        self.assertEqual(again.status_code, 409)
        self.assertIn("Please tell us why", self.words(again))
        self.assertEqual(solution.state, "proposed")
        page = self.words(self.post("answer", proposal=solution.id, answer="refuse", words="Too <b>little"))
        self.assertEqual((solution.state, solution.answer_words), ("refused", "Too <b>little"))
        self.assertIn("We read why and look for a better solution.", page)
        self.assertIn("You refused it on", page)

    def test_b5_an_answer_counts_once_and_is_not_turned_round(self):
        solution = self.propose()
        for _twice in range(2):
            self.assertEqual(self.post("answer", proposal=solution.id, answer="accept").status_code, 200)
        self.assertEqual(self.facts(self.case).count("agreed"), 1)
        turned = self.post("answer", proposal=solution.id, answer="refuse", words="No!")
        self.assertEqual(turned.status_code, 409)
        self.assertIn("This proposal was answered on", self.words(turned))
        self.assertEqual(solution.state, "accepted")

    def test_b5_a_proposal_that_was_replaced_or_is_late_cannot_be_accepted(self):
        first = self.propose()
        self.post("answer", proposal=first.id, answer="refuse", words="No")
        second = self.propose(amount=200)
        stale = self.post("answer", proposal=first.id, answer="accept")
        self.assertIn("This proposal does not stand any more.", self.words(stale))
        second.sudo().answer_by = fields.Datetime.now() - timedelta(hours=1)
        self.assertIn("The time for an answer ended on", self.page())
        late = self.post("answer", proposal=second.id, answer="accept")
        self.assertIn("The time for an answer ended on", self.words(late))
        self.assertEqual((first.state, second.state), ("refused", "proposed"))

    def test_b5_a_draft_and_a_solution_under_approval_are_not_shown(self):
        self.new_user("decider", "complaint_management.group_decision")
        solutions = self.env["complaint.solution"].with_user(self.agent)
        draft = {"ticket_id": self.case.id, "remedy_id": self.ref_id("remedy", "refund"), "amount": 9000}
        draft = solutions.create([{**draft, "description": "Nine thousand."}])
        self.assertNotIn("Nine thousand.", self.url_open(self.link).text)
        draft.action_submit()
        self.assertEqual(draft.state, "submitted")
        self.assertNotIn("Nine thousand.", self.url_open(self.link).text)
        refused = self.post("answer", proposal=draft.id, answer="accept")
        self.assertEqual(refused.status_code, 409)
        self.assertEqual(draft.state, "submitted")

    def test_forged_numbers_of_a_proposal_do_nothing(self):
        self.propose()
        for forged in ("", "x", "-1", "999999999999999999999", "0", "²"):
            with self.subTest(forged):
                self.assertEqual(self.post("answer", proposal=forged, answer="accept").status_code, 409)
        self.assertEqual(self.post("answer", answer="perhaps").status_code, 422)

    # ------------------------------------------------------------------ escalation (B9)

    def test_b9_the_customer_asks_for_somebody_who_can_decide_more_once(self):
        self.assertIn("Ask for somebody who can decide more", self.page())
        self.assertEqual(self.post("escalate", words="").status_code, 422)
        page = self.words(self.post("escalate", words="Nobody calls back."))
        self.assertEqual(self.case.escalation_level, "supervisor")
        self.assertIn("Somebody who can decide more looks at your case now.", page)
        self.assertNotIn("Ask for somebody who can decide more", page)
        notes = self.case.message_ids.filtered(lambda message: "Nobody calls back." in message.body)
        self.assertEqual(notes.author_id, self.owner.partner_id)
        self.post("escalate", words="Nobody calls back.")
        self.assertEqual(self.facts(self.case).count("escalated"), 1)

    def test_b9_where_the_policy_does_not_let_them_nothing_is_offered(self):
        self.apply(web_files(**{**TOPICS, "stages": STAGES}))
        case = self.complaint(category="delay")
        self.link = f"/complaints/case/{case._portal_ensure_token()}"
        self.assertNotIn("Ask for somebody", self.page())
        self.assertEqual(self.post("escalate", words="Now!").status_code, 409)
        self.assertFalse(case.escalation_level)

    # ------------------------------------------------------------------ after the result (B6)

    def test_b6_satisfaction_is_asked_after_the_result_once_on_the_scale_of_the_policy(self):
        self.assertNotIn("How satisfied are you", self.page())
        self.assertEqual(self.post("rate", score="5").status_code, 409)
        self.close()
        self.assertIn("How satisfied are you with the result?", self.page())
        self.assertEqual(self.post("rate", score="4").status_code, 422)
        page = self.words(self.post("rate", score="1", words="Too slow"))
        self.assertIn("You told us: Not satisfied.", page)
        rating = self.case.sudo().rating_ids
        self.assertEqual((rating.rating, rating.feedback, rating.consumed), (1, "Too slow", True))
        self.assertEqual(rating.rated_partner_id, self.agent.partner_id)
        self.post("rate", score="5")
        rated = self.case.event_ids.filtered(lambda event: event.kind == "rated")
        self.assertEqual(rated.mapped("data"), [{"score": 1}])

    def test_scores_are_told_on_the_scale_of_the_policy(self):
        self.assertEqual([self.release._on_scale(score) for score in (1, 3, 5)], [1, 6, 10])

    def test_b6_not_satisfied_while_the_window_is_open_with_its_end(self):
        self.close()
        until = self.case._may_be_reopened().until.replace(tzinfo=None)
        page = self.page()
        self.assertIn("This case is closed.", page)
        self.assertIn(f"Tell us until {self.case._customer_time(until)}, and we look into it again.", page)
        self.assertEqual(self.post("reopen", words="").status_code, 422)

    def test_b6_the_customer_has_the_case_taken_up_again_once(self):
        self.close()
        page = self.words(self.post("reopen", words="The cup is still broken"))
        self.assertIn("We have taken your case up again and read what you wrote.", page)
        self.assertIn("The cup is still broken", page)
        self.assertEqual((self.case.stage_id.policy_code, self.case.case_cycle), ("investigating", 2))
        self.post("reopen", words="The cup is still broken")
        self.assertEqual(self.facts(self.case).count("reopened"), 1)
        self.close()
        self.assertIn("Our answer above is the final one.", self.page())
        self.assertIn("The Ombudsman", self.page())
        self.assertEqual(self.post("reopen", words="Again!").status_code, 409)
        self.assertEqual(self.case.case_cycle, 2)

    def test_b6_what_was_sent_reaches_the_reopening_and_a_reason_against_it_is_told(self):
        self.close()
        asked = []

        def reopens(ticket, words):
            asked.append((ticket.id, words))
            raise UserError("The time is over.")

        with patch.object(type(self.case), "_customer_reopens", reopens):
            answer = self.post("reopen", words="The cup is still broken")
        self.assertEqual(asked, [(self.case.id, "The cup is still broken")])
        self.assertEqual(answer.status_code, 409)
        self.assertIn("The time is over.", self.words(answer))
        self.assertIn("The cup is still broken", answer.text)

    def test_b6_when_the_window_is_over_the_page_says_since_when_and_what_now(self):
        self.close()
        with freeze_time(fields.Datetime.now() + timedelta(days=40)):
            asked = self.case._reopening_for_customer()
        self.assertEqual(asked["refused"], "late")
        self.assertIn(str(fields.Datetime.now().year), asked["until"])

    def test_b6_the_final_answer_names_the_outside_bodies(self):
        self.close()
        self.assertIn("The Ombudsman", self.page())

    # ------------------------------------------------------------------ every form

    def test_opening_pages_changes_nothing(self):
        self.propose()
        facts = self.facts(self.case)
        for deed in ("answer", "escalate", "reopen", "rate", "add"):
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(f"{self.link}/{deed}").status_code, 405, deed)
        self.page(f"{self.link}?done=accepted&answer=accept")
        self.env.invalidate_all()
        self.assertEqual(self.facts(self.case), facts)

    def test_an_address_alone_proves_nothing(self):
        for done in ("accepted", "rated", "said", "nonsense", "<script>"):
            self.assertNotIn('id="done"', self.url_open(self.link, params={"done": done}).text, done)

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_is_refused(self):
        solution = self.propose()
        answer = self.url_open(f"{self.link}/answer", data={"proposal": solution.id, "answer": "accept"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(solution.state, "proposed")

    @mute_logger("odoo.http")
    def test_a_wrong_link_does_nothing(self):
        for deed in ("answer", "escalate", "reopen", "rate"):
            data = {**self.form(self.link), "words": "x", "score": "5", "answer": "accept"}
            self.assertEqual(self.url_open(f"/complaints/case/wrong/{deed}", data=data).status_code, 404)


@tagged("post_install", "-at_install")
class TestCustomerSeesNothingInternal(CustomerPageCase):
    MARK = "ZEBRA"

    def marked(self):
        """The case with a marker in everything that is internal."""
        self.agent.sudo().write({"name": f"{self.MARK} agent", "email": f"{self.MARK}@inside.example"})
        texts = [
            name
            for name, field in self.case._fields.items()
            if field.type in ("char", "text", "html")
            and field.store
            and not field.compute
            and not field.related
            and field.groups != fields.NO_ACCESS
            and name not in self.case._portal_readable_fields()
            and name
            not in (
                "order_reference",
                "form_lang",
                "opened_by",
                "settled_result",
                "next_clock",
                "escalation_level",
            )
            and not name.startswith("case_")
        ]
        self.case.sudo().write({name: f"{self.MARK} {name}" for name in texts})
        self.propose(reasoning=f"{self.MARK} reasoning", cost_centre=f"{self.MARK} centre")
        self.case.message_post(body=f"{self.MARK} note", subtype_xmlid="mail.mt_note")
        self.case.sudo().activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id, summary=f"{self.MARK} activity"
        )
        self.case._escalate_by_hand("supervisor", f"{self.MARK} reason")
        return texts

    def test_no_marker_of_anything_internal_is_on_any_page(self):
        self.assertTrue(self.marked())
        self.assertNotIn(self.MARK, self.url_open(self.link).text)
        self.log_in(self.owner)
        for page in (f"/my/ticket/{self.case.id}", "/my/tickets", "/my"):
            self.assertNotIn(self.MARK, self.url_open(page).text, page)

    def test_no_marker_is_read_over_rpc(self):
        self.marked()
        case = self.case.with_user(self.owner)
        files = {"attachment_ids", "message_main_attachment_id"}  # no customer reads attachments over RPC
        readable = [name for name in case.fields_get() if name in case._portal_readable_fields() - files]
        rows = str(case.read(readable))
        self.assertNotIn(self.MARK, rows.replace(f"{self.MARK} agent", ""), "who is in charge may be named")
        messages = self.env["mail.message"].with_user(self.owner).search([("res_id", "=", self.case.id)])
        self.assertNotIn(self.MARK, str(messages.read(["body"])))
        with self.assertRaises(AccessError):
            self.env["complaint.solution"].with_user(self.owner).search([])

    def files(self):
        """(file of a note, file on the case that nobody was sent, file of a message, the customer's own)."""
        new = {"raw": b"x", "res_model": "helpdesk.ticket", "res_id": self.case.id}
        names = ("note.txt", "loose.txt", "sent.txt", "own.txt")
        note, loose, sent, own = (self.env["ir.attachment"].create({**new, "name": name}) for name in names)
        own.given_by_customer = True
        self.case.message_post(body="inside", subtype_xmlid="mail.mt_note", attachment_ids=note.ids)
        self.case.with_user(self.agent).message_post(
            body="For you", message_type="comment", subtype_xmlid="mail.mt_comment", attachment_ids=sent.ids
        )
        return note, loose, sent, own

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_attachment")
    def test_g1_the_file_of_an_internal_note_is_not_fetched_by_its_id(self):
        note, loose, sent, own = self.files()
        attachments = self.env["ir.attachment"].with_user(self.owner)
        for inside in (note, loose):
            with self.assertRaises(AccessError):
                inside.with_user(self.owner).read(["name", "datas"])
        with self.assertRaises(AccessError):
            attachments.search([("res_model", "=", "helpdesk.ticket"), ("res_id", "=", self.case.id)])
        self.log_in(self.owner)
        self.assertEqual(self.url_open(f"/web/content/{note.id}").status_code, 404)
        page = self.url_open(f"/my/ticket/{self.case.id}").text
        for file, shown in ((note, False), (loose, False), (sent, True), (own, True)):
            self.assertEqual(file.name in page, shown, file.name)
            got = self.url_open(f"{self.link}/file/{file.id}")
            self.assertEqual(got.status_code, 200 if shown else 404, file.name)
        self.env.invalidate_all()
        self.assertFalse(note.access_token, "opening the page makes no key to internal files")

    def test_the_staff_still_opens_every_file(self):
        note, loose, _sent, _own = self.files()
        self.assertEqual((note + loose).with_user(self.agent).mapped("name"), ["note.txt", "loose.txt"])
