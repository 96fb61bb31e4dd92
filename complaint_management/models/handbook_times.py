"""Chapters of the handbook: by when, who hears of it when not, who decides, and when there is more time."""

from ..engine.policy import STAGES, as_list
from ..engine.rules import ClockTrigger, EventTrigger, LevelTrigger
from .handbook_words import Words


class TimeChapters(Words):
    """Time limits, the ladder, approvals and extensions."""

    # ------------------------------------------------------------------ time limits

    def limits(self):
        blocks = []
        for sla in self.policy.sla:
            blocks += [
                self.heading(self.title(sla.written), self.place("sla", sla.name)),
                self.text(self._("For: %(cases)s", cases=self.for_cases(sla.written))),
                self.table(
                    [
                        self._("Clock"),
                        self._("Starts with"),
                        self._("Ends with"),
                        self._("Time allowed"),
                        self._("Stands still for"),
                        self._("Who hears of it"),
                    ],
                    [(self._limit(spec), self.place("sla", sla.name, spec.name)) for spec in sla.clocks],
                ),
            ]
        if any(spec.sla == STAGES for spec in self.policy.clocks()):
            blocks.append(
                self.note(self._("Besides, each step has a time of its own: see the steps of a case."))
            )
        return self.chapter(
            "limits",
            self._("By when: the time limits"),
            self.text(self._("The first group that fits a case holds, from top to bottom.")),
            *blocks,
            kinds="sla",
        )

    def _limit(self, spec):
        kind = self._("Legal") if spec.statutory else self._("Our own")
        if spec.measure_only:
            kind = self._("Only measured")
        notes = [self.title(spec.written, spec.name), kind]
        if spec.condition.match or spec.condition.unless:
            notes.append(self._("Only: %(cases)s", cases=self.cases(spec.written)))
        within = [self.within(spec.written["within"])]
        if spec.written.get("calendar"):
            within.append(self._("calendar: %(name)s", name=spec.written["calendar"]))
        if spec.again:
            within.append(self._("anew each time"))
        return [
            notes,
            self.any_event(spec.starts),
            self.any_event(spec.ends),
            within,
            self.joined(self._pause_words(spec)),
            self._warned(spec),
        ]

    def _pause_words(self, spec):
        for lawful in spec.written.get("lawful_pause") or () if spec.statutory else ():
            reason = self.named("severity", lawful["reason"], "pauses")
            yield self._("%(reason)s (%(rule)s)", reason=reason, rule=lawful.get("rule") or self._("by law"))
        if not spec.statutory:
            for reason in as_list(spec.written.get("pause")):
                yield self.named("severity", reason, "pauses")

    def _warned(self, spec):
        """Whom a clock warns and when, a line each, earliest first."""
        if spec.measure_only:
            return [self._("Nobody: it is measured and reported")]
        lines = []
        for rule in self.policy.rules:
            if isinstance(rule.trigger, ClockTrigger) and rule.trigger.wants(spec.name):
                line = self._(
                    "%(when)s: %(what)s",
                    when=self._moment(rule.trigger),
                    what=self.joined(self._deeds(rule.do)),
                )
                entry = self._rule_entry(rule.name)
                if self.cases(entry):
                    line += f" ({self._('only: %(cases)s', cases=self.cases(entry))})"
                lines.append(line)
        for message in self._messages_before(spec.name):
            lines.append(
                self._(
                    "%(time)s before: the customer gets “%(message)s”",
                    time=self.span(message["before_due"]),
                    message=self.title(message),
                )
            )
        return lines or [self._("Nobody")]

    def _messages_before(self, clock):
        for message in self.entries("messages"):
            names = as_list(message.get("clocks")) or ["any"]
            if "before_due" in message and ("any" in names or clock in names):
                yield message

    def _rule_entry(self, name):
        return next((one for one in self.entries("escalation", "rules") if one["name"] == name), {})

    # ------------------------------------------------------------------ the ladder

    def ladder(self):
        levels = [
            ([self.level(one["name"]), self.roles(one.get("notify"))], self.place("escalation", one["name"]))
            for one in self.entries("escalation", "levels")
        ]
        rules = [
            (
                [
                    self.title(entry),
                    self._occasion(entry),
                    self.for_cases(entry),
                    list(self._deeds(entry.get("do") or ())),
                ],
                self.place("escalation", "rules", entry["name"]),
            )
            for entry in self.entries("escalation", "rules")
        ]
        return self.chapter(
            "ladder",
            self._("When something goes wrong"),
            self.heading(self._("The ladder, lowest first")) if levels else None,
            self.table([self._("Level"), self._("Who hears of it")], levels),
            self.heading(self._("What leads there")) if rules else None,
            self.table(
                [self._("Rule"), self._("When"), self._("For which cases"), self._("What is done")], rules
            ),
            self.items(self._ladder_notes()),
            *self._surge_blocks(),
            kinds=("escalation", "surges"),
        )

    def _ladder_notes(self):
        rules = self.body("escalation")
        if rules.get("customer_may_escalate"):
            yield self._(
                "The customer may ask for: %(level)s", level=self.level(rules["customer_may_escalate"])
            )
        if rules.get("digest"):
            yield self._(
                "At %(time)s those who lead get a mail with what waits for them.", time=rules["digest"]
            )
        answer = (rules.get("suggestions") or {}).get("answer_within")
        if answer:
            yield self._(
                "Ideas and problems written to management are answered %(within)s.",
                within=self.within(answer),
            )

    def _occasion(self, entry):
        """When a rule acts, from the prepared trigger; `when` as written only for what that leaves out."""
        rule = self.policy.rule_named(entry["name"])
        return self._moment(rule.trigger, entry.get("when") or {}) if rule else ""

    def _moment(self, trigger, when=None):
        """When a rule acts. when: the occasion as written, where its clocks are to be named."""
        if isinstance(trigger, ClockTrigger):
            moment = self._clock_moment(trigger)
            if when is None:
                return moment
            return self._("%(clocks)s: %(moment)s", clocks=self.clocks(when.get("clock")), moment=moment)
        if isinstance(trigger, LevelTrigger):
            return self._(
                "%(level)s has not answered for %(time)s",
                level=self.level(trigger.level),
                time=self.span(trigger.unanswered.text),
            )
        return self._event_moment(trigger, when or {})

    def _clock_moment(self, trigger):
        if trigger.share is not None:
            if trigger.share == 1:
                return self._("the time is up")
            return self._("%(share)s of the time is used", share=f"{trigger.share * 100:g} %")
        if trigger.after_due is not None:
            return self._("%(time)s after the deadline", time=self.span(trigger.after_due.text))
        return self._("%(time)s before the deadline", time=self.span(trigger.before_due.text))

    def _event_moment(self, trigger: EventTrigger, when):
        if "surge" in when:
            return self._("The case becomes part of a surge")
        text = self.any_event(when.get("event") or sorted(trigger.events))
        parts = []
        if trigger.count > 1:
            parts.append(self._("%(n)d times or more", n=trigger.count))
        if "score" in when:
            parts.append(self._("score %(range)s", range=self.span_of(when["score"])))
        if "amount" in when:
            parts.append(self._("amount %(range)s", range=self.amounts(when["amount"])))
        if "back" in when:
            parts.append(self._("to a team that had it before"))
        if when.get("keyword"):
            words = self.joined(as_list(when["keyword"]))
            parts.append(self._("with one of the words: %(words)s", words=words))
        return self._("%(what)s: %(which)s", what=text, which="; ".join(parts)) if parts else text

    def _deeds(self, deeds):
        """What a rule does, a text each."""
        for deed in deeds:
            for key, value in deed.items():
                text = self._deed(key, value)
                if text:
                    yield text

    def _deed(self, key, value):
        if key == "notify":
            return self._("tells %(roles)s", roles=self.roles(value))
        if key == "escalate":
            return self._("goes to %(level)s", level=self.level(value))
        if key == "reassign":
            return self._("%(role)s takes over", role=self.role(value))
        if key == "follow":
            return self._("%(roles)s follow the case", roles=self.roles(value))
        if key == "ask_approval":
            return self._("asks for: %(approval)s", approval=self.named("approvals", value))
        if key == "raise_severity":
            return self._("severity raised by %(n)d", n=value)
        if key == "task_force":
            return self._(
                "a task force led by %(lead)s, with %(members)s",
                lead=self.role(value.get("lead")),
                members=self.roles(value.get("members")),
            )
        return ""

    def _surge_blocks(self):
        for surge in self.entries("surges"):
            yield self.heading(self.title(surge), self.place("surges", surge["name"]))
            if surge.get("count"):
                when = self._(
                    "%(n)d or more within %(time)s", n=surge["count"], time=self.span(surge["within"])
                )
            else:
                when = self._(
                    "%(n)g times what is usual at this hour, within %(time)s",
                    n=surge.get("times") or 0,
                    time=self.span(surge["within"]),
                )
            alike = self.joined(self._attribute(key) for key in as_list(surge.get("group_by")))
            yield self.facts(
                [
                    (self._("For which cases"), self.for_cases(surge)),
                    (self._("When"), when),
                    (self._("Alike in"), alike),
                    (self._("What is done"), self.joined(self._deeds(surge.get("do") or ()))),
                ]
            )
            yield self.spoken(self.say(surge.get("emergency_plan")), self._("Emergency plan"))

    # ------------------------------------------------------------------ approvals, more time

    def approvals(self):
        rows = []
        for approval in self.entries("approvals"):
            for place, step in enumerate(approval.get("steps") or ()):
                amount = (step.get("when") or {}).get("amount")
                rows.append(
                    (
                        [
                            "" if place else self.title(approval),
                            self.roles(step.get("by")),
                            self.for_cases(step),
                            self.amounts(amount) if amount else self._("any amount"),
                            self.within(step.get("within")),
                        ],
                        "" if place else self.place("approvals", approval["name"]),
                    )
                )
        return self.chapter(
            "approvals",
            self._("Who decides what"),
            self.text(self._("Every step that fits a case must agree, one after the other."))
            if rows
            else None,
            self.table(
                [
                    self._("What is decided"),
                    self._("Who has to agree"),
                    self._("For which cases"),
                    self._("Amount"),
                    self._("Time for it"),
                ],
                rows,
            ),
            kinds="approvals",
        )

    def extensions(self):
        rows = []
        for entry in self.entries("extensions"):
            approval = entry.get("approval")
            needed = [self._("a reason")] if "reason" in as_list(entry.get("require")) else []
            rows.append(
                (
                    [
                        list(filter(None, [self.title(entry), entry.get("rule")])),
                        [self.clocks(entry.get("clocks")), self.for_cases(entry)],
                        self._(
                            "%(by)s each time, %(most)s together at most",
                            by=self.span(entry.get("by")),
                            most=self.span(entry.get("at_most")),
                        )
                        if entry.get("at_most")
                        else self.span(entry.get("by")),
                        self._approved_by(approval),
                        [self.roles(entry.get("tell")), *needed],
                    ],
                    self.place("extensions", entry["name"]),
                )
            )
        return self.chapter(
            "extensions",
            self._("When there is more time"),
            self.table(
                [
                    self._("Extension"),
                    self._("Of what"),
                    self._("How much"),
                    self._("Approved by"),
                    self._("Who is told, what is needed"),
                ],
                rows,
            ),
            kinds="extensions",
        )

    def _approved_by(self, name):
        """Who agrees to more time: the approval, and its roles."""
        approval = next((one for one in self.entries("approvals") if one["name"] == name), None)
        if not approval:
            return self._("nobody needs to agree")
        roles = [role for step in approval.get("steps") or () for role in as_list(step.get("by"))]
        return [self.title(approval), self.roles(list(dict.fromkeys(roles)))]
