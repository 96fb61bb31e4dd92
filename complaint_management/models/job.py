"""The job that lets the policy act: what the ladder and the timed messages say is due becomes facts, then
deeds.

    next_act_at (partial index) -- claim, SKIP LOCKED --> engine.act --> complaint.event, case_state, clocks
                                                                   \\--> _carry_out: people hear of it

Several jobs may run at once, on any server: each claims other cases. Facts and deeds of a case are in one
transaction, so each happens once. A case that fails is set aside (complaint.job.failure); the rest goes
on."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from odoo.tools.sql import column_exists
from psycopg2 import OperationalError

from ..engine.escalation import act
from .release_reading import aware

_logger = logging.getLogger(__name__)

JOB = "complaint_management.cron_act_1"  # any of them: whichever is free takes what is due
WAKING = "complaint_management.waking"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    escalation_level = fields.Char("Escalated to", readonly=True, copy=False)
    unanswered_since = fields.Datetime("Escalation unanswered since", readonly=True, copy=False)
    next_act_at = fields.Datetime(
        "Policy acts next",
        readonly=True,
        copy=False,
        help="When an escalation rule or a timed message acts if nothing else happens.",
    )

    _next_act = models.Index("(next_act_at) WHERE next_act_at IS NOT NULL")

    def _auto_init(self):
        """Cases from before there was a ladder are looked at once by the job, which then knows when to come
        again."""
        cr = self.env.cr
        comes_new = column_exists(cr, self._table, "case_state") and not column_exists(
            cr, self._table, "next_act_at"
        )
        result = super()._auto_init()
        if comes_new:
            cr.execute(
                SQL("UPDATE helpdesk_ticket SET next_act_at = received_at WHERE case_state IS NOT NULL")
            )
        return result

    # ------------------------------------------------------------------ when

    def _follow(self, recorded):  # pylint: disable=missing-return
        super()._follow(recorded)
        if any(state.ladder.waiting for _ticket, state, _events in recorded):
            self._wake_job()

    @api.model
    def _wake_job(self):
        """Something is due right away: do not wait for the job's next turn."""
        self._wake_cron(JOB)

    @api.model
    def _wake_cron(self, name):
        """Let a scheduled action run soon. However many cases ask for it, it is told once, at the end of the
        transaction: what is rolled back to a savepoint until then may have been all that woke it."""
        ending = self.env.cr.precommit
        known = ending.data.setdefault(WAKING, set())
        if not known:
            # sudo: whoever reports a fact may set off what the policy wants
            ending.add(self.sudo()._wake_crons)
        known.add(name)

    @api.model
    def _wake_crons(self):
        names, data = self.env.cr.precommit.data.pop(WAKING, ()), self.env["ir.model.data"]
        jobs = [ident for name in names if (ident := data._xmlid_to_res_id(name))]
        if not jobs:
            return
        # one statement: made as a record each, these cost as much as all the clocks of a case
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_cron_trigger "
                "(cron_id, call_at, create_uid, create_date, write_uid, write_date) "
                "SELECT id, %(now)s, %(user)s, %(now)s, %(user)s, %(now)s FROM ir_cron "
                "WHERE id IN %(jobs)s AND active",
                now=fields.Datetime.now(),
                user=self.env.uid,
                jobs=tuple(jobs),
            )
        )
        self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)

    @api.model
    def _job_number(self, name):
        """A number of the job, which is no matter of the policy, from the system parameters."""
        # sudo: people set off the job who may not read parameters
        return int(self.env["ir.config_parameter"].sudo().get_param(f"complaint_management.{name}"))

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_act_due(self):
        """Let the policy act on all that is due, batch by batch, each in its own transaction."""
        limit = self._job_number("job_batch")
        left = True
        while left:
            done = self._act_batch(limit)
            full = done >= limit
            left = self.env["ir.cron"]._commit_progress(done, remaining=limit if full else 0) and full

    @api.model
    def _act_batch(self, limit):
        """One batch. The caller commits."""
        return self._again_if_overtaken(lambda: self._act_due(limit))

    @api.model
    def _again_if_overtaken(self, deed):
        """What deed() returns; it is done again if another transaction was faster. The caller commits."""
        for tries_left in reversed(range(self._job_number("job_tries"))):
            try:
                done = deed()
                self.env.flush_all()
                return done
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                if not tries_left:
                    raise
        return None

    @api.model
    def _for_itself(self, deed, what):
        """Do deed(); what is wrong with it undoes nothing else, keeps nothing else waiting, and stands in the
        log as `what`. Returns whether it was done."""
        try:
            with self.env.cr.savepoint():
                deed()
        except OperationalError:
            raise  # another transaction was faster: nothing is wrong with it
        except Exception:  # pylint: disable=broad-except
            _logger.exception("%s could not be done", what)
            return False
        return True

    @api.model
    def _act_due(self, limit):
        """Let the policy act on at most so many cases whose moment has come. Returns how many there were."""
        now = fields.Datetime.now().replace(microsecond=0)
        cases = self._claim_due(now, limit)
        if cases:
            cases._act_or_set_aside(now)
        return len(cases)

    @api.model
    def _claim_due(self, now, limit):
        """Lock cases whose moment has come and that no other job has, the longest waiting first."""
        self.env["complaint.job.failure"].flush_model(["aside"])
        self.flush_model(["next_act_at"])
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id FROM helpdesk_ticket t WHERE t.next_act_at <= %s AND NOT EXISTS "
                "(SELECT FROM complaint_job_failure f WHERE f.ticket_id = t.id AND f.aside) "
                "ORDER BY t.next_act_at LIMIT %s FOR NO KEY UPDATE OF t SKIP LOCKED",
                now,
                limit,
            )
        )
        return self.browse([ident for (ident,) in rows])

    def _act_or_set_aside(self, now):
        """Act on all at once; if that fails, on one after the other, and set aside those that fail alone."""
        failed = []
        try:
            with self.env.cr.savepoint():
                self._act(now)
        except OperationalError:
            raise  # another transaction was faster: nothing is wrong with the case
        except Exception:  # pylint: disable=broad-except
            failed = self._act_one_by_one(now)
        self.env["complaint.job.failure"]._note(self, failed)

    def _act_one_by_one(self, now):
        """Returns [(case, error)] of those that failed."""
        failed = []
        for case in self:
            try:
                with self.env.cr.savepoint():
                    case._act(now)
            except OperationalError:
                raise
            except Exception as error:  # pylint: disable=broad-except
                _logger.exception("Complaint %s is set aside: the policy could not act on it", case.id)
                failed.append((case, error))
        return failed

    def _act(self, now):
        """Let the policy act on these cases, which have been claimed."""
        late_after = timedelta(seconds=self._job_number("job_late_after"))
        changes, acts = [], []
        cases = self.sudo()  # sudo: the policy acts, whoever set the job off
        cases.fetch(["release_id", "company_id"])
        for case, version, state in cases._locked():
            acted = act(case.release_id._policy(), state, aware(now), late_after)
            events = [event for _fired, facts in acted for event in facts]
            changes.append((case, version, state, events, [state.cycle] * len(events)))
            acts += [(case, fired) for fired, _facts in acted]
        cases._write_down(changes)
        cases._take_severities(acts)
        if acts:
            cases._carry_out(sorted(acts, key=lambda one: one[1].planned or one[1].at))

    def _take_severities(self, acts):
        """The cases get the severity that the register says they were raised to."""
        raised = {case: fired.severity for case, fired in acts if fired.severity is not None}
        groups = {}
        for case, code in raised.items():
            groups.setdefault((case.release_id, code), self.browse())
            groups[case.release_id, code] |= case
        for (release, code), cases in groups.items():
            cases.write({"severity_id": release._refs().get(("severity", code), False)})

    @api.model
    def _carry_out(self, acts):
        """Do what the rules say that have just acted; the facts are recorded already.

        acts: (case as superuser, Fired) in the order in which they acted. Others extend it.
        Fired has at, planned, rule, subject, do, level (raised to, or None), severity (raised to, or None),
        cycle and revision. The severity of the case itself is written by the job."""
