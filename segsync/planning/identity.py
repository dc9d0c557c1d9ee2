"""What an INCLUDE points at: a live id, or the slug of a segment that is yet to be created.

A slug means different things on the two sides while segments are renamed, and a live definition may
name a segment by its id. Two references are the same when their identities are.
"""

import re
from collections.abc import Container, Iterable, Mapping

from segsync.filterql import includes
from segsync.segment import Definition, LiveGroup, LiveSegment, LiveState
from segsync.value import Value

# What stands before the id of a group that no unique name stands for, see `Segment`.
GROUP_ID_PREFIX = "id:"

_WORD = re.compile(r"[\w.-]+")


def new_identity(slug: str) -> str:
    """Return the identity of a segment that has no id yet; no id contains a colon."""
    return f"new:{slug}"


def missing_identity(reference: str) -> str:
    """Return the identity of a reference that leads nowhere."""
    return f"missing:{reference}"


class Identities(Value, frozen=True):
    """Both readings of a reference: as the account has it now, and as the files mean it.

    `moved` are the slugs that mean another segment in the files than in the account. `all` are
    the slugs and ids of the live segments.
    """

    live_slugs: Mapping[str, str]
    desired_slugs: Mapping[str, str]
    ids: frozenset[str]
    moved: frozenset[str]
    all: tuple[str, ...]

    def holder(self, reference: str) -> str | None:
        """Return the id of the live segment that has this slug now.

        Whether the account looks at the case of an INCLUDE is not documented; slugs are lower
        case, so a reference in another case is taken for the slug that it may well mean.
        """
        return self.live_slugs.get(reference) or self.live_slugs.get(reference.lower())

    def live(self, reference: str) -> str:
        """Return what a reference in a live definition points at; ids are lower case.

        One that leads nowhere now will lead to the segment that the run gives this slug.
        """
        for identity in (reference, reference.lower()):
            if identity in self.ids:
                return identity
        return (
            self.holder(reference)
            or self.desired_slugs.get(reference)
            or missing_identity(reference)
        )

    def desired(self, reference: str) -> str:
        """Return what a reference in a file points at: the files' segments go before live ones."""
        return self.desired_slugs.get(reference) or self.live(reference)


def group_names(group: LiveGroup) -> frozenset[str]:
    """Return the ways in which a segment may name the group it is in, see `Segment`."""
    return frozenset({group.key, GROUP_ID_PREFIX + group.id})


def identities(live: LiveState, matched: Mapping[str, LiveSegment | None]) -> Identities:
    """Return all identities, given which live segment each file entry stands for."""
    live_slugs = {each.key: each.id for each in live.segments}
    desired_slugs = {
        slug: each.id if each else new_identity(slug) for slug, each in matched.items()
    }
    ids = dict.fromkeys(each.id for each in live.segments)
    return Identities(
        live_slugs=live_slugs,
        desired_slugs=desired_slugs,
        ids=frozenset(ids),
        moved=frozenset(
            slug
            for slug, identity in desired_slugs.items()
            if live_slugs.get(slug, identity) != identity
        ),
        all=(*live_slugs, *ids),
    )


def references(definition: Definition, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the INCLUDE references of a definition as written, duplicates dropped.

    An opaque definition may include anything that it mentions: of the given names, those that
    stand in it as a word, in any case. Being wrong here holds a delete back; not looking would let
    it through.
    """
    plain = definition.plain
    if plain is not None:
        return plain.includes
    text = definition.text
    if "include" not in text.lower():
        return ()
    tree = definition.filter
    if tree is None:
        words = set(_WORD.findall(text.lower()))
        return tuple(each for each in names if _is_mentioned(each.lower(), text, words))
    return tuple(dict.fromkeys(each.reference for each in includes(tree)))


def moved_references(before: Definition, after: Definition, names: Identities) -> dict[str, str]:
    """Return the references that stand in both definitions and come to mean another segment.

    By reference as written, with the id of the segment that it means in the account.
    """
    if not names.moved:
        return {}
    kept = set(references(after))
    return {
        each: names.live(each)
        for each in references(before)
        if each in kept and names.live(each) != names.desired(each)
    }


def moved_meanings(before: Definition, after: Definition, names: Identities) -> tuple[str, ...]:
    """Return in words what references of the same name stood for, and will stand for."""
    wanted = {identity: slug for slug, identity in names.desired_slugs.items()}
    live = {identity: slug for slug, identity in names.live_slugs.items()}
    told = []
    for reference, identity in moved_references(before, after, names).items():
        # Whoever had the slug has another one in the files: nobody is pushed out of a slug.
        was, comes = wanted.get(identity, reference), live.get(names.desired(reference))
        new = f"the one renamed from {comes}" if comes else "a new one"
        told.append(f"INCLUDE {reference}: was the segment renamed to {was}, is now {new}")
    return tuple(told)


def _is_mentioned(name: str, text: str, words: Container[str]) -> bool:
    # A name with a space or the like is no word of its own.
    return name in words or (name in text.lower() and _WORD.fullmatch(name) is None)
