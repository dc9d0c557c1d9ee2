"""`segsync sandbox fault` and `switch`: what the local Lytics does wrong, and how it decides."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from segsync.cli.options import ENVIRONMENT, common
from segsync.cli.output import say_last
from segsync.cli.sandbox_account import opened, state_file, state_option
from segsync.diagnostics import error
from segsync.errors import ExitCode, InvalidInputError
from segsync.report.safe import safe_line
from segsync.report.words import counted
from segsync.sandbox.controls import add_fault, clear_faults, faults, set_switches
from segsync.sandbox.faults.rules import FaultRuleError
from segsync.sandbox.switches import Switches, meanings


@contextmanager
def explained_rules() -> Iterator[None]:
    """Tell people of a rule or a switch that does not exist."""
    try:
        yield
    except FaultRuleError as problem:
        summary, _, detail = str(problem).partition("\n")
        raise InvalidInputError([error("bad-fault-rule", summary, detail=detail)]) from problem
    except LookupError as problem:
        raise InvalidInputError([error("unknown-fault-rule", problem.args[0])]) from problem
    except ValueError as problem:
        raise InvalidInputError([error("unknown-switch", str(problem))]) from problem


@click.group(epilog="\b\nExamples:\n  segsync sandbox fault add POST /v2/segment nth=3 drop-after")
def fault() -> None:
    """Let requests to the local Lytics go wrong by rules."""


@fault.command(
    epilog="\b\nExamples:\n  segsync sandbox fault add POST /v2/segment nth=3 drop-after\n"
    "  segsync sandbox fault add 'WRITE p=0.1 seed=7 503-before retry-after=2'\n"
    "  segsync sandbox fault add rate=4 burst=8",
    context_settings=ENVIRONMENT,
)
@common
@state_option
@click.argument("rule", nargs=-1, required=True)
def add(
    *, config: Path | None, account: str | None, state: Path | None, rule: tuple[str, ...]
) -> int:
    """Add a rule: [METHOD] [/path] FAULT [nth=… every=… p=… seed=… times=…].

    It holds from now on, for a server that runs on the same file too.
    """
    with opened(state_file(config, account, state)) as store, explained_rules():
        rule_id = add_fault(store, _text(rule))
    say_last(f"Rule {rule_id} holds now; `segsync sandbox fault clear {rule_id}` takes it out.\n")
    return ExitCode.OK


def _text(words: tuple[str, ...]) -> str:
    """Return the rule as one text: given as one word, or as many of which some hold a space."""
    if len(words) == 1:
        return words[0]
    return " ".join(shlex.quote(word) if " " in word else word for word in words)


@fault.command(
    "list", epilog="\b\nExamples:\n  segsync sandbox fault list", context_settings=ENVIRONMENT
)
@common
@state_option
def list_rules(*, config: Path | None, account: str | None, state: Path | None) -> int:
    """Show the rules, how many requests fitted each, and how many it struck."""
    with opened(state_file(config, account, state)) as store:
        standings = faults(store)
    for each in standings:
        rule = safe_line(each.rule.text)
        say_last(f"{each.rule_id:>3}  {rule}  ({each.seen} seen, {each.struck} struck)\n")
    if not standings:
        say_last("No rule: nothing goes wrong.\n")
    return ExitCode.OK


@fault.command(
    epilog="\b\nExamples:\n  segsync sandbox fault clear\n  segsync sandbox fault clear 2 3",
    context_settings=ENVIRONMENT,
)
@common
@state_option
@click.argument("ids", nargs=-1, metavar="[ID]...")
def clear(
    *, config: Path | None, account: str | None, state: Path | None, ids: tuple[str, ...]
) -> int:
    """Take out the rules with these ids, or all."""
    with opened(state_file(config, account, state)) as store, explained_rules():
        count = clear_faults(store, *ids)
    say_last(f"Took out {counted(count, 'rule')}.\n")
    return ExitCode.OK


@click.command(
    epilog="\b\nExamples:\n  segsync sandbox switch\n  segsync sandbox switch merge_on_put on",
    context_settings=ENVIRONMENT,
)
@common
@state_option
@click.argument("name", required=False)
@click.argument("position", type=click.Choice(["on", "off"]), required=False)
def switch(
    *,
    config: Path | None,
    account: str | None,
    state: Path | None,
    name: str | None,
    position: str | None,
) -> int:
    """Show the switches, or turn one on or off.

    Each is an open question about the API; off is the assumed answer.
    """
    with opened(state_file(config, account, state)) as store, explained_rules():
        if name and position:
            set_switches(store, **{name: position == "on"})
        elif name:
            Switches.of({name: True})  # tells of a name that does not exist
        with store.read() as account_state:
            switches = account_state.switches.as_dict()
    for each, meaning in meanings().items():
        if name in (None, each):
            say_last(f"{'on ' if switches[each] else 'off'}  {each}: {meaning}\n")
    return ExitCode.OK
