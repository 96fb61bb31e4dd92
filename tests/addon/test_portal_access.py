"""A customer over RPC: sees their own complaint, the fields meant for them, and nothing else."""

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestPortalAccess(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env,
            "chen@small.example",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.stranger = new_test_user(
            cls.env,
            "otto@small.example",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.ticket = cls.complaint(category="damage", partner_id=cls.portal.partner_id.id)

    def as_customer(self, user=None):
        return self.ticket.with_user(user or self.portal)

    def test_a_customer_reads_what_is_meant_for_them(self):
        row = self.as_customer().read(["number", "name", "stage_id", "promised_at"])[0]
        self.assertEqual(row["number"], self.ticket.number)
        self.assertEqual(row["stage_id"][1], "Received")

    def test_internal_fields_are_refused_one_by_one(self):
        for name in (
            "severity_id",
            "case_state",
            "release_id",
            "next_step",
            "accountable_id",
            "priority",
            "tag_ids",
            "event_ids",
            "milestone_ids",
            "next_due_at",
            "properties",
            "activity_ids",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.as_customer().read([name])

    def test_an_internal_field_cannot_be_probed_by_searching(self):
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket"].with_user(self.portal).search(
                [("severity_id.policy_code", "=", "high")]
            )

    def test_a_customer_writes_creates_and_deletes_nothing(self):
        with self.assertRaises(AccessError):
            self.as_customer().write({"name": "mine"})
        with self.assertRaises(AccessError):
            self.as_customer().unlink()
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket"].with_user(self.portal).create({"name": "x", "description": "y"})

    def test_a_customer_writes_a_message_and_it_is_a_fact(self):
        self.as_customer().message_post(
            body="Any news?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.facts(self.ticket), ["received", "customer_message"])
        self.assertEqual(self.ticket.event_ids[-1:].user_id, self.portal)

    def test_another_customer_sees_nothing_of_it(self):
        with self.assertRaises(AccessError):
            self.as_customer(self.stranger).read(["number"])
        self.assertFalse(self.env["helpdesk.ticket"].with_user(self.stranger).search([]))

    def test_register_clocks_and_policies_are_closed_to_customers(self):
        for model in (
            "complaint.event",
            "complaint.milestone",
            "complaint.release",
            "complaint.term",
            "complaint.release.document",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search_read([])

    def test_an_agent_of_another_team_reads_neither_the_case_nor_its_register(self):
        outsider = self.new_user("outsider", "complaint_management.group_intake")
        event, clock = self.ticket.event_ids, self.ticket.milestone_ids
        with self.assertRaises(AccessError):
            self.ticket.with_user(outsider).read(["number"])
        with self.assertRaises(AccessError):
            event.with_user(outsider).read(["kind"])
        with self.assertRaises(AccessError):
            clock.with_user(outsider).read(["state"])
        self.assertFalse(self.env["complaint.event"].with_user(outsider).search([]))


@tagged("post_install", "-at_install")
class TestCloseRoute(HttpCase):
    def test_a_customer_cannot_close_a_ticket_of_somebody_else(self):
        owner = new_test_user(self.env, "owner_close", groups="base.group_portal")
        new_test_user(self.env, "thief_close", groups="base.group_portal")
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "y", "partner_id": owner.partner_id.id}
        )
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        url = f"/ticket/close?ticket_id={ticket.id}&stage_id={done.id}"
        self.authenticate("thief_close", "thief_close")
        self.url_open(url)
        self.assertNotEqual(ticket.stage_id, done)
        self.authenticate("owner_close", "owner_close")
        self.url_open(url)
        self.assertEqual(ticket.stage_id, done, "one's own ordinary ticket closes as before")

    def test_a_case_is_not_closed_from_the_portal_past_its_policy(self):
        owner = new_test_user(self.env, "owner_case", groups="base.group_portal")
        release = self.env["complaint.release"]._active(self.env.ref("base.main_company"))
        case = self.env["helpdesk.ticket"].create(
            {
                "name": "x",
                "description": "y",
                "partner_id": owner.partner_id.id,
                "company_id": self.env.ref("base.main_company").id,
                "case_type_id": release._refs()["case_type", "complaint"],
            }
        )
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.authenticate("owner_case", "owner_case")
        for parameters in (
            f"ticket_id={case.id}&stage_id={done.id}",
            "ticket_id=x&stage_id=1",
            "ticket_id=999999&stage_id=1",
            "",
        ):
            self.assertEqual(self.url_open(f"/ticket/close?{parameters}").status_code, 200)
        self.assertEqual(case.stage_id.policy_code, "received")
