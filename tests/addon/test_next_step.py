"""What, who, by when: the line on top of a case (A6, B1)."""

from freezegun import freeze_time
from odoo.tests import tagged

from .common import ComplaintCase, edited

TIMED = (
    "owner: assignee, next: [proposed",
    "title: {en: At work, zh_CN: 处理中}, owner: assignee, within: 2bd, next: [proposed",
)


@tagged("post_install", "-at_install")
class TestNextStep(ComplaintCase):
    def line(self, ticket, user=None):
        ticket.invalidate_recordset()
        return ticket.with_user(user or self.leader).with_context(tz="Europe/Berlin").next_step

    @freeze_time("2026-03-02 08:00:00")
    def test_b1_the_line_says_what_who_and_by_when(self):
        ticket = self.complaint(category="delay")
        self.assertEqual(self.line(ticket), "Acknowledgement · you · by today 10:00")
        self.assertEqual(
            self.line(ticket, self.agent), f"Acknowledgement · {self.leader.name} · by today 10:00"
        )

    def test_what_is_late_was_due(self):
        with freeze_time("2026-03-02 08:00:00"):
            ticket = self.complaint(category="delay")
        with freeze_time("2026-03-02 10:00:00"):
            self.assertEqual(self.line(ticket), "Acknowledgement · you · was due today 10:00")
        with freeze_time("2026-03-03 10:00:00"):
            self.assertEqual(self.line(ticket), "Acknowledgement · you · was due yesterday 10:00")

    @freeze_time("2026-03-02 08:00:00")
    def test_a6_a_stage_with_a_limit_gives_an_open_case_a_deadline(self):
        self.apply(edited("stages", TIMED))
        ticket = self.complaint(type="inquiry", category="delay", user_id=self.agent.id)
        ticket._record_fact("first_feedback")
        self.assertFalse(ticket.next_due_at, "nothing runs after the first answer to an inquiry")
        self.move(ticket, "investigating")
        self.assertEqual(ticket.next_clock, "stage:investigating")
        self.assertEqual(self.line(ticket, self.agent), "On to “Proposed” · you · by 2026-03-04 17:00")
        clock = ticket.current_milestone_ids.filtered(lambda one: one.name == "stage:investigating")
        self.assertEqual(clock.title, "At work")
        self.assertTrue(clock._reckoning())
        self.assertIn("within: 2bd", clock._rule_text())
        self.move(ticket, "proposed")
        self.assertEqual(clock.state, "met")
        self.assertStoredEqualsReplayed(ticket)

    @freeze_time("2026-03-02 08:00:00")
    def test_without_any_clock_the_line_still_says_what_and_who(self):
        ticket = self.complaint(type="inquiry", category="delay", user_id=self.agent.id)
        ticket._record_fact("first_feedback")
        self.move(ticket, "investigating")
        self.assertEqual(self.line(ticket, self.agent), "On to “Proposed” · you")

    def test_a6_the_owner_of_the_stage_is_accountable(self):
        ticket = self.complaint(category="delay")
        helper = self.new_user("driver", "complaint_management.group_intake")
        self.assertEqual(ticket.accountable_id, self.leader, "intake owns what was just received: its leader")
        ticket.user_id = self.agent
        self.assertEqual(ticket.accountable_id, self.agent, "the agent belongs to intake")
        ticket.user_id = helper
        self.assertEqual(ticket.accountable_id, self.leader, "this one does not")
        self.move(ticket, "investigating")
        self.assertEqual(ticket.accountable_id, helper, "the investigation is the assigned person's")

    def test_accountable_people_of_a_batch_cost_no_query_for_each(self):
        tickets = self.env["helpdesk.ticket"].union(*(self.complaint(category="delay") for _n in range(12)))
        few = tickets[:2]

        def cost(cases):
            self.env.flush_all()
            self.env.invalidate_all()
            cases.mapped("user_id"), cases.mapped("stage_id.policy_code")
            before = self.env.cr.sql_log_count
            cases._compute_accountable()
            return self.env.cr.sql_log_count - before

        cost(few)
        self.assertLessEqual(cost(tickets), cost(few) + 2)
