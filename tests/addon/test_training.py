"""Training (F8): needs found and asked for, records, examinations with simulated cases, the share of staff
who pass, and who sees what of it."""

from datetime import date, datetime

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...complaint_management.engine.training import deadlines
from .common import SMALL_PACK, files
from .points_pack import INCENTIVES, PointsCase
from .training_pack import NOW, TRAINING, TrainingCase


@tagged("post_install", "-at_install")
class TestTrainingNeeds(TrainingCase):
    def test_f8_courses_follow_the_policy_and_what_is_taught_stays(self):
        self.assertEqual((self.basics.level, self.talks.level), ("basic", "advanced"))
        self.assertEqual((self.talks.exam_cases, self.talks.exam_pass), (3, "80%"))
        own = self.talks.with_user(self.trainer)
        own.write({"material": "<p>Listen first.</p>", "trainer_ids": [(4, self.trainer.id)]})
        with self.assertRaisesRegex(AccessError, "comes from the complaint policy"):
            own.exam_pass = "10%"
        self.apply(
            self.pack(TRAINING.replace("cases: 3", "cases: 4").replace("Difficult talks", "Hard talks"))
        )
        self.assertEqual((self.talks.exam_cases, self.talks.name), (4, "Hard talks"))
        self.assertEqual(str(self.talks.material), "<p>Listen first.</p>")
        self.apply(self.pack(None))
        self.assertFalse(self.talks.active)

    def test_f8_who_has_the_role_needs_its_courses_once(self):
        self.daily()
        self.daily("2026-03-11 09:00")
        for user in (self.agent, self.other):
            self.assertEqual(set(self.needs(user)), {"basics", "talks"})
        self.assertFalse(self.needs(self.peer))
        need = self.needs(self.agent)["talks"]
        self.assertEqual((need.reason, need.due_on), ("role", date(2026, 4, 9)))
        self.assertEqual(need.activity_ids.user_id, self.agent)

    def test_f8_a_record_that_counts_closes_the_need(self):
        self.daily()
        self.took(self.agent, self.basics, "2026-03-12")
        self.took(self.agent, self.talks, "2026-03-12", "attended")
        self.assertEqual(set(self.needs(self.agent)), {"talks"}, "to sit in a course is not to pass it")
        self.took(self.agent, self.talks, "2026-03-13", "failed")
        self.assertEqual(set(self.needs(self.agent)), {"talks"})
        self.took(self.agent, self.talks, "2026-03-14", "passed")
        self.assertFalse(self.needs(self.agent))
        self.assertFalse(self.needs(self.agent, "done")["talks"].activity_ids)

    def test_f8_a_course_that_is_repeated_is_needed_again_some_days_before(self):
        record = self.took(self.agent, self.talks, "2026-03-10", "passed")
        self.assertEqual(record.valid_until, date(2027, 3, 10))
        self.took(self.agent, self.basics, "2026-03-10")
        self.daily("2027-03-02 09:00")
        self.assertFalse(self.needs(self.agent))
        self.daily("2027-03-04 09:00")
        need = self.needs(self.agent)["talks"]
        self.assertEqual((need.reason, need.due_on), ("repeat", date(2027, 3, 10)))
        self.assertNotIn("basics", self.needs(self.agent), "taken once, for good")

    def test_f8_who_is_late_is_shown_and_the_leader_gets_to_know_once(self):
        self.daily()
        need = self.needs(self.agent)["talks"]
        self.daily("2026-04-04 09:00")
        self.assertEqual((need.reminded_on, need.leader_told_on), (date(2026, 4, 4), False))
        for at in ("2026-04-10 09:00", "2026-04-11 09:00"):
            self.daily(at)
        self.assertEqual(need.activity_ids.user_id, self.agent | self.leader)
        self.assertEqual(len(need.activity_ids), 2)
        with freeze_time("2026-04-11 09:00"):
            need.invalidate_recordset()
            self.assertTrue(need.is_late)
            late = need.with_user(self.leader).search([("is_late", "=", True)])
            self.assertIn(need, late)

    def test_f8_who_leaves_the_role_does_not_have_to_learn_for_it(self):
        self.daily()
        self.intake.user_ids = [(3, self.other.id)]
        self.daily("2026-03-12 09:00")
        self.assertFalse(self.needs(self.other))
        self.assertEqual(set(self.needs(self.other, "void")), {"basics", "talks"})

    def test_f8_a_failed_review_leads_to_the_course_that_the_policy_names(self):
        case = self.complaint()
        needs = self.env["complaint.training.need"]
        need = needs._raise(self.agent, "review", case)
        self.assertEqual((need.course_id, need.reason, need.res_id), (self.talks, "review", case.id))
        self.assertEqual(needs._raise(self.agent, "review", case), need, "once, however often it is found")

    def test_f8_staff_ask_for_a_course_and_are_answered(self):
        asked = self.env["complaint.training.need"].with_user(self.agent)._request(self.talks)
        self.assertEqual((asked.state, asked.sudo().activity_ids.user_id), ("requested", self.leader))
        again = self.env["complaint.training.need"].with_user(self.agent)._request(self.talks)
        self.assertEqual(again, asked)
        own = asked.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "Write the reason"):
            own.action_refuse()
        own.answer = "In May, when the others are back."
        own.action_refuse()
        self.assertEqual(asked.state, "refused")
        second = self.env["complaint.training.need"].with_user(self.agent)._request(self.talks)
        second.with_user(self.leader).action_accept()
        self.assertEqual((second.state, second.sudo().activity_ids.user_id), ("open", self.agent))

    def test_f8_nobody_agrees_to_the_own_request_or_enters_the_own_course(self):
        asked = self.env["complaint.training.need"].with_user(self.agent)._request(self.talks)
        for call in (asked.action_accept, asked.action_refuse, lambda: asked.write({"due_on": "2027-01-01"})):
            with self.assertRaises(AccessError):
                call()
        taken = self.env["complaint.training.taken"].with_user(self.trainer)
        wizard = taken.create({"course_id": self.basics.id, "user_ids": self.trainer.ids})
        with self.assertRaises(AccessError):
            wizard.action_enter()

    def test_f8_the_leader_enters_who_took_a_course(self):
        self.daily()
        taken = self.env["complaint.training.taken"].with_user(self.leader)
        both = (self.agent + self.other).ids
        taken.create({"course_id": self.basics.id, "user_ids": both, "done_on": "2026-03-12"}).action_enter()
        self.assertEqual(set(self.needs(self.agent)), {"talks"})
        with self.assertRaises(AccessError):
            taken.with_user(self.peer).create(
                {"course_id": self.basics.id, "user_ids": self.agent.ids, "done_on": "2026-03-12"}
            ).action_enter()

    def test_f8_the_queries_do_not_grow_with_the_people(self):
        self.daily()
        self.env.flush_all()

        def cost():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.daily("2026-03-12 09:00")
            return self.env.cr.sql_log_count - before

        few = cost()
        more = [self.new_user(f"more{number}", "complaint_management.group_intake") for number in range(8)]
        self.intake.user_ids = [(4, user.id) for user in more]
        self.daily()
        self.assertLessEqual(cost(), few + 2)


@tagged("post_install", "-at_install")
class TestTrainingExams(TrainingCase):
    def test_f8_an_examination_with_simulated_cases_is_passed(self):
        self.daily()
        exam = self.exam(self.agent, self.talks)
        self.assertEqual((exam.state, exam.right), ("passed", exam.asked))
        self.assertEqual(set(exam.sudo().line_ids.mapped("case_number")), {1, 2, 3})
        record = self.env["complaint.training.record"].search([("exam_id", "=", exam.id)])
        self.assertEqual((record.result, record.share, record.counts), ("passed", 100, True))
        self.assertEqual(set(self.needs(self.agent)), {"basics"})

    def test_f8_who_fails_waits_as_long_as_the_policy_says_and_tries_again(self):
        exam = self.exam(self.agent, self.talks, right=False)
        self.assertEqual((exam.state, exam.right), ("failed", 0))
        self.assertIn("Not passed", exam.verdict)
        with self.assertRaisesRegex(UserError, "You can try again from"):
            self.exam(self.agent, self.talks, "2026-03-11 09:00")
        for day, may in (("2026-03-11", False), ("2026-03-13", True)):
            with freeze_time(f"{day} 09:00"):
                exam.invalidate_recordset()
                self.assertEqual(exam.may_try_again, may, "the button is there when it would work")
        again = self.exam(self.agent, self.talks, "2026-03-13 09:00")
        self.assertEqual(again.state, "passed")

    def test_f8_the_right_deadline_is_that_of_the_policy_in_force(self):
        """A rule changes, and so does the right answer: nothing is written by hand."""
        at = self.release._training_calendar().zone
        with freeze_time(NOW):
            exam = self.env["complaint.training.exam"].with_user(self.agent)._begin(self.talks)
        asked = exam.sudo().line_ids.filtered(lambda line: "By when" in line.question)
        self.assertTrue(asked)
        for line in asked:
            self.assertEqual(len(line.option_ids.filtered("correct")), 1)
            self.assertLessEqual(len(line.option_ids), 4)
        policy = self.release._policy()
        received = datetime(2026, 3, 10, 10, tzinfo=at)
        found = {one.clock: one.right for one in deadlines(policy, {"type": "complaint"}, received)}
        self.assertEqual(found["solution"].astimezone(at), datetime(2026, 3, 13, 10, tzinfo=at))
        shorter = SMALL_PACK["small/sla.yaml"].replace("within: 72h", "within: 48h")
        release = self.apply(files(training=TRAINING, sla=shorter))
        found = {
            one.clock: one.right for one in deadlines(release._policy(), {"type": "complaint"}, received)
        }
        self.assertEqual(found["solution"].astimezone(at), datetime(2026, 3, 12, 10, tzinfo=at))

    def test_f8_practice_cases_of_trainers_come_first_and_severity_is_reckoned(self):
        case = (
            self.env["complaint.training.case"]
            .with_user(self.trainer)
            .create(
                {
                    "name": "Wet parcel",
                    "text": "My parcel is soaked, and it is in the newspaper.",
                    "category_id": self.ref_id("category", "damage"),
                    "stage_id": self.ref_id("stage", "acknowledged"),
                    "scope_id": self.ref_id("scope", "public"),
                    "company_id": self.company.id,
                }
            )
        )
        self.assertEqual(case.severity_words, "Critical")
        case.action_ready()
        exam = self.exam(self.agent, self.talks)
        lines = exam.sudo().line_ids.filtered(lambda line: line.case_number == 1)
        self.assertIn("soaked", lines[0].case_text)
        right = {line.question: line.option_ids.filtered("correct").name for line in lines}
        self.assertEqual(right["Which category is it?"], "Damage")
        self.assertEqual(right["How severe is it by the policy?"], "Critical")
        self.assertEqual(right["What is the next step?"], "Acknowledged")
        self.assertTrue(any("By when" in question for question in right), "a written case has deadlines, too")

    def test_f8_a_practice_case_from_a_real_one_tells_nobody_who_it_was(self):
        case = self.complaint(
            partner_id=self.customer.id,
            partner_name="Chen",
            description="<p>Chen here, chen@example.com, call +49 170 1234567 about order 4711/99.</p>",
        )
        with self.assertRaisesRegex(UserError, "closed"):
            case.with_user(self.trainer).action_make_practice_case()
        self.move(case, "closed")
        action = case.with_user(self.trainer).action_make_practice_case()
        text = action["context"]["default_text"]
        for known in ("Chen", "chen@", "1234567", "4711"):
            self.assertNotIn(known, text)
        self.assertIn("about order", text)
        with self.assertRaises(AccessError):
            case.with_user(self.agent).action_make_practice_case()

    def test_f8_the_answers_are_not_told_before_the_end(self):
        with freeze_time(NOW):
            exam = self.env["complaint.training.exam"].with_user(self.agent)._begin(self.talks)
        options = exam.line_ids.option_ids
        with self.assertRaises(AccessError):
            options.read(["correct"])
        with self.assertRaises(AccessError):
            options.search([("correct", "=", True)])
        self.assertFalse(any(exam.line_ids.mapped("right_answer")))
        with self.assertRaises(AccessError):
            exam.write({"right": 99})
        with self.assertRaises(AccessError):
            self.env["complaint.training.case"].with_user(self.agent).search([])

    def test_f8_nobody_answers_the_examination_of_somebody_else_or_twice(self):
        with freeze_time(NOW):
            exam = self.env["complaint.training.exam"].with_user(self.agent)._begin(self.talks)
        option = exam.line_ids[0].option_ids[0]
        for user in (self.other, self.leader, self.trainer):
            with self.assertRaises(AccessError):
                exam.with_user(user).write({"answer_id": option.id})
        with self.assertRaisesRegex(UserError, "Choose an answer"):
            exam.action_next()
        done = self.exam(self.agent, self.talks)
        self.assertEqual(done, exam, "one goes on with what one has begun")
        with self.assertRaisesRegex(UserError, "finished"):
            done.action_next()

    def test_f8_the_share_of_staff_who_pass_has_its_list(self):
        courses = self.env["complaint.training.course"]
        self.assertEqual(courses._pass_rate(self.company)["share"], None)
        self.exam(self.agent, self.talks, right=False)
        self.exam(self.other, self.talks)
        rate = courses._pass_rate(self.company)
        self.assertEqual(
            (rate["n"], rate["passed"], rate["share"], rate["goal"], rate["met"]), (2, 1, 50, 95, False)
        )
        self.exam(self.agent, self.talks, "2026-03-20 09:00")
        rate = courses._pass_rate(self.company)
        self.assertEqual((rate["n"], rate["passed"], rate["met"]), (2, 2, True), "the last try counts")
        exams = self.env["complaint.training.exam"].search(rate["domain"])
        self.assertEqual(set(exams.mapped("state")), {"passed"})
        self.assertEqual(courses._pass_rate(self.company, begin="2026-03-15 00:00:00")["n"], 1)


@tagged("post_install", "-at_install")
class TestTrainingAccess(TrainingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daily()
        cls.policy_admin = cls.new_user("policy", "complaint_management.group_policy_admin")
        cls.portal = new_test_user(cls.env, "portal@small.example", groups="base.group_portal")
        cls.need = cls.env["complaint.training.need"].search(
            [("user_id", "=", cls.agent.id), ("course_id", "=", cls.talks.id)]
        )
        cls.record = cls.took(cls.agent, cls.basics, "2026-03-12")

    def sees(self, user, record):
        one = record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        try:
            found = bool(one.search([("id", "=", record.id)]))
            one.read(["display_name", "course_id"])
        except AccessError:
            return False
        self.assertTrue(found)
        return True

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_f8_who_sees_what(self):
        exam = self.exam(self.agent, self.talks)
        for record in (self.need, self.record, exam.sudo()):
            for user in (self.agent, self.leader, self.trainer):
                self.assertTrue(self.sees(user, record), f"{user.login} {record}")
            for user in (self.other, self.peer, self.policy_admin, self.portal):
                self.assertFalse(self.sees(user, record), f"{user.login} {record}")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_f8_that_a_need_follows_from_points_is_not_for_trainers(self):
        own = (
            self.env["complaint.training.need"]
            .sudo()
            .create(
                {
                    "user_id": self.agent.id,
                    "company_id": self.company.id,
                    "reason": "consequence",
                    "since": "2026-03-12",
                }
            )
        )
        self.assertFalse(self.sees(self.trainer, own))
        self.assertTrue(self.sees(self.leader, own))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_f8_nobody_writes_records_by_hand(self):
        for user in (self.agent, self.leader, self.trainer, self.policy_admin):
            for model in ("record", "exam", "need"):
                with self.assertRaises(UserError):
                    self.env[f"complaint.training.{model}"].with_user(user).create({"user_id": user.id})
            with self.assertRaises(UserError):
                self.record.with_user(user).write({"result": "passed"})
            with self.assertRaises(UserError):
                self.need.with_user(user).write({"state": "done"})

    def test_f8_the_table_of_a_team_shows_its_people_only(self):
        page = self.env["complaint.training.overview"]
        opened = page.with_user(self.leader).create({})
        self.assertIn(self.agent.name, opened.table)
        self.assertIn(self.other.name, opened.table)
        peers = page.with_user(self.peer)
        instead = peers.action_open()["params"]
        self.assertIn("You lead nobody", instead["message"])
        self.assertEqual(instead["next"]["res_model"], "complaint.training.need")
        self.assertNotIn(self.agent.name, peers.create({}).table)
        self.assertIn(self.agent.name, page.with_user(self.trainer).create({}).table)

    def test_f8_the_list_behind_a_figure_has_as_many_as_the_figure(self):
        with freeze_time("2026-05-01 09:00"):
            page = self.env["complaint.training.overview"].with_user(self.leader).create({})
            late = self.env["complaint.training.need"].with_user(self.leader)
            self.assertEqual(page.late_count, late.search_count(page.action_late()["domain"]))
            self.assertEqual(page.late_count, 3)


@tagged("post_install", "-at_install")
class TestTrainingFromPoints(PointsCase):
    def test_e2_a_grade_that_asks_for_training_becomes_a_need_of_its_course(self):
        grades = INCENTIVES.replace("consequence: warning", "consequence: training, course: basics")
        pack = self.pack(grades) | {"small/training.yaml": TRAINING.encode()}
        self.apply(pack)
        for number in range(2):
            self.handled(self.other, f"2026-03-1{number} 09:00", late=True)
        self.over()
        statement = self.statement(self.other)
        self.assertEqual(statement.consequence, "training")
        statement._carry_out_consequence()
        need = self.env["complaint.training.need"].search([("user_id", "=", self.other.id)])
        self.assertEqual((need.course_id.policy_code, need.reason), ("basics", "consequence"))
        self.assertEqual((need.res_model, need.res_id), (statement._name, statement.id))
