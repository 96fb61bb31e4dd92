"""Likely duplicates are found at intake and joined without losing anything (A7)."""

import base64
from datetime import datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SMALL_PACK, ComplaintCase, files

TYPES = SMALL_PACK["small/case_types.yaml"].replace(
    "zh_CN: 投诉}}", "zh_CN: 投诉}, duplicates: {within: 30d, similar: 60%}}"
)


class DuplicateCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(case_types=TYPES))
        cls.first = cls.told("Two of six cups were broken", datetime(2026, 3, 2, 9))

    @classmethod
    def told(cls, text, at, **values):
        values = {"partner_id": cls.customer.id, "team_id": cls.intake.id, **values}
        return cls.complaint(name="Cups", description=f"<p>{text}</p>", received_at=at, **values)


@tagged("post_install", "-at_install")
class TestFinding(DuplicateCase):
    def reasons(self, case):
        case.invalidate_recordset()
        return case.likely_duplicate_words

    def test_a7_the_same_customer_with_a_similar_text_is_proposed_with_the_reason(self):
        again = self.told("two of the six cups were BROKEN!", datetime(2026, 3, 4, 9))
        self.assertEqual(again.likely_duplicate_ids, self.first)
        self.assertRegex(
            self.reasons(again), rf"^{self.first.number}: same customer, similar text \(\d+ %\)$"
        )

    def test_another_story_of_the_same_customer_is_not(self):
        self.assertFalse(self.reasons(self.told("Nobody answers my letter", datetime(2026, 3, 4, 9))))

    def test_the_same_text_of_a_stranger_is_not(self):
        stranger = self.told("Two of six cups were broken", datetime(2026, 3, 4, 9), partner_id=False)
        self.assertFalse(self.reasons(stranger))

    def test_the_same_mail_address_and_the_same_phone_are_the_same_person(self):
        self.first.partner_phone = "+49 151 2345678"
        self.first.partner_email = "chen@example.com"
        for contact, word in (
            ({"partner_email": "CHEN@example.com"}, "e-mail address"),
            ({"partner_phone": "0151/2345678"}, "phone number"),
        ):
            again = self.told(
                "Two of six cups were broken", datetime(2026, 3, 4, 9), partner_id=False, **contact
            )
            self.assertIn(f"same {word}", self.reasons(again) or "")

    def test_the_same_order_is_enough(self):
        self.first.order_reference = "SO-7"
        other = self.told(
            "Quite another story", datetime(2026, 3, 4, 9), partner_id=False, order_reference="so-7"
        )
        self.assertEqual(self.reasons(other), f"{self.first.number}: same order number")
        for wild in ("SO-%", "SO__"):
            other.order_reference = wild
            self.assertFalse(self.reasons(other))

    def test_the_window_of_the_policy_ends_it(self):
        within = self.told("Two of six cups were broken", datetime(2026, 4, 1, 9))
        after = self.told("Two of six cups were broken", datetime(2026, 4, 1, 9, 0, 1))
        self.assertIn(self.first, within.likely_duplicate_ids)
        self.assertNotIn(self.first, after.likely_duplicate_ids)

    def test_without_a_line_in_the_policy_nobody_looks(self):
        self.apply(files())
        again = self.told("Two of six cups were broken", datetime(2026, 3, 4, 9))
        self.assertFalse(again.likely_duplicate_ids)

    def test_the_call_form_warns_before_anything_is_saved(self):
        form = Form(self.env["complaint.intake"].with_user(self.agent))
        form.received_at = datetime(2026, 3, 4, 9)
        form.partner_id = self.customer
        form.name = "Cups"
        form.description = "Two of six cups were broken"
        self.assertIn(self.first.number, form.likely_words)

    def test_what_an_agent_may_not_see_is_not_proposed(self):
        self.first.team_id = self.damage
        again = self.told("Two of six cups were broken", datetime(2026, 3, 4, 9))
        self.assertIn(self.first, again.likely_duplicate_ids)
        self.env.invalidate_all()
        self.assertFalse(again.with_user(self.agent).likely_duplicate_ids)


@freeze_time("2026-03-05 09:00:00")
@tagged("post_install", "-at_install")
class TestJoining(DuplicateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.told(
            "Two of six cups were broken",
            datetime(2026, 3, 4, 9),
            order_reference="SO-7",
            remedy_sought="Money",
        )

    def join(self, case, other, user=None):
        wizards = self.env["helpdesk.ticket.duplicate.wizard"].with_user(user or self.agent)
        return wizards.create({"ticket_id": case.id, "duplicate_of_id": other.id}).action_confirm()

    def test_a7_the_duplicate_is_closed_with_a_link_and_stays_in_the_register(self):
        action = self.join(self.second, self.first)
        self.assertEqual(action["res_id"], self.first.id)
        self.assertEqual(self.second.duplicate_id, self.first)
        self.assertEqual(self.second.stage_id.policy_code, "set_aside")
        self.assertIn(self.first.number, self.second.set_aside_reason)
        self.assertEqual(self.facts(self.second), ["received", "withdrawn"])
        self.assertFalse(self.first.closed)
        self.assertStoredEqualsReplayed(self.first | self.second)

    def test_the_case_received_first_goes_on_whichever_was_open_on_the_screen(self):
        clocks = self.clocks(self.first)
        self.join(self.first, self.second)
        self.assertEqual(self.second.duplicate_id, self.first)
        self.assertFalse(self.first.duplicate_id)
        self.assertEqual(self.clocks(self.first), clocks)

    def test_messages_files_and_details_come_along(self):
        self.second.message_post(
            body="I also have a photo", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.env["ir.attachment"].create(
            {
                "name": "photo.txt",
                "datas": base64.b64encode(b"x"),
                "res_model": "helpdesk.ticket",
                "res_id": self.second.id,
            }
        )
        self.join(self.second, self.first)
        note = self.first.message_ids[0]
        self.assertIn("I also have a photo", note.body)
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        self.assertEqual(self.first.attachment_ids.mapped("name"), ["photo.txt"])
        self.assertEqual(self.second.attachment_ids.mapped("name"), ["photo.txt"])
        self.assertEqual((self.first.order_reference, self.first.remedy_sought), ("SO-7", "Money"))

    def test_colleagues_follow_and_strangers_do_not(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.second.message_subscribe((stranger | self.leader.partner_id | self.customer).ids)
        self.join(self.second, self.first)
        self.assertIn(self.leader.partner_id, self.first.message_partner_ids)
        self.assertIn(self.customer, self.first.message_partner_ids)
        self.assertNotIn(stranger, self.first.message_partner_ids)

    def test_the_customer_is_told_nothing_by_it(self):
        mails = self.env["mail.mail"].sudo().search_count([])
        self.join(self.second, self.first)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)

    def test_the_higher_severity_counts(self):
        self.second.urgency_id = self.ref_id("urgency", "urgent")
        self.assertEqual(self.second.severity_id.policy_code, "high")
        self.join(self.second, self.first)
        self.assertEqual(self.first.severity_id.policy_code, "high")

    def test_an_earlier_promise_for_the_duplicate_is_kept(self):
        self.first._record_fact("first_feedback")
        self.first._record_fact("solution_proposed")
        self.assertLess(self.second.promised_at, self.first.promised_at)
        self.join(self.second, self.first)
        self.assertIn(self.second.number, self.first.activity_ids.summary)

    def test_separating_them_again(self):
        self.join(self.second, self.first)
        self.second.with_user(self.agent).action_separate()
        self.assertFalse(self.second.duplicate_id)
        self.assertFalse(self.second.set_aside_reason)
        self.assertFalse(self.second.closed)
        self.assertEqual(self.facts(self.second), ["received", "withdrawn", "reopened"])
        with self.assertRaisesRegex(UserError, "not joined"):
            self.second.action_separate()

    def test_what_makes_no_sense_is_refused_with_a_sentence(self):
        ordinary = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "y", "company_id": self.company.id, "case_type_id": False}
        )
        for case, other, sentence in (
            (self.first, self.first, "itself"),
            (self.first, ordinary, "Only cases"),
        ):
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                case._join_into(other)
        self.join(self.second, self.first)
        with self.assertRaisesRegex(UserError, "already"):
            self.first._join_into(self.second)

    def test_a_closed_first_case_is_not_joined_into(self):
        self.move(self.first, "closed")
        with self.assertRaisesRegex(UserError, "Reopen it"):
            self.join(self.second, self.first)

    def test_a_stranger_to_one_of_the_two_joins_nothing(self):
        self.first.team_id = self.damage
        with self.assertRaises(AccessError):
            self.join(self.second, self.first)

    def test_ordinary_tickets_are_joined_as_ever(self):
        one, other = self.env["helpdesk.ticket"].create(
            [
                {"name": "x", "description": "y", "company_id": self.company.id, "case_type_id": False}
                for _index in range(2)
            ]
        )
        self.join(one, other, self.env.user)
        self.assertEqual(one.duplicate_id, other)
