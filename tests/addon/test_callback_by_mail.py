"""A complex case that was settled by e-mail is called about (D3)."""

from freezegun import freeze_time
from odoo.tests import tagged

from .callback_pack import CALLBACKS, MONDAY, SURVEYS, CallbackCase
from .common import files
from .test_messages import MessageCase

BY_MAIL = CALLBACKS.replace(
    "  - name: visit",
    """  - name: by-mail
    title: {en: Callback after an answer by e-mail}
    match: {complexity: complex}
    for: case
    after: communicated
    when: {told_by: [mail]}
    instead_of: after-result
    within: 3d
    by: intake
    method: phone
    survey: satisfaction
    attempts: {max: 2, every: 1bd}
  - name: visit""",
)
RESULT = """
kind: messages
messages:
  - name: result
    on: communicated
    by: [mail, portal]
    state: [number]
    wording: {en: "Our answer to {number} is ready."}
"""


@tagged("post_install", "-at_install")
class TestSettledByMail(CallbackCase, MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(callbacks=BY_MAIL, surveys=SURVEYS, messages=RESULT))

    def told_and_sent(self, **values):
        case = self.told(category="damage", **values)
        self.send()
        self.deliver()
        return case

    def told(self, category="delay", **values):
        values.setdefault("partner_id", self.customer.id)
        case = self.complaint(category=category, **values)
        self.move(case, "communicated")
        return case

    def plans(self, case):
        return {callback.plan: callback.state for callback in case.callback_ids}

    @freeze_time(MONDAY)
    def test_d3_who_only_read_the_answer_to_a_complex_case_is_called_by_its_own_plan(self):
        case = self.told_and_sent()
        self.assertEqual(self.plans(case), {"after-result": "cancelled", "by-mail": "open"})
        overtaken = case.callback_ids.filtered(lambda one: one.plan == "after-result")
        self.assertEqual(overtaken.left_out_reason, "instead")

    @freeze_time(MONDAY)
    def test_d3_until_the_mail_has_left_the_usual_call_stands(self):
        case = self.told(category="damage")
        self.assertEqual(self.plans(case), {"after-result": "open"})

    @freeze_time(MONDAY)
    def test_d3_a_standard_case_is_called_as_usual(self):
        case = self.told(category="delay")
        self.send()
        self.deliver()
        self.assertEqual(self.plans(case), {"after-result": "open"})

    @freeze_time(MONDAY)
    def test_d3_a_call_that_has_begun_goes_on(self):
        case = self.told(category="damage")
        case.callback_ids._attempt("no_answer")
        self.send()
        self.deliver()
        self.assertEqual(self.plans(case), {"after-result": "open"})

    @freeze_time(MONDAY)
    def test_d3_the_fact_may_say_itself_how_the_customer_was_told(self):
        case = self.complaint(category="damage", partner_id=self.customer.id)
        case._record_fact("communicated", data={"way": "mail"})
        self.assertEqual(self.plans(case), {"by-mail": "open"})
