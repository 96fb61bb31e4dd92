"""The page on which the author of an anonymous suggestion reads the answer, with the code alone (B11)."""

from odoo import http
from odoo.http import request
from odoo.tools import format_date


class SuggestionPage(http.Controller):
    """Without a login, so that no session says who reads it."""

    @http.route("/complaints/suggestion", type="http", auth="public", methods=["GET"], sitemap=False)
    def suggestion_form(self, **kw):
        return self._page(None)

    @http.route("/complaints/suggestion", type="http", auth="public", methods=["POST"], sitemap=False)
    def suggestion_read(self, code="", **kw):
        return self._page(code)

    @http.route(
        "/complaints/suggestion/<string:code>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def suggestion_link(self, code, **kw):
        return self._page(code)

    def _page(self, code):
        found = request.env["complaint.suggestion"]._of_code(code)
        values = {"suggestion": found and self._shown(found), "unknown": bool(code)}
        status = 404 if code and not found else 200
        response = request.render("complaint_management.suggestion_page", values, status=status)
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        return response

    def _shown(self, one):
        states = dict(one._fields["state"]._description_selection(request.env))
        return {
            "name": one.name,
            "body": one.body,
            "sent_on": format_date(request.env, one.sent_on),
            "state": states[one.state],
            "answer": one.answer,
            "answer_by": one.answer_by and format_date(request.env, one.answer_by),
        }
