"""Chapters of the handbook: whose rules these are, who is in which role, what comes in, and its way."""

from odoo import fields

from ..engine.policy import as_list
from .handbook_words import Words
from .roles import GROUP_PREFIX


class CaseChapters(Words):
    """Whose rules, who, what, and which steps."""

    # ------------------------------------------------------------------ what this is

    def about(self):
        release, pack = self.release, self.policy.pack
        applied = fields.Datetime.context_timestamp(release, release.applied_at)
        calendar = (self.raw.get("calendars") or {}).get(pack.get("calendar")) or {}
        return self.chapter(
            "about",
            self._("What this is"),
            self.text(
                self._(
                    "Who does what, by when and in which words, when somebody complains to %(company)s. "
                    "It is made from the rules in force each time it is opened, so it is never older "
                    "than they are.",
                    company=release.company_id.name,
                )
            ),
            self.facts(
                [
                    (self._("Rules"), f"{self.title(pack)} ({release.name})"),
                    (self._("What they are for"), self.say(pack.get("description"))),
                    (
                        self._("In force since"),
                        self._(
                            "%(when)s, applied by %(who)s",
                            when=f"{applied:%Y-%m-%d %H:%M}",
                            # sudo: who answers for the rules is told to everybody who works by them
                            who=release.sudo().user_id.name,
                        ),
                    ),
                    (self._("Reason"), release.message),
                    (self._("Builds on"), self.joined(as_list(pack.get("extends")))),
                    (self._("Business hours"), self._calendar_words(calendar)),
                    (self._("Currency"), pack.get("currency")),
                ]
            ),
            self.note(self.say(pack.get("disclaimer")), warn=True),
            self._changed(),
            kinds="pack",
        )

    def _calendar_words(self, calendar):
        if not calendar:
            return ""
        hours = self.week(calendar.get("week")) or self._("round the clock")
        return self._("%(hours)s, time of %(zone)s", hours=hours, zone=calendar["timezone"])

    def _changed(self):
        """What this release changed, in the words of its plan; nothing for the first one of a company."""
        if self.release.version <= 1 or not self.release.plan:
            return None
        return {
            "kind": "changes",
            "text": self._("What changed with this release"),
            "lines": self.release.plan.splitlines(),
        }

    # ------------------------------------------------------------------ roles

    def people(self):
        duties, rows, empty = self._duties(), [], []
        for role in self.entries("roles"):
            names, title = self._members(role), self.role(role["name"])
            if names is None:
                people = self._found_words(role)
            elif names:
                people = self.joined(names)
            else:
                people = self._("Nobody! What this role has to do falls through.")
                empty.append(title)
            cells = [title, self._who(role), people, duties.get(role["name"]) or ""]
            rows.append((cells, self.place("roles", role["name"])))
        warning = empty and self._("Nobody is in these roles now: %(roles)s", roles=self.joined(empty))
        return self.chapter(
            "people",
            self._("Who does what"),
            self.note(warning, warn=True),
            self.table(
                [self._("Role"), self._("Who that is"), self._("People now"), self._("What they do")], rows
            ),
            kinds="roles",
        )

    def _members(self, role):
        """Names of the people of a role; None where they are found for each case."""
        if "of" in role:
            return None
        company = self.release.company_id
        # sudo: whom the policy means is told to everybody who works by it
        users = self.release._role_people(role).sudo()
        there = users.filtered(lambda user: user.active and not user.share and company in user.company_ids)
        away = there._absent_ids()
        return [
            self._("%(name)s (away)", name=user.name) if user.id in away else user.name
            for user in there.sorted("name")
        ]

    def _who(self, role):
        """How the people of a role are found."""
        if "team" in role:
            return self._("The team “%(team)s”", team=role["team"])
        if "departments" in role:
            return self._("The departments: %(names)s", names=self.joined(role["departments"]))
        if "group" in role:
            name = role["group"] if "." in role["group"] else GROUP_PREFIX + role["group"]
            # sudo: what a group is called is no secret
            group = self.env.ref(name, raise_if_not_found=False)
            title = group.sudo().name if group else role["group"]  # sudo: as above
            return self._("Everybody with the right “%(group)s”", group=title)
        if "users" in role:
            return self._("People named in the rules")
        return ""

    def _found_words(self, role):
        if role["name"] == "complainant":
            return self._("Found for each case: who complains")
        return {
            "case": self._("Found for each case: who has it"),
            "customer": self._("Found for each customer"),
            "team": self._("Found for each case: who leads its team"),
            "responsible_department": self._("Found for each case: who heads the responsible department"),
        }.get(role.get("of"), "")

    def _duties(self):
        """{role: sentences}: everything that the rules ask of it."""
        found = {}
        for role, sentence in self._all_duties():
            lines = found.setdefault(role, [])
            if sentence not in lines:
                lines.append(sentence)
        return found

    def _all_duties(self):
        yield from self._grouped(self.entries("stages"), "owner", self._("Accountable at: %(what)s"))
        levels = self.entries("escalation", "levels")
        yield from self._grouped(levels, "notify", self._("Hears of escalations to: %(what)s"))
        for approval in self.entries("approvals"):
            for step in approval.get("steps") or ():
                for role in as_list(step.get("by")):
                    yield role, self._("Decides: %(what)s", what=self.title(approval))
        yield from self._grouped(
            self.entries("callbacks", "plans"), "by", self._("Calls customers: %(what)s")
        )
        samples = self.entries("quality", "samples")
        yield from self._grouped(samples, "by", self._("Reviews: %(what)s"))
        yield from self._grouped(
            samples, "objections_by", self._("Decides about objections to reviews: %(what)s")
        )
        signed = self.body("supervision").get("check_list") or {}
        for role in as_list(signed.get("by")):
            yield role, self._("Goes through the check list and signs it")
        yield from self._grouped(
            self.entries("reports"), "review_by", self._("Reads and comments first: %(what)s")
        )
        yield from self._grouped(self.entries("reports"), "to", self._("Gets the reports: %(what)s"))
        yield from self._grouped(
            self.entries("returns"), "to", self._("Releases for the regulator: %(what)s")
        )
        yield from self._grouped(self.entries("meetings"), "invite", self._("Takes part in: %(what)s"))
        yield from self._grouped(self.entries("training", "courses"), "for", self._("Learns: %(what)s"))
        schemes = self.entries("incentives", "schemes")
        yield from self._grouped(schemes, "review_by", self._("Reviews points: %(what)s"))
        yield from self._grouped(
            schemes, "objections_by", self._("Decides about objections to points: %(what)s")
        )

    def _grouped(self, entries, key, sentence):
        """(role, sentence with the titles of all entries that name it)."""
        titles = {}
        for entry in entries:
            for role in as_list(entry.get(key)):
                titles.setdefault(role, []).append(self.title(entry))
        for role, names in titles.items():
            yield role, sentence % {"what": self.joined(names)}

    # ------------------------------------------------------------------ what comes in

    def cases_in(self):
        return self.chapter(
            "cases",
            self._("What comes in, and who gets it"),
            self.heading(self._("Kinds of case")),
            self.items(
                self._with_text(self.title(one), self.say(one.get("description")))
                for one in self.entries("case_types")
            ),
            self.heading(self._("Channels")),
            self.items(self._channel_words(channel) for channel in self.entries("channels")),
            self.heading(self._("Categories")),
            self.table(
                [self._("Category"), self._("Team"), self._("Responsible department")],
                list(self._category_rows()),
            ),
            self._severity_block(),
            self._severity_table(),
            self._tier_block(),
            self._tier_table(),
            *self._assignment(),
            kinds=("case_types", "channels", "categories", "severity", "tiers", "assignment"),
        )

    def _with_text(self, name, text):
        return self._("%(what)s: %(which)s", what=name, which=text) if text else name

    def _channel_words(self, channel):
        """A channel, and when it is open."""
        contact = channel.get("contact") or {}
        reach = " · ".join(
            filter(
                None,
                (contact.get("phone"), contact.get("url"), self.say(contact.get("address"))),
            )
        )
        hours = self.say(contact.get("hours"))
        return self._with_text(self.title(channel), " · ".join(filter(None, (reach, hours))))

    def _category_rows(self):
        depth = {}
        for category in self.policy.categories.values():  # parents stand before their children
            depth[category.name] = depth.get(category.parent, -1) + 1
            margin = "\u2003" * depth[category.name]
            yield (
                [margin + self.title(category.written), category.team or "", category.department or ""],
                self.place("categories", category.name),
            )

    def _severity_block(self):
        return self.heading(self._("How severe a case is")) if self.body("severity").get("matrix") else None

    def _severity_table(self):
        severity = self.body("severity")
        rows = []
        for line in severity.get("matrix") or ():
            conditions = {key: line[key] for key in ("urgency", "scope") if line.get(key)}
            level = self.named("severity", line["severity"], "levels")
            rows.append(([self.for_cases({"match": conditions}), level], ""))
        if rows and severity.get("default"):
            rows.append(
                ([self._("Everything else"), self.named("severity", severity["default"], "levels")], "")
            )
        return self.table([self._("The first line that fits"), self._("Severity")], rows)

    def _tier_block(self):
        return self.heading(self._("Groups of customers")) if self.entries("tiers") else None

    def _tier_table(self):
        rows = []
        for tier in self.entries("tiers"):
            when, follows = tier.get("when") or {}, []
            who = []
            if "spend_12_months" in when:
                spent = self.amounts(when["spend_12_months"])
                who.append(self._("bought in the last 12 months: %(amount)s", amount=spent))
            if "complaints_90_days" in when:
                number = self.span_of(when["complaints_90_days"])
                who.append(self._("complaints in the last 90 days: %(number)s", number=number))
            if tier.get("named_agent"):
                follows.append(self._("has an agent of their own"))
            if tier.get("priority_up"):
                follows.append(self._("priority raised by %(n)d", n=tier["priority_up"]))
            rows.append(
                (
                    [self.title(tier), "; ".join(who) or self._("everybody else"), "; ".join(follows)],
                    self.place("tiers", tier["name"]),
                )
            )
        return self.table([self._("Group"), self._("Who belongs to it"), self._("What follows")], rows)

    def _assignment(self):
        rules = self.body("assignment")
        if not rules:
            return []
        ways = {
            "least_loaded": self._("A new case goes to whoever of the team has least to do and is there."),
            "round_robin": self._("A new case goes to whoever of the team has waited longest for one."),
            "team_leader": self._("A new case goes to the leader of the team, who gives it to somebody."),
        }
        lines = [ways.get(rules.get("by"), "")]
        if rules.get("named_agent_first"):
            lines.append(self._("Before that, to the customer's own agent, when that person is there."))
        handovers = rules.get("handovers") or {}
        if handovers.get("at_most"):
            line = self._(
                "A case may go from one team to another %(n)d times at most.", n=handovers["at_most"]
            )
            level = (handovers.get("then") or {}).get("escalate")
            if level:
                line += " " + self._("One more is not made: it goes to %(level)s.", level=self.level(level))
            lines.append(line)
        return [self.heading(self._("Who of the team gets it")), self.items(lines)]

    # ------------------------------------------------------------------ the way of a case

    def steps(self):
        rows = [
            (self._step(stage), self.place("stages", stage.name)) for stage in self.policy.stages.values()
        ]
        return self.chapter(
            "steps",
            self._("The steps of a case"),
            self.table(
                [
                    self._("Step"),
                    self._("Accountable"),
                    self._("Time for it"),
                    self._("Needed before"),
                    self._("What may follow"),
                ],
                rows,
            ),
            kinds="stages",
        )

    def _step(self, stage):
        written, tickets = stage.written, self.env["helpdesk.ticket"]
        notes = [self.title(written), self.say(written.get("description"))]
        if written.get("match"):
            notes.append(self._("Only: %(cases)s", cases=self.cases({"match": written["match"]})))
        if written.get("approval"):
            approval = self.named("approvals", written["approval"])
            notes.append(self._("Goes on only after: %(approval)s", approval=approval))
        if stage.closes:
            notes += self._closed_notes(written)
        follow = [
            self.title(self.policy.stages[name].written) for name in stage.next if name in self.policy.stages
        ]
        return [
            list(filter(None, notes)),
            self.role(written["owner"]) if written.get("owner") else "",
            self.within(written.get("within")),
            self.joined(tickets._requirement_label(name) for name in as_list(written.get("require"))),
            self.joined(follow) or self._("The end"),
        ]

    def _closed_notes(self, written):
        """What may still happen to a closed case."""
        again = written.get("reopen") or {}
        if again:
            stage = self.policy.stages.get(again.get("to"))
            yield self._(
                "Can be opened again %(within)s, and goes to: %(stage)s",
                within=self.within(again.get("within")),
                stage=self.title(stage.written) if stage else "",
            )
            if again.get("at_most"):
                yield self._("%(n)d times at most, then the answer is final", n=again["at_most"])
        if written.get("archive_after"):
            yield self._("To the archive after %(time)s", time=self.kept(written["archive_after"]))
