"""A customer answers the questions of a callback: told on the phone, or by a signed link without a login.

    call screen, page behind the link -> _answer({question: value}) -> survey answers, fact `rated`, _finish

Answers come in once: who sends them twice, or while somebody else enters them, changes nothing any more."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, hash_sign, verify_hash_signed

from ..engine.answers import bounds, promoter, score, verdict
from ..engine.duration import Duration
from ..engine.working_time import Calendar
from .callback import DUE
from .release_reading import aware, naive

ASKING = "complaint_management.survey"
STOPPING = "complaint_management.no_more"
LONGEST = 4000  # of what a customer writes; more is cut off
BY_PEOPLE = ("phone", "visit", "chat")


class ComplaintCallback(models.Model):
    _inherit = "complaint.callback"

    link_until = fields.Datetime(
        "Link works until", readonly=True, copy=False, help="Until then the customer can answer by the link."
    )

    # ------------------------------------------------------------------ what is asked

    def _asked(self):
        """The questionnaire as the policy of this callback writes it; an empty one for a plan without."""
        release = self.sudo().release_id  # sudo: the words of the policy are no secret
        return release._survey(release._callback_plan(self.plan).get("survey"))

    def _questions(self):
        """The questions in the language of the environment: dicts with code, title, kind (scale, nps, text),
        numbers, lowest, highest, optional."""
        release, found = self.sudo().release_id, []  # sudo: see _asked
        for one in self._asked().get("questions") or ():
            limits = bounds(one)
            ends = self._ends_of(one)
            found.append(
                {
                    "code": one["name"],
                    "title": release._words(one.get("title"), one["name"]),
                    "hint": release._say(one.get("description")),
                    "kind": "nps" if one.get("nps") else "scale" if limits else "text",
                    "numbers": list(range(limits[0], limits[1] + 1)) if limits else [],
                    "optional": bool(one.get("optional")),
                    **{name: release._say(one.get(name)) or ends[name] for name in ("lowest", "highest")},
                }
            )
        return found

    def _ends_of(self, question):
        """What stands at the ends of a scale, where the policy says nothing."""
        if question.get("nps"):
            return {"lowest": self.env._("Certainly not"), "highest": self.env._("Certainly")}
        return {"lowest": self.env._("Very dissatisfied"), "highest": self.env._("Very satisfied")}

    # ------------------------------------------------------------------ the answers

    def _answer(self, values, way=None):
        """Keep the answers of the customer and finish the callback.

        values: {question: value}; way: "link" for the customer's own page. False, and nothing happens, if
        they have been given before. A sentence where one is missing or is none of those to choose from."""
        self.ensure_one()
        callback = self.sudo()  # sudo: agents and customers answer by this method alone
        survey = callback._asked()
        if not survey:
            raise UserError(self.env._("“%(plan)s” asks no questions.", plan=self.title))
        if not callback._still_to_answer():
            return False
        given = callback._answers_checked(survey, values)
        points = score(survey, given)
        callback._keep_answers(survey, given, way)
        if callback.ticket_id:
            callback.ticket_id._record_fact("rated", data=callback._rated(survey, given, points, way))
        callback._finish(verdict(survey, points), points)
        return True

    def _still_to_answer(self):
        """Lock the callback: of two who answer at once the second one finds that it is done."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL("SELECT user_input_id FROM complaint_callback WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        row = self.env.cr.fetchone()
        if not row or row[0]:
            return False
        self._refuse_unless_due()
        return True

    def _rated(self, survey, given, points, way):
        """What the register keeps: codes and numbers, never words."""
        data = {"plan": self.plan, "way": way or self.method, "callback_id": self.id}
        recommends = promoter(survey, given)
        return {
            **data,
            **({"score": points} if points is not None else {}),
            **({"nps": recommends} if recommends is not None else {}),
        }

    def _answers_checked(self, survey, values):
        """{question: number or text} of what was answered; a sentence for what cannot be."""
        problems = self._problems(values)
        if problems:
            raise UserError(next(iter(problems.values())))
        return self._given(survey, values)

    def _given(self, survey, values):
        found = {
            one["name"]: self._answer_checked(one, (values or {}).get(one["name"]))
            for one in survey["questions"]
        }
        return {name: value for name, value in found.items() if value is not None}

    def _problems(self, values):
        """{question: why its answer cannot be taken}, in the words of the environment."""
        problems, survey = {}, self._asked()
        questions = {one["code"]: one for one in self._questions()}
        for question in survey["questions"]:
            shown = questions[question["name"]]
            try:
                value = self._answer_checked(question, (values or {}).get(question["name"]))
            except UserError as error:
                problems[question["name"]] = str(error)
                continue
            if value is None and not shown["optional"]:
                problems[question["name"]] = self.env._(
                    "“%(question)s” is not answered yet. Please choose one of the answers.",
                    question=shown["title"],
                )
        if not problems and not self._given(survey, values):
            problems[""] = self.env._("Nothing is answered yet. Please answer at least one question.")
        return problems

    def _answer_checked(self, question, value):
        """An answer as a number or as text; None for one that was not given."""
        limits = bounds(question)
        if limits is None:
            return (value.strip()[:LONGEST] or None) if isinstance(value, str) else None
        if value is None or value is False or value == "":
            return None
        text = str(value)
        if not (text.isascii() and text.isdigit() and limits[0] <= int(text) <= limits[1]):
            raise UserError(
                self.env._(
                    "%(value)s is no answer to “%(question)s”: choose a number from %(low)d to %(high)d.",
                    value=text[:20],
                    question=self.release_id._words(question.get("title"), question["name"]),
                    low=limits[0],
                    high=limits[1],
                )
            )
        return int(text)

    def _keep_answers(self, survey, given, way):
        """Keep the answers as those of Odoo's survey."""
        questionnaire = self.release_id._questionnaire(survey["name"])
        now = fields.Datetime.now()
        lines = [
            self._line(question, given.get(question.policy_code))
            for question in questionnaire.question_and_page_ids
        ]
        answers = self.env["survey.user_input"].with_context(tracking_disable=True)
        self.user_input_id = answers.create(
            {
                "survey_id": questionnaire.id,
                "state": "done",
                "start_datetime": now,
                "end_datetime": now,
                "partner_id": self.partner_id.id,
                "lang_id": self.env["res.lang"]._lang_get(self.env.lang or "en_US").id,
                "complaint_callback_id": self.id,
                "complaint_way": way or (self.method if self.method in BY_PEOPLE else "link"),
                "complaint_shown": bool(survey.get("show_staff")),
                "complaint_staff_ids": [fields.Command.set(self._staff_in_question().ids)],
                "user_input_line_ids": [fields.Command.create(line) for line in lines],
            }
        )
        self.env["complaint.answer"].invalidate_model()

    def _line(self, question, value):
        line = {"question_id": question.id}
        if value is None:
            return {**line, "skipped": True}
        if question.question_type == "text_box":
            return {**line, "answer_type": "text_box", "value_text_box": value}
        return {**line, "answer_type": "scale", "value_scale": value}

    def _staff_in_question(self):
        """Those about whom the customer speaks: who had the case or wrote to the customer, and whom the
        complaint is about. A leader for whom a case only waited is not one of them."""
        case = self.ticket_id
        if not case:
            return self.partner_id.with_company(self.company_id).complaint_agent_id
        spoke = case._customer_messages().author_id.user_ids.filtered(lambda user: not user.share)
        holders = self.env.execute_query(
            SQL(
                "SELECT DISTINCT (data->'set'->>'holder_id')::int FROM complaint_event WHERE ticket_id = %s "
                "AND data->'set'->>'holder_id' ~ '^[0-9]+$'",
                case.id,
            )
        )
        users = self.env["res.users"].browse([ident for (ident,) in holders]).exists()
        return (users - case.team_id.user_id) | case.user_id | spoke | case.complaint_against_ids.user_id

    # ------------------------------------------------------------------ the link

    def _survey_url(self, path="survey"):
        """The signed link under which the customer answers, without a login, in the customer's language."""
        self.ensure_one()
        scope = ASKING if path == "survey" else STOPPING
        # sudo: signing needs the secret of the database
        token = hash_sign(self.sudo().env, scope, [self.id, self.cycle])
        languages = self.env["res.lang"]._get_frontend()
        theirs = languages.get(self._lang_of_customer())
        prefix = f"/{theirs.url_code}" if theirs and len(languages) > 1 else ""
        return f"{self.get_base_url()}{prefix}/complaints/{path}/{token}"

    def _stop_url(self):
        """The signed link under which the customer says not to be asked again."""
        return self._survey_url("no-more")

    @api.model
    def _of_survey_token(self, token, scope=ASKING):
        """The callback that a link is about, as superuser; an empty one if it is no link of ours."""
        try:
            # sudo: see _survey_url
            ident, cycle = verify_hash_signed(self.sudo().env, scope, token) or (0, 0)
        except (ValueError, TypeError, IndexError, UnicodeError):
            return self.browse()
        callback = self.sudo().browse(ident).exists()  # sudo: the link is the permission
        return callback if callback and callback.cycle == cycle else self.browse()

    def _lang_of_customer(self):
        """The language to ask the customer in."""
        case = self.sudo().ticket_id  # sudo: only their language
        if case:
            return case._customer_lang()
        active = dict(self.env["res.lang"].get_installed())
        theirs = self.sudo().partner_id.lang  # sudo: as above
        return theirs if theirs in active else self.company_id.partner_id.lang or self.env.lang or "en_US"

    def _zone_of_customer(self):
        case = self.sudo().ticket_id  # sudo: only their zone
        own = self.sudo().partner_id.tz  # sudo: as above
        return own or (case and case._customer_tz()) or self.company_id.partner_id.tz or "UTC"

    def _link_lasts(self, since):
        """Until when a link that is sent now works (naive UTC); None as long as the callback is open."""
        written = self._asked().get("answer_within")
        if not written:
            return None
        calendar = self.release_id._policy().calendar or Calendar.always_open()
        until, _provisional = calendar.due(aware(since), Duration.parse(written))
        return naive(until)

    def _survey_state(self):
        """What the page behind the link has to say: open, answered, stopped, over or void."""
        self.ensure_one()
        if self.user_input_id:
            return "answered"
        if self.state == "refused":
            return "stopped"
        if self.state in ("cancelled", "left_out") or not self._asked():
            return "void"
        if self.state not in DUE or (self.link_until and self.link_until < fields.Datetime.now()):
            return "over"
        return "open"

    def _customer_stops(self):
        """The customer does not want to be asked again: kept in the file, and this callback is over."""
        self.ensure_one()
        callback = self.sudo()  # sudo: the link is the permission
        firm, company = callback.partner_id.commercial_partner_id, callback.company_id
        if firm:
            files = callback.env["complaint.customer"].with_company(company)
            file = files._of(firm, company).get(firm.id) or files.create(
                {"partner_id": firm.id, "company_id": company.id}
            )
            if file.consent != "refused":
                file.write({"consent": "refused"})
        if callback.state in DUE and not callback.user_input_id:
            callback._finish(state="refused")
