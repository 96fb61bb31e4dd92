"""Key figures that are no sums of cycles (F3, F8), equal to what is counted by hand: deadlines, callbacks,
examinations, what is open; and the sums that no other test counts by hand."""

import inspect
import re
from datetime import date, datetime

from freezegun import freeze_time
from odoo.tests import tagged

from ...complaint_management.engine.kpis import MEASURES
from . import test_figures
from .callback_pack import CALLBACKS, SURVEYS
from .common import files
from .figure_case import KPIS, FigureCase
from .training_pack import TRAINING

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
# Each is counted by hand in a test of this file or of test_figures, in one of the part that measures it.
ELSEWHERE = {"quality_pass_rate", "cost_of_complaints"}


class ElsewhereCase(FigureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(kpis=KPIS, callbacks=CALLBACKS, surveys=SURVEYS, training=TRAINING))

    def assertFigure(self, name, value, n, user=None):
        found = self.figures.with_user(user or self.analyst)._figure(name, self.company, *MARCH)
        self.assertAlmostEqual(found["value"], value, msg=name)
        self.assertEqual(found["n"], n, name)
        opened = self.env[found["model"]].with_user(user or self.analyst)
        self.assertEqual(opened.search_count(found["domain"]), n, f"what {name} opens")
        return found


@tagged("-at_install", "post_install")
class TestSumsByHand(ElsewhereCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        one, two, three = (cls.complaint() for _number in range(3))
        cls.keep(
            [
                cls.fact(one, "2026-03-02", closed="2026-03-05", hours_feedback=2.0, escalations=2,
                         missed_legal=1, reopened=1.0),
                cls.fact(one, "2026-03-10", cycle=2, closed="2026-03-11", hours_feedback=4.0),
                cls.fact(two, "2026-02-27", closed="2026-03-01", hours_feedback=9.0, ended_by="referred",
                         escalations=1),
                cls.fact(three, "2026-03-30", hours_feedback=None),
            ]
        )  # fmt: skip

    def test_f3_the_time_to_the_first_answer_is_the_mean_of_what_came_and_was_answered(self):
        self.assertFigure("first_response_time", 3, 2)

    def test_f3_escalated_is_the_share_of_what_ended(self):
        self.assertFigure("escalation_rate", 2 / 3, 3)

    def test_f3_legal_deadlines_missed_in_what_ended(self):
        self.assertFigure("late_legal", 1, 1)

    def test_f3_received_reopened_and_ended_are_counted_on_their_days(self):
        self.assertFigure("received", 2, 2)
        self.assertFigure("reopenings", 1, 1)
        self.assertFigure("ended", 3, 3)

    def test_f3_what_is_open_at_the_end(self):
        with freeze_time("2026-04-20 08:00"):
            self.assertFigure("backlog", 1, 1)


@tagged("-at_install", "post_install")
class TestDeadlinesByHand(ElsewhereCase):
    """Three complaints: acknowledged at once, too late, and never. Their other deadlines are kept by none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-02 08:00"):
            good, late, never = (cls.complaint() for _number in range(3))
        with freeze_time("2026-03-02 08:30"):
            cls.move(good, "acknowledged")
        with freeze_time("2026-03-02 12:00"):
            cls.move(late, "acknowledged")
        with freeze_time("2026-03-04 08:00"):  # the first feedback was due on the 3rd, the solution is not
            cls.env["complaint.fact"]._cron_count()
            cls.cases = good + late + never

    @freeze_time("2026-03-04 08:00")
    def test_f3_acknowledged_in_time(self):
        self.assertFigure("acknowledged_on_time_rate", 1 / 3, 3)

    @freeze_time("2026-03-04 08:00")
    def test_f3_deadlines_kept(self):
        self.assertFigure("promises_kept", 1 / 6, 6)


@tagged("-at_install", "post_install")
class TestCallbacksByHand(ElsewhereCase):
    """Due in March: two made, one not, one overdue before it was made, one left out. Of the sample three were
    answered, two of them satisfied."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = cls.new_user(
            "overseer", "complaint_management.group_supervision,complaint_management.group_senior"
        )
        first = datetime(2026, 3, 1)
        sample = cls.env["complaint.sample"].sudo().create(
            {
                "company_id": cls.company.id, "release_id": cls.release.id, "plan": "after-result",
                "period": "2026-02", "begins_at": first, "ends_at": first, "opens_at": first,
                "due_at": first, "drawn_at": first, "seed": "1", "share": 10,
            }
        )  # fmt: skip
        done, due = datetime(2026, 3, 9, 9), datetime(2026, 3, 12, 9)
        for number, values in enumerate(
            (
                {"state": "done", "result": "satisfied", "done_at": done, "sample_id": sample.id},
                {"state": "done", "result": "satisfied", "done_at": done, "sample_id": sample.id},
                {"state": "done", "result": "dissatisfied", "done_at": due, "sample_id": sample.id,
                 "overdue_at": due},
                {"state": "open"},
                {"state": "left_out"},
            )
        ):  # fmt: skip
            cls.env["complaint.callback"].sudo().create(
                {
                    "company_id": cls.company.id, "release_id": cls.release.id, "plan": "after-result",
                    "for_what": "case", "ticket_id": cls.complaint().id, "partner_id": cls.customer.id,
                    "cycle": 1, "occasion": f"communicated {number}", "method": "phone", "due_at": due,
                    **values,
                }
            )  # fmt: skip

    @freeze_time("2026-04-02 08:00")
    def test_f3_satisfied_in_the_monthly_sample(self):
        self.assertFigure("callback_satisfaction", 2 / 3, 3, self.supervisor)

    @freeze_time("2026-04-02 08:00")
    def test_f3_callbacks_made_in_time(self):
        self.assertFigure("callback_rate", 2 / 4, 4, self.supervisor)


@tagged("-at_install", "post_install")
class TestExaminationsByHand(ElsewhereCase):
    """The last examination of each person and course counts: one passed at the second try, one failed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trainer = cls.new_user(
            "trainer", "complaint_management.group_quality,complaint_management.group_data_analysis"
        )
        talks = cls.env["complaint.training.course"].search(
            [("company_id", "=", cls.company.id), ("policy_code", "=", "talks")]
        )
        for person, day, state in (
            (cls.agent, 3, "failed"),
            (cls.agent, 9, "passed"),
            (cls.leader, 31, "failed"),
        ):
            cls.env["complaint.training.exam"].sudo().create(
                {
                    "user_id": person.id, "company_id": cls.company.id, "course_id": talks.id,
                    "release_id": cls.release.id, "state": state, "pass_share": "80%",
                    "started_at": datetime(2026, 3, day, 8), "finished_at": datetime(2026, 3, day, 9),
                }
            )  # fmt: skip

    def test_f8_the_share_of_staff_who_passed_their_last_examination(self):
        found = self.assertFigure("training_pass_rate", 1 / 2, 2, self.trainer)
        self.assertEqual((found["target_text"], found["met"]), ("95 %", False))

    def test_f8_who_may_not_see_the_examinations_gets_the_share_and_opens_none(self):
        found = self.figures._figure("training_pass_rate", self.company, *MARCH)
        self.assertEqual((found["value"], found["n"]), (0.5, 2))
        self.assertFalse(self.env[found["model"]].with_user(self.analyst).search_count(found["domain"]))

    def test_f8_another_month_has_its_own(self):
        found = self.figures._figure("training_pass_rate", self.company, date(2026, 4, 1), date(2026, 5, 1))
        self.assertEqual((found["value"], found["n"]), (None, 0))


@tagged("-at_install", "post_install")
class TestEveryFigureIsProved(FigureCase):
    def test_f3_each_measure_is_counted_by_hand_somewhere(self):
        """A new measure comes with a test that counts it by hand."""
        source = inspect.getsource(test_figures) + inspect.getsource(inspect.getmodule(type(self)))
        counted = set(re.findall(r'assertFigure\(\s*"(\w+)"', source))
        self.assertEqual(set(MEASURES) - counted - ELSEWHERE, set())
