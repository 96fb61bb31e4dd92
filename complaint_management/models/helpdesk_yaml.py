"""Writes policy files as people write them: an entry a line, titles in brackets, comments where they help."""

import json
import re
import unicodedata

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What needs no quotes in any version of YAML.
_PLAIN = re.compile(r"[^\W\d_][\w-]*(?: [\w-]+)*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_LONGEST = 50


class Names:
    """Technical names for records, each given once: "Parcel lost" becomes parcel_lost, 丢件 becomes
    category_7."""

    def __init__(self, reserved=()):
        self.taken = set(reserved)

    def of(self, records) -> dict[int, str]:
        """{record id: name}."""
        return {record.id: self._free(record) for record in records}

    def _free(self, record) -> str:
        plain = unicodedata.normalize("NFKD", record.name or "").encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].strip("_")
        if not re.match(r"[a-z]", name) or name in _WORDS:
            name = f"{record._name.split('.')[-1]}_{record.id}"
        while name in self.taken:
            name = f"{name[:_LONGEST]}_{record.id}" if not name.endswith(f"_{record.id}") else f"{name}_more"
        self.taken.add(name)
        return name


def document(kind: str, comments: list[str], key: str, entries: list[str]) -> str:
    """A policy file."""
    lines = [*(f"# {comment}" for comment in comments), f"kind: {kind}"]
    lines += [f"{key}:", *entries] if entries else [f"{key}: []"]
    return "\n".join(lines) + "\n"


def entry(data: dict, comment: str = "", indent: str = "  ", block: bool = False) -> str:
    """An entry of a list on one line, or one key a line (`block`; the last key is then left open for what
    follows). Without indent: a key of the file itself."""
    note = f"  # {' '.join(comment.split())}" if comment else ""
    if block:
        first, *rest = [f"{key}:{'' if value is None else f' {flow(value)}'}" for key, value in data.items()]
        return "\n".join([f"{indent}- {first}{note}", *(f"{indent}  {line}" for line in rest)])
    if not indent:
        return "\n".join(f"{key}: {flow(value)}{note}" for key, value in data.items())
    return f"{indent}- {flow(data)}{note}"


def flow(value) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if (_PLAIN.fullmatch(text) and text.lower() not in _WORDS) or re.fullmatch(r"[1-9][0-9]*bh", text):
        return text
    return json.dumps(text, ensure_ascii=False)


def week(days: list[list[str]]) -> dict[str, list[str]]:
    """Open hours of seven days, days with equal hours together: {"mon-fri": ["09:00-17:00"]}."""
    spans = []
    for day, hours in zip(WEEKDAYS, days, strict=True):
        if spans and spans[-1][2] == hours:
            spans[-1][1] = day
        else:
            spans.append([day, day, hours])
    found = {first if first == last else f"{first}-{last}": hours for first, last, hours in spans if hours}
    return found or {"mon-fri": []}


def clock_time(hours: float) -> str:
    """8.5 -> "08:30"."""
    minutes = min(round(hours * 60), 24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
