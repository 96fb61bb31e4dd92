"""The page of one case for its customer, opened by the signed link: no login (B9)."""

from odoo import http
from odoo.http import content_disposition, request
from odoo.tools import consteq, formataddr, plaintext2html
from werkzeug.exceptions import NotFound

from .public_page import PRIVATE, PublicPage


def case_values(ticket, done=None):
    """What the template of a case needs, on its public page and in the portal."""
    case = ticket._customer_view()
    return {
        "case": case,
        "case_url": f"/complaints/case/{ticket._portal_ensure_token()}",
        "web": ticket.release_id._active(ticket.company_id)._web(),
        "done": done if done in _PROVEN and _PROVEN[done](case) else None,
    }


# What a page says was done, and what the case must show for it: an address alone proves nothing.
_PROVEN = {
    "said": lambda case: any(message["mine"] for message in case["messages"]),
    "accepted": lambda case: bool(case["proposal"]) and case["proposal"]["state"] in ("accepted", "done"),
    "refused": lambda case: bool(case["proposal"]) and case["proposal"]["state"] == "refused",
    "escalated": lambda case: not case["escalate"] and not case["closed"],
    "reopened": lambda case: not case["closed"],
    "rated": lambda case: bool(case["rating"]) and bool(case["rating"]["given"]),
}


class ComplaintCasePage(PublicPage):
    def _case_of(self, token):
        """The case that a link opens. NotFound for any other word, whatever the reason."""
        self._in_their_zone()
        # sudo: the link is the permission
        tickets = request.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        domain = [("access_token", "=", token), ("case_type_id", "!=", False)]
        ticket = tickets.search(domain, limit=1) if token else tickets
        if not ticket or not consteq(ticket.access_token, token):
            raise NotFound()
        return ticket.with_company(ticket.company_id)

    @http.route("/complaints/case/<string:token>", type="http", auth="public", website=True, sitemap=False)
    def complaint_case(self, token, done=None, **kw):
        return self._case_page(self._case_of(token), done=done)

    def _case_page(self, ticket, status=200, done=None, **values):
        """The page; values: what went wrong (`error` or `wrong`) and what was typed (`typed` or `words`)."""
        release = self._for_company(request.env["complaint.release"]._active(ticket.company_id))
        if self._is_theirs(ticket):
            values["portal_url"] = "/my/tickets"
        return self._page(
            "public_case",
            {"release": release or ticket.release_id, **case_values(ticket, done), **values},
            status,
        )

    def _is_theirs(self, ticket):
        """Whether somebody is logged in who has this case in their account."""
        user = request.env.user
        return user._is_portal() and ticket.with_user(user).has_access("read")

    def _page_of(self, ticket):
        """Where the customer reads the case: in their account, else by its link."""
        if self._is_theirs(ticket) and "/my/ticket" in (request.httprequest.referrer or ""):
            return f"/my/ticket/{ticket.id}"
        return f"/complaints/case/{ticket.access_token}"

    @http.route(
        "/complaints/case/<string:token>/add",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["POST"],
        captcha="complaint",
    )
    def complaint_case_add(self, token, **post):
        """The customer adds something: a message of theirs on the case, and so a fact of the register."""
        ticket = self._case_of(token)
        web = ticket.release_id._active(ticket.company_id)._web()
        text = self._typed(post, "text", web.get("text"))
        files, error = self._files(web)
        if not error and not text and not files:
            error = request.env._("Please write something or choose a file.")
        if error:
            return self._case_page(ticket, 422, error=error, typed=text)
        if not self._may("additions", web.get("additions"), "messages", [f"case:{ticket.id}"], web):
            error = request.env._(
                "Several messages have just been sent here. Please wait a while before you add another one."
            )
            return self._case_page(ticket, 429, error=error, typed=text)
        self._add(ticket, text or request.env._("Files"), files)
        return request.redirect(f"{self._page_of(ticket)}?done=said#done", code=303)

    def _add(self, ticket, text, files):
        author = ticket.partner_id or ticket.representative_id
        address = ticket.partner_email or author.email or ticket.company_id.email or ""
        ticket.message_post(
            body=plaintext2html(text),
            author_id=author.id,
            email_from=formataddr((ticket.partner_name or author.name or "", address)) if address else False,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=ticket._attach_given(files).ids,
        )

    @http.route(
        "/complaints/case/<string:token>/file/<int:file_id>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def complaint_case_file(self, token, file_id, **kw):
        """A file that the customer sent or was sent: to be saved, never shown by the browser."""
        attachment = self._case_of(token)._customer_file(file_id)
        if not attachment:
            raise NotFound()
        stream = request.env["ir.binary"]._get_stream_from(attachment)
        response = stream.get_response(as_attachment=True)
        response.headers.update({**PRIVATE, "X-Content-Type-Options": "nosniff"})
        response.headers["Content-Disposition"] = content_disposition(attachment.name)
        return response
