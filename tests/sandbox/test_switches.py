import pytest

from segsync.sandbox.switches import Switches, meanings


def test_every_switch_is_off_and_explained() -> None:
    assert not any(Switches().as_dict().values())
    assert meanings().keys() == Switches().as_dict().keys()
    assert all(meanings().values())


def test_switches_are_built_by_name() -> None:
    assert Switches.of({"sort_tags": True}) == Switches(sort_tags=True)


def test_an_unknown_switch_is_told_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown switch 'sort_tag'; the switches are merge_on"):
        Switches.of({"sort_tag": True})
