"""D5, D1: what comes round for customers: by tier, on birthdays, none missing and none double."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import files
from .planning_pack import PlanningCase, planned_pack


@tagged("post_install", "-at_install")
class TestRounds(PlanningCase):
    def test_d5_a_year_of_rounds_and_birthdays_has_none_missing_and_none_double(self):
        """A leap year with its 29th of February, month ends and both changes of the clock, one look a day."""
        vip = self.file("Vip", "vip", "2027-12-20 08:00:00")
        normal = self.file("Normal", "normal", "2027-12-20 08:00:00")
        leapling = self.file("Leapling", "normal", "2027-12-20 08:00:00", birthday=date(1992, 2, 29))
        moment = datetime(2028, 1, 1, 7)
        while moment < datetime(2029, 1, 1, 7):
            self.plan_rounds(moment)
            moment += timedelta(days=1)
        days = [date.fromisoformat(one.occasion) for one in self.planned(vip, "vip-care")]
        self.assertEqual(days[0], date(2028, 1, 19))
        self.assertEqual(
            {after - before for before, after in zip(days, days[1:], strict=False)}, {timedelta(days=30)}
        )
        self.assertEqual(len(days), 12)
        quarters = ["2028-Q1", "2028-Q2", "2028-Q3", "2028-Q4"]
        for file in (normal, leapling):
            self.assertEqual(self.planned(file, "care").mapped("occasion"), quarters)
        self.assertEqual(self.planned(leapling, "greeting").mapped("occasion"), ["birthday:2028"])
        self.assertEqual(
            self.planned(leapling, "greeting").opens_at.date(), date(2028, 2, 28), "midnight of Berlin"
        )
        self.assertFalse(self.planned(vip, "greeting") | self.planned(normal, "greeting"))
        self.assertFalse(self.callbacks.search([("left_out_reason", "=", "missed")]))

    def test_d5_who_was_born_on_a_leap_day_is_greeted_in_other_years_too(self):
        file = self.file("Leapling", "normal", "2028-03-01 08:00:00", birthday=date(1992, 2, 29))
        self.plan_rounds("2029-02-27 07:00:00")
        self.assertFalse(self.planned(file, "greeting"))
        self.plan_rounds("2029-02-28 07:00:00")
        self.assertEqual(self.planned(file, "greeting").mapped("occasion"), ["birthday:2029"])

    def test_d1_planning_twice_makes_nothing_twice(self):
        file = self.file("Vip", "vip")
        for _again in range(3):
            self.customers._look_again(SQL("true"))
            self.plan_rounds("2027-02-05 08:00:00")
        self.assertEqual(self.planned(file).mapped("occasion"), ["2027-01-31"])

    def test_a_file_is_looked_at_only_when_something_is_due(self):
        self.file("Vip", "vip")
        self.plan_rounds("2027-02-05 08:00:00")
        with freeze_time("2027-02-20 08:00:00"):
            self.assertEqual(self.customers._plan_rounds(self.release, 1000), 0)
        with freeze_time("2027-03-02 08:00:00"):
            self.assertEqual(self.customers._plan_rounds(self.release, 1000), 1)

    def test_what_nobody_could_plan_in_time_is_told_and_not_made_late(self):
        file = self.file("Vip", "vip")
        self.plan_rounds("2027-02-05 08:00:00")
        self.plan_rounds("2027-05-10 08:00:00")  # the server stood still for three months
        states = [(one.occasion, one.state, one.left_out_reason) for one in self.planned(file)]
        self.assertEqual(
            states,
            [
                ("2027-01-31", "open", False),
                ("2027-03-02", "left_out", "missed"),
                ("2027-04-01", "left_out", "missed"),
                ("2027-05-01", "open", False),
            ],
        )

    def test_d5_a_customer_of_another_tier_gets_the_rounds_of_that_tier(self):
        file = self.file("Rising", "normal")
        self.plan_rounds("2027-02-05 08:00:00")
        self.assertFalse(self.planned(file, "vip-care"))
        file.tier_id = self.ref_id("tier", "vip")
        self.plan_rounds("2027-02-06 08:00:00")
        self.assertEqual(self.planned(file, "vip-care").mapped("occasion"), ["2027-01-31"])

    def test_d5_the_nightly_reckoning_of_tiers_counts_too(self):
        file = self.file("Rising", "normal")
        file.action_by_rule()
        self.plan_rounds("2027-02-05 08:00:00")
        file.spend_elsewhere = 5000
        with freeze_time("2027-02-05 23:00:00"):
            self.customers._cron_reckon_tiers()
        self.plan_rounds("2027-02-06 08:00:00")
        self.assertTrue(self.planned(file, "vip-care"))

    def test_a_new_policy_is_followed_at_once(self):
        file = self.file("Normal", "normal")
        self.plan_rounds("2027-02-05 08:00:00")
        text = planned_pack()["small/callbacks.yaml"].decode().replace("{tier: vip}", "{tier: [vip, normal]}")
        with freeze_time("2027-02-05 09:00:00"):
            self.release = self.apply(planned_pack(callbacks=text))
        self.plan_rounds("2027-02-05 10:00:00")
        self.assertTrue(self.planned(file, "vip-care"))

    def test_without_plans_nobody_is_looked_at(self):
        asked = []
        self.patch(
            type(self.customers), "_plan_all_rounds", lambda _model, release: asked.append(release.company_id)
        )
        self.customers._cron_plan_rounds()
        self.assertIn(self.company, asked)
        self.apply(files())
        asked.clear()
        self.customers._cron_plan_rounds()
        self.assertNotIn(self.company, asked)

    # ------------------------------------------------------------------ birthday

    def test_d5_a_birthday_lies_in_the_past(self):
        with self.assertRaisesRegex(ValidationError, "cannot be born on a day that is still to come"):
            self.file("Unborn", "normal", birthday=date(2999, 1, 1))

    def test_d5_an_agent_notes_a_birthday_and_a_customer_reads_nobodys(self):
        file = self.file("Normal", "normal")
        file.with_user(self.agent).birthday = date(1990, 5, 4)
        self.assertEqual(file.birthday, date(1990, 5, 4))
        portal = self.new_user("portal", "base.group_portal")
        with self.assertRaises(AccessError):
            file.with_user(portal).read(["birthday"])
        with self.assertRaises(AccessError):
            file.with_user(self.agent).plan_at = False

    def test_a_birthday_goes_with_the_last_case_that_is_anonymised(self):
        file = self.file("Former", "normal", birthday=date(1990, 5, 4), contact_times="after five")
        cases = self.complaint(partner_id=file.partner_id.id, category="delay")
        cases |= self.complaint(partner_id=file.partner_id.id, category="delay")
        for index, case in enumerate(cases):
            self.assertTrue(file.birthday, "there is a case of theirs yet")
            case._record_fact("anonymised")
            case.sudo().write({"anonymised_at": "2027-02-01 08:00:00"})
            self.customers._forget_former(file.partner_id, self.company)
            self.assertEqual(bool(file.birthday), not index)
        self.assertFalse(file.contact_times)
