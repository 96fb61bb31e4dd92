"""The job lets the policy act: each consequence once, in order, also after an outage and beside failing
cases."""

from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import api
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import ComplaintCase, files

LADDER = """
kind: escalation
levels: [{name: supervisor, notify: [intake]}, {name: department, notify: [intake]}]
rules:
  - {name: warn, when: {clock: any, at: 80%}, do: [{notify: [assignee]}]}
  - {name: late, when: {clock: any, at: 100%}, do: [{escalate: supervisor}]}
  - name: later
    when: {clock: [solution], after_due: 24h}
    do: [{escalate: department}, {raise_severity: 1}]
  - {name: ignored, when: {level: supervisor, unanswered: 4h}, do: [{escalate: department}]}
  - {name: unhappy, when: {event: rated, score: {max: 2}}, do: [{escalate: department}]}
"""
MONDAY = datetime(2026, 3, 2, 9, 0)
CARRY_OUT = "odoo.addons.complaint_management.complaint_management.models.job.HelpdeskTicket._carry_out"


@tagged("post_install", "-at_install")
class TestJob(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(escalation=LADDER))
        cls.Ticket = cls.env["helpdesk.ticket"]
        # what other tests or demo data left due is not what is looked at here
        cls.env.cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")

    def received(self, count=1, at=MONDAY):
        with freeze_time(at):
            tickets = self.Ticket.union(*(self.complaint(category="delay") for _one in range(count)))
            self.move(tickets, "acknowledged")
        return tickets

    def run_job(self, at, limit=100):
        with freeze_time(at):
            done = self.Ticket._act_due(limit)
        self.env.flush_all()
        self.env.invalidate_all()
        return done

    def acted(self, ticket):
        """ "rule subject" of what the policy did, in the order of the register."""
        events = ticket.event_ids.sorted(lambda event: (event.occurred_at, event.id))
        return [
            f"{event.data['rule']} {event.data['subject']}"
            for event in events
            if event.kind in ("acted", "escalated") and "rule" in (event.data or {})
        ]

    def test_the_case_knows_when_the_policy_acts_next(self):
        ticket = self.received()
        self.assertEqual(ticket.next_act_at, MONDAY + timedelta(hours=24 * 0.8))  # first_feedback within 24 h
        self.move(ticket, "set_aside")
        self.assertFalse(ticket.next_act_at)

    def test_before_the_moment_nothing_happens(self):
        ticket = self.received()
        self.assertEqual(self.run_job(ticket.next_act_at - timedelta(seconds=1)), 0)
        self.assertEqual(self.acted(ticket), [])

    def test_at_the_moment_a_rule_acts_once(self):
        ticket = self.received()
        moment = ticket.next_act_at
        self.assertEqual(self.run_job(moment), 1)
        self.assertEqual(self.run_job(moment), 0)
        self.assertEqual(self.acted(ticket), ["warn first_feedback"])
        self.assertStoredEqualsReplayed(ticket)

    def test_the_level_and_since_when_it_is_unanswered_are_known(self):
        ticket = self.received()
        self.run_job(MONDAY + timedelta(hours=24, minutes=1))
        self.assertEqual(ticket.escalation_level, "supervisor")
        self.assertEqual(ticket.unanswered_since, MONDAY + timedelta(hours=24, minutes=1))
        self.assertEqual(ticket.next_act_at, ticket.unanswered_since + timedelta(hours=4))
        with freeze_time(MONDAY + timedelta(hours=25)):
            ticket._record_fact("escalation_answered")
        self.assertFalse(ticket.unanswered_since)
        self.assertStoredEqualsReplayed(ticket)

    def test_after_an_outage_it_catches_up_in_order_and_marks_what_was_late(self):
        ticket = self.received()
        self.run_job(MONDAY + timedelta(hours=100))
        self.assertEqual(
            self.acted(ticket),
            [
                "warn first_feedback",
                "late first_feedback",
                "warn solution",
                "late solution",
                "later solution",
            ],
        )
        planned = [event.data.get("planned") for event in ticket.event_ids if event.kind == "escalated"]
        self.assertEqual(
            [datetime.utcfromtimestamp(one) for one in planned],
            [MONDAY + timedelta(hours=24), MONDAY + timedelta(hours=96)],
        )
        self.assertEqual(ticket.severity_id.policy_code, "high")
        self.assertStoredEqualsReplayed(ticket)

    def test_the_register_tells_what_the_policy_did(self):
        ticket = self.received()
        self.run_job(MONDAY + timedelta(hours=30))
        told = ticket.event_ids.filtered(lambda event: event.kind == "escalated").with_context(tz="UTC")
        self.assertEqual(told.summary, "Late · First feedback · Supervisor · was due on 2026-03-03 09:00")

    def test_what_is_only_some_seconds_late_is_not_marked(self):
        ticket = self.received()
        self.run_job(ticket.next_act_at + timedelta(seconds=90))
        self.assertNotIn("planned", ticket.event_ids.filtered(lambda event: event.kind == "acted").data)

    def test_severity_is_raised_once(self):
        ticket = self.received()
        for hours in (97, 98, 99, 120):
            self.run_job(MONDAY + timedelta(hours=hours))
        raised = [event.data for event in ticket.event_ids if event.kind == "classified"]
        self.assertEqual([one["set"] for one in raised], [{"severity": "high"}])
        self.assertEqual(ticket.severity_id.policy_code, "high")

    def test_an_event_rule_is_due_at_once_and_wakes_the_job(self):
        ticket = self.received()
        job = self.env.ref("complaint_management.cron_act_1")
        waiting = [("cron_id", "=", job.id)]
        self.env.cr.precommit.run()
        before = self.env["ir.cron.trigger"].search_count(waiting)
        at = MONDAY + timedelta(hours=1)
        with freeze_time(at):
            ticket._record_fact("rated", data={"score": 1})
            ticket._record_fact("rated", data={"score": 1})
            self.env.cr.precommit.run()
        self.assertEqual(self.env["ir.cron.trigger"].search_count(waiting), before + 1)
        self.assertEqual(ticket.next_act_at, at)
        self.run_job(at)
        self.assertEqual(self.acted(ticket), ["unhappy rated"])
        self.assertEqual(ticket.escalation_level, "department")

    def test_the_deeds_come_in_the_order_of_their_moments(self):
        tickets = self.received(2)
        seen = []
        with patch(CARRY_OUT, autospec=True, side_effect=lambda self, acts: seen.extend(acts)):
            self.run_job(MONDAY + timedelta(hours=100))
        self.assertEqual(len(seen), 10)
        moments = [fired.planned for _ticket, fired in seen]
        self.assertEqual(moments, sorted(moments))
        self.assertEqual({ticket.id for ticket, _fired in seen}, set(tickets.ids))

    def test_no_more_than_asked_for_are_taken_and_the_longest_waiting_first(self):
        self.received(at=MONDAY + timedelta(hours=1))
        early = self.received()
        self.assertEqual(self.run_job(MONDAY + timedelta(hours=30), limit=1), 1)
        self.assertTrue(self.acted(early))
        self.assertEqual(self.run_job(MONDAY + timedelta(hours=30), limit=100), 1)

    def poisoned(self, ticket):
        """While this holds, nothing can be done on one case."""

        def carry_out(model, acts):
            if any(case.id == ticket.id for case, _fired in acts):
                raise ValueError("the dog ate it")

        return patch(CARRY_OUT, autospec=True, side_effect=carry_out)

    def test_a_case_that_fails_is_set_aside_and_the_rest_goes_on(self):
        tickets = self.received(3)
        poison, others = tickets[1], tickets[0] + tickets[2]
        moment = poison.next_act_at
        with (
            self.poisoned(poison),
            mute_logger("odoo.addons.complaint_management.complaint_management.models.job"),
        ):
            self.run_job(moment)
        self.assertEqual([self.acted(ticket) for ticket in others], [["warn first_feedback"]] * 2)
        self.assertEqual(self.acted(poison), [])
        failure = self.env["complaint.job.failure"].search([("ticket_id", "=", poison.id)])
        self.assertEqual((failure.number, failure.error), (poison.number, "ValueError: the dog ate it"))
        self.assertEqual(self.run_job(moment), 0, "it is not tried again by itself")
        self.assertStoredEqualsReplayed(tickets)
        failure.action_try_again()
        self.run_job(moment + timedelta(hours=1))
        self.assertEqual(self.acted(poison), ["warn first_feedback"])
        self.assertFalse(failure.exists())

    def test_a_case_that_fails_again_stays_aside(self):
        poison = self.received()
        moment = poison.next_act_at
        with (
            self.poisoned(poison),
            mute_logger("odoo.addons.complaint_management.complaint_management.models.job"),
        ):
            self.run_job(moment)
            failure = self.env["complaint.job.failure"].search([("ticket_id", "=", poison.id)])
            failure.action_try_again()
            self.assertEqual(self.run_job(moment), 1)
        self.assertEqual((failure.aside, failure.attempts), (True, 2))

    def test_only_those_who_keep_it_going_see_what_was_set_aside(self):
        poison = self.received()
        with (
            self.poisoned(poison),
            mute_logger("odoo.addons.complaint_management.complaint_management.models.job"),
        ):
            self.run_job(poison.next_act_at)
        failure = self.env["complaint.job.failure"].search([("ticket_id", "=", poison.id)])
        admin = self.new_user("keeper", "complaint_management.group_policy_admin")
        failure.with_user(admin).action_try_again()
        self.assertFalse(failure.aside)
        portal = self.new_user("outside", "base.group_portal")
        for user in (self.agent, portal):
            with self.assertRaises(AccessError):
                failure.with_user(user).read(["error"])
            with self.assertRaises(AccessError):
                failure.with_user(user).action_try_again()
        with self.assertRaises(AccessError):
            failure.with_user(admin).write({"error": "x"})

    def test_the_moments_are_written_by_nobody(self):
        ticket = self.received()
        for name in ("next_act_at", "unanswered_since", "escalation_level"):
            with self.assertRaises(AccessError):
                ticket.with_user(self.leader).write({name: False})

    def test_the_number_of_queries_does_not_grow_with_the_cases(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with patch(CARRY_OUT, autospec=True):
                self.Ticket._act_due(100)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        counts = []
        for count in (1, 1, 50):
            moment = self.received(count)[0].next_act_at
            with freeze_time(moment):
                counts.append(queries())
            self.env.cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install", "complaint_two_jobs")
class TestTwoJobs(BaseCase):
    """With real connections and commits; what it makes stays in the test database, in its own company."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.env_of(cr)
            company = env["res.company"].search([("name", "=", "Two Jobs")])
            if not company:
                company = env["res.company"].create({"name": "Two Jobs"})
                small = files(channels="kind: channels\nchannels: [{name: phone}]\n", escalation=LADDER)
                env["complaint.release"]._apply(small, "small", company, message="two jobs")
            refs = env["complaint.release"]._active(company)._refs()
            values = {
                "name": "x",
                "description": "y",
                "company_id": company.id,
                "case_type_id": refs["case_type", "complaint"],
                "received_at": datetime.now() - timedelta(hours=30),
            }
            cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")
            self.tickets = env["helpdesk.ticket"].create([dict(values) for _one in range(20)]).ids

    def env_of(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def test_two_jobs_at_once_take_different_cases_and_each_acts_once(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self.assertEqual(self.env_of(first)["helpdesk.ticket"]._act_due(8), 8)
            self.assertEqual(self.env_of(second)["helpdesk.ticket"]._act_due(8), 8)
            first.commit()  # pylint: disable=invalid-commit
            second.commit()  # pylint: disable=invalid-commit
            self.env_of(first)["helpdesk.ticket"]._act_batch(8)
            first.commit()  # pylint: disable=invalid-commit
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT data ->> 'rule' || ' ' || (data ->> 'subject'), count(*) FROM complaint_event "
                "WHERE ticket_id IN %s AND kind IN ('acted', 'escalated') GROUP BY 1",
                [tuple(self.tickets)],
            )
            counts = dict(cr.fetchall())
        for what in (
            "warn acknowledgement",
            "late acknowledgement",
            "warn first_feedback",
            "late first_feedback",
        ):
            self.assertEqual(counts[what], 20)

    def test_a_job_that_begins_while_another_one_commits_looks_again(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            slow = self.env_of(second)["helpdesk.ticket"]
            second.execute("SELECT 1 FROM helpdesk_ticket LIMIT 1")  # its snapshot is taken
            self.assertEqual(self.env_of(first)["helpdesk.ticket"]._act_due(100), 20)
            first.commit()  # pylint: disable=invalid-commit
            with mute_logger("odoo.sql_db"):
                self.assertEqual(slow._act_batch(100), 0)
            second.commit()  # pylint: disable=invalid-commit
