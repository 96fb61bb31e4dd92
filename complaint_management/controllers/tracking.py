"""Looking a case up by its number and something only its customer knows (B9)."""

from odoo import http
from odoo.http import request

from .public_page import PublicPage


class ComplaintTracking(PublicPage):
    @http.route(
        ["/complaints/track", "/complaints/<string:path>/track"],
        type="http",
        auth="public",
        website=True,
        sitemap=True,
        methods=["GET", "POST"],
        captcha="complaint",
    )
    def complaint_track(self, path=None, **post):
        release = self._release_of(path)
        if not release:
            return self._choose("track")
        if request.httprequest.method != "POST":
            return self._look_up_form(release)
        web = release._web()
        number, secret = self._typed(post, "number", 64), self._typed(post, "secret", 254)
        names = [f"{release.company_id.id}:{number.upper()}"]
        if not self._may("lookups", web.get("lookups"), "tries", names, web):
            return self._look_up_form(release, number, self._too_often(), 429)
        ticket = self._found(release, number, secret)
        if not ticket:
            return self._look_up_form(release, number, self._no_match(), 422)
        return request.redirect(f"/complaints/case/{ticket._portal_ensure_token()}", code=303)

    def _found(self, release, number, secret):
        """The case if both fit. A number that nobody has costs the same work as a wrong secret."""
        # sudo: a visitor may read nothing; only the comparison decides what is shown
        tickets = request.env["helpdesk.ticket"].sudo()
        domain = [
            ("number", "=", number.upper()),
            ("company_id", "=", release.company_id.id),
            ("case_type_id", "!=", False),
        ]
        ticket = tickets.with_context(active_test=False).search(domain, limit=1)
        return ticket if ticket._opens_with(secret) else tickets

    def _look_up_form(self, release, number="", error=None, status=200):
        values = {"release": release, "number": number, "error": error, "hotline": release._hotline()}
        return self._page("public_track", {**values, "new_url": release._web_url("new")}, status)

    def _no_match(self):
        return request.env._(
            "No case fits this number and this second word. Please compare both with our confirmation: the "
            "second word is the code in it, or the e-mail address or phone number that you gave us."
        )

    def _too_often(self):
        return request.env._(
            "This has been tried too often. Please wait a while, or open the link in our confirmation."
        )
