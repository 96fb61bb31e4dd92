"""The page on which a customer answers the questions of a callback: opened by a signed link, without a login,
and made to be tapped on a phone. Opening it changes nothing, because mail scanners open links; only the form
does.

It works without scripts, and says kindly why when there is nothing to answer any more."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from werkzeug.exceptions import NotFound

from ..models.callback_survey import ASKING, LONGEST, STOPPING
from .public_page import PublicPage

_ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False}
_ASK = "/complaints/survey/<string:token>"
_STOP = "/complaints/no-more/<string:token>"


class SurveyPage(PublicPage):
    @http.route(_ASK, methods=["GET"], **_ROUTE)
    def complaint_survey(self, token, done=None, **given):
        """The questions. What a button in the mail has chosen already, ?question=value, is marked."""
        callback = self._callback_of(token)
        return self._survey_page(callback, token, given=self._offered(callback, given), done=done)

    @http.route(_ASK, methods=["POST"], **_ROUTE)
    def complaint_survey_answer(self, token, **post):
        """Keep the answers; sent twice they count once."""
        callback = self._callback_of(token)
        if callback._survey_state() != "open":
            return self._survey_page(callback, token)
        given = {one["code"]: self._typed(post, one["code"], LONGEST) for one in callback._questions()}
        problems = callback._problems(given)
        if problems:
            return self._survey_page(callback, token, 422, given=given, problems=problems)
        limit = callback._asked().get("limit")
        web = callback.release_id._web()
        if not self._may("survey", limit, "answers", [f"callback:{callback.id}"], web):
            return self._survey_page(
                callback, token, 429, given=given, problems={"": self._survey_too_often()}
            )
        try:
            with request.env.cr.savepoint():
                callback._answer(given, way="link")
        except UserError:
            callback.invalidate_recordset()  # somebody else was faster: the page says so
            return self._survey_page(callback, token)
        return request.redirect(f"{callback._survey_url()}?done=1", code=303)

    @http.route(_STOP, methods=["GET"], **_ROUTE)
    def complaint_no_more(self, token, **kw):
        return self._stop_page(self._callback_of(token, STOPPING), token)

    # A mail program that unsubscribes with one click (RFC 8058) has no session: the signed link is enough.
    @http.route(_STOP, methods=["POST"], csrf=False, **_ROUTE)
    def complaint_no_more_done(self, token, **post):
        callback = self._callback_of(token, STOPPING)
        callback._customer_stops()
        return self._stop_page(callback, token, stopped=True)

    # ------------------------------------------------------------------ the same for both

    def _callback_of(self, token, scope=ASKING):
        """The callback that a link opens, as superuser. NotFound for any other word, whatever the reason."""
        self._in_their_zone()
        callback = request.env["complaint.callback"]._of_survey_token(token, scope)
        if not callback:
            raise NotFound()
        return callback.with_company(callback.company_id)

    def _offered(self, callback, given):
        """Answers named in the address, as far as they are answers."""
        offered = {
            one["code"]: self._typed(given, one["code"], 2) for one in callback._questions() if one["numbers"]
        }
        problems = callback._problems(offered)
        return {code: value for code, value in offered.items() if value and code not in problems}

    def _survey_page(self, callback, token, status=200, done=None, given=None, problems=None):
        state = callback._survey_state()
        values = {
            "release": callback.release_id,
            "state": state,
            "done": bool(done) and state == "answered",
            "intro": self._intro(callback),
            "questions": callback._questions() if state == "open" else [],
            "given": given or {},
            "problems": problems or {},
            "action": f"/complaints/survey/{token}",
            "stop_url": callback._stop_url(),
            "longest": LONGEST,
            "company": callback.company_id,
            "hotline": callback.release_id._hotline(),
            "again": self._taken_up_again(callback),
            "sorry": callback.result == "dissatisfied",
        }
        return self._page("survey_page", values, status)

    def _intro(self, callback):
        """What the questions are about, in the words of the policy or by the case."""
        said = callback.release_id._say(callback._asked().get("description"))
        case = callback.ticket_id
        if said or not case:
            return said or request.env._("A few taps help us to do better.")
        return request.env._("About your case %(number)s: %(title)s", number=case.number, title=case.name)

    def _taken_up_again(self, callback):
        """What a dissatisfied customer may expect now; empty where the case was not taken up again."""
        case = callback.ticket_id
        if not case or callback.result != "dissatisfied" or case.case_cycle <= callback.cycle:
            return ""
        said = request.env._("We have taken your case %(number)s up again.", number=case.number)
        promise = case._promise_for_customer() if not case.closed else None
        if promise and not promise["late"]:
            said += "\n" + request.env._("You will hear from us by %(when)s.", when=promise["when"])
        return said

    def _stop_page(self, callback, token, stopped=False):
        file = (
            request.env["complaint.customer"]
            # sudo: who has the link may answer; what is read was looked up by its signature
            .sudo()
            ._of(  # sudo: whether they said so already
                callback.partner_id, callback.company_id
            )
        )
        file = file.get(callback.partner_id.commercial_partner_id.id)
        values = {
            "release": callback.release_id,
            "company": callback.company_id,
            "stopped": stopped or bool(file and file.consent == "refused"),
            "action": f"/complaints/no-more/{token}",
            "hotline": callback.release_id._hotline(),
        }
        return self._page("no_more_page", values)

    def _survey_too_often(self):
        return request.env._(
            "Answers have just been sent in here several times. Please wait a while and send yours again; "
            "they are still on this page."
        )
