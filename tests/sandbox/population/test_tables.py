"""The embedded shop's people are always the same, and the fields of one person fit together."""

from datetime import UTC, datetime, timedelta

from segsync.filterql.evaluator.values import MISSING
from segsync.filterql.schema import FieldType
from segsync.sandbox.population.tables import Schema, Table, table_of
from segsync.sandbox.seed import embedded_seed

TODAY = datetime(2026, 11, 2, tzinfo=UTC)
TYPES = [kind.value for kind in FieldType]


def embedded(name: str, *, size: int = 2_000, seed: int = 1, today: datetime = TODAY) -> Table:
    fields = embedded_seed().fields[name]
    schema: Schema = tuple((each["id"], each["type"], False) for each in fields)
    table_of.cache_clear()
    return table_of(name, schema, size=size, seed=seed, today=today)


def test_the_same_seed_gives_the_same_people_whatever_is_asked_first() -> None:
    first, second = embedded("user"), embedded("user")
    first.column("email")
    second.column("loyalty_points")
    assert first.rows(range(50)) == second.rows(range(50))
    assert embedded("user", seed=2).rows(range(50)) != first.rows(range(50))


def test_ages_stay_and_dates_move_with_the_day() -> None:
    later = embedded("user", today=TODAY + timedelta(days=40)).column("last_order_date")
    before = embedded("user").column("last_order_date")
    assert before is not None
    assert later is not None
    pairs = [(a, b) for a, b in zip(before, later, strict=True) if isinstance(a, datetime)]
    assert len(pairs) > 100
    assert all(isinstance(b, datetime) and b - a == timedelta(days=40) for a, b in pairs)


def test_every_field_of_the_shop_is_of_its_type_and_held_by_some() -> None:
    for name in ("user", "content"):
        table = embedded(name)
        for field in table.names:
            found = [each for each in table.column(field) or () if each is not MISSING]
            assert found, field
            assert len({type(each) for each in found}) == 1, field


def test_there_is_a_document_for_every_twenty_people() -> None:
    table = embedded("content")
    assert len(table.column("url") or ()) == 100
    assert embedded("content", size=3).rows([0])[0]["_id"] == "doc-0"


def test_what_is_known_of_one_person_fits_together() -> None:
    people = embedded("user").rows(range(2_000))
    assert people[0]["email"] == "jonas@fernwood-outfitters.example"
    for each in people:
        if "order_count" in each:
            assert each["_created"] <= each["first_order_date"] <= each["last_order_date"], each
            assert (each["order_count"] > 1) or each["first_order_date"] == each["last_order_date"]
            spent = sum(each["spend_by_category"].values())
            assert abs(spent - each["total_spend"]) < 0.05
        else:
            assert each.keys().isdisjoint({"total_spend", "loyalty_tier", "customer_id"})
        assert ("email" in each) == ("email_opt_in" in each)
        assert each["first_visit"] <= each["last_visit"]
        if "last_email_click" in each:
            assert each["last_email_click"] <= each["last_email_open"]


def test_fields_of_other_seeds_are_filled_by_their_type() -> None:
    schema = tuple((f"f{kind}", kind, False) for kind in TYPES)
    table = table_of("user", schema, size=60, seed=1, today=TODAY)
    for kind in TYPES:
        found = table.column(f"f{kind}") or ()
        assert 0 < sum(each is MISSING for each in found) < 60, kind
    row = {name: value for each in table.rows(range(60)) for name, value in each.items()}
    assert row["fdate"].endswith("T00:00:00Z")
    assert row["fmap[string]time"].keys() <= set("abcdefgh")
    assert all(isinstance(each, str) for each in row["fmap[string]string"].values())


def test_an_identifier_differs_between_people() -> None:
    schema = (("card", "string", True), ("cards", "[]string", True))
    table = table_of("user", schema, size=60, seed=1, today=TODAY)
    cards = [each for each in table.column("card") or () if each is not MISSING]
    assert len(set(cards)) == len(cards)
    assert {"card": "card-0"} in table.rows([0])
    assert ["cards-1"] in [each.get("cards") for each in table.rows(range(3))]


def test_a_known_name_of_another_type_is_filled_by_that_type() -> None:
    table = table_of("user", (("email", "int", False),), size=60, seed=1, today=TODAY)
    assert {type(each) for each in table.column("email") or () if each is not MISSING} == {int}
    assert table.column("country") is None


def test_a_profile_can_be_cut_to_some_fields() -> None:
    (row,) = embedded("user").rows([0], {"email", "nothing"})
    assert row == {"email": "jonas@fernwood-outfitters.example"}
