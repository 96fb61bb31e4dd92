"""Two releases side by side: what differs in words, and in the text."""

from markupsafe import Markup
from odoo import api, fields, models

from ..models.draft_preview import LINE_CLASSES
from ..models.draft_release import Comparison, text_differences


class PolicyCompare(models.TransientModel):
    _name = "complaint.policy.compare"
    _description = "Compare two releases of a complaint policy"

    old_id = fields.Many2one("complaint.release", "From", required=True, ondelete="cascade")
    new_id = fields.Many2one("complaint.release", "To", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="old_id.company_id")
    changes_html = fields.Html("Changes", compute="_compute_changes", sanitize=False)
    text_html = fields.Html("Text", compute="_compute_changes", sanitize=False)

    @api.depends("old_id", "new_id")
    @api.depends_context("lang")
    def _compute_changes(self):
        for wizard in self:
            old, new = wizard.old_id, wizard.new_id
            old.check_access("read")
            new.check_access("read")
            lines = Comparison(old, new).lines if old and new else []
            nothing = self.env._("Both say the same.")
            wizard.changes_html = _coloured(lines or [nothing])
            # sudo: the text of releases that the reader may read, see above
            wizard.text_html = _coloured(text_differences(old.sudo().sources or {}, new.sudo().sources or {}))


def _coloured(lines):
    return Markup("<div class='font-monospace small text-prewrap'>%s</div>") % Markup().join(
        Markup("<div class='%s'>%s</div>") % (LINE_CLASSES.get(line[:1], ""), line) for line in lines
    )
