"""What an agent sees while filling in the form."""

from freezegun import freeze_time
from odoo.tests import Form, tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintForm(ComplaintCase):
    def form(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent).with_company(self.company)
        return Form(Ticket.with_context(complaint_entry=True))

    @freeze_time("2026-03-02 08:00:00")
    def test_the_category_presets_urgency_scope_and_complexity_before_saving(self):
        with self.form() as form:
            form.name, form.description = "Broken", "It broke"
            form.category_id = self.env["helpdesk.ticket.category"].browse(self.ref_id("category", "damage"))
            self.assertEqual(form.urgency_id.policy_code, "urgent")
            self.assertEqual(form.complexity_id.policy_code, "complex")
            self.assertEqual(form.severity_id.policy_code, "high")
        ticket = form.record
        self.assertEqual(ticket.team_id, self.damage)
        self.assertEqual(ticket.stage_id.policy_code, "received")
        self.assertEqual(len(ticket.current_milestone_ids), 4)

    def test_an_agent_overrides_the_preset_and_the_severity_follows(self):
        with self.form() as form:
            form.name, form.description = "Broken", "It broke"
            form.category_id = self.env["helpdesk.ticket.category"].browse(self.ref_id("category", "damage"))
            form.scope_id = self.env["complaint.term"].browse(self.ref_id("scope", "public"))
            self.assertEqual(form.severity_id.policy_code, "critical")
        self.assertEqual(form.record.priority, "3")

    def test_a_kanban_column_creates_a_complaint_with_clocks(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent).with_company(self.company)
        Ticket = Ticket.with_context(
            complaint_entry=True, default_stage_id=self.ref_id("stage", "acknowledged")
        )
        ticket = Ticket.create({"name": "From the column", "description": "x"})
        self.assertTrue(ticket.case_type_id)
        self.assertEqual(ticket.stage_id.policy_code, "acknowledged")
        self.assertEqual(self.facts(ticket), ["received", "acknowledged"])

    def test_an_agent_moves_a_complaint_whose_clocks_run(self):
        """The form recomputes the clocks of the copy that is being edited, which has no facts of its own."""
        ticket = self.complaint(category="damage")
        with Form(ticket.with_user(self.leader)) as form:
            form.stage_id = self.env["helpdesk.ticket.stage"].browse(self.ref_id("stage", "acknowledged"))
        self.assertEqual(self.clocks(ticket)["acknowledgement"][0], "met")
