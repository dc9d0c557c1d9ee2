"""The group of commands `segsync ql`."""

import click

from segsync.cli.ql.comparing import diff, equal
from segsync.cli.ql.evaluation import evaluate
from segsync.cli.ql.reading import ast, explain, fmt, lint, parse


@click.group(
    epilog="""\b
A definition is an argument, @FILE, or - for standard input, which is also read without one.
With --jsonl a command reads questions, one JSON object per line, and answers each on a line of
its own with the id of the question.

\b
Examples:
  segsync ql explain 'FILTER AND (visits > 5, NOT INCLUDE staff)'
  segsync ql lint --file audience.fql
  echo '{"id": 1, "q": "FILTER a = 1"}' | segsync ql parse --jsonl
"""
)
def ql() -> None:
    """Read, check, compare, explain and evaluate FilterQL.

    Needs no account, no files and no configuration.
    """


for _command in (parse, fmt, lint, ast, equal, diff, explain, evaluate):
    ql.add_command(_command)
