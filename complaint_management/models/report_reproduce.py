"""Whether a report still says what it said: everything is counted again under the same release for the same
period, and where it differs, what was recorded since is the reason."""

from odoo import api, fields, models
from odoo.fields import Domain


class ComplaintReport(models.Model):
    _inherit = "complaint.report"

    def _reproduce(self):
        """{same, changed: [{section, what, then, now}], causes: [{title, count, model, domain}]}: the report
        counted again, with the rights that it was made with."""
        self.ensure_one()
        own = self.sudo()  # sudo: see _make
        lang = next(iter(own.content["pages"]))
        release = own.release_id
        entry = release._report_entry(own.report_code)
        counting = own._counting(own.company_id, release, lang)
        now, _balance = counting._page_of(own.company_id, release, entry, own.begin, own.end)
        changed = _differences(_figures_of(own.content["pages"][lang]), _figures_of(now))
        return {
            "same": not changed,
            "changed": changed,
            "causes": own._recorded_since() if changed else [],
        }

    def _recorded_since(self):
        """What was entered in the register after it was made about the cases of its period, by kind."""
        events = self.env["complaint.event"]
        begin, end = self.begin, self.end
        of_period = (Domain("began_on", "<", end)) & (
            Domain("ended_on", "=", False) | Domain("ended_on", ">=", begin)
        )
        since = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("recorded_at", ">", self.made_at)
            & Domain("ticket_id.fact_ids", "any", of_period)
        )
        groups = events._read_group(since, ["kind"], ["ticket_id:array_agg_distinct"])
        labels = dict(events._fields["kind"]._description_selection(self.env))
        found = [
            {
                "title": labels.get(kind, kind),
                "count": len(tickets),
                "model": "helpdesk.ticket",
                "domain": [("id", "in", sorted(tickets))],
            }
            for kind, tickets in groups
        ]
        return sorted(found, key=lambda one: (-one["count"], one["title"]))

    def action_compare(self):
        """Count again and say what differs."""
        self.ensure_one()
        self.check_access("read")
        check = self.env["complaint.report.check"].create({"report_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Is it still the same?"),
            "res_model": check._name,
            "res_id": check.id,
            "views": [(False, "form")],
            "target": "new",
        }


class ComplaintReportCheck(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.report.check"
    _description = "A report counted again"

    report_id = fields.Many2one("complaint.report", required=True, readonly=True)
    same = fields.Boolean(compute="_compute_found")
    found = fields.Html(compute="_compute_found", sanitize=False)

    @api.depends("report_id")
    @api.depends_context("lang", "uid")
    def _compute_found(self):
        for check in self:
            check.report_id.check_access("read")
            result = check.report_id._reproduce()
            check.same = result["same"]
            check.found = self.env["ir.qweb"]._render(
                "complaint_management.report_compared", {**result, "report": check.report_id}
            )


def _figures_of(page):
    """{(section, row, column): text} of everything that a page shows as a number."""
    found = {}
    for section in page["sections"]:
        for table in section["tables"]:
            for index, row in enumerate(table["rows"]):
                name = row[0]["text"] or str(index)
                for head, cell in list(zip(table["head"], row, strict=False))[1:]:
                    found[section["title"], name, head] = cell["text"]
    return found


def _differences(then, now):
    """[{section, what, then, now}] of what is not the same; None where a row is missing."""
    keys = [*then, *(key for key in now if key not in then)]
    return [
        {
            "section": section,
            "what": f"{row} · {head}",
            "then": then.get((section, row, head)),
            "now": now.get((section, row, head)),
        }
        for section, row, head in keys
        if then.get((section, row, head)) != now.get((section, row, head))
    ]
