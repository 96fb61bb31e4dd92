"""A ticket without a case type looks and behaves exactly as OCA's helpdesk made it."""

from odoo.tests import Form, tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestOrdinaryTickets(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Ticket = cls.env["helpdesk.ticket"]
        cls.Stage = cls.env["helpdesk.ticket.stage"]
        cls.desk = cls.env["helpdesk.ticket.team"].create({"name": "Desk", "company_id": cls.company.id})

    def ordinary(self, **values):
        return self.Ticket.create(
            {"name": "Printer", "description": "x", "company_id": self.company.id, **values}
        )

    def test_it_has_the_number_and_stages_of_the_helpdesk(self):
        ticket = self.ordinary(team_id=self.desk.id)
        self.assertRegex(ticket.number, r"^HT\d+$")
        self.assertFalse(ticket.stage_id.for_complaints)
        self.assertFalse(self.desk._get_applicable_stages().filtered("for_complaints"))

    def test_it_leaves_no_trace_in_the_register(self):
        ticket = self.ordinary(team_id=self.desk.id)
        ticket.write(
            {
                "stage_id": self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id,
                "user_id": self.agent.id,
            }
        )
        self.assertFalse(ticket.event_ids or ticket.milestone_ids or ticket.next_due_at or ticket.release_id)
        self.assertFalse(ticket.next_step or ticket.risk)

    def test_it_follows_the_stages_of_its_team_over_a_handover(self):
        special = self.Stage.create(
            {"name": "Special", "team_ids": [(6, 0, self.desk.ids)], "company_id": self.company.id}
        )
        ticket = self.ordinary(team_id=self.desk.id, stage_id=special.id)
        ticket.team_id = self.intake
        self.assertNotEqual(
            ticket.stage_id, special, "the other team does not have this stage, as in plain OCA"
        )

    def test_it_can_be_archived_copied_and_deleted(self):
        ticket = self.ordinary()
        twin = ticket.copy()
        self.assertRegex(twin.number, r"^HT\d+$")
        twin.active = False
        ticket.unlink()
        self.assertFalse(ticket.exists())

    def test_its_priority_stays_what_the_user_chose(self):
        ticket = self.ordinary(priority="3")
        self.assertEqual(ticket.priority, "3")
        ticket.category_id = self.env["helpdesk.ticket.category"].create(
            {"name": "Any", "company_id": self.company.id}
        )
        self.assertEqual(ticket.priority, "3")
        self.assertEqual(self.ordinary().priority, "1")

    def test_its_kanban_does_not_show_the_policys_stages(self):
        self.ordinary()
        domain = [("company_id", "=", self.company.id), ("case_type_id", "=", False)]
        groups = self.Ticket.with_context(read_group_expand=True).web_read_group(
            domain, ["stage_id"], ["__count"]
        )["groups"]
        shown = self.Stage.browse([group["stage_id"][0] for group in groups if group["stage_id"]])
        self.assertTrue(shown)
        self.assertFalse(shown.filtered("for_complaints"))

    def test_the_complaints_kanban_shows_all_stages_of_the_policy_and_no_other(self):
        self.complaint(category="delay")
        Ticket = self.Ticket.with_context(complaint_stages=True, read_group_expand=True)
        groups = Ticket.web_read_group([("case_type_id", "!=", False)], ["stage_id"], ["__count"])["groups"]
        shown = self.Stage.browse([group["stage_id"][0] for group in groups if group["stage_id"]])
        self.assertTrue(all(shown.mapped("for_complaints")))
        self.assertIn("set_aside", shown.mapped("policy_code"), "an empty column is there to be dropped into")

    def test_its_form_offers_no_field_of_a_case(self):
        form = Form(self.Ticket.with_context(default_company_id=self.company.id))
        form.name, form.description = "Printer", "x"
        with self.assertRaises(AssertionError):
            form.severity_id = self.env["complaint.term"]  # invisible
        ticket = form.save()
        self.assertFalse(ticket.case_type_id)

    def test_the_customer_gets_no_mail_of_ours(self):
        before = self.env["mail.mail"].search_count([])
        self.ordinary(partner_id=self.customer.id)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_a_company_without_a_policy_is_plain_oca(self):
        company = self.env["res.company"].create({"name": "Plain"})
        ticket = self.Ticket.create({"name": "x", "description": "y", "company_id": company.id})
        self.assertRegex(ticket.number, r"^HT\d+$")
        self.assertFalse(ticket.stage_id.for_complaints)
        self.assertFalse(self.env["complaint.release"]._active(company))
