"""A run that is written down, record by record."""

from segsync.journal import Head

HEAD = Head(
    run="20261123T033045Z-3f9a1c",
    started="2026-11-23T03:30:45.000+00:00",
    who="ann@laptop",
    command="apply",
    segsync_version="0.1.0",
    origin="https://api.example.com",
    aid=1234,
    account="prod",
    digest="sha256:0",
    plan={"changes": []},
    namesakes=("f" * 32,),
)
