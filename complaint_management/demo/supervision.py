"""How much business there was in the demo data, and last month's check list, gone through and signed."""

from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tools import SQL

from .history import QUIET

# Orders of the months before this one, the newest first.
ORDERS = (
    11_850, 11_420, 10_960, 10_310, 10_740, 11_080, 10_890, 10_450,
    10_920, 9_870, 10_160, 13_240, 12_310, 10_980, 10_610,
)  # fmt: skip
SIGNED_AFTER = timedelta(days=3)
NOT_IN_ORDER = ("acknowledgements", "deadlines", "callbacks")  # the first that is beyond its target
WRONG = "Seen case by case. Most came in on a Friday afternoon, when nobody was planned for the hotline."
EXPLAINED = "Seen one by one: each has a note that says why, and the customer had agreed."
REMARK = "Steps and approvals are as they should be. What is late is a matter of planning, not of care."
ACTION = "Plan somebody for the hotline on Friday afternoons"


def play_volume(env):
    """The orders of the months that are over, as they would be imported from the shop."""
    company = env.ref("base.main_company")
    month, rows = fields.Date.today().replace(day=1), []
    for orders in ORDERS:
        month = (month - timedelta(days=1)).replace(day=1)
        rows.append({"company_id": company.id, "month": month, "orders": orders, "source": "Web shop"})
    return env["complaint.volume"].create(rows)


def play_check_list(env, supervisor):
    """Make the list as the job would have done, judge its lines and sign it. Returns it."""
    env = env(context={**env.context, **QUIET})
    check = env["complaint.check"].sudo()._make(env.ref("base.main_company"))  # sudo: as the job
    if not check:
        return check
    lines = check.line_ids.with_user(supervisor)
    wrong = lines.filtered(lambda one: one.met == "no" and one.code in NOT_IN_ORDER)[:1]
    wrong.write({"verdict": "not_ok", "remark": WRONG})
    beyond = lines.filtered(lambda one: one.met == "no") - wrong
    beyond.write({"verdict": "ok", "remark": EXPLAINED})
    (lines - wrong - beyond).write({"verdict": "ok"})
    check.with_user(supervisor).remark = REMARK
    signed = min(datetime.combine(check.end + SIGNED_AFTER, time(9)), fields.Datetime.now())
    _improve(wrong.sudo(), supervisor)  # sudo: as the button of the line does, by hand
    check.with_user(supervisor).action_sign()
    check.flush_recordset()
    # By SQL: a signed list refuses every change, and the button signs it as of now.
    env.cr.execute(SQL("UPDATE complaint_check SET signed_at = %s WHERE id = %s", signed, check.id))
    env.cr.execute(
        SQL("UPDATE complaint_check_line SET judged_at = %s WHERE check_id = %s", signed, check.id)
    )
    env.invalidate_all()
    return check


def _improve(line, supervisor):
    """What follows from the line that is not in order."""
    if line:
        line.env["mgmtsystem.action"].create(
            {
                "name": ACTION,
                "description": line.remark,
                "for_complaints": True,
                "company_id": line.company_id.id,
                "user_id": supervisor.id,
                "type_action": "correction",
                "check_line_id": line.id,
                "date_deadline": fields.Date.today() + timedelta(days=10),
            }
        )
