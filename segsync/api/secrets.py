"""Keeps the token out of everything that comes back: a server or a proxy may repeat it."""

import json

REPLACEMENT = "[token]"

# No real token is shorter. Short ones are the public token of the local sandbox and those of tests;
# they are words or letters that stand in every answer.
_SHORTEST = 8


class Redactor:
    """Replaces one token, as it is and as JSON or Python would quote it."""

    def __init__(self, token: str) -> None:
        quoted = json.dumps(token)[1:-1]
        forms = {token, quoted, quoted.replace("/", r"\/"), repr(token)[1:-1]}
        # The longest first, so that no form hides inside another.
        secret = forms if len(token) >= _SHORTEST else set()
        self._forms = sorted(secret, key=len, reverse=True)

    def __repr__(self) -> str:
        return "Redactor()"

    def text(self, text: str) -> str:
        """Return a text without the token."""
        for form in self._forms:
            text = text.replace(form, REPLACEMENT)
        return text

    def body(self, body: bytes) -> bytes:
        """Return a body without the token; almost always it is the same object."""
        for form in self._forms:
            if form.encode() in body:
                body = body.replace(form.encode(), REPLACEMENT.encode())
        return body
