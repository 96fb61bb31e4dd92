"""The page behind the mail to an approver: the case, the solution, Approve and Reject.

Opening it decides nothing, because mail scanners open links; only the form does. A link is personal and is
used up by the decision, whoever of those asked took it."""

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request


class ApprovePage(http.Controller):
    @http.route(
        "/complaints/approve/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False
    )
    def approve_page(self, token, **kw):
        return self._page(token)

    @http.route(
        "/complaints/approve/<string:token>", type="http", auth="public", methods=["POST"], sitemap=False
    )
    def approve(self, token, decision="", comment="", **kw):
        solution, review, user = request.env["complaint.solution"]._of_token(token)
        if not solution or review != solution._open_review() or decision not in ("approve", "reject"):
            return self._page(token)
        accept = decision == "approve"
        if not accept and not comment.strip():
            return self._page(token, problem="comment", comment=comment)
        try:
            # sudo: the link is the right of this one person; whether they may decide is asked again
            solution.with_user(user).sudo()._decide(accept, comment.strip())
        except (AccessError, UserError):
            return self._page(token, problem="refused")
        return self._page(token, done="approved" if accept else "rejected")

    def _page(self, token, **more):
        solution, review, user = request.env["complaint.solution"]._of_token(token)
        if solution:
            request.update_context(lang=user.lang, tz=user.tz)
            solution, review = solution._as_reader(user), review.with_context(lang=user.lang)
        values = {"solution": solution, "problem": None, "comment": "", "done": None, **more}
        values["action"] = f"/complaints/approve/{token}"
        if solution:
            values["url"] = solution._case_path()
            values["facts"] = solution._facts_for_approver(review)
            waits = solution.state == "submitted" and review == solution._open_review()
            values["state"] = "open" if waits and solution._may_decide(review, user) else "settled"
            values["user_name"] = user.name
        else:
            values["state"] = "unknown"
        response = request.render(
            "complaint_management.approve_page", values, status=200 if solution else 404
        )
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        return response
