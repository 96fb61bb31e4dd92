"""The helpdesk's own portal pages: a case shows there what its public page shows, and who wants to complain
is led to the form for complaints."""

from odoo import http
from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from .case_page import case_values
from .public_page import PRIVATE

PER_PAGE = 20  # cases that a phone scrolls through before it asks for more


class CasePortal(CustomerPortalHelpdesk):
    @http.route()
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        try:
            ticket = self._document_check_access("helpdesk.ticket", ticket_id, access_token=access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not ticket.case_type_id:
            return super().portal_my_ticket(ticket_id, access_token=access_token, **kw)
        # OCA would open every file on the ticket to whoever knows a token of it, internal ones too.
        values = self._ticket_get_page_view_values(ticket, access_token, **kw)
        response = request.render("helpdesk_mgmt.portal_helpdesk_ticket_page", values)
        response.headers.update(PRIVATE)
        return response

    @http.route()
    def portal_my_tickets(self, page=1, sortby=None, filterby=None, search=None, search_in="all", **kw):
        """The customer's tickets, open ones first. OCA's own method cannot be told to sort or filter so."""
        tickets = request.env["helpdesk.ticket"]
        if not tickets.has_access("read"):
            return request.redirect("/my")
        filters, sortings = self._case_filters(), self._ticket_get_searchbar_sortings()
        filterby = filterby if filterby in filters else "all"
        sortby = sortby if sortby in sortings else "date"
        domain = Domain(filters[filterby]["domain"])
        if search:
            domain &= Domain(self._ticket_get_search_domain(search_in, search.strip()))
        args = {"sortby": sortby, "filterby": filterby, "search": search, "search_in": search_in}
        pager = portal_pager(
            url="/my/tickets", url_args=args, total=tickets.search_count(domain), page=page, step=PER_PAGE
        )
        shown = tickets._customer_page(domain, sortings[sortby]["order"], PER_PAGE, pager["offset"])
        request.session["my_tickets_history"] = shown.ids
        values = {
            **self._prepare_portal_layout_values(),
            **args,
            "rows": shown._customer_rows(),
            "grouped_tickets": [shown] if shown else [],
            "page_name": "ticket",
            "default_url": "/my/tickets",
            "pager": pager,
            "searchbar_sortings": sortings,
            "searchbar_filters": filters,
            "searchbar_inputs": self._ticket_get_searchbar_inputs(),
            "complaint_url": new_complaint_url(),
        }
        response = request.render("helpdesk_mgmt.portal_my_tickets", values)
        response.headers.update(PRIVATE)
        return response

    def _case_filters(self):
        turn = request.env["helpdesk.ticket"]._customer_turn_domain()
        return {
            "all": {"label": request.env._("All"), "domain": []},
            "turn": {"label": request.env._("Waiting for me"), "domain": turn},
            "open": {"label": request.env._("Open"), "domain": [("closed", "=", False)]},
            "closed": {"label": request.env._("Closed"), "domain": [("closed", "=", True)]},
        }

    def _ticket_get_searchbar_sortings(self):
        """In words of our own, which have their translations: OCA's have none."""
        labels = {
            "date": request.env._("Newest"),
            "name": request.env._("Title"),
            "stage": request.env._("Stage"),
            "update": request.env._("Latest change"),
        }
        return _labelled(super()._ticket_get_searchbar_sortings(), labels)

    def _ticket_get_searchbar_inputs(self):
        labels = {
            "all": request.env._("Search in everything"),
            "number": request.env._("Search in numbers"),
            "name": request.env._("Search in titles"),
        }
        return _labelled(super()._ticket_get_searchbar_inputs(), labels)

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        case = ticket.sudo()  # sudo: OCA has checked whose ticket it is, and the view names what is shown
        if case.case_type_id:
            values.update(case_values(case.with_company(case.company_id), kwargs.get("done")))
        return values


def _labelled(entries, labels):
    """Entries of a search bar, those that are known by other words."""
    return {name: {**entry, "label": labels.get(name, entry["label"])} for name, entry in entries.items()}


class NewTicket(HelpdeskTicketController):
    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        values["complaint_url"] = new_complaint_url()
        return values


def new_complaint_url():
    """The form for complaints of the visitor's company; None without one."""
    release = request.env["complaint.release"]._active(request.env.company)
    return release._web_url("new") if release._web_channel() else None
