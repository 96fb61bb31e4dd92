"""What a meeting talks about, what was said, and what somebody will do about it: a decision becomes an
improvement action with an owner and a date (B8), and comes back to the next agenda until it is done."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .of_ticket import without_defaults

SOURCES = [
    ("action", "Open action"),
    ("report", "From the report"),
    ("topic", "Hot topic"),
    ("target", "Target missed"),
    ("effect", "Effect of an improvement"),
    ("policy", "Policy review"),
    ("own", "Added by people"),
]
MADE = frozenset({"source", "key", "model", "domain", "action_id", "draft_id"})


class ComplaintMeetingItem(models.Model):
    _name = "complaint.meeting.item"
    _description = "Point on the agenda of a meeting"
    _order = "meeting_id, sequence, id"

    meeting_id = fields.Many2one("complaint.meeting", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="meeting_id.company_id", store=True)
    state = fields.Selection(related="meeting_id.state")
    leads = fields.Boolean(related="meeting_id.leads")
    sequence = fields.Integer(default=50)
    source = fields.Selection(SOURCES, required=True, readonly=True, default="own")
    key = fields.Char(readonly=True, help="Which of its kind, so that an agenda made anew has it once.")
    name = fields.Text("Topic", required=True)
    sentence = fields.Text("What is known")
    minutes = fields.Text("What was said")
    model = fields.Char(readonly=True)
    domain = fields.Json(readonly=True)
    action_id = fields.Many2one("mgmtsystem.action", readonly=True, ondelete="set null")
    draft_id = fields.Many2one(
        "complaint.policy.draft",
        readonly=True,
        ondelete="set null",
        groups="complaint_management.group_policy_admin",
    )
    can_open = fields.Boolean(compute="_compute_can_open")
    action_ids = fields.One2many("mgmtsystem.action", "complaint_meeting_item_id", "Actions decided")
    action_words = fields.Text("What was decided", compute="_compute_action_words")
    decision = fields.Text("What is to be done", help="Its first line becomes the name of the action.")
    owner_id = fields.Many2one(
        "res.users", "By whom", domain="[('share', '=', False), ('company_ids', 'in', company_id)]"
    )
    due_on = fields.Date("Until")

    @api.depends("model", "action_id", "source")
    @api.depends_context("uid")
    def _compute_can_open(self):
        for item in self:
            item.can_open = bool(item._opens())

    def _opens(self):
        """The model that the button shows to the reader; None where there is none, or no right to see it."""
        if self.source == "policy":
            return "complaint.policy.draft" if self._may("complaint.policy.draft", "create") else None
        if self.action_id:
            return "mgmtsystem.action" if self.action_id.has_access("read") else None
        return self.model if self.model and self._may(self.model, "read") else None

    def _may(self, model, operation):
        return model in self.env and self.env[model].has_access(operation)

    @api.depends("action_ids.name", "action_ids.user_id", "action_ids.date_deadline", "action_ids.stage_id")
    @api.depends_context("lang")
    def _compute_action_words(self):
        for item in self:
            item.action_words = "\n".join(
                # sudo: who is invited hears what was decided, who does it and by when
                " · ".join(filter(None, line))
                for line in item.sudo()._decided()  # sudo: as above
            )

    def _decided(self):
        """[(what, who, by when, how it stands)] of the actions that were decided on this point."""
        return [
            (
                action.name,
                action.user_id.name,
                action.date_deadline and fields.Date.to_string(action.date_deadline),
                action.stage_id.name,
            )
            for action in self.action_ids
        ]

    # ------------------------------------------------------------------ making and changing

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(MADE & set(vals) for vals in vals_list):
            raise AccessError(self.env._("What an agenda was made from is not written by hand."))
        items = super(ComplaintMeetingItem, without_defaults(self, MADE)).create(vals_list)
        items._refuse_when_over()
        return items

    def write(self, vals):
        if not self.env.su and MADE & set(vals):
            raise AccessError(self.env._("What an agenda was made from is not written by hand."))
        self._refuse_when_over()
        result = super().write(vals)
        if "meeting_id" in vals:
            self._refuse_when_over()  # nor is a point moved into a meeting that is over
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_over(self):
        self._refuse_when_over()

    def _refuse_when_over(self):
        if not self.env.su:
            self.meeting_id._refuse_when_over()

    # ------------------------------------------------------------------ buttons

    def action_open(self):
        """Show what the point is about: cases, the action, or the policy and what another one would mean."""
        self.ensure_one()
        self.check_access("read")
        model = self._opens()
        if not model:
            raise UserError(self.env._("There is nothing behind this point that you may see."))
        if model == "complaint.policy.draft":
            draft = self.draft_id.exists()
            return draft._open() if draft else self.env["complaint.release"].action_begin_draft()
        if model == "mgmtsystem.action":
            return {**self._window(model), "res_id": self.action_id.id, "views": [(False, "form")]}
        views = [(False, "list"), (False, "form")]
        return {**self._window(model), "domain": self.domain or [], "views": views}

    def _window(self, model):
        return {"type": "ir.actions.act_window", "name": self.name, "res_model": model}

    def action_write(self):
        """The point by itself: minutes, and what is decided."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self._window(self._name),
            "name": self.env._("Point on the agenda"),
            "res_id": self.id,
            "views": [(self.env.ref("complaint_management.meeting_item_view_form").id, "form")],
            "target": "new",
        }

    def action_decide(self):
        """Make what was decided an improvement action of its owner."""
        for item in self:
            item._check_decision()
            lines = item.decision.strip().splitlines()
            # sudo: the chair decides for the meeting, whatever else they may do with improvement
            actions = item.env["mgmtsystem.action"].sudo()
            actions.create(
                {
                    "name": lines[0],
                    "description": "\n".join(lines[1:]) or False,
                    "type_action": "improvement",
                    "company_id": item.company_id.id,
                    "user_id": item.owner_id.id,
                    "date_deadline": item.due_on,
                    "for_complaints": True,
                    "complaint_meeting_item_id": item.id,
                }
            )
            item.write({"decision": False, "owner_id": False, "due_on": False})
        return self.action_write() if len(self) == 1 else True

    def _check_decision(self):
        self.check_access("write")
        self.meeting_id._check_leads()
        self._refuse_when_over()
        if not (self.decision or "").strip() or not self.owner_id or not self.due_on:
            raise UserError(self.env._("Say what is to be done, by whom, and until when."))


class MgmtsystemAction(models.Model):
    _inherit = "mgmtsystem.action"

    complaint_meeting_item_id = fields.Many2one(
        "complaint.meeting.item",
        "Point of a meeting",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    complaint_meeting_id = fields.Many2one(
        related="complaint_meeting_item_id.meeting_id",
        string="Decided in",
        store=True,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("complaint_meeting_item_id") for vals in vals_list):
            self._refuse_decided_by_hand()
        guarded = without_defaults(self, {"complaint_meeting_item_id"})
        return super(MgmtsystemAction, guarded).create(vals_list)

    def write(self, vals):
        if "complaint_meeting_item_id" in vals:
            self._refuse_decided_by_hand()
        return super().write(vals)

    def _refuse_decided_by_hand(self):
        if not self.env.su:
            raise AccessError(
                self.env._("What a meeting decided is made an action with the button on its agenda.")
            )
