"""The first policy: the general pack, applied at installation so that the addon works at once."""

from pathlib import Path

from odoo import api, models

POLICIES = Path(__file__).resolve().parents[2] / "policies"
FIRST_PACK = "general"


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _apply_first_packaged(self):
        """Apply the general pack to the main company unless it has a policy; returns its active release.

        Companies that come later start without a policy: what is right for one need not be right for
        another."""
        company = self.env.ref("base.main_company", raise_if_not_found=False) or self.env.company
        active = self._active(company)
        if active:
            return active
        paths = POLICIES.glob(f"{FIRST_PACK}/*.yaml")
        files = {path.relative_to(POLICIES).as_posix(): path.read_bytes() for path in paths}
        return self._apply(files, FIRST_PACK, company, message=self.env._("Applied at installation"))
