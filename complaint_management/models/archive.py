"""The archive (B13): some time after a case is over the policy puts it there. It stays searchable and is read
by those who could read it before; nobody changes it any more."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.duration import Duration
from ..engine.working_time import Calendar
from .release_reading import aware, naive

# Bookkeeping of the platform, which is no change of the case.
HARMLESS = frozenset({"message_main_attachment_id", "access_token"})
BATCH = 500


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    def _archive_stage(self):
        """The name of the stage that is the archive; None if the policy has none."""
        stages = self._policy().stages if self else {}
        return next((stage.name for stage in stages.values() if stage.event == "archived"), None)

    def _is_archive(self, stage):
        return bool(self) and self._refs().get(("stage", stage.id)) == self._archive_stage() is not None

    @api.model
    def _before(self, text):
        """The instant (naive UTC) from which on a time such as 1y or 90d is over."""
        return naive(Calendar.always_open().before(aware(fields.Datetime.now()), Duration.parse(text)))


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    over_since = fields.Datetime(
        "Over since", readonly=True, copy=False, help="When the case was last closed."
    )
    archived = fields.Boolean(
        "In the archive",
        compute="_compute_archived",
        search="_search_archived",
        help="Read-only by the policy.",
    )

    _over_since = models.Index("(release_id, stage_id, over_since) WHERE over_since IS NOT NULL")

    def _reckoned(self, state, policy=None):
        return {**super()._reckoned(state, policy), "over_since": naive(state.closed_at)}

    @api.depends("stage_id", "release_id")
    def _compute_archived(self):
        for ticket in self:
            # sudo: the words of the policy are no secret
            ticket.archived = ticket.sudo().release_id._is_archive(ticket.stage_id)

    def _search_archived(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        archives = []
        # sudo: pick lists hold no secrets
        for release in (
            self.env["complaint.release"].sudo().search([("company_id", "in", self.env.companies.ids)])
        ):
            code = release._archive_stage()
            archives += [release._refs().get(("stage", code))] if code else []
        wanted = (True in value) == (operator == "in")
        return [("stage_id", "in" if wanted else "not in", list(set(archives)))]

    def _following_stages(self):
        """Nobody puts a case into the archive by hand; the policy says when."""
        return [
            (stage, lacks)
            for stage, lacks in super()._following_stages()
            if not self.release_id._is_archive(stage)
        ]

    def _takes_replies(self):
        """An answer to a case in the archive becomes a case of its own, which names this one."""
        return not self.archived and super()._takes_replies()

    # ------------------------------------------------------------------ read-only

    def write(self, vals):
        if not self.env.su and not HARMLESS.issuperset(vals):
            self._refuse_archived()
            if vals.get("stage_id"):
                self._refuse_archiving(vals["stage_id"])
        return super().write(vals)

    def _refuse_archived(self):
        """Say that what is in the archive stays as it is."""
        cases = self.sudo()  # sudo: the words of the policy are no secret
        if not any(release._is_archive(stage) for release in cases.release_id for stage in cases.stage_id):
            return
        for case in cases.filtered("archived")[:1]:
            raise UserError(
                self.env._(
                    "%(number)s is in the archive and stays as it is. Enter a new complaint and name "
                    "this one in it.",
                    number=case.number,
                )
            )

    def _refuse_archiving(self, stage_id):
        cases = self.sudo()  # sudo: as above
        stage = self.env["helpdesk.ticket.stage"].browse(stage_id)
        if any(release._is_archive(stage) for release in cases.release_id):
            raise UserError(
                self.env._(
                    "%(number)s goes to the archive by itself, when the policy's time is over.",
                    number=cases[0].number,
                )
            )

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_archive(self):
        while count := self._archive_due():
            self.env["ir.cron"]._commit_progress(count)

    @api.model
    def _archive_due(self, limit=BATCH):
        """Put what is over for long enough into the archive; returns how many cases."""
        # sudo: a job of the company
        tickets = self.sudo()
        for (release, stage), cutoff in tickets._archiving().items():
            over = [
                ("release_id", "=", release.id),
                ("stage_id", "=", stage.id),
                ("over_since", "<=", cutoff),
            ]
            domain = Domain(over) & tickets._may_be_archived(release)
            due = tickets.search(domain, order="over_since, id", limit=limit).try_lock_for_update(limit=limit)
            if due:
                archive = release._refs()["stage", release._archive_stage()]
                due.with_context(mail_notrack=True, complaint_no_message=True).write({"stage_id": archive})
                return len(due)
        return 0

    def _may_be_archived(self, release):
        """What else a case of a release must be before it goes to the archive, as a domain. Others extend
        it."""
        return Domain.TRUE

    def _archiving(self):
        """{(release, stage): until when a case must be over} of the stages from which cases are archived.

        Asked of the releases, of which there are few, and not of the closed cases."""
        found, stages = {}, self.env["helpdesk.ticket.stage"]
        for release in self.env["complaint.release"].search([]):  # pylint: disable=no-search-all
            for code, known in release._policy().stages.items():
                after = known.written.get("archive_after")
                stage = stages.browse(release._refs().get(("stage", code)))
                if after and stage and release._archive_stage() and not release._is_archive(stage):
                    found[release, stage] = release._before(after)
        return found


class OfTicket(models.AbstractModel):
    _inherit = "complaint.of.ticket"

    def _check_access(self, operation):
        """What belongs to an archived case is as read-only as the case itself."""
        result = super()._check_access(operation)
        if result or operation == "read" or self.env.su or not self or self._stays_open:
            return result
        # sudo: only to say a sentence about a case that one may read
        self.sudo().ticket_id._refuse_archived()
        return result
