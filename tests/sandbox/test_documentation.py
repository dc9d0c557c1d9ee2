from pathlib import Path

from segsync.sandbox.seed import TOKENS
from segsync.sandbox.sizes import POPULATION
from segsync.sandbox.switches import meanings

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_every_switch_is_on_the_page_with_its_meaning() -> None:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in meanings().items()]
    assert "\n".join(rows) in PAGE


def test_the_tokens_and_the_population_are_on_the_page() -> None:
    assert all(f"| `{token}` |" in PAGE for token in TOKENS)
    assert f"{POPULATION:,} profiles" in PAGE
