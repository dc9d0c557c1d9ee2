"""Asks a person before the first write."""

import sys

import click


def confirmed(question: str, *, review: str) -> bool:
    """Return whether the answer is yes; where nobody can answer, that is a usage error.

    `review` says what to do before `--auto-approve` is given.
    """
    if not sys.stdin.isatty():
        message = f"there is no terminal to ask on; {review} and give --auto-approve"
        raise click.UsageError(message)
    answer = click.prompt(f"\n{question}? Only yes is taken for yes", default="no", err=True)
    return bool(answer == "yes")
