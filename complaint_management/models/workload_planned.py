"""Who is planned when, for which team and channels (F7).

    complaint.shift                       the roster, for days on which a shift of the team begins
    hr.employee.resource_calendar_id      else the working hours of the people of the team, less holidays
    - resource.calendar.leaves            less the leave of each (of Time Off, if it is installed, or by hand)
    - res.users.out_of_office_from, _to   and the times at which they are out of office

An agent without an employee works the hours of the company. Whoever has flexible hours, or none, cannot be
planned without a shift: at no hour it is sure that they are there.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.cover import Stint
from .release_reading import aware, naive

UTC = timezone.utc
DAY = timedelta(days=1)
FAR = datetime.max.replace(tzinfo=UTC) - DAY


@dataclass(frozen=True, slots=True)
class Planned(Stint):
    """A stint for a team. day: the local day on which it begins."""

    team: int = 0
    day: object = None
    by_shift: bool = False


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    served_channel_ids = fields.Many2many(
        "helpdesk.ticket.channel",
        "complaint_team_channel_rel",
        "team_id",
        "channel_id",
        "Channels served",
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
        help="The channels that the people of this team serve when they work; a shift may say otherwise. "
        "Empty: all channels.",
    )


class ComplaintWorkload(models.AbstractModel):
    _name = "complaint.workload"
    _description = "Workload and cover"

    @api.model
    def _plan(self, company, begin, end):
        """[Planned] of all teams of a company from one local day to before another one."""
        # sudo: how many are planned is told to people who may not read each other's shifts
        return self.sudo()._planned(company.sudo(), begin, end)

    def _planned(self, company, begin, end):
        zone = self.env["complaint.figures"]._zone(company)
        first, last = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (begin, end))
        teams = self._teams(company)
        served = {team.id: _codes(team.served_channel_ids) for team in teams}
        shifts = self.env["complaint.shift"].search(
            Domain("company_id", "=", company.id)
            & Domain("begin", "<", naive(last))
            & Domain("end", ">", naive(first))
        )
        found = [
            Planned(
                shift.user_id.id,
                _codes(shift.channel_ids) or served.get(shift.team_id.id),
                aware(shift.begin),
                aware(shift.end),
                shift.team_id.id,
                aware(shift.begin).astimezone(zone).date(),
                True,
            )
            for shift in shifts
            if shift.user_id.active
        ]
        rostered = {(one.team, one.day) for one in found}
        people = teams.user_ids.filtered(lambda user: user.active and not user.share)
        hours = self._working_hours(company, people, first, last)
        for team in teams:
            for user in team.user_ids & people:
                for start, stop in hours.get(user.id, ()):
                    day = start.astimezone(zone).date()
                    if (team.id, day) not in rostered:
                        found.append(Planned(user.id, served[team.id], start, stop, team.id, day))
        return self._there(found, people | shifts.user_id, first, last)

    @api.model
    def _teams(self, company):
        """The teams that handle the cases of a company."""
        return self.env["helpdesk.ticket.team"].search([("company_id", "=", company.id)])

    def _there(self, planned, people, first, last):
        """The same without the times at which people are away."""
        away = self._away(people, first, last)
        found = []
        for one in planned:
            left = [(one.start, one.end)]
            for start, stop in away.get(one.person, ()):
                left = [piece for begun, over in left for piece in _without(begun, over, start, stop)]
            found += [
                Planned(one.person, one.channels, begun, over, one.team, one.day, one.by_shift)
                for begun, over in left
            ]
        return found

    # ------------------------------------------------------------------ calendars

    def _working_hours(self, company, people, first, last):
        """{user id: [(start, end)]} of the working hours of people, public holidays left out. A query for
        each working schedule, not for each person."""
        employees = self.env["hr.employee"].search(
            [("user_id", "in", people.ids), ("company_id", "=", company.id)]
        )
        resources = employees.resource_id
        fixed = resources.filtered(lambda one: not one._is_flexible())
        found = defaultdict(list)
        if fixed:
            for ident, spans in fixed.with_company(company)._get_valid_work_intervals(first, last)[0].items():
                found[fixed.browse(ident).user_id.id] += _in_utc(spans)
        usual = company.resource_calendar_id
        others = people - resources.user_id
        if others and usual and not usual.flexible_hours:
            spans = _in_utc(usual._work_intervals_batch(first, last)[False])
            found.update((user.id, spans) for user in others)
        return found

    @api.model
    def _unplanned(self, company):
        """People of the teams of whom no working hours are known: only a shift plans them."""
        # sudo: names of colleagues
        teams = self.sudo()._teams(company)
        people = teams.user_ids.filtered(lambda user: user.active and not user.share)
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(  # sudo: as above
                [("user_id", "in", people.ids), ("company_id", "=", company.id)]
            )
        )
        resources = employees.resource_id
        usual = company.sudo().resource_calendar_id  # sudo: as above
        others = people - resources.user_id if not usual or usual.flexible_hours else people.browse()
        return resources.filtered(lambda one: one._is_flexible()).user_id | others

    @api.model
    def _away(self, people, first, last):
        """{user id: [(start, end)]} of the leave of people and the times at which they are out of office."""
        found = defaultdict(list)
        for user in people.with_env(self.env):
            if user.out_of_office_from:
                until = aware(user.out_of_office_to) or FAR
                found[user.id].append((aware(user.out_of_office_from), until))
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id.user_id", "in", people.ids),
                ("time_type", "=", "leave"),
                ("date_from", "<", naive(last)),
                ("date_to", ">", naive(first)),
            ]
        )
        for leave in leaves:
            found[leave.resource_id.user_id.id].append((aware(leave.date_from), aware(leave.date_to)))
        return found


def _codes(channels):
    """The codes of channels; None for none, which stands for all."""
    return frozenset(channels.mapped("policy_code")) or None


def _in_utc(spans):
    return [(start.astimezone(UTC), stop.astimezone(UTC)) for start, stop, _record in spans]


def _without(begun, over, start, stop):
    """A time without another one: at most two pieces."""
    if stop <= begun or start >= over:
        return [(begun, over)]
    return [piece for piece in ((begun, start), (stop, over)) if piece[0] < piece[1]]
