import pytest

from segsync.api.secrets import Redactor


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("at.secret", "at.secret"),
        ('at."secret', r"at.\"secret"),
        ("at.secret/b", r"at.secret\/b"),
        ("at.'secret\\", r"""at.'secret\\"""),
    ],
)
def test_a_token_is_replaced_also_where_it_is_quoted(token: str, text: str) -> None:
    redactor = Redactor(token)
    assert redactor.text(f"<{text}>") == "<[token]>"
    assert redactor.body(f"<{text}>".encode()) == b"<[token]>"
    assert token not in repr(redactor)


@pytest.mark.parametrize("token", ["", "t", "sandbox"])
def test_what_is_no_secret_stays(token: str) -> None:
    assert Redactor(token).text("the sandbox") == "the sandbox"


def test_a_body_without_the_token_is_passed_on() -> None:
    body = b"x" * 10
    assert Redactor("at.secret").body(body) is body
