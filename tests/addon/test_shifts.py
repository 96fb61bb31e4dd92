"""F7: who is planned when: rosters, working hours, leave; and whether that covers what the policy wants."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .workload_pack import BERLIN, MONDAY, NOON, WorkloadCase, utc

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@tagged("-at_install", "post_install")
class TestRoster(WorkloadCase):
    def test_f7_nobody_is_planned_twice_at_a_time(self):
        self.shift(self.agent, MONDAY, 8, 16)
        self.shift(self.agent, MONDAY, 16, 20)
        for start, end in ((15, 18), (7, 9), (9, 10), (8, 16)):
            with self.assertRaisesRegex(ValidationError, "another shift"), self.cr.savepoint():
                self.shift(self.agent, MONDAY, start, end, team_id=self.intake.id)
        self.shift(self.leader, MONDAY, 8, 16)

    def test_f7_a_shift_ends_after_it_begins_and_within_a_day(self):
        with self.assertRaisesRegex(ValidationError, "longer than a day"), self.cr.savepoint():
            self.shift(self.agent, MONDAY, 8, 33)
        self.shift(self.agent, MONDAY + DAY, 8, 32)

    def test_f7_a_shift_is_of_people_and_teams_of_one_company(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        foreign = self.env["helpdesk.ticket.team"].create({"name": "Far", "company_id": abroad.id})
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.shift(self.agent, MONDAY, 8, 16, team_id=foreign.id)
        portal = self.new_user("portal", "base.group_portal")
        with self.assertRaisesRegex(ValidationError, "does not work for"):
            self.shift(portal, MONDAY, 8, 16)

    def copied(self, day, user=None):
        wizard = self.seen_by(user or self.leader, "complaint.shift.copy").create({"week": day})
        return wizard, wizard.action_copy()["params"]

    def test_f7_last_week_is_copied(self):
        self.shift(self.agent, MONDAY, 8, 16, channel_ids=[Command.set([self.channel("chat")])])
        self.shift(self.leader, MONDAY + 2 * DAY, 12, 20)
        wizard, told = self.copied(MONDAY + 3 * DAY)
        self.assertEqual(wizard.found, "2 shifts")
        self.assertIn("2", told["message"])
        found = self.env["complaint.shift"].search([("begin", ">=", MONDAY + WEEK)])
        self.assertEqual(
            [(one.user_id, one.begin, one.channel_ids.mapped("policy_code")) for one in found],
            [
                (self.agent, utc(MONDAY + WEEK, 8), ["chat"]),
                (self.leader, utc(MONDAY + WEEK + 2 * DAY, 12), []),
            ],
        )

    def test_f7_copying_twice_plans_nobody_twice(self):
        self.shift(self.agent, MONDAY, 8, 16)
        self.copied(MONDAY)
        _wizard, told = self.copied(MONDAY)
        self.assertEqual(told["type"], "warning")
        self.assertIn(self.agent.name, told["message"])
        self.assertEqual(self.env["complaint.shift"].search_count([("user_id", "=", self.agent.id)]), 2)

    def test_f7_a_shift_begins_at_the_same_time_after_summer_time_has_begun(self):
        self.agent.tz = "Europe/Berlin"
        before = date(2026, 3, 28)  # summer time begins in the following night
        self.shift(self.agent, before, 22, 30)
        made, _left = self.env["complaint.shift"].search([])._copy_weeks()
        self.assertEqual(made.begin, utc(before + WEEK, 22))
        self.assertEqual(made.begin - utc(before, 22), WEEK - timedelta(hours=1))

    def test_f7_a_shift_keeps_the_time_of_the_persons_own_zone(self):
        self.agent.tz = "Asia/Shanghai"  # without summer time
        before = date(2026, 3, 28)
        self.shift(
            self.agent, before, 8, 16, begin=utc(before, 8, zone=SHANGHAI), end=utc(before, 16, zone=SHANGHAI)
        )
        made, _left = self.env["complaint.shift"].search([])._copy_weeks()
        self.assertEqual(made.begin, utc(before + WEEK, 8, zone=SHANGHAI))

    def test_f7_a_week_without_shifts_cannot_be_copied(self):
        with self.assertRaisesRegex(UserError, "no shift in that week"):
            self.copied(MONDAY)

    def test_f7_a_roster_is_imported(self):
        shifts = self.seen_by(self.leader, "complaint.shift")
        (template,) = shifts.get_import_templates()
        self.assertTrue(template["template"].endswith("roster.csv"))
        found = shifts.load(
            ["team_id", "user_id", "begin", "end", "channel_ids"],
            [
                [
                    "Small delivery",
                    self.agent.name,
                    "2026-03-09 08:00:00",
                    "2026-03-09 16:00:00",
                    "Live chat,Phone",
                ],
                ["Small delivery", self.leader.name, "2026-03-09 16:00:00", "2026-03-10 00:00:00", ""],
            ],
        )
        self.assertFalse(found["messages"])
        one, two = shifts.browse(found["ids"])
        self.assertEqual(set(one.channel_ids.mapped("policy_code")), {"chat", "phone"})
        self.assertEqual((one.hours, two.hours, two.company_id), (8, 8, self.company))


@tagged("-at_install", "post_install")
class TestRosterAccess(WorkloadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.shift(cls.agent, MONDAY, 8, 16)
        cls.other = cls.new_user("other", "complaint_management.group_senior")
        cls.damage.user_id = cls.other
        cls.theirs = cls.shift(cls.other, MONDAY, 8, 16, team_id=cls.damage.id)

    def seen(self, user):
        return self.seen_by(user, "complaint.shift").search([])

    def test_f7_agents_see_their_own_shifts_leaders_those_of_their_teams(self):
        both = self.mine + self.theirs
        for user, shifts in (
            (self.agent, self.mine), (self.leader, self.mine), (self.other, self.theirs),
            (self.supervisor, both), (self.manager, both), (self.analyst, both.browse()),
        ):  # fmt: skip
            self.assertEqual(self.seen(user), shifts, user.name)

    def test_f7_a_roster_is_kept_by_the_leader_and_managers_alone(self):
        for user in (self.leader, self.manager):
            self.mine.with_user(user).note = "changed"
        for user in (self.agent, self.supervisor, self.other, self.analyst):
            with self.assertRaises(AccessError):
                self.mine.with_user(user).note = "x"
            with self.assertRaises(AccessError):
                self.mine.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.seen_by(user, "complaint.shift").create(
                    {
                        "team_id": self.delivery.id,
                        "user_id": self.agent.id,
                        "begin": utc(MONDAY + DAY, 8),
                        "end": utc(MONDAY + DAY, 9),
                    }
                )

    def test_f7_a_leader_takes_no_shift_into_another_team(self):
        with self.assertRaises(AccessError):
            self.mine.with_user(self.leader).team_id = self.damage

    def test_f7_a_leader_copies_only_what_they_keep(self):
        wizard = self.seen_by(self.leader, "complaint.shift.copy").create({"week": MONDAY})
        self.assertEqual(wizard._shifts(), self.mine)

    def test_f7_another_company_and_customers_see_no_roster(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = self.new_user("stranger", "helpdesk_mgmt.group_helpdesk_manager")
        stranger.write({"company_ids": [Command.set(abroad.ids)], "company_id": abroad.id})
        shifts = self.env["complaint.shift"].with_user(stranger).with_context(allowed_company_ids=abroad.ids)
        self.assertFalse(shifts.search([]))
        with self.assertRaises(AccessError):
            self.mine.with_user(stranger).read(["begin"])
        for group in ("base.group_portal", "base.group_public"):
            outsider = self.new_user(group.rpartition("_")[2], group)
            with self.assertRaises(AccessError):
                self.seen_by(outsider, "complaint.shift").search([])


@tagged("-at_install", "post_install")
class TestPlanned(WorkloadCase):
    """Small delivery has one agent, who works the hours of the company: 8 to 12 and 13 to 17 in Berlin."""

    def plan(self, begin=MONDAY, days=1):
        found = self.workloads._plan(self.company, begin, begin + days * DAY)
        return {
            (one.person, one.start.replace(tzinfo=None), one.end.replace(tzinfo=None))
            for one in found
            if one.team == self.delivery.id
        }

    def hours(self, day, *spans, zone=BERLIN, user=None):
        ident = (user or self.agent).id
        return {(ident, utc(day, start, zone=zone), utc(day, end, zone=zone)) for start, end in spans}

    def test_f7_without_a_roster_working_hours_count(self):
        self.assertEqual(self.plan(), self.hours(MONDAY, (8, 12), (13, 17)))
        self.employee(self.agent, tz="Europe/Berlin")
        self.assertEqual(self.plan(), self.hours(MONDAY, (8, 12), (13, 17)))
        self.assertFalse(self.plan(MONDAY - DAY))

    def test_f7_working_hours_are_those_of_the_persons_zone(self):
        self.agent.tz = "Asia/Shanghai"
        self.employee(self.agent, tz="Asia/Shanghai")
        self.assertEqual(self.plan(), self.hours(MONDAY, (8, 12), (13, 17), zone=SHANGHAI))

    def test_f7_a_roster_holds_for_its_days_and_teams(self):
        self.shift(self.agent, MONDAY, 6, 10)
        self.assertEqual(self.plan(), self.hours(MONDAY, (6, 10)))
        self.assertEqual(self.plan(MONDAY + DAY), self.hours(MONDAY + DAY, (8, 12), (13, 17)))

    def test_f7_a_night_shift_goes_on_into_the_next_day(self):
        self.shift(self.leader, MONDAY, 22, 30)
        self.assertIn((self.leader.id, utc(MONDAY, 22), utc(MONDAY, 30)), self.plan(MONDAY + DAY))

    def test_f7_a_public_holiday_leaves_working_hours_out(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "x",
                "company_id": self.company.id,
                "date_from": utc(MONDAY, 0),
                "date_to": utc(MONDAY, 24),
            }
        )
        self.assertFalse(self.plan())

    def test_f7_a_leave_uncovers_a_shift_too(self):
        resource = self.employee(self.agent).resource_id
        shift = self.shift(self.agent, MONDAY, 8, 16)
        self.assertFalse(shift.is_away)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "x",
                "resource_id": resource.id,
                "company_id": self.company.id,
                "date_from": utc(MONDAY, 10),
                "date_to": utc(MONDAY, 12),
            }
        )
        shift.invalidate_recordset(["is_away"])
        self.assertTrue(shift.is_away)
        self.assertEqual(self.plan(), self.hours(MONDAY, (8, 10), (12, 16)))

    def test_f7_who_is_out_of_office_is_not_planned(self):
        self.agent.write({"out_of_office_from": utc(MONDAY, 12)})
        self.assertEqual(self.plan(), self.hours(MONDAY, (8, 12)))

    def test_f7_flexible_hours_plan_nobody(self):
        self.assertFalse(self.workloads._unplanned(self.company) & self.agent)
        calendar = self.env["resource.calendar"].create({"name": "As they like", "flexible_hours": True})
        self.employee(self.agent, resource_calendar_id=calendar.id)
        self.assertFalse(self.plan())
        self.assertIn(self.agent, self.workloads._unplanned(self.company))


@tagged("-at_install", "post_install")
class TestCover(WorkloadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.new_user("second", "complaint_management.group_intake")
        cls.join(cls.second)
        (cls.intake + cls.damage).user_ids = False
        cls.both = [Command.set([cls.channel("chat"), cls.channel("phone")])]

    def cover(self, days=1):
        rows = self.workloads._report(self.company, MONDAY, MONDAY + days * DAY)["cover"]
        return {row["code"]: row for row in rows}

    def test_f7_two_chat_agents_are_wanted_in_peak_hours(self):
        self.shift(self.agent, MONDAY, 0, 12, channel_ids=self.both)
        self.shift(self.agent, MONDAY, 12, 24, channel_ids=self.both)
        self.assertEqual(
            self.cover()["chat"]["gaps"],
            "Mon 14:00–17:00: 1 of 2 planned; Mon 09:00–11:00: 1 of 2 planned",
        )
        self.shift(self.second, MONDAY, 9, 17, channel_ids=self.both)
        row = self.cover()["chat"]
        self.assertEqual((row["gaps"], row["short"], row["wanted"], row["planned"]), ("", 0, 29, 29))

    def test_f7_an_agent_of_another_channel_covers_no_chat(self):
        self.shift(self.agent, MONDAY, 0, 24, channel_ids=self.both)
        only_phone = [Command.set([self.channel("phone")])]
        self.shift(self.second, MONDAY, 0, 24, channel_ids=only_phone)
        self.assertEqual(self.cover()["chat"]["short"], 5)
        self.delivery.served_channel_ids = only_phone
        self.env["complaint.shift"].search([]).channel_ids = False
        self.assertEqual(self.cover()["chat"]["short"], 24)
        self.assertEqual(self.cover()["phone"]["short"], 0)

    def test_f7_a_gap_of_the_hotline_round_the_clock_is_found_at_night(self):
        for day in range(7):
            self.shift(self.agent, MONDAY + day * DAY, 6, 22, channel_ids=self.both)
        for day in range(5):  # nobody on Saturday and Sunday night
            self.shift(self.second, MONDAY + day * DAY, 22, 30, channel_ids=self.both)
        row = self.cover(7)["phone"]
        self.assertEqual(
            row["gaps"],
            "Mon, Sun 00:00–06:00: 0 of 1 planned; Sat, Sun 22:00–24:00: 0 of 1 planned",
        )
        self.assertEqual((row["hours"], row["short"]), (168, 6 + 6 + 2 + 2))

    @freeze_time(NOON)
    def test_f7_the_page_shows_the_coming_week_with_its_gaps(self):
        pages = self.seen_by(self.supervisor, "complaint.workload.page")
        page = pages.browse(pages.action_open()["res_id"])
        self.assertTrue(page.has_cover)
        for words in ("<svg", "Live chat: agents missing", "of 1 planned"):
            self.assertIn(words, page.cover)

    def test_f7_without_lines_of_cover_nothing_is_missing(self):
        self.with_policy(workload=None)
        self.assertEqual(self.cover(), {})
