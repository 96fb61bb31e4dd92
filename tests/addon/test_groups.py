"""G1: groups with views and rights of their own: what each finds in the menus, where it begins, and what it
may not do."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ComplaintCase

HERE = "complaint_management."
# Group -> the page that the app opens with for somebody who is in this group alone.
LANDING = {
    "group_intake": "menu_landing_intake",
    "group_senior": "menu_landing_senior",
    "group_analysis": "menu_landing_analysis",
    "group_decision": "menu_landing_decision",
    "group_task_force": "menu_landing_task_force",
    "group_cross_department": "menu_landing_cross_department",
    "group_supervision": "menu_landing_supervision",
    "group_quality": "menu_landing_quality",
    "group_data_analysis": "menu_landing_data_analysis",
    "group_policy_admin": "menu_landing_policy",
}
# Handing in and suggesting, and what became of it; a word to the management.
FOR_EVERYBODY = {
    "menu_hand_in",
    "menu_handed_in_list",
    "menu_suggestions_mine",
    "menu_tell_management",
}
ADMIN_ONLY = ("policy_menu_begin", "policy_menu_drafts", "policy_menu_reload")


@tagged("post_install", "-at_install")
class TestGroups(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {group: cls.new_user(group.removeprefix("group_"), HERE + group) for group in LANDING}
        cls.employee = cls.new_user("employee", "base.group_user")

    def menus(self, user):
        """The ids of the menus that a user sees."""
        return self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()

    def first_page(self, user):
        """The menu with an action that the app opens with, as the web client looks for it."""
        visible, Menu = self.menus(user), self.env["ir.ui.menu"]

        def first(menu):
            if menu.action:
                return menu
            for child in menu.child_id.filtered(lambda one: one.id in visible).sorted("sequence"):
                found = first(child)
                if found:
                    return found
            return Menu

        return first(self.env.ref(HERE + "menu_complaints_root"))

    def test_g1_each_group_begins_with_a_page_of_its_own(self):
        for group, menu in LANDING.items():
            with self.subTest(group):
                self.assertEqual(self.first_page(self.people[group]), self.env.ref(HERE + menu))

    def test_g1_nobody_sees_the_page_of_another_group(self):
        implied = {"group_senior": {"menu_landing_intake"}}
        for group, user in self.people.items():
            seen = self.menus(user)
            mine = {LANDING[group], *implied.get(group, ())}
            for menu in LANDING.values():
                self.assertEqual(self.env.ref(HERE + menu).id in seen, menu in mine, f"{group}: {menu}")

    def test_g1_every_page_opens_for_its_group_and_explains_itself_when_it_is_empty(self):
        self.complaint(category="delay")
        for group, menu in LANDING.items():
            action = self.env.ref(HERE + menu).action
            if action._name != "ir.actions.act_window":
                continue
            user = self.people[group]
            with self.subTest(group):
                self.assertIn("o_view_nocontent_smiling_face", action.help)
                context = safe_eval(action.context or "{}", {"uid": user.id})
                domain = safe_eval(action.domain or "[]", {"uid": user.id})
                shown = self.env[action.res_model].with_user(user).with_context(**context)
                shown.search(domain)
                filters = shown.get_view(action.search_view_id.id, "search")["arch"]
                for name in context:
                    if name.startswith("search_default_"):
                        self.assertIn(f'name="{name.removeprefix("search_default_")}"', filters)

    def test_who_changes_the_policy_is_only_the_policy_admin(self):
        for group, user in self.people.items():
            for menu in ADMIN_ONLY:
                self.assertEqual(
                    self.env.ref(HERE + menu).id in self.menus(user), group == "group_policy_admin", group
                )
            if group != "group_policy_admin":
                with self.assertRaises(AccessError, msg=group):
                    self.env["complaint.policy.draft"].with_user(user).create({})

    def test_cases_without_owner_are_for_seniors_and_supervision(self):
        menu = self.env.ref(HERE + "menu_without_owner").id
        seeing = {group for group, user in self.people.items() if menu in self.menus(user)}
        self.assertEqual(seeing, {"group_senior", "group_supervision"})

    def test_a_policy_admin_sees_no_cases_and_an_employee_none_of_the_lists(self):
        ticket = self.complaint(category="delay", partner_id=self.customer.id)
        admin = self.people["group_policy_admin"]
        self.assertFalse(
            self.env["helpdesk.ticket"].with_user(self.employee).search([("id", "=", ticket.id)])
        )
        self.assertNotIn(self.env.ref(HERE + "complaint_menu_all").id, self.menus(admin))
        for menu in (*LANDING.values(), "complaint_menu_all", "customer_menu", "menu_without_owner"):
            self.assertNotIn(self.env.ref(HERE + menu).id, self.menus(self.employee), menu)
        with self.assertRaises(AccessError):
            self.env["complaint.customer"].with_user(self.employee).search([])

    def test_g1_a_plain_employee_finds_only_what_everybody_may_do(self):
        Menu, seen = self.env["ir.ui.menu"], self.menus(self.employee)
        app = Menu.search([("id", "child_of", self.env.ref(HERE + "menu_complaints_root").id)])
        doing = app.filtered(lambda menu: menu.id in seen and menu.action)
        found = {name.removeprefix(HERE) for name in doing.get_external_id().values()}
        self.assertLessEqual({"menu_hand_in", "menu_handed_in_list"}, found)
        self.assertLessEqual(found, FOR_EVERYBODY)

    def test_members_of_a_task_force_see_only_what_is_theirs(self):
        member = self.people["group_task_force"]
        strange = self.complaint(category="delay")
        own = self.complaint(category="delay", user_id=member.id)
        seen = self.env["helpdesk.ticket"].with_user(member).search([("id", "in", (strange + own).ids)])
        self.assertEqual(seen, own)
        with self.assertRaises(AccessError):
            self.env["complaint.customer"].with_user(member)._open_for(self.customer)

    def test_a_customer_sees_no_menu_of_complaints(self):
        portal = self.new_user("portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.menus(portal)
