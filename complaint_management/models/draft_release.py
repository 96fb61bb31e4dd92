"""Releases as the start of drafts: edit the active one, go back to an earlier one, compare two."""

import difflib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..language.changes import changes
from .plan import Plan


class Comparison(Plan):
    """What differs between two releases, in the words of a plan. It looks at no records."""

    def __init__(self, old, new):  # pylint: disable=super-init-not-called
        # A plan compares with the records that are there; between two releases there is only what they say.
        self.env = new.env(su=True)
        self.lang = new.env.lang or "en_US"
        # sudo: what a draft changes is shown to whoever may read the draft
        self.changes = changes(old.sudo().normalised or {}, new.sudo().normalised or {})

    @property
    def lines(self):
        return [line for change in self.changes for line in self._change_lines(change)]

    def _record_note(self, change):
        return ""


def text_differences(old, new):
    """Unified differences of two sets of documents, as lines; paths in order."""
    lines = []
    for path in sorted({**old, **new}):
        before, after = old.get(path, "").splitlines(), new.get(path, "").splitlines()
        if before != after:
            lines += difflib.unified_diff(before, after, path, path, lineterm="", n=2)
    return lines


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    draft_ids = fields.One2many("complaint.policy.draft", "release_id", "Drafts", readonly=True)

    def action_edit(self):
        """Begin a draft from the documents of this release and open it."""
        self.ensure_one()
        name = self.env._("Change of %(release)s", release=self.name)
        return self.env["complaint.policy.draft"]._begin(self, name)._open()

    def action_roll_back(self):
        """Begin a draft that goes back to this release and show what that would change."""
        self.ensure_one()
        if self.state != "superseded":
            raise UserError(self.env._("Only an earlier release can be gone back to."))
        draft = self.env["complaint.policy.draft"]._begin(
            self, self.env._("Back to %(release)s", release=self.name)
        )
        draft._look_ahead()
        return draft._open()

    def action_compare(self):
        """Compare this release with the active one, or two chosen releases with each other."""
        older, newer = self._pair_to_compare()
        wizard = self.env["complaint.policy.compare"].create({"old_id": older.id, "new_id": newer.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare releases"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _pair_to_compare(self):
        chosen = self if len(self) > 1 else self + self._previous_or_active()
        if len(chosen) != 2 or len(chosen.company_id) != 1:
            raise UserError(self.env._("Choose two releases of one company."))
        return chosen.sorted("version")

    def _previous_or_active(self):
        """What one release is compared with: the active one; for that itself, the one before it."""
        active = self._active(self.company_id).with_env(self.env)
        if self != active:
            return active
        return self.search(
            [("company_id", "=", self.company_id.id), ("version", "<", self.version)],
            order="version desc",
            limit=1,
        )

    @api.model
    def action_begin_draft(self):
        """Change the policy in force: open one's newest draft that is not finished, or begin one."""
        company = self.env.company
        drafts = self.env["complaint.policy.draft"]
        own = drafts.search(
            [("company_id", "=", company.id), ("release_id", "=", False), ("create_uid", "=", self.env.uid)],
            limit=1,
        )
        if own:
            return own._open()
        release = self._active(company)
        if not release:
            raise UserError(self.env._("%(company)s has no complaint policy yet.", company=company.name))
        return release.with_env(self.env).action_edit()
