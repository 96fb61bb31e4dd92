"""What was found out about the complaints of the demo data, what the customers got, and what some of them
spend: so that causes, costs and segments have something to show."""

import random

from odoo import fields
from odoo.tools import SQL

from .history import QUIET

SEED = 5
# Category -> root causes, the commonest first.
CAUSES = {
    "product_quality": ("production_defect", "production_defect", "design_defect", "supplier"),
    "response_speed": ("too_few_people", "missing_handover", "slow_process", "missing_handover"),
    "service_attitude": ("behaviour", "lack_of_knowledge", "unclear_instructions"),
    "other": ("wrong_information", "unclear_instructions", "other_cause"),
}
FINDINGS = ("upheld", "upheld", "partly_upheld", "not_upheld")
AMOUNTS = (15, 20, 25, 40, 60, 90, 150)
SPENDING = (150_000, 120_000, 64_000, 48_000, 30_000, 22_000, 9_000, 5_000)


def play_costs(env, analyst):
    """Causes of most complaints that ended, a refund for every fourth, and what the first customers spend."""
    env = env(context={**env.context, **QUIET})
    company = env.ref("base.main_company")
    refs = env["complaint.release"]._active(company)._refs()
    cases = env["helpdesk.ticket"].search(
        [
            ("company_id", "=", company.id),
            ("case_type_id", "=", refs["case_type", "complaint"]),
            ("closed", "=", True),
        ],
        order="received_at, id",
    )
    chance = random.Random(SEED)
    found = _investigate(cases, refs, chance, analyst)
    _refund(found, refs, chance, analyst)
    _spend(env, company, cases)


def _investigate(cases, refs, chance, analyst):
    """Investigations of the cases that nobody has investigated, but for every tenth. Returns the cases."""
    rows, looked_at = [], cases.browse()
    for case in cases - cases.investigation_ids.ticket_id:
        causes = CAUSES.get(refs.get(("category", case.category_id.id)))
        if not causes or chance.random() < 0.1:
            continue
        rows.append(
            {
                "ticket_id": case.id,
                "cause_id": refs["cause", chance.choice(causes)],
                "finding_id": refs["finding", chance.choice(FINDINGS)],
                "author_id": analyst.id,
            }
        )
        looked_at |= case
    cases.env["complaint.investigation"].create(rows)
    return looked_at


def _refund(cases, refs, chance, author):
    """Accepted refunds; by SQL, because nobody proposes a solution for a case that is closed."""
    values = [
        SQL(
            "(%s, %s, %s, %s, %s, %s, %s, %s)",
            case.id, case.case_cycle, case.company_id.id, refs["remedy", "refund"],
            case.company_id.currency_id.id, author.id, chance.choice(AMOUNTS),
            case.closed_date or fields.Datetime.now(),
        )
        for case in cases - cases.solution_ids.ticket_id
        if chance.random() < 0.25
    ]  # fmt: skip
    if values:
        cases.env.cr.execute(
            SQL(
                "INSERT INTO complaint_solution (ticket_id, cycle, company_id, remedy_id, currency_id, "
                "author_id, amount, answered_at, state) SELECT one.*, 'communicated' FROM (VALUES %s) AS one",
                SQL(", ").join(values),
            )
        )
        cases.env["complaint.solution"].invalidate_model()
        cases.env["complaint.fact.mark"]._set(cases)


def _spend(env, company, cases):
    """What some customers bought in a shop of their own, and the tiers that follow from it."""
    files = env["complaint.customer"].with_company(company)
    partners = cases.commercial_partner_id.sorted("id")[: len(SPENDING)]
    known = {one.partner_id: one for one in files.search([("partner_id", "in", partners.ids)])}
    for partner, amount in zip(partners, SPENDING, strict=False):
        file = known.get(partner) or files.create({"partner_id": partner.id, "company_id": company.id})
        file.spend_elsewhere = amount
    files._reckon_all()
