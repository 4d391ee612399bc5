"""A PostgreSQL server of the test's own, in a directory of its own, that it may kill."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.support.servers.free_port import free_port


class PostgresServer:
    """Runs as `postgres` where the test is root, whom the server refuses."""

    def __init__(self, *, flushing: bool = False) -> None:
        """Killed, it loses nothing either way; `flushing`, it would survive a power cut too."""
        self._flushing = flushing
        self._directory = Path(tempfile.mkdtemp(prefix="gavatcore-pg-"))
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._binaries = _binaries()
        self._port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self._directory, self._user)
        self._process: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb", "--auth=trust", "--username=gavatcore", "--no-sync", "--encoding=UTF8",
            "--locale=C", "-D", str(self._data),
        )  # fmt: skip

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    def url(self, database: str) -> str:
        return f"postgresql://gavatcore@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Returns when it takes connections."""
        self._process = subprocess.Popen(
            [
                self._binaries / "postgres", "-D", self._data, "-p", str(self._port),
                "-k", self._directory, "-h", "127.0.0.1", "-c", "max_connections=50",
                "-c", f"fsync={'on' if self._flushing else 'off'}",
            ],
            **self._as_user(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port), again=True)

    def kill(self) -> None:
        """End it as a crash would: nothing is flushed that was not flushed before."""
        process = self._process
        assert process is not None
        children = _children(process.pid)
        for pid in (process.pid, *children):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        # Its children hold its shared memory, which a new one wants to itself.
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            os.sched_yield()

    def create_database(self, name: str) -> str:
        """Its URL."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "gavatcore", name)
        return self.url(name)

    def close(self) -> None:
        if self._process is not None:
            self.kill()  # nothing of it is kept: a checkpoint would be in vain
        shutil.rmtree(self._directory, ignore_errors=True)

    def _run(self, program: str, *arguments: str, again: bool = False) -> None:
        command = [str(self._binaries / program), *arguments]
        while True:
            done = subprocess.run(
                command, **self._as_user(), capture_output=True, text=True, check=False
            )
            if not done.returncode:
                return
            if not again or (self._process and self._process.poll() is not None):
                raise RuntimeError(f"{program} failed: {done.stderr}")

    def _as_user(self) -> dict[str, Any]:
        if os.geteuid() == 0:
            return {"user": self._user, "group": self._user, "extra_groups": [], "cwd": "/"}
        return {"cwd": "/"}


def _binaries() -> Path:
    """Debian keeps the server's programs off the PATH, in a folder a version."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = versions[-1] if versions else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: run script/bootstrap test.")
    return Path(found).parent


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
