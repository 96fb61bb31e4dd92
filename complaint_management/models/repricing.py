"""Re-pricing: open cases are moved from the release they were received under to a newer one.

A case keeps the rules it was received under until somebody who may moves it. The move is a fact of the
register (`repriced`, with both releases), so that reading the register from the start applies each release to
its own time. Clocks that have ended stay as they were judged; those that run get the new limits, and the time
used so far counts."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.case import Event
from .release_reading import aware
from .renames import renames
from .what_if import changed_deadlines, moved_to, repricing_data


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------------ moving cases

    def _moves_to(self, release):
        """The open cases of self that are under another release of the same company."""
        return self.filtered(
            lambda case: (
                case.case_type_id
                and case.company_id == release.company_id
                and case.release_id != release
                and not case.closed
            )
        )

    def _obstacles_to(self, release):
        """{case: why it cannot be moved}, for those whose stage the new release does not have."""
        refs, stages = release._refs(), release._policy().stages
        return {
            case: self.env._(
                "%(number)s is in stage “%(stage)s”, which %(release)s does not have. Move it on first.",
                number=case.number,
                stage=case.stage_id.name,
                release=release.name,
            )
            for case in self
            if refs.get(("stage", case.stage_id.id)) not in stages
        }

    def _names_in(self, release):
        """{release: renames from it to the given one}, for the releases that the cases are under."""
        later = release.sudo().records or {}  # sudo: see _active
        return {old: renames([old.records or {}], later) for old in self.sudo().release_id}

    def _reprice_preview(self, release):
        """Deadlines that moving these cases changes: dicts as in a what-if (number, title, before, after)."""
        names, now = self._names_in(release), aware(fields.Datetime.now().replace(microsecond=0))
        policy, found = release._policy(), []
        self.sudo().fetch(["case_state", "release_id", "number"])  # sudo: nobody reads the state itself
        for case in self:
            state = case._engine_state()
            moved = moved_to(policy, state, names[case.sudo().release_id], now)
            found += [
                {
                    "id": case.id,
                    "number": case.number,
                    "title": release._clock_title(moved.sla, change["clock"]),
                    **change,
                }
                for change in changed_deadlines(state, moved, now)
            ]
        return found

    def _reprice(self, release, reason=None):
        """Move cases to a release of their company, all or none. Returns those that were moved.

        reason: kept as an internal note on each case."""
        cases = self._moves_to(release)
        obstacles = cases._obstacles_to(release)
        if obstacles:
            raise UserError("\n".join(obstacles.values()))
        names, now = cases._names_in(release), fields.Datetime.now().replace(microsecond=0)
        came_from = {case.id: case.release_id for case in cases}

        def move(case, state):
            old = came_from[case.id]
            # sudo: two releases are compared, nothing is read of them
            data = {"from": old.id, "to": release.id, **repricing_data(state, names[old.sudo()])}
            return [Event(aware(now), "repriced", data, case._next_place(state, now))]

        cases._record(move)
        # sudo: the release of a case is written by nobody else
        cases.sudo().write({"release_id": release.id})
        cases._log_repricing(release, came_from, reason)
        return cases

    def _log_repricing(self, release, came_from, reason):
        bodies = {}
        for case in self:
            body = self.env._(
                "Moved from release %(old)s to %(new)s of the policy.",
                old=came_from[case.id].sudo().name,  # sudo: whoever may see the case may know its policy
                new=release.name,
            )
            bodies[case.id] = f"{body} {reason}" if reason else body
        self._message_log_batch(bodies)


class ComplaintEvent(models.Model):
    _inherit = "complaint.event"

    @api.depends("kind", "data")
    @api.depends_context("lang")
    def _compute_summary(self):
        """A re-pricing is told with the names of the releases."""
        moves = self.filtered(lambda event: event.kind == "repriced")
        ids = {event.data[side] for event in moves for side in ("from", "to")}
        # sudo: whoever may see the case may know its policy
        names = {one.id: one.name for one in self.env["complaint.release"].sudo().browse(ids)}
        for event in moves:
            event.summary = f"{names[event.data['from']]} → {names[event.data['to']]}"
        return super(ComplaintEvent, self - moves)._compute_summary()
