"""Packs that build on packs: `extends`.

- An entry of the same name is overridden key by key; nested lists of named entries merge by name; texts in
  several languages merge by language; everything else is replaced.
- New entries stand before the inherited ones, in their order; `before: <name>` moves an entry there.
- `remove: [names]` drops entries; `was: <old name>` renames one, and with it the inherited references to it.
- Tests are not inherited: they say what a pack does with its own figures.
- Several parents are joined from left to right. Where two say different things about the same key, the child
  must decide by saying it itself (or by dropping the entry). A parent that only passes on what the other one
  has overridden says nothing: of `logistics` and `finance`, both on `general`, the one that changed general's
  figure is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .diagnostics import Problem, Spot
from .merge import Bodies, Conflict, Join, Merge, Path, Removed, find, one_after_the_other
from .references import rename
from .schema import suggestion
from .source import ListNode, MapNode

INHERITED_PACK_KEYS = ("calendar", "currency")


@dataclass
class Pack:
    """One folder as it is written: its `pack.yaml` and one body for each kind."""

    name: str
    meta: MapNode | None = None
    bodies: dict[str, MapNode] = field(default_factory=dict)
    left_out: dict[str, set[str]] = field(
        default_factory=dict
    )  # kind -> names in entries with problems of shape

    @property
    def parents(self) -> list[tuple[str, Spot]]:
        if self.meta is None or "extends" not in self.meta:
            return []
        value = self.meta["extends"]
        if isinstance(value, ListNode):
            return list(zip(value, value.spots, strict=True))
        return [(value, self.meta.spots["extends"])]


@dataclass
class Resolved:
    """A pack with everything that it inherits."""

    name: str
    meta: MapNode
    bodies: Bodies
    problems: list[Problem] = field(default_factory=list)
    removed: Removed = field(default_factory=dict)
    left_out: dict[str, set[str]] = field(default_factory=dict)
    ancestors: list[str] = field(default_factory=list)  # packs that it builds on, itself not
    whole: bool = True  # False when a pack that it builds on is missing: what rules refer to may be there


class Resolver:
    """Resolves the packs of a library, each once."""

    def __init__(self, packs: dict[str, Pack]):
        self.packs = packs
        self._done: dict[str, Resolved] = {}

    def resolve(self, name: str) -> Resolved:
        """Raises KeyError for a pack that is not in the library."""
        if name not in self._done:
            pack = self.packs[name]
            problems: list[Problem] = []
            parents = [self.resolve(parent) for parent in self._usable_parents(pack, problems)]
            ancestors = {done: set(resolved.ancestors) for done, resolved in self._done.items()}
            result = _joined(pack, parents, ancestors, problems)
            readable = pack.meta is not None and "*" not in pack.left_out.get("pack", ())
            result.whole = (
                readable and len(parents) == len(pack.parents) and all(parent.whole for parent in parents)
            )
            self._done[name] = result
        return self._done[name]

    def _usable_parents(self, pack: Pack, problems: list[Problem]) -> Iterator[str]:
        """The parents that exist and do not lead back to the pack; so resolving always ends."""
        for parent, spot in pack.parents:
            if parent not in self.packs:
                others = [other for other in self.packs if other != pack.name]
                args = {"name": parent, "suggestion": suggestion(parent, others), "known": sorted(others)}
                problems.append(Problem("P302", spot, **args))
                continue
            way = self._way(parent, pack.name)
            if way:
                problems.append(Problem("P303", spot, chain=" → ".join((pack.name, *way))))
                continue
            yield parent

    def _way(self, start: str, end: str) -> list[str]:
        """The packs on a way of `extends` from one pack to another, both included.

        Empty when there is none.
        """
        came_from: dict[str, str | None] = {start: None}
        waiting = [start]
        while waiting:
            one = waiting.pop(0)
            if one == end:
                way = [one]
                while came_from[way[0]] is not None:
                    way.insert(0, came_from[way[0]])
                return way
            for parent, _ in self.packs[one].parents:
                if parent in self.packs and parent not in came_from:
                    came_from[parent] = one
                    waiting.append(parent)
        return []


def _joined(
    pack: Pack, parents: list[Resolved], ancestors: dict[str, set[str]], problems: list[Problem]
) -> Resolved:
    """The parents side by side, the pack laid over them."""
    result = Resolved(pack.name, _own_meta(pack), {}, problems)
    join = Join(ancestors)
    for parent in parents:
        result.ancestors += [
            name for name in (*parent.ancestors, parent.name) if name not in result.ancestors
        ]
        for kind, names in parent.left_out.items():
            result.left_out.setdefault(kind, set()).update(names)
        removed = {**result.removed, **parent.removed}
        result.bodies = join.bodies(result.bodies, parent.bodies, removed)
        result.removed = {
            path: spot for path, spot in removed.items() if find(result.bodies.get(path[0]), path[1:]) is None
        }
    _inherit_meta(result.meta, parents, join)
    for kind, names in pack.left_out.items():
        result.left_out.setdefault(kind, set()).update(names)
    merge = Merge(problems, result.removed)
    for kind, body in pack.bodies.items():
        below = result.bodies.get(kind) or MapNode(body.spot)
        result.bodies[kind] = merge.override(below, body, (kind,))
    for path, old in merge.renamed:
        rename(result.bodies, path, old, pack.name)
    _report_undecided(pack, result, join.conflicts)
    return result


def _own_meta(pack: Pack) -> MapNode:
    if pack.meta is not None:
        meta = MapNode(pack.meta.spot)
        for key in pack.meta:
            meta.copy_key(pack.meta, key)
        return meta
    return MapNode(Spot(f"{pack.name}/pack.yaml", 1, 1, "$"))


def _inherit_meta(meta: MapNode, parents: Iterable[Resolved], join: Join) -> None:
    for key in INHERITED_PACK_KEYS:
        if key in meta:
            continue
        for other in (parent.meta for parent in parents if key in parent.meta):
            if key not in meta or join.right_holds(
                ("pack", key), meta.spots[key], meta[key], other.spots[key], other[key]
            ):
                meta.copy_key(other, key)
    if "disclaimer" not in meta:
        _inherit_disclaimers(meta, parents, join)


def _inherit_disclaimers(meta: MapNode, parents: Iterable[Resolved], join: Join) -> None:
    """What must be checked about each parent must be checked about the child: the texts follow each other."""
    for other in (parent.meta for parent in parents if "disclaimer" in parent.meta):
        if "disclaimer" not in meta:
            meta.copy_key(other, "disclaimer")
            continue
        alone = Join(join.ancestors)
        here, there = meta.spots["disclaimer"], other.spots["disclaimer"]
        if alone.right_holds(("pack", "disclaimer"), here, meta["disclaimer"], there, other["disclaimer"]):
            meta.copy_key(other, "disclaimer")
        elif alone.conflicts:
            meta.put("disclaimer", one_after_the_other(meta["disclaimer"], other["disclaimer"], here), here)


def _report_undecided(pack: Pack, result: Resolved, conflicts: list[Conflict]) -> None:
    if not conflicts or pack.meta is None:
        return
    spot = pack.meta.key_spots.get("extends", pack.meta.spot)
    for conflict in conflicts:
        if not _decided(pack, conflict.path):
            left, right = (f"{one.path}:{one.line}" for one in (conflict.left, conflict.right))
            result.problems.append(
                Problem("P304", spot, what="/".join(conflict.path), left=left, right=right)
            )


def _decided(pack: Pack, path: Path) -> bool:
    """Whether the pack itself says something about the place, or drops an entry on the way to it."""
    node: Any = pack.bodies.get(path[0])
    for index, step in enumerate(path[1:], start=1):
        if isinstance(node, MapNode):
            if set(path[index + 1 : index + 2]) & set(node.get("remove", ())):
                return True
            node = node.get(step)
        elif isinstance(node, ListNode):
            node = next(
                (item for item in node if isinstance(item, MapNode) and item.get("name") == step), None
            )
        else:
            return False
    return node is not None
