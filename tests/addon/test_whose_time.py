"""The case shows whose time it was and who held it when, to those who may see the case."""

from datetime import datetime

from freezegun import freeze_time
from lxml import html
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ComplaintCase


@tagged("post_install", "-at_install")
class TestWhoseTime(ComplaintCase):
    def setUp(self):
        super().setUp()
        with freeze_time("2026-03-02 08:00:00"):
            self.ticket = self.complaint(
                category="delay", partner_id=self.customer.id, user_id=self.leader.id
            )
        with freeze_time("2026-03-02 10:00:00"):
            self.ticket.action_wait_for_customer()
        with freeze_time("2026-03-02 16:00:00"):
            self.ticket.action_resume()
        with freeze_time("2026-03-02 17:00:00"):
            self.ticket.user_id = self.agent

    def shown(self, field, at="2026-03-02 18:00:00", user=None, **context):
        """The texts of a table's cells as (cell, …) by row."""
        self.env.invalidate_all()
        with freeze_time(at):
            ticket = self.ticket.with_user(user or self.agent).with_context(tz="UTC", **context)
            table = html.fromstring(str(ticket[field]))
        rows = [[cell.text_content().strip() for cell in row.iter("td")] for row in table.iter("tr")]
        return [tuple(row) for row in rows if row]

    def test_our_time_and_the_customers_are_told_apart(self):
        self.assertEqual(
            self.shown("whose_time"), [("Our time", "4 h", "40 %"), ("Waiting customer", "6 h", "60 %")]
        )

    def test_who_held_it_when_the_latest_first(self):
        self.assertEqual(
            [(row[1], row[4], row[5]) for row in self.shown("who_held")],
            [(self.agent.name, "1 h", "1 h"), (self.leader.name, "9 h", "3 h")],
        )
        self.assertEqual(self.shown("who_held")[0][0], "Small delivery")
        self.assertEqual(self.shown("who_held")[0][3], "now")

    def test_nothing_is_stored_so_that_it_is_right_whenever_somebody_looks(self):
        self.assertFalse(self.ticket._fields["whose_time"].store)
        self.assertEqual(self.shown("whose_time", "2026-03-02 20:00:00")[0], ("Our time", "6 h", "50 %"))

    def test_a_fact_of_the_past_is_counted_where_it_happened(self):
        with freeze_time("2026-03-02 18:00:00"):
            self.ticket._record_fact("resumed", datetime(2026, 3, 2, 12, 0))
        self.assertEqual(self.shown("whose_time")[1][1], "2 h")

    def test_the_form_has_both_on_the_page_of_the_clocks(self):
        form = self.env.ref("helpdesk_mgmt.ticket_view_form")
        arch = self.env["helpdesk.ticket"].with_user(self.agent).get_view(form.id, "form")["arch"]
        page = arch[arch.index('name="clocks"') :]
        self.assertIn('name="whose_time"', page[: page.index("</page>")])
        self.assertIn('name="who_held"', page[: page.index("</page>")])

    def test_an_ordinary_ticket_has_neither(self):
        ticket = self.env["helpdesk.ticket"].create({"name": "Help", "description": "Please"})
        self.assertFalse(ticket.whose_time)
        self.assertFalse(ticket.who_held)

    def test_customers_and_strangers_do_not_learn_who_held_it(self):
        portal = new_test_user(self.env, "portal@whose.example", groups="base.group_portal")
        for user in (portal, self.new_user("stranger", "base.group_user")):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).read(["who_held", "whose_time"])

    def test_the_words_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.assertTrue(self.shown("whose_time", lang="zh_CN"))
