"""Statements (E2, E3): from the ledger to a grade, objections, approval, payment within the budget."""

from freezegun import freeze_time
from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .points_pack import INCENTIVES, ROLES, PointsCase

LEADER = "  - {name: team_leader, of: team}\n"

moment = fields.Datetime.to_datetime


class StatementCase(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for day in (10, 11):
            cls.handled(cls.agent, at=f"2026-03-{day} 09:00")
            cls.handled(cls.other, at=f"2026-03-{day} 13:00", late=day == 11)

    def reviewed(self, now="2026-04-15 08:00"):
        """March, reviewed by the leader after the time to object."""
        if self.period().state in (False, "running"):
            self.over()
        with freeze_time(now):
            waiting = self.period().statement_ids.filtered(lambda one: one.state == "computed")
            waiting.with_user(self.leader).action_review()
        return self.period()

    def approved(self, now="2026-04-15 09:00"):
        period = self.reviewed()
        with freeze_time(now):
            period.with_user(self.boss)._approve()
        return period


@tagged("post_install", "-at_install")
class TestPointsStatements(StatementCase):
    def test_e2_a_statement_goes_from_so_far_to_paid(self):
        self.count()
        statement = self.statement(self.agent)
        states = [statement.state]
        self.over()
        states.append(statement.state)
        period = self.reviewed()
        states.append(statement.state)
        self.approved()
        states.append(statement.state)
        period.with_user(self.boss).action_paid()
        states.append(statement.state)
        self.assertEqual(states, ["draft", "computed", "reviewed", "approved", "paid"])
        self.assertEqual(period.paid_by_id, self.boss)

    def test_e2_the_person_and_the_leader_hear_that_the_period_is_over(self):
        self.count()
        before = self.env["mail.message"].search([])
        self.over()
        told = (self.env["mail.message"].search([]) - before).partner_ids
        self.assertIn(self.agent.partner_id, told)
        activities = self.statement(self.agent).activity_ids
        self.assertEqual(activities.user_id, self.leader)

    def test_e2_an_approved_statement_is_changed_by_nobody(self):
        self.approved()
        statement = self.statement(self.agent)
        for user in (self.agent, self.leader, self.boss):
            with self.assertRaises(AccessError):
                statement.with_user(user).write({"reward": 9999})
        with self.assertRaises(UserError):
            statement.sudo().write({"reward": 9999})
        with self.assertRaises(UserError):
            statement.sudo().unlink()

    def test_e2_what_comes_to_light_after_the_approval_counts_in_the_period_that_runs(self):
        self.approved()
        before = self.statement(self.other).read(["points", "score", "reward"])
        late = self.breach_of(self.other).ticket_id
        with freeze_time("2026-04-20 09:00"):
            late._record_fact("acknowledged", at=moment("2026-03-11 13:10"))
        self.count(now="2026-04-20 10:00")
        self.assertEqual(self.statement(self.other).read(["points", "score", "reward"]), before)
        later = self.statement(self.other, "2026-04").entry_ids
        self.assertEqual(sorted(later.mapped("points")), [4, 5])
        self.assertEqual(set(later.mapped("of_period")), {"2026-03"})
        self.assertIn("2026", later.corrects_id.words)

    def test_e2_a_review_lapses_when_the_points_change_afterwards(self):
        self.reviewed()
        statement = self.statement(self.other)
        self.breach_of(self.other).ticket_id._record_fact("acknowledged", at=moment("2026-03-11 13:10"))
        self.count(now="2026-04-16 10:00")
        self.assertEqual(statement.state, "computed")
        self.assertEqual(self.statement(self.agent).state, "reviewed")

    def test_e2_only_who_leads_the_person_reviews(self):
        self.over()
        for user in (self.agent, self.other, self.peer, self.boss):
            with self.assertRaises(AccessError):
                self.statement(self.agent).with_user(user).action_review()

    def test_e2_the_statement_of_a_leader_with_nobody_above_waits_for_who_approves(self):
        self.apply(self.pack(INCENTIVES + "    review_by: team_leader\n", ROLES + LEADER))
        self.intake.user_ids += self.leader
        for day in (12, 13):
            self.handled(self.leader, at=f"2026-03-{day} 09:00")
        self.over()
        self.assertEqual(self.statement(self.agent)._reviewers(), self.leader)
        self.assertEqual(self.statement(self.leader)._reviewers(), self.boss | self.chief)
        self.assertEqual(self.statement(self.leader).activity_ids.user_id, self.boss | self.chief)

    def test_e2_nobody_approves_before_all_is_reviewed_decided_and_the_time_is_over(self):
        self.over()
        with freeze_time("2026-04-02 09:00"):
            period = self.period().with_user(self.boss)
            with self.assertRaises(UserError) as refusal:
                period._approve()
            self.assertIn("reviewed", str(refusal.exception))
            self.period().statement_ids.with_user(self.leader).action_review()
            with self.assertRaises(UserError) as refusal:
                period._approve()
            self.assertIn("object until", str(refusal.exception))
            for user in (self.agent, self.other):
                self.statement(user).with_user(user).action_agree()
            period._approve()
        self.assertEqual(self.period().state, "approved")

    def test_e2_nobody_approves_a_period_with_a_statement_of_their_own(self):
        self.intake.user_ids += self.boss
        self.handled(self.boss)
        period = self.reviewed()
        with freeze_time("2026-04-15 09:00"):
            with self.assertRaises(AccessError):
                period.with_user(self.boss)._approve()
            period.with_user(self.chief)._approve()

    def test_e2_a_badge_is_given_once_for_a_statement(self):
        self.approved()
        given = self.env["gamification.badge.user"].search([("user_id", "in", (self.agent + self.other).ids)])
        self.assertEqual(given.user_id, self.agent)
        self.assertIn("Excellent", given.badge_id.name)

    def test_e2_a_warning_becomes_an_activity_and_a_record(self):
        for case in self.statement_cases(self.other):
            with freeze_time("2026-03-14 09:00"):
                self.move(case, "investigating")
        self.approved()
        statement = self.statement(self.other)
        self.assertEqual(statement.consequence, "warning")
        self.assertEqual(statement.activity_ids.user_id, self.leader)
        with self.assertRaises(AccessError):
            statement.with_user(self.boss)._carried_out("Talked.")
        statement.with_user(self.leader)._carried_out("We go through the queue together on Mondays.")
        self.assertEqual(statement.carried_out_by_id, self.leader)
        self.assertFalse(statement.activity_ids)
        self.assertIn("Mondays", statement.with_user(self.other).what_now)

    def statement_cases(self, user):
        self.count()
        return self.statement(user).entry_ids.ticket_id

    def test_e2_the_approved_rewards_leave_the_house_as_csv_and_xlsx(self):
        from ...complaint_management.controllers.points import as_csv, as_xlsx

        period = self.approved().with_user(self.boss)
        text = as_csv(period).decode("utf-8-sig")
        self.assertIn("agent@small.example", text)
        self.assertIn("727.27", text)
        self.assertTrue(as_xlsx(period).startswith(b"PK"))
        with self.assertRaises(AccessError):
            as_csv(self.period().with_user(self.leader))

    def test_e3_the_rewards_of_a_period_are_the_budget_to_the_cent(self):
        self.over()
        period = self.period()
        statements = self.statement(self.agent) | self.statement(self.other)
        self.assertEqual(statements.mapped("reward_full"), [800, 300])
        self.assertEqual(sorted(statements.mapped("reward")), [272.73, 727.27])
        self.assertEqual((period.wanted, period.shared, period.budget), (1100, 1000, 1000))

    def test_e3_what_the_budget_reaches_for_is_paid_in_full(self):
        self.apply(self.pack(INCENTIVES.replace("budget: 1000", "budget: 5000")))
        self.over()
        self.assertEqual(self.period().shared, 1100)

    def test_new_staff_find_a_statement_that_says_what_counts(self):
        fresh = self.new_user("fresh", "complaint_management.group_intake")
        self.intake.user_ids += fresh
        statements = self.env["complaint.incentive.statement"].with_user(fresh)
        action = statements.with_company(self.company).action_my_points()
        own = statements.browse(action["res_id"])
        self.assertEqual(own.user_id, fresh)
        self.assertIn("Nothing counted yet", own.standing)
        self.assertIn("Solved in time", own.rules_table)

    def test_a_leaderboard_is_shown_only_if_the_policy_says_so(self):
        self.count()
        own = self.statement(self.agent).with_user(self.agent)
        self.assertFalse(own.leaderboard)
        self.apply(
            self.pack(INCENTIVES.replace("    period: month\n", "    period: month\n    leaderboard: true\n"))
        )
        self.handled(self.agent, at="2026-05-04 09:00")
        self.handled(self.agent, at="2026-05-05 09:00")
        self.count(now="2026-05-10 10:00")
        self.assertIn(
            self.agent.name, self.statement(self.agent, "2026-05").with_user(self.agent).leaderboard
        )

    def test_opening_a_statement_costs_the_same_with_few_points_and_with_50(self):
        for number in range(25):
            self.handled(self.agent, at=f"2026-03-12 0{number % 8}:{number + 10}", late=True)
        self.over()
        few, many = self.statement(self.other), self.statement(self.agent)
        self.assertLess(len(few.entry_ids), 6)
        self.assertGreater(len(many.entry_ids), 50)
        for one in (few, many):
            self.queries_of_opening(one)  # what a process looks up once for each person
        self.assertEqual(self.queries_of_opening(few), self.queries_of_opening(many))

    def queries_of_opening(self, statement):
        """Queries of the form, asked for as the web client does, by the person."""
        one = statement.with_user(statement.user_id)
        view = self.env.ref("complaint_management.statement_view_form").id
        arch = etree.fromstring(one.get_view(view, "form")["arch"])
        asked = {
            field.get("name"): (
                {"fields": {inner.get("name"): {} for inner in field.iterfind("list//field")}}
                if len(field)
                else {}
            )
            for field in arch.iter("field")
            if not list(field.iterancestors("field"))
        }
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        (row,) = one.web_read(asked)
        self.assertIn("What you can do", row["what_now"])
        return self.env.cr.sql_log_count - before

    def test_opening_a_list_of_statements_costs_the_same_for_1_and_50(self):
        users = self.env["res.users"].concat(
            *(self.new_user(f"many{number}", "complaint_management.group_intake") for number in range(50))
        )
        self.intake.user_ids += users
        self.count()
        statements = self.period()._statements_of(users.ids)
        rows = self.env["complaint.incentive.statement"].browse([one.id for one in statements.values()])
        spec = {name: {} for name in ("span", "score", "grade_title", "reward", "state", "open_objections")}
        spec["user_id"] = {"fields": {"display_name": {}}}
        costs = []
        for some in (rows[:1], rows[:1], rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.leader).web_read(spec)
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])


@tagged("post_install", "-at_install")
class TestPointsObjections(StatementCase):
    def setUp(self):
        super().setUp()
        self.over()
        self.statement_of_other = self.statement(self.other)

    def test_e2_an_objection_that_is_upheld_corrects_the_score_and_overwrites_nothing(self):
        before = self.statement_of_other.score
        entry = self.breach_of(self.other)
        rows = self.statement_of_other.entry_ids
        known = rows.read(["points", "rule"])
        objection = self.object_to(entry)
        with freeze_time("2026-04-03 09:00"):
            objection.with_user(self.boss)._decide(True, "You are right: the log says 9:02.")
        self.assertEqual(rows.read(["points", "rule"]), known)
        back = self.statement_of_other.entry_ids.filtered(lambda one: one.corrects_id == entry)
        self.assertEqual(back.points, 4)
        self.assertGreater(self.statement_of_other.score, before)

    def test_e2_while_it_waits_the_points_are_out_and_come_back_when_it_is_refused(self):
        before = self.statement_of_other.score
        objection = self.object_to(self.breach_of(self.other))
        self.assertGreater(self.statement_of_other.score, before)
        with freeze_time("2026-04-03 09:00"):
            objection.with_user(self.boss)._decide(False, "The log says 10:30.")
        self.assertEqual(self.statement_of_other.score, before)
        self.assertEqual(objection.answer, "The log says 10:30.")

    def test_e2_counting_again_keeps_what_was_upheld(self):
        objection = self.object_to(self.breach_of(self.other))
        with freeze_time("2026-04-03 09:00"):
            objection.with_user(self.boss)._decide(True, "Right.")
        score = self.statement_of_other.score
        self.env["complaint.incentive.dirty"]._mark(
            "ticket_id", self.statement_of_other.entry_ids.ticket_id.ids
        )
        self.count(now="2026-04-04 09:00")
        self.assertEqual(self.statement_of_other.score, score)

    def test_e2_neither_the_person_nor_the_reviewer_decides(self):
        objection = self.object_to(self.breach_of(self.other))
        self.assertEqual(objection.decider_ids, self.boss + self.chief)
        for user in (self.other, self.leader, self.agent, self.peer):
            with self.assertRaises(AccessError):
                objection.with_user(user)._decide(True, "Fine.")

    def test_e2_both_sides_hear_of_it_in_writing(self):
        before = self.env["mail.message"].search([])
        objection = self.object_to(self.breach_of(self.other))
        self.assertEqual(objection.activity_ids.user_id, self.boss + self.chief)
        asked = (self.env["mail.message"].search([]) - before).partner_ids
        self.assertLessEqual(self.boss.partner_id + self.chief.partner_id, asked)
        before = self.env["mail.message"].search([])
        with self.assertRaises(UserError):
            objection.with_user(self.boss)._decide(False, " ")
        objection.with_user(self.boss)._decide(False, "The log says 10:30.")
        told = (self.env["mail.message"].search([]) - before).partner_ids
        self.assertEqual(told, self.other.partner_id + self.leader.partner_id)
        self.assertFalse(objection.activity_ids)

    def test_e2_after_the_window_a_sentence_says_why_not(self):
        with self.assertRaises(UserError) as refusal:
            self.object_to(self.breach_of(self.other), now="2026-04-20 09:00")
        self.assertIn("over on", str(refusal.exception))

    def test_e2_one_objects_to_an_entry_once(self):
        objection = self.object_to(self.breach_of(self.other))
        objection.with_user(self.boss)._decide(False, "No.")
        for entry in self.statement_of_other.entry_ids.filtered(lambda one: one.rule == "breach"):
            with self.assertRaises(UserError):
                self.object_to(entry)

    def test_e2_nobody_objects_for_somebody_else(self):
        entry = self.breach_of(self.other)
        with self.assertRaises(AccessError), freeze_time("2026-04-02 09:00"):
            self.env["complaint.incentive.objection"].with_user(self.agent)._ask(
                entry.with_user(self.agent), "It was me."
            )

    def test_e2_an_objection_and_its_answer_stay_as_they_were_written(self):
        objection = self.object_to(self.breach_of(self.other))
        for user in (self.other, self.boss):
            with self.assertRaises(AccessError):
                objection.with_user(user).write({"state": "upheld"})
        with self.assertRaises(UserError):
            objection.unlink()

    def test_e2_a_period_is_not_approved_with_an_open_objection(self):
        self.object_to(self.breach_of(self.other))
        with freeze_time("2026-04-15 08:00"):
            self.period().statement_ids.with_user(self.leader).action_review()
            with self.assertRaises(UserError) as refusal:
                self.period().with_user(self.boss)._approve()
        self.assertIn("Objections to be decided: 1", str(refusal.exception))

    def test_without_a_time_to_object_the_policy_allows_none(self):
        self.apply(self.pack(INCENTIVES.replace("    object_within: 10d\n", "")))
        self.handled(self.other, at="2026-05-04 09:00", late=True)
        self.count(now="2026-05-10 10:00")
        entry = self.statement(self.other, "2026-05").entry_ids.filtered(lambda one: one.rule == "breach")
        with self.assertRaises(UserError) as refusal:
            self.object_to(entry, now="2026-05-11 09:00")
        self.assertIn("no time to object", str(refusal.exception))
