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
    def _play_demo_waiting(self, agent_id, leader_id, manager_id, analyst_id, task_id, cross_id):
        """What waits for somebody today."""
        from ..demo.waiting import play_waiting  # pylint: disable=import-outside-toplevel

        ids = {"agent": agent_id, "leader": leader_id, "manager": manager_id}
        ids |= {"analyst": analyst_id, "task": task_id, "cross": cross_id}
        users = self.env["res.users"]
        return play_waiting(self.env, {name: users.browse(one) for name, one in ids.items()})

    @api.model
    def _play_demo_reports(self, analyst_id):
        """The reports about all this, with what people say to them."""
        from ..demo.reports import play_reports  # pylint: disable=import-outside-toplevel

        return play_reports(self.env, self.env["res.users"].browse(analyst_id))

    @api.model
    def _play_demo_training(self, agent_id, leader_id, manager_id, trainer_id):
        """Courses, practice cases, and who took them."""
        from ..demo.training import play_training  # pylint: disable=import-outside-toplevel

        users = self.env["res.users"]
        people = [users.browse(one) for one in (agent_id, leader_id, manager_id, trainer_id)]
        return play_training(self.env, *people)

    @api.model
    def _play_demo_roster(self, leader_id):
        """A hotline with its shifts."""
        from ..demo.roster import play_roster  # pylint: disable=import-outside-toplevel

        return play_roster(self.env, self.env["res.users"].browse(leader_id))

    @api.model
    def _play_demo_quality(self, supervisor_id):
        """Calls that were drawn and reviewed; the supervisor decides about an objection."""
        from ..demo.quality import play_quality  # pylint: disable=import-outside-toplevel

        return play_quality(self.env, self.env["res.users"].browse(supervisor_id))

    @api.model
    def _play_demo_costs(self, analyst_id):
        """Causes, refunds, and what customers spend."""
        from ..demo.costs import play_costs  # pylint: disable=import-outside-toplevel

        return play_costs(self.env, self.env["res.users"].browse(analyst_id))

    @api.model
    def _play_demo_volume(self):
        """The orders that complaints are related to."""
        from ..demo.supervision import play_volume  # pylint: disable=import-outside-toplevel

        return play_volume(self.env)

    @api.model
    def _play_demo_check_list(self, supervisor_id):
        """Last month's check list, signed by the supervisor."""
        from ..demo.supervision import play_check_list  # pylint: disable=import-outside-toplevel

        return play_check_list(self.env, self.env["res.users"].browse(supervisor_id))

    @api.model
    def _play_demo_meetings(self, manager_id):
        """The review of last quarter with its minutes, and the next one."""
        from ..demo.meetings import play_meetings  # pylint: disable=import-outside-toplevel

        return play_meetings(self.env, self.env["res.users"].browse(manager_id))
