"""Points (E1, E4, B11): what happens to cases becomes entries of a ledger that only grows."""

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .points_pack import INCENTIVES, PointsCase

moment = fields.Datetime.to_datetime


@tagged("post_install", "-at_install")
class TestPoints(PointsCase):
    def test_e1_what_happened_to_a_case_gives_and_takes_points(self):
        good, bad = self.handled(self.agent), self.handled(self.agent, at="2026-03-11 09:00", late=True)
        with freeze_time("2026-03-12 09:00"):
            good._record_fact("rated", data={"score": 5})
            self.move(bad, "investigating")  # reopened
        self.count(now="2026-03-13 09:00")
        self.assertEqual(
            self.ledger(self.agent),
            [
                ("on-time", "closed", 5),
                ("satisfied", "rated", 3),
                ("breach", "acknowledgement", -4),
                ("reopened", "reopened", -5),
            ],
        )
        statement = self.statement(self.agent)
        self.assertEqual((statement.case_count, statement.points, statement.score), (2, -1, -50))
        self.assertEqual((statement.grade, statement.consequence), ("warning", "warning"))

    def test_e1_nothing_is_counted_while_a_fact_is_recorded(self):
        self.handled(self.agent)
        self.assertFalse(self.statement(self.agent))
        self.assertTrue(self.env["complaint.incentive.dirty"].search_count([]))

    def test_e1_a_new_case_leaves_no_work_behind(self):
        self.complaint()
        self.assertFalse(self.env["complaint.incentive.dirty"].search_count([]))

    def test_e4_only_who_held_the_case_when_the_time_ran_out_pays(self):
        with freeze_time("2026-03-10 09:00"):
            case = self.complaint(user_id=self.agent.id, team_id=self.intake.id)
        with freeze_time("2026-03-10 11:00"):
            case.user_id = self.other
            self.move(case, "acknowledged")
            self.move(case, "closed")
        self.count()
        self.assertEqual(self.ledger(self.agent), [("breach", "acknowledgement", -4)])
        self.assertNotIn("breach", [rule for rule, *_rest in self.ledger(self.other)])

    def test_e4_below_the_minimum_of_cases_there_is_no_grade(self):
        self.handled(self.agent)
        self.count()
        statement = self.statement(self.agent)
        self.assertEqual((statement.score, statement.grade, statement.consequence), (500, False, False))

    def test_e4_volume_alone_pays_nothing(self):
        for day in (10, 11):
            self.handled(self.agent, at=f"2026-03-{day} 09:00")
        for day in range(10, 16):
            self.handled(self.other, at=f"2026-03-{day} 09:00")
        self.count()
        self.assertEqual(self.statement(self.agent).score, self.statement(self.other).score)

    def test_e4_people_outside_the_scheme_get_no_points(self):
        self.handled(self.leader)
        self.count()
        self.assertFalse(self.statement(self.leader))

    def test_e4_who_has_left_the_team_keeps_the_points(self):
        self.handled(self.agent)
        self.count()
        self.intake.user_ids = [(3, self.agent.id)]
        self.handled(self.agent, at="2026-03-11 09:00")
        self.env["complaint.incentive.dirty"]._mark(
            "ticket_id", self.statement(self.agent).entry_ids.ticket_id.ids
        )
        self.count()
        self.assertEqual([rule for rule, *_rest in self.ledger(self.agent)], ["on-time", "on-time"])

    def test_e4_a_deadline_missed_while_the_holder_is_away_is_charged_to_nobody(self):
        with freeze_time("2026-03-10 09:00"):
            case = self.complaint(user_id=self.agent.id, team_id=self.intake.id)
        with freeze_time("2026-03-10 09:30"):
            self.agent.out_of_office_from = "2026-03-10 08:00:00"
            self.agent.invalidate_recordset(["is_out_of_office"])
            self.env["helpdesk.ticket"]._cron_absence()
        self.assertTrue(case.holder_away)
        with freeze_time("2026-03-10 12:00"):
            self.move(case, "closed")
        self.count()
        self.assertNotIn("breach", [rule for rule, *_rest in self.ledger(self.agent)])
        notes = self.env["complaint.incentive.note"].search([("user_id", "=", self.agent.id)])
        self.assertIn("absence", notes.mapped("why"))
        self.assertIn(case.number, self.statement(self.agent).with_user(self.agent).left_out)

    def test_e4_before_anybody_is_assigned_a_missed_deadline_costs_nobody(self):
        self.intake.user_ids += self.leader
        self.apply(self.pack(INCENTIVES.replace("absence]", "absence, unassigned]")))
        with freeze_time("2026-03-10 09:00"):
            left, taken = (self.complaint(team_id=self.intake.id, user_id=False) for _number in range(2))
        with freeze_time("2026-03-10 09:30"):
            taken.user_id = self.leader
        with freeze_time("2026-03-10 12:00"):
            left.user_id = self.other
            (left | taken)._record_fact("acknowledged")
        self.count()
        first = [("subject", "=", "acknowledgement"), ("ticket_id", "in", (left | taken).ids)]
        paid = self.env["complaint.incentive.entry"].search(first)
        self.assertEqual((paid.ticket_id, paid.user_id), (taken, self.leader))
        self.assertIn(left.number, self.statement(self.leader).with_user(self.leader).left_out)

    def test_b11_an_accepted_suggestion_gives_points_to_its_author(self):
        suggestions = self.env["complaint.suggestion"]
        with freeze_time("2026-03-10 09:00"):
            suggestions.with_user(self.agent).tell("A list of carriers", "It would save a call.")
            one = suggestions.search([("author_id", "=", self.agent.id)])
            one.with_user(self.boss)._answer("accepted", "We do it.")
        self.count()
        self.assertEqual(self.ledger(self.agent), [("idea", f"suggestion:{one.id}", 10)])
        self.assertIn("idea", self.statement(self.agent).point_ids.words.lower())

    def test_b11_nobody_gets_points_for_an_anonymous_suggestion(self):
        suggestions = self.env["complaint.suggestion"]
        one = suggestions.sudo()._store("Idea", "Text", self.company, self.env["res.users"], code="ABCD")
        one.with_user(self.boss)._answer("accepted", "We do it.")
        self.count()
        self.assertFalse(self.env["complaint.incentive.entry"].search_count([("suggestion_id", "=", one.id)]))


@tagged("post_install", "-at_install")
class TestPointsLedger(PointsCase):
    def test_a_late_fact_adds_a_correction_and_changes_nothing(self):
        case = self.handled(self.agent, late=True)
        self.count()
        before = self.statement(self.agent).entry_ids.read(["points", "rule", "revision"])
        # it was acknowledged in time after all: somebody forgot to say so
        case._record_fact("acknowledged", at=moment("2026-03-10 09:10"))
        self.count()
        entries = self.statement(self.agent).entry_ids
        self.assertEqual(
            entries.browse([row["id"] for row in before]).read(["points", "rule", "revision"]), before
        )
        back = entries.filtered(lambda one: one.rule == "breach" and one.points > 0)
        self.assertEqual((back.points, back.revision, back.corrects_id.points), (4, 1, -4))
        self.assertEqual(self.statement(self.agent).points, 5)

    def test_one_late_fact_touches_only_what_it_changes(self):
        cases = [self.handled(self.agent, at=f"2026-03-{day} 09:00") for day in range(10, 15)]
        self.handled(self.other)
        self.count()
        entries, untouched = self.env["complaint.incentive.entry"], self.statement(self.other)
        untouched.flush_recordset()
        known, stamp = entries.search_count([]), untouched.write_date
        cases[0]._record_fact("rated", at=moment("2026-03-16 09:00"), data={"score": 5})
        self.count()
        self.assertEqual(entries.search_count([]), known + 1)
        self.assertEqual(untouched.write_date, stamp)

    def test_counting_again_adds_nothing(self):
        cases = [self.handled(self.agent, late=day % 2) for day in range(3)]
        self.count()
        known = self.env["complaint.incentive.entry"].search_count([])
        self.env["complaint.incentive.dirty"]._mark("ticket_id", [case.id for case in cases] * 2)
        self.count()
        self.assertEqual(self.env["complaint.incentive.entry"].search_count([]), known)

    def test_the_ledger_is_what_a_count_from_the_start_gives(self):
        cases = [self.handled(self.agent, at=f"2026-03-1{day} 09:00", late=day % 2) for day in range(4)]
        self.count()
        with freeze_time("2026-03-15 09:00"):
            self.move(cases[0], "investigating")
            cases[1]._record_fact("acknowledged", at=moment("2026-03-11 09:10"))
        self.count()
        grown = self.statement(self.agent)
        values = (grown.points, grown.weight, grown.case_count, grown.score)
        self.env.cr.execute("SET LOCAL complaint.register_bypass = 'on'")
        self.env.cr.execute("DELETE FROM complaint_incentive_entry")
        self.env.cr.execute("SET LOCAL complaint.register_bypass = 'off'")
        self.env.invalidate_all()
        grown._reckon()
        self.assertEqual(grown.points, 0)
        self.env["complaint.incentive.dirty"]._mark("ticket_id", [case.id for case in cases])
        self.count()
        self.assertEqual((grown.points, grown.weight, grown.case_count, grown.score), values)

    def test_nobody_changes_the_ledger(self):
        self.handled(self.agent)
        self.count()
        entry = self.statement(self.agent).entry_ids[:1]
        for deed in (lambda: entry.write({"points": 9}), entry.unlink, entry.copy):
            with self.assertRaises(UserError):
                deed()
        for statement in (
            "UPDATE complaint_incentive_entry SET points = 9",
            "DELETE FROM complaint_incentive_entry",
        ):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_a_case_that_cannot_be_counted_keeps_nothing_waiting(self):
        good, bad = self.handled(self.agent), self.handled(self.agent, at="2026-03-11 09:00")
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_ticket SET case_state = '{}' WHERE id = %s", [bad.id])
        self.env.invalidate_all()
        with mute_logger("odoo.addons.complaint_management.complaint_management.models.incentive_dirty"):
            self.count()
        self.assertEqual(self.statement(self.agent).entry_ids.ticket_id, good)
        left = self.env["complaint.incentive.dirty"].search([])
        self.assertEqual(left.ticket_id, bad)
        self.assertTrue(left.error)

    def test_the_number_of_queries_does_not_grow_with_the_cases(self):
        one = self.handled(self.agent)
        many = [self.handled(self.agent, at=f"2026-03-1{day % 10} 1{day % 7}:00") for day in range(50)]
        self.count()
        self.assertEqual(
            self.queries_of_counting(one.ids), self.queries_of_counting([case.id for case in many])
        )

    def queries_of_counting(self, idents):
        """Queries of counting cases that have all got one more point."""
        cases = self.env["helpdesk.ticket"].browse(idents)
        cases._record_fact("rated", at=moment("2026-03-19 09:00"), data={"score": 5})
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time("2026-03-20 12:00"):
            before = self.env.cr.sql_log_count
            cases.sudo()._count_points()
            self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_clock_that_runs_out_is_counted_without_any_fact(self):
        with freeze_time("2026-03-10 09:00"):
            case = self.complaint(user_id=self.agent.id, team_id=self.intake.id)
        self.env["complaint.incentive.dirty"].search([]).unlink()
        self.assertEqual(self.swept("2026-03-10 09:30"), self.env["helpdesk.ticket"])
        self.assertEqual(self.swept("2026-03-10 10:30"), case)
        # a transaction of that time may have written its clocks only now: a little is looked at again
        self.assertEqual(self.swept("2026-03-10 10:35"), case)
        self.count("2026-03-10 10:40")
        self.assertEqual([rule for rule, *_rest in self.ledger(self.agent)], ["breach"])

    def swept(self, now):
        """The cases that the job finds late at a moment."""
        dirty = self.env["complaint.incentive.dirty"]
        known = dirty.search([])
        with freeze_time(now):
            dirty._mark_overdue()
        return (dirty.search([]) - known).ticket_id.filtered(lambda case: case.company_id == self.company)

    def test_a_job_that_was_interrupted_leaves_no_score_behind(self):
        self.handled(self.agent)
        dirty = self.env["complaint.incentive.dirty"]
        with freeze_time("2026-03-20 12:00"):
            dirty._reckon_batch(9999)
            self.assertFalse(self.statement(self.agent).has_score)
            dirty._reckon_all()
        self.assertEqual(self.statement(self.agent).score, 500)
        self.assertFalse(dirty.search_count([]))

    def test_without_incentives_nothing_is_marked(self):
        self.apply(self.pack(incentives=None))
        self.handled(self.agent)
        self.assertFalse(self.env["complaint.incentive.dirty"].search_count([]))

    def test_the_words_come_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.handled(self.agent, late=True)
        self.count()
        breach = self.breach_of(self.agent)
        self.assertIn("small/incentives.yaml:", breach.words)
        self.assertNotEqual(breach.with_context(lang="zh_CN").words, breach.words)

    def test_the_figures_are_those_of_the_policy(self):
        self.apply(self.pack(INCENTIVES.replace("points: 5}", "points: 7}")))
        self.handled(self.agent)
        self.count()
        self.assertEqual(self.ledger(self.agent), [("on-time", "closed", 7)])
