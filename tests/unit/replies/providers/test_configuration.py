"""providers.toml and keys: what is understood, and how it is said what is not."""

import os
from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.replies.providers.configuration.base_url import wrong_address
from engine.replies.providers.configuration.file import FILE_NAME, read_providers
from engine.replies.providers.configuration.keys import NEEDS_NO_KEY, ProviderKeys
from engine.replies.providers.configuration.known import ProviderKind
from engine.replies.providers.configuration.settings import (
    default_provider,
    provider_from,
)
from engine.replies.providers.opening import configured_providers
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.secrets.store import SecretStore
from engine.settings import load_settings

KEY = "sk-this-is-a-key-of-nobody"
WELL_KNOWN = [kind for kind in ProviderKind if kind.known is not None]
KINDS = ", ".join(f"'{kind}'" for kind in ProviderKind if kind is not ProviderKind.COMPATIBLE)


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture
def secrets(tmp_path: Path) -> SecretStore:
    return SecretStore(tmp_path, Seal([MasterKey.generate()]))


def write(directory: Path, text: str) -> None:
    (directory / FILE_NAME).write_text(text, encoding="utf-8")


def test_without_file_and_keys_there_is_no_provider(tmp_path: Path, secrets: SecretStore) -> None:
    settings = load_settings(tmp_path)
    assert configured_providers(settings, ProviderKeys(settings, secrets)) == ()


@pytest.mark.parametrize("kind", WELL_KNOWN)
def test_a_key_in_the_environment_is_all_a_well_known_provider_needs(
    kind: ProviderKind, tmp_path: Path, secrets: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{kind.name}_API_KEY", KEY)
    settings = load_settings(tmp_path)
    keys = ProviderKeys(settings, secrets)
    (provider,) = configured_providers(settings, keys)
    assert (provider.name, keys.of(provider)) == (kind.value, KEY)
    assert provider.base_url.startswith("https://")
    assert provider.base_url != default_provider(next(k for k in WELL_KNOWN if k != kind)).base_url
    assert provider.prompt_price > 0
    assert KEY not in repr((settings, provider, keys))


def test_a_sealed_key_is_found_also_when_it_was_added_later(
    tmp_path: Path, secrets: SecretStore
) -> None:
    keys = ProviderKeys(load_settings(tmp_path), secrets)
    gemini = default_provider(ProviderKind.GEMINI)
    assert keys.of(gemini) is None
    secrets.set("provider/gemini", KEY)
    assert keys.of(gemini) == KEY
    assert keys.defaults() == (gemini,)


def test_a_key_of_its_own_wins_over_the_one_for_all_of_its_kind(
    tmp_path: Path, secrets: SecretStore
) -> None:
    keys = ProviderKeys(load_settings(tmp_path, OPENAI_API_KEY="sk-for-all-of-them"), secrets)
    big = provider_from({"name": "big", "kind": "openai"})
    assert keys.of(big) == "sk-for-all-of-them"
    secrets.set("provider/big", KEY)
    assert keys.of(big) == KEY


def test_an_endpoint_of_ones_own_needs_no_key(tmp_path: Path, secrets: SecretStore) -> None:
    own = provider_from(
        {"name": "own", "kind": "compatible", "model": "m", "base_url": "http://localhost:1234/v1"}
    )
    assert ProviderKeys(load_settings(tmp_path), secrets).of(own) == NEEDS_NO_KEY


def test_the_file_gives_order_weights_and_limits(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        [[provider]]
        name = "groq"
        kind = "groq"
        weight = 3

        [[provider]]
        name = "own"
        kind = "compatible"
        order = 2
        model = "qwen"
        base_url = "http://192.168.1.7:8000/v1/"
        min_interval = 0
        """,
    )
    providers = read_providers(tmp_path)
    assert providers is not None
    groq, own = providers
    assert (groq.order, groq.weight, groq.min_interval, groq.retries) == (1, 3, 5.0, 2)
    assert (own.order, own.base_url, own.min_interval) == (2, "http://192.168.1.7:8000/v1", 0)
    assert groq.account != own.account


def test_two_keys_do_not_make_two_accounts(tmp_path: Path) -> None:
    write(tmp_path, '[[provider]]\nname="a"\nkind="groq"\n[[provider]]\nname="b"\nkind="groq"\n')
    a, b = read_providers(tmp_path) or ()
    assert a.account == b.account


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("provider = [", "line 1: this is not valid TOML"),
        ("provider = 3", "may hold nothing but tables that begin with [[provider]]"),
        ("[provder]\nname='x'", "may hold nothing but tables that begin with [[provider]]"),
        ("[[provider]]\nkind='groq'", "line 1: provider[1].name is missing."),
        ("[[provider]]\nname='a b'\nkind='groq'", "line 2: provider[1].name has a character"),
        (
            "[[provider]]\nname='a'\nkind='grok'",
            f"line 3: provider[1].kind must be {KINDS} or 'compatible'.",
        ),
        ("[[provider]]\nname='a'\nkind=['groq']", "line 3: provider[1].kind must be 'openai'"),
        ("[[provider]]\nname='a'\nkind='groq'\nwieght=1", "perhaps weight is meant."),
        ("[[provider]]\nname='a'\nkind='groq'\nzzz=1", "zzz is not a key here; allowed are name"),
        (f"[[provider]]\nname='a'\nkind='groq'\napi_key='{KEY}'", "gavatcore providers add NAME"),
        (f"[[provider]]\nname='a'\nkind='groq'\nweight='{KEY}'", "must be a whole number."),
        (f"[[provider]]\nname='a'\nkind='{KEY}'", "or 'compatible'."),
        (f"[[provider]]\nname='{KEY * 3}'\nkind='groq'", "too many of them."),
        (
            "[[provider]]\nname='b'\nkind='groq'\n[[provider]]\nname='a'\nkind='groq'\nweight=0",
            "line 7: provider[2].weight must be at least 1, not 0.",
        ),
        ("[[provider]]\nname='a'\nkind='groq'\nretries=2.5", "must be a whole number, not 2.5."),
        ("[[provider]]\nname='a'\nkind='groq'\nmin_interval=nan", "must be a number, not nan."),
        ("[[provider]]\nname='a'\nkind='groq'\nretry_delay=inf", "must be a number, not inf."),
        (f"[[provider]]\nname='a'\nkind='groq'\norder={'9' * 99}", "must be at most 1000000000"),
        ("[[provider]]\nname='a'\nkind='groq'\nstream_usage=1", "must be true or false, not 1."),
        ("[[provider]]\nname='a'\nkind='compatible'", "provider[1].model is missing."),
        (
            "[[provider]]\nname='a'\nkind='openai'\nmodel='gpt-9'",
            "line 4: provider[1].model is one whose price is not known here",
        ),
        (
            "[[provider]]\nname='a'\nkind='groq'\nbase_url='http://api.example.com/v1'",
            "must begin with https://",
        ),
        (
            "[[provider]]\nname='a'\nkind='groq'\nbase_url='api.example.com'",
            "must look like https://host/v1",
        ),
        ("[[provider]]\nname='a'\nkind='groq'\nbase_url='http://[::1'", "must look like https://"),
        ("[[provider]]\nname='a'\nkind='groq'\nbase_url='http://a:x/'", "must look like https://"),
        (
            "[[provider]]\nname='a'\nkind='groq'\n[[provider]]\nname='a'\nkind='groq'",
            "line 5: provider[2].name is the name of another provider as well.",
        ),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_sentence_without_a_key(
    tmp_path: Path, text: str, sentence: str
) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read_providers(tmp_path)
    assert sentence in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.example.com/v1",
        "http://localhost:11434/v1",
        "http://models.localhost/v1",
        "http://127.0.0.1:8000/v1",
        "http://127.8.8.8/v1",
        "http://[::1]:8000/v1",
        "http://10.1.2.3/v1",
        "http://172.31.0.1/v1",
        "http://192.168.1.7/v1",
        "http://[fd12::7]/v1",
        "http://[::ffff:192.168.1.7]/v1",
    ],
)
def test_plain_http_is_for_this_machine_and_private_addresses(base_url: str) -> None:
    assert wrong_address(base_url) is None


NAMES = (
    *("ollama:11434", "ollama", "box.local", "api.example.com", "8.8.8.8", "100.64.0.1", "127.1"),
    *("2852039166", "0x7f.1", "0.0.0.0", "[::]", "172.32.0.1", "[2001:db8::1]", "198.18.0.1"),
)


@pytest.mark.parametrize("host", NAMES)
def test_any_other_needs_the_word_for_it(host: str) -> None:
    wrong = wrong_address(f"http://{host}/v1")
    assert wrong is not None
    assert "allow_plain_http = true" in wrong
    assert wrong_address(f"http://{host}/v1", allow_plain_http=True) is None


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.1.1:80",
        "[fe80::1]",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
    ],
)
def test_where_clouds_keep_secrets_no_provider_is(scheme: str, host: str) -> None:
    assert wrong_address(f"{scheme}://{host}/v1", allow_plain_http=True) is not None


@pytest.mark.parametrize(
    "base_url",
    [
        f"https://me:{KEY}@host/v1",
        f"https://{KEY}@host/v1",
        f"https://:{KEY}@host/v1",
        f"http://me:{KEY}@localhost/v1",
        f"https://host/v1?key={KEY}",
        f"https://host/v1#{KEY}",
        f"https://host:{KEY}/v1",
        f"https://[{KEY}/v1",
        f"ftp://{KEY}/v1",
        f"https://host/v1 {KEY}",
        f"https://host/v1\\n{KEY}",
        f"{KEY}",
    ],
)
def test_an_address_with_a_secret_in_it_is_refused_and_not_repeated(
    tmp_path: Path, base_url: str
) -> None:
    write(tmp_path, f'[[provider]]\nname="a"\nkind="groq"\nbase_url="{base_url}"\n')
    with pytest.raises(SettingsError) as caught:
        read_providers(tmp_path)
    assert KEY not in str(caught.value)
    assert "base_url" in str(caught.value)
