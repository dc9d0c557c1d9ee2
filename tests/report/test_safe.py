import pytest

from segsync.report.safe import html_text, log_line, markdown_text, safe_line, safe_lines, safe_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcode, 日本語, 😀", "plain, ünïcode, 日本語, 😀"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[31mred\x1b[0m", "\\u{1b}[31mred\\u{1b}[0m"),
        ("\x1b]8;;http://evil\x07link", "\\u{1b}]8;;http://evil\\u{7}link"),
        ("\x9b31m by C1", "\\u{9b}31m by C1"),
        ("\x7f and \r", "\\u{7f} and \\u{d}"),
        ("abc\u202ecba", "abc\\u{202e}cba"),
        ("zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"),
        ("line\u2028separator", "line\\u{2028}separator"),
        ("lone \ud800", "lone \\u{d800}"),
        ("10\u00a0000\u202f€", "10\u00a0000\u202f€"),
    ],
)
def test_what_a_terminal_could_misread_is_spelled_out(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_a_line_stays_one_line() -> None:
    assert safe_line("a\nb\tc\rd") == "a\\nb\\tc\\u{d}d"
    assert safe_line("nothing to do") == "nothing to do"


def test_markdown_shows_the_text_and_interprets_nothing() -> None:
    assert (
        markdown_text("**b** _i_ `c` [x](y) <img> &amp; | ~~s~~ \\ #1 @team\n- $x$")
        == "\\*\\*b\\*\\* \\_i\\_ &#96;c&#96; \\[x\\]\\(y\\) &lt;img&gt; &amp;amp; &#124; "
        "\\~\\~s\\~\\~ &#92; &#35;&#8203;1 @&#8203;team&#92;n\\- \\$x\\$"
    )


def test_markdown_makes_no_link_of_an_address() -> None:
    assert markdown_text("https://evil.example www.evil.example") == (
        "https\\://evil\\.example www\\.evil\\.example"
    )


def test_html_shows_the_text_and_interprets_nothing() -> None:
    assert html_text("</details> & \"q\" 'a' @team #1\n") == (
        "&lt;/details&gt; &amp; &quot;q&quot; &#39;a&#39; @&#8203;team #&#8203;1\\n"
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::boom", "\\u{3a}:error::boom"),
        ("    ::set-output name=x::y", "    \\u{3a}:set-output name=x::y"),
        ("Region::US", "Region::US"),
        ("say ##[debug]", "say #\\u{23}[debug]"),
    ],
)
def test_no_line_is_a_workflow_command(line: str, shown: str) -> None:
    assert log_line(line) == shown


def test_a_message_of_several_lines_is_harmless_in_each() -> None:
    assert safe_lines("Error: a\n::error::b\n  \x1b[2Jc") == (
        "Error: a\n\\u{3a}:error::b\n  \\u{1b}[2Jc"
    )
