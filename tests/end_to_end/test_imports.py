"""What a start imports, and what only those who need it."""

import subprocess
import sys

_IMPORTS = """
import sys
import engine.engine
import telethon
assert sys.modules.get("aiohttp") is None, "aiohttp was imported without a provider"
from pathlib import Path
from engine.clock import SystemClock
from engine.replies.providers.http.clients import http_clients
from tests.support.servers.gateways import keys, provider
make = http_clients(keys(Path(sys.argv[1]), {"one": "a-key"}), lambda: True, SystemClock())
make(provider("one"))
assert sys.modules["aiohttp"].__version__
assert "openai" not in sys.modules
"""


def test_the_http_library_is_imported_with_the_first_client_of_a_provider(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
