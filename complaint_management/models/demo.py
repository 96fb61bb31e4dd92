"""What the demo data call."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _play_demo_history(self, agent_ids):
        """Three months of complaints, handled by these two users (data files pass ids)."""
        # Imported here: only databases with demo data need it.
        from ..demo.history import play  # pylint: disable=import-outside-toplevel

        return play(self.env, self.env["res.users"].browse(agent_ids))
