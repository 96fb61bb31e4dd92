"""What the tests of the customer's pages share: a case under investigation, opened by its link."""

from odoo.tests import new_test_user

from .common import SMALL_PACK
from .public_pages import PublicPageCase, web_files
from .solution_pack import TOPICS

LADDER = SMALL_PACK["small/escalation.yaml"].replace("rules:", "customer_may_escalate: supervisor\nrules:")
REOPEN = "{name: closed, event: closed, closes: true, reopen: {within: 30d, to: investigating}}"
STAGES = TOPICS["stages"].replace(
    REOPEN,
    "{name: closed, event: closed, closes: true, "
    "reopen: {within: 30d, to: investigating, at_most: 1, then: final_answer}}",
)
SURVEYS = """
kind: surveys
surveys:
  - name: satisfaction
    title: {en: Satisfaction, zh_CN: 满意度}
    questions: [{name: all, title: {en: All in all?, zh_CN: 总体如何？}, scale: 10}]
"""
MESSAGES = """
kind: messages
messages:
  - name: final_answer
    on: communicated
    wording: {en: Our answer., zh_CN: 我们的答复。}
    state: [outside_bodies]
outside_bodies:
  - {name: ombudsman, title: {en: The Ombudsman, zh_CN: 申诉专员}, link: "https://ombudsman.example"}
"""


class CustomerPageCase(PublicPageCase):
    """A case of Wei's under investigation, opened by its link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.release = cls.apply(
            web_files(
                **{**TOPICS, "stages": STAGES, "escalation": LADDER, "surveys": SURVEYS, "messages": MESSAGES}
            )
        )
        cls.owner = cls.portal_user("wei")
        cls.case = cls.complaint(
            category="delay", partner_id=cls.owner.partner_id.id, user_id=cls.agent.id, partner_name="Wei"
        )
        cls.move(cls.case, "investigating")
        cls.link = f"/complaints/case/{cls.case._portal_ensure_token()}"

    @classmethod
    def portal_user(cls, login, **values):
        login = f"{login}@customers.example"
        company = {"company_id": cls.company.id, "company_ids": cls.company.ids}
        return new_test_user(cls.env, login, groups="base.group_portal", **company, **values)

    def log_in(self, user):
        self.authenticate(user.login, user.login)

    @classmethod
    def propose(cls, remedy="refund", amount=100, **values):
        solution = (
            cls.env["complaint.solution"]
            .with_user(cls.agent)
            .create(
                {
                    "ticket_id": cls.case.id,
                    "remedy_id": cls.ref_id("remedy", remedy),
                    "amount": amount,
                    "description": "You get your money back.",
                    "reasoning": "The parcel was wet.",
                    **values,
                }
            )
        )
        solution.action_submit()
        solution.action_propose()
        return solution

    def close(self, result=True):
        """The result is told and the case closed."""
        stages = ["proposed", "agreed", "carried_out", "communicated"] if result else []
        for stage in [*stages, "closed"]:
            self.case.sudo().write({"stage_id": self.ref_id("stage", stage)})

    def post(self, deed, follow=True, **typed):
        """Send one of the forms of the page as a browser would."""
        data = {**self.form(self.link), **typed}
        answer = self.url_open(f"{self.link}/{deed}", data=data, allow_redirects=follow)
        self.env.invalidate_all()
        return answer

    def page(self, link=None):
        return self.words(self.url_open(link or self.link))
