"""How a body reaches the client under a fault: which pieces, and the pause before each."""

from segsync.sandbox.messages import Ending, Response

_PIECES = 20


def pieces(response: Response) -> list[tuple[float, bytes]]:
    """Return the pieces of the body that arrive, each with the seconds to wait before it.

    Of a body that is cut, the first half arrives.
    """
    body, delivery = response.body, response.delivery
    sent = body[: len(body) // 2] if delivery.ending is Ending.CUT else body
    size = max(1, -(-len(sent) // _PIECES) if delivery.drip_s else len(sent))
    starts = range(0, len(sent), size)
    return [(delivery.drip_s / len(starts), sent[start : start + size]) for start in starts]
