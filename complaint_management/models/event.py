"""The register: one row for every fact of a complaint, never changed and never deleted (ISO 10002, 8.1;
requirement A2)."""

# Refusing is what these methods are for, so they neither call super() nor return.
# pylint: disable=method-required-super,no-raise-unlink
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import frozendict

from ..engine.case import EVENTS, INTERNAL
from .register_rows import insert_rows

# Set for one transaction by migrations and by anonymisation; nothing reachable over RPC sets it.
BYPASS_SETTING = "complaint.register_bypass"


def append_only(table, guard, name):
    """SQL that makes a table append-only, whoever asks: a function `guard` and its triggers.

    name: what the table is called in the refusal."""
    return f"""
CREATE OR REPLACE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('{BYPASS_SETTING}', true) = 'on' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'The {name} is append-only: % on {table} is refused', TG_OP
        USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER IF EXISTS {guard}_rows ON {table};
CREATE TRIGGER {guard}_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {guard}();
DROP TRIGGER IF EXISTS {guard}_all ON {table};
CREATE TRIGGER {guard}_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {guard}();
"""


GUARD_SQL = append_only("complaint_event", "complaint_event_guard", "register of complaints")

LABELS = {
    "received": "Received",
    "acknowledged": "Acknowledged",
    "handed_over": "Handed over",
    "accepted_by_team": "Accepted by the team",
    "investigated": "Investigated",
    "report_ready": "Preliminary report ready",
    "solution_proposed": "Solution proposed",
    "solution_approved": "Solution approved",
    "agreed": "Agreed with the customer",
    "refused": "Refused by the customer",
    "first_feedback": "First feedback to the customer",
    "carried_out": "Carried out",
    "result_reported": "Result reported to intake",
    "communicated": "Result communicated",
    "closed": "Closed",
    "reopened": "Reopened",
    "withdrawn": "Withdrawn",
    "referred": "Referred elsewhere",
    "paused": "Paused",
    "resumed": "Resumed",
    "extended": "Time limit extended",
    "escalated": "Escalated",
    "escalation_answered": "Escalation answered",
    "lowered": "Escalation lowered",
    "called_back": "Called back",
    "rated": "Rated by the customer",
    "quality_reviewed": "Quality reviewed",
    "suggestion_accepted": "Suggestion accepted",
    "customer_message": "Message from the customer",
    "agent_message": "Message to the customer",
    "archived": "Archived",
    # Facts that only the register knows; a policy cannot name them.
    "moved": "Moved to another stage",
    "classified": "Classified",
    "assigned": "Assigned",
    "repriced": "Moved to another release of the policy",
    "promised": "New date promised",
    "decided": "Decided about the solution",
    "lapsed": "Proposal expired",
    "surged": "Part of a surge",
    "acted": "The policy acted",
    "anonymised": "Personal data removed",
}
KINDS = [(kind, LABELS[kind]) for kind in LABELS if kind in EVENTS | INTERNAL]
# Detail of an entry -> the field of the ticket that has its label.
HIDDEN = frozenset({"set", "back", "handovers_stopped", "unassigned"})
LABELLED = frozendict(
    {
        "type": "case_type_id",
        "channel": "channel_id",
        "category": "category_id",
        "urgency": "urgency_id",
        "scope": "scope_id",
        "complexity": "complexity_id",
        "severity": "severity_id",
        "tier": "tier_id",
        "department": "responsible_department_id",
        "stage": "stage_id",
    }
)
# Detail -> (kind of policy entry, model of its record), where these are not (detail, "complaint.term").
DETAIL_RECORDS = frozendict(
    {
        "type": ("case_type", "complaint.term"),
        "reason": ("pause", "complaint.term"),
        "channel": ("channel", "helpdesk.ticket.channel"),
        "category": ("category", "helpdesk.ticket.category"),
        "stage": ("stage", "helpdesk.ticket.stage"),
    }
)


COLUMNS = frozendict(
    {
        "ticket_id": "int4",
        "company_id": "int4",
        "kind": "varchar",
        "occurred_at": "timestamp",
        "recorded_at": "timestamp",
        "user_id": "int4",
        "cycle": "int4",
        "data": "jsonb",
    }
)


class ComplaintEvent(models.Model):
    _name = "complaint.event"
    _inherit = "complaint.of.ticket"
    _description = "Complaint register entry"
    _order = "occurred_at, id"
    _rec_name = "kind"
    _log_access = False  # recorded_at and user_id say it already, and an entry is never written again

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", readonly=True)
    kind = fields.Selection(KINDS, "Fact", required=True, readonly=True)
    occurred_at = fields.Datetime("Happened", required=True, readonly=True)
    recorded_at = fields.Datetime("Recorded", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Recorded by", required=True, ondelete="restrict", readonly=True)
    cycle = fields.Integer(required=True, readonly=True)
    data = fields.Json(
        "Details", readonly=True, help="Codes and numbers only: free text and people stay on the complaint."
    )
    summary = fields.Char(compute="_compute_summary")

    _history = models.Index("(ticket_id, occurred_at, id)")
    _company_kind = models.Index("(company_id, kind, occurred_at)")

    def init(self):
        self.env.cr.execute(SQL(GUARD_SQL.replace("%", "%%")))

    @api.depends("kind", "data")
    @api.depends_context("lang", "tz")
    def _compute_summary(self):
        labels = self.env["helpdesk.ticket"].fields_get(list(LABELLED.values()), ["string"])
        for event in self:
            data = event.data or {}
            details = {**data, **(data.get("set") or {})}
            event.summary = " · ".join(
                event._detail(name, value, labels)
                for name, value in details.items()
                if name not in HIDDEN and not name.endswith(("_id", "_ids"))
            )

    def _detail(self, name, value, labels):
        """One detail as people call it: `severity: high` is "Severity: High"."""
        if name == "automatic":
            return self.env._("automatic")
        if name == "until":  # seconds since 1970, as the engine reckons
            when = self.ticket_id._in_words(datetime.fromtimestamp(value, timezone.utc).replace(tzinfo=None))
            return self.env._("until %(when)s", when=when)
        if name == "keyword":
            return self.env._("Words found: %(words)s", words=", ".join(value))
        if name == "amount":
            return self.env._("Amount: %(amount)s", amount=f"{value:,.2f}")
        label = labels[LABELLED[name]]["string"] if name in LABELLED else name
        kind, model = DETAIL_RECORDS.get(name, (name, "complaint.term"))
        refs = self.ticket_id.sudo().release_id._refs()  # sudo: the words of the policy are no secret
        ident = refs.get((kind, value)) if isinstance(value, str) else None
        words = self.env[model].sudo().browse(ident).name if ident else value  # sudo: the same
        return self.env._("%(label)s: %(words)s", label=label, words=words)

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(
            self.env._("Entries of the register are made by what happens to a complaint, not by hand.")
        )

    def write(self, vals):
        raise UserError(
            self.env._("The register is never changed. Record a new fact that corrects the old one.")
        )

    def unlink(self):
        raise UserError(self.env._("Nothing is ever deleted from the register."))

    @api.model
    def _append(self, rows):
        """Insert register entries; the caller has locked their tickets.

        rows: dicts with the COLUMNS, times in naive UTC.
        Returns the new ids in the order of rows."""
        if not rows:
            return []
        ids = insert_rows(self.env, self._table, COLUMNS, rows, "RETURNING id")
        return [row[0] for row in ids]
