"""Complaints in figures: kept up to date from the register, the same when made anew, seen by who sees the
case (F1, F4)."""

from datetime import date

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SMALL_PACK, ComplaintCase, files

KPIS = """
kind: kpis
kpis:
  - {name: repeat_complaint_rate, within: 30d}
"""
CAUSES = """
kind: causes
causes:
  - {name: process, title: {en: Process}, children: [{name: handover, title: {en: Handover}}]}
findings: [{name: upheld, title: {en: Upheld}}]
"""
STAGES = (
    SMALL_PACK["small/stages.yaml"].replace(
        "next: [acknowledged, investigating, closed, set_aside]",
        "next: [acknowledged, investigating, closed, settled, set_aside]",
    )
    + "  - {name: settled, event: closed, closes: true, first_contact: true}\n"
)
MONDAY = "2026-03-02 08:00:00"  # 09:00 in Berlin


class FactCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(files(kpis=KPIS, causes=CAUSES, stages=STAGES))
        cls.figures = cls.env["complaint.fact"]

    def count(self):
        self.env["complaint.fact"]._cron_count()

    def of(self, tickets):
        return self.figures.search([("ticket_id", "in", tickets.ids)], order="ticket_id, cycle")


@tagged("-at_install", "post_install")
class TestCounted(FactCase):
    def test_f1_a_case_is_counted_with_its_times_in_the_companys_own_day(self):
        with freeze_time("2026-03-01 23:30:00"):  # 00:30 on Monday in Berlin
            ticket = self.complaint(category="delay")
        with freeze_time("2026-03-02 01:30:00"):
            self.move(ticket, "acknowledged")
        with freeze_time("2026-03-03 23:30:00"):
            self.move(ticket, "closed")
            self.count()
        fact = self.of(ticket)
        self.assertEqual((fact.began_on, fact.weekday, fact.hour), (date(2026, 3, 2), "1", 0))
        self.assertEqual((fact.ended_on, fact.ended_by), (date(2026, 3, 4), "closed"))
        self.assertEqual((fact.hours_acknowledged, fact.hours_closed), (2, 48))
        self.assertEqual((fact.cases, fact.open_cases, fact.first_contact, fact.reopened), (1, 0, 0, 0))
        self.assertEqual(
            (fact.category_id, fact.category_root_id), (ticket.category_id, ticket.category_id.parent_id)
        )

    def test_f1_each_cycle_is_a_row_and_the_case_counts_once(self):
        with freeze_time(MONDAY):
            ticket = self.complaint()
            self.move(ticket, "settled")
        with freeze_time("2026-03-05 08:00:00"):
            self.move(ticket, "investigating")
            self.count()
        first, second = self.of(ticket)
        self.assertEqual((first.reopened, first.first_contact), (1, 1))
        self.assertEqual((second.cases, second.open_cases, second.ended_by), (0, 1, False))

    def test_f4_time_in_stages_goes_to_stage_and_team(self):
        with freeze_time(MONDAY):
            ticket = self.complaint()
        with freeze_time("2026-03-02 10:00:00"):
            self.move(ticket, "investigating")
        with freeze_time("2026-03-02 15:00:00"):
            ticket.team_id = self.damage
        with freeze_time("2026-03-02 16:00:00"):
            self.move(ticket, "closed")
            self.count()
        stays = self.env["complaint.fact.stage"].search([("ticket_id", "=", ticket.id), ("hours", ">", 0)])
        found = {(stay.stage_id.policy_code, stay.team_id): stay.hours for stay in stays}
        team = self.of(ticket).team_id
        self.assertEqual(team, self.damage)
        self.assertEqual(
            sorted((stage, hours) for (stage, _team), hours in found.items()),
            [("investigating", 1), ("investigating", 5), ("received", 2)],
        )

    def test_f4_the_cause_counts_although_it_is_no_fact_of_the_register(self):
        ticket = self.complaint()
        self.count()
        cause = self.env["complaint.term"].search(
            [("kind", "=", "cause"), ("policy_code", "=", "handover"), ("company_id", "=", self.company.id)]
        )
        found = self.env["complaint.investigation"].create({"ticket_id": ticket.id})
        found.write({"cause_id": cause.id, "product_module": "Till"})
        self.count()
        fact = self.of(ticket)
        self.assertEqual((fact.cause_id, fact.cause_root_id, fact.product), (cause, cause.parent_id, "Till"))

    def again(self, **values):
        return self.complaint(partner_id=self.customer.id, category="delay", **values)

    def test_f3_a_second_complaint_about_the_same_is_a_repeated_one(self):
        with freeze_time(MONDAY):
            first = self.again()
        with freeze_time("2026-03-20 08:00:00"):
            second = self.again()
        with freeze_time("2026-05-20 08:00:00"):
            third = self.again()
            self.count()
        self.assertEqual(self.of(first + second + third).mapped("repeated"), [0, 1, 0])

    def test_f3_a_complaint_entered_late_makes_the_next_one_a_repeated_one(self):
        with freeze_time("2026-03-20 08:00:00"):
            known = self.again()
            self.count()
            self.assertEqual(self.of(known).repeated, 0)
            self.again(received_at="2026-03-10 08:00:00")
            self.count()
        self.assertEqual(self.of(known).repeated, 1)

    def test_a_deadline_that_passes_is_counted_without_any_fact(self):
        with freeze_time(MONDAY):
            ticket = self.complaint()
            self.count()
            self.assertEqual((self.of(ticket).missed, self.of(ticket).on_time), (0, 0))
        with freeze_time("2026-03-02 12:00:00"):  # the acknowledgement was due at 09:00
            self.count()
            self.assertEqual(self.of(ticket).missed, 1)

    def test_f1_promises_kept_are_counted_by_clock(self):
        with freeze_time(MONDAY):
            kept, late = self.complaint(), self.complaint()
            self.move(kept, "acknowledged")
        with freeze_time("2026-03-02 12:00:00"):
            self.move(late, "acknowledged")
            self.count()
            rows = self.env["complaint.fact.clock"].search(
                [("ticket_id", "in", (kept + late).ids), ("name", "=", "acknowledgement")]
            )
            found = {row.ticket_id: (row.kept, row.hours_late) for row in rows}
            self.assertEqual(found, {kept: (1, 0), late: (0, 3)})

    def test_rows_made_anew_are_the_same(self):
        with freeze_time(MONDAY):
            tickets = self.complaint() + self.complaint()
            self.move(tickets[0], "settled")
        with freeze_time("2026-03-04 08:00:00"):
            self.move(tickets[0], "investigating")
            self.count()
            kept = self._rows(tickets)
            self.env["complaint.fact"]._count(tickets, fields.Datetime.now())
            self.assertEqual(self._rows(tickets), kept)

    def _rows(self, tickets):
        names = [
            name
            for name, field in self.figures._fields.items()
            if field.store and name not in ("id", "version")
        ]
        stays = self.env["complaint.fact.stage"].search([("ticket_id", "in", tickets.ids)])
        return self.of(tickets).read(names, load=None), sorted(
            (stay.stage_id.id, stay.team_id.id, stay.hours, stay.times) for stay in stays
        )

    def test_what_the_job_missed_is_found_at_night(self):
        ticket = self.complaint()
        self.count()
        place = self.env["complaint.fact.place"]._here()
        self.move(ticket, "acknowledged")
        place.write({"done": 10**9, "read": 10**9})  # as if the entry had been passed over
        self.count()
        self.assertFalse(self.of(ticket).hours_acknowledged)
        self.env["complaint.fact"]._cron_recount()
        self.assertEqual(self.of(ticket).version, ticket.sudo().case_version)

    def test_counting_fifty_asks_no_more_than_counting_one(self):
        one, fifty = (
            self.complaint(),
            self.env["helpdesk.ticket"].union(*(self.complaint() for _i in range(50))),
        )
        self.env.flush_all()
        now = fields.Datetime.now()
        counts = []
        for tickets in (one, fifty):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["complaint.fact"]._count(tickets, now)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)


@tagged("-at_install", "post_install")
class TestWhoMay(FactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.analyst = cls.new_user("figures", "complaint_management.group_data_analysis")
        cls.ticket = cls.complaint()
        cls.env["complaint.fact"]._cron_count()

    def test_who_analyses_reads_figures_and_changes_none(self):
        facts = self.figures.with_user(self.analyst).search([("ticket_id", "=", self.ticket.id)])
        self.assertEqual(facts.cases, 1)
        for change in (lambda: facts.write({"missed": 0}), facts.unlink, facts.copy):
            with self.assertRaises(AccessError):
                change()

    def test_a_confidential_case_is_not_counted_for_those_who_may_not_see_it(self):
        self.ticket.sudo().write({"confidential": True})
        seen = self.figures.with_user(self.analyst)
        self.assertFalse(seen.search([("ticket_id", "=", self.ticket.id)]))
        self.assertFalse(
            self.env["complaint.fact.clock"]
            .with_user(self.analyst)
            .search([("ticket_id", "=", self.ticket.id)])
        )
        self.assertEqual(seen._read_group([("ticket_id", "=", self.ticket.id)], [], ["cases:sum"]), [(0,)])

    def test_an_agent_sees_no_figures(self):
        with self.assertRaises(AccessError):
            self.figures.with_user(self.agent).search([])

    def test_another_companys_figures_stay_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.new_user("stranger", "complaint_management.group_data_analysis")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(
            self.figures.with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .search([("ticket_id", "=", self.ticket.id)])
        )
