"""Three callbacks on the call screen, by keyboard: happy; nobody there at first; unhappy."""

from odoo import fields
from odoo.tests import tagged

from ...complaint_management.models.first_release import POLICIES
from .test_tours import TourCase


@tagged("post_install", "-at_install")
class TestCallbackTours(TourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A database that was made before the general pack had these plans still follows its old release.
        paths = (POLICIES / "general").glob("*.yaml")
        texts = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in paths}
        cls.release = cls.release._apply(texts, "general", cls.company, message="for a test")
        cls.release._intake_team().user_ids = [(6, 0, cls.agent.ids)]
        cls.env["complaint.callback"].search([("state", "in", ("planned", "open"))])._cancel("by_hand")

    def setUp(self):
        super().setUp()
        customer = self.env["res.partner"].create({"name": "Wang Fang", "phone": "+86 138 0013 8000"})
        self.case = self.complaint()
        self.case.partner_id = customer
        self.case.write({"stage_id": self.release._refs()["stage", "communicated"]})
        self.callback = self.case.callback_ids
        # whatever the hour of the test: it is on today's list
        now = fields.Datetime.now()
        self.callback.write({"opens_at": now, "next_attempt_at": now})
        self.callback._open_due(now)

    def tour(self, name):
        self.assertEqual(self.callback.user_id, self.agent)
        self.start_tour("/odoo", name, login="tour_agent")

    def test_d2_a_happy_customer_is_called_with_the_keyboard_alone(self):
        self.tour("callback_happy_tour")
        self.assertEqual((self.callback.state, self.callback.result), ("done", "satisfied"))
        self.assertIn("Very quick, thank you", self.callback.answers)
        self.assertEqual(self.case.event_ids.mapped("kind")[-2:], ["rated", "called_back"])

    def test_d1_nobody_answers_and_later_the_customer_is_reached(self):
        self.tour("callback_no_answer_tour")
        self.assertEqual(self.callback.attempt_ids.sorted("id").mapped("outcome"), ["no_answer", "reached"])
        self.assertEqual(self.callback.result, "satisfied")

    def test_d3_an_unhappy_customer_reopens_the_case_with_the_answers(self):
        self.case.write({"stage_id": self.release._refs()["stage", "closed"]})
        self.tour("callback_unhappy_tour")
        self.assertEqual(self.callback.result, "dissatisfied")
        self.assertEqual((self.case.stage_id.policy_code, self.case.case_cycle), ("investigating", 2))
        self.assertEqual(self.callback.finding_ids.words, "The new cup is broken as well")
