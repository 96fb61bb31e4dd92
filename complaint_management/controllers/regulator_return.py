"""Files for regulators, to be taken out of the house by those who may."""

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound


class RegulatorFile(http.Controller):
    @http.route("/complaints/return/<int:return_id>.csv", type="http", auth="user", methods=["GET"])
    def return_csv(self, return_id, **kw):
        one = request.env["complaint.return"].browse(return_id).exists()
        if not one:
            raise NotFound()
        try:
            content = one._file_content()
        except AccessError:
            raise NotFound() from None
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(one._file_name())),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
