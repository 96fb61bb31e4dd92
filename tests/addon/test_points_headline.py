"""The headline of the incentives, in the browser: the employee sees each point with case, reason and line of
the policy, objects, somebody else decides, the score corrects itself, the month is paid within its budget."""

from odoo.tests import HttpCase, tagged

from .points_pack import INCENTIVES
from .test_points_statements import StatementCase


@tagged("post_install", "-at_install")
class TestPointsHeadline(HttpCase, StatementCase):
    @classmethod
    def pack(cls, incentives=INCENTIVES):
        return super().pack(incentives.replace("budget: 1000", "budget: 999.99"))

    def tour(self, name, login, path):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", name, login=f"{login}@small.example", timeout=180)
        self.env.invalidate_all()

    def test_e2_e3_from_the_first_look_to_the_payment(self):
        self.env["complaint.incentive.dirty"]._reckon_all()
        period = self.period()
        period._compute_over()  # today, so that there is time to object
        own, other = self.statement(self.other), self.statement(self.agent)
        before = own.entry_ids.read(["rule", "points", "weight"])
        self.tour("points_employee_tour", "other", "complaint-my-points")
        objection = own.objection_ids
        self.assertEqual((objection.state, objection.user_id), ("open", self.other))
        self.tour("points_decider_tour", "boss", "complaint-objections")
        self.assertEqual((objection.state, objection.decided_by_id), ("upheld", self.boss))
        known = own.entry_ids.browse([row["id"] for row in before])
        self.assertEqual(known.read(["rule", "points", "weight"]), before)
        self.tour("points_agree_tour", "other", "complaint-my-points")
        other.with_user(self.agent).action_agree()
        self.tour("points_leader_tour", "leader", "complaint-points-team")
        self.assertEqual((own | other).mapped("state"), ["reviewed", "reviewed"])
        self.tour("points_approver_tour", "boss", "complaint-points-periods")
        self.assertEqual((own | other).mapped("state"), ["paid", "paid"])
        self.assertEqual(round(own.reward + other.reward, 2), 999.99)
        self.assertEqual(period.shared, 999.99)
