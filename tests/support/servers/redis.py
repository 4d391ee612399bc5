"""Redis servers of the test's own, in directories of their own, that it may kill or freeze."""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.servers.free_port import free_port

_PATIENCE = 60.0  # s
_TO_BUS = 10_000  # from a server's port to that of its cluster's bus


class RedisServer:
    """It writes a snapshot only when told to, and reads it when it starts."""

    def __init__(self, *options: str) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="gavatcore-redis-"))
        self.port = free_port(_TO_BUS)
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns when it answers."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("Redis is not installed: run script/bootstrap test.")
        self._process = subprocess.Popen(
            [
                program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._directory,
                "--save", "", "--appendonly", "no", *self._options,
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("redis-server did not start")

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """It takes connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def command(self, *words: str) -> bytes:
        """Send one command on a connection of its own; the raw answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE) as connection:
            packed = b"".join(b"$%d\r\n%b\r\n" % (len(w.encode()), w.encode()) for w in words)
            connection.sendall(b"*%d\r\n%b" % (len(words), packed))
            return connection.recv(65_536)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return self.command("PING").startswith((b"+PONG", b"-NOAUTH"))
        return False


class RedisCluster:
    """Three primaries that share the slots between them."""

    def __init__(self) -> None:
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        self.servers = [RedisServer(*options) for _ in range(3)]

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.servers[0].port}"

    def start(self) -> None:
        """Returns when every server knows who has which slots."""
        bounds = (0, 5_461, 10_923, 16_384)
        for number, server in enumerate(self.servers):
            server.start()
            first, last = bounds[number], bounds[number + 1] - 1
            server.command("CLUSTER", "ADDSLOTSRANGE", str(first), str(last))
            server.command("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
        for server in self.servers[1:]:
            self.servers[0].command("CLUSTER", "MEET", "127.0.0.1", str(server.port))
        until = time.monotonic() + _PATIENCE
        while not all(
            b"cluster_state:ok" in (info := server.command("CLUSTER", "INFO"))
            and b"cluster_known_nodes:3" in info
            for server in self.servers
        ):
            if time.monotonic() > until:
                raise RuntimeError("the Redis cluster did not come together")

    def close(self) -> None:
        for server in self.servers:
            server.close()
