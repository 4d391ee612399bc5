"""`gavatcore providers`, as a person uses it, against local providers."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.cli.app import main
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule
from engine.watch.emergency_record import FILE_NAME

WRONG = "sk-wrong-key-of-nobody"


@pytest.fixture
async def local() -> AsyncIterator[LocalProvider]:
    async with LocalProvider() as running:
        yield running


@dataclass
class Done:
    """What a command said, and its exit status."""

    status: int
    stdout: str
    stderr: str


Run = Callable[..., Awaitable[Done]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("OS_KEYRING", "false")

    async def run(*arguments: str, enter: str = "") -> Done:
        """In this process, as a pipe would feed it."""
        monkeypatch.setattr(sys, "stdin", io.StringIO(enter))
        words = ["providers", *arguments, f"--data-dir={tmp_path}"]
        status = await asyncio.to_thread(main, words)
        return Done(status, *capsys.readouterr())

    return run


async def test_keys_are_kept_sealed_and_each_provider_is_tried(
    local: LocalProvider, tmp_path: Path, run: Run
) -> None:
    await local.add_rule(BehaviourRule(behaviour=Behaviour.HANG, models=("slow",)))
    for name in ("good", "slow", "wrong"):
        with (tmp_path / "providers.toml").open("a") as file:
            file.write(
                f'[[provider]]\nname = "{name}"\nkind = "compatible"\nmodel = "{name}"\n'
                f'base_url = "{local.base_url}"\nfirst_token_timeout = 0.5\n'
            )
    for name, key in (("good", local.api_key), ("slow", local.api_key), ("wrong", WRONG)):
        added = await run("add", name, enter=f"{key}\n")
        assert added.status == 0, added.stderr
    listed = await run("list")
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:]] == ["good", "slow", "wrong"]
    checked = await run("check")
    assert checked.status == 1
    lines = dict(line.split(": ", 1) for line in checked.stdout.splitlines())
    assert lines["good"].startswith("works; first word after ")
    assert lines["slow"] == "did not answer in time."
    assert lines["wrong"] == "refuses the key: enter another."
    for secret in (local.api_key, WRONG):
        said = "".join(one.stdout + one.stderr for one in (listed, checked))
        assert secret[5:] not in said
        for kept in tmp_path.iterdir():
            assert secret.encode() not in kept.read_bytes()


async def test_a_provider_nobody_knows_gets_no_key(run: Run) -> None:
    refused = await run("add", "nobody", enter="sk-whatever\n")
    assert refused.status == 2
    assert "There is no provider nobody" in refused.stderr


async def test_a_key_that_was_never_saved_is_not_said_to_be_deleted(run: Run) -> None:
    refused = await run("remove", "nobody")
    assert (refused.status, refused.stdout) == (2, "")
    assert "There is no saved key of nobody" in refused.stderr


async def test_in_emergency_mode_not_even_a_check_leaves(
    local: LocalProvider, tmp_path: Path, run: Run
) -> None:
    (tmp_path / FILE_NAME).write_text("")
    (tmp_path / "providers.toml").write_text(
        f'[[provider]]\nname="own"\nkind="compatible"\nmodel="m"\nbase_url="{local.base_url}"\n'
    )
    refused = await run("check")
    assert refused.status == 2
    assert "Emergency mode is on" in refused.stderr
    assert (await local.ledger()).total == 0


async def test_a_proxy_and_certificates_of_no_use_are_told_in_words(
    local: LocalProvider, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080/")
    (tmp_path / "providers.toml").write_text(
        f'[[provider]]\nname="own"\nkind="compatible"\nmodel="m"\nbase_url="{local.base_url}"\n'
        '[[provider]]\nname="far"\nkind="compatible"\nmodel="m"\n'
        'base_url="https://api.example.com/v1"\n'
    )
    assert (await run("add", "own", enter=f"{local.api_key}\n")).status == 0
    checked = await run("check")
    lines = dict(line.split(": ", 1) for line in checked.stdout.splitlines())
    assert lines["own"].startswith("works; ")
    assert lines["far"].startswith("cannot be reached through the proxy that the environment names")
    monkeypatch.delenv("ALL_PROXY")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    checked = await run("check")
    lines = dict(line.split(": ", 1) for line in checked.stdout.splitlines())
    assert lines["own"].startswith("works; ")
    assert lines["far"].startswith("has a certificate that cannot be verified here: ")
