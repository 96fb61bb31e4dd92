"""What many figures cost: the dashboard and the standard pivots over a million case-cycles.

    python bench_figures.py [--cycles N] DATABASE

A few complaints are entered; the others are copies of them made by SQL, with a row of figures, three stays in
stages and three clocks each, spread over three years. Everything stays in the database, which `scripts/bench`
drops. Started by scripts/bench figures.
"""

import argparse
import statistics
import time
from datetime import date, datetime, timedelta

from bench_clocks import PACK, Bench
from bench_company import asked, copy, new_people, pairs, tidy
from odoo.tools import SQL

# ruff: noqa: E501  (SQL and YAML are easier to read in long lines)
YEARS = 3
COUNTED = (
    "helpdesk_ticket", "complaint_milestone", "complaint_fact", "complaint_fact_stage", "complaint_fact_day",
    "complaint_fact_day_mark", "complaint_customer",
)  # fmt: skip
CUSTOMERS = 5000
LAST = date.today().replace(day=1) - timedelta(days=1)  # the newest day with cases
TOPICS = {
    "bench/categories.yaml": "kind: categories\ncategories:\n"
    + "".join(
        f"  - name: main{root}\n    team: Bench team {root}\n    children:\n"
        + "".join(f"      - {{name: topic{root}{child}}}\n" for child in range(5))
        for root in range(8)
    ),
    "bench/channels.yaml": "kind: channels\nchannels: [" + ", ".join(
        f"{{name: {name}}}" for name in ("phone", "email", "chat", "social", "web", "letter")
    ) + "]\n",
    "bench/causes.yaml": "kind: causes\ncauses:\n"
    + "".join(
        f"  - name: cause{root}\n    children: [{', '.join(f'{{name: cause{root}{one}}}' for one in range(4))}]\n"
        for root in range(6)
    ),
    "bench/tiers.yaml": "kind: tiers\ntiers:\n"
    "  - {name: vip, when: {spend_12_months: {min: 20000}}}\n  - {name: normal}\n",
    "bench/kpis.yaml": "kind: kpis\nkpis:\n"
    "  - {name: csat, target: 90%, confidence: 95%}\n  - {name: nps, target: 30}\n"
    "  - {name: first_contact_resolution, target: 60%}\n"
    "  - {name: average_handling_time, target: 24h, lower_is_better: true}\n"
    "  - {name: on_time_rate, target: 95%}\n"
    "  - {name: repeat_complaint_rate, target: 5%, lower_is_better: true, within: 90d}\n"
    "  - {name: reopen_rate, target: 5%, lower_is_better: true}\n"
    "  - {name: tickets_per_agent_and_day, target: 50, lower_is_better: true}\n"
    "  - {name: cost_of_complaints, lower_is_better: true, hour_costs: 40, worked: 5%, over: 365d,\n"
    "     frequency: [2, 5, 20], value: [20000, 100000], often: 3}\n"
    "  - {name: vip_csat, measure: csat, match: {tier: vip}, target: 95%}\n"
    "  - {name: first_response_time, lower_is_better: true, exact_up_to: 20000}\n"
    "  - {name: backlog, lower_is_better: true, ages: [1d, 3d, 7d, 14d, 30d]}\n"
    "  - {name: hot_topics, lower_is_better: true, chance: 5%, least: 5, periods: 6}\n",
}  # fmt: skip
FACTS = """
    INSERT INTO complaint_fact (
        ticket_id, company_id, cycle, version, release_id, type_id, channel_id, category_id,
        category_root_id, severity_id, tier_id, team_id, user_id, cause_id, cause_root_id, state_id, country_id,
        partner_id, complaints_so_far, began_at, began_on, weekday, hour, ended_at, ended_on, ended_by, hours_feedback,
        hours_closed, hours_ours, hours_waited, clocks, missed, missed_legal, on_time, first_contact, reopened,
        repeated, handovers, escalations, satisfied, nps, redress, cases, open_cases
    )
    SELECT t.id, t.company_id, 1, t.case_version, t.release_id, t.case_type_id,
           (%(channels)s::int[])[1 + t.id %% %(channel_count)s], c.id, c.parent_id, t.severity_id,
           (%(tiers)s::int[])[1 + (t.id / 7) %% 2], t.team_id, t.user_id, k.id, k.parent_id, s.id, s.country_id,
           %(customers)s + t.id %% %(customer_count)s, 1 + floor(random() * 70), at, at::date,
           extract(isodow FROM at)::text, extract(hour FROM at)::int,
           ended, ended::date, CASE WHEN ended IS NOT NULL THEN 'closed' END, random() * 20,
           CASE WHEN ended IS NOT NULL THEN extract(epoch FROM ended - at) / 3600 END, random() * 60,
           random() * 60, 3, (late)::int, 0, CASE WHEN late THEN 0 ELSE 1 END,
           CASE WHEN ended IS NOT NULL THEN (random() < 0.5)::int END,
           CASE WHEN ended IS NOT NULL THEN (random() < 0.05)::int END, (random() < 0.06)::int, 0,
           (random() < 0.04)::int,
           CASE WHEN ended IS NOT NULL AND random() < 0.3 THEN (random() < 0.85)::int END,
           CASE WHEN ended IS NOT NULL AND random() < 0.2 THEN (ARRAY[100, 100, 0, -100])[1 + floor(random() * 4)]
           END,
           CASE WHEN random() < 0.1 THEN random() * 200 ELSE 0 END, 1, (ended IS NULL)::int
      FROM (
          SELECT t.*,
                 CASE WHEN at < %(last)s - interval '20 days' OR random() < 0.7
                      THEN at + interval '1 hour' * random() * 200 END AS ended,
                 (%(categories)s::int[])[1 + floor(random() * %(category_count)s)] AS topic,
                 (%(causes)s::int[])[1 + floor(random() * random() * %(cause_count)s)] AS cause,
                 (%(states)s::int[])[1 + floor(random() * random() * %(state_count)s)] AS state
            FROM (
                SELECT helpdesk_ticket.*, received_at AS at, random() < 0.1 AS late
                  FROM helpdesk_ticket WHERE company_id = %(company)s
            ) AS t
      ) AS t
      JOIN helpdesk_ticket_category AS c ON c.id = t.topic
      JOIN complaint_term AS k ON k.id = t.cause
      JOIN res_country_state AS s ON s.id = t.state
"""
STAYS = """
    INSERT INTO complaint_fact_stage (
        fact_id, ticket_id, company_id, cycle, stage_id, team_id, user_id, type_id, category_root_id,
        severity_id, began_on, hours, hours_ours, times
    )
    SELECT fact.id, fact.ticket_id, fact.company_id, 1, (%(stages)s::int[])[n], fact.team_id, fact.user_id,
           fact.type_id, fact.category_root_id, fact.severity_id, fact.began_on, random() * 40, random() * 30, 1
      FROM complaint_fact AS fact, generate_series(1, 3) AS n WHERE fact.company_id = %(company)s
"""


SPENDING = """
    INSERT INTO complaint_customer (partner_id, company_id, figures, create_date, create_uid)
    SELECT ident, %s, json_build_object('spend_12_months', floor(random() * random() * 200000)),
           now() AT TIME ZONE 'UTC', 1
      FROM unnest(%s) AS one(ident)
"""


class FigureBench(Bench):
    """A company with a register of figures."""

    def __init__(self, database):
        super().__init__(database)
        with self.registry.cursor() as cr:
            env = self.env(cr)
            company = env["res.company"].browse(self.company)
            groups = ("helpdesk_mgmt.group_helpdesk_manager", "complaint_management.group_decision")
            self.manager = new_people(env, company, 1, "Manager", groups).id
            self.partners = (
                env["res.partner"].create([{"name": f"Customer {n}"} for n in range(CUSTOMERS)]).ids
            )

    def pack(self):
        return {**PACK, **TOPICS}

    def models(self, env, newest, oldest):
        refs = env["complaint.release"]._active(env["res.company"].browse(self.company))._refs()
        if ("category", "delivery") not in refs:  # the pack of this bench has others
            refs = {**refs, ("category", "delivery"): refs["category", "topic00"]}
        step = (newest - oldest) / 100
        return env["helpdesk.ticket"].create([
            {
                "name": "It broke", "description": "It broke.", "company_id": self.company,
                "case_type_id": refs["case_type", "complaint"],
                "category_id": refs["category", f"topic{number % 8}{number % 5}"],
                "user_id": self.users[number % len(self.users)], "received_at": oldest + step * number,
            }
            for number in range(100)
        ]).ids  # fmt: skip

    def fill(self, models, count, due=False):
        """Copies of some complaints over three years with their clocks, ended with them; figures need no
        more."""
        with self.registry.cursor() as cr:
            newest = datetime.combine(LAST, datetime.min.time())
            seconds = YEARS * 365 * 86400
            pairs(
                cr, models, count, at=SQL("%s - interval '1 second' * floor(random() * %s)", newest, seconds)
            )
            copy(
                cr, "helpdesk_ticket", "id", number=SQL("'B' || copy"), access_token=SQL("NULL"),
                received_at=SQL("at"),
            )  # fmt: skip
            copy(
                cr, "complaint_milestone", "ticket_id", started_at=SQL("at"),
                due_at=SQL("at + interval '3 days'"), ended_at=SQL("at + interval '2 days'"),
                state=SQL("CASE WHEN random() < 0.05 THEN 'breached' ELSE 'met' END"),
            )  # fmt: skip
        self.count += count

    def figures(self, cycles):
        """Make the rows of figures, as the job would have."""
        with self.registry.cursor() as cr:
            env = self.env(cr)
            cr.execute("SET LOCAL session_replication_role = replica")  # copies of what was checked
            refs = env["complaint.release"]._active(env["res.company"].browse(self.company))._refs()

            def of(kind, child=False):
                """The records of a pick list; of a tree only the leaves, whose names end with two digits."""
                return [
                    ident
                    for (known, code), ident in refs.items()
                    if known == kind and isinstance(code, str) and (not child or code[-2:].isdigit())
                ]

            lists = {
                "channel": of("channel"), "category": of("category", child=True), "tier": of("tier"),
                "cause": of("cause", child=True),
                "state": env.ref("base.us").state_ids.ids,
            }  # fmt: skip
            plural = {"category": "categories"}
            values = {plural.get(name, name + "s"): ids for name, ids in lists.items()}
            counts = {f"{name}_count": len(ids) for name, ids in lists.items()}
            cr.execute(SQL("DELETE FROM complaint_fact WHERE company_id = %s", self.company))
            cr.execute(
                SQL(
                    FACTS,
                    company=self.company,
                    customers=self.partners[0],
                    customer_count=CUSTOMERS,
                    last=LAST,
                    **values,
                    **counts,
                )
            )
            cr.execute(SQL(SPENDING, self.company, self.partners))
            cr.execute(SQL(STAYS, company=self.company, stages=of("stage")[:3]))
            cr.execute(
                SQL(
                    "INSERT INTO complaint_fact_day_mark (company_id, day) SELECT DISTINCT %s, day FROM ("
                    "SELECT began_on AS day FROM complaint_fact UNION SELECT ended_on FROM complaint_fact) AS d "
                    "WHERE day IS NOT NULL",
                    self.company,
                )
            )

    def add_up(self):
        begin = time.perf_counter()
        with self.registry.cursor() as cr:
            self.env(cr)["complaint.fact.day"]._cron_days()
        return time.perf_counter() - begin

    def tidy(self):
        tidy(self.registry, COUNTED)

    # ------------------------------------------------------------------ measuring

    def measure(self, read):
        """Milliseconds of a read as the manager; median of 3, after a first one."""
        spent = []
        with self.registry.cursor() as cr:
            for _again in range(4):
                env = self.env(cr, self.manager)
                env.invalidate_all()
                begin = time.perf_counter()
                read(env)
                spent.append((time.perf_counter() - begin) * 1000)
        return statistics.median(spent[1:])

    def page(self, **options):
        return self.measure(lambda env: env["complaint.dashboard"].read_page(options))

    def pivot(self, model, groups, measures, days):
        begin = LAST - timedelta(days=days)
        domain = [("began_on", ">=", begin)]
        return self.measure(
            lambda env: env[model].formatted_read_grouping_sets(
                domain, [groups[:n] for n in range(len(groups) + 1)], ["__count", *measures]
            )
        )


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench figures", description="what many figures cost")
    parser.add_argument(
        "--cycles", type=int, default=1_000_000, help="case-cycles in the register (default: 1,000,000)"
    )
    arguments = asked(parser)
    begin = time.perf_counter()
    bench = FigureBench(arguments.database)
    bench.fill(bench.watched, arguments.cycles - bench.count)
    bench.figures(arguments.cycles)
    made = time.perf_counter() - begin
    seconds = bench.add_up()
    bench.tidy()
    print(f"\n{arguments.cycles:,} case-cycles over {YEARS} years (made in {made:.0f} s)", flush=True)
    print(f"  all days added up in                  {seconds:10.1f} s", flush=True)
    for title, chosen in (
        ("dashboard, last month", {"period": "last_month"}),
        ("dashboard, last quarter", {"period": "last_quarter"}),
        (
            "dashboard, last year",
            {"period": "own", "since": str(LAST - timedelta(days=364)), "until": str(LAST)},
        ),
    ):
        print(f"  {title:38}{bench.page(**chosen):10.0f} ms", flush=True)
    for title, model, groups, measures in (
        ("pivot: category by month", "complaint.fact", ["category_root_id", "began_on:month"],
         ["cases:sum", "on_time:avg", "hours_closed:avg"]),
        ("pivot: stage by team", "complaint.fact.stage", ["stage_id", "team_id"], ["hours:avg"]),
        ("pivot: clock by month", "complaint.fact.clock", ["name", "began_on:month"], ["kept:avg"]),
    ):  # fmt: skip
        print(f"  {title + ', a year':38}{bench.pivot(model, groups, measures, 364):10.0f} ms", flush=True)


if __name__ == "__main__":
    main()
