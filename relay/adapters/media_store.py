"""Keeps pictures under their names, in a folder or in an S3 bucket."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from relay.domain.errors import Unavailable
from relay.domain.picture import CONTENT_TYPES, media_key
from relay.settings import WrongSettingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from obstore import Attributes
    from obstore.store import S3Config, S3Store

    from relay.ports import MediaStore
    from relay.settings import Settings

__all__ = [
    "FolderStore",
    "S3MediaStore",
    "content_type_of",
    "is_media_key",
    "media_key",
    "open_media_store",
]

# What stands under the name of a picture never changes: the name is its content.
IMMUTABLE = "public, max-age=31536000, immutable"
S3_SECONDS = 10

_KEY = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")
_KEY_MAX = 200


def open_media_store(settings: Settings) -> MediaStore:
    """Return the store that the settings name; raises WrongSettingError."""
    url = urlsplit(settings.media)
    if url.scheme == "file" and url.netloc in {"", "localhost"}:
        return FolderStore(Path(unquote(url.path)))
    if url.scheme == "s3" and url.netloc:
        return S3MediaStore(url.netloc, url.path.strip("/"), settings=settings)
    message = "RELAY_MEDIA_URL: must be file:///folder or s3://bucket/prefix"
    raise WrongSettingError(message)


def content_type_of(form: str) -> str:
    """Return the media type of a rendition's format."""
    return CONTENT_TYPES[form]


def is_media_key(key: str) -> bool:
    """Whether something can be kept under this name at all.

    Small letters, digits, dot, dash, underscore and slash; no part begins with a
    dot, so that no name leads out of the store or to a half-written file.
    """
    return len(key) <= _KEY_MAX and _KEY.fullmatch(key) is not None


class FolderStore:
    """A folder of this machine, or one that several machines have mounted.

    Written without obstore: its threads do not survive the fork that RQ makes for
    each job (a write in the child hangs for ever), and it leaves out fsync.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Keep `data` under `key`, wholly or not at all; raises Unavailable."""
        del content_type  # a folder has no place for it: the database remembers
        path = self._folder / _require_key(key)
        # In the same folder, so that the rename is atomic; the dot keeps it out of
        # reach of every key.
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write(draft, data)
                draft.replace(path)
            except OSError:
                draft.unlink(missing_ok=True)
                raise
        except OSError as error:
            message = f"a picture cannot be written: {error.strerror}"
            raise Unavailable(message) from error

    def get(self, key: str) -> bytes | None:
        """Return what is kept under `key`; raises Unavailable."""
        if not is_media_key(key):
            return None
        try:
            return (self._folder / key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            message = f"a picture cannot be read: {error.strerror}"
            raise Unavailable(message) from error

    def delete(self, key: str) -> None:
        """Forget `key`, also when it is unknown; raises Unavailable."""
        path = self._folder / _require_key(key)
        try:
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
        except OSError as error:
            message = f"a picture cannot be deleted: {error.strerror}"
            raise Unavailable(message) from error

    def list_old(self, folder: str, *, written_before: datetime) -> list[str]:
        """Return the keys in a folder written before a moment; raises Unavailable."""
        moment = written_before.timestamp()
        try:
            with os.scandir(self._folder / _require_key(folder)) as found:
                return [
                    key
                    for file in found
                    if is_media_key(key := f"{folder}/{file.name}")
                    and _is_old(file, moment)
                ]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            message = f"the pictures cannot be listed: {error.strerror}"
            raise Unavailable(message) from error


class S3MediaStore:
    """A bucket of Amazon S3, or of any server that speaks like it."""

    # The process that started obstore's threads, which all stores share.
    _started_in: ClassVar[int | None] = None

    def __init__(self, bucket: str, prefix: str, *, settings: Settings) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._settings = settings
        self._store: S3Store | None = None

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Keep `data` under `key` with its media type; raises Unavailable."""
        attributes: Attributes = {"Content-Type": content_type}
        if content_type.startswith("image/"):
            attributes["Cache-Control"] = IMMUTABLE
        with _s3_errors():
            self._require_store().put(
                _require_key(key), data, attributes=attributes, use_multipart=False
            )

    def get(self, key: str) -> bytes | None:
        """Return what is kept under `key`; raises Unavailable."""
        if not is_media_key(key):
            return None
        with _s3_errors(), suppress(FileNotFoundError):
            return bytes(self._require_store().get(key).bytes())
        return None

    def delete(self, key: str) -> None:
        """Forget `key`, also when it is unknown; raises Unavailable."""
        with _s3_errors(), suppress(FileNotFoundError):
            self._require_store().delete(_require_key(key))

    def list_old(self, folder: str, *, written_before: datetime) -> list[str]:
        """Return the keys in a folder written before a moment; raises Unavailable."""
        with _s3_errors():
            return [
                found["path"]
                for page in self._require_store().list(_require_key(folder))
                for found in page
                if found["last_modified"] < written_before
                and found["path"].rpartition("/")[0] == folder
            ]

    def _require_store(self) -> S3Store:
        # obstore's threads are started at the first call and don't survive a fork:
        # a call in the child would hang for ever. Better to say so.
        owner = S3MediaStore._started_in or os.getpid()
        if owner != os.getpid():
            message = "S3 was used before this process was forked"
            raise Unavailable(message)
        S3MediaStore._started_in = owner
        if self._store is None:
            self._store = self._open()
        return self._store

    def _open(self) -> S3Store:
        from obstore.store import S3Store  # noqa: PLC0415 - a folder needs none of it

        settings = self._settings
        config: S3Config = {"region": settings.s3_region or "us-east-1"}
        if settings.s3_endpoint:
            config["endpoint"] = settings.s3_endpoint
        if settings.s3_access_key_id:
            config["access_key_id"] = settings.s3_access_key_id
            config["secret_access_key"] = settings.s3_secret_access_key
        wait = timedelta(seconds=S3_SECONDS)
        return S3Store(
            self._bucket,
            prefix=self._prefix or None,
            config=config,
            client_options={
                "timeout": wait,
                "allow_http": settings.s3_endpoint.startswith("http://"),
            },
            retry_config={"max_retries": 2, "retry_timeout": wait},
        )


def _require_key(key: str) -> str:
    if not is_media_key(key):
        message = f"not a media key: {key!r}"
        raise ValueError(message)
    return key


def _is_old(file: os.DirEntry[str], moment: float) -> bool:
    try:
        return file.is_file() and file.stat().st_mtime < moment
    except FileNotFoundError:  # a worker was done with it in between
        return False


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _s3_errors() -> Iterator[None]:
    from obstore.exceptions import BaseError  # noqa: PLC0415 - a folder needs none

    try:
        yield
    except (BaseError, OSError) as error:
        # The first line: the rest repeats the request with its headers.
        message = f"the S3 store does not answer: {str(error).splitlines()[0]}"
        raise Unavailable(message) from error
