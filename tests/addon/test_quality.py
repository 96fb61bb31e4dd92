"""F6: at least a tenth of the logged calls is drawn, evenly reviewed, and by nobody about themselves."""

import psycopg2
from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import files
from .quality_pack import APRIL, MONDAY, QualityCase


@tagged("post_install", "-at_install")
class TestQualityDrawing(QualityCase):
    def test_f6_at_least_a_tenth_of_the_logged_calls_is_drawn_each_week(self):
        self.calls(23)
        self.calls(8, channel="email")
        sample = self.draw()
        self.assertEqual((sample.frame, sample.drawn, sample.added), (23, 3, 0))
        self.calls(18, at="2027-03-09 09:00")
        sample = self.draw("2027-03-15 06:00")
        self.assertEqual((sample.frame, sample.drawn), (41, 5), "4.1, rounded up over the weeks together")
        late = self.drawn().ticket_id.filtered(lambda case: str(case.received_at) >= "2027-03-09")
        self.assertEqual(len(late), 2)
        self.assertGreaterEqual(sample.share_drawn, 10)

    def test_f6_who_has_had_none_gets_one_at_the_end_of_the_month(self):
        self.calls(20)
        self.calls(1, self.other)
        sample = self.draw("2027-03-29 06:00")
        self.assertEqual((sample.drawn, sample.added), (3, 0))
        by_chance = self.other in self.drawn().agent_id
        sample = self.draw(APRIL)
        self.assertEqual((sample.drawn, sample.added), (3, 0 if by_chance else 1))
        self.assertEqual(self.drawn().agent_id, self.agent | self.other)

    def test_f6_the_same_seed_draws_the_same_calls_again(self):
        self.calls(30)
        sample = self.draw()
        first, seed = self.drawn().ticket_id, sample.seed
        self.env.cr.execute("DELETE FROM complaint_quality_review WHERE sample_id = %s", [sample.id])
        self.env.cr.execute("DELETE FROM complaint_quality_sample WHERE id = %s", [sample.id])
        self.env.invalidate_all()
        again = self.draw("2027-03-10 12:00")
        self.assertEqual((again.seed, self.drawn().ticket_id), (seed, first))

    def test_a_part_is_drawn_once(self):
        self.calls(10)
        self.draw()
        sample = self.draw("2027-03-08 09:00")
        self.assertEqual((len(sample.parts), len(self.drawn())), (1, 1))

    def test_a_job_that_stood_still_draws_every_week_that_it_missed(self):
        self.calls(10)
        self.calls(10, at="2027-03-16 10:00")
        sample = self.draw(APRIL)
        self.assertEqual([part["frame"] for part in sample.parts], [10, 10, 20, 20, 20])
        self.assertEqual(sample.drawn, 2)

    def test_a_call_that_is_entered_later_is_not_forgotten(self):
        self.calls(10)
        self.draw()
        with freeze_time("2027-03-09 10:00"):
            late = self.complaint(
                category="billing", channel="phone", user_id=self.agent.id, received_at="2027-03-03 10:00:00"
            )
        sample = self.draw("2027-03-15 06:00")
        self.assertEqual((sample.frame, sample.drawn), (11, 2))
        self.assertIn(late, self.drawn().ticket_id, "the only one that is new")

    def test_f6_what_cannot_be_reviewed_counts_for_the_share_and_says_why(self):
        cases = self.calls(12)
        cases[0].confidential = True
        gone = self.new_user("gone", "complaint_management.group_intake")
        self.calls(1, gone)
        gone.active = False
        sample = self.draw()
        self.assertEqual((sample.frame, sample.drawn, sample.barred), (13, 2, 2))
        reasons = {one.ticket_id: one.left_out_reason for one in sample.review_ids if one.state == "left_out"}
        self.assertEqual(sorted(reasons.values()), ["confidential", "gone"])
        seen = self.reviews.with_user(self.quinn).search([("state", "=", "left_out")])
        self.assertEqual(seen.mapped("left_out_reason"), ["gone"], "a confidential case shows to nobody else")
        self.assertIn("2", f"{sample.barred}")
        self.assertIn("confidential", sample.left_out_words)

    def test_what_was_left_out_has_its_chance_when_the_reason_is_gone(self):
        cases = self.calls(1)
        cases.confidential = True
        self.assertFalse(self.drawn(self.draw()))
        cases.confidential = False
        self.draw("2027-03-15 06:00")
        self.assertEqual(self.drawn().ticket_id, cases)

    def test_f6_draw_now_draws_what_has_come_in_so_far(self):
        self.calls(12)
        with freeze_time("2027-03-03 09:00"):
            self.samples.with_user(self.quinn).with_company(self.company).action_draw_now()
        self.assertEqual((self.sample().drawn, self.sample().parts[0]["by_hand"]), (2, self.quinn.id))
        self.draw()
        self.assertEqual(self.sample().drawn, 2, "the week brought no more")
        with self.assertRaises(AccessError):
            self.samples.with_user(self.agent).action_draw_now()

    def test_without_quality_in_the_policy_nothing_is_drawn(self):
        self.apply(files())
        self.calls(3)
        self.assertFalse(self.draw())
        with self.assertRaisesRegex(UserError, "no quality samples"):
            self.samples.with_user(self.quinn).with_company(self.company).action_draw_now()

    def test_closed_cases_are_about_whoever_solved_them(self):
        self.apply(self.pack(("draw: week", "after: closed")))
        with freeze_time("2027-03-02 10:00"):
            case = self.complaint(category="billing", channel="phone", user_id=self.agent.id)
            self.move(case, "investigating")
        with freeze_time("2027-03-03 10:00"):
            self.move(case, "proposed")
        with freeze_time("2027-03-04 10:00"):
            case.user_id = self.other
        with freeze_time("2027-03-05 10:00"):
            self.move(case, "closed")
        self.draw(APRIL)
        self.assertEqual(self.drawn().agent_id, self.agent)

    def test_the_job_does_it_all(self):
        self.calls(11)
        commits = []
        self.patch(
            type(self.env["ir.cron"]), "_commit_progress", lambda _cron, *done, **_k: commits.append(1) or 60
        )
        with freeze_time(MONDAY):
            self.samples._cron_quality()
        self.assertEqual(len(self.drawn()), 2)
        self.assertTrue(commits)

    def test_the_queries_do_not_grow_with_the_calls(self):
        used = []
        for monday, count in ((9, 10), (16, 10), (23, 100)):
            self.calls(count, at=f"2027-03-{monday:02} 10:00")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.draw(f"2027-03-{monday + 6} 06:00")
            self.env.flush_all()
            used.append(self.env.cr.sql_log_count - before)
        _first, few, many = used
        self.assertEqual(self.sample().drawn, 12)
        self.assertLessEqual(many, few + 3, f"{few} for 10 calls, {many} for 100")


@tagged("post_install", "-at_install")
class TestQualityReview(QualityCase):
    def test_f6_reviews_are_spread_evenly_over_those_who_review(self):
        self.calls(60)
        self.draw()
        reviewers = self.drawn().mapped("reviewer_id")
        counts = [
            len(self.drawn().filtered(lambda one, who=who: one.reviewer_id == who)) for who in reviewers
        ]
        self.assertEqual((reviewers, counts), (self.quinn | self.rob, [3, 3]))

    def test_f6_nobody_reviews_their_own_call(self):
        self.calls(20, self.quinn)
        self.draw()
        self.assertEqual(self.drawn().reviewer_id, self.rob)
        with self.assertRaises(AccessError):
            self.drawn()[0].with_user(self.quinn).action_take_over()

    def test_f6_the_database_refuses_a_review_of_oneself(self):
        self.calls(1)
        self.draw()
        with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "UPDATE complaint_quality_review SET reviewer_id = agent_id WHERE id = %s", [self.drawn().id]
            )

    def test_whoever_has_the_case_now_does_not_review_it(self):
        case = self.calls(1)
        case.user_id = self.quinn
        self.draw()
        self.assertEqual(self.drawn().reviewer_id, self.rob)
        with self.assertRaisesRegex(AccessError, "had the case"):
            self.drawn().with_user(self.quinn).action_take_over()

    def test_a_review_without_anybody_to_do_it_waits_and_gets_one(self):
        self.rob.active = self.quinn.active = False
        self.calls(1)
        self.draw()
        self.assertFalse(self.drawn().reviewer_id)
        self.rob.active = True
        self.reviews._keep_reviewers()
        self.assertEqual(self.drawn().reviewer_id, self.rob)

    def test_a_case_that_becomes_confidential_is_not_reviewed(self):
        case = self.calls(1)
        self.draw()
        case.confidential = True
        self.reviews._keep_reviewers()
        self.assertEqual(self.sample().review_ids.left_out_reason, "confidential")

    def test_f6_the_card_has_the_lines_of_the_policy_in_each_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.calls(1)
        self.draw()
        lines = self.drawn().line_ids
        self.assertEqual(lines.mapped("name"), ["Greeting", "Record", "Closing words"])
        self.assertEqual(lines.with_context(lang="zh_CN").mapped("name"), ["问候", "记录", "结束语"])
        self.assertEqual(
            (lines.mapped("weight"), lines.mapped("critical")), ([1, 2, 1], [False, True, False])
        )

    def test_f6_the_score_is_reckoned_and_the_policy_says_whether_it_passes(self):
        self.calls(1)
        self.draw()
        review = self.drawn()
        card = self.fill_in(review, "543")
        self.assertEqual(card.standing, "80 % · Passed")
        card.action_finish()
        self.assertEqual((review.score, review.result, review.state), (80, "passed", "told"))

    def test_f6_one_critical_line_fails_the_whole(self):
        review = self.reviewed("535")
        self.assertEqual((review.score, review.result), (80, "failed"))

    def test_a_line_that_does_not_apply_counts_for_nothing(self):
        review = self.reviewed("54-")
        self.assertEqual((review.score, review.result), (86.7, "passed"))

    def test_a_card_is_filled_in_completely_and_low_points_say_why(self):
        self.calls(1)
        self.draw()
        card = self.fill_in(self.drawn(), "521", remark=None)
        with self.assertRaisesRegex(UserError, "Record, Closing words"):
            card.action_finish()
        card.line_ids[0].mark = False
        with self.assertRaisesRegex(UserError, "Still to be judged: Greeting"):
            card.action_finish()
        self.fill_in(self.drawn(), "---")
        with self.assertRaisesRegex(UserError, "one line at least"):
            card.action_finish()

    def test_points_beyond_the_scale_are_refused(self):
        self.calls(1)
        self.draw()
        line = self.drawn().line_ids[0].with_user(self.drawn().reviewer_id)
        for mark in ("0", "6"):
            with self.assertRaisesRegex(UserError, "from 1 to 5"), self.env.cr.savepoint():
                line.mark = mark

    def test_f6_the_reviewer_sees_case_register_and_messages_on_one_screen(self):
        case = self.calls(1)
        case.with_user(self.agent).message_post(
            body="Customer sounded upset", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.draw()
        review = self.drawn().with_user(self.drawn().reviewer_id)
        self.assertIn("It broke", str(review.description))
        for words in ("Received", "Customer sounded upset", self.agent.name):
            self.assertIn(words, str(review.story))

    def test_finishing_leads_to_the_next_review(self):
        self.calls(40)
        self.draw()
        first, second = self.drawn().filtered(lambda one: one.reviewer_id == self.quinn)
        action = self.fill_in(first).action_finish()
        self.assertEqual(action["res_id"], second.id)
        self.assertFalse(self.fill_in(second).action_finish()["res_id"])

    def test_another_reviewer_takes_over_and_then_is_the_one_who_fills_in(self):
        self.calls(1)
        self.draw()
        review = self.drawn()
        before = review.reviewer_id
        after = (self.quinn | self.rob) - before
        with self.assertRaises(AccessError):
            review.line_ids[0].with_user(after).mark = "5"
        review.with_user(after).action_take_over()
        self.assertEqual(review.reviewer_id, after)
        with self.assertRaises(AccessError):
            review.line_ids[0].with_user(before).mark = "5"
