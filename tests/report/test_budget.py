from segsync.report.budget import Piece, Weight, fitted

_HEAD = Piece("head\n")
_TOTAL = Piece("total\n")


def test_a_document_within_its_budget_is_left_alone() -> None:
    detail = Piece("detail\n", Weight.DETAIL)
    assert fitted((_HEAD, detail, _TOTAL), 100) == "head\ndetail\ntotal\n"


def test_the_largest_detail_goes_first() -> None:
    small, large = Piece("s" * 300, Weight.DETAIL), Piece("L" * 600, Weight.DETAIL)
    assert fitted((_HEAD, small, large, _TOTAL), 600) == (
        f"head\n{'s' * 300}"
        "_Left out to stay within the size of a comment: the details of 1 of the changes. "
        "The text and JSON reports have everything._\n\n"
        "total\n"
    )


def test_messages_and_rows_go_after_details_and_from_the_end() -> None:
    rows = tuple(Piece(f"row {each} {'r' * 94}\n", Weight.ROW) for each in range(5))
    messages = tuple(Piece(f"message {each} {'m' * 90}\n", Weight.DIAGNOSTIC) for each in range(3))
    urgent = Piece("urgent\n", Weight.ATTENTION)
    detail = Piece("d" * 50, Weight.DETAIL)
    assert fitted((_HEAD, urgent, *rows, detail, *messages, _TOTAL), 500) == (
        "head\nurgent\n"
        f"row 0 {'r' * 94}\nrow 1 {'r' * 94}\n"
        "_Left out to stay within the size of a comment: the details of 1 of the changes, "
        "3 messages, 3 rows. The text and JSON reports have everything._\n\n"
        "total\n"
    )


def test_points_that_need_attention_go_last_and_totals_never() -> None:
    urgent = tuple(Piece(f"urgent {each}\n", Weight.ATTENTION) for each in range(100))
    text = fitted((_HEAD, *urgent, _TOTAL), 300)
    assert text == (
        "head\nurgent 0\nurgent 1\nurgent 2\nurgent 3\nurgent 4\n"
        "_Left out to stay within the size of a comment: 95 points that need attention. "
        "The text and JSON reports have everything._\n\n"
        "total\n"
    )


def test_what_is_fixed_stays_even_over_budget() -> None:
    text = fitted((_HEAD, Piece("row\n", Weight.ROW), Piece("f" * 50 + "\n"), _TOTAL), 20)
    assert text.startswith(f"head\n{'f' * 50}\n")
    assert text.endswith("total\n")
    assert "row\n" not in text
