"""One case lives its whole life through the real interface: agent, analyst, decision makers and the customer
in turn. At every moment the case says who must do what by when (B1 to B6, B9, B13)."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.tests import new_test_user, tagged

from ...complaint_management.models.callback import DUE
from .test_tours import TourCase

LATER = timedelta(days=400)  # later than the general policy's year until the archive


@tagged("post_install", "-at_install")
class TestHandlingHeadline(TourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent.name = "Ina Take"
        cls.analyst = cls.person("analyst", "analysis", "Ana Lyst")
        cls.expert = cls.person("expert", "analysis", "Ex Pert")
        cls.decider = cls.person("decider", "decision", "Mei Chen")
        team = cls.release._intake_team()
        team.write({"user_id": cls.agent.id, "user_ids": [(4, cls.analyst.id)]})
        boilers = {"name": "Headline boilers", "company_id": cls.company.id}
        cls.env["hr.department"].create(boilers)
        product = cls.env["hr.department"].create({"name": "Product", "company_id": cls.company.id})
        cls.env["hr.employee"].create(
            {
                "name": "Ex Pert",
                "user_id": cls.expert.id,
                "company_id": cls.company.id,
                "department_id": product.id,
            }
        )
        company = {"company_id": cls.company.id, "company_ids": cls.company.ids}
        cls.customer = new_test_user(
            cls.env, "tour_customer", groups="base.group_portal", name="Headline Customer", **company
        )

    @classmethod
    def person(cls, login, group, name):
        user = cls.new_user(f"tour_{login}", f"complaint_management.group_{group}")
        user.write({"name": name, "tz": "Europe/Berlin"})
        return user

    def staff(self, tour, user):
        self.start_tour(f"/odoo/complaints/{self.case.id}", tour, login=user.login)
        self.env.invalidate_all()

    def customer_does(self, tour):
        self.start_tour(f"/my/ticket/{self.case.id}", tour, login=self.customer.login)
        self.env.invalidate_all()

    def assertNext(self, what, who):
        """The line on top says what, who and by when; the one who is named reads "you"."""
        case = self.case
        case.invalidate_recordset()
        self.assertEqual(case.accountable_id, who)
        line = case.with_user(who).next_step
        self.assertRegex(line, rf"^({what}) · you · by \S+ \d\d:\d\d$")
        other = self.expert
        self.assertRegex(case.with_user(other).next_step, rf"^({what}) · {who.name} · by \S+ \d\d:\d\d$")

    def assertAwaited(self, what, who):
        """The line on top says whose decision the case waits for; to them it reads "you"."""
        self.case.invalidate_recordset()
        self.assertEqual(self.case.accountable_id, self.analyst)
        line = self.case.with_user(self.analyst).next_step
        self.assertRegex(line, rf"^{what} · {who.name} · by \S+ \d\d:\d\d$")
        if who._name == "res.users":
            self.assertRegex(self.case.with_user(who).next_step, rf"^{what} · you · by ")

    def assertStage(self, code):
        self.assertEqual(self.case.stage_id.policy_code, code)

    def solution(self, state):
        solution = self.case._current_solution()
        self.assertEqual(solution.state, state)
        return solution

    def taken_in(self):
        self.start_tour("/odoo", "headline_taken_in_tour", login=self.agent.login)
        self.case = self.env["helpdesk.ticket"].search([("name", "=", "Boiler burst")])
        self.assertEqual(self.case.partner_id, self.customer.partner_id)
        self.assertStage("assigned")
        self.assertNext("First feedback|Acceptance by the team", self.agent)

    def refused_by_the_customer(self):
        self.staff("headline_investigated_tour", self.analyst)
        self.assertStage("proposed")
        self.assertAwaited("The customer's answer", self.customer.partner_id)
        self.customer_does("headline_refused_tour")
        self.assertEqual(self.case.solution_ids.state, "refused")
        self.assertEqual(self.case.solution_ids.answer_words, "The cellar is under water")
        self.assertStage("investigating")
        self.assertNext("First feedback|On to “Solution proposed”", self.analyst)

    def agreed_after_two_approvals(self):
        self.staff("headline_compensated_tour", self.analyst)
        solution = self.solution("submitted")
        self.assertAwaited("Approval of the solution", self.expert)
        self.start_tour("/odoo", "headline_approved_tour", login=self.expert.login)
        self.env.invalidate_all()
        self.solution("submitted")
        self.assertAwaited("Approval of the solution", self.decider)
        self.start_tour("/odoo", "headline_approved_tour", login=self.decider.login)
        self.env.invalidate_all()
        self.solution("approved")
        decided = self.case.event_ids.filtered(lambda event: event.kind == "decided")
        self.assertEqual(set(decided.user_id), {self.expert, self.decider})
        self.assertNext(".+", self.analyst)
        self.staff("headline_proposed_tour", self.analyst)
        self.assertStage("proposed")
        self.assertAwaited("The customer's answer", self.customer.partner_id)
        self.customer_does("portal_accept_tour")
        self.assertEqual((solution.state, solution.answer_way), ("accepted", "portal"))
        self.assertStage("agreed")
        self.assertNext(".+", self.analyst)

    def carried_out_and_closed(self):
        self.staff("headline_carried_out_tour", self.analyst)
        self.assertStage("carried_out")
        self.assertNext("Result told to the customer|On to “Result communicated”", self.analyst)
        self.staff("headline_communicated_tour", self.agent)
        self.assertStage("closed")

    def reopened_and_settled(self):
        self.customer_does("headline_not_satisfied_tour")
        self.assertEqual((self.case.stage_id.policy_code, self.case.case_cycle), ("investigating", 2))
        self.assertEqual(self.case.user_id, self.analyst)
        self.assertNext(".+", self.analyst)
        case = self.case.with_user(self.analyst)
        action = case.action_new_solution()
        solution = (
            self.env["complaint.solution"]
            .with_user(self.analyst)
            .create(
                {
                    "ticket_id": action["context"]["default_ticket_id"],
                    "remedy_id": self.release._refs()["remedy", "repair"],
                    "description": "The other half comes with a new boiler.",
                }
            )
        )
        solution.action_submit()
        self.env["complaint.solution.decision"].with_user(self.expert).create(
            {"solution_id": solution.id}
        ).action_approve()
        solution.action_propose()
        self.assertAwaited("The customer's answer", self.customer.partner_id)
        self.env.flush_all()
        self.customer_does("portal_accept_tour")
        self.assertEqual((solution.state, solution.cycle), ("accepted", 2))
        solution.action_carried_out()
        solution.action_reported()
        self.assertNext("Result told to the customer|On to “Result communicated”", self.analyst)
        solution.action_communicated()
        self.assertNext("On to “Closed”", self.analyst)
        self.case.with_user(self.agent).stage_id = self.release._refs()["stage", "closed"]

    def called_back(self):
        """The policy keeps the case from the archive until somebody has asked how it went."""
        callback = self.case.sudo().callback_ids.filtered(lambda one: one.state in DUE)
        self.assertTrue(callback)
        for one in callback:
            one._answer({"product": 5, "attitude": 5, "speed": 5})
        self.assertEqual(set(callback.mapped("result")), {"satisfied"})

    def archived(self):
        with freeze_time(fields.Datetime.now() + LATER):
            self.env["helpdesk.ticket"]._archive_due()
        self.case.invalidate_recordset()
        self.assertStage("archived")

    def test_one_case_lives_its_whole_life(self):
        self.taken_in()
        self.refused_by_the_customer()
        self.agreed_after_two_approvals()
        self.carried_out_and_closed()
        self.reopened_and_settled()
        self.called_back()
        self.archived()
        told = self.case.event_ids.sorted(lambda event: (event.occurred_at, event.id)).mapped("kind")
        life = [
            "received",
            "acknowledged",
            "handed_over",
            "accepted_by_team",
            "report_ready",
            "solution_proposed",
            "refused",
            "decided",
            "decided",
            "solution_approved",
            "solution_proposed",
            "agreed",
            "carried_out",
            "result_reported",
            "communicated",
            "closed",
            "rated",
            "reopened",
            "solution_proposed",
            "agreed",
            "communicated",
            "closed",
            "rated",
            "called_back",
            "archived",
        ]
        rest = iter(told)
        for kind in life:
            self.assertIn(kind, rest, f"{kind} in its turn among {told}")
