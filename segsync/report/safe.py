"""Makes foreign text harmless where it becomes output: terminals, Markdown and HTML.

Names, descriptions, FilterQL and messages of the API can hold anything. Text goes through here
exactly once, at the moment it is rendered; segsync's own escape sequences are added afterwards.
"""

from unicodedata import category

# Controls, format characters (bidi, zero-width), lone surrogates, line and paragraph separators:
# what moves a cursor, reorders what is read, hides, or cannot be encoded.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_KEPT = frozenset("\t\n")
_SHOWN = {"\n": "\\n", "\t": "\\t"}

# GitHub looks for mentions and references after Markdown was rendered, so that a backslash does
# not stop it; an invisible space behind the sign does.
_BREAK = "&#8203;"
_HTML = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#39;",
        "@": f"@{_BREAK}",
        "#": f"#{_BREAK}",
    }
)
# Entities never have a structural meaning in Markdown; they stand where a backslash could be
# misread, as in the cells of a table.
_MARKDOWN = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "*_{}[]()+-!~:.=$"},
        "\\": "&#92;",
        "`": "&#96;",
        "|": "&#124;",
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "@": f"@{_BREAK}",
        "#": f"&#35;{_BREAK}",
    }
)


def safe_text(text: str) -> str:
    r"""Return the text with every unsafe character but tab and newline shown as `\u{…}`."""
    if text.isprintable():
        return text
    return "".join(each if each in _KEPT else _visible(each) for each in text)


def safe_line(text: str) -> str:
    r"""Return the text as one line: as `safe_text`, with tab and newline shown as `\t` and `\n`."""
    if text.isprintable():
        return text
    return "".join(_SHOWN.get(each) or _visible(each) for each in text)


def markdown_text(text: str) -> str:
    """Return the text as one line that Markdown, HTML and GitHub show and do not interpret."""
    return safe_line(text).translate(_MARKDOWN)


def html_text(text: str) -> str:
    """Return the text as one line for the inside of an HTML element."""
    return safe_line(text).translate(_HTML)


def safe_lines(text: str) -> str:
    """Return a text of several lines as `safe_text`, each of them as `log_line`.

    For messages that quote others, of which any line may be foreign.
    """
    return "\n".join(map(log_line, safe_text(text).split("\n")))


def _visible(character: str) -> str:
    if character.isprintable() or category(character) not in _UNSAFE:
        return character
    return f"\\u{{{ord(character):x}}}"


def log_line(line: str) -> str:
    r"""Return a finished line so that the runner of a GitHub workflow sees no command in it.

    Commands are `::name …` at the start of a line, blanks before it ignored, and `##[name]`.
    """
    bare = line.lstrip()
    if bare.startswith("::"):
        line = f"{line[: len(line) - len(bare)]}\\u{{3a}}{bare[1:]}"
    return line.replace("##[", "#\\u{23}[")
