"""Proxies, certificates and names that are wrong: a provider's failure in words, nobody else's."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.http.route import route_to
from engine.simulator.provider.client import LocalProvider
from tests.support.servers.encrypted_provider import ask, encrypted, self_signed
from tests.support.servers.gateways import complete, gateway, provider
from tests.support.servers.raw_provider import raw_provider

FAR = "https://api.example.com/v1"
VARIABLES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def failure(directory: Path, base_url: str, patience: float = 30.0) -> Failure:
    with pytest.raises(ProviderError) as raised:
        await ask(directory, base_url, patience)
    assert not raised.value.is_charged or patience < 1
    return raised.value.failure


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"ALL_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ({"ALL_PROXY": "http://proxy:3128/"}, "http://proxy:3128/"),
        (  # as GNOME sets them
            {"HTTPS_PROXY": "http://proxy:8080/", "ALL_PROXY": "socks://proxy:1080/"},
            "http://proxy:8080/",
        ),
        ({"HTTP_PROXY": "http://proxy:3128"}, None),
        ({"ALL_PROXY": "socks://proxy:1080", "NO_PROXY": "localhost,.example.com"}, None),
        ({"ALL_PROXY": "socks://proxy:1080", "NO_PROXY": "*"}, None),
        ({"ALL_PROXY": "http://proxy:3128", "NO_PROXY": "[::1, ,;"}, "http://proxy:3128"),
    ],
)
def test_a_provider_is_reached_through_the_proxy_that_the_environment_names_for_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], proxy: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert route_to(FAR).proxy == proxy


NONSENSE = (
    *("socks://proxy:1080", "socks5h://proxy:1080", "ftp://proxy", "http://", "http://[", "://"),
    *("http://proxy:port", "http://proxy:99999999", "http:proxy", "file:///etc/passwd"),
)


@pytest.mark.parametrize("proxy", NONSENSE)
async def test_a_proxy_that_cannot_be_used_fails_far_providers_and_no_near_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert await failure(tmp_path, FAR) is Failure.PROXY
    for host in ("localhost:1234", "127.0.0.1:1234", "[::1]:1234", "192.168.1.7:1234"):
        assert route_to(f"http://{host}/v1").proxy is None
        assert route_to(f"https://{host}/v1").proxy is None


async def test_with_a_proxy_of_no_use_the_next_provider_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080/")
    monkeypatch.setenv("HTTP_PROXY", "socks://127.0.0.1:1080/")
    async with LocalProvider() as local:
        far = provider("far", base_url=FAR, order=1)
        near = provider("near", local, order=2)
        async with gateway(tmp_path, [far, near], local) as opened:
            assert (await complete(opened)).provider == "near"
            assert opened.stats().providers[0].failures == {Failure.PROXY: 1}


async def test_a_proxy_is_asked_for_the_way_and_may_refuse_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    asked: list[bytes] = []
    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
    assert await failure(tmp_path, FAR) is Failure.PROXY
    server.close()
    await server.wait_closed()
    assert asked[0].startswith(b"CONNECT api.example.com:443 ")
    assert b"a-key" not in asked[0]
    assert await failure(tmp_path, FAR) is Failure.CONNECTION  # it is gone


async def test_a_certificate_counts_if_the_environment_says_so_and_not_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = self_signed(tmp_path)
    async with encrypted(certificate, key) as url:
        assert await failure(tmp_path, url) is Failure.CERTIFICATE
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert await ask(tmp_path, url) == "Hello."


async def test_certificates_that_cannot_be_read_fail_what_is_encrypted_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    wrong: list[tuple[str, Any]] = [
        ("SSL_CERT_FILE", nonsense),
        ("SSL_CERT_FILE", tmp_path / "missing.pem"),
        ("SSL_CERT_FILE", tmp_path),
        ("SSL_CERT_DIR", tmp_path / "missing"),
    ]
    for name, value in wrong:
        with monkeypatch.context() as patched:
            patched.setenv(name, str(value))
            assert await failure(tmp_path, FAR) is Failure.CERTIFICATE
            assert route_to("http://127.0.0.1:1/v1").certificates is None


async def test_a_name_that_leads_to_the_link_alone_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port)),
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%1", port, 0, 1)),
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:169.254.1.1", port, 0, 0)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert await failure(tmp_path, FAR) is Failure.CONNECTION


async def test_a_name_server_that_does_not_answer_holds_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        answers.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    directories = [tmp_path / str(number) for number in range(40)]
    for directory in directories:
        directory.mkdir()
    tries = (failure(one, f"https://{one.name}.example.com/v1", 0.2) for one in directories)
    assert set(await asyncio.gather(*tries)) <= {Failure.NO_FIRST_TOKEN, Failure.TOO_SLOW}
    assert await asyncio.to_thread(lambda: True)
    answers.set()


def test_a_key_log_that_cannot_be_written_hinders_nobody(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from engine.clock import SystemClock;"
        "from engine.replies.providers.http.clients import http_clients;"
        "from tests.support.servers.gateways import keys, provider;"
        f"known = keys(Path({str(tmp_path)!r}), {{'one': 'key'}});"
        "make = http_clients(known, lambda: True, SystemClock());"
        f"make(provider('one')); make(provider('one', base_url={FAR!r}))"
    )
    environment = os.environ | {"SSLKEYLOGFILE": str(tmp_path / "none" / "keys")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)


async def test_no_redirect_is_followed(tmp_path: Path) -> None:
    followed = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    for status in (301, 302, 307, 308):
        moved = b"HTTP/1.1 %d Moved\r\nLocation: /to/chat\r\nContent-Length: 0\r\n\r\n" % status
        async with raw_provider({"from": [moved], "to": [followed]}) as url:
            assert await failure(tmp_path, f"{url}/from") is Failure.REDIRECTED


async def test_a_refusal_is_known_by_its_status_though_its_words_never_end(tmp_path: Path) -> None:
    refused = [b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\n\r\n", *[b"", b""] * 100]
    async with raw_provider({"slow": refused}, pause=0.1) as url:
        assert await failure(tmp_path, f"{url}/slow") is Failure.KEY_REFUSED
