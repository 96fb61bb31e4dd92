"""B7: who reads a surge, and what it costs to look for one."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import files
from .surge_case import SurgeCase
from .test_consequences import ESCALATION
from .test_roles import CATEGORIES, ROLES


@tagged("post_install", "-at_install")
class TestSurgeAccess(SurgeCase):
    def setUp(self):
        super().setUp()
        self.tickets = self.come(5)

    def test_b7_the_helpdesk_reads_surges_and_nobody_writes_them(self):
        surge = self.watch()
        for user in (self.agent, self.leader, self.supervision, self.board):
            self.assertEqual(surge.with_user(user).display_name, "Same trouble: Delay")
            for deed in (
                lambda mine: mine.write({"state": "over"}),
                lambda mine: mine.unlink(),
                lambda mine: mine.create({"rule": "x"}),
            ):
                with self.assertRaises(UserError):
                    deed(surge.with_user(user))

    def test_b7_who_was_told_reads_it_other_employees_and_customers_do_not(self):
        surge = self.watch()
        self.assertTrue(surge.with_user(self.head).read(["headline"]), "told as head of the department")
        self.assertFalse(self.env["complaint.surge"].with_user(self.director).search([]))
        portal = new_test_user(self.env, "chen@portal.example", groups="base.group_portal")
        for user in (self.director, portal):
            with self.assertRaises(AccessError):
                surge.with_user(user).read(["headline"])

    def test_b7_a_confidential_case_counts_but_shows_itself_to_nobody(self):
        self.tickets[0].action_make_confidential()
        surge = self.watch()
        self.env.invalidate_all()
        seen = surge.with_user(self.board)
        self.assertEqual((seen.case_count, seen.ticket_ids), (5, self.tickets[1:]))
        listed = self.env["helpdesk.ticket"].with_user(self.board).search(seen.action_open_cases()["domain"])
        self.assertEqual(listed, self.tickets[1:])
        self.assertEqual(surge.sudo().anchor_id, self.tickets[1], "people are told on one that they may see")
        self.assertNotIn(self.supervision.partner_id, self.tickets[0].message_partner_ids)

    def test_b7_another_company_sees_and_counts_nothing_of_it(self):
        surge = self.watch()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger@other.example",
            groups="complaint_management.group_senior",
            company_id=other.id,
            company_ids=other.ids,
        )
        theirs = surge.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.read(["headline"])

    def test_b7_the_form_of_a_case_leads_to_its_surge(self):
        self.watch()
        self.assertEqual(self.tickets[0].with_user(self.leader).surge_words, "Same trouble: Delay (5)")
        arch = self.env["helpdesk.ticket"].with_user(self.leader).get_view(view_type="form")["arch"]
        self.assertIn("action_open_surges", arch)


@tagged("post_install", "-at_install")
class TestSurgeCost(SurgeCase):
    def queries(self, deed):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        deed()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def values(self, count):
        one = {
            "name": "x",
            "description": "y",
            "company_id": self.company.id,
            "case_type_id": self.ref_id("case_type", "complaint"),
            "category_id": self.ref_id("category", "delay"),
        }
        return [dict(one) for _index in range(count)]

    def test_b7_taking_a_case_in_costs_no_query_more_where_surges_are_looked_for(self):
        def take_in(count):
            return self.queries(lambda: self.env["helpdesk.ticket"].create(self.values(count)))

        take_in(1)
        with_rule = take_in(1), take_in(50)
        self.apply(files(roles=ROLES, categories=CATEGORIES, escalation=ESCALATION))
        take_in(1)
        self.assertEqual(with_rule, (take_in(1), take_in(50)))
        self.assertEqual(*with_rule)

    def test_b7_looking_where_nothing_happens_takes_a_few_queries_however_many_cases_there_are(self):
        self.come(1)
        self.watch()
        one = self.queries(self.watch)
        for category in ("billing", "damage", "delivery"):
            self.come(2, category=category)
        self.assertEqual(one, self.queries(self.watch))
        self.assertLessEqual(one, 6)

    def test_b7_a_surge_of_fifty_costs_as_many_queries_as_one_of_five(self):
        def surge_of(count, category):
            self.env["helpdesk.ticket"].create(
                [{**one, "category_id": self.ref_id("category", category)} for one in self.values(count)]
            )
            return self.queries(self.watch)

        surge_of(5, "delivery")
        few = surge_of(5, "delay")
        self.assertLessEqual(surge_of(50, "billing"), few + 3)
