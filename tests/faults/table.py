"""What hostile input leads to on the screen, kept as whole texts, and what no output may hold."""

import re
from functools import cache
from pathlib import Path
from unicodedata import category

_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@cache
def _expected(name: str) -> dict[str, str]:
    text = Path(__file__).with_name(f"{name}.txt").read_text("utf-8")
    parts = re.split(r"^== (.+)\n", text, flags=re.MULTILINE)[1:]
    return {what: told.rstrip("\n") for what, told in zip(parts[::2], parts[1::2], strict=True)}


def expected(name: str, what: str) -> str:
    """Return the message that is expected for one hostile input."""
    return _expected(name)[what]


def harmless(text: str) -> bool:
    """Return whether a text moves no cursor, hides nothing and gives no order to a CI runner."""
    lines = text.split("\n")
    is_plain = all(category(each) not in _UNSAFE for each in text if each not in "\n\t")
    return is_plain and not any(each.lstrip().startswith("::") or "##[" in each for each in lines)
