"""Settled on the spot: remedy, result and satisfaction in one action (A4)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import SMALL_PACK, ComplaintCase, files

STAGES = SMALL_PACK["small/stages.yaml"].replace(
    "next: [acknowledged, investigating, closed, set_aside]",
    "next: [acknowledged, investigating, closed, settled, set_aside]",
)
STAGES += (
    "  - {name: settled, event: closed, closes: true, first_contact: true, match: {complexity: standard}}\n"
)
REMEDIES = """
kind: remedies
remedies:
  - {name: apology, title: {en: Apology, zh_CN: 道歉}}
  - {name: refund, title: {en: Refund, zh_CN: 退款}, amount: true}
"""


@tagged("post_install", "-at_install")
class TestSettle(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apply(files(stages=STAGES, remedies=REMEDIES))
        cls.case = cls.complaint(category="billing", partner_id=cls.customer.id, team_id=cls.intake.id)

    def wizard(self, case=None, remedy="apology", **values):
        case = case or self.case
        form = Form(
            self.env["complaint.settle"].with_user(self.agent).with_context(default_ticket_id=case.id)
        )
        form.remedy_id = self.env["complaint.term"].browse(self.ref_id("remedy", remedy))
        form.result = "We said sorry"
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_a4_one_action_records_everything_and_closes_at_first_contact(self):
        self.wizard(satisfaction="5").action_settle()
        self.assertEqual(self.case.stage_id.policy_code, "settled")
        self.assertTrue(self.case.closed)
        self.assertEqual(self.case.settled_remedy_id.policy_code, "apology")
        self.assertEqual(self.case.settled_result, "We said sorry")
        self.assertEqual(self.case.result_in_brief, "Apology")
        self.assertEqual(self.case.rating_ids.mapped("rating"), [5.0])
        self.assertEqual(self.facts(self.case), ["received", "closed", "rated"])
        self.assertEqual(self.case.event_ids[-1].data, {"score": 5})
        self.assertStoredEqualsReplayed(self.case)

    def test_a_remedy_with_an_amount_has_it_in_a_currency(self):
        self.wizard(remedy="refund", amount=12.5).action_settle()
        self.assertEqual(self.case.settled_amount, 12.5)
        self.assertEqual(self.case.settled_currency_id, self.env.ref("base.EUR"))  # the policy's

    def test_no_amount_without_a_currency_and_no_refund_of_nothing(self):
        refund = self.env["complaint.term"].browse(self.ref_id("remedy", "refund"))
        with self.assertRaisesRegex(UserError, "currency"):
            self.case._settle(refund, "x", 5.0)
        with self.assertRaisesRegex(UserError, "How much"):
            self.case._settle(refund, "x", 0.0, self.env.ref("base.EUR"))
        self.assertFalse(self.case.closed)

    def test_nobody_asked_is_no_rating(self):
        self.wizard().action_settle()
        self.assertFalse(self.case.rating_ids)
        self.assertNotIn("rated", self.facts(self.case))

    def test_a4_what_is_not_simple_is_refused_with_a_sentence(self):
        damage = self.complaint(category="damage", team_id=self.intake.id)  # preset: complex
        with self.assertRaisesRegex(UserError, "not settled on the spot"):
            self.wizard(damage).action_settle()
        self.assertEqual(self.facts(damage), ["received"])

    def test_a_closed_case_is_not_settled_again(self):
        wizard = self.wizard()
        self.move(self.case, "closed")
        with self.assertRaisesRegex(UserError, "closed already"):
            wizard.action_settle()

    def test_without_such_a_stage_there_is_no_button(self):
        self.assertTrue(self.case.settleable)
        self.apply(files(remedies=REMEDIES))
        self.assertFalse(self.complaint().settleable)

    def test_only_who_may_write_the_case_settles_it(self):
        employee = new_test_user(self.env, "employee@small.example", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["complaint.settle"].with_user(employee).create({"ticket_id": self.case.id})
        other = self.new_user("other", "helpdesk_mgmt.group_helpdesk_user_own")
        remedy = self.env["complaint.term"].browse(self.ref_id("remedy", "apology"))
        with self.assertRaises(AccessError):
            self.case.with_user(other)._settle(remedy, "x")


@tagged("post_install", "-at_install")
class TestSetAside(ComplaintCase):
    def wizard(self, cases, reason, user=None):
        wizards = self.env["complaint.set.aside"].with_user(user or self.agent)
        return wizards.create({"ticket_ids": [(6, 0, cases.ids)], "reason": reason})

    def test_a7_an_invalid_one_is_set_aside_with_a_reason_and_stays_in_the_register(self):
        case = self.complaint(team_id=self.intake.id)
        self.wizard(case, "Advertising").action_set_aside()
        self.assertEqual(case.stage_id.policy_code, "set_aside")
        self.assertEqual(case.set_aside_reason, "Advertising")
        self.assertEqual(self.facts(case), ["received", "withdrawn"])
        self.assertIn(case, self.env["helpdesk.ticket"].search([("number", "=", case.number)]))

    def test_a_reason_of_blanks_is_none(self):
        with self.assertRaisesRegex(UserError, "Why"):
            self.wizard(self.complaint(team_id=self.intake.id), " ").action_set_aside()

    def test_a_colleague_of_another_team_sets_nothing_aside(self):
        case = self.complaint(category="damage")
        with self.assertRaises(AccessError):
            self.wizard(case.sudo(), "x").action_set_aside()
