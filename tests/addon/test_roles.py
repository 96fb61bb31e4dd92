"""Who a rule means, when it acts."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SMALL_PACK, ComplaintCase, files

ROLES = (
    SMALL_PACK["small/roles.yaml"]
    + """
  - {name: complainant, of: case}
  - {name: named_agent, of: customer}
  - {name: team_leader, of: team}
  - {name: department_head, of: responsible_department}
  - {name: analysis, departments: [Small product]}
  - {name: decision_group, group: decision}
  - {name: supervision, users: [supervision@small.example]}
"""
)
CATEGORIES = SMALL_PACK["small/categories.yaml"].replace(
    "{name: delay,", "{name: delay, department: Small transport,"
)


class RolesCase(ComplaintCase):
    """The small company with more roles, departments and people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(roles=ROLES, categories=CATEGORIES, **cls.more_files()))
        cls.head = cls.new_user("head", "base.group_user")
        cls.director = cls.new_user("director", "base.group_user")
        cls.substitute = cls.new_user("substitute", "complaint_management.group_intake")
        cls.board = cls.new_user("board", "complaint_management.group_decision")
        cls.supervision = cls.new_user("supervision", "complaint_management.group_supervision")
        Department = cls.env["hr.department"]
        cls.logistics = Department.create({"name": "Small logistics", "company_id": cls.company.id})
        cls.transport = Department.create(
            {
                "name": "Small transport",
                "company_id": cls.company.id,
                "parent_id": cls.logistics.id,
            }
        )
        cls.product = Department.create({"name": "Small product", "company_id": cls.company.id})
        cls.employees = {
            user: cls.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "department_id": department.id,
                }
            )
            for user, department in (
                (cls.head, cls.transport),
                (cls.director, cls.logistics),
                (cls.leader, cls.product),
                (cls.agent, cls.product),
            )
        }
        cls.transport.manager_id = cls.employees[cls.head]
        cls.logistics.manager_id = cls.employees[cls.director]

    @classmethod
    def more_files(cls):
        """Texts of further policy files by topic."""
        return {}

    def people(self, ticket, role):
        return ticket._role_users(role)[ticket.id]

    def be_absent(self, user):
        now = fields.Datetime.now()
        user.sudo().write(
            {"out_of_office_from": now - timedelta(hours=1), "out_of_office_to": now + timedelta(days=3)}
        )


@tagged("post_install", "-at_install")
class TestRoles(RolesCase):
    def test_the_person_in_charge_is_the_accountable_one(self):
        ticket = self.complaint(category="billing")
        self.assertEqual(self.people(ticket, "assignee"), self.leader, "of the team, while nobody has it")
        ticket.user_id = self.agent
        self.assertEqual(self.people(ticket, "assignee"), self.agent)

    def test_a_team_without_leader_is_led_by_the_team_above(self):
        self.damage.parent_id = self.intake
        ticket = self.complaint(category="damage")
        self.assertEqual(ticket.team_id, self.damage)
        self.assertEqual(self.people(ticket, "team_leader"), self.leader)

    def test_the_head_of_the_department_of_the_category_answers_for_it(self):
        self.assertEqual(self.people(self.complaint(category="delay"), "department_head"), self.head)

    def test_a_category_without_department_has_no_head(self):
        self.assertFalse(self.people(self.complaint(category="billing"), "department_head"))

    def test_groups_departments_teams_and_single_users_are_all_their_people(self):
        ticket = self.complaint(category="delay")
        self.assertEqual(self.people(ticket, "decision_group"), self.board)
        self.assertEqual(self.people(ticket, "analysis"), self.leader | self.agent)
        self.assertEqual(self.people(ticket, "intake"), self.agent)
        self.assertEqual(self.people(ticket, "supervision"), self.supervision)

    def test_the_complainant_is_a_partner_and_no_user(self):
        ticket = self.complaint(category="delay", partner_id=self.customer.id)
        self.assertEqual(ticket._role_partners("complainant")[ticket.id], self.customer)
        self.assertFalse(self.people(ticket, "complainant"))

    def test_a_role_that_the_policy_does_not_have_is_nobody(self):
        self.assertFalse(self.people(self.complaint(category="delay"), "jury"))

    def test_the_substitute_stands_in_for_whoever_is_absent(self):
        ticket = self.complaint(category="delay")
        self.head.with_user(self.head).complaint_substitute_id = self.substitute
        self.be_absent(self.head)
        self.assertEqual(self.people(ticket, "department_head"), self.substitute)

    def test_without_a_substitute_the_next_one_upwards_stands_in(self):
        ticket = self.complaint(category="delay")
        self.be_absent(self.head)
        self.assertEqual(self.people(ticket, "department_head"), self.director)

    def test_a_substitute_who_is_absent_too_is_passed_over(self):
        ticket = self.complaint(category="delay")
        self.head.complaint_substitute_id = self.substitute
        self.be_absent(self.head)
        self.be_absent(self.substitute)
        self.assertEqual(self.people(ticket, "department_head"), self.director)

    def test_nobody_is_asked_about_a_complaint_about_themselves(self):
        ticket = self.complaint(
            category="delay", complaint_against_ids=[(6, 0, self.employees[self.head].ids)]
        )
        self.assertEqual(self.people(ticket, "department_head"), self.director)
        ticket.complaint_against_ids = [(6, 0, self.employees[self.agent].ids)]
        self.assertEqual(self.people(ticket, "analysis"), self.leader)

    def test_nobody_stands_in_in_a_complaint_about_themselves(self):
        ticket = self.complaint(
            category="delay", complaint_against_ids=[(6, 0, self.employees[self.agent].ids)]
        )
        self.head.complaint_substitute_id = self.agent
        self.be_absent(self.head)
        self.assertEqual(self.people(ticket, "department_head"), self.director)

    def test_who_has_left_and_who_works_elsewhere_is_never_meant(self):
        ticket = self.complaint(category="delay")
        self.head.active = False
        self.assertEqual(self.people(ticket, "department_head"), self.director)
        other = self.env["res.company"].create({"name": "Other Company"})
        self.board.sudo().write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.people(ticket, "decision_group"))

    def test_many_cases_cost_no_more_queries_than_one(self):
        one = self.complaint(category="delay")
        many = self.env["helpdesk.ticket"].concat(*[self.complaint(category="delay") for _index in range(20)])
        counts = []
        for tickets in (one, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tickets._role_users("department_head")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_roles_without_a_case_are_known_too(self):
        self.assertEqual(self.release._role_members("intake"), self.agent)
        self.assertEqual(self.release._role_members("decision_group"), self.board)
        self.assertFalse(self.release._role_members("team_leader"))

    def test_one_names_only_ones_own_substitute(self):
        self.agent.with_user(self.agent).complaint_substitute_id = self.substitute
        self.assertEqual(self.agent.complaint_substitute_id, self.substitute)
        with self.assertRaisesRegex(Exception, "not allowed|access"):
            self.leader.with_user(self.agent).complaint_substitute_id = self.agent
