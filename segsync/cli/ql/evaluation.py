"""The command `segsync ql eval`."""

from datetime import UTC, datetime

import click

from segsync.cli.ql.inputs import (
    ENVIRONMENT,
    Source,
    explained,
    on_definition,
    read,
    refused,
    say_line,
)
from segsync.errors import ExitCode
from segsync.filterql.evaluator import Profile, read_profile, trace
from segsync.filterql.records import segments
from segsync.report.safe import safe_line


def _moment(_: click.Context, __: click.Parameter, value: datetime | None) -> datetime | None:
    return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


def _named(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Read `NAME=TEXT`."""
    parts = [each.partition("=") for each in values]
    for name, equals, _text in parts:
        if not (name and equals):
            message = f"{name!r} is not NAME=TEXT."
            raise click.BadParameter(message)
    return tuple((name, text) for name, _equals, text in parts)


@click.command(
    "eval",
    epilog="""\b
Examples:
  segsync ql eval 'FILTER visits > 5' --profile '{"visits": 7}'
  segsync ql eval 'FILTER INCLUDE vip' --include 'vip=FILTER spend > 500' --profile @anna.json
""",
    context_settings=ENVIRONMENT,
)
@on_definition("eval")
@click.option("--profile", metavar="JSON|@FILE", help="The fields of one person.")
@click.option(
    "--include",
    "included",
    metavar="NAME=TEXT",
    multiple=True,
    callback=_named,
    help="A segment that is included. Repeatable.",
)
@click.option(
    "--now",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]),
    callback=_moment,
    help="The moment that dates count from, in UTC without a zone.  [default: now]",
)
def evaluate(
    source: Source,
    *,
    profile: str | None,
    included: tuple[tuple[str, str], ...],
    now: datetime | None,
) -> int:
    """Say whether a person is in an audience.

    Also tells which condition decides. A profile is plain JSON. Dates are written
    {"$time": "2026-01-31"}; docs/ql.md has the other types. An audience that is undefined for a
    person is out, with NOT before it or without.
    """
    if profile is None:
        message = "a profile is needed: --profile '{\"visits\": 7}'"
        raise click.UsageError(message)
    moment = now or datetime.now(UTC)
    person = _profile(read(profile, "profile"), moment)
    statement = source.statement()
    with explained("included segment"):
        result = trace(statement.filter, person, now=moment, include=segments(dict(included)))
    say_line(f"{'in' if result.verdict.match else 'out'} ({result.verdict.value})")
    for line in result.lines():
        say_line(safe_line(line))
    return ExitCode.OK


def _profile(source: Source, now: datetime) -> Profile:
    content = source.json()
    if not isinstance(content, dict):
        raise refused(source.name, "profile", "a profile is a JSON object")
    try:
        return read_profile(content, now=now)
    except (ValueError, RecursionError) as problem:
        raise refused(source.name, "profile", str(problem)) from problem
