"""The register as a spreadsheet: written row by row into a file on disk and sent from there, so that a large
one needs no more memory than a small one (B13)."""

import tempfile
from datetime import datetime

import xlsxwriter
from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound

from ..models.regulator_table import FORMULA

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RegisterFile(http.Controller):
    @http.route("/complaints/register/<int:export_id>.xlsx", type="http", auth="user", methods=["GET"])
    def register_xlsx(self, export_id, **kw):
        export = request.env["complaint.register.export"].browse(export_id).exists()
        if not export or not export.has_access("read") or export.create_uid != request.env.user:
            raise NotFound()
        export._check_allowed()
        target = tempfile.TemporaryFile()  # noqa: SIM115 (sent and closed by the response)
        write_register(export, target)
        size = target.tell()
        target.seek(0)
        response = request.make_response(
            target,
            headers=[
                ("Content-Type", MIMETYPE),
                ("Content-Length", str(size)),
                ("Content-Disposition", content_disposition(f"{export._file_name()}.xlsx")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        response.direct_passthrough = True
        return response


def write_register(export, target):
    """Write the register that an export asks for into a file opened for writing bytes."""
    balance = export._balance()
    cases = export._cases()
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    heading = book.add_format({"bold": True, "bg_color": "#e9ecef", "text_wrap": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(export.env._("Register")[:31])
    if len(cases) >= sheet.xls_rowmax:
        raise UserError(
            export.env._("There are more complaints than a spreadsheet has rows. Choose a shorter period.")
        )
    columns = cases._register_columns()
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(columns) - 1, 18)
    for place, (_key, title) in enumerate(columns):
        sheet.write_string(0, place, title, heading)
    row = 0
    for row, values in enumerate(cases._register_rows(), 1):
        for place, (key, _title) in enumerate(columns):
            _write_cell(sheet, row, place, values[key], moment)
    sheet.autofilter(0, 0, max(row, 1), len(columns) - 1)
    _write_balance(export, book, balance, heading)
    book.close()


def _write_cell(sheet, row, place, value, moment):
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value, moment)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    elif value:
        # What a customer wrote is text, also where a spreadsheet would reckon with it once it is a CSV.
        text = f"'{value}" if value.startswith(FORMULA) else value
        sheet.write_string(row, place, text[: sheet.xls_strmax])


def _write_balance(export, book, balance, heading):
    sheet = book.add_worksheet(export.env._("Balance")[:31])
    sheet.set_column(0, 0, 36)
    for row, (title, value) in enumerate(export._facts_of_document()):
        sheet.write_string(row, 0, title, heading)
        sheet.write_string(row, 1, value)
    start = row + 2
    for row, (name, sign) in enumerate(zip(balance, ("", "+ ", "+ ", "- ", "= "), strict=True), start):
        label = export._fields[name]._description_string(export.env)
        sheet.write_string(row, 0, sign + label, heading)
        sheet.write_number(row, 1, balance[name])
