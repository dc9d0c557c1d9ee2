"""Accounts to measure on: audience files, and the live account that they describe exactly.

`python -m benchmarks.accounts FOLDER COUNT` writes both in a process of its own, so that the one
that measures stays small. The live text of a definition is what segsync itself would have sent.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from textwrap import indent
from typing import Any

from segsync.sandbox.seed import Seed
from segsync.sandbox.store import open_store, reset
from segsync.segment import Definition

PER_FILE = 50
STATE = "account.db"

_CHAIN = 10
_GROUPS = ("Campaign Audiences", "Lifecycle", "Suppression", "Email", "Paid Media")
_COUNTRIES = ("US", "CA", "GB", "DE", "FR", "NL", "SE", "JP", "AU", "BR")

_SETTINGS = """\
version: 1
accounts:
  bench: {url: "%s", token_env: BENCH_TOKEN, aid: 1000}
"""

_DEFINITIONS = (
    """\
AND (
  {base},
  lifetime_value > {number},
  OR (
    country IN ("{country}", "{other}"),
    last_active_ts > "now-{days}d"
  ),
  NOT email_status = "bounced"
)
""",
    """\
AND (
  {base},
  visit_count >= {number},
  last_visit > "now-{days}d",
  EXISTS email
)
""",
    """\
OR (
  AND (
    {base},
    score_momentum > {small},
    order_count BETWEEN {small} AND {number}
  ),
  categories_bought INTERSECTS ("boots", "tents", "c{number}"),
  spend_by_category.outerwear > {number}
)
""",
    """\
AND (
  {base},
  utm_source = "campaign_{number}",
  city LIKE "new*",
  NOT country IN ("{country}", "{other}")
)
""",
)


def write_account(folder: Path, count: int, *, live: bool = True) -> None:
    """Write `count` segments in chains of ten as files and as the account of a sandbox.

    `live` false leaves the segments out of the account, so that all are to be created.
    """
    (folder / "audiences").mkdir(parents=True)
    write_settings(folder, "http://127.0.0.1:1")
    groups = "\n".join(f"  - {{name: {name}, description: For {name}.}}" for name in _GROUPS)
    (folder / "audiences" / "groups.yaml").write_text(f"groups:\n{groups}\n")
    numbers = range(count)
    for first in range(0, count, PER_FILE):
        text = "\n".join(_entry(number) for number in numbers[first : first + PER_FILE])
        file = folder / "audiences" / f"file_{first // PER_FILE:04}.yaml"
        file.write_text(f"segments:\n{text}")
    segments = tuple(_live_segment(number) for number in numbers if live)
    open_store(folder / STATE, seed=_seed(segments)).close()


def empty(folder: Path) -> None:
    """Take all segments out of the account; a server that has it open notices.

    What runs remember goes too, or the next one would stop at the loss of everything.
    """
    reset(folder / STATE, seed=_seed(()))
    rmtree(folder / ".segsync", ignore_errors=True)


def _seed(segments: tuple[dict[str, Any], ...]) -> Seed:
    account = {"aid": 1000, "name": "Bench"}
    return Seed(account, fields={}, groups=tuple(_live_groups()), segments=segments, jobs=())


def write_settings(folder: Path, url: str) -> None:
    """Point the configuration at a server."""
    (folder / "segsync.yaml").write_text(_SETTINGS % url)


def definitions(count: int) -> Iterator[str]:
    """Yield so many different definitions as a person would write them."""
    return (_definition(number) for number in range(count))


def _slug(number: int) -> str:
    return f"audience_{number:05}"


def _definition(number: int) -> str:
    base = "EXISTS email" if number % _CHAIN == 0 else f"INCLUDE {_slug(number - 1)}"
    return _DEFINITIONS[number % len(_DEFINITIONS)].format(
        base=base,
        number=number + 100,
        small=number % 7 + 1,
        days=number % 90 + 1,
        country=_COUNTRIES[number % 10],
        other=_COUNTRIES[(number + number // 10 % 9 + 1) % 10],
    )


def _entry(number: int) -> str:
    return (
        f"  - slug_name: {_slug(number)}\n"
        f"    name: Audience {number}\n"
        f"    description: Number {number} of the audiences that exist to be measured.\n"
        f"    segment_ql: |\n{indent(_definition(number), ' ' * 6)}"
        f"    tags: [bench, {_COUNTRIES[number % 10].lower()}]\n"
        f"    groups: [{_GROUPS[number % len(_GROUPS)]}]\n"
    )


def _live_groups() -> Iterator[dict[str, Any]]:
    for name in _GROUPS:
        yield {"name": name, "description": f"For {name}.\n[segsync] managed by segsync"}


def _live_segment(number: int) -> dict[str, Any]:
    slug = _slug(number)
    text = Definition(f"FILTER {_definition(number)}").with_clauses("user", slug)
    return {
        "slug_name": slug,
        "name": f"Audience {number}",
        "description": f"Number {number} of the audiences that exist to be measured.",
        "segment_ql": text,
        "tags": ["bench", _COUNTRIES[number % 10].lower(), "segsync"],
        "groups": [_GROUPS[number % len(_GROUPS)]],
        "author_id": "bench",
    }


if __name__ == "__main__":
    write_account(Path(sys.argv[1]), int(sys.argv[2]), live="--empty" not in sys.argv[3:])
