"""D1, D4: the random sample of closed cases, drawn fairly, made in batches, judged by its answers."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...complaint_management.models import sample_drawing
from .planning_pack import PlanningCase, planned_pack

MARCH = "2027-03-01 09:00:00"  # 10:00 in Berlin, a Monday: February is over


@tagged("post_install", "-at_install")
class TestSamples(PlanningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.samples = cls.env["complaint.sample"]
        cls.strata = {"delay": 120, "damage": 83, "billing": 47}
        cls.cases = {code: cls.closed_cases(count, category=code) for code, count in cls.strata.items()}

    def draw(self, at=MARCH):
        with freeze_time(at):
            found = [one for one in self.samples._to_draw() if one.company == self.company]
            return self.samples.union(*(self.samples._draw(one) for one in found))

    def make(self, at=MARCH, limit=1000):
        with freeze_time(at):
            return self.samples._make_callbacks(limit)

    def drawn_of(self, sample, category):
        return len(sample.member_ids.filtered("drawn").ticket_id & self.cases[category])

    # ------------------------------------------------------------------ drawing

    def test_d1_a_tenth_of_each_category_and_team_is_drawn_within_one_case(self):
        sample = self.draw()
        self.assertEqual(
            (sample.period, sample.frame, sample.drawn), ("2027-02", 253, 26)
        )  # with three models
        for code, count in self.strata.items():
            self.assertLessEqual(abs(self.drawn_of(sample, code) - (count + 1) / 10), 1, code)
        persons = sample.member_ids.filtered("drawn").person_id
        self.assertEqual(len(persons) + self.strangers(sample), 26, "nobody twice")
        self.assertIn("delay", str(sample.strata_table).lower())

    def strangers(self, sample):
        return len(sample.member_ids.filtered(lambda one: one.drawn and not one.person_id))

    def test_d1_the_same_seed_draws_the_same_sample(self):
        first = self.draw()
        chosen = first.member_ids.filtered("drawn").ticket_id
        seed = first.seed
        self.env.cr.execute("DELETE FROM complaint_sample WHERE id = %s", [first.id])
        self.env.invalidate_all()
        again = self.draw("2027-03-05 12:00:00")
        self.assertEqual((again.seed, again.member_ids.filtered("drawn").ticket_id), (seed, chosen))

    def test_d1_a_period_is_drawn_once(self):
        self.assertEqual(len(self.draw()), 1)
        self.assertFalse(self.draw("2027-03-01 10:00:00"))
        with freeze_time(MARCH):
            plans = [one for one in self.samples._to_draw() if one.company == self.company]
        self.assertFalse(plans)

    def test_d1_a_period_that_is_not_over_is_not_drawn(self):
        sample = self.draw("2027-02-28 22:59:00")  # 23:59 in Berlin
        self.assertEqual((sample.period, sample.frame), ("2027-01", 0), "January had no case")
        self.assertEqual(self.draw("2027-02-28 23:00:00").period, "2027-02")

    def test_a_case_that_is_open_again_or_confidential_is_not_drawn(self):
        with freeze_time("2027-02-20 10:00:00"):
            reopened = self.cases["billing"][:5]
            reopened.write({"stage_id": self.ref_id("stage", "investigating")})
            secret = self.cases["billing"][5:10]
            secret.confidential = True
        sample = self.draw()
        self.assertEqual(sample.frame, 248)
        reasons = {one.ticket_id: one.reason for one in sample.member_ids if one.reason}
        self.assertEqual(reasons, dict.fromkeys(secret, "confidential"))

    def test_d6_who_does_not_want_it_is_not_drawn_but_counts_for_the_share(self):
        partners = self.cases["delay"][:60].partner_id
        for partner in partners:
            self.customers._open_for(partner).consent = "refused"
        sample = self.draw()
        self.assertEqual((sample.drawn, sample.barred), (26, 60))
        barred = sample.member_ids.filtered(lambda one: one.reason == "consent")
        self.assertEqual(barred.person_id, partners)
        self.assertFalse(any(barred.mapped("drawn")))

    def test_a_case_that_was_asked_about_before_is_not_asked_about_again(self):
        before = self.draw().member_ids.filtered("drawn").ticket_id
        with freeze_time("2027-03-10 10:00:00"):
            cases = self.env["helpdesk.ticket"].union(*self.cases.values())
            cases.write({"stage_id": self.ref_id("stage", "investigating")})
            cases.write({"stage_id": self.ref_id("stage", "closed")})
        march = self.draw("2027-04-01 09:00:00")
        self.assertEqual(march.frame, 250)
        self.assertFalse(march.member_ids.filtered("drawn").ticket_id & before)
        self.assertEqual(
            march.member_ids.filtered(lambda one: one.reason == "asked_before").ticket_id, before
        )

    # ------------------------------------------------------------------ making

    def test_d1_each_case_drawn_gets_one_callback_of_the_role(self):
        sample = self.draw()
        self.assertEqual(self.make(), 26)
        self.assertEqual(self.make(), 0)
        callbacks = self.callbacks.search([("sample_id", "=", sample.id)])
        self.assertEqual(callbacks.ticket_id, sample.member_ids.filtered("drawn").ticket_id)
        self.assertEqual((len(callbacks), set(callbacks.mapped("method"))), (26, {"phone"}))
        self.assertEqual(callbacks.user_id, self.reviewer)

    def test_what_dies_in_the_middle_goes_on_without_doubles_and_without_holes(self):
        sample = self.draw()
        self.env.flush_all()
        plan, batches = type(self.callbacks)._plan, []

        def dying(callbacks, rows):
            batches.append(len(rows))
            made = plan(callbacks, rows)
            if len(batches) == 2:
                raise MemoryError("killed")
            return made

        self.patch(type(self.callbacks), "_plan", dying)
        self.make(limit=10)
        with self.assertRaises(MemoryError), self.env.cr.savepoint():
            self.make(limit=10)
        while self.make(limit=10):
            pass
        self.assertEqual(batches[:2] + batches[-1:], [10, 10, 0])
        callbacks = self.callbacks.search([("sample_id", "=", sample.id)])
        self.assertEqual(len(callbacks), 26)
        self.assertEqual(callbacks.ticket_id, sample.member_ids.filtered("drawn").ticket_id)

    def test_the_job_draws_and_makes_batch_by_batch(self):
        commits = []
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda _cron, done=0, **_rest: commits.append(done) or 1,
        )
        self.patch(sample_drawing, "BATCH", 10)
        self.patch(type(self.samples), "_to_draw", self.only_ours())
        with freeze_time(MARCH):
            self.samples._cron_draw()
        self.assertEqual(commits, [1, 10, 10, 6])

    def only_ours(self):
        known = type(self.samples)._to_draw
        return lambda samples: [one for one in known(samples) if one.company == self.company]

    # ------------------------------------------------------------------ judging

    def judged(self, satisfied, dissatisfied, of=None):
        """A sample of which so many have answered."""
        sample = self.draw()
        self.make()
        callbacks = self.callbacks.search([("sample_id", "=", sample.id)], order="id")
        results = ["satisfied"] * satisfied + ["dissatisfied"] * dissatisfied
        for callback, result in zip(callbacks, results, strict=False):
            callback.write({"state": "done", "result": result, "done_at": "2027-03-03 10:00:00"})
        if of is not None:
            callbacks[of:].write({"state": "unreachable", "done_at": "2027-03-03 10:00:00"})
        return sample

    def test_d4_the_sample_passes_from_85_percent_on(self):
        sample = self.judged(17, 3, of=20)  # 17 of 20 are 85 %
        self.assertEqual((sample.reached, sample.verdict, sample.pass_mark), (20, "passed", 85))
        self.assertEqual(sample.words, "85 % of 20 satisfied (in truth between 63 and 95 %)")
        self.assertEqual(sample.progress, 100)

    def test_d4_below_it_fails(self):
        sample = self.judged(16, 4, of=20)
        self.assertEqual((sample.satisfied, sample.verdict), (80, "failed"))

    def test_d4_too_few_answers_are_not_judged(self):
        sample = self.judged(3, 1, of=4)
        self.assertEqual(sample.verdict, "few")
        self.assertIn("too few answers to judge", sample.words)

    def test_d4_while_there_are_few_answers_and_more_to_come_it_runs(self):
        sample = self.judged(2, 0)
        self.assertEqual((sample.verdict, sample.waiting), ("running", 24))
        self.assertAlmostEqual(sample.progress, 100 * 2 / 26, 2)

    def test_d4_an_empty_month_says_so(self):
        sample = self.draw("2027-02-15 09:00:00")
        self.assertEqual((sample.frame, sample.verdict, sample.words), (0, "none", "No answer"))
        self.assertIn("No case was closed", str(sample.strata_table))

    # ------------------------------------------------------------------ who may

    def test_quality_supervision_and_those_who_decide_read_samples(self):
        sample = self.draw()
        for role in ("quality", "supervision", "decision", "data_analysis"):
            user = self.new_user(f"reads-{role}", f"complaint_management.group_{role}")
            self.assertEqual(sample.with_user(user).read(["frame", "words", "verdict"])[0]["frame"], 253)
            self.assertTrue(sample.member_ids.with_user(user).read(["drawn"]))

    def test_others_do_not_and_nobody_changes_one(self):
        sample = self.draw()
        portal = self.new_user("portal", "base.group_portal")
        for user in (self.agent, self.leader, portal):
            with self.assertRaises(AccessError):
                sample.with_user(user).read(["frame"])
            with self.assertRaises(AccessError):
                sample.member_ids[:1].with_user(user).read(["reason"])
        for user in (self.agent, self.reviewer):
            with self.assertRaises(AccessError):
                sample.with_user(user).write({"drawn": 1})
            with self.assertRaises(UserError):
                self.samples.with_user(user).create({"plan": "monthly"})
            with self.assertRaises(AccessError):
                sample.with_user(user).unlink()

    def test_a_sample_of_another_company_is_not_there(self):
        sample = self.draw()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.new_user("stranger", "complaint_management.group_quality")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        seen = self.samples.with_user(stranger).with_context(allowed_company_ids=other.ids).search([])
        self.assertNotIn(sample, seen.sudo())

    # ------------------------------------------------------------------ a plan that names no groups

    def test_a_plan_without_strata_draws_from_all(self):
        text = planned_pack()["small/callbacks.yaml"].decode().replace("    strata: [category, team]\n", "")
        with freeze_time("2027-02-01 08:00:00"):
            self.apply(planned_pack(callbacks=text))
        sample = self.draw()
        self.assertEqual((sample.frame, sample.drawn, len(sample.strata)), (253, 26, 1))
        self.assertIn("All cases", str(sample.strata_table))
