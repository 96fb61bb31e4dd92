"""Files that belong to what is finished: whoever may write to a report, a meeting or a check list may write
to its files, too, unless it has been sent or signed."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import frozendict

FINISHED = frozendict(
    {
        "complaint.report": ("sent", "replaced"),
        "complaint.meeting": ("closed", "cancelled"),
        "complaint.check": ("signed",),
    }
)
# What a file is and where it belongs; a token to read it changes neither.
CONTENT = frozenset(
    {"name", "description", "mimetype", "type", "url", "raw", "datas", "db_datas", "store_fname", "checksum"}
    | {"res_model", "res_id", "res_field"}
)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if CONTENT & set(vals):
            self._refuse_finished()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_finished(self):
        self._refuse_finished()

    def _refuse_finished(self):
        if self.env.su:
            return
        # sudo: whether what a file belongs to is finished; who may see it is asked elsewhere
        files = self.sudo().filtered(lambda one: one.res_id and one.res_model in FINISHED)
        for model, some in files.grouped("res_model").items():
            owners = files.env[model].browse(some.mapped("res_id")).exists()
            if any(owner.state in FINISHED[model] for owner in owners):
                raise UserError(
                    self.env._(
                        "This file belongs to something that has been sent or signed. It stays as it is."
                    )
                )
