import logging
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpcore
import httpx
import pytest

from segsync import __version__
from segsync.api.pool import Pool
from segsync.errors import AuthenticationError, ExitCode, InvalidInputError
from tests.api.support import TOKEN, URL

SILENT = httpx.MockTransport(lambda _: httpx.Response(204))
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def pool(
    url: str = URL,
    *,
    token: str = TOKEN,
    transport: httpx.BaseTransport | None = SILENT,
    connections: int = 10,
) -> Pool:
    return Pool(url=url, token=token, transport=transport, connections=connections)


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "it must start with https:// and name a host"),
        ("api.example.test", "it must start with https:// and name a host"),
        ("ftp://api.example.test", "it must start with https:// and name a host"),
        ("https://", "it must start with https:// and name a host"),
        ("https://[::1", "it must start with https:// and name a host"),
        ("https://me:secret@host", "it must have no user name, no query and no fragment"),
        ("https://host?key=secret", "it must have no user name, no query and no fragment"),
        ("https://host#secret", "it must have no user name, no query and no fragment"),
        (
            "http://api.example.test",
            "http:// would show the token to everybody on the way to api.example.test",
        ),
        (
            "http://127.0.0.1.example",
            "http:// would show the token to everybody on the way to 127.0.0.1.example",
        ),
    ],
)
def test_a_url_that_would_give_the_token_away_is_refused_and_not_repeated(
    url: str, reason: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        pool(url)
    assert str(caught.value) == (
        f"error: the URL of the account cannot be used: {reason} [account-url]"
    )
    assert caught.value.exit_code is ExitCode.INVALID_INPUT


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://api.example.test/", "https://api.example.test"),
        ("https://api.example.test/lytics/", "https://api.example.test/lytics"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.2:8080/", "http://127.0.0.2:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_https_and_this_machine_are_good_and_lose_the_final_slash(url: str, base: str) -> None:
    assert pool(url).url == base


def test_a_missing_token_is_said_so() -> None:
    with pytest.raises(AuthenticationError, match=r"^there is no token$"):
        pool(token="")


@pytest.mark.parametrize("token", ["secret\n", " secret", "se\tcret", "se\x7fcret", "sécret"])
def test_a_token_that_cannot_stand_in_a_header_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        pool(token=token)
    assert str(caught.value) == (
        "the token has a space, a line break or another character that no token has: "
        "was it copied whole, and nothing with it?"
    )


def test_requests_carry_the_raw_token_and_say_who_asks() -> None:
    headers = pool().headers
    assert headers["Authorization"] == TOKEN
    assert headers["User-Agent"] == f"segsync/{__version__}"


class Counted(httpx.MockTransport):
    """Counts how often it is closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_what_a_thread_has_used_is_closed_with_the_pool() -> None:
    given = Counted(lambda _: httpx.Response(204))
    tested = pool(transport=given)
    assert tested.transport(1.0) is tested.transport(1.0)
    tested.close()
    tested.close()
    assert given.closed == 1


def test_a_thread_keeps_its_transport_until_the_pool_is_closed() -> None:
    tested = pool("http://localhost:1", transport=None)
    first = tested.transport(1.0)
    assert tested.transport(1.0) is first
    tested.close()
    assert tested.transport(1.0) is not first


def transports_of(tested: Pool, threads: int) -> list[httpx.BaseTransport]:
    barrier = Barrier(threads)

    def work(_: int) -> httpx.BaseTransport:
        barrier.wait(10)
        return tested.transport(1.0)

    with ThreadPoolExecutor(threads) as workers:
        return list(workers.map(work, range(threads)))


def test_25_workers_share_three_transports_of_at_most_10_connections() -> None:
    made = transports_of(pool("http://localhost:1", transport=None, connections=25), 25)
    assert sorted(made.count(each) for each in set(made)) == [8, 8, 9]


def test_10_workers_share_one_transport() -> None:
    assert len(set(transports_of(pool("http://localhost:1", transport=None), 10))) == 1


def test_a_given_transport_is_used_by_all_workers() -> None:
    assert len(set(transports_of(pool(connections=25), 12))) == 1


def test_transports_share_one_tls_context(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ssl.SSLContext] = []

    def create() -> ssl.SSLContext:
        made.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        return made[-1]

    monkeypatch.setattr(httpx, "create_ssl_context", create)
    tested = pool(transport=None, connections=20)
    assert made == []
    assert len(set(transports_of(tested, 2))) == 2
    assert len(made) == 1


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), ("x", "X509")])
def test_certificates_that_cannot_be_read_are_told_with_their_variable(
    no_proxies: pytest.MonkeyPatch, tmp_path: Path, content: str | None, words: str
) -> None:
    file = tmp_path / "trusted.pem"
    if content is not None:
        file.write_text(content)
    no_proxies.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(InvalidInputError) as caught:
        pool(transport=None).transport(1.0)
    (problem,) = caught.value.diagnostics
    assert problem.summary.startswith("the trusted certificates cannot be read: ")
    assert words in problem.summary
    assert problem.detail == "SSL_CERT_FILE or SSL_CERT_DIR in the environment says where they are."


def test_certificates_are_checked() -> None:
    tested = pool(transport=None)
    tested.transport(1.0)
    context = tested._context  # noqa: SLF001 (httpx has no way to ask for it)
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def proxied(transport: httpx.BaseTransport) -> bool:
    return isinstance(getattr(transport, "_pool", None), httpcore.HTTPProxy)


def test_the_usual_variables_name_a_proxy(no_proxies: pytest.MonkeyPatch) -> None:
    assert not proxied(pool(transport=None).transport(1.0))
    no_proxies.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    assert proxied(pool(transport=None).transport(1.0))


def test_one_proxy_may_be_named_for_all(no_proxies: pytest.MonkeyPatch) -> None:
    no_proxies.setenv("ALL_PROXY", "http://127.0.0.1:3128")
    assert proxied(pool(transport=None).transport(1.0))


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://user:hunter2@127.0.0.1:1080",
        "hunter2:3128",
        "hunter2",
        "http://",
        "http://hunter2:x",
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_without_being_shown(
    no_proxies: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    no_proxies.setenv(variable, proxy)
    with pytest.raises(InvalidInputError) as caught:
        pool(transport=None).transport(1.0)
    (problem,) = caught.value.diagnostics
    assert problem.summary == (
        f"the proxy that the environment variable {variable} names is unusable"
    )
    assert problem.detail == "It must start with http:// or https:// and name a host."
    assert "hunter2" not in str(caught.value)


def test_no_proxy_is_used_for_hosts_that_are_excepted(no_proxies: pytest.MonkeyPatch) -> None:
    no_proxies.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    no_proxies.setenv("NO_PROXY", "example.test")
    assert not proxied(pool(transport=None).transport(1.0))


def test_no_proxy_sees_what_goes_to_this_machine(no_proxies: pytest.MonkeyPatch) -> None:
    no_proxies.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    assert not proxied(pool("http://localhost:1", transport=None).transport(1.0))


def test_no_proxy_stands_before_a_given_transport(no_proxies: pytest.MonkeyPatch) -> None:
    no_proxies.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    assert not proxied(pool().transport(1.0))


def test_the_libraries_below_log_no_urls_and_no_headers() -> None:
    pool()
    assert logging.getLogger("httpx").level == logging.WARNING
    assert logging.getLogger("httpcore").level == logging.WARNING
