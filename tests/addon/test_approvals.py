"""Approvals by rank: who is asked, who decides, and who cannot forge a decision (B4)."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from .common import files
from .solution_pack import APPROVALS, TOPICS, SolutionCase


@tagged("post_install", "-at_install")
class TestApprovals(SolutionCase):
    def waiting(self, amount=5000, **values):
        solution = self.solution(amount=amount, **values)
        solution.action_submit()
        return solution

    def decide(self, solution, user, accept=True, comment="ok"):
        wizard = self.env["complaint.solution.decision"].with_user(user)
        wizard = wizard.create({"solution_id": solution.id, "comment": comment})
        return wizard.action_approve() if accept else wizard.action_reject()

    def test_b4_the_form_says_who_has_to_agree_and_why(self):
        notice = self.solution(amount=5000).approval_notice
        self.assertIn("The solution needs an approval by Mei Chen or Sec Ond (Deciders: ", notice)
        self.assertIn("amount from", notice)
        self.assertIn("5,000", notice)
        self.assertIn("Ask for it now?", notice)

    def test_b4_the_amount_decides_who_is_asked_and_the_bound_is_included(self):
        below = self.solution(amount=4999.99)
        self.assertFalse(below.needs_approval)
        below.amount = 5000
        self.assertTrue(below.needs_approval)

    def test_b4_one_of_the_role_is_enough_and_the_register_has_the_decision(self):
        solution = self.waiting()
        self.assertEqual(solution.state, "submitted")
        self.decide(solution, self.second)
        self.assertEqual(solution.state, "approved")
        self.assertEqual(self.facts(self.ticket)[-2:], ["decided", "solution_approved"])
        decided = self.ticket.event_ids.filtered(lambda event: event.kind == "decided")
        self.assertEqual(decided.user_id, self.second)
        self.assertEqual(decided.data, {"role": "deciders", "step": 1, "decision": "approved"})
        self.assertIn("Deciders: approved by Sec Ond", solution.approval_log)

    def test_b4_the_form_decides_though_it_does_not_send_what_is_read_only(self):
        solution = self.waiting()
        action = solution.with_user(self.decider).action_decide()
        wizards = self.env["complaint.solution.decision"].with_user(self.decider)
        wizards.with_context(**action["context"]).create({"comment": "Fair."}).action_approve()
        self.assertEqual(solution.state, "approved")

    def test_b4_a_step_that_takes_too_long_is_asked_again_and_goes_up(self):
        hurried = APPROVALS.replace(
            "when: {amount: {min: 5000}}}", "when: {amount: {min: 5000}}, within: 24h}"
        )
        self.apply(files(**{**TOPICS, "approvals": hurried}))
        ticket = self.complaint(category="delay", user_id=self.agent.id)
        self.move(ticket, "investigating")
        with freeze_time("2026-03-02 09:00:00"):
            solution = self.solution(amount=5000, ticket=ticket)
            solution.action_submit()
        self.assertEqual(str(solution.decide_by), "2026-03-03 09:00:00")
        asked = self.asked(solution)
        with freeze_time("2026-03-03 09:00:00"):
            solution._cron_reviewers()
        self.assertEqual((self.asked(solution), ticket.escalation_level), (asked, False))
        with freeze_time("2026-03-03 09:00:01"):
            solution._cron_reviewers()
            solution._cron_reviewers()
        self.assertEqual(self.asked(solution), asked + 2, "both deciders, once more")
        self.assertEqual(ticket.escalation_level, "supervisor")
        self.assertIn("Approval overdue", ticket.notice_ids.mapped("reason"))
        self.assertEqual(self.facts(ticket).count("escalated"), 1)

    def asked(self, solution):
        wanted = [("subject", "=", f"Your approval: {solution.display_name}")]
        return self.env["mail.mail"].sudo().search_count(wanted)

    def test_b4_a_step_without_a_time_waits_as_long_as_it_takes(self):
        self.assertFalse(self.waiting().decide_by)

    def test_b4_a_decision_in_time_ends_the_time(self):
        solution = self.waiting()
        solution.sudo().decide_by = "2026-03-03 09:00:00"
        self.decide(solution, self.decider)
        self.assertFalse(solution.decide_by)

    def propose_by_hand(self):
        self.move(self.ticket.with_user(self.agent), "proposed")

    def test_b4_nobody_moves_a_case_past_its_approval_by_hand(self):
        solution = self.solution(amount=5000)
        with self.assertRaisesRegex(
            RedirectWarning, "needs an approval by Mei Chen or Sec Ond .*5,000.* Ask for it now?"
        ):
            self.propose_by_hand()
        solution.action_submit()
        with self.assertRaisesRegex(RedirectWarning, "waits for the approval by Mei Chen"):
            self.propose_by_hand()
        self.decide(solution, self.decider)
        self.propose_by_hand()
        self.assertEqual(self.ticket.stage_id.policy_code, "proposed")

    def test_b4_a_case_that_needs_an_approval_is_not_proposed_without_a_solution(self):
        self.ticket.complexity_id = self.ref_id("complexity", "complex")
        with self.assertRaisesRegex(RedirectWarning, "needs a solution with the approval by Ana Lyst"):
            self.propose_by_hand()

    def test_b4_what_needs_no_approval_may_be_moved_by_hand(self):
        self.solution(amount=4999)
        self.propose_by_hand()
        self.assertEqual(self.ticket.stage_id.policy_code, "proposed")

    def test_b4_two_approvals_follow_each_other(self):
        self.ticket.complexity_id = self.ref_id("complexity", "complex")
        solution = self.waiting()
        self.assertIn(
            " and then by ",
            self.env["complaint.solution"]
            .new({"ticket_id": self.ticket.id, "remedy_id": solution.remedy_id.id, "amount": 5000})
            ._notice()[0],
        )
        with self.assertRaises(AccessError):
            self.decide(solution, self.decider)
        self.decide(solution, self.analyst)
        self.assertEqual(solution.state, "submitted")
        self.assertNotIn("solution_approved", self.facts(self.ticket))
        self.decide(solution, self.decider)
        self.assertEqual(solution.state, "approved")
        self.assertEqual(self.facts(self.ticket)[-3:], ["decided", "decided", "solution_approved"])

    def test_b4_a_refusal_needs_a_reason_and_ends_this_solution(self):
        solution = self.waiting()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.decide(solution, self.decider, accept=False, comment=" ")
        self.decide(solution, self.decider, accept=False, comment="Too much.")
        self.assertEqual(solution.state, "rejected")
        self.assertIn("not approved by Mei Chen", solution.approval_log)
        self.assertIn("Too much.", solution.approval_log)
        with self.assertRaises(UserError):
            self.decide(solution, self.decider)
        self.assertTrue(self.solution(amount=10))

    def test_b4_to_approve_lists_what_waits_for_me_and_nothing_else(self):
        solution = self.waiting()
        mine = [("awaits_me", "=", True)]
        review = solution.sudo().review_ids
        self.assertEqual((review.status, review.reviewer_ids), ("pending", self.decider + self.second))
        solutions = self.env["complaint.solution"]
        self.assertEqual(solutions.with_user(self.decider).search(mine), solution)
        self.assertFalse(solutions.with_user(self.agent).search(mine))
        self.assertFalse(solutions.with_user(self.analyst).search(mine))
        self.decide(solution, self.decider)
        self.assertFalse(solutions.with_user(self.second).search(mine))

    def test_b4_nobody_approves_the_own_solution(self):
        ticket = self.complaint(category="delay", user_id=self.agent.id)
        solution = self.solution(ticket=ticket, user=self.decider, amount=5000)
        solution.action_submit()
        with self.assertRaisesRegex(AccessError, "Only Sec Ond may decide"):
            self.decide(solution, self.decider)
        self.decide(solution, self.second)

    def test_b4_whoever_has_the_case_does_not_approve_even_if_it_was_given_to_them_later(self):
        solution = self.waiting()
        self.ticket.user_id = self.decider
        with self.assertRaises(AccessError):
            self.decide(solution, self.decider)

    def test_b4_the_person_complained_about_does_not_approve_even_if_named_later(self):
        solution = self.waiting()
        employee = self.env["hr.employee"].create(
            {"name": "Mei Chen", "user_id": self.decider.id, "company_id": self.company.id}
        )
        self.ticket.complaint_against_ids = [(6, 0, employee.ids)]
        with self.assertRaises(AccessError):
            self.decide(solution, self.decider)
        self.decide(solution, self.second)

    def test_b4_where_nobody_can_decide_the_sentence_says_so(self):
        (self.decider + self.second).active = False
        with self.assertRaisesRegex(UserError, "nobody of them can decide"):
            self.waiting()
        self.assertEqual(self.ticket.solution_ids.state, "draft")

    def test_b4_a_substitute_is_asked_while_somebody_is_absent(self):
        substitute = self.new_user("substitute", "complaint_management.group_decision", name="Sub Stitute")
        self.decider.complaint_substitute_id = substitute
        absent = type(self.decider)._absent_ids
        self.patch(type(self.decider), "_absent_ids", lambda users: absent(users) | {self.decider.id})
        solution = self.waiting()
        with self.assertRaises(AccessError):
            self.decide(solution, self.decider)
        self.decide(solution, substitute)
        self.assertEqual(solution.state, "approved")

    def test_b4_a_new_version_of_the_policy_makes_new_approvals_and_leaves_old_ones_alone(self):
        definitions = self.env["tier.definition"]
        before = definitions.search([])
        self.waiting()
        first = definitions.search([]) - before
        ticket = self.complaint(category="delay", user_id=self.agent.id)
        self.waiting(ticket=ticket)
        self.assertFalse(definitions.search([]) - before - first)
        self.apply(files(**{**TOPICS, "approvals": APPROVALS.replace("min: 5000", "min: 6000")}))
        later = self.complaint(category="delay", user_id=self.agent.id)
        self.waiting(ticket=later, amount=6000)
        self.assertEqual(len(definitions.search([]) - before - first), 1)
        manager = self.new_user("erp", "base.group_erp_manager")
        with self.assertRaisesRegex(AccessError, "approvals.yaml"):
            first.with_user(manager).complaint_role = "intake"
        with self.assertRaises(AccessError):
            first.with_user(manager).write({"active": False})

    # ------------------------------------------------------------------ forging

    def test_b4_an_employee_cannot_forge_an_approval(self):
        solution = self.waiting()
        review = solution.sudo().review_ids
        attempts = {
            "write": lambda user: review.with_user(user).write({"status": "approved"}),
            "become reviewer": lambda user: review.with_user(user).write({"reviewer_ids": [(4, user.id)]}),
            "unlink": lambda user: review.with_user(user).unlink(),
            "create": lambda user: (
                self.env["tier.review"]
                .with_user(user)
                .create({"model": solution._name, "res_id": solution.id, "status": "approved"})
            ),
            "through the user": lambda user: user.with_user(user).write({"review_ids": [(4, review.id)]}),
            "through the solution": lambda user: solution.with_user(user).write(
                {"review_ids": [(1, review.id, {"status": "approved"})]}
            ),
            "state": lambda user: solution.with_user(user).write({"state": "approved"}),
            "button": lambda user: solution.with_user(user).validate_tier(),
            "wizard": lambda user: self.decide(solution, user),
            "comment wizard": lambda user: (
                self.env["comment.wizard"]
                .with_user(user)
                .create(
                    {
                        "validate_reject": "validate",
                        "res_model": solution._name,
                        "res_id": solution.id,
                        "review_ids": [(6, 0, review.ids)],
                        "comment": "x",
                    }
                )
                .add_comment()
            ),
            "definition": lambda user: review.definition_id.with_user(user).write(
                {"complaint_role": "intake"}
            ),
        }
        for user in (self.employee, self.agent, self.leader, self.analyst):
            for name, attempt in attempts.items():
                with self.subTest(user=user.login, how=name), self.assertRaises(UserError):
                    attempt(user)
        self.env.invalidate_all()
        self.assertEqual((solution.state, review.status), ("submitted", "pending"))
        self.assertNotIn("decided", self.facts(self.ticket))

    def test_b4_the_buttons_of_oca_cannot_take_a_decision_back(self):
        solution = self.waiting()
        for user in (self.agent, self.decider):
            for method in ("restart_validation", "request_validation"):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(UserError),
                ):
                    getattr(solution.with_user(user), method)()

    def test_b4_the_comment_wizard_of_oca_works_for_the_approver(self):
        solution = self.waiting()
        wizard = self.env["comment.wizard"].with_user(self.decider)
        wizard.create(
            {
                "validate_reject": "reject",
                "res_model": solution._name,
                "res_id": solution.id,
                "review_ids": [(6, 0, solution.sudo().review_ids.ids)],
                "comment": "Too much",
            }
        ).add_comment()
        self.assertEqual(solution.state, "rejected")

    def test_customers_and_visitors_read_neither_limits_nor_decisions(self):
        solution = self.waiting()
        review = solution.sudo().review_ids
        portal = self.new_user("portal", "base.group_portal")
        public = self.env.ref("base.public_user")
        for user in (portal, public):
            for record in (review, review.definition_id, solution):
                with self.subTest(user=user.login, model=record._name), self.assertRaises(AccessError):
                    record.with_user(user).read(["id", "create_date"])

    def test_a_colleague_who_was_not_asked_reads_no_decision(self):
        solution = self.waiting()
        with self.assertRaises(AccessError):
            solution.sudo().review_ids.with_user(self.employee).read(["comment"])

    def test_the_counter_of_oca_works_for_everybody(self):
        self.ticket.complexity_id = self.ref_id("complexity", "complex")
        self.waiting()
        for user, count in ((self.analyst, 1), (self.decider, 0), (self.employee, 0)):
            with self.subTest(user.login):
                counted = self.env["res.users"].with_user(user).review_user_count()
                self.assertEqual(sum(one["pending_count"] for one in counted), count)

    def test_the_screens_of_everybody_who_may_read_the_case_open(self):
        solution = self.waiting()
        for user in (self.agent, self.leader, self.decider, self.analyst):
            with self.subTest(user.login):
                values = solution.with_user(user).web_read(
                    {"approval_notice": {}, "approval_log": {}, "awaits_me": {}, "state": {}, "step_ids": {}}
                )
                self.assertEqual(values[0]["awaits_me"], user == self.decider)

    def test_reviewers_follow_a_change_of_people(self):
        analyst = self.new_user("analyst2", "complaint_management.group_analysis", name="New Lyst")
        self.ticket.complexity_id = self.ref_id("complexity", "complex")
        solution = self.waiting(amount=10)
        self.analyst.complaint_substitute_id = analyst
        absent = type(self.analyst)._absent_ids
        self.patch(type(self.analyst), "_absent_ids", lambda users: absent(users) | {self.analyst.id})
        self.env["complaint.solution"]._cron_reviewers()
        self.assertEqual(solution.sudo().review_ids.reviewer_ids, analyst)
        self.assertEqual(
            self.env["complaint.solution"].with_user(analyst).search([("awaits_me", "=", True)]), solution
        )
