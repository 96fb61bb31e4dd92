"""The approved rewards of a period as a spreadsheet or as CSV."""

import csv
import io

import xlsxwriter
from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound

from .register import FORMULA, MIMETYPE


class PointsFile(http.Controller):
    @http.route("/complaints/points/<int:period_id>.xlsx", type="http", auth="user", methods=["GET"])
    def points_xlsx(self, period_id, **kw):
        period = self._period(period_id)
        return self._file(period, "xlsx", MIMETYPE, as_xlsx(period))

    @http.route("/complaints/points/<int:period_id>.csv", type="http", auth="user", methods=["GET"])
    def points_csv(self, period_id, **kw):
        period = self._period(period_id)
        return self._file(period, "csv", "text/csv; charset=utf-8", as_csv(period))

    def _period(self, period_id):
        period = request.env["complaint.incentive.period"].browse(period_id).exists()
        try:
            period._check_may_export()
        except (AccessError, ValueError):
            raise NotFound() from None
        return period

    def _file(self, period, kind, mimetype, content):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(f"{period._file_name()}.{kind}")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


def as_xlsx(period):
    """The rewards of a period as the bytes of a workbook."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(period.env._("Rewards")[:31])
    heading = book.add_format({"bold": True, "bg_color": "#e9ecef"})
    sheet.freeze_panes(1, 2)
    columns = period._reward_columns()
    sheet.set_column(0, len(columns) - 1, 18)
    for place, title in enumerate(columns):
        sheet.write_string(0, place, title, heading)
    for row, values in enumerate(period._reward_rows(), 1):
        for place, value in enumerate(values):
            if isinstance(value, (int, float)):
                sheet.write_number(row, place, value)
            else:
                sheet.write_string(row, place, _plain(value))
    book.close()
    return target.getvalue()


def as_csv(period):
    """The same as CSV that spreadsheets recognise as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(period._reward_columns())
    writer.writerows([_plain(value) for value in values] for values in period._reward_rows())
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(value):
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
