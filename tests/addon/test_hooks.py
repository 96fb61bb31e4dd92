import csv
import io

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...complaint_management import hooks
from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestHooks(ComplaintCase):
    """What installing and removing the addon does to a database."""

    def test_it_refuses_beside_enterprise_helpdesk_and_names_the_way_out(self):
        hooks.pre_init_hook(self.env)
        module = self.env["ir.module.module"].search([("name", "=", "helpdesk")]) or self.env[
            "ir.module.module"
        ].create({"name": "helpdesk"})
        module.state = "installed"
        with self.assertRaisesRegex(UserError, "(?s)cannot be in one database.*uninstall Helpdesk"):
            hooks.pre_init_hook(self.env)

    def test_enterprise_helpdesk_cannot_be_added_later_either(self):
        module = self.env["ir.module.module"].search([("name", "=", "helpdesk")]) or self.env[
            "ir.module.module"
        ].create({"name": "helpdesk"})
        with self.assertRaisesRegex(UserError, "cannot be in one database"):
            module.button_install()

    def test_the_main_company_has_the_general_policy_from_the_start(self):
        releases = self.env["complaint.release"]
        first = releases.search(
            [("company_id", "=", self.env.ref("base.main_company").id)], order="version", limit=1
        )
        self.assertEqual((first.name, first.message), ("general 1", "Applied at installation"))
        before = releases.search_count([])
        hooks.post_init_hook(self.env)
        self.assertEqual(releases.search_count([]), before, "a second time it finds its work done")

    def test_a_company_that_comes_later_has_none(self):
        company = self.env["res.company"].create({"name": "Late"})
        self.assertFalse(self.env["complaint.release"]._active(company))
        self.assertFalse(self.env["helpdesk.ticket.stage"].search([("company_id", "=", company.id)]))

    def rows(self, part):
        attachment = self.env["ir.attachment"].search(
            [("name", "=like", f"complaint register Small Company%{part}.csv")]
        )
        self.assertEqual(len(attachment), 1)
        self.assertFalse(attachment.res_model or attachment.public, "for administrators only")
        return list(csv.DictReader(io.StringIO(attachment.raw.decode("utf-8-sig"))))

    def test_removal_keeps_the_register_and_gives_the_tickets_back(self):
        waiting, done = self.complaint(name="=cmd()", category="billing"), self.complaint()
        self.move(done, "closed")
        ordinary = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "y", "company_id": self.company.id}
        )
        kept = ordinary.stage_id
        owned = self.env["helpdesk.ticket.stage"].search([("policy_code", "!=", False)])

        hooks.uninstall_hook(self.env)

        self.assertEqual(waiting.stage_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new"))
        self.assertEqual(done.stage_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done"))
        self.assertEqual(ordinary.stage_id, kept)
        self.assertFalse(any(owned.mapped("active")) or any(owned.mapped("policy_code")))
        self.assertEqual(self.intake.alias_defaults, repr({"team_id": self.intake.id}))
        cases, events = self.rows("cases"), self.rows("events")
        self.assertEqual([row["number"] for row in cases], [waiting.number, done.number])
        self.assertEqual((cases[0]["name"], cases[0]["category_id"]), ("'=cmd()", "Billing"))
        self.assertEqual([row["kind"] for row in events if row["number"] == done.number][0], "received")
        self.env.cr.execute("SELECT count(*) FROM pg_proc WHERE proname = 'complaint_event_guard'")
        self.assertEqual(self.env.cr.fetchone()[0], 0)
