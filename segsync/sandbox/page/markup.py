"""HTML as text: everything that comes from an account or a request is escaped here, once."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_KEPT = frozenset("\n\t")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is safe to put into a page."""

    source: str


Content = str | int | Html


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, and the CSS class of its cells."""

    title: str
    css: str = ""


def markup(content: Content) -> str:
    """Return content as HTML; characters that are not seen, or turn the text, show their code."""
    if isinstance(content, Html):
        return content.source
    if isinstance(content, int):
        return f"{content:,}"
    return escape("".join(each if _is_shown(each) else f"\\u{{{ord(each):x}}}" for each in content))


def joined(*contents: Content, by: str = "") -> Html:
    """Return contents one after the other."""
    return Html(by.join(map(markup, contents)))


def element(name: str, *contents: Content, css: str = "") -> Html:
    """Return an element with these contents."""
    attribute = f' class="{escape(css)}"' if css else ""
    return Html(f"<{name}{attribute}>{joined(*contents).source}</{name}>")


def section(title: str, note: str, *contents: Content) -> Html:
    """Return a titled part of the page that the list of contents leads to."""
    name = escape(anchor(title))
    head = f'<h2 id="{name}">{markup(title)} <small>{markup(note)}</small></h2>'
    return Html(f"<section>\n{head}\n{joined(*contents).source}\n</section>\n")


def anchor(title: str) -> str:
    """Return the name by which a link reaches a section."""
    return title.lower().replace(" ", "-")


def table(columns: Sequence[Column], rows: Iterable[Sequence[Content]]) -> Html:
    """Return a table, or a word where it would have no rows."""
    body = "\n".join(_row(columns, row) for row in rows)
    if not body:
        return Html('<p class="dim">None.</p>')
    heads = "".join(f"<th{_css(each)}>{markup(each.title)}</th>" for each in columns)
    return Html(f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table>")


def tag(text: str, css: str = "") -> Html:
    """Return a small label."""
    return element("span", text, css=f"tag {css}".strip())


def _row(columns: Sequence[Column], row: Sequence[Content]) -> str:
    cells = "".join(
        f'<td{_css(column)} data-label="{escape(column.title)}">{markup(content)}</td>'
        for column, content in zip(columns, row, strict=True)
    )
    return f"<tr>{cells}</tr>"


def _css(column: Column) -> str:
    return f' class="{escape(column.css)}"' if column.css else ""


def _is_shown(character: str) -> bool:
    return character in _KEPT or unicodedata.category(character) not in _HIDDEN
