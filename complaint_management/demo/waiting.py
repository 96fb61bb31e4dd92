"""What waits for somebody on the day on which the demo begins, so that each group finds work of its own: a
grave case with a solution to approve, a complex one with a task force, suggestions, an improvement and its
effect.

Made as people make it, by the buttons and in their names: the register says the same as for real cases."""

from datetime import timedelta

from odoo import fields
from odoo.tools import plaintext2html

QUIET = {"complaint_entry": True, "complaint_no_message": True, "mail_create_nosubscribe": True}
# What the customer says; how grave; hours since the receipt.
GRAVE = ("Heater caught fire", "Smoke and a burnt wall. The fire brigade was here, the paper called me.")
COMPLEX = (
    "Control unit fails in the cold",
    "Below zero it switches itself off. My neighbour's does the same.",
)
SUGGESTIONS = (
    ("Photo of the parcel at the door", "With a photo nobody has to argue about what was left where."),
    ("One form for all refunds", "We fill in three, and the customer waits for the slowest."),
)
REPLIES = (
    ("sorry", "I am sorry that this has happened to you. I take care of it myself and come back to you by …"),
    ("missing", "To go on I need two things from you: the order number and a photo of the damage."),
    ("closing", "I am glad that we could settle this. Is there anything else I can do for you?"),
)
ACTED, CHECKED = timedelta(days=45), timedelta(days=5)  # ago


def play_waiting(env, people):
    """people: {"agent": user, …}, the users of the demo by what they do."""
    company = env.ref("base.main_company")
    refs = env["complaint.release"]._active(company)._refs()
    mails = env["mail.mail"].search([])
    grave = _case(env, company, refs, GRAVE, 5, people["agent"], "scope", "public")
    _solution_to_approve(grave, refs, people["leader"])
    grave.with_user(people["agent"])._escalate_by_hand("management", "The paper wants to print it tomorrow.")
    hard = _case(env, company, refs, COMPLEX, 20, people["analyst"], "complexity", "complex")
    env["complaint.task.force"].create(
        {
            "ticket_id": hard.id,
            "leader_id": people["analyst"].id,
            "member_ids": [(6, 0, (people["task"] | people["cross"]).ids)],
        }
    )
    _suggest(env, people)
    _improve(env, company, refs, people["manager"])
    _hand_in(env, company, people["cross"])
    env["mail.canned.response"].create(
        [
            {
                "source": source,
                "substitution": text,
                "group_ids": [(6, 0, env.ref("complaint_management.group_intake").ids)],
            }
            for source, text in REPLIES
        ]
    )
    (env["mail.mail"].search([]) - mails).unlink()  # the people of the demo have no mailbox


def _case(env, company, refs, said, hours, holder, rank, grade):
    """A case of the shop's, acknowledged, accepted and under investigation."""
    shop = _shop(env)
    received = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=hours)
    case = env["helpdesk.ticket"].with_context(**QUIET).create(
        {
            "name": said[0],
            "description": plaintext2html(said[1]),
            "partner_id": shop.id,
            "partner_name": shop.name,
            "partner_email": shop.email,
            "company_id": company.id,
            "case_type_id": refs["case_type", "complaint"],
            "category_id": refs["category", "product_quality"],
            "channel_id": refs["channel", "phone"],
            f"{rank}_id": refs[rank, grade],
            "received_at": received,
            "user_id": holder.id,
        }
    )  # fmt: skip
    case._record_fact("acknowledged", received + timedelta(minutes=12))
    case._record_fact("handed_over", received + timedelta(minutes=20))
    case._record_fact("accepted_by_team", received + timedelta(minutes=40))
    case._record_fact("first_feedback", received + timedelta(minutes=50))
    case.with_context(**QUIET).stage_id = refs["stage", "investigating"]
    return case.with_context(complaint_entry=False)


def _shop(env):
    shop = env.ref("complaint_management.partner_shop", False)
    return shop or env["res.partner"].create({"name": "Corner Shop Ltd", "email": "shop@example.com"})


def _solution_to_approve(case, refs, author):
    solution = case.env["complaint.solution"].with_user(author).create(
        {
            "ticket_id": case.id,
            "remedy_id": refs["remedy", "compensation"],
            "amount": 8000,
            "description": "We pay for the wall and the heater, and look at the others in the house.",
            "reasoning": "The series was recalled last week; this customer was not told.",
        }
    )  # fmt: skip
    solution.action_submit()


def _suggest(env, people):
    """One waits for its answer, one was accepted, one came without a name."""
    suggestions = env["complaint.suggestion"]
    for user, words in zip((people["agent"], people["cross"]), SUGGESTIONS, strict=True):
        suggestions.with_user(user).tell(*words)
    suggestions.with_user(people["leader"]).tell(
        "Calls in the lunch hour",
        "Two of us at the phone are not enough between twelve and one.",
        anonymous=True,
    )
    mine = suggestions.search([("author_id", "=", people["cross"].id)], limit=1)
    mine.with_user(people["manager"])._answer("accepted", "Good. From the next quarter on there is one form.")


def _improve(env, company, refs, owner):
    """An action that was carried out and judged, and one that is still to be done."""
    today = fields.Date.today()
    actions = env["mgmtsystem.action"].with_user(owner).with_company(company)
    done, later = actions.create(
        [
            {
                "name": "Answer each mail within a day: two more people in the morning",
                "for_complaints": True,
                "company_id": company.id,
                "user_id": owner.id,
                "type_action": "correction",
                "complaint_category_id": refs["category", "response_speed"],
                "date_deadline": today - ACTED,
                "effect_on": today - CHECKED,
            },
            {
                "name": "Stronger boxes for glass and china",
                "for_complaints": True,
                "company_id": company.id,
                "user_id": owner.id,
                "type_action": "prevention",
                "complaint_category_id": refs["category", "product_quality"],
                "date_deadline": today + timedelta(days=14),
                "effect_on": today + timedelta(days=60),
            },
        ]
    )
    done.action_done()
    done.sudo().date_closed = fields.Datetime.now() - ACTED  # sudo: OCA closes as of now
    fewer = done.complaints_before - done.complaints_after
    done._check_effect(
        "worked" if 3 * fewer >= done.complaints_before else "partly" if fewer > 0 else "failed",
        "Fewer wait for an answer in the morning; at noon it is as before.",
    )
    later.action_start()


def _hand_in(env, company, user):
    wizard = env["complaint.hand.in"].with_user(user).with_context(
        allowed_company_ids=company.ids, complaint_no_message=True
    )  # fmt: skip
    wizard.create(
        {
            "who": "Emma Larsen",
            "what": "The manual describes another model\nShe told me at the fair and wants the right one.",
            "reach": "emma.larsen@example.com",
        }
    ).action_hand_in()
