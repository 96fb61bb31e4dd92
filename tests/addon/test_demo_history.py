from collections import Counter
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from ...complaint_management.demo.stories import stories
from ...complaint_management.models.release_sources import compile_sources
from .common import ComplaintCase

NOW = datetime(2026, 11, 18, 9)


@tagged("post_install", "-at_install")
class TestDemoHistory(ComplaintCase):
    """The demo data look like three months of work, and are what the register would say of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": (cls.main + cls.company).ids})
        cls.general = cls.env["complaint.release"]._active(cls.main)
        cls.agents = cls.agent + cls.leader
        cls.agents.sudo().write({"company_ids": [(4, cls.main.id)]})
        with freeze_time(NOW):
            cls.cases = cls.env["helpdesk.ticket"]._play_demo_history(cls.agents.ids)

    def test_the_stories_are_the_same_each_time_and_none_is_from_the_future(self):
        told = stories(NOW)
        self.assertEqual(told, stories(NOW))
        self.assertTrue(120 <= len(told) <= 170, len(told))
        self.assertEqual(told, sorted(told, key=lambda story: story.received))
        for story in told:
            self.assertTrue(NOW - timedelta(days=90) <= story.received <= NOW)
            self.assertTrue(all(story.received <= at <= NOW for _kind, at, _data in story.facts))

    def test_most_cases_are_closed_and_some_are_not(self):
        self.assertEqual(len(self.cases), len(stories(NOW)))
        closed = self.cases.filtered("closed")
        self.assertGreater(len(closed), 90)
        self.assertGreater(len(self.cases - closed), 8)
        self.assertGreater(len((self.cases - closed).stage_id), 2)
        late = Counter(case.breached_clocks > 0 for case in closed)
        self.assertGreater(late[False], late[True], "most are in time")
        self.assertGreater(late[True], 10)

    def test_the_register_says_what_the_cases_say(self):
        self.assertStoredEqualsReplayed(self.cases)
        for case in self.cases:
            self.assertEqual(case._replayed().stage, case.stage_id.policy_code)
        self.assertNotIn("assigned", self.cases.event_ids.mapped("kind"), "writing the end was no new fact")

    def test_dates_lie_in_the_past(self):
        self.assertEqual(self.cases.mapped("create_date"), self.cases.mapped("received_at"))
        for case in self.cases.filtered("closed"):
            self.assertTrue(case.received_at <= case.closed_date <= NOW)

    def test_nobody_got_mail(self):
        mails = self.env["mail.mail"].search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "in", self.cases.ids)]
        )
        self.assertFalse(mails)

    def test_customers_were_called_back_and_some_are_still_to_be_called(self):
        with freeze_time(NOW):
            callbacks = self.env["helpdesk.ticket"]._play_demo_callbacks()
        states = Counter(callbacks.mapped("state"))
        self.assertGreater(states["done"], 30)
        self.assertGreater(states["unreachable"], 0)
        self.assertGreater(states["open"], 3)
        done = callbacks.filtered(lambda one: one.state == "done")
        self.assertTrue(all(one.answers and one.result and one.done_at <= NOW for one in done))
        self.assertStoredEqualsReplayed(callbacks.ticket_id)

    def test_causes_and_refunds_are_known_and_the_register_stays_as_it_is(self):
        facts = len(self.cases.event_ids)
        with freeze_time(NOW):
            self.env["helpdesk.ticket"]._play_demo_costs(self.leader.id)
        self.env.invalidate_all()
        self.assertGreater(len(self.cases.investigation_ids.cause_id), 8)
        paid = self.cases.solution_ids
        self.assertGreater(len(paid), 10)
        self.assertTrue(all(one.ticket_id.closed and one.amount for one in paid))
        self.assertEqual(len(self.cases.event_ids), facts)
        self.assertStoredEqualsReplayed(self.cases)

    def test_the_complaint_rate_has_a_base_and_last_month_is_checked_and_signed(self):
        supervisor = self.new_user("watcher", "complaint_management.group_supervision")
        supervisor.sudo().write({"company_ids": [(4, self.main.id)]})
        with freeze_time(NOW):
            self.env["complaint.fact"]._cron_count()
            volumes = self.env["helpdesk.ticket"]._play_demo_volume()
            check = self.env["helpdesk.ticket"]._play_demo_check_list(supervisor.id)
        self.assertGreaterEqual(len(volumes), 14, "so that last year can be compared")
        self.assertLess(max(volumes.mapped("month")), NOW.date().replace(day=1), "months that are over")
        self.assertEqual((check.state, check.period), ("signed", "2026-10"))
        self.assertFalse(check.overdue)
        self.assertLess(check.signed_at, check.due_at)

    def test_the_review_of_last_quarter_was_held_and_the_next_one_is_planned(self):
        manager = self.new_user("head", "helpdesk_mgmt.group_helpdesk_manager")
        manager.sudo().write({"company_ids": [(4, self.main.id)]})
        self.new_user("watcher", "complaint_management.group_supervision").sudo().write(
            {"company_ids": [(4, self.main.id)]}
        )
        with freeze_time(NOW):
            held = self.env["helpdesk.ticket"]._play_demo_meetings(manager.id)
        self.assertEqual(held.mapped("state"), ["held"])
        self.assertTrue(held.item_ids.filtered("minutes"))
        self.assertEqual(held.action_ids.user_id, manager, "what was decided is an action of somebody")
        planned = self.env["complaint.meeting"]._next(self.main)
        self.assertGreater(planned.date_from, held.date_to)

    def test_a_shorter_limit_shows_in_the_what_if(self):
        files = dict(self.general.sources)
        files["general/sla.yaml"] = files["general/sla.yaml"].replace("within: 72h", "within: 48h")
        compiled = compile_sources("general", files, NOW.date())
        with freeze_time(NOW):
            found = self.env["complaint.release"]._what_if(compiled.normalised, self.main)
        self.assertEqual(found["cases"], len(self.cases))
        self.assertGreater(found["clocks"]["solution"]["after"], found["clocks"]["solution"]["before"])
        self.assertTrue(found["open"], "and open cases whose deadline would change")
