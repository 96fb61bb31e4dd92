"""The page Reports, Workload (F7): what was handled against the limit, what today and tomorrow will bring,
what is open by weight, and whether the coming week is covered. For team leaders their own teams; supervision,
the decision group and managers see all.

It is read in a fixed number of queries, however many agents and teams there are."""

from markupsafe import Markup
from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import frozendict

from ..engine import charts
from ..engine.cover import by_hour
from ..engine.workload import FINE, NEAR, NOBODY, OVER, average
from .workload import ALL, DAY

SEE_ALL = (
    "complaint_management.group_supervision",
    "complaint_management.group_decision",
    "helpdesk_mgmt.group_helpdesk_manager",
)
PERIODS = [("week", "Last 7 days"), ("month", "This month"), ("last_month", "Last month")]
LOOKED_AHEAD = 7  # days of the map of hours
MAP_WIDTH = 600  # two maps beside each other on a wide screen
RANK = frozendict({FINE: 0, NEAR: 1, NOBODY: 2, OVER: 3})
STATES = [(FINE, "Fine"), (NEAR, "Near the limit"), (NOBODY, "Nobody planned"), (OVER, "Above the limit")]


class ComplaintWorkload(models.AbstractModel):
    _inherit = "complaint.workload"

    @api.model
    def _teams_seen(self, company):
        """The teams whose workload the present user may see."""
        # sudo: which teams there are and who leads them
        teams = self.sudo()._teams(company)
        if self._sees_all_teams():
            return teams
        return teams.filtered(lambda team: team.user_id == self.env.user)

    @api.model
    def _sees_all_teams(self):
        return any(self.env.user.has_group(group) for group in SEE_ALL)


class WorkloadPage(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.workload.page"
    _description = "Workload"

    company_id = fields.Many2one("res.company", readonly=True, default=lambda self: self.env.company)
    period = fields.Selection(PERIODS, required=True, default="week")
    line_ids = fields.One2many(
        "complaint.workload.line",
        "page_id",
        "Teams",
        compute="_compute_lines",
        store=True,
        compute_sudo=False,
    )
    summary = fields.Char("In a sentence", compute="_compute_words")
    cover = fields.Html(compute="_compute_cover", sanitize=False)
    has_cover = fields.Boolean(compute="_compute_cover")
    may_plan = fields.Boolean(compute="_compute_words")

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Workload")

    @api.model
    def action_open(self):
        """The page, for whoever leads a team here or watches over all."""
        page = self.create({})
        page._check_reader()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Workload"),
            "res_model": self._name,
            "res_id": page.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _check_reader(self):
        """Whoever has the page made, by its button or not, leads a team here or watches over all."""
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("You do not work for that company."))
        if not self.env["complaint.workload"]._teams_seen(self.company_id):
            raise AccessError(
                self.env._(
                    "You lead no team of %(company)s, so there is no workload to show. Your own shifts are "
                    "under My work, My shifts.",
                    company=self.company_id.name,
                )
            )

    def _span(self):
        """(first day, day after the last) of the chosen period."""
        today = self.env["complaint.figures"]._today(self.company_id)
        month = today.replace(day=1)
        return {
            "week": (today - 7 * DAY, today),
            "month": (month, today + DAY),
            "last_month": ((month - DAY).replace(day=1), month),
        }[self.period]

    # ------------------------------------------------------------------ teams

    @api.depends("period", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_lines(self):
        for page in self:
            page._check_reader()
            lines = [Command.create(values) for values in page._lines()]
            page.line_ids = [Command.clear(), *lines]

    def _lines(self):
        workload, company = self.env["complaint.workload"], self.company_id
        teams, limits = workload._teams_seen(company), workload._limits(company)
        today = self.env["complaint.figures"]._today(company)
        days = [today, today + DAY]
        # sudo: whoever leads a team but reads no figures gets the sums of that team
        counting = workload if self.env["complaint.fact"].has_access("read") else workload.sudo()
        worked = counting._worked(company, *self._span())
        plan = workload._plan(company, today, today + 2 * DAY)
        expected = counting._outlooks(company, days, plan)
        rostered = {one.team for one in plan if one.by_shift}
        opened = workload._open_work(company, teams)
        keys = [(team.id, team.name) for team in teams]
        if workload._sees_all_teams():
            keys.append((ALL, self.env._("All teams")))
        lines = []
        for key, name in keys:
            outlooks = [expected.get((key, day)) for day in days]
            awaited = key in rostered or any(one and one.cases for one in outlooks)
            if awaited or worked[key].handled or opened[key]["cases"]:
                lines.append(self._line(key, name, limits, worked[key], outlooks, opened[key]))
        return sorted(lines, key=lambda one: (not one["team_id"], -RANK[one["state"]], -one["handled"]))

    def _line(self, key, name, limits, worked, outlooks, opened):
        mean = average(worked.handled, worked.days)
        state = limits.judged(worked.handled, worked.days) if limits.average else FINE
        states = [one.state if one else FINE for one in outlooks]
        too_many = max(
            (one.cases - limits.average * one.agents for one in outlooks if one and one.state == OVER),
            default=0,
        )
        return {
            "team_id": False if key == ALL else key,
            "name": name,
            "handled": worked.handled,
            "agents": worked.agents,
            "days": worked.days,
            "average": mean or 0.0,
            "limit": limits.average or 0.0,
            "near": sum(limits.judged(*one) == NEAR for one in worked.by_day.values()),
            "over": sum(limits.judged(*one) == OVER for one in worked.by_day.values()),
            "state": max([state, *states], key=RANK.get),
            "today": self._outlook_words(outlooks[0]),
            "today_state": states[0],
            "tomorrow": self._outlook_words(outlooks[1]),
            "tomorrow_state": states[1],
            "open_cases": opened["cases"],
            "open_weight": opened["weight"],
            "uneven": 0 if key == ALL else len(opened["moves"]),
            "too_many": 0 if key == ALL else min(opened["cases"], -int(-too_many // 1)),
        }

    def _outlook_words(self, one):
        """Such as "96 for 2: 48 each"."""
        if one is None:
            return "–"
        if one.cases is None:
            return self.env._("not known yet")
        number = self.env["complaint.workload"]._number
        if not one.agents:
            return self.env._("%(cases)s, nobody planned", cases=number(one.cases))
        return self.env._(
            "%(cases)s for %(agents)s: %(average)s each",
            cases=number(one.cases),
            agents=one.agents,
            average=number(one.average),
        )

    # ------------------------------------------------------------------ words

    @api.depends("line_ids.state")
    @api.depends_context("uid", "lang")
    def _compute_words(self):
        for page in self:
            page._check_reader()
            page.may_plan = page.env["complaint.shift"].has_access("create")
            page.summary = page._in_a_sentence()

    def _in_a_sentence(self):
        limits = self.env["complaint.workload"]._limits(self.company_id)
        if limits.average is None:
            return self.env._(
                "The policy names no limit for each agent and day: add average_per_agent_and_day to its "
                "workload file, and the teams are compared with it."
            )
        teams = self.line_ids.filtered("team_id")
        bad = {state: teams.filtered(lambda one, state=state: one.state == state) for state in RANK}
        if bad[OVER]:
            return self.env._(
                "Above the limit, or expected to be: %(teams)s.", teams=", ".join(bad[OVER].mapped("name"))
            )
        if bad[NOBODY]:
            return self.env._(
                "Cases are expected and nobody is planned: %(teams)s.",
                teams=", ".join(bad[NOBODY].mapped("name")),
            )
        if bad[NEAR]:
            return self.env._("Near the limit: %(teams)s.", teams=", ".join(bad[NEAR].mapped("name")))
        if not limits.weeks:
            return self.env._("Every team was within the limit.")
        return self.env._("Every team is within the limit, today and tomorrow, too.")

    # ------------------------------------------------------------------ cover

    @api.depends("company_id")
    @api.depends_context("uid", "lang")
    def _compute_cover(self):
        for page in self:
            page._check_reader()
            channels = page._channels()
            page.has_cover = bool(channels)
            # sudo: names of colleagues
            people = page.env["complaint.workload"]._unplanned(page.company_id).sudo()
            # sudo: names of teams
            teams = page.env["complaint.workload"].sudo()._teams(page.company_id)
            serving_all = teams.filtered(lambda team: team.user_ids and not team.served_channel_ids)
            page.cover = page.env["ir.qweb"]._render(
                "complaint_management.workload_cover",
                {
                    "channels": channels,
                    "unplanned": ", ".join(people.mapped("name")),
                    "serving_all": ", ".join(serving_all.mapped("name")),
                },
            )

    def _channels(self):
        """What the map of hours shows: for each channel its picture and the gaps in words."""
        workload, company = self.env["complaint.workload"], self.company_id
        begin = self.env["complaint.figures"]._today(company)
        end = begin + LOOKED_AHEAD * DAY
        covered = workload._cover(company, begin, end)
        zone = self.env["complaint.figures"]._zone(company)
        titles = workload._channel_titles(company, list(covered)) if covered else {}
        return [
            {
                "title": titles[code],
                "picture": self._picture(titles[code], by_hour(spans, zone, begin, end), begin),
                "gaps": workload._gap_words(spans, zone),
                "zone": str(zone),
            }
            for code, spans in covered.items()
        ]

    def _picture(self, channel, cells, begin):
        """How many agents are missing in each hour, a row a day."""
        days = [begin + number * DAY for number in range(LOOKED_AHEAD)]
        names = {self.env["complaint.workload"]._day_title(day): day for day in days}
        hours = {f"{hour:02d}": hour for hour in range(24)}

        def missing(day, hour):
            cell = cells.get((day, hour))
            return cell and max(0, cell.wanted - cell.planned)

        def said(row, column, _value):
            cell = cells[names[row], hours[column]]
            return self.env._(
                "%(day)s, %(hour)s o'clock: %(planned)s of %(wanted)s planned",
                day=row,
                hour=column,
                planned=cell.planned,
                wanted=cell.wanted,
            )

        picture = charts.heat(
            list(names),
            list(hours),
            [[missing(day, hour) for hour in hours.values()] for day in days],
            title=self.env._("%(channel)s: agents missing", channel=channel),
            text=said,
            empty=self.env._("As many as the policy wants are planned at every hour."),
            width=MAP_WIDTH,
        )
        return Markup(picture)  # made by us, names escaped

    def action_open_roster(self):
        return self.env["ir.actions.act_window"]._for_xml_id("complaint_management.shift_action")

    def action_open_warnings(self):
        return self.env["ir.actions.act_window"]._for_xml_id("complaint_management.workload_warning_action")


class WorkloadLine(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "complaint.workload.line"
    _description = "Workload of a team"

    page_id = fields.Many2one("complaint.workload.page", required=True, ondelete="cascade")
    team_id = fields.Many2one("helpdesk.ticket.team", "Its team", readonly=True)
    name = fields.Char("Team", readonly=True)
    handled = fields.Integer(
        readonly=True, help="Cases received in the period that somebody is in charge of."
    )
    agents = fields.Integer(readonly=True, help="People who are in charge of any of them.")
    days = fields.Integer(
        "Agent-days",
        readonly=True,
        help="An agent was present on a day if a case that came in on that day is theirs. One person on one "
        "day is an agent-day.",
    )
    average = fields.Float("Each a day", readonly=True, digits=(16, 1), help="Handled, for each agent-day.")
    limit = fields.Float(
        "Policy limit", readonly=True, digits=(16, 1), help="What the policy allows on average of a team."
    )
    near = fields.Integer("Days near it", readonly=True)
    over = fields.Integer("Days above it", readonly=True)
    state = fields.Selection(STATES, readonly=True, help="The worst of the period, today and tomorrow.")
    today = fields.Char(
        "Expected today",
        readonly=True,
        help="The mean of the same weekday in the weeks before, or what has come in already if that is more, "
        "for the agents planned.",
    )
    today_state = fields.Selection(STATES, readonly=True)
    tomorrow = fields.Char(
        "Expected tomorrow", readonly=True, help="The mean of the same weekday in the weeks before."
    )
    tomorrow_state = fields.Selection(STATES, readonly=True)
    open_cases = fields.Integer("Open", readonly=True)
    open_weight = fields.Float(
        "Weight",
        readonly=True,
        digits=(16, 1),
        help="Open cases by the weights of severity that assigning goes by.",
    )
    uneven = fields.Integer("To be moved within the team", readonly=True)
    too_many = fields.Integer("More than the team can take", readonly=True)

    def action_open_handled(self):
        self.ensure_one()
        page, figures = self.page_id, self.env["complaint.figures"]
        mine = Domain("team_id", "=", self.team_id.id) if self.team_id else Domain.TRUE
        counted = figures._behind("tickets_per_agent_and_day", page.company_id, *page._span(), mine)[0]
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.fact_action")
        return {
            **action,
            "name": self.env._("Handled: %(team)s", team=self.name),
            "domain": counted,
            "views": [(False, "list"), (False, "pivot")],
            "view_mode": "list,pivot",
            "context": {},
        }

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("complaint_management.surge_cases_action")
        teams = self.team_id or self.env["complaint.workload"]._teams_seen(self.page_id.company_id)
        domain = self.env["complaint.workload"]._open_domain(self.page_id.company_id, teams)
        return {
            **action,
            "name": self.env._("Open: %(team)s", team=self.name),
            "domain": list(domain),
        }

    def action_hand_over(self):
        """The newest of the cases that are too many, in the handover wizard: work on them has hardly
        begun."""
        self.ensure_one()
        workload, company = self.env["complaint.workload"], self.page_id.company_id
        tickets = self.env["helpdesk.ticket"].search(
            workload._open_domain(company, self.team_id),
            order="received_at desc, id desc",
            limit=self.too_many,
        )
        return tickets._wizard("complaint.handover.wizard", self.env._("Hand over"))

    def action_spread(self):
        self.ensure_one()
        spread = self.env["complaint.workload.spread"].create({"team_id": self.team_id.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Spread the cases of %(team)s", team=self.name),
            "res_model": spread._name,
            "res_id": spread.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
