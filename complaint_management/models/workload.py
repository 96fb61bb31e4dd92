"""How much work there was for each agent, what is to be expected, and whether enough agents are planned (F7).

    complaint.fact  -- one query -->  _worked:    handled, agents and agent-days, by team and day
    complaint.fact  -- one query -->  _outlooks:  what today and tomorrow will bring each team
    shifts, calendars, leave     -->  _plan  -->  _cover: wanted against planned, and the gaps

What is counted and who was present is said once, in `engine.workload`; the cycles that are counted are those
of the key figure `tickets_per_agent_and_day`. Cases are counted with the rights of whoever looks."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone

from babel.dates import format_skeleton
from odoo import api, models
from odoo.fields import Date, Domain
from odoo.tools import SQL, format_date
from odoo.tools.misc import babel_locale_parse, get_lang

from ..engine.cover import compared, hours_of, load_lines, present, wanted
from ..engine.workload import NEAR, OVER, Limits, average, outlook
from .fact import between

FIGURE = "tickets_per_agent_and_day"
ALL = "all"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MIDNIGHT = time()


@dataclass(slots=True)
class Worked:
    """What was handled in a period by a team, or by all. by_day: {day: (cases, agents)}"""

    handled: int = 0
    agents: int = 0
    by_day: dict = field(default_factory=dict)

    @property
    def days(self):
        """Agent-days."""
        return sum(agents for _cases, agents in self.by_day.values())


class ComplaintWorkload(models.AbstractModel):
    _inherit = "complaint.workload"

    @api.model
    def _limits(self, company):
        """The limits of the policy in force; none without a policy or without the kind `workload`."""
        release = self.env["complaint.release"]._active(company)
        return Limits.load(release._policy().raw.get("workload") if release else None)

    # ------------------------------------------------------------------ what was

    @api.model
    def _worked(self, company, begin, end, domain=()):
        """{team id or False: Worked}, with those of all teams under ALL, from a day to before another one."""
        facts, figures = self.env["complaint.fact"], self.env["complaint.figures"]
        facts.check_access("read")
        facts.flush_model()
        query = facts._search(figures._behind(FIGURE, company, begin, end, domain)[0])
        moves = query.select(
            SQL("%s AS team_id", SQL.identifier(query.table, "team_id")),
            SQL("%s AS user_id", SQL.identifier(query.table, "user_id")),
            SQL("%s AS day", SQL.identifier(query.table, "began_on")),
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT GROUPING(team_id), team_id, GROUPING(day), day, count(*), count(DISTINCT user_id) "
                "FROM (%s) AS move GROUP BY GROUPING SETS ((team_id, day), (team_id), (day), ())",
                moves,
            )
        )
        found = defaultdict(Worked)
        for all_teams, team, all_days, day, cases, agents in rows:
            one = found[ALL if all_teams else team or False]
            if all_days:
                one.handled, one.agents = cases, agents
            else:
                one.by_day[day] = (cases, agents)
        return found

    # ------------------------------------------------------------------ what is to be expected

    @api.model
    def _outlooks(self, company, days, plan):
        """{(team id or ALL, day): Outlook} of some days; plan: who is planned on them."""
        limits = self._limits(company)
        if not limits.weeks:
            return {}
        counts, since = self._arrived(company, days, limits.weeks)
        people = defaultdict(set)
        for one in plan:
            people[one.team, one.day].add(one.person)
            people[ALL, one.day].add(one.person)
        teams = {team for team, _day in people} | set(counts) | {ALL}
        return {
            (team, day): outlook(limits, counts.get(team, {}), day, len(people[team, day]), since)
            for team in teams
            for day in days
        }

    def _arrived(self, company, days, weeks):
        """({team id or ALL: {day: cases received}} of these days and the same weekdays before, the first day
        of the register)."""
        facts = self.env["complaint.fact"]
        looked_at = [day - back * WEEK for day in days for back in range(weeks + 1)]
        mine = Domain("company_id", "=", company.id) & Domain("cycle", "=", 1)
        groups = facts._read_group(
            mine & Domain("began_on", "in", looked_at), ["team_id", "began_on:day"], ["__count"]
        )
        counts = defaultdict(lambda: defaultdict(int))
        for team, day, cases in groups:
            counts[team.id][Date.to_date(day)] += cases
            counts[ALL][Date.to_date(day)] += cases
        first = facts.search(mine, order="began_on", limit=1)
        return counts, first.began_on or None

    # ------------------------------------------------------------------ cover

    @api.model
    def _cover(self, company, begin, end, plan=None):
        """{channel code: [Gap]}: all times from a day to before another one at which the policy wants
        somebody, with how many are planned then; enough or not. Empty without any line of cover."""
        release = self.env["complaint.release"]._active(company)
        lines = load_lines(release._policy()) if release else ()
        if not lines:
            return {}
        if plan is None:
            plan = self._plan(company, begin, end)
        return {
            channel: compared(needs, present(plan, channel), channel)
            for channel, needs in wanted(lines, begin, end).items()
        }

    @api.model
    def _channel_titles(self, company, codes):
        """{code: what people call the channel}"""
        refs = self.env["complaint.release"]._active(company)._refs()
        ids = {code: refs["channel", code] for code in codes if ("channel", code) in refs}
        channels = self.env["helpdesk.ticket.channel"].sudo()  # sudo: names of channels are no secret
        names = {one.id: one.name for one in channels.browse(ids.values())}
        return {code: names.get(ids.get(code)) or code for code in codes}

    @api.model
    def _gap_words(self, spans, zone):
        """Where agents are missing, a sentence for each time of the day that is short in the same way, the
        longest first."""
        found = defaultdict(list)
        for span in spans:
            if span.planned < span.wanted:
                for day, start, end in _by_day(span, zone):
                    found[start, end, span.wanted, span.planned].append(day)
        short = sorted(
            found.items(), key=lambda one: -len(one[1]) * (one[0][2] - one[0][3]) * _length(one[0])
        )
        return [self._gap_in_words(key, set(days)) for key, days in short]

    def _gap_in_words(self, key, days):
        start, end, wanted_, planned = key
        numbers = {"start": start, "end": end, "wanted": wanted_, "planned": planned}
        numbers |= {"days": self._days_in_words(days), "count": len(days)}
        if len(days) > len({day.weekday() for day in days}):
            return self.env._(
                "%(days)s %(start)s–%(end)s, %(count)s times: %(planned)s of %(wanted)s planned", **numbers
            )
        return self.env._("%(days)s %(start)s–%(end)s: %(planned)s of %(wanted)s planned", **numbers)

    def _days_in_words(self, days):
        """The weekdays of some days, neighbours joined."""
        weekdays = sorted({day.weekday() for day in days})
        runs = []
        for one in weekdays:
            if runs and runs[-1][-1] == one - 1:
                runs[-1].append(one)
            else:
                runs.append([one])
        named = {one: format_date(self.env, _MONDAY + one * DAY, date_format="EEE") for one in weekdays}
        return ", ".join(
            f"{named[run[0]]}–{named[run[-1]]}" if len(run) > 2 else ", ".join(named[one] for one in run)
            for run in runs
        )

    # ------------------------------------------------------------------ for the report

    @api.model
    def _report(self, company, begin, end):
        """Workload and cover of a period, for reports: {sentence, rows, total, cover, limit}.

        rows: of each team: agents, days (agent-days), handled, average, limit, over (days above the limit),
        warned (days of which the leader was warned), domain of the cases. cover: of each channel: hours at
        which somebody is wanted, wanted and planned in agent-hours, gaps in words, short (hours with too
        few)"""
        begin, end = Date.to_date(begin), Date.to_date(end)
        limits, worked = self._limits(company), self._worked(company, begin, end)
        warned = self._warned(company, begin, end)
        names = self.env["complaint.figures"]._value_titles("team_id", [key for key in worked if key != ALL])
        rows = [
            self._row(company, begin, end, limits, key, names[key], worked[key], warned)
            for key in sorted(names, key=lambda key: (-worked[key].handled, names[key]))
        ]
        title = self.env._("All teams")
        total = self._row(company, begin, end, limits, ALL, title, worked[ALL], warned)
        cover = self._cover_rows(company, begin, end)
        return {
            "sentence": self._in_a_sentence(company, limits, rows, total, cover),
            "limit": limits.average,
            "rows": rows,
            "total": total,
            "cover": cover,
        }

    def _row(self, company, begin, end, limits, key, title, worked, warned):
        mine = Domain.TRUE if key == ALL else Domain("team_id", "=", key)
        judged = {day: limits.judged(*counted) for day, counted in worked.by_day.items()}
        return {
            "team": title,
            "team_id": key,
            "agents": worked.agents,
            "days": worked.days,
            "handled": worked.handled,
            "average": average(worked.handled, worked.days),
            "limit": limits.average,
            "near": sum(state == NEAR for state in judged.values()),
            "over": sum(state == OVER for state in judged.values()),
            "warned": sum(warned.values()) if key == ALL else warned.get(key, 0),
            "model": "complaint.fact",
            "domain": self.env["complaint.figures"]._behind(FIGURE, company, begin, end, mine)[0],
        }

    @api.model
    def _warned(self, company, begin, end):
        """{team id: days of a period of which its leader was warned}"""
        # sudo: how often is told, not to whom
        groups = (
            self.env["complaint.workload.warning"]
            .sudo()
            ._read_group(
                Domain("company_id", "=", company.id) & between("day", begin, end), ["team_id"], ["__count"]
            )
        )
        return {team.id: count for team, count in groups}

    def _cover_rows(self, company, begin, end):
        covered = self._cover(company, begin, end)
        titles = self._channel_titles(company, list(covered)) if covered else {}
        zone = self.env["complaint.figures"]._zone(company)
        return [
            {
                "channel": titles[channel],
                "code": channel,
                "hours": hours_of(spans),
                "wanted": sum(one.wanted * hours_of([one]) for one in spans),
                "planned": sum(min(one.wanted, one.planned) * hours_of([one]) for one in spans),
                "short": hours_of(one for one in spans if one.planned < one.wanted),
                "gaps": "; ".join(self._gap_words(spans, zone)),
            }
            for channel, spans in covered.items()
        ]

    def _in_a_sentence(self, company, limits, rows, total, cover):
        text = self._number
        if total["average"] is None:
            said = [self.env._("Nothing came in that somebody is in charge of.")]
        elif limits.average is None:
            said = [
                self.env._(
                    "Agents handled %(average)s cases a day on average.", average=text(total["average"])
                )
            ]
        else:
            said = [
                self.env._(
                    "Agents handled %(average)s cases a day on average; the limit is %(limit)s.",
                    average=text(total["average"]),
                    limit=text(limits.average),
                )
            ]
        over = sum(row["over"] for row in rows)
        if over:
            said.append(
                self.env._(
                    "It was passed on %(over)s team-days (%(teams)s).",
                    over=over,
                    teams=", ".join(row["team"] for row in rows if row["over"]),
                )
            )
        said += [
            self.env._(
                "%(channel)s: too few planned for %(short)s of %(hours)s hours.",
                channel=one["channel"],
                short=text(one["short"]),
                hours=text(one["hours"]),
            )
            for one in cover
            if one["short"]
        ]
        if cover and not any(one["short"] for one in cover):
            said.append(self.env._("Every channel is covered as the policy wants."))
        return " ".join(said)

    @api.model
    def _day_title(self, day, skeleton="MMMEd"):
        """A day as people write it in their language: Mon, Mar 9 or 3月9日周一."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton(skeleton, day, locale=locale)

    @api.model
    def _number(self, value):
        """A number for people: one digit after the point unless it is whole."""
        return self.env["ir.qweb.field.float"].value_to_html(
            value, {"precision": 0 if round(value, 1) == round(value) else 1}
        )


_MONDAY = Date.to_date("2024-01-01")


def _by_day(span, zone):
    """[(local day, "22:00", "24:00")] of a time, cut at midnight."""
    start, found = span.start, []
    while start < span.end:
        local = start.astimezone(zone)
        next_day = datetime.combine(local.date() + DAY, MIDNIGHT, zone).astimezone(timezone.utc)
        until = min(span.end, next_day)
        over = "24:00" if until == next_day else f"{until.astimezone(zone):%H:%M}"
        found.append((local.date(), f"{local:%H:%M}", over))
        start = next_day
    return found


def _length(key):
    """How long a time of the day lasts, in minutes."""
    start, end = (int(one[:2]) * 60 + int(one[3:]) for one in key[:2])
    return end - start
