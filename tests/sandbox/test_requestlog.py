from segsync.sandbox.requestlog import AuditEntry


def test_an_entry_is_one_line_whatever_the_path_holds() -> None:
    entry = AuditEntry("GET", "/v2/\n\x1b[2J", 0, "", "2026", 12.4, "abc", "drop; latency=5")
    assert str(entry) == "GET /v2/\\n\\x1b[2J --- 12 ms abc [drop; latency=5]"
    assert str(AuditEntry("PUT", "/v2", 204, "x", "2026")) == "PUT /v2 204 0 ms"
