"""The handbook as a page and as a PDF (G2)."""

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request
from werkzeug.exceptions import Forbidden, NotFound

REPORT = "complaint_management.handbook"


class HandbookPage(http.Controller):
    @http.route("/complaints/handbook", type="http", auth="user", methods=["GET"], readonly=True)
    def handbook(self, company=None, **kw):
        return request.render("complaint_management.handbook_page", self._handbook_values(company))

    @http.route("/complaints/handbook.pdf", type="http", auth="user", methods=["GET"])
    def handbook_pdf(self, company=None, **kw):
        values = self._handbook_values(company)
        reports = request.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() not in ("ok", "upgrade", "workers"):
            return request.render("complaint_management.handbook_page", {**values, "pdf_missing": True})
        content, _kind = reports._render_qweb_pdf(REPORT, values["company"].ids)
        name = f"{values['title']} {values['release'].name or ''}".strip()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(f"{name}.pdf")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _handbook_values(self, company):
        """What the page shows of a company's rules: the one asked for, else the reader's own."""
        asked = int(company) if (company or "").isdecimal() else 0
        companies = request.env[
            "res.company"
        ].sudo()  # sudo: whether there is one; who may read it comes next
        company = companies.browse(asked).exists().sudo(False) if asked else request.env.user.company_id
        if not company:
            raise NotFound()
        try:
            return request.env["complaint.handbook"].with_company(company)._values(company)
        except AccessError as error:
            raise Forbidden(str(error)) from None
