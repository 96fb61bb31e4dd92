"""Solutions: proposed, answered with evidence, carried out, reported and communicated (B5, B6)."""

import base64
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .common import files
from .solution_pack import REMEDIES, TOPICS, SolutionCase


@tagged("post_install", "-at_install")
class TestSolution(SolutionCase):
    def answer(self, solution, answer, **values):
        wizard = self.env["complaint.solution.answer"].with_user(self.agent)
        wizard.create({"solution_id": solution.id, "answer": answer, **values}).action_record()

    def test_b5_a_solution_without_an_approval_goes_straight_to_the_customer(self):
        solution = self.solution()
        self.assertFalse(solution.needs_approval)
        self.assertIn("No approval is needed", solution.approval_notice)
        solution.action_submit()
        self.assertEqual(solution.state, "approved")
        solution.action_propose()
        self.assertEqual((solution.state, self.stage()), ("proposed", "proposed"))
        self.assertEqual(self.facts(self.ticket)[-2:], ["solution_approved", "solution_proposed"])

    def test_b5_the_amount_is_in_the_currency_of_the_policy(self):
        self.assertEqual(self.solution().currency_id.name, "EUR")

    def test_b5_a_remedy_that_costs_money_needs_an_amount_and_words_for_the_customer(self):
        with self.assertRaisesRegex(UserError, "needs an amount"):
            self.solution(amount=0).action_submit()
        self.ticket.solution_ids.action_withdraw()
        with self.assertRaisesRegex(UserError, "what the customer reads"):
            self.solution(description=" ").action_submit()

    def test_b5_a_remedy_of_another_kind_is_refused(self):
        with self.assertRaises(ValidationError):
            self.solution().remedy_id = self.ref_id("cause", "process")

    def test_b5_an_acceptance_needs_evidence_and_is_recorded_with_its_way(self):
        solution = self.proposed()
        with self.assertRaisesRegex(UserError, "needs evidence"):
            self.answer(solution, "accepted", way="call")
        self.answer(solution, "accepted", way="call", words="Fine, thank you.")
        self.assertEqual(
            (solution.state, solution.answer_way, solution.answer_words, solution.answer_uid),
            ("accepted", "call", "Fine, thank you.", self.agent),
        )
        self.assertEqual(self.stage(), "agreed")
        fact = self.ticket.event_ids.filtered(lambda event: event.kind == "agreed")
        self.assertEqual(len(fact), 1)
        self.assertEqual(fact.data, {"way": "call"})

    def test_b5_the_form_records_the_answer_though_it_does_not_send_what_is_read_only(self):
        solution = self.proposed()
        wizards = self.env["complaint.solution.answer"].with_user(self.agent)
        wizard = wizards.with_context(default_solution_id=solution.id)
        wizard.create({"answer": "accepted", "words": "Fine."}).action_record()
        self.assertEqual(solution.state, "accepted")

    def test_b5_a_signed_paper_is_evidence_too(self):
        solution = self.proposed()
        self.answer(
            solution, "accepted", way="paper", file=base64.b64encode(b"signed"), file_name="paper.pdf"
        )
        self.assertEqual(solution.answer_file_name, "paper.pdf")

    def test_b5_a_refusal_takes_the_case_back_to_work_and_a_second_solution_may_follow(self):
        first = self.proposed()
        self.answer(first, "refused", way="mail", words="Not enough.")
        self.assertEqual((first.state, self.stage()), ("refused", "investigating"))
        self.assertIn("refused", self.facts(self.ticket))
        action = first.action_another()
        second = Form(self.env["complaint.solution"].with_user(self.agent).with_context(**action["context"]))
        second.amount = 200
        second = second.save()
        second.action_submit()
        second.action_propose()
        self.answer(second, "accepted", words="Good.")
        self.assertEqual(self.ticket._current_solution(), second)
        self.assertEqual((self.ticket.remedy_amount, self.ticket.remedy_cost), (200, 200))
        self.assertEqual(self.facts(self.ticket).count("solution_proposed"), 2)
        self.assertStoredEqualsReplayed(self.ticket)

    def test_one_solution_at_a_time(self):
        self.solution()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.solution()

    def test_b5_the_customer_answers_in_the_portal_only_while_the_proposal_is_open(self):
        solution = self.proposed()
        solution.sudo()._customer_answers(True, "Yes please", "portal")
        self.assertEqual((solution.state, solution.answer_way), ("accepted", "portal"))
        with self.assertRaisesRegex(UserError, "not open for an answer"):
            solution.sudo()._customer_answers(False, "No", "portal")

    def test_an_answer_comes_neither_before_the_proposal_nor_in_the_future(self):
        solution = self.proposed()
        for days in (-2, 2):
            with self.assertRaises(UserError):
                self.answer(
                    solution,
                    "accepted",
                    words="Yes",
                    answered_at=fields.Datetime.now() + timedelta(days=days),
                )

    def test_b5_silence_means_what_the_policy_says(self):
        with freeze_time("2026-03-02 10:00:00"):
            deemed = self.proposed(remedy="apology", amount=0)
            self.assertEqual(str(deemed.answer_by), "2026-03-16 10:00:00")
            ticket = self.complaint(category="delay", user_id=self.agent.id)
            self.move(ticket, "investigating")
            lapsing = self.proposed(ticket=ticket)
            other = self.complaint(category="delay", user_id=self.agent.id)
            self.move(other, "investigating")
            endless = self.proposed(remedy="repair", amount=0, ticket=other)
        with freeze_time("2026-03-16 09:59:00"):
            self.env["complaint.solution"]._cron_silence()
            self.assertEqual(deemed.state, "proposed")
        with freeze_time("2026-04-20 10:00:00"):
            self.env["complaint.solution"]._cron_silence()
            self.env["complaint.solution"]._cron_silence()
        self.assertEqual((deemed.state, deemed.answer_way), ("accepted", "silence"))
        self.assertEqual((lapsing.state, self.stage(ticket)), ("expired", "investigating"))
        self.assertEqual(self.facts(ticket).count("lapsed"), 1)
        self.assertEqual((endless.state, endless.answer_by), ("proposed", False))

    def test_b6_named_people_carry_it_out_and_the_last_step_says_so(self):
        solution = self.solution(
            step_ids=[
                (0, 0, {"name": "Pay", "user_id": self.agent.id, "due_on": self.tomorrow()}),
                (0, 0, {"name": "Say sorry", "user_id": self.leader.id, "due_on": self.tomorrow()}),
            ]
        )
        solution.action_submit()
        solution.action_propose()
        with self.assertRaisesRegex(UserError, "once the customer has accepted"):
            solution.step_ids[0].action_done()
        self.answer(solution, "accepted", words="Yes")
        todo = self.ticket.activity_ids.filtered(lambda activity: activity.summary in ("Pay", "Say sorry"))
        self.assertEqual(todo.user_id, self.agent + self.leader)
        with self.assertRaisesRegex(UserError, "Not done yet: "):
            solution.action_carried_out()
        solution.step_ids[0].action_done()
        self.assertEqual(solution.state, "accepted")
        solution.step_ids[1].with_user(self.leader).action_done()
        self.assertEqual((solution.state, self.stage()), ("carried_out", "carried_out"))

    def test_b6_the_result_goes_to_intake_and_to_the_customer(self):
        solution = self.proposed()
        self.answer(solution, "accepted", words="Yes")
        solution.action_carried_out()
        solution.action_reported()
        solution.action_communicated()
        self.assertEqual((solution.state, self.stage()), ("communicated", "communicated"))
        self.assertEqual(
            self.facts(self.ticket)[-4:],
            ["agreed", "moved", "carried_out", "result_reported", "communicated"][-4:],
        )
        self.assertStoredEqualsReplayed(self.ticket)

    def test_a_stage_that_may_not_follow_is_not_entered_but_the_fact_is_there(self):
        ticket = self.complaint(category="delay", user_id=self.agent.id)
        self.proposed(ticket=ticket)
        self.assertEqual(self.stage(ticket), "received")
        self.assertEqual(self.facts(ticket)[-1], "solution_proposed")

    def test_b6_after_a_reopening_the_new_cycle_has_its_own_solution(self):
        first = self.proposed()
        self.answer(first, "accepted", words="Yes")
        self.move(self.ticket, "closed")
        with self.assertRaisesRegex(UserError, "Reopen it"):
            self.solution()
        self.move(self.ticket, "investigating")
        self.assertFalse(self.ticket._current_solution())
        second = self.solution(amount=50)
        self.assertEqual((first.cycle, second.cycle), (1, 2))
        self.assertEqual(self.ticket._current_solution(), second)
        self.assertEqual(self.ticket.remedy_amount, 50)
        self.assertEqual(self.ticket.remedy_cost, 100)

    def test_stages_that_require_remedy_and_evidence_get_them_from_the_solution(self):
        self.assertFalse(self.ticket._filled_elsewhere())
        solution = self.proposed()
        self.assertEqual(self.ticket._filled_elsewhere(), {"remedy"})
        self.assertTrue(self.ticket._solution_is_approved())
        self.answer(solution, "accepted", words="Yes")
        self.assertIn("agreement_evidence", self.ticket._filled_elsewhere())

    def test_what_was_submitted_is_never_changed_or_deleted(self):
        solution = self.solution()
        solution.amount = 150
        solution.action_submit()
        for name, value in (
            ("amount", 1),
            ("description", "x"),
            ("remedy_id", self.ref_id("remedy", "repair")),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                solution.write({name: value})
        with self.assertRaises(UserError):
            solution.unlink()

    def test_nobody_sets_the_state_or_the_answer_by_hand(self):
        solution = self.solution()
        for vals in (
            {"state": "approved"},
            {"answer_words": "Yes"},
            {"author_id": self.leader.id},
            {"validation_status": "validated"},
            {"cycle": 7},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                solution.write(vals)
        with self.assertRaises(AccessError):
            self.solution(state="accepted", ticket=self.complaint(category="delay", user_id=self.agent.id))

    def test_a_step_is_done_by_its_button_alone(self):
        solution = self.solution(
            step_ids=[(0, 0, {"name": "Pay", "user_id": self.agent.id, "due_on": self.tomorrow()})]
        )
        with self.assertRaises(AccessError):
            solution.step_ids.done_at = fields.Datetime.now()

    def test_who_may_not_read_the_case_does_nothing_with_its_solution(self):
        solution = self.proposed()
        stranger = self.new_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        portal = self.new_user("portal", "base.group_portal")
        for user in (stranger, self.employee, portal):
            theirs = solution.with_user(user)
            for method in ("action_withdraw", "action_submit", "action_carried_out", "action_propose"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(theirs, method)()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                theirs.read(["description"])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["complaint.solution.step"].with_user(user).create(
                    {"solution_id": solution.id, "name": "x", "user_id": user.id, "due_on": self.tomorrow()}
                )
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard = self.env["complaint.solution.answer"].with_user(user)
                wizard.create(
                    {"solution_id": solution.id, "answer": "accepted", "words": "x"}
                ).action_record()

    def test_a_wizard_shows_nothing_of_a_solution_that_one_may_not_read(self):
        solution = self.proposed()
        stranger = self.new_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        for model in ("complaint.solution.decision", "complaint.solution.answer"):
            values = {"solution_id": solution.id}
            if model.endswith("answer"):
                values["answer"] = "refused"
            self.env.invalidate_all()  # what others have read is not what this user may read
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(stranger).create(values).read(["description"])

    def test_a_customer_reads_nothing_of_reasons_costs_and_findings_on_the_case(self):
        user = self.new_user("portal", "base.group_portal", partner_id=self.customer.id)
        self.proposed()
        for name in ("solution_ids", "investigation_ids", "remedy_amount", "cause_id", "finding_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.ticket.with_user(user).read([name])

    def test_another_company_sees_nothing(self):
        solution = self.solution()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        boss = self.env["res.users"].create(
            {
                "name": "Else",
                "login": "else@small.example",
                "company_id": other.id,
                "company_ids": [(6, 0, other.ids)],
                "group_ids": [(6, 0, [self.env.ref("helpdesk_mgmt.group_helpdesk_manager").id])],
            }
        )
        with self.assertRaises(AccessError):
            solution.with_user(boss).with_context(allowed_company_ids=other.ids).read(["amount"])

    def test_a_policy_without_approvals_lets_every_solution_through(self):
        stages = TOPICS["stages"].replace("    approval: solution\n", "")
        without = {topic: text for topic, text in TOPICS.items() if topic != "approvals"}
        self.apply(files(**{**without, "stages": stages}))
        ticket = self.complaint(category="delay", user_id=self.agent.id)
        solution = self.solution(ticket=ticket, amount=99999)
        solution.action_submit()
        self.assertEqual(solution.state, "approved")

    def test_the_figure_of_an_answer_is_the_release_of_the_case(self):
        longer = REMEDIES.replace("within: 30d", "within: 60d")
        with freeze_time("2026-03-02 10:00:00"):
            self.apply(files(**{**TOPICS, "remedies": longer}))
            self.assertEqual(str(self.proposed().answer_by), "2026-04-01 10:00:00")
