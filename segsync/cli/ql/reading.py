"""Commands on one definition: parse, fmt, lint, ast, explain."""

import json
from collections.abc import Iterable, Iterator

import click

from segsync.cli.ql.inputs import ENVIRONMENT, Source, on_definition, refused, say_data, say_line
from segsync.errors import ExitCode
from segsync.filterql import (
    AstError,
    Node,
    format_statement,
    from_ast,
    includes,
    print_filter,
    print_statement,
    to_ast,
)
from segsync.filterql.explain import explain as explained
from segsync.filterql.gates import Refusal, gates
from segsync.filterql.lint import Finding, Severity, apply_fixes, lint_ast
from segsync.filterql.lint import lint as lint_text
from segsync.filterql.records import position
from segsync.report.safe import safe_line

_LIST = "FILTER AND (visits > 5, NOT INCLUDE staff)"


def _examples(*lines: str) -> str:
    return "\n".join(("\b", "Examples:", *(f"  segsync ql {line}" for line in lines)))


@click.command(
    epilog=_examples(
        f"parse '{_LIST}'",
        """parse --jsonl <<< '{"id": 1, "q": "FILTER a = 1"}'""",
    ),
    context_settings=ENVIRONMENT,
)
@on_definition("parse")
def parse(source: Source) -> int:
    """Show how a definition is read.

    On one line, what it includes, and its AST. Also tells what comes after the parser: whether the
    check that the server makes when a segment is saved, and the index that finds its members, take
    the definition too.
    """
    statement = source.statement()
    say_line(safe_line(print_statement(statement)))
    for each in includes(statement.filter):
        say_line(f"includes {safe_line(each.reference)}")
    found = gates(statement, source.text)
    for gate, refusals in (("schema check", found.schema), ("index", found.index)):
        say_line(f"{gate}: {_verdict(source.text, refusals)}")
    say_line(_json(statement.filter, source))
    return ExitCode.OK


def _verdict(text: str, refusals: tuple[Refusal, ...]) -> str:
    if not refusals:
        return "passes"
    line, column = position(text, refusals[0].span[0])
    return f"refused at {line}:{column}: {safe_line(refusals[0].reason)}"


def _json(node: Node, source: Source) -> str:
    try:
        return json.dumps(to_ast(node), indent=2)
    except RecursionError as problem:
        raise refused(source.name, "ast", "its AST is nested too deeply for JSON") from problem


@click.command(
    epilog=_examples("fmt --file audience.fql", "fmt --check --file audience.fql"),
    context_settings=ENVIRONMENT,
)
@on_definition("fmt")
@click.option("--check", is_flag=True, help="Print nothing; end with 2 if the layout differs.")
def fmt(source: Source, *, check: bool) -> int:
    """Print a definition in the one layout.

    Comments before FILTER are kept, those inside the filter are not.
    """
    formatted = format_statement(source.statement())
    if check:
        return ExitCode.OK if source.text.strip() == formatted.strip() else ExitCode.CHANGES
    say_data(formatted)
    return ExitCode.OK


@click.command(
    epilog=_examples("lint \"FILTER plan = 'gold'\"", "lint --fix --file audience.fql"),
    context_settings=ENVIRONMENT,
)
@on_definition("lint")
@click.option("--fix", is_flag=True, help="Print the definition with all fixes that are safe.")
def lint(source: Source, *, fix: bool) -> int:
    """Find what does otherwise than it looks.

    Ends with 3 if a finding is an error. An AST, which starts with a brace, is looked through as
    well. docs/lint has a page for each rule.
    """
    findings = lint_ast(source.json()) if _is_ast(source) else lint_text(source.text)
    if fix:
        say_data(apply_fixes(source.text, findings))
        return ExitCode.OK
    for line in _told(source.text, findings):
        say_line(line)
    wrong = any(each.severity is Severity.ERROR for each in findings)
    return ExitCode.INVALID_INPUT if wrong else ExitCode.OK


def _told(text: str, findings: Iterable[Finding]) -> Iterator[str]:
    for each in findings:
        line, column = position(text, each.span[0])
        where = ".".join(map(str, each.path)) or f"{line}:{column}"
        yield f"{safe_line(where)}: {each.severity}: {safe_line(each.message)} [{each.rule}]"
        yield f"    {safe_line(each.way_out)}"


@click.command(
    epilog=_examples(
        "ast 'FILTER a = 1'",
        """ast '{"op": "exists", "args": [{"ident": "email"}]}'""",
    ),
    context_settings=ENVIRONMENT,
)
@on_definition("ast")
def ast(source: Source) -> int:
    """Turn a definition into its AST, or back.

    What starts with a brace is an AST.
    """
    if _is_ast(source):
        say_data(f"FILTER {print_filter(_tree(source))}")
    else:
        say_line(_json(source.statement().filter, source))
    return ExitCode.OK


def _is_ast(source: Source) -> bool:
    return source.text.lstrip().startswith("{")


def _tree(source: Source) -> Node:
    value = source.json()
    try:
        return from_ast(value)
    except AstError as problem:
        raise refused(source.name, "ast", str(problem)) from problem


@click.command(epilog=_examples(f"explain '{_LIST}'"), context_settings=ENVIRONMENT)
@on_definition("explain")
def explain(source: Source) -> int:
    """Say in plain English who is in an audience."""
    for line in explained(source.statement()):
        say_line(safe_line(line))
    return ExitCode.OK
