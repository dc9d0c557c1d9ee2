from dataclasses import replace

from segsync.sandbox.switches import Switches
from tests.sandbox.account import Shop
from tests.sandbox.test_relations import FLOWS
from tests.sandbox.test_v1 import refusal

PATH = "/api/account/setting"


def test_the_account_is_a_list_of_one_that_is_its_own_parent() -> None:
    (account,) = Shop().get("/v2/account")
    assert (account["aid"], account["parentaid"], account["name"]) == (7, 7, "Test shop")


def test_the_settings_that_have_to_do_with_segments() -> None:
    shop = Shop(seed=FLOWS)
    excluded = shop.get(f"{PATH}/workflow_exclude_segments")
    assert excluded["value"] == [shop.id_of("blog")]
    assert excluded["field"]["type"] == "[]string"
    patches = shop.get(f"{PATH}/enable_schema_patches")
    assert (patches["value"], patches["can_be_assigned"]) == (None, False)
    networks = shop.get(f"{PATH}/api_ip_whitelist")
    assert shop.get(PATH) == [networks, patches, excluded]
    assert networks["value"] is None
    home = Shop(seed=replace(FLOWS, networks=("127.0.0.0/8",)))
    assert home.get(f"{PATH}/api_ip_whitelist")["value"] == ["127.0.0.0/8"]
    assert Shop().get(f"{PATH}/workflow_exclude_segments")["value"] is None
    assert Shop(Switches(schema_patches=True)).get(f"{PATH}/enable_schema_patches")["value"] is True
    assert refusal(shop, "GET", f"{PATH}/nope") == (404, "Setting not found.")
