"""Turns what a guard says of an answer into an ending, strays removed."""

from typing import assert_never

from segsync.applier.endings import Done, Ending, Failed, invalid
from segsync.applier.guards import (
    KeyNotTaken,
    MadeAnother,
    MadeInvalid,
    MadeUnderOtherKey,
    Seen,
    StoredOtherwise,
    Trap,
)
from segsync.applier.run import Run
from segsync.applier.strays import remove_stray
from segsync.plan import Change, Managed


def judge(change: Change, sent: Managed, run: Run, *, answer: Seen, trap: Trap | None) -> Ending:
    """Return how a write of `sent` ended that was answered and fell into this trap, or none."""
    match trap:
        case None:
            run.record(change, answer)
            return Done(answer.id)
        case MadeUnderOtherKey(asked=asked, made=made):
            what = f'"{asked}" is taken: the account made "{made}" ({answer.id}) instead'
            return _without_stray(what, answer, run, sent=sent)
        case MadeAnother(id=object_id):
            what = f"the account did not change {object_id} but answered with"
            return _without_stray(f'{what} "{answer.key}" ({answer.id})', answer, run, sent=sent)
        case KeyNotTaken(asked=asked, has=has):
            return Failed(f'the account named it "{has}" and not "{asked}"', id=answer.id)
        case StoredOtherwise(fields=fields):
            what = ", ".join(fields)
            return Failed(f"the account stored something else than was sent: {what}", id=answer.id)
        case MadeInvalid(reason=reason):
            return Failed(invalid(reason), id=answer.id)
        case _:
            assert_never(trap)


def _without_stray(what: str, stray: Seen, run: Run, *, sent: Managed) -> Failed:
    """Remove what a write made by accident, and return what happened and what became of it."""
    request_id = run.last_request_id
    return Failed(f"{what}; {remove_stray(stray, run, sent=sent)}", request_id=request_id)
