"""Shifts (F7): who is planned for a team, from when to when, and for which channels.

Community Odoo has no app to plan people. Where a team keeps a roster here, it holds for every day on which a
shift of the team begins; on other days, and for teams without a roster, the working hours of the employees
hold (`workload_planned`). A roster is kept by whoever leads the team and by managers; agents read their own.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

from .release_reading import aware, naive

LONGEST = timedelta(hours=24)
WEEK = timedelta(weeks=1)


class ComplaintShift(models.Model):
    _name = "complaint.shift"
    _description = "Shift"
    _order = "begin, team_id, user_id, id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        ondelete="cascade",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Agent",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    begin = fields.Datetime("Begins", required=True)
    end = fields.Datetime("Ends", required=True)
    hours = fields.Float(compute="_compute_hours", store=True, aggregator="sum")
    channel_ids = fields.Many2many(
        "helpdesk.ticket.channel",
        "complaint_shift_channel_rel",
        "shift_id",
        "channel_id",
        "Channels",
        domain="[('policy_code', '!=', False), ('company_id', '=', company_id)]",
        help="Which channels the agent serves in this shift. Empty: those of the team.",
    )
    note = fields.Char()
    is_away = fields.Boolean(
        "Away",
        compute="_compute_is_away",
        help="The agent is on leave or out of office at a time of this shift, which is then not covered.",
    )

    _in_order = models.Constraint('CHECK ("end" > begin)', "A shift ends after it begins.")
    _of_time = models.Index("(company_id, begin)")
    _of_person = models.Index("(user_id, begin)")

    @api.depends("begin", "end")
    def _compute_hours(self):
        for shift in self:
            lasting = shift.end - shift.begin if shift.begin and shift.end else timedelta()
            shift.hours = lasting.total_seconds() / 3600

    @api.depends("user_id", "begin", "end")
    def _compute_is_away(self):
        known = self.filtered(lambda shift: shift.user_id and shift.begin and shift.end)
        (self - known).is_away = False
        if not known:
            return
        begin, end = min(known.mapped("begin")), max(known.mapped("end"))
        # sudo: whether a colleague of the roster is there, not why
        away = self.env["complaint.workload"].sudo()._away(known.user_id, aware(begin), aware(end))
        for shift in known:
            shift.is_away = any(
                start < aware(shift.end) and stop > aware(shift.begin)
                for start, stop in away.get(shift.user_id.id, ())
            )

    @api.depends("user_id", "begin", "end")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for shift in self:
            shift.display_name = shift.user_id.name or self.env._("Shift")

    # ------------------------------------------------------------------ what a roster may say

    @api.constrains("company_id", "team_id", "user_id", "channel_ids")
    def _check_company(self):
        for shift in self.sudo():  # sudo: companies of people and teams
            of_team, of_channels = shift.team_id.company_id, shift.channel_ids.company_id
            if of_team and of_team != shift.company_id or of_channels - shift.company_id:
                raise ValidationError(
                    self.env._(
                        "%(team)s or a channel of this shift belongs to another company. Choose one of "
                        "%(company)s.",
                        team=shift.team_id.name,
                        company=shift.company_id.name,
                    )
                )
            if shift.user_id.share or shift.company_id not in shift.user_id.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s does not work for %(company)s. Choose one of its people.",
                        name=shift.user_id.name,
                        company=shift.company_id.name,
                    )
                )

    @api.constrains("user_id", "begin", "end")
    def _check_once(self):
        """Nobody is planned twice at a time, and no shift lasts longer than a day."""
        for shift in self:
            if shift.end - shift.begin > LONGEST:
                raise ValidationError(
                    self.env._(
                        "The shift of %(name)s on %(when)s lasts longer than a day. Check its end.",
                        name=shift.user_id.name,
                        when=shift._when(),
                    )
                )
        double = self._doubled()
        if double:
            raise ValidationError(
                self.env._(
                    "%(name)s has another shift on %(when)s already. Change that one, or choose "
                    "somebody else.",
                    name=double.user_id.name,
                    when=double._when(),
                )
            )

    def _doubled(self):
        """A shift of these that overlaps another one of the same person; empty without any."""
        self.flush_model(["user_id", "begin", "end"])
        others = self.sudo().search(  # sudo: of other teams, too
            [
                ("user_id", "in", self.user_id.ids),
                ("begin", "<", max(self.mapped("end"))),
                ("end", ">", min(self.mapped("begin"))),
            ],
            order="user_id, begin, id",
        )
        latest = {}
        for shift in others:
            before = latest.get(shift.user_id)
            if before and before.end > shift.begin and (before in self or shift in self):
                return shift
            if not before or shift.end > before.end:
                latest[shift.user_id] = shift
        return self.browse()

    def _when(self):
        return format_datetime(self.env, self.begin, dt_format="short")

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and not {"team_id", "company_id"}.isdisjoint(vals):
            self.check_access("write")  # nobody moves a shift into a roster that others keep
        return result

    # ------------------------------------------------------------------ keeping a roster

    @api.model
    def _zone_of(self, user):
        """The zone of a person, in which a shift begins at the same time every week."""
        # sudo: the zone of a colleague is no secret
        user = user.sudo()
        return ZoneInfo(user.tz or user.company_id.resource_calendar_id.tz or "UTC")

    def _moved(self, weeks):
        """(begin, end) as many weeks later at the same time of the clock on the wall, whatever summer time
        does between."""
        self.ensure_one()
        zone = self._zone_of(self.user_id)
        return tuple(
            naive((aware(at).astimezone(zone) + weeks * WEEK).astimezone(ZoneInfo("UTC")))
            for at in (self.begin, self.end)
        )

    def _copy_weeks(self, weeks=1):
        """Plan these shifts again some weeks later. Returns (new shifts, those that could not be copied
        because the person is planned then already)."""
        found = [(shift, *shift._moved(weeks)) for shift in self.sorted("begin")]
        if not found:
            return self.browse(), self.browse()
        there = self.sudo().search(  # sudo: of other teams, too
            [
                ("user_id", "in", self.user_id.ids),
                ("begin", "<", max(end for _shift, _begin, end in found)),
                ("end", ">", min(begin for _shift, begin, _end in found)),
            ]
        )
        taken = {}
        for one in there:
            taken.setdefault(one.user_id, []).append((one.begin, one.end))
        values, left = [], self.browse()
        for shift, begin, end in found:
            own = taken.setdefault(shift.user_id, [])
            if any(start < end and stop > begin for start, stop in own):
                left |= shift
                continue
            own.append((begin, end))
            values.append({**shift.copy_data()[0], "begin": begin, "end": end})
        return self.create(values), left

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import a roster"),
                "template": "/complaint_management/static/import/roster.csv",
            }
        ]


class ComplaintShiftCopy(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.shift.copy"
    _description = "Copy a week of the roster"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    week = fields.Date(
        "Copy the week of",
        required=True,
        default=lambda self: fields.Date.context_today(self) - WEEK,
        help="Any day of the week that is copied.",
    )
    weeks = fields.Integer("Weeks later", required=True, default=1, help="1 copies it to the next week.")
    team_ids = fields.Many2many(
        "helpdesk.ticket.team", string="Teams", help="Empty: all teams whose roster you keep."
    )
    found = fields.Char("What is copied", compute="_compute_found")

    @api.depends("week", "weeks", "team_ids")
    def _compute_found(self):
        for one in self:
            count = len(one._shifts()) if one.week else 0
            one.found = self.env._("%(count)s shifts", count=count)

    def _shifts(self):
        """The shifts of the week that the present user may copy."""
        first = self.week - timedelta(days=self.week.weekday())
        zone = ZoneInfo(str(self.env.tz))
        begin, end = (
            naive(fields.Datetime.to_datetime(day).replace(tzinfo=zone).astimezone(ZoneInfo("UTC")))
            for day in (first, first + WEEK)
        )
        domain = [("company_id", "=", self.company_id.id), ("begin", ">=", begin), ("begin", "<", end)]
        if self.team_ids:
            domain.append(("team_id", "in", self.team_ids.ids))
        return self.env["complaint.shift"].search(domain)._filtered_access("write")

    def action_copy(self):
        self.ensure_one()
        if self.weeks < 1:
            raise UserError(self.env._("A roster is copied to a later week: enter 1 or more."))
        shifts = self._shifts()
        if not shifts:
            raise UserError(
                self.env._("There is no shift in that week that you may copy. Choose another week.")
            )
        made, left = shifts._copy_weeks(self.weeks)
        told = self.env._("Shifts planned: %(count)s.", count=len(made))
        if left:
            told += " " + self.env._(
                "Left out, because the person is planned at that time already: %(names)s.",
                names=", ".join(sorted(set(left.user_id.mapped("name")))),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": told,
                "sticky": bool(left),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
