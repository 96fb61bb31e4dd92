"""Stages: those of the policy stand beside those of ordinary tickets and are told apart by a flag."""

from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    _name = "helpdesk.ticket.stage"
    _inherit = ["helpdesk.ticket.stage", "complaint.policy.owned"]

    _policy_kind = "stage"
    # The two mail templates stay empty: OCA sends them inside the transaction; the policy's messages are
    # queued.
    _policy_guarded = frozenset(
        {
            "policy_code",
            "name",
            "company_id",
            "sequence",
            "active",
            "closed",
            "unattended",
            "close_from_portal",
            "team_ids",
            "for_complaints",
            "mail_template_id",
            "rating_mail_template_id",
        }
    )
    _policy_reserved = frozenset({"policy_code", "for_complaints"})

    for_complaints = fields.Boolean(
        readonly=True, copy=False, index=True, help="A stage of complaints; ordinary tickets never see it."
    )

    _policy_code_unique = models.UniqueIndex(
        "(company_id, policy_code) WHERE policy_code IS NOT NULL",
        "A policy names each stage only once in a company.",
    )
