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

    @api.model
    def _play_demo_callbacks(self):
        """How the callbacks after those complaints went."""
        from ..demo.callbacks import play_callbacks  # pylint: disable=import-outside-toplevel

        return play_callbacks(self.env)

    @api.model
    def _play_demo_points(self, agent_id, approver_id):
        """The points that came of all this."""
        from ..demo.points import play_points  # pylint: disable=import-outside-toplevel

        users = self.env["res.users"]
        return play_points(self.env, users.browse(agent_id), users.browse(approver_id))

    @api.model
    def _play_demo_training(self, agent_id, leader_id, manager_id, trainer_id):
        """Courses, practice cases, and who took them."""
        from ..demo.training import play_training  # pylint: disable=import-outside-toplevel

        users = self.env["res.users"]
        people = [users.browse(one) for one in (agent_id, leader_id, manager_id, trainer_id)]
        return play_training(self.env, *people)
