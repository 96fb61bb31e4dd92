"""Channels: the ways in which complaints arrive (A1)."""

from odoo import models


class HelpdeskTicketChannel(models.Model):
    _name = "helpdesk.ticket.channel"
    _inherit = ["helpdesk.ticket.channel", "complaint.policy.owned"]

    _policy_kind = "channel"
    _policy_guarded = frozenset({"policy_code", "name", "company_id", "sequence", "active"})

    _policy_code_unique = models.UniqueIndex(
        "(company_id, policy_code) WHERE policy_code IS NOT NULL",
        "A policy names each channel only once in a company.",
    )
