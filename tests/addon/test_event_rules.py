"""Rules on what a fact carries: the amount of a solution, words of the customer, wherever they come in."""

from odoo.tests import tagged

from .common import files
from .solution_pack import TOPICS, SolutionCase

ESCALATION = """
kind: escalation
levels: [{name: supervisor, notify: [intake]}, {name: department, notify: [intake]}]
rules:
  - name: threat
    when: {event: [received, customer_message], keyword: [lawyer, 律师]}
    do: [{escalate: department}]
  - {name: costly, when: {event: solution_proposed, amount: {min: 300}}, do: [{escalate: supervisor}]}
"""


@tagged("post_install", "-at_install")
class TestEventRules(SolutionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(**TOPICS, escalation=ESCALATION))
        cls.ticket = cls.complaint(category="delay", partner_id=cls.customer.id, user_id=cls.agent.id)
        cls.move(cls.ticket, "investigating")

    def acted(self, ticket=None):
        self.env["helpdesk.ticket"]._act_due(100)
        events = (ticket or self.ticket).event_ids.filtered(lambda one: one.kind in ("acted", "escalated"))
        return [event.data["rule"] for event in events]

    def last(self, kind, ticket=None):
        return (ticket or self.ticket).event_ids.filtered(lambda one: one.kind == kind)[-1:]

    def customer_writes(self, body):
        self.ticket.message_post(
            body=body,
            author_id=self.customer.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_a_solution_says_what_it_costs(self):
        self.proposed(amount=299)
        self.assertEqual(self.last("solution_proposed").data["amount"], 299)
        self.assertEqual(self.last("solution_approved").data["amount"], 299)
        self.assertEqual(self.acted(), [])

    def test_a_costly_solution_is_escalated_when_it_is_proposed(self):
        self.proposed(amount=300)
        self.assertEqual(self.acted(), ["costly"])
        self.assertEqual(self.ticket.escalation_level, "supervisor")
        self.assertIn("Amount: 300.00", self.last("solution_proposed").summary)
        self.assertStoredEqualsReplayed(self.ticket)

    def test_a_solution_without_an_amount_says_none(self):
        self.proposed(remedy="apology", amount=0)
        self.assertNotIn("amount", self.last("solution_proposed").data)

    def test_a_word_in_the_complaint_is_heard_at_receipt(self):
        ticket = self.complaint(description="<p>我已经联系<b>律师</b>了</p>")
        self.assertEqual(self.last("received", ticket).data["keyword"], ["律师"])
        self.assertEqual(self.acted(ticket), ["threat"])
        self.assertStoredEqualsReplayed(ticket)

    def test_a_word_in_the_subject_counts_and_one_inside_another_does_not(self):
        self.assertIn("keyword", self.last("received", self.complaint(name="From my LAWYERS")).data)
        self.assertNotIn("keyword", self.last("received", self.complaint(name="Sawyer, outlawyery")).data)

    def test_a_word_in_a_mail_or_portal_message_is_heard(self):
        self.customer_writes("Then ask my lawyer.")
        self.assertEqual(self.last("customer_message").data, {"keyword": ["lawyer"]})
        self.assertIn("Words found: lawyer", self.last("customer_message").summary)
        self.assertEqual(self.acted(), ["threat"])
        self.assertStoredEqualsReplayed(self.ticket)

    def test_the_register_keeps_the_word_and_nothing_of_the_text(self):
        self.customer_writes("My number is 4711.")
        self.assertFalse(self.last("customer_message").data)
        self.assertEqual(self.acted(), [])

    def test_what_a_caller_says_is_heard(self):
        self.ticket.with_context(complaint_told="They called: the lawyer is informed").action_about_this()
        self.assertEqual(self.acted(), ["threat"])

    def test_a_word_in_the_note_of_a_fact_entered_by_hand_is_heard(self):
        wizard = self.env["complaint.fact.wizard"].create(
            {
                "ticket_ids": self.ticket.ids,
                "kind": "customer_message",
                "note": "The customer called and named a lawyer.",
            }
        )
        wizard.action_record()
        self.assertEqual(self.last("customer_message").data, {"keyword": ["lawyer"]})
        self.assertEqual(self.acted(), ["threat"])

    def test_our_own_answer_is_no_threat(self):
        self.ticket.with_user(self.agent).message_post(
            body="Our lawyer will write.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.acted(), [])
