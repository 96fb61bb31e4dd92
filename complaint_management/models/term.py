"""The words of a policy that are pick lists of their own: case types, urgencies, severities and so on."""

from odoo import api, fields, models
from odoo.tools.misc import frozendict

KINDS = [
    ("case_type", "Case type"),
    ("urgency", "Urgency"),
    ("scope", "Scope"),
    ("complexity", "Complexity"),
    ("severity", "Severity"),
    ("tier", "Customer tier"),
    ("pause", "Reason for a pause"),
    ("remedy", "Remedy"),
    ("cause", "Cause"),
    ("finding", "Finding"),
]

# Places in the palette of Odoo for severities of rank 0, 1, 2 and above: pale blue, teal, orange, red.
GRAVER = (4, 7, 2, 1)


class ComplaintTerm(models.Model):
    _name = "complaint.term"
    _description = "Complaint policy term"
    _inherit = "complaint.policy.owned"
    _order = "kind, sequence, id"

    _policy_guarded = frozenset(
        {
            "policy_code",
            "name",
            "kind",
            "company_id",
            "sequence",
            "active",
            "priority",
            "parent_id",
            "needs_amount",
        }
    )

    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True)
    kind = fields.Selection(KINDS, required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    priority = fields.Integer(
        aggregator=None, help="Rank of a severity: 0 is the lowest. Unused for other kinds."
    )
    parent_id = fields.Many2one(
        "complaint.term",
        "Part of",
        ondelete="restrict",
        index="btree_not_null",
        help="The coarser cause that this one is a part of. Unused for other kinds.",
    )
    needs_amount = fields.Boolean(
        help="Whether an amount of money belongs to a remedy. Unused for other kinds."
    )
    color = fields.Integer("Color Index", aggregator=None)
    calendar_color = fields.Integer(
        compute="_compute_calendar_color",
        help="The colour that was chosen, else one that goes with the severity.",
    )
    display_name = fields.Char(recursive=True)

    _code = models.UniqueIndex(
        "(company_id, kind, policy_code)", "A policy names each entry of a kind only once in a company."
    )

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for term in self:
            above = term.parent_id.display_name
            term.display_name = f"{above} / {term.name}" if above else term.name

    @api.depends("color", "kind", "priority")
    def _compute_calendar_color(self):
        for term in self:
            rank = min(max(term.priority, 0), len(GRAVER) - 1)
            term.calendar_color = term.color or (GRAVER[rank] if term.kind == "severity" else 0)

    def _policy_record_kind(self):
        return self.kind


# Kind of a record -> where the policy files hold it: (kind of file, key inside it or None for the file's own
# list).
PLACES = frozendict(
    {
        "case_type": ("case_types", None),
        "urgency": ("severity", "urgencies"),
        "scope": ("severity", "scopes"),
        "complexity": ("severity", "complexities"),
        "severity": ("severity", "levels"),
        "pause": ("severity", "pauses"),
        "tier": ("tiers", None),
        "stage": ("stages", None),
        "channel": ("channels", None),
        "category": ("categories", None),
        "remedy": ("remedies", None),
        "cause": ("causes", "causes"),
        "finding": ("causes", "findings"),
        "course": ("training", "courses"),
    }
)
TREES = frozenset({"category", "cause"})  # kinds whose entries have children
