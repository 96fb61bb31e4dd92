"""The reference of the language as data: what a code means, what a field of a file is for.

Codes come from the catalogue, fields from the schemas. The schemas are in English; `schema_zh_CN.yaml` says
the same in Chinese, text by text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Any

import yaml

from .diagnostics import _entry, word
from .schema import kinds, schema

_TYPE_WORDS = {
    "string": "text",
    "integer": "whole_number",
    "number": "number",
    "boolean": "true_or_false",
    "object": "mapping",
    "array": "list",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its message with … where a name is filled in, every advice, the longer explanation."""

    code: str
    severity: str
    message: str
    advice: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a kind of file.

    :param path: kind and keys, as in ``sla.policies.clocks.within``
    :param expected: what belongs there, in words
    :param values: all that may be written, where that is a closed list
    :param unit: the catalogue's word of the form, such as duration
    :param keys: names of the keys in it
    """

    path: str
    title: str
    description: str
    required: bool
    expected: str
    values: tuple[Any, ...]
    unit: str
    keys: tuple[str, ...]


class UnknownField(KeyError):
    """No such field. ``where`` is the path that exists, ``known`` what may follow it."""

    def __init__(self, name: str, where: str, known: tuple[str, ...]):
        super().__init__(name)
        self.name, self.where, self.known = name, where, known


def code(name: str, lang: str = "en") -> Code:
    """What a code means. Raises KeyError for an unknown one."""
    entry = _entry(name)
    advice = tuple(_with_gaps(one[lang]) for one in entry.get("advice", ()))
    return Code(name, entry["severity"], _with_gaps(entry[lang]), advice, entry.get("why", {}).get(lang, ""))


def _with_gaps(template: str) -> str:
    return "".join(
        text + ("…" if name else "") for text, name, _spec, _conversion in Formatter().parse(template)
    )


def field(path: str, lang: str = "en") -> Field:
    """The documentation of a kind or of a field in it.

    :raises UnknownField: no such kind or key
    """
    kind, *steps = path.split(".")
    if kind not in kinds():
        raise UnknownField(kind, "", kinds())
    root = schema(kind)
    shape, required, done = root, True, kind
    for step in steps:
        inside = properties(shape, root)
        if step not in inside:
            raise UnknownField(step, done, tuple(inside))
        required = step in _holder(shape, root).get("required", ())
        shape, done = inside[step], f"{done}.{step}"
    return _field(done, shape, root, required, lang)


def fields(kind: str, lang: str = "en") -> Iterator[Field]:
    """A kind and all fields in it, each before those in it. A field that repeats a field around it (the
    children of a category) is not opened again."""
    yield from _below(kind, schema(kind), schema(kind), True, lang, ())


def _below(path, shape, root, required, lang, around) -> Iterator[Field]:
    yield _field(path, shape, root, required, lang)
    holder = _holder(shape, root)
    if any(holder is one for one in around):
        return
    for key, inner in properties(shape, root).items():
        needed = key in holder.get("required", ())
        yield from _below(f"{path}.{key}", inner, root, needed, lang, (*around, holder))


def properties(shape: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The keys of a mapping, or of the entries of a list, with their schemas."""
    return _holder(shape, root).get("properties", {})


def _branches(shape: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The forms that a value may have, without references."""
    while "$ref" in shape:
        shape = root["definitions"][shape["$ref"].rsplit("/", 1)[-1]]
    yield shape
    for one in (*shape.get("anyOf", ()), *shape.get("oneOf", ())):
        yield from _branches(one, root)


def _holder(shape: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a schema that has the properties: of a list, its entries'."""
    for one in _branches(shape, root):
        if "properties" in one:
            return one
    for one in _branches(shape, root):
        inner = _holder(one["items"], root) if isinstance(one.get("items"), dict) else {}
        if inner:
            return inner
    return {}


def _field(path: str, shape: Mapping[str, Any], root: Mapping[str, Any], required: bool, lang: str) -> Field:
    texts = [shape, *_branches(shape, root)]
    title = next((one["title"] for one in texts if "title" in one), path.rpartition(".")[2])
    description = next((one["description"] for one in texts if "description" in one), "")
    return Field(
        path,
        translated(title, lang),
        translated(description, lang),
        required,
        _expected(shape, root, lang),
        _values(shape, root),
        next((one["x-expected"] for one in texts if "x-expected" in one), ""),
        tuple(properties(shape, root)),
    )


def _expected(shape: Mapping[str, Any], root: Mapping[str, Any], lang: str) -> str:
    """What belongs in a place, in words."""
    for one in (shape, *_branches(shape, root)):
        if "x-expected" in one:
            return word(one["x-expected"], lang)
    types = [one["type"] for one in _branches(shape, root) if isinstance(one.get("type"), str)]
    return " / ".join(dict.fromkeys(word(_TYPE_WORDS.get(one, "other_form"), lang) for one in types))


def _values(shape: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Any, ...]:
    for one in _branches(shape, root):
        if "const" in one:
            return (one["const"],)
        if "enum" in one:
            return tuple(value for value in one["enum"] if value is not None)
        if isinstance(one.get("items"), dict) and "properties" not in one["items"]:
            inner = _values(one["items"], root)
            if inner:
                return inner
    return ()


def translated(text: str, lang: str) -> str:
    """A text of a schema in another language; itself where there is none."""
    return _chinese().get(text, text) if lang == "zh_CN" else text


@lru_cache(maxsize=1)
def _chinese() -> dict[str, str]:
    text = resources.files(__package__).joinpath("schema_zh_CN.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
