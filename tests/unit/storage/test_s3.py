"""Copies of backups on a store that speaks S3, here one of a few lines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine.settings import Secret
from engine.storage.backups.contents import BackupError
from engine.storage.backups.s3 import S3Store


class Bucket:
    """Keeps what is put, and who signed it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.signatures: list[str] = []
        self.refuse = False
        self.url = ""

    async def put(self, request: Request) -> Response:
        if self.refuse:
            return Response(status_code=403)
        self.files[request.url.path] = await request.body()
        self.signatures.append(request.headers["authorization"])
        return Response(headers={"ETag": '"1"'})


@pytest.fixture
async def bucket() -> AsyncIterator[Bucket]:
    bucket = Bucket()
    app = Starlette(routes=[Route("/{path:path}", bucket.put, methods=["PUT"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    bucket.url = f"http://127.0.0.1:{port}"
    yield bucket
    server.should_exit = True
    await server.shutdown()


def _store(bucket: Bucket) -> S3Store:
    return S3Store("backups", key="me", secret=Secret("hunter2"), endpoint=bucket.url)


async def test_a_backup_arrives_whole_and_signed(bucket: Bucket, tmp_path: Path) -> None:
    file = tmp_path / "gavatcore-1.db.gz"
    file.write_bytes(bytes(range(256)) * 400)
    await _store(bucket)(file)
    assert bucket.files == {"/backups/gavatcore/gavatcore-1.db.gz": file.read_bytes()}
    assert bucket.signatures[0].startswith("AWS4-HMAC-SHA256 Credential=me/")


async def test_a_refusal_is_told_without_the_key(bucket: Bucket, tmp_path: Path) -> None:
    bucket.refuse = True
    file = tmp_path / "gavatcore-1.db.gz"
    file.write_bytes(b"x")
    with pytest.raises(BackupError, match="could not be copied to the bucket backups") as raised:
        await _store(bucket)(file)
    assert "hunter2" not in str(raised.value)
    assert file.exists()
