"""Small forms for the commonest changes: a time limit, who is told, a reward.

They list what the policy of a draft says and write the new value into the YAML, in the place where it is
written, with everything around it left alone."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..language.edit import NotEditable, replaced
from ..language.library import load
from ..language.source import ListNode, MapNode
from ..models.release_sources import problem_language

# What can be changed -> kind of document -> keys.
EDITABLE = {
    "limit": {
        "sla": ("within",),
        "stages": ("within",),
        "escalation": ("after_due", "unanswered"),
        "callbacks": ("within",),
        "messages": ("before_due",),
    },
    "recipient": {
        "escalation": ("notify",),
        "extensions": ("tell",),
        "surges": ("notify",),
        "reports": ("to",),
        "meetings": ("invite",),
    },
    "reward": {"incentives": ("points", "reward", "budget")},
}


class PolicyChange(models.TransientModel):
    _name = "complaint.policy.change"
    _description = "Small change of a complaint policy"

    draft_id = fields.Many2one("complaint.policy.draft", required=True, readonly=True, ondelete="cascade")
    limit_ids = fields.One2many("complaint.policy.change.line", "change_id", domain=[("kind", "=", "limit")])
    recipient_ids = fields.One2many(
        "complaint.policy.change.line", "change_id", domain=[("kind", "=", "recipient")]
    )
    reward_ids = fields.One2many(
        "complaint.policy.change.line", "change_id", domain=[("kind", "=", "reward")]
    )
    roles = fields.Char(readonly=True)

    def action_write(self):
        """Write the changed values into the draft and go back to it."""
        self.ensure_one()
        draft = self.draft_id
        texts = dict(draft.sources)
        changed = (self.limit_ids + self.recipient_ids + self.reward_ids).filtered("is_changed")
        # From the end of each document, so that the places of the values before stay right.
        for line in changed.sorted(lambda line: (line.line, line.column), reverse=True):
            texts[line.path] = line._written_into(texts.get(line.path, ""))
        before = {(problem.path, problem.code, problem.where) for problem in draft._found_problems()}
        draft.sources = texts
        new = [
            problem
            for problem in draft._found_problems()
            if problem.severity == "error" and (problem.path, problem.code, problem.where) not in before
        ]
        if new:
            lang = problem_language(self.env.lang)
            raise UserError("\n".join(problem.text(lang) for problem in new[:5]))
        return {"type": "ir.actions.act_window_close"}


class PolicyChangeLine(models.TransientModel):
    _name = "complaint.policy.change.line"
    _description = "Value of a complaint policy that a small form changes"
    _order = "id"

    change_id = fields.Many2one("complaint.policy.change", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [("limit", "Time limit"), ("recipient", "Recipient"), ("reward", "Reward")],
        required=True,
        readonly=True,
    )
    title = fields.Char("Of", readonly=True)
    key = fields.Char(readonly=True)
    path = fields.Char("Document", readonly=True, required=True)
    line = fields.Integer(readonly=True, aggregator=None)
    column = fields.Integer(readonly=True, aggregator=None)
    written = fields.Char("Now", readonly=True)
    value = fields.Char("New", required=True)
    is_changed = fields.Boolean(compute="_compute_is_changed")

    def _compute_is_changed(self):
        for line in self:
            line.is_changed = (line.value or "").strip() != line.written

    def _written_into(self, text):
        value = self.value.strip()
        if self.kind == "recipient":
            value = [name.strip() for name in value.replace("，", ",").split(",") if name.strip()]
        elif self.kind == "reward":
            value = _number(value)
        try:
            return replaced(text, self.line, self.column, value)
        except NotEditable as error:
            raise UserError(
                self.env._(
                    "%(title)s is written in a way that no form can change. Change it in the text: "
                    "%(path)s:%(line)d.",
                    title=self.title,
                    path=self.path,
                    line=self.line,
                )
            ) from error


class ComplaintPolicyDraft(models.Model):
    _inherit = "complaint.policy.draft"

    def action_small_change(self):
        """List what small forms can change in this draft."""
        self.ensure_one()
        self._refuse_if_finished()
        contents = {path: text.encode() for path, text in self.sources.items()}
        bodies = load(contents).resolve(self.pack).bodies
        roles = [role.get("name") for role in (bodies.get("roles") or {}).get("roles", ())]
        lang = problem_language(self.env.lang)
        wizard = self.env["complaint.policy.change"].create(
            {"draft_id": self.id, "roles": ", ".join(filter(None, roles))}
        )
        values = [
            {**line, "change_id": wizard.id, "kind": kind}
            for kind, places in EDITABLE.items()
            for document, keys in places.items()
            for line in _lines(bodies.get(document), keys, lang)
        ]
        self.env["complaint.policy.change.line"].create(values)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Small change"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }


def _lines(node, keys, lang, trail=(), inside=()):
    """Every value under one of the keys in a document, with the titles of the entries and the keys that lead
    to it."""
    if isinstance(node, ListNode):
        for item in node:
            yield from _lines(item, keys, lang, trail, inside)
        return
    if not isinstance(node, MapNode):
        return
    if isinstance(node.get("name"), str):
        trail, inside = (*trail, _title(node, lang)), ()
    for key, value in node.items():
        if key not in keys:
            yield from _lines(value, keys, lang, trail, (*inside, key))
        elif not isinstance(value, MapNode):
            spot = node.spots[key]
            written = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield {
                "title": " · ".join(trail),
                "key": ".".join((*inside, key)),
                "path": spot.path,
                "line": spot.line,
                "column": spot.column,
                "written": written,
                "value": written,
            }


def _title(node, lang):
    title = node.get("title")
    if isinstance(title, dict):
        title = title.get(lang) or title.get("en")
    return title if isinstance(title, str) else node["name"].replace("_", " ")


def _number(text):
    """A number where it is one, else the text, about which the check of the policy will speak."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
