"""The documents of the retailer that comes with segsync: the table `content`."""

from collections.abc import Mapping
from types import MappingProxyType

from segsync.filterql.evaluator.values import MISSING, Value
from segsync.sandbox.population.profiles import (
    Builder,
    Column,
    Profiles,
    chosen,
    dated,
    everybody,
    pick,
    some,
    texts,
)

_KINDS = pick({"guide": 0.3, "review": 0.35, "story": 0.2, "news": 0.15})
_FOLDERS: Mapping[Value, str] = MappingProxyType(
    {"guide": "guides", "review": "gear/reviews", "story": "blog", "news": "blog/news"}
)
_TOPICS = (
    *("hiking", "backpacking", "camping", "climbing", "skiing", "paddling", "trail running"),
    *("footwear", "layering", "repair"),
)
_PLACES = (
    *("the Timberline Trail", "the Enchantments", "Smith Rock", "the Wallowas", "Mount Baker"),
    *("the Lost Coast", "the Sawtooths", "Opal Creek", "the Wind Rivers", "Crater Lake"),
)
_AUTHORS = ("Mara Lindqvist", "Theo Brandt", "Ines Okafor", "The Fernwood team")


def _titles(documents: Profiles) -> Column:
    pairs = zip(documents["content_type"], documents.draws("title"), strict=True)
    return [f"{str(kind).title()}: {_PLACES[int(d * len(_PLACES))]}" for kind, d in pairs]


def _paths(documents: Profiles) -> Column:
    return [f"{_FOLDERS[kind]}/{number}" for number, kind in enumerate(documents["content_type"])]


def _status(documents: Profiles) -> Column:
    pairs = zip(documents["content_type"], documents.draws("product_status"), strict=True)
    return [
        MISSING if kind != "review" else "discontinued" if draw < 0.2 else "current"  # noqa: PLR2004
        for kind, draw in pairs
    ]


COLUMNS: Mapping[str, Builder] = MappingProxyType(
    {
        "_id": lambda documents: [f"doc-{number}" for number in range(documents.size)],
        "url": lambda documents: [
            f"https://fernwood-outfitters.example/{path}" for path in documents["path"]
        ],
        "path": _paths,
        "title": _titles,
        "author": chosen("author", everybody, 0.9, lambda draw: _AUTHORS[int(draw * 4)]),
        "content_type": chosen("content_type", everybody, 1, _KINDS),
        "topics": chosen("topics", everybody, 0.95, lambda draw: texts(some(draw, _TOPICS))),
        "published": dated("published", everybody, 1, lambda draw: 1400 * draw * draw),
        "product_status": _status,
        "language": chosen("language", everybody, 1, pick({"en": 0.85, "fr": 0.1, "de": 0.05})),
        "word_count": chosen("word_count", everybody, 1, lambda draw: 180 + int(2600 * draw**2)),
    }
)
