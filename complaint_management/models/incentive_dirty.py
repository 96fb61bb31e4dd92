"""Which cases have to be counted anew, and the job that counts them.

    facts --_follow--> complaint.incentive.dirty --job, SKIP LOCKED--> engine --> differences --> the ledger

Recording a fact only leaves a row here, and only if it can matter for points. The row is taken away by
whoever counts the case, so two jobs count different cases, and a fact that comes in meanwhile leaves a row
of its own. A case that cannot be counted stays, with the error, and is tried again once a day; the rest goes
on."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..engine.schemes import EVENT, KEPT
from .release_reading import aware

_logger = logging.getLogger(__name__)

SWEPT = "complaint_management.points_swept_until"
# Longer than any transaction takes: what ran out in that time is looked at twice, which changes nothing.
AGAIN = timedelta(hours=1)
# Facts that can give or take points, or take a case out, whatever the scheme.
TELLING = frozenset(
    {"closed", "reopened", "rated", "called_back", "quality_reviewed", "extended", "surged", "repriced"}
)


class IncentiveDirty(models.Model):
    _name = "complaint.incentive.dirty"
    _description = "Case whose points have to be counted"
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True, ondelete="cascade", index="btree_not_null")
    suggestion_id = fields.Many2one(
        "complaint.suggestion", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    statement_id = fields.Many2one(
        "complaint.incentive.statement",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Whose score has to follow the ledger, once all that waits has been counted.",
    )
    error = fields.Char(readonly=True, help="Why it could not be counted.")

    _waiting = models.Index("(id) WHERE error IS NULL AND statement_id IS NULL")

    @api.model
    def _mark(self, column, idents):
        """Leave a row for each case, suggestion or statement. column: the field that names them"""
        if idents:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO complaint_incentive_dirty (%s) SELECT unnest(%s)",
                    SQL.identifier(column),
                    list(idents),
                )
            )

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_points(self):
        """Count what has to be counted, batch by batch, each in its own transaction."""
        self._mark_overdue()
        tickets = self.env["helpdesk.ticket"]
        limit, left = tickets._job_number("points_batch"), True
        while left:
            done = tickets._again_if_overtaken(lambda: self._reckon_batch(limit))
            full = done >= limit > 0
            left = self.env["ir.cron"]._commit_progress(done, remaining=limit if full else 0) and full
        tickets._again_if_overtaken(self._reckon_statements)
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _cron_again(self):
        """Once a day: what could not be counted is tried again."""
        self.env.cr.execute(SQL("UPDATE complaint_incentive_dirty SET error = NULL WHERE error IS NOT NULL"))

    @api.model
    def _mark_overdue(self):
        """A clock that runs out leaves no fact by itself: look for those since the last look, and a little
        before it, for what another transaction was still writing then. The first look takes all that are
        late: a case counts by its own release only, so nobody pays for a time before the scheme."""
        params = self.env["ir.config_parameter"].sudo()  # sudo: a job's own note
        now = fields.Datetime.now().replace(microsecond=0)
        since = fields.Datetime.to_datetime(params.get_param(SWEPT) or "1970-01-01 00:00:00") - AGAIN
        self.env.cr.execute(
            SQL(
                "INSERT INTO complaint_incentive_dirty (ticket_id) SELECT DISTINCT ticket_id "
                "FROM complaint_milestone WHERE state = 'running' AND due_at < %s AND due_at >= %s",
                now,
                since,
            )
        )
        params.set_param(SWEPT, fields.Datetime.to_string(now))

    @api.model
    def _reckon_all(self):
        """Count all that waits, in this transaction."""
        limit = self.env["helpdesk.ticket"]._job_number("points_batch")
        while self._reckon_batch(limit) >= limit > 0:
            pass
        self._reckon_statements()

    @api.model
    def _reckon_statements(self):
        """Let the scores of those follow whose ledger got more."""
        rows = self.env.execute_query(
            SQL(
                "DELETE FROM complaint_incentive_dirty WHERE id = ANY(ARRAY("
                "SELECT id FROM complaint_incentive_dirty WHERE statement_id IS NOT NULL "
                "FOR UPDATE SKIP LOCKED)) RETURNING statement_id"
            )
        )
        env = self.sudo().env  # sudo: the company counts, whoever set it off
        env["complaint.incentive.statement"].browse(sorted({ident for (ident,) in rows}))._follow_ledger()

    @api.model
    def _reckon_batch(self, limit):
        """Count some of what waits. Returns how many rows there were."""
        rows = self.env.execute_query(
            SQL(
                # as an array: it is read once, whatever the planner thinks of the size of the table
                "DELETE FROM complaint_incentive_dirty WHERE id = ANY(ARRAY("
                "SELECT id FROM complaint_incentive_dirty WHERE error IS NULL AND statement_id IS NULL "
                "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)) RETURNING ticket_id, suggestion_id",
                limit,
            )
        )
        env = self.sudo().env  # sudo: the company counts, whoever set it off
        tickets = env["helpdesk.ticket"].browse(sorted({ticket for ticket, _other in rows if ticket}))
        suggestions = env["complaint.suggestion"].browse(sorted({other for _ticket, other in rows if other}))
        self._count_or_set_aside(tickets, "ticket_id")
        self._count_or_set_aside(suggestions, "suggestion_id")
        return len(rows)

    def _count_or_set_aside(self, records, column):
        """Count all at once; if that fails, one after the other, and keep those that fail alone."""
        if not records:
            return
        try:
            with self.env.cr.savepoint():
                records._count_points(reckon=False)
            return
        except OperationalError:
            raise  # another transaction was faster: nothing is wrong with the case
        except Exception as error:  # pylint: disable=broad-except
            if len(records) == 1:
                _logger.exception("The points of %s %s could not be counted", records._name, records.id)
                self.sudo().create({column: records.id, "error": repr(error)[:500]})  # sudo: the job's own
                return
        for record in records:
            self._count_or_set_aside(record, column)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _follow(self, recorded):  # pylint: disable=missing-return
        super()._follow(recorded)
        now, found, known = aware(fields.Datetime.now()), [], {}
        for ticket, state, events in recorded:
            release = ticket.release_id
            if release not in known:  # asked once for a batch, not for each of its cases
                known[release] = release._schemes().values()
            if any(_concerns(scheme, state, events, now) for scheme in known[release]):
                found.append(ticket.id)
        if found:
            self.env["complaint.incentive.dirty"]._mark("ticket_id", found)


class ComplaintSuggestion(models.Model):
    _inherit = "complaint.suggestion"

    def _answer(self, verdict, words):
        result = super()._answer(verdict, words)
        if self.author_id and self.accepted_at:  # nobody knows who wrote an anonymous one: no points
            self.env["complaint.incentive.dirty"]._mark("suggestion_id", self.ids)
        return result


def _concerns(scheme, state, events, now):
    """Whether facts just recorded can change points: they say something that a rule waits for, or the case
    has been counted before, so that a late fact may change what was found."""
    if state.closed_at is not None or state.cycle > 1:
        return True
    if any(event.kind in TELLING or EVENT + event.kind in scheme.by_occasion for event in events):
        return True
    if any(EVENT + kind in scheme.by_occasion for kind in state.seen):
        return True
    return any(
        clock.state == "breached" or clock.late(now) or (clock.state == "met" and KEPT in scheme.by_occasion)
        for clock in state.clocks
    )
