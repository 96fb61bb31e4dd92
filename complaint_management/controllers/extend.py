"""The page behind the mail about more time: what is asked for, Approve and Do not approve. Opening it decides
nothing, because mail scanners open links; only the form does."""

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

_ROUTE = {"type": "http", "auth": "public", "sitemap": False}


class ExtendPage(http.Controller):
    @http.route("/complaints/extend/<string:token>", methods=["GET"], **_ROUTE)
    def extend_page(self, token, **kw):
        return self._page(token)

    @http.route("/complaints/extend/<string:token>", methods=["POST"], **_ROUTE)
    def extend(self, token, decision="", comment="", **kw):
        asked, user = request.env["complaint.extension"]._of_token(token)
        if not asked or asked.state != "asked" or decision not in ("approve", "reject"):
            return self._page(token)
        accept = decision == "approve"
        if not accept and not comment.strip():
            return self._page(token, problem="comment", comment=comment)
        try:
            # sudo: the link is the right of this one person; whether they may decide is asked again
            asked.with_user(user).sudo()._decide(accept, comment.strip())
        except (AccessError, UserError):
            return self._page(token, problem="refused")
        return self._page(token, done="approved" if accept else "rejected")

    def _page(self, token, **more):
        asked, user = request.env["complaint.extension"]._of_token(token)
        values = {
            "extension": asked,
            "state": "unknown",
            "problem": None,
            "comment": "",
            "done": None,
            **more,
        }
        values["action"] = f"/complaints/extend/{token}"
        if asked:
            request.update_context(lang=user.lang, tz=user.tz)
            asked = asked.with_context(lang=user.lang, tz=user.tz)
            may = asked.state == "asked" and user in asked._approvers()
            values.update(
                extension=asked,
                state="open" if may else "settled",
                facts=asked._facts_for_approver(),
                url=asked._case_path(),
                user_name=user.name,
            )
        response = request.render("complaint_management.extend_page", values, status=200 if asked else 404)
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        return response
