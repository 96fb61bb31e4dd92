"""The small pack with everything that investigations and solutions need, and a case with people around it."""

from odoo import fields

from .common import ComplaintCase, files

ROLES = """
kind: roles
roles:
  - {name: intake, team: Small intake}
  - {name: assignee, of: case}
  - {name: analysts, title: {en: Analysts, zh_CN: 分析小组}, users: [analyst@small.example]}
  - name: deciders
    title: {en: Deciders, zh_CN: 决策小组}
    users: [decider@small.example, second@small.example]
"""
STAGES = """
kind: stages
stages:
  - {name: received, event: received, owner: intake, next: [investigating, closed, set_aside]}
  - {name: investigating, owner: assignee, next: [proposed, closed]}
  - name: proposed
    event: solution_proposed
    owner: assignee
    approval: solution
    next: [agreed, investigating]
  - {name: agreed, event: agreed, owner: assignee, next: [carried_out, proposed]}
  - {name: carried_out, event: carried_out, owner: assignee, next: [communicated]}
  - {name: communicated, event: communicated, owner: intake, next: [closed, investigating]}
  - {name: closed, event: closed, closes: true, reopen: {within: 30d, to: investigating}}
  - {name: set_aside, event: withdrawn, closes: true}
"""
APPROVALS = """
kind: approvals
approvals:
  - name: solution
    title: {en: Solution of a case, zh_CN: 解决方案审批}
    steps:
      - {by: analysts, match: {complexity: [complex]}}
      - {by: deciders, when: {amount: {min: 5000}}}
"""
REMEDIES = """
kind: remedies
remedies:
  - {name: apology, title: {en: Apology, zh_CN: 道歉}, answer: {within: 14d, then: accepted}}
  - {name: refund, title: {en: Refund, zh_CN: 退款}, amount: true, answer: {within: 30d, then: expired}}
  - {name: repair, title: {en: Repair, zh_CN: 维修}}
"""
CAUSES = """
kind: causes
causes:
  - name: process
    title: {en: Process, zh_CN: 流程}
    children: [{name: handover, title: {en: Missing handover, zh_CN: 交接遗漏}}]
  - {name: product, title: {en: Product, zh_CN: 产品}}
findings:
  - {name: upheld, title: {en: Upheld, zh_CN: 投诉成立}}
  - {name: not_upheld, title: {en: Not upheld, zh_CN: 投诉不成立}}
"""
TOPICS = {
    "roles": ROLES,
    "stages": STAGES,
    "approvals": APPROVALS,
    "remedies": REMEDIES,
    "causes": CAUSES,
}


class SolutionCase(ComplaintCase):
    """A case of the agent that is being investigated, with analysts and deciders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(**TOPICS))
        cls.analyst = cls.new_user("analyst", "complaint_management.group_analysis", name="Ana Lyst")
        cls.decider = cls.new_user("decider", "complaint_management.group_decision", name="Mei Chen")
        cls.second = cls.new_user("second", "complaint_management.group_decision", name="Sec Ond")
        cls.employee = cls.new_user("employee", "base.group_user")
        cls.ticket = cls.complaint(category="delay", partner_id=cls.customer.id, user_id=cls.agent.id)
        cls.move(cls.ticket, "investigating")

    @classmethod
    def solution(cls, remedy="refund", amount=100, ticket=None, user=None, **values):
        """A draft of the agent."""
        solutions = cls.env["complaint.solution"].with_user(user or cls.agent)
        return solutions.create(
            {
                "ticket_id": (ticket or cls.ticket).id,
                "remedy_id": cls.ref_id("remedy", remedy),
                "amount": amount,
                "description": "You get your money back.",
                "reasoning": "The parcel was wet.",
                **values,
            }
        )

    @classmethod
    def proposed(cls, **values):
        """A solution that needed no approval and is with the customer."""
        solution = cls.solution(**values)
        solution.action_submit()
        solution.action_propose()
        return solution

    def stage(self, ticket=None):
        return (ticket or self.ticket).stage_id.policy_code

    def tomorrow(self):
        return fields.Date.add(fields.Date.today(), days=1)
