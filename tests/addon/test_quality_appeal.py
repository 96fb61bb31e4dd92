"""F6: feedback, objections, what becomes final, and who sees which review."""

import psycopg2
from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .quality_pack import MONDAY, QualityCase

INCENTIVES = """
kind: incentives
schemes:
  - name: desk
    period: month
    who: {role: intake}
    score: average
    rules:
      - {name: failed-review, when: {quality: failed}, points: -3}
      - {name: checked, when: {event: quality_reviewed}, points: 1}
    grades: [{name: fine}]
"""


@tagged("post_install", "-at_install")
class TestQualityAppeal(QualityCase):
    # ------------------------------------------------------------------ told

    def test_f6_the_agent_is_told_at_once_and_has_time_to_object(self):
        review = self.reviewed("555", note="Well done")
        self.assertEqual(
            str(review.object_until), "2027-03-15 16:00:00", "five business days, 17:00 in Berlin"
        )
        activity = review.activity_ids
        self.assertEqual((activity.user_id, activity.summary), (self.agent, "Read your review"))
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.agent.partner_id.ids)], limit=1)
        self.assertIn(review.ticket_id.number, mail.subject)
        self.assertNotIn("100", mail.body_html, "the points stand in the app alone")
        self.assertFalse(self.facts_of_quality(review.ticket_id), "not before it is final")

    def test_f6_what_the_agent_agrees_to_is_final(self):
        review = self.reviewed("555")
        with freeze_time("2027-03-09 09:00"):
            review.with_user(self.agent).action_acknowledge()
        self.assertEqual((review.state, str(review.final_at)), ("done", "2027-03-09 09:00:00"))
        self.assertFalse(review.activity_ids)
        self.assertEqual(
            self.facts_of_quality(review.ticket_id),
            [{"sample": "calls", "result": "passed", "score": 100, "holder_id": self.agent.id}],
        )
        with self.assertRaisesRegex(UserError, "final"):
            review.with_user(self.agent).action_object()

    def test_f6_silence_makes_it_final_when_the_time_is_over(self):
        review = self.reviewed("555")
        with freeze_time("2027-03-15 15:59:00"):
            self.reviews._close_unopposed()
        self.assertEqual(review.state, "told")
        with freeze_time("2027-03-15 16:00:00"):
            with self.assertRaisesRegex(UserError, "time to object was over"):
                review.with_user(self.agent).action_object()
            self.reviews._close_unopposed()
        self.assertEqual(review.state, "done")
        self.assertEqual(len(self.facts_of_quality(review.ticket_id)), 1)

    def test_where_nobody_may_object_the_reviewer_has_the_last_word(self):
        self.apply(self.pack(("    objection_within: 5bd\n", "")))
        review = self.reviewed("555")
        self.assertEqual((review.state, len(self.facts_of_quality(review.ticket_id))), ("done", 1))

    # ------------------------------------------------------------------ training

    def test_f6_failed_leads_to_a_course_but_only_when_it_is_final(self):
        review = self.reviewed("411")
        self.assertFalse(self.needs(self.agent))
        with freeze_time("2027-03-20 09:00"):
            self.reviews._close_unopposed()
        need = self.needs(self.agent)
        self.assertEqual((need.course_id.policy_code, need.res_id), ("talks", review.id))
        self.assertIn("Too short", need.words)

    def test_f6_failed_may_lead_to_feedback_only(self):
        self.apply(self.pack(("failed: training", "failed: feedback")))
        review = self.reviewed("411")
        review.with_user(self.agent).action_acknowledge()
        self.assertEqual((review.result, len(self.needs(self.agent))), ("failed", 0))

    def test_f6_whoever_wins_an_objection_is_not_sent_to_a_course(self):
        review = self.reviewed("515")
        self.object(review)
        self.decide(review, marks={"record": "5"})
        self.assertEqual((review.result, len(self.needs(self.agent))), ("passed", 0))

    # ------------------------------------------------------------------ objecting

    def test_f6_an_objection_reaches_somebody_who_did_not_review(self):
        review = self.reviewed("415")
        self.object(review)
        self.assertEqual((review.state, review.decider_ids), ("objected", self.supervisor))
        self.assertEqual(review.activity_ids.user_id, self.supervisor)
        for user in (review.reviewer_id, self.agent, self.leader):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.decide(review, user)

    def test_f6_an_objection_needs_reasons_and_is_made_by_the_agent_alone(self):
        review = self.reviewed("415")
        with self.assertRaisesRegex(UserError, "Say what was different"):
            self.object(review, " ")
        for user in self.quinn | self.rob | self.other:
            with self.assertRaises(AccessError), freeze_time("2027-03-09 08:00"):
                review.with_user(user)._object("I do not like it")

    def test_f6_a_decision_changes_points_and_keeps_what_was_before(self):
        review = self.reviewed("515")
        self.assertEqual((review.score, review.result), (60, "failed"))
        self.object(review)
        self.decide(review, marks={"greeting": "5", "record": "4"})
        self.assertEqual((review.state, review.score, review.first_score), ("decided", 90, 60))
        line = review.line_ids[1]
        self.assertEqual((line.first_mark, line.mark, review.line_ids[0].first_mark), ("1", "4", False))
        self.assertEqual(
            self.facts_of_quality(review.ticket_id),
            [{"sample": "calls", "result": "passed", "score": 90, "holder_id": self.agent.id}],
        )

    def test_f6_a_review_that_stands_is_answered_in_writing(self):
        review = self.reviewed("515")
        self.object(review)
        with self.assertRaisesRegex(UserError, "Write an answer"):
            self.decide(review, answer="")
        self.decide(review)
        self.assertEqual((review.score, review.result, review.answer), (60, "failed", "I listened again."))
        told = self.env["mail.mail"].search([("subject", "ilike", "Objection decided")]).recipient_ids
        self.assertEqual(told, (self.agent | review.reviewer_id).partner_id)
        with self.assertRaisesRegex(UserError, "no objection"):
            self.decide(review)

    def test_f6_the_wizard_decides_line_by_line(self):
        review = self.reviewed("515")
        self.object(review)
        wizards = self.env["complaint.quality.decision"].with_user(self.supervisor)
        wizard = wizards.with_context(default_review_id=review.id).create(
            {"verdict": "changed", "answer": "Right."}
        )
        self.assertEqual(wizard.line_ids.mapped("mark"), ["5", "1", "5"])
        with self.assertRaisesRegex(UserError, "Change the points"):
            wizard.action_decide()
        wizard.line_ids[1].mark = "5"
        wizard.action_decide()
        self.assertEqual((review.score, review.state), (100, "decided"))

    def test_f6_the_database_refuses_a_decision_of_the_reviewer(self):
        review = self.reviewed("415")
        with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "UPDATE complaint_quality_review SET decided_by_id = reviewer_id WHERE id = %s", [review.id]
            )

    # ------------------------------------------------------------------ points

    def test_f6_points_go_to_whom_the_review_is_about_though_another_solved_it(self):
        self.apply(self.pack(incentives=INCENTIVES))
        review = self.reviewed("411")
        with freeze_time("2027-03-09 10:00"):
            review.ticket_id.user_id = self.other
        with freeze_time("2027-03-10 10:00"):
            self.move(review.ticket_id, "closed")
        with freeze_time("2027-03-20 10:00"):
            self.reviews._close_unopposed()
            review.ticket_id._count_points()
        entries = self.env["complaint.incentive.entry"].search(
            [("ticket_id", "=", review.ticket_id.id), ("rule", "in", ("failed-review", "checked"))]
        )
        found = {entry.rule: (entry.user_id, entry.points) for entry in entries}
        self.assertEqual(found, {"failed-review": (self.agent, -3), "checked": (self.agent, 1)})

    # ------------------------------------------------------------------ figures

    def test_f6_the_report_says_what_was_drawn_and_how_it_went(self):
        self.calls(30)
        self.draw()
        for review, marks in zip(self.drawn(), ("555", "522", "544"), strict=True):
            with freeze_time(MONDAY):
                self.fill_in(review, marks).action_finish()
        report = self.reviews._report(self.company, *map(self.day, ("2027-03-01", "2027-04-01")))
        (row,) = report["rows"]
        self.assertEqual((row["drawn"], row["of"], row["reviewed"], row["passed"]), (3, 30, 3, 2))
        self.assertEqual((row["share"], round(row["pass_rate"], 1)), (10, 66.7))
        self.assertEqual(
            [(line["title"], round(line["share"])) for line in report["lines"]],
            [("Closing words", 73), ("Record", 73), ("Greeting", 100)],
        )
        self.assertIn("3 of 30 cases", report["sentence"])
        empty = self.reviews._report(self.company, *map(self.day, ("2026-03-01", "2026-04-01")))
        self.assertEqual((empty["rows"], empty["lines"]), ([], []))

    def day(self, text):
        return fields.Date.to_date(text)

    def test_f6_the_share_that_passed_is_a_key_figure(self):
        self.apply(self.pack(kpis="kind: kpis\nkpis: [{name: quality_pass_rate, target: 90%}]\n"))
        review = self.reviewed("411")
        figure = self.env["complaint.figures"]._figure(
            "quality_pass_rate", self.company, self.day("2027-03-01"), self.day("2027-04-01")
        )
        self.assertEqual((figure["value"], figure["n"], figure["model"]), (0, 1, "complaint.quality.review"))
        self.assertEqual(self.reviews.search(figure["domain"]), review)


@tagged("post_install", "-at_install")
class TestQualityRights(QualityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.new_user("boss", "complaint_management.group_intake")
        cls.delivery.write({"user_id": cls.boss.id, "user_ids": [(6, 0, cls.other.ids)]})

    def seen_by(self, user):
        return self.reviews.with_user(user).search([]).sudo()

    def test_f6_who_sees_which_review(self):
        self.calls(10)
        self.calls(10, self.other)
        self.draw()
        reviews = self.drawn()
        self.assertEqual(
            self.seen_by(self.agent) | self.seen_by(self.leader), self.reviews, "not before told"
        )
        with freeze_time(MONDAY):
            for review in reviews:
                self.fill_in(review).action_finish()
        mine, theirs = (
            reviews.filtered(lambda one, who=who: one.agent_id == who) for who in (self.agent, self.other)
        )
        self.assertTrue(mine and theirs)
        self.assertEqual(self.seen_by(self.agent), mine)
        self.assertEqual(self.seen_by(self.other), theirs)
        self.assertEqual(self.seen_by(self.leader), reviews, "both work in the team of the leader")
        self.assertFalse(self.seen_by(self.boss), "these are cases of a team that the boss may not see")
        self.assertEqual(self.seen_by(self.quinn), reviews)
        for user in (self.supervisor, self.new_user("data", "complaint_management.group_data_analysis")):
            self.assertFalse(self.seen_by(user))

    def test_f6_a_colleague_reads_nothing_by_any_call(self):
        review = self.reviewed("411")
        review.with_user(self.agent).action_acknowledge()
        for record in (review, review.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.other).read(["display_name"])
        lines = self.env["complaint.quality.line"].with_user(self.other)
        self.assertFalse(lines.search([]))
        self.assertFalse(lines._read_group([], ["agent_id"], ["share:avg"]))
        events = review.ticket_id.with_user(self.other).event_ids
        self.assertNotIn("quality_reviewed", events.mapped("kind"), "nor from the register of the case")
        self.env.invalidate_all()
        self.assertIn("quality_reviewed", review.ticket_id.with_user(self.quinn).event_ids.mapped("kind"))

    def test_f6_nobody_writes_points_or_results_by_hand(self):
        review = self.reviewed("411")
        reviewer = review.reviewer_id
        for user in (reviewer, self.agent, self.quinn, self.leader):
            for values in ({"score": 100}, {"result": "passed"}, {"state": "done"}, {"note": "x"}):
                with self.subTest(f"{user.login} {values}"), self.assertRaises(UserError):
                    review.with_user(user).write(values)
            with self.assertRaises(UserError):
                review.line_ids[0].with_user(user).write({"mark": "5"})
            with self.assertRaises(UserError):
                review.with_user(user).unlink()
            with self.assertRaises(UserError):
                self.reviews.with_user(user).create(
                    {
                        "sample_id": review.sample_id.id,
                        "ticket_id": review.ticket_id.id,
                        "agent_id": self.other.id,
                    }
                )

    def test_f6_the_open_card_is_filled_in_by_its_reviewer_alone(self):
        self.calls(1)
        self.draw()
        review = self.drawn()
        for user in (self.quinn | self.rob | self.agent | self.leader | self.supervisor) - review.reviewer_id:
            with self.subTest(user.login), self.assertRaises(UserError):
                review.with_user(user).write({"note": "x"})
        with self.assertRaises(UserError):
            review.with_user(review.reviewer_id).write({"agent_id": self.other.id})

    def test_f6_customers_and_other_companies_see_nothing(self):
        review = self.reviewed("555")
        portal = new_test_user(self.env, "q_portal", groups="base.group_portal", partner_id=self.customer.id)
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = new_test_user(
            self.env,
            "q_abroad",
            groups="complaint_management.group_quality",
            company_id=abroad.id,
            company_ids=abroad.ids,
        )
        for user in (portal, stranger):
            for record in (review, review.line_ids):
                with self.subTest(f"{user.login} {record}"), self.assertRaises(AccessError):
                    record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).read(
                        ["display_name"]
                    )
        with self.assertRaises(AccessError):
            review.sample_id.with_user(portal).read(["frame"])

    def test_f6_the_review_of_a_confidential_case_is_for_those_who_see_the_case(self):
        review = self.reviewed("555")
        review.ticket_id.confidential = True
        self.assertFalse(self.seen_by(self.quinn))
        with self.assertRaises(AccessError):
            review.with_user(self.rob).read(["score"])

    def test_f6_what_was_written_about_a_customer_goes_with_the_customer_data(self):
        self.apply(self.pack(privacy="kind: privacy\nprivacy: {keep: 30d, then: anonymise}\n"))
        review = self.reviewed("215", note="Mrs Chen was upset", remark="Mrs Chen waited")
        case = review.ticket_id
        with freeze_time("2027-03-09 10:00"):
            review.with_user(self.agent).action_acknowledge()
            self.move(case, "closed")
        with freeze_time("2027-06-09 10:00"):
            case.with_user(self.supervisor)._anonymise()
        self.assertFalse(review.note)
        self.assertFalse(any(review.line_ids.mapped("remark")))
        self.assertEqual((review.result, review.line_ids[0].code), ("failed", "greeting"))
