"""Every pack that comes with the product can be applied, and what is then exported is what was applied."""

from odoo.tests import tagged

from ...complaint_management.models.first_release import POLICIES
from .common import ComplaintCase

FILES = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in POLICIES.rglob("*.yaml")}
PACKS = sorted(path.parent.name for path in POLICIES.glob("*/pack.yaml"))


@tagged("post_install", "-at_install")
class TestShippedPacks(ComplaintCase):
    def test_applied_exported_and_planned_again_nothing_changes(self):
        release = self.env["complaint.release"]
        for pack in PACKS:
            with self.subTest(pack):
                # A company of its own: what one pack leaves behind must not help the next.
                company = self.env["res.company"].create({"name": f"Company of {pack}"})
                applied = release._apply(FILES, pack, company, message="shipped")
                self.assertEqual(applied.pack, pack)
                exported = applied._export()
                self.assertFalse(release._plan(exported, pack, company).lines)

    def test_each_gives_a_complaint_its_number_its_team_and_a_clock(self):
        release = self.env["complaint.release"]
        for pack in PACKS:
            with self.subTest(pack):
                company = self.env["res.company"].create({"name": f"Desk of {pack}"})
                refs = release._apply(FILES, pack, company, message="shipped")._refs()
                ticket = self.env["helpdesk.ticket"].create(
                    {
                        "name": "Broken",
                        "description": "x",
                        "company_id": company.id,
                        "case_type_id": refs["case_type", "complaint"],
                        "channel_id": refs["channel", "phone"],
                    }
                )
                self.assertTrue(ticket.number.startswith("C") and ticket.team_id)
                self.assertTrue(ticket.current_milestone_ids)
