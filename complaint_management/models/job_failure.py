"""Cases that the job could not let the policy act on: set aside with the error, until somebody has them tried
again."""

from odoo import api, fields, models


class ComplaintJobFailure(models.Model):
    """Not of the mixin of a case's children: those who keep the system going may not read complaints, and
    need only the number and the error."""

    _name = "complaint.job.failure"
    _description = "Complaint that the job has set aside"
    _order = "since, id"
    _rec_name = "number"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Complaint", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    number = fields.Char(readonly=True)
    error = fields.Text(readonly=True)
    since = fields.Datetime("Set aside", readonly=True)
    attempts = fields.Integer(readonly=True)
    aside = fields.Boolean(
        readonly=True, help="Until it is tried again, no deadline of this complaint is watched."
    )

    _ticket = models.UniqueIndex("(ticket_id)")

    def action_try_again(self):
        """Let the job take these cases again in its next turn."""
        self.check_access("read")
        # sudo: trying again is all that may be done to a failure, and its readers may
        self.sudo().aside = False
        self.env["helpdesk.ticket"]._wake_job()
        return True

    @api.model
    def _note(self, cases, failed):
        """After a run over cases: keep those that failed, forget those that went well.

        failed: [(case, error)]."""
        failures = self.sudo()  # sudo: the job, whoever set it off
        known = {one.ticket_id.id: one for one in failures.search([("ticket_id", "in", cases.ids)])}
        errors = {case.id: f"{type(error).__name__}: {error}" for case, error in failed}
        now = fields.Datetime.now()
        for ident, failure in known.items():
            if ident in errors:  # a failure is rare, and each has its own text
                failure.write({"aside": True, "error": errors[ident], "attempts": failure.attempts + 1})
        failures.create(
            [
                {
                    "ticket_id": case.id,
                    "company_id": case.sudo().company_id.id,  # sudo: as above
                    "number": case.sudo().number,  # sudo: as above
                    "error": errors[case.id],
                    "since": now,
                    "attempts": 1,
                    "aside": True,
                }
                for case, _error in failed
                if case.id not in known
            ]
        )
        failures.browse([one.id for ident, one in known.items() if ident not in errors]).unlink()
