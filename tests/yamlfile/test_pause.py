import gc

from segsync.yamlfile import paused_collector


def test_the_collector_rests_and_comes_back() -> None:
    assert gc.isenabled()
    with paused_collector():
        assert not gc.isenabled()
        with paused_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
