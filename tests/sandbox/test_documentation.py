from pathlib import Path

from segsync.sandbox.access import TOKENS
from segsync.sandbox.codes import MEANINGS
from segsync.sandbox.faults.kinds import PROFILES, FaultKind
from segsync.sandbox.messages import Code
from segsync.sandbox.sizes import PROFILES as PEOPLE
from segsync.sandbox.switches import meanings

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_every_switch_is_on_the_page_with_its_meaning() -> None:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in meanings().items()]
    assert "\n".join(rows) in PAGE


def test_the_tokens_and_the_population_are_on_the_page() -> None:
    assert all(f"| `{token}` |" in PAGE for token in TOKENS)
    assert f"{PEOPLE:,} profiles" in PAGE


def test_every_error_code_is_on_the_page_with_what_makes_it() -> None:
    assert set(MEANINGS) == set(Code)
    for code, each in MEANINGS.items():
        assert bool(each.situation) != bool(each.missing), code
        what = each.situation or f"nothing: {each.missing}"
        assert f"\n| `{code}` | {each.status} | {what} |\n" in PAGE


def test_every_fault_is_on_the_page_with_its_meaning() -> None:
    for kind in FaultKind:
        profile = PROFILES[kind]
        word = f"`{kind}=` ({profile.unit})" if profile.unit else f"`{kind}`"
        if kind is FaultKind.STATUS:
            word = "`429`, `500`, `502`, `503`, …"
        assert f"\n| {word} | {profile.meaning} | {profile.phase or '-'} |\n" in PAGE
