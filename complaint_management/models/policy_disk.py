"""Policies from a folder on the server, such as a git checkout, and a mode in which that is the only way.

Two system parameters:

- `complaint_management.policy_source`: the pack's folder; the folder above it holds the packs it extends
- `complaint_management.policy_only_from_disk`: 1 refuses to change a policy in the browser or over RPC"""

from odoo import api, models
from odoo.exceptions import UserError

from ..command import files as policy_files

SOURCE = "complaint_management.policy_source"
ONLY_FROM_DISK = "complaint_management.policy_only_from_disk"
YES = ("1", "true", "yes", "on")


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _policy_folder(self):
        """The folder that policies are read from; empty if there is none."""
        # sudo: a policy admin need not be a system administrator to read these two parameters
        return (self.env["ir.config_parameter"].sudo().get_param(SOURCE) or "").strip()

    @api.model
    def _only_from_disk(self):
        value = self.env["ir.config_parameter"].sudo().get_param(ONLY_FROM_DISK)  # sudo: see above
        return str(value or "").strip().lower() in YES

    @api.model
    def _refuse_unless_editable(self):
        """Raise when policies may only come from the folder on the server."""
        if self._only_from_disk() and not self.env.su:
            raise UserError(
                self.env._(
                    "Policies of this database are changed in %(folder)s only. Change them there, then "
                    "reload them here.",
                    folder=self._policy_folder() or SOURCE,
                )
            )

    @api.model
    def apply_policy(self, pack, files, message=None, expected=None, company_id=None):
        self._company_to_rule(company_id)
        self._refuse_unless_editable()
        return super().apply_policy(pack, files, message, expected, company_id)

    # ------------------------------------------------------------------ reloading

    @api.model
    def _read_folder(self):
        """(pack, {path: text}) of the folder on the server. Raises UserError when it cannot be read."""
        folder = self._policy_folder()
        if not folder:
            raise UserError(
                self.env._(
                    "No folder is set. A system administrator names it in the system parameter %(name)s.",
                    name=SOURCE,
                )
            )
        try:
            target = policy_files.target(folder)
            if not target.pack:
                raise UserError(
                    self.env._("%(folder)s holds several packs. Name the folder of one.", folder=folder)
                )
            contents = policy_files.read_tree(target.root)
        except policy_files.UsageError as error:
            raise UserError(str(error)) from None
        # A file that is no UTF-8 is a problem like others, and shown where it begins.
        texts = {path: content.decode(errors="backslashreplace") for path, content in contents.items()}
        return target.pack, texts

    @api.model
    def action_reload(self):
        """Read the folder on the server and show what applying it would change."""
        company = self._company_to_rule(None)
        pack, texts = self._read_folder()
        # sudo: that a text comes from the folder is claimed by nobody but this method
        draft = (
            self.env["complaint.policy.draft"]
            .sudo()
            .create(
                {
                    "name": self.env._("From %(folder)s", folder=self._policy_folder()),
                    "company_id": company.id,
                    "pack": pack,
                    "base_id": self._active(company).id,
                    "origin": "disk",
                    "sources": texts,
                }
            )
        )
        draft = draft.with_env(self.env)
        if not draft.error_count:
            draft._look_ahead()
        return draft._open()
