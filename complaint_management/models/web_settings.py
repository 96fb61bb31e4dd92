"""What the public pages of a company are, read from the policy in force: form, limits, words and steps."""

from odoo import api, models

from ..engine.duration import Duration
from ..engine.keywords import fits
from ..engine.risk import NOTICED

_TOLD = NOTICED | {"acknowledged"}


class ComplaintRelease(models.Model):
    _inherit = "complaint.release"

    @api.model
    def _public(self, with_form=True):
        """The releases in force that have public pages, of all companies."""
        # sudo: what is shown to everybody is no secret
        active = self.sudo().search([("state", "=", "active")], order="company_id")
        return active.filtered(lambda release: not with_form or release._web_channel())

    def _web_channel(self):
        """The policy's channel with the public form; an empty mapping where there is none."""
        channels = self._policy().raw.get("channels") or () if self else ()
        return next((channel for channel in channels if channel.get("web") is not None), {})

    def _web(self):
        return self._web_channel().get("web") or {}

    def _web_url(self, page):
        """Where a public page of this company is: "new", "how-to" or "track"."""
        path = self._web().get("path")
        return f"/complaints/{path}/{page}" if path else f"/complaints/{page}"

    def _say(self, texts):
        """A text of the policy in the reader's language."""
        if not isinstance(texts, dict):
            return texts or ""
        return texts.get(self._language()) or texts.get("en") or next(iter(texts.values()), "")

    def _web_answers(self, text="", category=None):
        """Answers to frequent questions: dicts with question, answer, the categories and words that they
        belong to, and fits: whether one belongs to what somebody wrote or chose. What fits comes first."""
        answers = [
            {
                "question": self._say(one["question"]),
                "answer": self._say(one["answer"]),
                "categories": " ".join(self._with_below(one.get("category"))),
                "keywords": "|".join(one.get("keywords") or ()),
                "fits": category in self._with_below(one.get("category")) or fits(one, text),
            }
            for one in self._web().get("answers") or ()
        ]
        return sorted(answers, key=lambda one: not one["fits"])

    def _with_below(self, code):
        """A category and those below it, by name; none without one."""
        found = []
        for category in self._policy().categories.values():  # parents stand before their children
            if code and (category.name == code or category.parent in found):
                found.append(category.name)
        return found

    def _hotline(self):
        """Another way to reach the company: the phone of its channels, else its own (A3)."""
        channels = self._policy().raw.get("channels") or ()
        phones = ((channel.get("contact") or {}).get("phone") for channel in channels)
        return next(filter(None, phones), None) or self.company_id.phone or ""

    def _privacy_notice(self):
        return self._say((self._policy().raw.get("privacy") or {}).get("notice"))

    def _category_choices(self):
        """The tree of categories for a select: dicts with group (title or None) and choices (code, title)."""
        found, plain = [], []
        for entry in self._policy().raw.get("categories") or ():
            if entry.get("children"):
                found.append({"group": self._say(entry["title"]), "choices": list(self._leaves(entry))})
            else:
                plain.append((entry["name"], self._say(entry["title"])))
        return [*found, {"group": None, "choices": plain}] if plain else found

    def _leaves(self, entry, above=""):
        """A category with what is below it, in words: children first, then the category in general."""
        for child in entry.get("children") or ():
            title = f"{above}{self._say(child['title'])}"
            if child.get("children"):
                yield from self._leaves(child, f"{title} › ")
            else:
                yield child["name"], title
        yield entry["name"], self.env._("%(category)s: something else", category=self._say(entry["title"]))

    # ------------------------------------------------------------------ the way of a case, in plain words

    def _step_words(self):
        """What facts mean to the customer, by kind of event; other facts are ours alone."""
        return {
            "received": self.env._("Received"),
            "acknowledged": self.env._("Receipt confirmed to you"),
            "handed_over": self.env._("Given to the department in charge"),
            "first_feedback": self.env._("First answer to you"),
            "solution_proposed": self.env._("Solution worked out"),
            "agreed": self.env._("Agreed with you"),
            "refused": self.env._("Solution refused by you"),
            "carried_out": self.env._("Solution carried out"),
            "communicated": self.env._("Result told to you"),
            "closed": self.env._("Closed"),
            "reopened": self.env._("Taken up again"),
            "extended": self.env._("More time needed, new date"),
            "withdrawn": self.env._("Set aside"),
            "referred": self.env._("Referred to somebody else"),
        }

    def _stage_words(self, stage):
        """What a stage of the engine means to the customer."""
        return self._step_words().get(stage.event) or self._say(stage.written.get("title"))

    # ------------------------------------------------------------------ how to complain (A10)

    def _how_to(self):
        """What the page "how to complain" says, in the reader's language."""
        channels = self._policy().raw.get("channels") or ()
        return {
            "channels": [self._channel_words(channel) for channel in channels],
            "steps": [self._stage_words(stage) for stage in self._usual_way()],
            "limits": self._limit_words(),
            "bodies": self._bodies_words(),
        }

    def _bodies_words(self):
        """Who else the customer may turn to: dicts with title, description and link."""
        bodies = (self._policy().raw.get("messages") or {}).get("outside_bodies") or ()
        return [
            {
                "title": self._say(body.get("title")),
                "description": self._say(body.get("description")),
                "link": body.get("link"),
            }
            for body in bodies
        ]

    def _channel_words(self, channel):
        contact = channel.get("contact") or {}
        url, address = contact.get("url") or "", self._say(contact.get("address"))
        ours = not (contact.get("phone") or url or address)  # only hours: those of the company's own line
        mailbox = "mailbox" in channel and not address
        return {
            "name": channel["name"],
            "title": self._say(channel.get("title")),
            "description": self._say(channel.get("description")),
            "phone": contact.get("phone") or (contact and ours and self.company_id.phone) or "",
            "email": (mailbox and self.company_id.email) or "",
            "address": address,
            "url": url if url.startswith(("https://", "http://")) else False,
            "hours": self._say(contact.get("hours")),
            "form": channel.get("web") is not None,
        }

    def _usual_way(self, stage=None):
        """The stages that usually follow from one (else from the first), up to the one that closes."""
        stages, way = self._policy().stages, []
        stage = stage or self._first_stage()
        while stage and stage not in way:
            way.append(stage)
            follow = list(stage.written.get("next") or ()) if not stage.closes else []
            stage = stages.get(follow[0]) if follow else None
        return way

    def _limit_words(self):
        """[(kind of case, [(what, within which time)])] of the limits that a customer can notice."""
        groups = []
        for sla in self._policy().raw.get("sla") or ():
            lines = []
            for clock in sla.get("clocks") or ():
                spec = self._policy().clock_spec(sla["name"], clock["name"])
                if clock.get("measure_only") or _TOLD.isdisjoint(spec.ends):
                    continue
                title = self._clock_title(sla["name"], clock["name"])
                lines.append((title, self._within_words(clock["within"])))
            if lines:
                groups.append((self._say(sla.get("title")) or sla["name"], lines))
        return groups

    def _within_words(self, within):
        """ "5bd" -> "within 5 business days"."""
        limit = Duration.parse(within)
        words = {
            "s": self.env._("within %(n)d seconds", n=limit.amount),
            "m": self.env._("within %(n)d minutes", n=limit.amount),
            "h": self.env._("within %(n)d hours", n=limit.amount),
            "d": self.env._("within %(n)d days", n=limit.amount),
            "cd": self.env._("within %(n)d calendar days", n=limit.amount),
            "bh": self.env._("within %(n)d hours of our working time", n=limit.amount),
            "bd": self.env._("within %(n)d business days", n=limit.amount),
            "y": self.env._("within %(n)d years", n=limit.amount),
        }
        one = {
            "h": self.env._("within one hour"),
            "d": self.env._("within one day"),
            "bd": self.env._("within one business day"),
        }
        return one.get(limit.unit, words[limit.unit]) if limit.amount == 1 else words[limit.unit]
