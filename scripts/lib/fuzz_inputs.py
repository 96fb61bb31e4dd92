"""Policy files that nobody would write: real ones damaged, and new ones grown from the schemas.

    Inputs(files, seed).one(4711) -> Input(...)        always the same for the same seed and number

Each input is a small library: files by path, and the pack that is looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property
from random import Random
from typing import Any

import yaml

from complaint_policy.language.schema import kinds, schema

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# fmt: off
# ruff: noqa: E501 (a list of odd things reads better in long lines)
# What a slip of the hand, a broken editor or a bad intention puts into a file.
PIECES = (
    "", " ", "\n", "  ", "- ", ": ", "{", "}", "[", "]", "'", '"', "&a ", "*a", "!x ", "#", "|", ">", "%", "@",
    "`", "\t", "---\n", "...\n", "null", "true", "~", "0", "-1", "1e9", "9" * 30, ".nan", ".inf", "0x10", "1_000",
    "name", "kind: sla", "extends: logistics", "before: x", "was: late", "remove: [late]", "{}", "[]",
    "title: 1", "within: 0h", "2026-02-30", "25:00", "任意", "\u2028", "\ufeff", "\x85", "\0", "\x1b", "<<: 1",
    "? ", "any", "[" * 50, "{a: " * 45, "- " * 60, "\\", "%YAML 1.1\n", "!!python/object:os.system ", "\r", "🙂", "\u202e",
)
# Values that have the right form and no sense, or the wrong form.
VALUES = (
    None, True, False, 0, -1, 1, 3, 999999999999, 1.5, -0.0, "", " ", "any", "other", "name", "delivery",
    "received", "30s", "4h", "5bd", "15cd", "4bh", "3y", "9999999d", "0h", "1", "80%", "100%", "0%", "101%", "month",
    "birthday",
    "2026-02-28", "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-29 02:30", "9999-12-31 24:00",
    "0001-01-01 00:00", "09:00-24:00", "18:00-09:00", "24:00-24:00", "Asia/Shanghai", "Etc/UTC", "Mars/Base",
    "../etc", "CN", "DE-BY", "ZZ", [], {}, [[]], [{}], {"a": 1}, ["a", "a"], {"min": 5, "max": 1},
    {"en": "x", "zh_CN": "y"}, {"name": "x"},
)
# fmt: on
WORDS = {
    "name": ("a", "b", "late", "normal", "other", "office", "intake"),
    "duration": ("30s", "15m", "4h", "3d", "15cd", "4bh", "5bd", "9999999bd", "9999999cd", "9999999h"),
    "retention": ("90d", "3y", "99999y", "99999d"),
    "date": ("2026-10-01", "2026-02-30", "0001-01-01", "9999-12-31"),
    "moment": (
        "2026-10-01 09:30",
        "2026-03-29 02:30",
        "9999-12-31 24:00",
        "0001-01-01 00:00",
        "2026-02-30 10:00",
    ),
    "hours_range": ("09:00-17:30", "00:00-24:00", "18:00-09:00", "12:00-12:00"),
    "weekday": ("mon", "mon-fri", "daily", "fri-mon", "sat-sun"),
    "language": ("en", "zh_CN", "de"),
    "share": ("1%", "80%", "100%"),
    "country": ("CN", "DE-BY", "US", "ZZ", "CN-XX"),
    "currency": ("CNY", "XXX"),
    "alias": ("complaints", "a.b-c"),
    "rhythm": ("week", "month", "quarter", "year", "30d", "9999999bd"),
    "figure": ("90%", "24h", 3.5),
}


@dataclass(frozen=True)
class Input:
    """A library, the pack of it that is looked at, and how it came about."""

    number: int
    how: str
    pack: str
    files: Mapping[str, bytes]
    changed: tuple[str, ...]


class Inputs:
    """All inputs of one seed. ``files``: real packs, by path from their root."""

    def __init__(self, files: Mapping[str, bytes], seed: int = 1):
        self.files, self.seed = dict(files), seed
        self.paths = sorted(files)
        self.texts = {path: content.decode() for path, content in files.items()}
        self.trees = {path: yaml.load(text, LOADER) for path, text in self.texts.items()}

    def one(self, number: int) -> Input:
        """The input of this number."""
        random = Random(f"{self.seed}:{number}")
        how, make = random.choices(self._ways, weights=[weight for weight, *_ in self._ways])[0][1:]
        path = random.choice(self.paths)
        if how == "grown":
            kind = random.choice(kinds())
            path = f"{path.partition('/')[0]}/{kind}.yaml"
        changed = {path: make(random, path)}
        if random.random() < 0.1:
            other = random.choice(self.paths)
            changed.setdefault(other, make(random, other))
        pack = path.partition("/")[0]
        whole = 0.15 if len(self._with_ancestors(pack)) < 30 else 0.03  # a library costs what its files cost
        around = self._with_ancestors(pack) if random.random() < whole else {f"{pack}/pack.yaml"}
        base = {one: self.files[one] for one in around if one in self.files}
        return Input(number, how, pack, {**base, **changed}, tuple(changed))

    @cached_property
    def _ways(self) -> tuple[tuple[int, str, Callable[[Random, str], bytes]], ...]:
        return (
            (30, "characters", self._characters),
            (15, "lines", self._lines),
            (35, "values", self._values),
            (18, "grown", self._grown),
            (2, "bytes", self._bytes),
        )

    @cache  # noqa: B019  (one object for a whole run)
    def _with_ancestors(self, pack: str) -> frozenset[str]:
        found, waiting = set(), [pack]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            extends = self.trees.get(f"{name}/pack.yaml", {}).get("extends", ())
            waiting += [extends] if isinstance(extends, str) else extends
        return frozenset(path for path in self.paths if path.partition("/")[0] in found)

    def _characters(self, random: Random, path: str) -> bytes:
        """Some characters put in, taken out or repeated."""
        text = self.texts.get(path, "")
        for _ in range(random.randint(1, 4)):
            at = random.randint(0, len(text))
            until = min(len(text), at + random.randint(0, 40))
            text = text[:at] + random.choice((*PIECES, text[at:until] * 2)) + text[until:]
        return text.encode()

    def _lines(self, random: Random, path: str) -> bytes:
        """Lines moved, repeated, indented, or taken from another file."""
        lines = self.texts.get(path, "").split("\n")
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(lines))
            act = random.randrange(5)
            if act == 0:
                lines.insert(random.randrange(len(lines)), lines.pop(at))
            elif act == 1:
                lines[at:at] = lines[at : at + random.randint(1, 5)] * random.choice((1, 1, 1, 30))
            elif act == 2:
                lines[at] = " " * random.randint(1, 6) + lines[at]
            elif act == 3:
                lines[at] = lines[at].removeprefix(" " * random.randint(1, 4))
            else:
                lines.insert(at, random.choice(self.texts[random.choice(self.paths)].split("\n")))
        return "\n".join(lines).encode()

    def _values(self, random: Random, path: str) -> bytes:
        """Well-formed YAML in which values are exchanged, keys dropped, entries repeated."""
        tree = deepcopy(self.trees.get(path, {"kind": "sla"}))
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            places = list(_places(tree))
            if not places:
                break
            holder, key = random.choice(places)
            _spoil(random, holder, key, self._donor(random))
        return yaml.dump(tree, Dumper=DUMPER, allow_unicode=True, sort_keys=False).encode(
            "utf-8", "surrogatepass"
        )

    def _donor(self, random: Random) -> Any:
        """A value from anywhere in the real files, or one that makes no sense."""
        if random.random() < 0.5:
            return random.choice(VALUES)
        holder, key = random.choice(list(_places(self.trees[random.choice(self.paths)])))
        return holder[key]

    def _grown(self, random: Random, path: str) -> bytes:
        """A file made from the schema of its kind: right in form, arbitrary in sense."""
        kind = path.partition("/")[2].removesuffix(".yaml")
        shape = schema(kind if kind in kinds() else "sla")
        pool = self._names(path.partition("/")[0])
        tree = Grower(random, shape, pool).grow(shape)
        return yaml.dump(tree, Dumper=DUMPER, allow_unicode=True, sort_keys=False).encode()

    def _names(self, pack: str) -> tuple[str, ...]:
        """Names that exist in a pack, so that what is grown refers to something."""
        names = set(WORDS["name"])
        for path in self.paths:
            if path.startswith(f"{pack}/") or path.startswith("general/"):
                found = (holder[key] for holder, key in _places(self.trees[path]) if key == "name")
                names |= {name for name in found if isinstance(name, str)}
        return tuple(sorted(names))

    def _bytes(self, random: Random, _path: str) -> bytes:
        return random.randbytes(random.randint(0, 400))


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a tree, as the mapping or list that holds it and the key there."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _places(tree[key])


def _spoil(random: Random, holder: Any, key: Any, donor: Any) -> None:
    donor = deepcopy(donor)  # a tree that contains itself would never end
    act = random.randrange(6)
    if act == 0:
        del holder[key]
    elif act == 1 and isinstance(holder, list):
        holder[key:key] = [deepcopy(holder[key])] * random.choice((1, 1, 50))
    elif act == 2 and isinstance(holder, dict):
        holder[
            random.choice(("name", "match", "before", "was", "remove", "when", "then", "calendar", "x"))
        ] = donor
    elif act == 3 and isinstance(holder, dict) and isinstance(donor, str):
        holder[donor] = holder.pop(key)
    elif act == 4 and isinstance(holder[key], str) and holder[key]:
        at = random.randrange(len(holder[key]))
        holder[key] = holder[key][:at] + random.choice("0aZ%:-_ 。\n") + holder[key][at + 1 :]
    else:
        holder[key] = donor


class Grower:
    """Makes values of a schema's form."""

    def __init__(self, random: Random, root: Mapping[str, Any], names: tuple[str, ...]):
        self.random, self.root, self.names = random, root, names

    def grow(self, shape: Mapping[str, Any], depth: int = 0) -> Any:
        """A value that the schema allows; sometimes, on purpose, one that it does not."""
        random = self.random
        if random.random() < 0.004:
            return random.choice(VALUES)
        while "$ref" in shape or "anyOf" in shape or "oneOf" in shape:
            if "$ref" in shape:
                shape = self.root["definitions"][shape["$ref"].rsplit("/", 1)[-1]]
            else:
                shape = random.choice(shape.get("anyOf") or shape["oneOf"])
        if "const" in shape:
            return shape["const"]
        if "enum" in shape:
            return random.choice(shape["enum"])
        kind = shape.get("type", "string")
        kind = random.choice(kind) if isinstance(kind, list) else kind
        return getattr(self, f"_{kind}", self._string)(shape, depth)

    def _object(self, shape: Mapping[str, Any], depth: int) -> dict[str, Any]:
        wanted = shape.get("properties", {})
        chance = 0.7 if depth < 3 else 0.35
        keys = [key for key in wanted if key in shape.get("required", ()) or self.random.random() < chance]
        if not keys and wanted:
            keys = [self.random.choice(list(wanted))]
        if shape.get("maxProperties") == 1:
            keys = keys[:1]
        made = {key: self.grow(wanted[key], depth + 1) for key in keys}
        for inner in (*shape.get("patternProperties", {}).values(), shape.get("additionalProperties")):
            if isinstance(inner, dict):
                words = (*WORDS.get(shape.get("x-keys"), ()), *self.names)[:8]
                made.update(
                    {
                        self.random.choice(words): self.grow(inner, depth + 1)
                        for _ in range(self.random.randint(0, 2))
                    }
                )
        return made

    def _array(self, shape: Mapping[str, Any], depth: int) -> list[Any]:
        most = 4 if depth < 3 else 2
        return [
            self.grow(shape.get("items", {}), depth + 1)
            for _ in range(self.random.randint(shape.get("minItems", 0), most))
        ]

    def _string(self, shape: Mapping[str, Any], _depth: int) -> str:
        words = (
            self.names
            if shape.get("x-expected") in (None, "name")
            else WORDS.get(shape["x-expected"], self.names)
        )
        return self.random.choice(words)

    def _integer(self, shape: Mapping[str, Any], _depth: int) -> int:
        return self.random.choice((shape.get("minimum", 0), shape.get("maximum", 10**6), 1, 2))

    def _number(self, shape: Mapping[str, Any], _depth: int) -> float:
        return self.random.choice((shape.get("minimum", 0), shape.get("maximum", 10**6), 0.5, 2))

    def _boolean(self, _shape: Mapping[str, Any], _depth: int) -> bool:
        return self.random.random() < 0.5

    def _null(self, _shape: Mapping[str, Any], _depth: int) -> None:
        return None
