"""Writes docs/api-facts.md from the contract tests: run it as `make facts`."""

import importlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.contract.cassettes import ANSWERS
from tests.contract.facts import MEANINGS, Fact, fact_of
from tests.contract.traps import TRAPS
from tests.contract.unheld import UNHELD

PAGE = Path(__file__).parents[2] / "docs" / "api-facts.md"
_TEMPLATE = Path(__file__).with_name("page.md")
AREAS = {
    "test_conventions": "Tokens, envelopes and errors",
    "test_lists": "Lists and reads",
    "test_creates": "Creates",
    "test_definitions": "Definitions",
    "test_updates": "Updates",
    "test_deletes": "Deletes",
    "test_groups": "Groups",
    "test_counts": "Validation, sizes, history",
    "test_members": "Members, fields, summaries",
    "test_around": "Around segments",
    "test_jobs": "Jobs",
    "test_schema": "Schemas",
    "test_collections": "Segment collections",
    "test_limits": "Limits",
    "test_refusals": "Refusals",
}


@cache
def facts() -> tuple[Fact, ...]:
    """Return what the contract tests hold, in the order of the tests."""
    modules = (importlib.import_module(f"tests.contract.{name}") for name in AREAS)
    found = (fact_of(each) for module in modules for each in vars(module).values())
    return tuple(each for each in found if each is not None)


def page() -> str:
    """Return the whole text of the page."""
    parts = {
        "CONFIDENCE": _table(("word", "means"), MEANINGS.items()),
        "FACTS": "\n\n".join(_areas()),
        "QUESTIONS": _questions(),
        "UNHELD": _unheld(),
        "TRAPS": _traps(),
    }
    text = _TEMPLATE.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def _areas() -> Iterator[str]:
    for name, title in AREAS.items():
        held = [each for each in facts() if each.test.startswith(f"{name}.py") and not each.answers]
        rows = ((f"`{each.id}`", each.says, _source(each), _test(each)) for each in held)
        yield f"### {title}\n\n{_table(('fact', 'says', 'how sure', 'test'), rows)}"


def _questions() -> str:
    said = _said()
    rows = (
        (
            f"`{each.id}`",
            str(each.number or "-"),
            f"{each.says} {_reason(each)}".strip(),
            each.default,
            "; ".join(_other(answer, switch) for answer, switch in list(each.answers.items())[1:]),
            said.get(each.id, "unknown"),
            _test(each),
        )
        for each in facts()
        if each.answers
    )
    head = ("question", "no.", "asks", "sandbox default", "other answer: switch", "Lytics", "test")
    return _table(head, rows)


def _other(answer: str, switch: str | None) -> str:
    if switch is None:
        return f"{answer}: none"
    return f"{answer}: {', '.join(f'`{each}`' for each in switch.split())}"


def _reason(question: Fact) -> str:
    reason = question.source.removeprefix("Unknown").lstrip(": ").strip(".")
    return f"({reason})" if reason else ""


def _said() -> Mapping[str, str]:
    found: Mapping[str, str] = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
    return found


def _unheld() -> str:
    rows = (
        (f"`{each.id}`", each.says, each.confidence, each.why, _elsewhere(each.elsewhere))
        for each in UNHELD
    )
    return _table(("fact", "says", "how sure", "why not", "played in"), rows)


def _elsewhere(test: str) -> str:
    return f"`{test}`" if test else "-"


def _traps() -> str:
    rows = (
        (
            each.says,
            each.guard,
            "<br>".join(f"`{test.removeprefix('tests/')}`" for test in each.tests),
        )
        for each in TRAPS
    )
    return _table(("trap", "guard", "fails without it"), rows)


def _source(fact: Fact) -> str:
    return fact.source[0].lower() + fact.source[1:].rstrip(".")


def _test(fact: Fact) -> str:
    file, _, name = fact.test.partition("::")
    note = ", sandbox only" if fact.sandbox_only else ""
    return f"`{name}`{note}" if file else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
