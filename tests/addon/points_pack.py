"""What the tests about points share: a company whose policy counts points of its intake team by the month,
and cases that were handled well or badly."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields

from .common import SMALL_PACK, ComplaintCase, files

ROLES = (
    SMALL_PACK["small/roles.yaml"]
    + "  - {name: management, users: [boss@small.example, chief@small.example]}\n"
)
APPROVALS = """
kind: approvals
approvals:
  - {name: reward, title: {en: Reward}, steps: [{by: management}]}
"""
INCENTIVES = """
kind: incentives
schemes:
  - name: desk
    title: {en: Service desk, zh_CN: 服务台}
    period: month
    who: {role: intake}
    score: average
    rules:
      - {name: on-time, title: {en: Solved in time}, when: {closed: true, breaches: 0}, points: 5}
      - {name: satisfied, title: {en: Satisfied customer}, when: {rating: {min: 4}}, points: 3}
      - {name: breach, title: {en: Deadline missed}, when: {clock: any, breached: true},
         points: -4, charged_to: holder, limit_per_case: 8}
      - {name: reopened, title: {en: Reopened}, when: {event: reopened}, points: -5, charged_to: solver}
      - {name: idea, title: {en: Accepted idea}, when: {event: suggestion_accepted}, points: 10, flat: true}
    weight: {severity: {low: 0.8, normal: 1, high: 1.5, critical: 2}}
    fair: {min_cases: 2, below_min: no_grade, exclude: [outage, extension, disputed, absence]}
    grades:
      - {name: excellent, title: {en: Excellent}, min: 500, reward: 800, badge: true}
      - {name: good, title: {en: Good}, min: 20, reward: 300}
      - {name: standard, title: {en: Standard}, min: 0}
      - {name: warning, title: {en: Warning}, consequence: warning}
    budget: 1000
    approval: reward
    object_within: 10d
"""


class PointsCase(ComplaintCase):
    """Two agents, the leader of both, two managers who approve, and a month of cases: March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_user("other", "complaint_management.group_intake")
        cls.peer = cls.new_user("peer", "complaint_management.group_senior")
        cls.boss = cls.new_user("boss", "complaint_management.group_decision")
        cls.chief = cls.new_user("chief", "complaint_management.group_decision")
        cls.intake.user_ids = [(6, 0, (cls.agent + cls.other).ids)]
        cls.release = cls.apply(cls.pack())
        cls.env["complaint.incentive.dirty"].search([]).unlink()

    @classmethod
    def pack(cls, incentives=INCENTIVES, roles=ROLES):
        more = {"incentives": incentives} if incentives else {}
        return files(roles=roles, approvals=APPROVALS, **more)

    @classmethod
    def handled(cls, holder, at="2026-03-10 09:00", late=False, **values):
        """A case that somebody has from the start and closes an hour later; late: acknowledged too late."""
        start = fields.Datetime.to_datetime(at)
        with freeze_time(start):
            case = cls.complaint(user_id=holder.id, team_id=cls.intake.id, **values)
        with freeze_time(start + timedelta(minutes=90 if late else 20)):
            cls.move(case, "acknowledged")
        with freeze_time(start + timedelta(minutes=100)):
            case._record_fact("first_feedback")
            for stage in ("investigating", "proposed", "communicated", "closed"):
                cls.move(case, stage)
        return case

    @classmethod
    def count(cls, now="2026-03-20 12:00"):
        with freeze_time(now):
            cls.env["complaint.incentive.dirty"]._reckon_all()

    @classmethod
    def statement(cls, user, code="2026-03"):
        return cls.env["complaint.incentive.statement"].search(
            [("user_id", "=", user.id), ("period_code", "=", code)]
        )

    @classmethod
    def period(cls, code="2026-03"):
        return cls.env["complaint.incentive.period"].search(
            [("company_id", "=", cls.company.id), ("code", "=", code)]
        )

    @classmethod
    def over(cls, now="2026-04-01 08:00"):
        """March is over and computed."""
        with freeze_time(now):
            cls.count(now)
            cls.period()._compute_over()

    def ledger(self, user, code="2026-03"):
        """[(rule, subject, points)] of a statement in the order in which it grew, cases left out."""
        entries = self.statement(user, code).entry_ids.filtered(lambda one: one.rule != "#case").sorted("id")
        return [(one.rule, one.subject, one.points) for one in entries]

    @classmethod
    def object_to(cls, entry, reason="The call was at nine, see the log.", now="2026-04-02 10:00"):
        with freeze_time(now):
            own = entry.with_user(entry.user_id)
            return cls.env["complaint.incentive.objection"].with_user(entry.user_id)._ask(own, reason)

    @classmethod
    def breach_of(cls, user):
        return cls.statement(user).entry_ids.filtered(lambda one: one.rule == "breach")[:1]
