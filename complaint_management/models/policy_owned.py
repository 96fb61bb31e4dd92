"""Records that follow the complaint policy: made, changed and archived by applying a release, never by
hand."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class PolicyOwned(models.AbstractModel):
    """Mixin of the pick lists. A record with a policy code is owned by the policy of its company.

    The guard asks for env.su and for nothing else: whatever a caller writes into the context arrives over RPC
    too."""

    _name = "complaint.policy.owned"
    _description = "Owned by the complaint policy"

    _policy_kind = None  # "stage", "channel", …: the kind in complaint.release._refs()
    _policy_guarded = frozenset()  # what may not be changed by hand on an owned record
    _policy_reserved = frozenset({"policy_code"})  # what may not be set by hand on any record

    policy_code = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Name of this entry in the policy files. Empty: not from the policy.",
    )
    policy_origin = fields.Char(
        "Policy file",
        compute="_compute_policy_origin",
        help="File and line of the active release that say this.",
    )

    @api.depends("policy_code", "company_id")
    def _compute_policy_origin(self):
        for record in self:
            record.policy_origin = record.policy_code and record._policy_place()

    def _policy_record_kind(self):
        """The record's kind in complaint.release._refs()."""
        return self._policy_kind

    def _policy_place(self):
        """Where the active release says this entry, as "general/stages.yaml:4"; False if it does not."""
        release = self.env["complaint.release"]._active(self.company_id)
        return release._where_written(self._policy_record_kind(), self.policy_code)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_reserved(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_reserved(vals)
            self._check_guarded(vals)
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            # sudo: the guard must see the owner even where the caller may not
            for record in self.sudo().filtered("policy_code")[:1]:
                # An ondelete method would also stop the superuser, who has to be able to clean up.
                raise AccessError(  # pylint: disable=no-raise-unlink
                    self.env._(
                        "“%(name)s” belongs to the complaint policy and is never deleted. "
                        "Take it out of %(file)s and apply the policy: it is then archived.",
                        name=record.display_name,
                        file=record._policy_file(),
                    )
                )
        return super().unlink()

    def _check_reserved(self, vals):
        if any(vals.get(name) for name in self._policy_reserved) or ("policy_code" in vals and self):
            raise AccessError(
                self.env._(
                    "Only applying a policy makes policy entries. Write the entry into the policy files "
                    "instead."
                )
            )

    def _check_guarded(self, vals):
        """Refuse a change of guarded fields of owned records, and say where to make it."""
        touched = [name for name in vals if name in self._policy_guarded]
        if not touched:
            return
        # sudo: the guard must see the owner even where the caller may not
        for record in self.sudo().filtered("policy_code")[:1]:
            labels = self.fields_get(touched, ["string"])
            raise AccessError(
                self.env._(
                    "%(fields)s of “%(name)s” comes from the complaint policy. Change it in %(file)s and "
                    "apply the policy.",
                    fields=", ".join(labels[name]["string"] for name in touched if name in labels),
                    name=record.display_name,
                    file=record._policy_file(),
                )
            )

    def action_open_policy_file(self):
        """The document of the active release that says this entry."""
        self.ensure_one()
        path = (self._policy_place() or "").rsplit(":", 1)[0]
        release = self.env["complaint.release"].browse(
            self.env["complaint.release"]._active(self.company_id).id
        )
        return {
            "type": "ir.actions.act_window",
            "name": path,
            "res_model": "complaint.release.document",
            "res_id": release.document_ids.filtered(lambda document: document.path == path).id,
            "view_mode": "form",
            "target": "new",
        }

    def _policy_file(self):
        """The place to change this entry, in words."""
        place = self._policy_place()
        if not place:
            return self.env._("the policy files")
        path, line = place.rsplit(":", 1)
        return self.env._("%(path)s, line %(line)s,", path=path, line=line)
