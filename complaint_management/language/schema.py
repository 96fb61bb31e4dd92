"""The shape of each kind of file, and what to tell an admin whose file has another one.

Each kind has one self-contained draft-07 schema in `schema/<kind>.json`; its titles and descriptions make the
reference documentation. A new kind is added by adding its file. Keys of our own beside the standard's:

- `x-expected`: the catalogue's word for what belongs here ("a duration such as 4h")
- `x-keys`: the catalogue's word for what the keys of an open mapping are (languages, weekdays, dates)
- `x-merge: by name`: a list of named entries that packs merge by name (documentation)
- `x-merge: by key`: a mapping at the top of a file, of which a pack may override single keys
- `x-inherited: false`: packs do not inherit this kind
- `x-pick-list`: entries may be a bare name, which is completed to `{name: …}`
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from .diagnostics import Problem, Spot, Word
from .nearly import nearly
from .source import ListNode, MapNode, Source

MAX_SHAPE_PROBLEMS = 100  # of one file; more would only hide the first ones

_TYPES = {
    "object": "mapping",
    "array": "list",
    "string": "text",
    "integer": "whole_number",
    "number": "number",
    "boolean": "true_or_false",
    "null": "nothing",
}


class ShapeProblem(NamedTuple):
    """A problem and the keys that lead to its place, so that the entry around it can be left out of later
    checks.
    """

    problem: Problem
    keys: tuple


@lru_cache(maxsize=1)
def kinds() -> tuple[str, ...]:
    """The kinds of file, by name."""
    folder = resources.files(__package__).joinpath("schema")
    return tuple(
        sorted(item.name[: -len(".json")] for item in folder.iterdir() if item.name.endswith(".json"))
    )


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON schema of a kind. Raises KeyError for an unknown kind."""
    if kind not in kinds():
        raise KeyError(kind)
    text = resources.files(__package__).joinpath("schema", f"{kind}.json").read_text(encoding="utf-8")
    return json.loads(text)


def parts(kind: str) -> tuple[str, ...]:
    """The keys of a file of this kind that carry its content.

    A single one is the kind itself in the normalised form.
    """
    return tuple(key for key in schema(kind)["properties"] if key not in ("kind", "remove"))


def is_inherited(kind: str) -> bool:
    """Whether a pack has the entries of this kind of the packs that it extends."""
    return schema(kind).get("x-inherited", True)


@cache
def has_pick_lists(kind: str) -> bool:
    """Whether there is anything in a file of this kind that may be written as a bare name."""
    return '"x-pick-list": true' in json.dumps(schema(kind))


@cache
def merged_by_key(kind: str) -> frozenset[str]:
    """The parts of a kind that are one mapping, of which a pack may override single keys."""
    properties = schema(kind)["properties"]
    return frozenset(key for key, value in properties.items() if value.get("x-merge") == "by key")


def described(node: Any, shape: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The part of a schema that describes a node, after following references and choosing among alternatives
    by type.
    """
    while "$ref" in shape or "anyOf" in shape:
        if "$ref" in shape:
            shape = root["definitions"][shape["$ref"].rsplit("/", 1)[-1]]
        else:
            wanted = "object" if isinstance(node, dict) else "array" if isinstance(node, list) else "string"
            shape = next((one for one in shape["anyOf"] if one.get("type") == wanted), {})
    return shape


def suggestion(written: Any, known: Sequence[str]) -> str | None:
    """The known name that was probably meant, or None."""
    found = get_close_matches(str(written).lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


@cache
def _validator(kind: str) -> Any:
    from jsonschema import (
        Draft7Validator,  # imported here: takes a tenth of a second, and not every command needs it
    )

    shape = for_one_file(schema(kind))
    return Draft7Validator(
        {**shape, "properties": _written_out(shape["properties"], shape.get("definitions", {}))}
    )


def _written_out(shape: Any, definitions: dict[str, Any], inside: tuple[str, ...] = ()) -> Any:
    """A schema with its definitions where they are used: to follow a reference costs jsonschema more than
    everything else. A definition that contains itself (a category in a category) keeps its reference.
    """
    if isinstance(shape, list):
        return [_written_out(item, definitions, inside) for item in shape]
    if not isinstance(shape, dict):
        return shape
    name = shape["$ref"].rsplit("/", 1)[-1] if isinstance(shape.get("$ref"), str) else None
    if name is None:
        return {key: _written_out(value, definitions, inside) for key, value in shape.items()}
    return shape if name in inside else _written_out(definitions[name], definitions, (*inside, name))


def is_entry(shape: Any) -> bool:
    """Whether a part of a schema describes an entry of a named list, which packs merge key by key."""
    return isinstance(shape, dict) and {"name", "before"} <= set(shape.get("properties", ()))


def for_one_file(shape: Any) -> Any:
    """The schema for one file alone: an entry may override an inherited one and say only what differs.

    Whether something is missing in the end is judged after `extends` (module `complete`).
    """
    if isinstance(shape, list):
        return [for_one_file(item) for item in shape]
    if not isinstance(shape, dict):
        return shape
    relaxed = {key: for_one_file(value) for key, value in shape.items()}
    if is_entry(shape):
        relaxed["required"] = ["name"]
    return relaxed


def check(source: Source) -> list[ShapeProblem]:
    """Compare one file with the schema of its kind."""
    data = source.data
    if not isinstance(data, MapNode):
        return [ShapeProblem(Problem("P129", source.spot, found=_type_word(data)), ())]
    kind = data.get("kind")
    if "kind" not in data:
        return [ShapeProblem(Problem("P104", source.spot, key="kind", kinds=kinds()), ())]
    if not isinstance(kind, str) or kind not in kinds():
        meant = suggestion(kind, kinds())
        return [
            ShapeProblem(Problem("P128", data.spots["kind"], found=kind, suggestion=meant, kinds=kinds()), ())
        ]
    found: dict[tuple, ShapeProblem] = {}
    for error in _validator(kind).iter_errors(data):
        for one in _translate(error, data):
            found.setdefault((one.problem.code, one.problem.spot, str(one.problem.args)), one)
        if len(found) >= MAX_SHAPE_PROBLEMS:
            rest = ShapeProblem(Problem("P130", data.spot, limit=MAX_SHAPE_PROBLEMS), ())
            return [*found.values(), rest]
    return list(found.values())


def _translate(error: Any, data: MapNode) -> Iterator[ShapeProblem]:
    """Our problems for one of jsonschema's errors."""
    keys = tuple(error.absolute_path)
    if error.validator == "anyOf":
        yield from _alternatives(error, data)
        return
    spot = _spot(data, keys)
    make = _MAKERS.get(error.validator, _other)
    for problem in make(error, spot):
        yield ShapeProblem(problem, keys)


def _alternatives(error: Any, data: MapNode) -> Iterator[ShapeProblem]:
    """Of several allowed forms, complain about the one that was evidently meant.

    The one with the right type.
    """
    branches: dict[int, list[Any]] = {}
    for one in error.context:
        branches.setdefault(one.schema_path[0], []).append(one)
    meant = [
        errors
        for errors in branches.values()
        if not any(one.validator == "type" and not one.relative_path for one in errors)
    ]
    if len(meant) == 1:
        for one in meant[0]:
            yield from _translate(one, data)
        return
    keys = tuple(error.absolute_path)
    for problem in _wrong_type(error, _spot(data, keys)):
        yield ShapeProblem(problem, keys)


def _spot(data: MapNode, keys: Sequence[Any]) -> Spot:
    node, spot = data, data.spot
    for key in keys:
        spot, node = node.spots[key], node[key]
    return spot


def _wrong_type(error: Any, spot: Spot) -> Iterator[Problem]:
    value = error.instance
    expected = error.schema.get("x-expected") or _TYPES.get(str(error.schema.get("type")), "other_form")
    args: dict[str, Any] = {"expected": Word(expected), "found": _type_word(value)}
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        args["value"] = value
        types = error.schema.get("type")
        args["suggestion"] = nearly(expected, value)
        if types == "array":
            args["as_list"] = f"[{value}]"
        elif types == "string" and not args["suggestion"] and _would_fit(error.schema, value):
            args["quoted"] = f'"{value}"'
    elif isinstance(value, bool) and error.schema.get("type") == "string":
        args["value"], args["quoted"] = value, f'"{str(value).lower()}"'
    yield Problem("P134" if "value" in args else "P103", spot, **args)


def _would_fit(shape: dict[str, Any], value: Any) -> bool:
    """Whether the value in quotes is what is wanted there."""
    return re.search(shape.get("pattern", ""), str(value)) is not None


def _wrong_pattern(error: Any, spot: Spot) -> Iterator[Problem]:
    expected = error.schema.get("x-expected", "other_form")
    meant = nearly(expected, error.instance)
    yield Problem("P106", spot, value=error.instance, expected=Word(expected), suggestion=meant)


def _unknown_keys(error: Any, spot: Spot) -> Iterator[Problem]:
    node: MapNode = error.instance
    known = list(error.schema.get("properties", ()))
    patterns = [re.compile(pattern) for pattern in error.schema.get("patternProperties", ())]
    for key in node:
        if key in known or any(pattern.search(key) for pattern in patterns):
            continue
        if known:
            missing = [name for name in known if name not in node]
            meant = suggestion(key, missing)
            at = node.key_spots[key]._replace(where=node.spot.where)
            yield Problem("P102", at, key=key, suggestion=meant, allowed=known)
        else:
            expected = error.schema.get("x-keys", "other_form")
            args = {"value": key, "expected": Word(expected), "suggestion": nearly(expected, key)}
            yield Problem("P106", node.key_spots[key], **args)


def _missing_keys(error: Any, spot: Spot) -> Iterator[Problem]:
    for key in error.validator_value:
        if key not in error.instance:
            yield Problem("P104", spot, key=key)


def _not_in_list(error: Any, spot: Spot) -> Iterator[Problem]:
    allowed = [str(value) for value in error.validator_value]
    meant = suggestion(error.instance, allowed)
    yield Problem("P105", spot, value=error.instance, suggestion=meant, allowed=allowed)


def _out_of_range(error: Any, spot: Spot) -> Iterator[Problem]:
    low, high = error.schema.get("minimum"), error.schema.get("maximum")
    args = {"value": error.instance, "low": _text(low), "high": _text(high)}
    yield Problem("P107", spot, **args)


def _text(number: Any) -> str | None:
    return None if number is None else str(number)


def _empty(error: Any, spot: Spot) -> Iterator[Problem]:
    expected = error.schema.get("x-expected")
    yield Problem("P108", spot, expected=Word(expected) if expected else None)


def _too_many(error: Any, spot: Spot) -> Iterator[Problem]:
    if error.validator == "maxProperties":
        yield Problem("P131", spot, keys=list(error.instance))
    else:
        yield Problem("P132", spot, limit=error.validator_value)


def _repeated(error: Any, spot: Spot) -> Iterator[Problem]:
    seen: list[Any] = []
    node = error.instance
    for index, value in enumerate(node):
        if value in seen and isinstance(node, ListNode):
            yield Problem("P133", node.spots[index], value=value)
        seen.append(value)


def _other(error: Any, spot: Spot) -> Iterator[Problem]:
    yield Problem("P109", spot, detail=error.message)


_MAKERS = {
    "type": _wrong_type,
    "pattern": _wrong_pattern,
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "enum": _not_in_list,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "minItems": _empty,
    "minLength": _empty,
    "minProperties": _empty,
    "maxProperties": _too_many,
    "maxItems": _too_many,
    "maxLength": _too_many,
    "uniqueItems": _repeated,
}


def _type_word(value: Any) -> Word:
    if value is None:
        return Word("nothing")
    if isinstance(value, bool):
        return Word("true_or_false")
    if isinstance(value, dict):
        return Word("mapping")
    if isinstance(value, list):
        return Word("list")
    return Word("text") if isinstance(value, str) else Word("number")
