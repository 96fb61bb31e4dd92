"""Take cases on to their next stage: what may follow, what each still lacks, filled in on the spot."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.transitions import REQUIRED

INVESTIGATED = ("cause", "finding", "responsible_department")
FILLED_HERE = ("category", "urgency", "scope", "complexity", "team", "user", "channel", "partner", "reason")


class ComplaintMove(models.TransientModel):
    _name = "complaint.move"
    _description = "Take complaints on to their next stage"

    ticket_ids = fields.Many2many("helpdesk.ticket", string="Cases", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_choice")
    choice_ids = fields.Many2many("helpdesk.ticket.stage", compute="_compute_choice")
    stage_id = fields.Many2one("helpdesk.ticket.stage", "Next stage", domain="[('id', 'in', choice_ids)]")
    several = fields.Boolean(compute="_compute_choice")
    lacking = fields.Json(compute="_compute_lacking")
    elsewhere = fields.Text("Still missing", compute="_compute_lacking")
    preview = fields.Text(compute="_compute_lacking")
    lead_to = fields.Char(compute="_compute_lacking", help="Where what is missing elsewhere is filled in.")
    note = fields.Text(help="Stays on the case as an internal note.")

    category_id = fields.Many2one("helpdesk.ticket.category")
    urgency_id = fields.Many2one("complaint.term")
    scope_id = fields.Many2one("complaint.term", "Scope of impact")
    complexity_id = fields.Many2one("complaint.term")
    team_id = fields.Many2one("helpdesk.ticket.team")
    user_id = fields.Many2one("res.users", "Assigned user", domain="[('share', '=', False)]")
    channel_id = fields.Many2one("helpdesk.ticket.channel")
    partner_id = fields.Many2one("res.partner", "Contact")
    set_aside_reason = fields.Char("Reason")

    @api.depends("ticket_ids")
    def _compute_choice(self):
        for wizard in self:
            ways = [{stage.id for stage, _lacks in case._following_stages()} for case in wizard.ticket_ids]
            common = set.intersection(*ways) if ways else set()
            wizard.choice_ids = wizard.env["helpdesk.ticket.stage"].browse(sorted(common))
            wizard.company_id = wizard.ticket_ids.company_id[:1]
            wizard.several = len(wizard.ticket_ids) > 1

    @api.depends("ticket_ids", "stage_id", *(REQUIRED[name] for name in FILLED_HERE))
    @api.depends_context("lang")
    def _compute_lacking(self):
        for wizard in self:
            names, lines = [], []
            given = wizard._given()
            for case in wizard.ticket_ids if wizard.stage_id else ():
                names += case._missing_for(wizard.stage_id)
                still = case._missing_for(wizard.stage_id, given)
                words = ", ".join(case._requirement_label(name) for name in still)
                lines.append(
                    wizard.env._("%(case)s: needs %(what)s", case=case.display_name, what=words)
                    if still
                    else wizard.env._("%(case)s: ready", case=case.display_name)
                )
            wizard.lacking = sorted(set(names))
            wizard.preview = "\n".join(lines)
            others = [name for name in dict.fromkeys(names) if name not in (*FILLED_HERE, "severity")]
            found = [name for name in others if name in INVESTIGATED]
            wizard.lead_to = "investigation" if found else "solution" if others else False
            labels = ", ".join(wizard.ticket_ids[:1]._requirement_label(name) for name in others)
            wizard.elsewhere = (
                others
                and wizard.env._(
                    "%(what)s: fill this in on the pages Investigation and Solution of the case first.",
                    what=labels,
                )
                or False
            )

    def _given(self):
        """Values of the ticket that were filled in here."""
        self.ensure_one()
        fields_here = [REQUIRED[name] for name in FILLED_HERE]
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in fields_here
            if self[name]
        }

    def action_lead(self):
        """To where the case's investigation or solution is filled in."""
        self.ensure_one()
        case = self.ticket_ids[:1]
        return case.action_investigate() if self.lead_to == "investigation" else case.action_solution()

    def action_move(self):
        self.ensure_one()
        if not self.stage_id:
            raise UserError(self.env._("Choose the stage that follows."))
        self.ticket_ids.write({**self._given(), "stage_id": self.stage_id.id})
        if self.note:
            for case in self.ticket_ids:
                case.message_post(body=self.note, subtype_xmlid="mail.mt_note")
        return {"type": "ir.actions.act_window_close"}
