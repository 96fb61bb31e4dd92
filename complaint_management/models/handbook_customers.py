"""Chapters of the handbook: in which words we speak to customers, and when they are called back."""

import re

from lxml import etree, html
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..engine.messages import message_named
from ..engine.policy import as_list
from .handbook_words import Words
from .invitation_text import TEMPLATES

# {{ object.number }} of a subject or a text message
_FILLED = re.compile(r"\{\{\s*object\.([\w.]+)[^}]*\}\}")
# {number} of a wording of the policy
_BRACED = re.compile(r"\{(\w+)\}")
_SPACE_BEFORE = re.compile(r"\s+([,.;:!?)，。；：！？])")
_OBJECT = re.compile(r"object\.([\w.]+)")


def _one_line(text):
    """A text without the breaks and margins of its source."""
    return re.sub(r"\s+", " ", text) if text else text


class CustomerChapters(Words):
    """Messages, questions at the desk, callbacks and surveys."""

    # ------------------------------------------------------------------ messages

    def talk(self):
        blocks = []
        for message in self.entries("messages", "messages"):
            blocks += self._message(message)
        scripts = [
            self.spoken(self.say(category.written.get("script")), self.title(category.written))
            for category in self.policy.categories.values()
        ]
        answers = [self.spoken(one["answer"], one["question"]) for one in self.release._web_answers()]
        return self.chapter(
            "talk",
            self._("What we say and write to customers"),
            self.heading(self._("Messages to customers")) if blocks else None,
            *blocks,
            self._bodies(),
            self.heading(self._("What to say and ask, by category")) if any(scripts) else None,
            *scripts,
            self.heading(self._("Answers to frequent questions")) if answers else None,
            *answers,
            kinds=("messages", "categories", "channels"),
        )

    def _message(self, message):
        entry = message_named(self.policy, message["name"])
        if message.get("before_due"):
            when = self._(
                "%(time)s before the deadline, if it will be missed: %(clocks)s",
                time=self.span(message["before_due"]),
                clocks=self.clocks(message.get("clocks") or "any"),
            )
        else:
            when = self.any_event(message.get("on"))
        new_date = message.get("new_date")
        yield {
            "kind": "subheading",
            "text": self.title(message),
            "place": self.place("messages", message["name"]),
        }
        yield self.facts(
            [
                (self._("When"), when),
                (self._("For which cases"), self.for_cases(message)),
                (self._("Who gets it"), self.roles(message.get("to")) or self._("the customer")),
                (self._("Sent by"), self.joined(self._way(way) for way in as_list(message.get("by")))),
                (self._("It states"), self.joined(map(self._stated, as_list(message.get("state"))))),
                (
                    self._("New date"),
                    new_date and self._("%(time)s after the deadline", time=self.span(new_date)),
                ),
            ]
        )
        wording = self.say(message.get("wording"))
        if wording:
            yield self.spoken(_BRACED.sub(lambda found: f"[{self._stated(found[1])}]", wording))
        else:
            yield from self._templates(entry)

    def _templates(self, entry):
        """The texts of the templates that a message uses, e-mail and text message."""
        messages = self.env["complaint.message"]
        for model, kind, about in (
            ("mail.template", "message", self._("E-mail")),
            ("sms.template", "sms", self._("Text message")),
        ):
            if kind == "sms" and "sms" not in as_list(entry.written.get("by")):
                continue
            try:
                # sudo: the texts that customers get are told to everybody who works here
                template = messages._template(entry, model, kind).sudo()
            except UserError as error:
                yield self.note(str(error), warn=True)
                continue
            yield self.spoken(self._template_words(template, "complaint.message"), about)

    def _template_words(self, template, model):
        """The text of a template, what is filled in between brackets."""
        if template._name == "sms.template":
            return self._filled(template.body or "", model)
        words = self._filled(template.subject or "", model)
        body = self._readable(template.body_html, model)
        return f"{words}\n\n{body}" if body else words

    def _filled(self, text, model):
        return _FILLED.sub(lambda found: self._label(found[1], model), text)

    def _readable(self, body, model):
        """The body of a template as plain text."""
        if not body:
            return ""
        tree = html.fromstring(f"<div>{body}</div>")
        for part in tree.iter():
            part.text, part.tail = _one_line(part.text), _one_line(part.tail)
        for part in tree.xpath("//*[@t-out or @t-esc]"):
            name = _OBJECT.search(part.get("t-out") or part.get("t-esc") or "")
            for child in list(part):
                part.remove(child)
            part.text = self._label(name[1], model) if name else "[…]"
        for part in tree.xpath("//*[@t-else or @t-elif]"):
            part.text = f"{self._('Or:')} {part.text or ''}"
        etree.strip_tags(tree, "t", "strong", "b", "em", "i")
        text = html2plaintext(html.tostring(tree, encoding="unicode"), include_references=False)
        lines = (_SPACE_BEFORE.sub(r"\1", line.strip()) for line in text.splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _label(self, path, model):
        """What stands in the place of a field of a template."""
        name = path.split(".")[-1]
        own = {
            "facts": self._("what it states"),
            "said": self._("what it states"),
            "asked": self._("the first question, or a button that leads to the questions"),
            "customer_name": self._("name of the customer"),
            "company_name": self._("our name"),
            "matter": self._("complaint, inquiry, …"),
            "number": self._("number of the case"),
            "about": self._("title of the case"),
            "link": self._("link"),
        }.get(name)
        field = self.env[model]._fields.get(name)
        title = own or (field._description_string(self.env) if field else name.replace("_", " "))
        return f"[{title}]"

    def _way(self, way):
        ways = dict(self.env["complaint.message"]._fields["way"]._description_selection(self.env))
        return ways.get(way, way)

    def _stated(self, name):
        return {
            "number": self._("number of the case"),
            "received_at": self._("when it was received"),
            "next_promise": self._("when the customer hears from us"),
            "new_date": self._("the new date"),
            "link": self._("link to the case"),
            "hotline": self._("how to reach us"),
            "result": self._("the result"),
            "reasons": self._("the reasons"),
            "remedy": self._("what we do"),
            "outside_bodies": self._("who else the customer can turn to"),
            "survey": self._("link to the questions"),
        }.get(name, name)

    def _bodies(self):
        bodies = [
            " · ".join(filter(None, (one["title"], one["description"], one["link"])))
            for one in self.release._bodies_words()
        ]
        if not bodies:
            return None
        return {"kind": "titled", "text": self._("Who else the customer can turn to"), "lines": bodies}

    # ------------------------------------------------------------------ callbacks

    def callbacks(self):
        blocks = []
        for plan in self.entries("callbacks", "plans"):
            blocks += self._plan(plan)
        cap = self.body("callbacks").get("contact_cap")
        surveys = [block for survey in self.entries("surveys") for block in self._survey(survey)]
        return self.chapter(
            "callbacks",
            self._("Callbacks, samples and questions"),
            cap
            and self.note(
                self._(
                    "One customer is contacted %(n)d times in %(time)s at most, over everything together.",
                    n=cap["contacts"],
                    time=self.span(cap["per"]),
                )
            ),
            *blocks,
            *self._classes(),
            *surveys,
            kinds=("callbacks", "surveys"),
        )

    def _plan(self, plan):
        ways = dict(self.env["complaint.callback"]._fields["method"]._description_selection(self.env))
        ways["portal"] = self._("page of the case")
        attempts, survey = plan.get("attempts") or {}, plan.get("survey")
        who = self.role(plan["by"]) if plan.get("by") else ""
        if who and plan.get("not_by") == "holder":
            who = self._("%(role)s, but not whoever had the case", role=who)
        tries = attempts.get("max") and (
            self._("%(n)d at most", n=attempts["max"])
            if not attempts.get("every")
            else self._(
                "%(n)d at most, one each %(time)s", n=attempts["max"], time=self.span(attempts["every"])
            )
        )
        yield self.heading(self.title(plan), self.place("callbacks", "plans", plan["name"]))
        yield self.facts(
            [
                (self._("For"), self._meant(plan)),
                (self._("When"), self._plan_when(plan)),
                (self._("Who calls"), who),
                (self._("How"), ways.get(plan.get("method"), plan.get("method"))),
                (self._("Attempts"), tries),
                (self._("Reminder"), plan.get("remind_after") and self.span(plan["remind_after"])),
                (self._("Questions"), survey and self.named("surveys", survey)),
                (
                    self._("Passed with"),
                    plan.get("pass") and self._("%(share)s satisfied", share=plan["pass"]),
                ),
                (self._("The case waits with"), self._keeps(plan)),
                (self._("If the customer is dissatisfied"), self._after(plan, "dissatisfied")),
                (self._("If nobody is reached"), self._unreached(plan)),
                (self._("If it is not made in time"), self._after(plan, "overdue")),
            ]
        )
        yield self.spoken(self.say(plan.get("script")), self._("What to say"))
        if plan.get("template"):
            yield from self._sent(plan["template"])
        elif plan.get("method") in ("mail", "sms") and survey:
            yield from self._sent(TEMPLATES["invitation"])

    def _classes(self):
        """What callers sort into what they hear."""
        groups = {}
        for one in self.entries("callbacks", "classes"):
            groups.setdefault(one.get("means"), []).append(self.title(one))
        if not groups:
            return []
        names = {
            "problem": self._("Problems"),
            "suggestion": self._("Suggestions"),
            "need": self._("New needs"),
        }
        pairs = [(names.get(means, means), self.joined(titles)) for means, titles in groups.items()]
        return [self.heading(self._("What we hear is sorted into")), self.facts(pairs)]

    def _meant(self, plan):
        """Which cases, or which customers, a plan is for."""
        everybody = self._("All customers") if plan.get("for") == "customer" else self._("All cases")
        return self.cases(plan) or everybody

    def _plan_when(self, plan):
        parts = []
        if plan.get("sample"):
            parts.append(
                self._(
                    "%(share)s of the cases, drawn by chance: %(event)s",
                    share=plan["sample"],
                    event=self.event(plan["of"]),
                )
                if plan.get("of")
                else self._("%(share)s, drawn by chance", share=plan["sample"])
            )
        if plan.get("after"):
            parts.append(self._("after: %(event)s", event=self.event(plan["after"])))
        told_by = (plan.get("when") or {}).get("told_by")
        if told_by:
            ways = dict(self.env["complaint.callback"]._fields["method"]._description_selection(self.env))
            names = self.joined(ways.get(way) or self._way(way) for way in told_by)
            parts.append(self._("told by: %(ways)s", ways=names))
        parts.append(self.rhythm(plan.get("every")))
        parts.append(self.within(plan.get("within")))
        return self.joined(parts)

    def _keeps(self, plan):
        names = {"closing": self._("closing"), "archiving": self._("the archive")}
        return self.joined(names.get(one, one) for one in as_list(plan.get("keeps")))

    def _after(self, plan, what):
        then, parts = (plan.get("then") or {}).get(what) or {}, []
        stage = self.policy.stages.get(then.get("reopen"))
        if stage:
            parts.append(self._("opened again at: %(stage)s", stage=self.title(stage.written)))
        if then.get("at_most"):
            parts.append(self._("%(n)d times at most", n=then["at_most"]))
        parts += self._deeds([{key: then[key] for key in ("escalate", "notify") if key in then}])
        last = list(self._deeds([then.get("then") or {}]))
        if last:
            parts.append(self._("after that: %(what)s", what=self.joined(last)))
        return self.joined(parts)

    def _unreached(self, plan):
        return {
            "record": self._("it is noted, nothing else"),
            "mail": self._("the questions are sent by e-mail"),
        }.get((plan.get("then") or {}).get("unreachable"), "")

    def _sent(self, name):
        """The text of a template for callbacks: ours by its name, else the company's own by its title."""
        template = self.env.ref(f"complaint_management.mail_{name}", raise_if_not_found=False)
        # sudo: the texts that customers get are told to everybody who works here
        templates = self.env["mail.template"].sudo()
        if not template:
            domain = [("name", "=", name), ("model_id.model", "=", "complaint.invitation")]
            template = templates.search(domain, limit=1)
        if template:
            template = templates.browse(template.id)
            yield self.spoken(self._template_words(template, "complaint.invitation"), self._("E-mail"))

    def _survey(self, survey):
        yield self.heading(self.title(survey), self.place("surveys", survey["name"]))
        rows = []
        for question in survey.get("questions") or ():
            if question.get("nps"):
                how = self._("0 to 10")
            elif question.get("scale"):
                how = self._("1 to %(n)d", n=question["scale"])
            else:
                how = self._("in words")
            if question.get("optional"):
                how = self._("%(how)s, may be left out", how=how)
            rows.append(
                ([self.title(question), how], self.place("surveys", survey["name"], question["name"]))
            )
        yield self.table([self._("Question"), self._("How it is answered")], rows)
        yield self.facts(
            [
                (self._("Satisfied"), survey.get("satisfied") and self.span_of(survey["satisfied"])),
                (self._("Dissatisfied"), survey.get("dissatisfied") and self.span_of(survey["dissatisfied"])),
                (self._("Time to answer"), self.within(survey.get("answer_within"))),
            ]
        )
