"""The command `segsync`: finds the subcommand, and turns every ending into an exit code.

Subcommands are loaded when they are called, so that `--help` imports nothing but click.
"""

import sys
from typing import NoReturn

import click
from click.core import ParameterSource

from segsync import __version__
from segsync.cli.output import open_missing_streams, silence
from segsync.errors import ExitCode

# name -> (module:attribute, line of help); `--help` is written from this table alone.
_COMMANDS = {
    "validate": ("segsync.cli.validate:validate", "Check the files; needs no account."),
    "test": ("segsync.cli.test:test", "Run the audience tests; needs no account."),
    "plan": ("segsync.cli.plan:plan", "Show what an apply would do."),
    "apply": ("segsync.cli.apply:apply", "Carry out a plan, saved or fresh."),
    "history": ("segsync.cli.history:history", "List what earlier runs did."),
    "rollback": ("segsync.cli.rollback:rollback", "Undo an earlier run."),
    "drift": ("segsync.cli.drift:drift", "Show what somebody changed by hand."),
    "show": ("segsync.cli.show:show", "Show everything about one segment."),
    "compare": ("segsync.cli.compare:compare", "Compare two accounts with each other."),
    "pull": ("segsync.cli.pull:pull", "Write files for what the account has."),
    "reevaluate": (
        "segsync.cli.reevaluate:reevaluate",
        "Have members computed anew, ancestors first.",
    ),
    "doctor": ("segsync.cli.doctor:doctor", "Find out what stops a run, and what to do."),
    "ql": ("segsync.cli.ql.group:ql", "Read, check, compare and evaluate FilterQL."),
    "sandbox": ("segsync.cli.sandbox:sandbox", "Run the local Lytics."),
}

_EPILOG = """\b
Examples:
  segsync validate
  segsync plan --account prod
  segsync apply --account prod

\b
Exit codes:
    0  done; no changes, or changes without --detailed-exitcode
    1  an unexpected error: a bug
    2  changes or drift are present (plan --detailed-exitcode, drift)
    3  the input is wrong: usage, configuration, files
    4  the token is missing, rejected, lacks a permission, or is another account's
    5  the network or the API gave up on us; safe to run again
    6  refused by a safety rule; nothing was written
    7  applied in part; the report says what is left
    8  the saved plan is stale; nothing was written
  130  interrupted after the calls in flight had finished

\b
Environment: every option of a command can be given as SEGSYNC_<OPTION>, for example
SEGSYNC_ACCOUNT=prod. The token is read from LYTICS_API_TOKEN, or from the variable that
segsync.yaml names as token_env. NO_COLOR switches colors off.
"""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        """Read the command line; a reader of --help who has gone is no error, as click has it.

        Raises click.ClickException when --help or --version cannot be written, as on a full disk.
        """
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            silence()
            raise click.exceptions.Exit(ExitCode.OK) from None
        except OSError as problem:
            silence(sys.stdout)
            message = f"standard output: {problem.strerror}"
            raise click.ClickException(message) from problem

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what it raises is explained while its options are still known."""
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except (click.ClickException, click.Abort, KeyboardInterrupt) as problem:
            # Said by `run`; who reads a report instead is told here.
            from segsync.cli.endings import tell_reports  # noqa: PLC0415 - not needed by --help

            tell_reports(problem, ctx)
            if isinstance(problem, click.ClickException):
                raise
            if isinstance(problem, KeyboardInterrupt):
                click.echo(err=True)  # ends the line on which the terminal shows ^C
            from segsync.cli.interrupts import interrupted  # noqa: PLC0415 - not needed by --help

            said = f"{interrupted(ctx).capitalize()}."
            raise click.Abort(said) from problem
        except BrokenPipeError:
            # Who reads our output has gone before the work was done, and so are we; a help text
            # is no work.
            silence()
            return ExitCode.OK if "--help" in sys.argv[1:] else ExitCode.INTERRUPTED
        except Exception as problem:  # noqa: BLE001 - the last resort: every ending needs a code
            from segsync.cli.endings import explain  # noqa: PLC0415 - not needed by --help

            return explain(problem, ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command of this name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        from importlib import import_module  # noqa: PLC0415 - not needed by --help

        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; to a name that is none of them, say which one is near."""
        if args[0] in _COMMANDS or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from segsync.diagnostics import did_you_mean  # noqa: PLC0415 - not needed by --help

        message = f"No such command {args[0]!r}. {did_you_mean(args[0], _COMMANDS)}"
        raise click.UsageError(message.strip(), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.command(
    cls=LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="segsync", message="%(prog)s %(version)s")
def main() -> None:
    """GitOps for Lytics audiences.

    YAML files describe the segments and segment groups of a Lytics account. `plan` compares them
    with the account, `apply` makes the account what the files say, `drift` tells what somebody
    changed by hand.
    """


def run() -> NoReturn:
    """Run the command line and leave the process with one of the documented exit codes."""
    open_missing_streams()
    try:
        code = int(main.main(prog_name="segsync", standalone_mode=False) or 0)
    except click.Abort as problem:
        click.echo(str(problem) or "Interrupted.", err=True)
        code = ExitCode.INTERRUPTED
    except click.ClickException as problem:
        problem.show()
        _tell_variable(problem)
        code = ExitCode.INVALID_INPUT
    sys.exit(code)


def _tell_variable(problem: click.ClickException) -> None:
    """Say so when the value that is wrong was not given on the command line."""
    if not isinstance(problem, click.BadParameter) or not problem.param or not problem.ctx:
        return
    option, context = problem.param, problem.ctx
    if context.get_parameter_source(option.name) is ParameterSource.ENVIRONMENT:
        variable = option.envvar or f"{context.auto_envvar_prefix}_{option.name.upper()}"
        click.echo(f"The value comes from the environment variable {variable}.", err=True)
