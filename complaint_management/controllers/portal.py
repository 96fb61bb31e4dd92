"""Holes in the helpdesk's portal pages, closed.

OCA's close route closes any ticket as superuser; here the ticket must be the caller's own, and a case closes
by its policy. The
form for a new ordinary ticket offers no category of the complaint policy."""

from odoo import http
from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.exceptions import AccessError, MissingError
from odoo.http import request


class GuardedPortal(HelpdeskTicketController):
    @http.route()
    def support_ticket_close(self, **kw):
        try:
            ticket = request.env["helpdesk.ticket"].browse(int(kw.get("ticket_id", 0))).exists()
            stage = request.env["helpdesk.ticket.stage"].browse(int(kw.get("stage_id", 0))).exists()
            ticket.check_access("read")
        except (AccessError, MissingError, ValueError):
            return request.redirect("/my")
        is_case = bool(ticket.sudo().case_type_id)  # sudo: only to see what kind of ticket it is
        if not ticket or not stage or is_case:
            return request.redirect("/my")
        return super().support_ticket_close(ticket_id=ticket.id, stage_id=stage.id)

    def _get_categories(self, **kw):
        return super()._get_categories(**kw).filtered(lambda category: not category.policy_code)
