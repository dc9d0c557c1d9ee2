"""Validators: made without pydantic, they take and refuse what pydantic would, in its words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import CoreConfig

from segsync.audience_tests.schema import SuiteKeys
from segsync.config.schema import SettingsKeys
from segsync.loader.schema import AudienceFile
from segsync.validation import After, Before, Bounds, Doc, ValidationError, Validator
from segsync.value import Value

_NAMES = sorted(
    {
        name
        for keys in (AudienceFile, SuiteKeys, SettingsKeys)
        for name in (*keys.__annotations__, "slug_name", "name", "tags", "until", "min_size", "in")
    }
)
_TEXTS = ("", "a", "no!", "10%", "2027-01-31", "2027-01-31T00:00:00Z", "present", "on-change", "1")
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 2),
    st.sampled_from((0.5, 7.5)),
    st.sampled_from(_TEXTS),
)
_DOCUMENTS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)
_SEGMENT = st.fixed_dictionaries(
    {"slug_name": st.sampled_from(("a", "A!"))},
    optional={
        "tags": _DOCUMENTS,
        "expires_at": _LEAVES,
        "previously": st.one_of(_LEAVES, st.lists(_LEAVES, max_size=2)),
        "kind": st.sampled_from(("segment", "aspect", "x", 1)),
        "guard": st.dictionaries(st.sampled_from(("min_size", "max_shrink")), _LEAVES),
        "freeze": st.dictionaries(st.sampled_from(("until", "reason", "x")), _LEAVES),
        "accept_drift": st.fixed_dictionaries(
            {"fields": st.lists(st.sampled_from(("name", "x"))), "until": _LEAVES}
        ),
        "ast": _DOCUMENTS,
    },
)
_FILES = st.one_of(_DOCUMENTS, st.fixed_dictionaries({"segments": st.lists(_SEGMENT, max_size=2)}))


def _outcome(validate: Any, value: object) -> object:  # noqa: ANN401 (ours or pydantic's)
    """Return the value that a validator gives, or everything that it finds wrong."""
    try:
        return validate(value)
    except ValidationError as problem:
        found = problem.errors(include_url=False, include_context=False)
        return [(each["type"], each["loc"], each["msg"], each["input"]) for each in found]


_OURS = {kind: Validator(kind) for kind in (AudienceFile, SuiteKeys, SettingsKeys)}
_THEIRS = {kind: TypeAdapter[Any](kind) for kind in _OURS}


@pytest.mark.parametrize("kind", list(_OURS))
@given(value=_FILES)
def test_files_are_judged_as_by_pydantic(kind: Any, value: object) -> None:  # noqa: ANN401 (a typed dictionary)
    ours, theirs = _outcome(_OURS[kind], value), _outcome(_THEIRS[kind].validate_python, value)
    assert ours == theirs


class _Row(Value, frozen=True):
    id: Annotated[str, Bounds(min_length=1), Doc("its name")]
    size: Annotated[int, Bounds(ge=0), Before(lambda value: value or 0)] = 1
    more: dict[str, Any] | None = None


_TOLERANT = CoreConfig(extra_fields_behavior="ignore", coerce_numbers_to_str=True)
_ROWS = Validator(list[_Row], _TOLERANT)


@given(
    st.lists(st.dictionaries(st.sampled_from(("id", "size", "more", "x")), _DOCUMENTS), max_size=2)
)
def test_values_are_made_as_by_pydantic(rows: list[dict[str, object]]) -> None:
    config: Any = {"extra": "ignore", "coerce_numbers_to_str": True}
    theirs = TypeAdapter(list[_Row], config=config).validate_python
    assert _outcome(_ROWS, rows) == _outcome(theirs, rows)


def test_a_value_is_made_of_an_object_and_of_nothing_else() -> None:
    assert _ROWS([{"id": 7, "x": 1}]) == [_Row("7")]
    with pytest.raises(ValidationError, match="dataclass_type"):
        _ROWS(["7"])


def test_checks_follow_the_type_and_say_what_is_wrong() -> None:
    def check(text: str) -> str:
        if text != text.lower():
            message = "no capitals"
            raise ValueError(message)
        return text.strip()

    lower: Validator[str] = Validator(Annotated[str, After(check)])  # type: ignore[arg-type]
    assert lower(" a ") == "a"
    with pytest.raises(ValidationError, match="no capitals"):
        lower("A")


def test_days_stay_days() -> None:
    assert Validator(date)(date(2027, 1, 31)) == date(2027, 1, 31)


def test_a_kind_of_type_that_nobody_needed_so_far_is_an_error() -> None:
    with pytest.raises(TypeError, match="no validator for"):
        Validator(set[str])(set())


def test_threads_may_ask_at_the_same_time() -> None:
    validator = Validator(list[_Row])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(validator, [[{"id": str(each)}] for each in range(64)]))
    assert found == [[_Row(str(each))] for each in range(64)]
