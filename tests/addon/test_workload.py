"""F7: the average of a team against the limit, the warning in advance, balance by weight, and the cap."""

from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...complaint_management.models.workload import ALL
from .workload_pack import LIMITS, MONDAY, NOON, SUNDAY, WorkloadCase

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
CAP = LIMITS + "  cap_per_agent: 2\n"


@tagged("-at_install", "post_install")
class TestAverage(WorkloadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases(MONDAY, 3)
        cls.cases(MONDAY, 1, user_id=cls.leader.id)
        cls.cases(MONDAY + DAY, 2)
        cls.cases(MONDAY, 2, team_id=cls.intake.id, category="billing")
        cls.cases(MONDAY, 4, user_id=False, team_id=cls.damage.id, category="damage")  # nobody is in charge

    def report(self, user=None):
        workloads = self.seen_by(user, "complaint.workload") if user else self.workloads
        return workloads._report(self.company, MONDAY, MONDAY + WEEK)

    def test_f7_the_average_of_a_team_is_its_cases_for_each_agent_and_day(self):
        rows = {row["team"]: row for row in self.report()["rows"]}
        row = rows["Small delivery"]
        self.assertEqual((row["handled"], row["agents"], row["days"], row["average"]), (6, 2, 3, 2.0))
        self.assertNotIn("Small damage", rows)

    def test_f7_who_works_for_two_teams_counts_in_each_and_once_in_all(self):
        report = self.report()
        self.assertEqual(sum(row["days"] for row in report["rows"]), 4)
        self.assertEqual((report["total"]["handled"], report["total"]["days"]), (8, 3))

    def test_f7_the_average_of_all_teams_is_the_key_figure(self):
        figure = self.figures._figure("tickets_per_agent_and_day", self.company, MONDAY, MONDAY + WEEK)
        total = self.report()["total"]
        self.assertEqual(figure["value"], total["average"])
        self.assertEqual(figure["n"], total["handled"])
        self.assertEqual(figure["domain"], total["domain"])

    def test_f7_a_number_opens_the_cases_it_counts(self):
        facts = self.seen_by(self.analyst, "complaint.fact")
        for row in self.report()["rows"]:
            self.assertEqual(facts.search_count(row["domain"]), row["handled"])

    def test_f7_days_above_the_limit_are_counted(self):
        self.with_policy(
            workload=LIMITS.replace("average_per_agent_and_day: 50", "average_per_agent_and_day: 1")
        )
        row = self.report()["rows"][0]
        self.assertEqual((row["limit"], row["over"]), (1, 2))
        self.assertIn("2", self.report()["sentence"])

    def test_f7_without_a_limit_there_is_an_average_and_no_judgement(self):
        self.with_policy(workload=None)
        report = self.report()
        self.assertEqual((report["limit"], report["rows"][0]["over"], report["cover"]), (None, 0, []))

    def test_f7_who_reads_no_figures_reads_no_workload(self):
        with self.assertRaises(AccessError):
            self.report(self.agent)


@tagged("-at_install", "post_install")
class TestWarning(WorkloadCase):
    workload = LIMITS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases(MONDAY - WEEK, 46)  # the only Monday of the register
        cls.leader.lang = "en_US"

    def warn(self):
        return self.env["complaint.workload.warning"]._warn(self.release)

    def mails(self):
        return self.env["mail.mail"].search([("email_to", "ilike", self.leader.email)])

    @freeze_time(NOON)
    def test_f7_fifty_for_each_agent_and_day_is_warned_of_the_day_before(self):
        before = self.mails()
        warning = self.warn()
        self.assertEqual((warning.team_id, warning.day, warning.state), (self.delivery, MONDAY, "near"))
        self.assertEqual((warning.cases, warning.agents, warning.average, warning.limit), (46, 1, 46, 50))
        self.assertEqual(warning.told_user_ids, self.leader)
        self.assertEqual(warning.activity_ids.user_id, self.leader)
        mail = self.mails() - before
        self.assertEqual(len(mail), 1)
        for number in ("46", "50", "Small delivery"):
            self.assertIn(number, mail.body_html)

    @freeze_time(NOON)
    def test_f7_the_leader_is_told_once_of_a_team_and_day(self):
        self.warn()
        before = self.mails()
        self.assertFalse(self.warn())
        with freeze_time("2026-03-09 06:00:00"):
            self.assertFalse(self.warn())
        self.assertEqual(self.mails(), before)

    @freeze_time(NOON)
    def test_f7_one_more_agent_on_the_roster_and_nobody_need_be_warned(self):
        for user in (self.agent, self.leader):
            self.shift(user, MONDAY, 8, 16)
        self.assertFalse(self.warn())

    @freeze_time(NOON)
    def test_f7_a_leave_makes_the_others_average_higher(self):
        self.join(self.leader)
        self.assertFalse(self.warn())
        resource = self.employee(self.leader).resource_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "x",
                "resource_id": resource.id,
                "company_id": self.company.id,
                "date_from": f"{MONDAY} 00:00:00",
                "date_to": f"{MONDAY} 22:59:59",
            }
        )
        self.assertEqual(self.warn().agents, 1)

    @freeze_time(NOON)
    def test_f7_nobody_planned_on_a_working_day_is_told(self):
        self.agent.write(
            {"out_of_office_from": "2026-03-07 00:00:00", "out_of_office_to": "2026-03-12 00:00:00"}
        )
        warning = self.warn()
        self.assertEqual((warning.state, warning.agents, warning.average), ("nobody", 0, 0))
        self.assertIn("nobody is planned", warning.reason)

    @freeze_time("2026-03-07 11:00:00")
    def test_f7_nobody_planned_on_a_sunday_alarms_nobody(self):
        self.cases(SUNDAY - WEEK, 3)
        self.assertFalse(self.warn())

    @freeze_time("2026-03-10 06:00:00")
    def test_f7_what_was_expected_of_a_past_day_is_no_news(self):
        with freeze_time(NOON):
            warning = self.warn()
        self.warn()
        self.assertFalse(warning.activity_ids)
        self.assertTrue(warning.exists())

    @freeze_time(NOON)
    def test_f7_without_a_warning_line_or_weeks_nobody_is_warned(self):
        for left_out in ("  warn_at: 90%\n", "  weeks: 2\n"):
            self.release = self.with_policy(workload=LIMITS.replace(left_out, ""))
            self.assertFalse(self.warn())

    @freeze_time(NOON)
    def test_f7_a_warning_is_for_the_leader_and_those_who_watch(self):
        warning = self.warn()
        for user, seen in (
            (self.leader, 1), (self.supervisor, 1), (self.manager, 1), (self.agent, 0), (self.analyst, 0),
        ):  # fmt: skip
            count = self.seen_by(user, "complaint.workload.warning").search_count([("id", "=", warning.id)])
            self.assertEqual(count, seen, user.name)
        for user in (self.leader, self.manager):
            with self.assertRaises(AccessError):
                warning.with_user(user).write({"agents": 9})

    @freeze_time("2026-03-16 11:00:00")
    def test_f7_the_report_counts_the_days_that_were_warned_of(self):
        with freeze_time(NOON):
            self.warn()
        self.cases(MONDAY, 1)
        (row,) = self.workloads._report(self.company, MONDAY, MONDAY + WEEK)["rows"]
        self.assertEqual(row["warned"], 1)


@tagged("-at_install", "post_install")
class TestPage(WorkloadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_user("other", "complaint_management.group_senior")
        cls.damage.write({"user_id": cls.other.id, "user_ids": [(6, 0, cls.other.ids)]})
        cls.cases(MONDAY - WEEK, 3)
        cls.cases(MONDAY - WEEK, 2, team_id=cls.damage.id, user_id=cls.other.id, category="damage")

    def page(self, user):
        pages = self.seen_by(user, "complaint.workload.page")
        return pages.browse(pages.action_open()["res_id"])

    @freeze_time(NOON)
    def test_f7_a_leader_sees_the_own_teams_and_those_who_watch_see_all(self):
        self.assertEqual(self.page(self.other).line_ids.mapped("name"), ["Small damage"])
        for user in (self.supervisor, self.manager):
            self.assertEqual(
                set(self.page(user).line_ids.mapped("name")),
                {"Small damage", "Small delivery", "All teams"},
            )

    def test_f7_an_agent_has_no_page_of_workload(self):
        for user in (self.agent, self.analyst):
            with self.assertRaisesRegex(AccessError, "You lead no team"):
                self.page(user)

    @freeze_time(NOON)
    def test_f7_a_line_says_what_was_what_comes_and_what_is_open(self):
        line = self.page(self.leader).line_ids.filtered(lambda one: one.team_id == self.delivery)
        self.assertEqual((line.handled, line.agents, line.days, line.average), (3, 1, 1, 3.0))
        self.assertEqual(line.tomorrow, "3 for 1: 3 each")
        self.assertEqual((line.open_cases, line.open_weight), (3, 3.0))
        self.assertEqual(line.state, "fine")

    @freeze_time(NOON)
    def test_f7_the_numbers_open_the_cases(self):
        line = self.page(self.supervisor).line_ids.filtered(lambda one: one.team_id == self.delivery)
        action = line.action_open_handled()
        self.assertEqual(self.seen_by(self.supervisor, action["res_model"]).search_count(action["domain"]), 3)
        action = line.action_open_cases()
        self.assertEqual(self.seen_by(self.supervisor, action["res_model"]).search_count(action["domain"]), 3)

    @freeze_time(NOON)
    def test_f7_the_period_can_be_chosen(self):
        page = self.page(self.supervisor)
        page.period = "last_month"
        self.assertEqual(sum(page.line_ids.filtered("team_id").mapped("handled")), 0)
        page.period = "month"
        self.assertEqual(sum(page.line_ids.filtered("team_id").mapped("handled")), 5)

    @freeze_time(NOON)
    def test_f7_more_than_a_team_can_take_opens_the_handover_with_so_many_cases(self):
        self.with_policy(
            workload=LIMITS.replace("average_per_agent_and_day: 50", "average_per_agent_and_day: 1")
        )
        line = self.page(self.leader).line_ids.filtered(lambda one: one.team_id == self.delivery)
        self.assertEqual((line.state, line.too_many), ("over", 2))
        action = line.action_hand_over()
        wizard = self.seen_by(self.leader, action["res_model"]).with_context(**action["context"]).new({})
        self.assertEqual(len(wizard.ticket_ids), 2)

    @freeze_time(NOON)
    def test_f7_cases_are_spread_by_weight_when_the_leader_agrees(self):
        second = self.new_user("second", "complaint_management.group_intake")
        self.join(second)
        self.cases(MONDAY - DAY, 1, urgency_id=self.ref_id("urgency", "urgent"))
        line = self.page(self.leader).line_ids.filtered(lambda one: one.team_id == self.delivery)
        self.assertEqual((line.open_weight, line.uneven), (5.0, 2))
        action = line.action_spread()
        wizard = self.seen_by(self.leader, action["res_model"]).browse(action["res_id"])
        wizard.action_spread()
        moved = wizard.line_ids.ticket_id
        self.assertEqual((len(moved), moved.user_id), (2, second))
        self.assertFalse(any(self.page(self.leader).line_ids.mapped("uneven")))

    @freeze_time(NOON)
    def test_f7_a_case_that_moved_meanwhile_stays(self):
        second = self.new_user("second", "complaint_management.group_intake")
        self.join(second)
        wizard = self.seen_by(self.leader, "complaint.workload.spread").create({"team_id": self.delivery.id})
        moved = wizard.line_ids[0].ticket_id
        moved.user_id = self.leader
        told = wizard.action_spread()["params"]
        self.assertIn(moved.number, told["message"])
        self.assertEqual(moved.user_id, self.leader)

    @freeze_time(NOON)
    def test_f7_nobody_spreads_the_cases_of_another_team(self):
        wizard = self.seen_by(self.other, "complaint.workload.spread").create({"team_id": self.delivery.id})
        self.assertFalse(wizard.line_ids)
        with self.assertRaises(UserError):
            wizard.action_spread()

    @freeze_time(NOON)
    def test_f7_fifty_agents_cost_no_more_queries_than_one(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page = self.page(self.supervisor)
            page.mapped("cover")
            page.line_ids.mapped("tomorrow")
            return self.env.cr.sql_log_count - before

        self.employee(self.agent)
        self.shift(self.agent, MONDAY, 8, 16)
        queries()
        one = queries()
        for user in self.many_agents(49):
            self.shift(user, MONDAY, 8, 16)
        queries()
        self.assertEqual(queries(), one)
        outlooks = self.workloads._outlooks(
            self.company, [MONDAY], self.workloads._plan(self.company, MONDAY, MONDAY + DAY)
        )
        self.assertEqual(outlooks[self.delivery.id, MONDAY].agents, 50)
        self.assertEqual(outlooks[ALL, MONDAY].agents, 51)  # and the one of the other team

    def test_f7_another_company_sees_nothing_of_it(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = self.new_user("stranger", "helpdesk_mgmt.group_helpdesk_manager")
        stranger.write({"company_ids": [(6, 0, abroad.ids)], "company_id": abroad.id})
        pages = (
            self.env["complaint.workload.page"]
            .with_user(stranger)
            .with_context(allowed_company_ids=abroad.ids)
        )
        with self.assertRaises(AccessError):
            pages.action_open()
        portal = self.new_user("portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.seen_by(portal, "complaint.workload.page").action_open()


@tagged("-at_install", "post_install")
class TestCap(WorkloadCase):
    workload = CAP

    def test_f7_assigning_by_rule_keeps_to_the_cap(self):
        for _case in range(2):
            self.assertEqual(self.complaint(category="delay").user_id, self.agent)
        self.assertFalse(self.complaint(category="delay").user_id)

    def test_f7_assigning_by_hand_above_the_cap_is_warned_of(self):
        self.cases(MONDAY, 2)
        ticket = self.complaint(category="delay", user_id=self.leader.id)
        form = Form(ticket.with_user(self.leader))
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as log:
            form.user_id = self.agent
        self.assertIn("2 open cases", log.output[0])
        self.assertEqual(form.save().user_id, self.agent)

    def test_f7_a_hard_cap_holds_by_hand_too(self):
        self.release = self.with_policy(workload=CAP + "  hard: true\n")
        self.cases(MONDAY, 2)
        ticket = self.complaint(category="delay", user_id=self.leader.id)
        with self.assertRaisesRegex(UserError, "may have 2 open cases"):
            ticket.with_user(self.leader).user_id = self.agent
        with self.assertRaisesRegex(UserError, "may have 2 open cases"):
            self.complaint_by(self.leader, user_id=self.agent.id)
        self.assertEqual(self.complaint_by(self.leader).user_id, self.env["res.users"])

    def complaint_by(self, user, **values):
        return self.seen_by(user, "helpdesk.ticket").create(
            {
                "name": "x",
                "description": "y",
                "company_id": self.company.id,
                "case_type_id": self.ref_id("case_type", "complaint"),
                "category_id": self.ref_id("category", "delay"),
                **values,
            }
        )

    def test_f7_whoever_has_that_many_may_still_work_on_them(self):
        self.release = self.with_policy(workload=CAP + "  hard: true\n")
        tickets = self.cases(MONDAY, 2)
        tickets[0].with_user(self.agent).write({"name": "Parcel very broken", "user_id": self.agent.id})
        self.move(tickets[1], "closed")
        self.complaint_by(self.leader, user_id=self.agent.id)
