"""What quality reviews add up to (F6): for the periodic reports, and as a key figure.

Sums tell nothing about a single person, so everybody who may see a report or the figures may see them; the
reviews behind them open as far as the reader may see those."""

from odoo import api, models
from odoo.fields import Domain

from ..engine.kpis import Value
from .quality_sample import MADE


class ComplaintQualityReview(models.Model):
    _inherit = "complaint.quality.review"

    @api.model
    def _report(self, company, begin, end):
        """What was drawn and reviewed of the periods that began in [begin, end), and how it went.

        begin, end: days; the end is not part of it
        Returns {"sentence", "rows": [{sample, title, drawn, reviewed, of, share, passed, pass_rate}],
        "lines": [{code, title, share}]}; shares in per cent, None where there is nothing to tell."""
        first, after = self.env["complaint.figures"]._instants(company, begin, end)
        # sudo: sums over all, see above
        found = (
            self.env["complaint.quality.sample"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("begins_at", ">=", first), ("begins_at", "<", after)],
                order="code, begins_at",
            )
        )
        rows = [self._report_row(code, same) for code, same in found.grouped("code").items()]
        lines = self._report_lines(found)
        return {"sentence": self._report_sentence(rows, lines), "rows": rows, "lines": lines}

    def _report_row(self, code, found):
        drawn = sum(one.drawn + one.added for one in found)
        frame, made, good = (sum(found.mapped(name)) for name in ("frame", "made", "passed"))
        return {
            "sample": code,
            "title": found[-1].release_id._quality_title(code),
            "drawn": drawn,
            "reviewed": made,
            "of": frame,
            "share": 100 * drawn / frame if frame else None,
            "passed": good,
            "pass_rate": 100 * good / made if made else None,
        }

    def _report_lines(self, found):
        """The average of each line of the cards, the weakest first."""
        # sudo: sums over all, see above
        lines = self.env["complaint.quality.line"].sudo()
        groups = lines._read_group(
            [
                ("review_id.sample_id", "in", found.ids),
                ("review_id.state", "in", MADE),
                ("judged", "=", True),
            ],
            ["code"],
            ["share:avg", "id:max"],
        )
        rows = [
            {"code": code, "title": lines.browse(newest).name, "share": share}
            for code, share, newest in groups
        ]
        return sorted(rows, key=lambda row: (row["share"], row["code"]))

    def _report_sentence(self, rows, lines):
        if not rows:
            return self.env._("No quality sample was drawn in this time.")
        drawn, frame, made, good = (
            sum(row[key] for row in rows) for key in ("drawn", "of", "reviewed", "passed")
        )
        said = [
            self.env._(
                "%(drawn)d of %(frame)d cases were drawn (%(share)s %%), %(made)d of them are reviewed.",
                drawn=drawn,
                frame=frame,
                share=f"{100 * drawn / frame:.1f}" if frame else "–",
                made=made,
            )
        ]
        if made:
            said.append(
                self.env._(
                    "%(good)d passed (%(rate)d %%).",
                    good=good,
                    rate=round(100 * good / made),
                )
            )
        if len(lines) > 1:
            said.append(
                self.env._(
                    "Weakest: %(line)s with %(share)d %% of the points.",
                    line=lines[0]["title"],
                    share=round(lines[0]["share"]),
                )
            )
        return " ".join(said)


class ComplaintFigures(models.AbstractModel):
    _inherit = "complaint.figures"

    @api.model
    def _measured_elsewhere(self, name, company, begin, end, domain):
        if name != "quality_pass_rate":
            return super()._measured_elsewhere(name, company, begin, end, domain)
        first, after = self._instants(company, begin, end)
        made = (
            Domain("company_id", "=", company.id)
            & Domain("state", "in", MADE)
            & Domain("reviewed_at", ">=", first)
            & Domain("reviewed_at", "<", after)
            & self._of_these(domain)
        )
        # sudo: a sum over all, see above
        groups = self.env["complaint.quality.review"].sudo()._read_group(made, ["result"], ["__count"])
        counts = dict(groups)
        count = sum(counts.values())
        good = counts.get("passed", 0)
        return Value(good / count if count else None, count, good), "complaint.quality.review", list(made)
