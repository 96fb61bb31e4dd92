"""Reckoning tiers: what customers bought and how often they complained, counted in one query a measure."""

import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.tiers import measures, tier_of
from .release_reading import aware, naive

BATCH = 1000  # customers a commit


class ComplaintCustomer(models.Model):
    _inherit = "complaint.customer"

    @api.model
    def _cron_reckon_tiers(self):
        """Every night: the tiers of all customers who complained, have a file or bought something."""
        # sudo: the job reckons for every company
        releases = self.env["complaint.release"].sudo().search([("state", "=", "active")])
        for release in releases:
            if release._policy().raw.get("tiers"):
                self.with_company(release.company_id)._reckon_all()

    @api.model
    def _reckon_all(self):
        last, cron = 0, self.env["ir.cron"]
        while partners := self._to_reckon(last):
            self._reckon(partners)
            last = partners[-1]
            if self.env.context.get("cron_id") and not cron._commit_progress(len(partners)):
                return

    @api.model
    def _to_reckon(self, last):
        """The next customers, by id, from whom tiers may follow."""
        company = self.env.company.id
        sources = [
            SQL(
                "SELECT commercial_partner_id AS id FROM helpdesk_ticket "
                "WHERE case_type_id IS NOT NULL AND company_id = %s",
                company,
            ),
            SQL("SELECT partner_id FROM complaint_customer WHERE company_id = %s", company),
        ]
        asked = {measure.what: measure for measure in self._measures()}
        if "spend" in asked and "account.move" in self.env:
            since = naive(asked["spend"].since(aware(fields.Datetime.now())))
            sources.append(
                SQL(
                    "SELECT commercial_partner_id FROM account_move WHERE company_id = %s "
                    "AND state = 'posted' AND move_type = 'out_invoice' AND invoice_date >= %s",
                    company,
                    since.date(),
                )
            )
        self.env.flush_all()
        query = SQL(
            "SELECT id FROM (%s) AS candidate WHERE id > %s ORDER BY id LIMIT %s",
            SQL(" UNION ").join(sources),
            last,
            BATCH,
        )
        return [row[0] for row in self.env.execute_query(query)]

    @api.model
    def _reckon(self, partner_ids):
        """Reckon and store the tiers of some commercial partners in the working company."""
        # sudo: the rules count what the reader of the file may not see, such as invoices
        files, company = self.sudo(), self.env.company
        release = self.env["complaint.release"]._active(company)
        tiers = (release and release._policy().raw.get("tiers")) or []
        if not tiers:
            return
        refs, figures = release._refs(), files._figures(partner_ids)
        files._store_tiers(
            company,
            [
                (
                    partner,
                    refs.get(("tier", tier_of(tiers, figures[partner]))),
                    json.dumps(figures[partner], sort_keys=True),
                )
                for partner in partner_ids
            ],
        )
        files._name_agents(partner_ids, {tier["name"] for tier in tiers if tier.get("named_agent")}, refs)

    def _measures(self):
        release = self.env["complaint.release"]._active(self.env.company)
        return measures((release and release._policy().raw.get("tiers")) or [])

    @api.model
    def _figures(self, partner_ids):
        """{commercial partner id: {measure: number}} of today; one query for each thing that is counted."""
        figures = {partner: {} for partner in partner_ids}
        if not figures:
            return figures
        now = aware(fields.Datetime.now())
        self.env.flush_all()
        for measure in self._measures():
            since = naive(measure.since(now))
            for partner, number in getattr(self, f"_count_{measure.what}")(tuple(partner_ids), since):
                figures[partner][measure.name] = float(number or 0)
        return figures

    def _count_complaints(self, partners, since):
        """How often they complained; what was joined with another case counts once."""
        release = self.env["complaint.release"]._active(self.env.company)
        complaint = release._refs()["case_type", release._policy().raw["case_types"][0]["name"]]
        return self.env.execute_query(
            SQL(
                "SELECT commercial_partner_id, count(*) FROM helpdesk_ticket "
                "WHERE commercial_partner_id IN %s AND company_id = %s AND case_type_id = %s "
                "AND received_at >= %s AND duplicate_id IS NULL "
                "GROUP BY commercial_partner_id",
                partners,
                self.env.company.id,
                complaint,
                since,
            )
        )

    def _count_reopenings(self, partners, since):
        return self.env.execute_query(
            SQL(
                "SELECT t.commercial_partner_id, count(*) FROM complaint_event e "
                "JOIN helpdesk_ticket t ON t.id = e.ticket_id WHERE t.commercial_partner_id IN %s "
                "AND t.company_id = %s AND e.kind = 'reopened' AND e.occurred_at >= %s "
                "GROUP BY t.commercial_partner_id",
                partners,
                self.env.company.id,
                since,
            )
        )

    def _count_spend(self, partners, since):
        """What they bought, in the currency of the policy: invoiced or ordered, whichever is more, and what
        was bought elsewhere."""
        invoiced = self._invoiced(partners, since)
        ordered = self._ordered(partners, since)
        elsewhere = dict(
            self.env.execute_query(
                SQL(
                    "SELECT partner_id, spend_elsewhere FROM complaint_customer WHERE partner_id IN %s "
                    "AND company_id = %s AND spend_elsewhere <> 0",
                    partners,
                    self.env.company.id,
                )
            )
        )
        rate = self._policy_rate()
        for partner in {*invoiced, *ordered, *elsewhere}:
            here = max(invoiced.get(partner) or 0, ordered.get(partner) or 0)
            yield partner, (float(here) + float(elsewhere.get(partner) or 0)) * rate

    def _policy_rate(self):
        """From the company's currency to the one that the policy's figures are in."""
        release, company = self.env["complaint.release"]._active(self.env.company), self.env.company
        code = release._policy().pack.get("currency")
        currency = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", code)], limit=1)
        )
        if not currency or currency == company.currency_id:
            return 1.0
        return company.currency_id._get_conversion_rate(
            company.currency_id, currency, company, fields.Date.context_today(self)
        )

    def _invoiced(self, partners, since):
        """Posted invoices less credit notes, in the company's currency; nothing without Invoicing."""
        if "account.move" not in self.env:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT commercial_partner_id, sum(amount_total_signed) FROM account_move "
                    "WHERE commercial_partner_id IN %s AND company_id = %s AND state = 'posted' "
                    "AND move_type IN ('out_invoice', 'out_refund') AND invoice_date >= %s "
                    "GROUP BY commercial_partner_id",
                    partners,
                    self.env.company.id,
                    since.date(),
                )
            )
        )

    def _ordered(self, partners, since):
        """Confirmed orders, in the company's currency; nothing without Sales."""
        if "sale.order" not in self.env:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT p.commercial_partner_id, "
                    "sum(o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1)) "
                    "FROM sale_order o JOIN res_partner p ON p.id = o.partner_id "
                    "WHERE p.commercial_partner_id IN %s AND o.company_id = %s AND o.state = 'sale' "
                    "AND o.date_order >= %s GROUP BY p.commercial_partner_id",
                    partners,
                    self.env.company.id,
                    since,
                )
            )
        )

    # ------------------------------------------------------------------ named agents

    def _name_agents(self, partner_ids, entitled, refs):
        """Give a named agent to those whose tier has one: the senior agent with the fewest customers. Who was
        named by hand stays."""
        tiers = {refs.get(("tier", code)) for code in entitled} - {None}
        files = self.search(
            [
                ("partner_id", "in", list(partner_ids)),
                ("company_id", "=", self.env.company.id),
                ("agent_by_hand", "=", False),
            ]
        )
        without = files.filtered(lambda file: file.tier_id.id in tiers and not file.agent_id)
        gone = files.filtered(lambda file: file.agent_id and file.tier_id.id not in tiers)
        rows = [(file.id, None) for file in gone]
        if without:
            seniors = self.env.ref("complaint_management.group_senior").all_user_ids
            seniors = seniors.filtered(
                lambda user: user.active and not user.share and self.env.company in user.company_ids
            )
            served = dict(
                self._read_group(
                    [("agent_id", "in", seniors.ids), ("company_id", "=", self.env.company.id)],
                    ["agent_id"],
                    ["__count"],
                )
            )
            load = {user.id: served.get(user, 0) for user in seniors}
            for file in without if load else ():
                agent = min(load, key=lambda user: (load[user], user))
                load[agent] += 1
                rows.append((file.id, agent))
        self._store_agents(rows)

    def _store_agents(self, rows):
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                "UPDATE complaint_customer c SET agent_id = v.agent::int FROM (VALUES %s) AS v(id, agent) "
                "WHERE c.id = v.id",
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        self.invalidate_model(["agent_id"])

    # ------------------------------------------------------------------ tiers of cases that come in

    @api.model
    def _tiers_at_entry(self, release, vals_list):
        """Set tier_id in the values of new cases of the release's company; one look for all of them."""
        usual = self.env.context.get("default_partner_id")
        kind = release._refs()["case_type", release._policy().raw["case_types"][0]["name"]]
        coming = [(vals.get("partner_id", usual), vals["case_type_id"] == kind) for vals in vals_list]
        partners = self.env["res.partner"].browse({partner for partner, _complains in coming if partner})
        figures = self._figures_of(release, partners)
        for vals, (partner, complains) in zip(vals_list, coming, strict=True):
            vals["tier_id"] = figures and figures(partner, complains)

    @api.model
    def _figures_of(self, release, partners):
        """A function (partner id, complains now) -> id of the tier; False where the policy has none.

        A complaint that comes in counts itself, also for those that come in with it: the third within the
        window makes a frequent complainer."""
        tiers = release._policy().raw.get("tiers") or []
        if not tiers or not partners:
            return False
        company, refs = release.company_id, release._refs()
        # sudo: a customer or the mail gateway may open the case, and neither reads the file
        files, partners = self.sudo().with_company(company), partners.sudo()
        firms = {partner.id: partner.commercial_partner_id.id for partner in partners}
        known = files._of(partners, company)
        figures = files._figures(sorted(set(firms.values())))
        counted = [measure.name for measure in files._measures() if measure.what == "complaints"]

        def tier(partner, complains):
            firm = firms.get(partner)
            if not firm:
                return False
            for name in counted if complains else ():
                figures[firm][name] = figures[firm].get(name, 0) + 1
            file = known.get(firm)
            if file and file.tier_by_hand:
                return file.tier_id.id
            return refs.get(("tier", tier_of(tiers, figures[firm])), False)

        return tier
