"""The page behind "Answer" in a mail: whoever was told says what they do, on any device, without logging in.

Opening it changes nothing, because mail scanners open links; only the form answers. A link is personal and
works as long as its notice waits for an answer."""

from odoo import http
from odoo.http import request


class AnswerPage(http.Controller):
    @http.route(
        "/complaints/answer/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def answer_page(self, token, **kw):
        notice = request.env["complaint.notice"]._of_token(token)
        return self._page(notice, token)

    @http.route(
        "/complaints/answer/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def answer(self, token, note="", **kw):
        notice = request.env["complaint.notice"]._of_token(token)
        if not notice or not notice._waits_for_answer() or not note.strip():
            return self._page(notice, token)
        notice._answer(note.strip())
        return self._page(notice, token, "answered")

    def _page(self, notice, token, state=None):
        if notice:
            request.update_context(lang=notice.user_id.lang, tz=notice.user_id.tz)
        values, status = notice._page_values(token, state)
        response = request.render("complaint_management.answer_page", values, status=status)
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        return response
