"""Copies backups to any store with the S3 protocol; needs the extra `s3`."""

from pathlib import Path
from typing import Any

from engine.language import _
from engine.settings import Secret
from engine.storage.backups.contents import BackupError


class S3Store:
    """One bucket; called with a file, it uploads it under its own name.

    The bucket's lifecycle rules must delete old copies.
    """

    def __init__(
        self,
        bucket: str,
        *,
        key: str,
        secret: Secret,
        endpoint: str | None = None,
        region: str = "us-east-1",
        prefix: str = "gavatcore",
    ) -> None:
        """Use `endpoint`, the store's URL, unless it is Amazon's; raises BackupError."""
        try:
            from obstore.store import S3Store as Store  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise BackupError(_("Copies to S3 need more: install gavatcore[s3].")) from error
        options: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
        self._bucket = bucket
        self._store = Store(
            bucket,
            prefix=prefix,
            access_key_id=key,
            secret_access_key=secret.get_secret_value(),
            region=region,
            client_options={"allow_http": bool(endpoint and endpoint.startswith("http:"))},
            **options,
        )

    async def __call__(self, file: Path) -> None:
        """Upload the file; raises BackupError. The local file stays in any case."""
        import obstore  # noqa: PLC0415 - an extra
        from obstore.exceptions import BaseError  # noqa: PLC0415 - as above

        try:
            await obstore.put_async(self._store, file.name, file)
        except (BaseError, OSError) as error:
            raise BackupError(
                _("The backup {file} could not be copied to the bucket {bucket}.").format(
                    file=file.name, bucket=self._bucket
                )
            ) from error
