"""The definitions that tests are held against: their filters, what they include, what they read."""

from collections.abc import Mapping

from segsync.filterql import Node, fields, includes
from segsync.filterql.evaluator.compiler import names
from segsync.segment import DesiredState
from segsync.value import Value


class Definitions(Value, frozen=True):
    """Filters by slug, the references that each includes, and every field that any of them reads.

    A field counts by its whole name, and by what can be the name of a map.
    """

    trees: Mapping[str, Node]
    edges: Mapping[str, tuple[str, ...]]
    fields: frozenset[str]

    def with_outside(self, outside: Mapping[str, Node]) -> "Definitions":
        """Return these, and others that are described in a test; these come first."""
        others = of_trees(outside)
        return Definitions(
            {**self.trees, **others.trees},
            {**self.edges, **others.edges},
            self.fields | others.fields,
        )


def of_files(desired: DesiredState) -> Definitions:
    """Return the definitions of the files, in their order, without what is to be deleted."""
    filters = (
        (slug, each.segment.definition.filter)
        for slug, each in desired.segments.items()
        if not each.absent
    )
    return of_trees({slug: tree for slug, tree in filters if tree is not None})


def of_trees(trees: Mapping[str, Node]) -> Definitions:
    """Return the definitions with these filters."""
    edges = {
        slug: tuple(dict.fromkeys(each.reference for each in includes(tree)))
        for slug, tree in trees.items()
    }
    found = (names(field) for tree in trees.values() for field in fields(tree))
    read = frozenset(name for whole, table, _ in found for name in (whole, table))
    return Definitions(trees, edges, read)
