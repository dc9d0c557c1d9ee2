import pytest

from segsync.sandbox.switches import Switches, meanings


def test_every_switch_is_off_and_explained() -> None:
    assert not any(Switches().as_dict().values())
    assert meanings().keys() == Switches().as_dict().keys()
    assert all(meanings().values())


def test_switches_are_built_by_name() -> None:
    assert Switches.of({"sort_tags": True}) == Switches(sort_tags=True)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("sort_tag", "did you mean sort_tags?"), ("zzz", "no name is like that.")],
)
def test_an_unknown_switch_is_told_with_those_like_it(name: str, hint: str) -> None:
    with pytest.raises(ValueError, match=r"unknown switch") as caught:
        Switches.of({name: True})
    assert str(caught.value) == (
        f"unknown switch {name!r}; {hint} `segsync sandbox switch` shows all"
    )
