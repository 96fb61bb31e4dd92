"""The public form: somebody sends in a case without a login (A1, A11), and reads how to complain (A10)."""

import base64
import re
import secrets

import psycopg2
from odoo import fields, http
from odoo.http import request
from odoo.tools import email_normalize, html2plaintext
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from .public_page import PublicPage

TEXTS = ("what", "wanted", "order", "name", "email", "phone", "acting_for")
TRAP = "second_homepage"  # no person sees it, programs fill it in
QUIET = 4  # empty squares around the code, as its standard (ISO 18004) wants
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")


class ComplaintIntake(PublicPage):
    @http.route(
        ["/complaints/new", "/complaints/<string:path>/new"],
        type="http",
        auth="public",
        website=True,
        sitemap=True,
        methods=["GET", "POST"],
        captcha="complaint",
    )
    def complaint_new(self, path=None, **post):
        release = self._release_of(path)
        if not release:
            return self._choose("new")
        if request.httprequest.method != "POST":
            return self._form(release, self._known_contact())
        return self._received(release, post)

    # ------------------------------------------------------------------ showing the form

    def _form(self, release, given, errors=None, status=200):
        web = release._web()
        return self._page(
            "public_form",
            {
                "release": release,
                "web": web,
                "trap": TRAP,
                "answers": release._web_answers(given.get("what"), given.get("category")),
                "categories": release._category_choices(),
                "notice": release._privacy_notice(),
                "given": {"token": secrets.token_urlsafe(24), **given},
                "errors": errors or {},
                "track_url": release._web_url("track"),
                "how_to_url": release._web_url("how-to"),
                "hotline": release._hotline(),
            },
            status,
        )

    def _known_contact(self):
        """What a customer who is logged in need not type."""
        user = request.env.user
        if user._is_public() or not user.share:
            return {}
        partner = user.partner_id
        return {"name": partner.name or "", "email": partner.email or "", "phone": partner.phone or ""}

    # ------------------------------------------------------------------ taking it in

    def _received(self, release, post):
        web = release._web()
        given = self._given(release, post)
        if post.get(TRAP):
            return self._thanks(release, given["token"])
        tickets = request.env[
            "helpdesk.ticket"
        ].sudo()  # sudo: a visitor opens a case and reads nothing by it
        if tickets.search_count([("form_token", "=", given["token"])], limit=1):
            return self._thanks(release, given["token"])  # the button was pressed twice: it is one case
        files, problem = self._files(web)
        errors = self._errors(release, given, web)
        if problem:
            errors["files"] = problem
        if errors:
            return self._form(release, given, errors, 422)
        contacts = [email_normalize(given["email"]) or "", re.sub(r"\D", "", given["phone"])]
        if not self._may("cases", web.get("limit"), "cases", contacts, web):
            return self._form(release, given, {"": self._too_many(release)}, 429)
        try:
            with request.env.cr.savepoint():
                tickets._open_from_web(release, given, files)
        except psycopg2.errors.UniqueViolation as error:
            if "form_token" not in str(error):
                raise
        return self._thanks(release, given["token"])

    def _given(self, release, post):
        """What was typed, cleaned. Whatever is wrong with it stays in the form for correction."""
        longest = release._web().get("text")
        given = {name: self._typed(post, name, longest and longest + 1) for name in TEXTS}
        for name in set(TEXTS) - {"what", "wanted"}:
            given[name] = " ".join(given[name].split())
        by = self._typed(post, "contact_by")
        token = self._typed(post, "token")
        user = request.env.user
        return {
            **given,
            "category": self._typed(post, "category"),
            "contact_by": by if by in ("email", "phone") else "",
            "accepted": bool(post.get("accepted")),
            "token": token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(24),
            "partner": user.partner_id.sudo()  # sudo: their own, by the visitor's login
            if user.share and not user._is_public()
            else request.env["res.partner"],
        }

    def _errors(self, release, given, web):
        """{field: what to do about it}."""
        env, errors = request.env, {}
        longest = web.get("text")
        for name in TEXTS:
            if longest and len(given[name]) > longest:
                errors[name] = env._("Please shorten this: at most %(count)d characters.", count=longest)
        if not given["what"]:
            errors["what"] = env._("Please tell us what happened.")
        if not given["name"]:
            errors["name"] = env._("Please tell us your name.")
        if given["email"] and not email_normalize(given["email"]):
            errors["email"] = env._("This e-mail address is not complete. It looks like name@example.com.")
        if given["phone"] and not re.search(r"\d.*\d.*\d", given["phone"]):
            errors["phone"] = env._("This phone number is not complete.")
        if not given["email"] and not given["phone"]:
            errors["email"] = env._(
                "Please give us an e-mail address or a phone number, so that we can answer."
            )
        if given["contact_by"] and not given[given["contact_by"]]:
            errors.setdefault(
                given["contact_by"], env._("You want to hear from us this way: please fill it in.")
            )
        codes = {code for group in release._category_choices() for code, _title in group["choices"]}
        if given["category"] and given["category"] not in codes:
            given["category"] = ""
            errors["category"] = env._("Please choose from the list, or leave it to us.")
        if release._privacy_notice() and not given["accepted"]:
            errors["accepted"] = env._("Please agree, so that we may work with what you tell us.")
        return errors

    def _too_many(self, release):
        hotline = release._hotline()
        if hotline:
            return request.env._(
                "Several cases have just been sent in from here, so we cannot take another one by this form. "
                "Nothing of what you typed is lost: please send it again later, or call %(phone)s.",
                phone=hotline,
            )
        return request.env._(
            "Several cases have just been sent in from here, so we cannot take another one by this form. "
            "Nothing of what you typed is lost: please send it again later."
        )

    # ------------------------------------------------------------------ afterwards

    def _thanks(self, release, token):
        return request.redirect(f"{release._web_url('sent')}?case={token}", code=303)

    @http.route(
        ["/complaints/sent", "/complaints/<string:path>/sent"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def complaint_sent(self, path=None, case="", **kw):
        release = self._release_of(path)
        if not release:
            return self._choose("new")
        # sudo: whoever has the one-time word of a form sent it in
        tickets = request.env["helpdesk.ticket"].sudo()
        domain = [("form_token", "=", case), ("company_id", "=", release.company_id.id)]
        ticket = tickets.search(domain, limit=1) if _TOKEN.fullmatch(case) else tickets
        values = {"release": release, "ticket": ticket, "hotline": release._hotline()}
        if ticket:
            values.update(
                number=ticket.number,
                promise=ticket._promise_for_customer(),
                url=ticket._customer_url(),
                page=f"/complaints/case/{ticket.access_token}",
                code=ticket._customer_code(),
                track_url=release._web_url("track"),
                answers=self._fitting_answers(release, ticket),
            )
        return self._page("public_sent", values)

    def _fitting_answers(self, release, ticket):
        """The answers to frequent questions that belong to what somebody has just sent in."""
        category = release._refs().get(("category", ticket.category_id.id))
        answers = release._web_answers(html2plaintext(ticket.description or ""), category)
        return [one for one in answers if one["fits"]]

    @http.route(
        ["/complaints/how-to", "/complaints/<string:path>/how-to"],
        type="http",
        auth="public",
        website=True,
        sitemap=True,
    )
    def complaint_how_to(self, path=None, **kw):
        release = self._release_of(path, with_form=False)
        if not release:
            return self._choose("how-to", with_form=False)
        values = {
            "release": release,
            "how": release._how_to(),
            "hotline": release._hotline(),
            "today": fields.Date.context_today(release),
        }
        if release._web_channel():
            url = f"{request.httprequest.url_root.rstrip('/')}{release._web_url('new')}"
            values.update(form_url=url, track_url=release._web_url("track"), code=self._qr_code(url))
        return self._page("public_how_to", values)

    def _qr_code(self, url):
        """The address as a picture inside the page: sharp on paper too, and no other request."""
        code = QRCode(None, QRErrorCorrectLevel.M)
        code.addData(url)
        code.make()
        squares = "".join(
            f"M{column},{row}h1v1h-1z"
            for row, line in enumerate(code.modules)
            for column, dark in enumerate(line)
            if dark
        )
        size = code.getModuleCount()
        picture = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET} {-QUIET} {size + 2 * QUIET} '
            f'{size + 2 * QUIET}" shape-rendering="crispEdges"><rect x="{-QUIET}" y="{-QUIET}" width="100%" '
            f'height="100%" fill="#fff"/><path d="{squares}"/></svg>'
        )
        return f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
