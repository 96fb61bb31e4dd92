"""Rows of the requirements for handling (B) that the tests of the single parts leave open: the whole way of a
case (B1), a task force of several departments (B3), rank and amount together (B4), emergencies (B7)."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from ...complaint_management.models.first_release import POLICIES
from .solution_pack import SolutionCase
from .test_roles import RolesCase

FILES = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in POLICIES.rglob("*.yaml")}
EMERGENCY = """
kind: escalation
levels:
  - {name: supervisor, notify: [team_leader]}
  - {name: management, notify: [decision_group]}
rules:
  - name: emergency
    title: {en: Emergency, zh_CN: 紧急事件}
    match: {urgency: urgent}
    when: {event: received}
    do: [{escalate: management}, {notify: [team_leader]}, {raise_severity: 1}]
"""
MONDAY = datetime(2026, 3, 2, 9, 0)
# B1: what the row names, by the events of the stages.
LIFE = [
    "received",
    "acknowledged",
    "assigned",
    "investigating",
    "proposed",
    "agreed",
    "carried_out",
    "communicated",
    "closed",
    "archived",
]


@tagged("post_install", "-at_install")
class TestTheWholeWay(SolutionCase):
    def test_b1_the_general_policy_leads_from_receipt_to_the_archive(self):
        company = self.env["res.company"].create({"name": "The whole way"})
        release = self.env["complaint.release"]._apply(FILES, "general", company, message="B1")
        stages = release._policy().stages
        self.assertEqual([name for name in stages if name in LIFE], LIFE)
        for here, there in zip(LIFE, LIFE[1:], strict=False):
            self.assertIn(there, stages[here].next)
        for name in LIFE[:-2]:
            self.assertTrue(release._role(stages[name].written.get("owner")), f"{name} has an owner")

    def test_b4_the_policy_asks_by_rank_of_the_case_and_by_amount(self):
        self.ticket.complexity_id = self.ref_id("complexity", "complex")
        small, large = 4999, 5000
        solution = self.solution(amount=small)
        self.assertEqual([one.role for one in solution._approvals_needed()], ["analysts"])
        solution.amount = large
        self.assertEqual([one.role for one in solution._approvals_needed()], ["analysts", "deciders"])


@tagged("post_install", "-at_install")
class TestEmergency(RolesCase):
    @classmethod
    def more_files(cls):
        return {"escalation": EMERGENCY}

    def setUp(self):
        super().setUp()
        # what other tests or demo data left due is not what is looked at here
        self.env.cr.execute("UPDATE helpdesk_ticket SET next_act_at = NULL")

    def received(self, **values):
        with freeze_time(MONDAY):
            ticket = self.complaint(category="delay", partner_id=self.customer.id, **values)
            self.env["helpdesk.ticket"]._act_due(10)
        ticket.invalidate_recordset()
        return ticket

    def told(self, ticket):
        return set(ticket.notice_ids.user_id)

    def test_b7_an_urgent_case_alerts_the_right_people_at_once_and_is_graver(self):
        ticket = self.received(urgency="urgent")
        self.assertEqual(ticket.escalation_level, "management")
        self.assertEqual(self.told(ticket), {self.board, self.leader})
        self.assertEqual(
            ticket.severity_id.policy_code, "critical", "the matrix says high, the rule one more"
        )
        said = ticket.event_ids.filtered(lambda event: event.kind in ("escalated", "classified"))
        self.assertEqual(set(said.mapped("occurred_at")), {MONDAY}, "in the same minute")
        self.assertStoredEqualsReplayed(ticket)

    def test_b7_a_case_without_haste_alerts_nobody(self):
        ticket = self.received()
        self.assertFalse(ticket.escalation_level)
        self.assertFalse(self.told(ticket))
        self.assertEqual(ticket.severity_id.policy_code, "normal")

    def test_b7_the_alarm_rings_once(self):
        ticket = self.received(urgency="urgent")
        with freeze_time(MONDAY + timedelta(minutes=5)):
            self.env["helpdesk.ticket"]._act_due(10)
        raised = ticket.event_ids.filtered(lambda event: event.kind == "escalated")
        self.assertEqual(len(raised), 1)
        self.assertEqual(ticket.severity_id.policy_code, "critical")

    def test_b3_people_of_several_departments_form_a_task_force_with_one_leader(self):
        ticket = self.complaint(category="delay")
        force = self.env["complaint.task.force"].create(
            {
                "ticket_id": ticket.id,
                "leader_id": self.head.id,
                "member_ids": [(6, 0, (self.agent + self.director).ids)],
            }
        )
        departments = (force.leader_id | force.member_ids).employee_ids.department_id
        self.assertEqual(departments, self.transport | self.logistics | self.product)
        for user in force.leader_id | force.member_ids:
            ticket.with_user(user).check_access("read")
