"""A stage that needs an approval (B4): nobody enters it by hand before those who decide have agreed."""

from odoo import models
from odoo.exceptions import RedirectWarning


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _refuse_unapproved(self, stage, approval):
        """Say whose approval a stage needs, and lead to where it is asked for. approval: its name in the
        policy."""
        self.ensure_one()
        asked = self._approval_asked(approval)
        if not asked:
            return
        raise RedirectWarning(
            self.env._(
                "%(number)s cannot go to “%(stage)s” yet. %(what)s",
                number=self.number,
                stage=stage.name,
                what=asked,
            ),
            self.action_solution(),
            self.env._("Open the solution") if self._current_solution() else self.env._("Write the solution"),
        )

    def _approval_asked(self, approval):
        """Which approval is missing, in a sentence; None where the policy asks for none or it is there."""
        # sudo: whoever moves the case is told who decides
        solution = self._current_solution().sudo()
        if self._solution_is_approved():
            return None
        subject = solution or solution.new({"ticket_id": self.id})
        entry = subject._approval_entry()
        steps = subject._fitting_steps() if entry and entry["name"] == approval else []
        if not steps:
            return None
        who = subject._who_approves(steps)
        if solution.state == "submitted":
            return self.env._("The solution waits for the approval by %(who)s.", who=who)
        if solution.state == "draft":
            return self.env._("The solution needs an approval by %(who)s. Ask for it now?", who=who)
        return self.env._("It needs a solution with the approval by %(who)s. Write it now?", who=who)
