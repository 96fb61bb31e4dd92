"""Odoo Enterprise Helpdesk keeps its tickets under the same model name as OCA's helpdesk: one database cannot
hold both.

The manifest excludes it, which protects the database before anything is loaded; here stands the sentence that
says why and names the way out, wherever this addon is already there to say it."""

import logging

from odoo import models
from odoo.exceptions import UserError

ENTERPRISE = "helpdesk"
_logger = logging.getLogger(__name__)


def refusal(env):
    """Why both cannot be there, and what to do."""
    return env._(
        "Complaint Management and Odoo Enterprise Helpdesk cannot be in one database: both keep their "
        "tickets under the same name. Use a database without Helpdesk, or export its tickets, uninstall "
        "Helpdesk and then install Complaint Management."
    )


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_install(self):
        if any(module.name == ENTERPRISE for module in self):
            raise UserError(refusal(self.env))
        return super().button_install()

    def _register_hook(self):
        super()._register_hook()
        if (
            ENTERPRISE in self.pool._init_modules
        ):  # somebody forced it: say so, instead of failing in odd places later
            _logger.error(refusal(self.env))
