"""Storage outside that speaks S3: a copy of each backup, checked after it was sent. Loaded only by whoever sends or fetches one.

The keys of parts are never used twice (`put` leaves what is there whole), so nothing is overwritten where the storage does not know
conditional writes (OpenStack Swift answers 501 to some of them). What was sent is asked for again: its size and our own SHA-256 by HEAD,
and its first and last bytes by ranged GET. ETags are not asked: they are MD5 for some objects only.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from webapp.backups.places import MANIFEST, BucketSettings
from webapp.backups.refusals import NoBackup, PlaceAway
from webapp.backups.rules import read_name
from webapp.platform import clock

STALE = timedelta(days=1)
EDGE = 65_536
IN_PARTS_FROM = 16 * 1024 * 1024


class Bucket:
    """The storage. Every method raises PlaceAway in plain words for whatever it is refused."""

    def __init__(self, settings: BucketSettings) -> None:
        self.settings = settings
        self.words = f"{settings.bucket}/{settings.prefix}"
        # "when_required": newer checksums are refused by many stores that speak S3 (boto/botocore 3352).
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if settings.is_path_style else "virtual"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"max_attempts": 5, "mode": "standard"},
            connect_timeout=10,
            read_timeout=60,
        )
        with self._plain_words():
            self.client: Any = boto3.client(
                "s3",
                endpoint_url=settings.endpoint or None,
                region_name=settings.region,
                aws_access_key_id=settings.key_id,
                aws_secret_access_key=settings.secret,
                config=config,
            )

    def ids(self) -> list[str]:
        """The backups whose manifest is there, the oldest first."""
        names = (name.partition("/") for name in self.below(""))
        return sorted(first for first, _slash, rest in names if rest == MANIFEST and read_name(first))

    def has(self, name: str) -> int | None:
        """The size of a part, or None when it is not there."""
        found = self._head(name)
        return int(found["ContentLength"]) if found else None

    def put(self, name: str, source: Path) -> None:
        """Send a part and see that it has arrived; one that is there whole is left. The source stays."""
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if self._arrived(name, source, digest):
            return
        config = TransferConfig(multipart_threshold=IN_PARTS_FROM, multipart_chunksize=IN_PARTS_FROM, use_threads=False)
        with source.open("rb") as file, self._plain_words():
            extra = {"Metadata": {"sha256": digest}, "ContentType": "application/octet-stream"}
            # Not upload_file: that hides what the storage answered in an error of its own.
            self.client.upload_fileobj(file, self.settings.bucket, self._key(name), ExtraArgs=extra, Config=config)
        if not self._arrived(name, source, digest):
            self.remove([name])  # or the next time would find it there
            raise PlaceAway(f"{name} did not arrive whole")

    def open(self, name: str) -> BinaryIO:
        """Open a part for reading. NoBackup when it is not there."""
        with self._plain_words(name):
            found = self.client.get_object(Bucket=self.settings.bucket, Key=self._key(name))
        return cast("BinaryIO", io.BufferedReader(_Body(found["Body"]), EDGE))

    def remove(self, names: Iterable[str]) -> None:
        """Take parts away, manifests first."""
        for name in sorted(names, key=lambda one: not one.endswith(f"/{MANIFEST}")):
            with self._plain_words():
                self.client.delete_object(Bucket=self.settings.bucket, Key=self._key(name))

    def below(self, folder: str) -> list[str]:
        """The names of all parts in a folder of it."""
        return [name for name, _at in self._listed(folder)]

    def sweep(self) -> int:
        """Take away what was never finished and is a day old: parts of a backup without a manifest, and uploads in parts."""
        oldest, whole = clock.now() - STALE, set(self.ids())
        stray = [
            name
            for name, at in self._listed("")
            if at < oldest and read_name(name.partition("/")[0]) and name.partition("/")[0] not in whole
        ]
        self.remove(stray)
        with self._plain_words():
            uploads = self.client.list_multipart_uploads(Bucket=self.settings.bucket, Prefix=f"{self.settings.prefix}/").get("Uploads", [])
            stale = [one for one in uploads if one["Initiated"] < oldest]
            for one in stale:
                self.client.abort_multipart_upload(Bucket=self.settings.bucket, Key=one["Key"], UploadId=one["UploadId"])
        return len(stray) + len(stale)

    def _listed(self, folder: str) -> Iterator[tuple[str, Any]]:
        top = f"{self.settings.prefix}/"
        with self._plain_words():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.settings.bucket, Prefix=self._key(folder))
            for page in pages:
                for one in page.get("Contents", []):
                    yield one["Key"].removeprefix(top), one["LastModified"]

    def _arrived(self, name: str, source: Path, digest: str) -> bool:
        found, size = self._head(name), source.stat().st_size
        if not found or int(found["ContentLength"]) != size or found.get("Metadata", {}).get("sha256") != digest:
            return False
        with source.open("rb") as file:
            return all(self._range(name, at, file, size) for at in {0, max(0, size - EDGE)})

    def _range(self, name: str, at: int, file: BinaryIO, size: int) -> bool:
        file.seek(at)
        wanted = file.read(EDGE)
        with self._plain_words():
            span = f"bytes={at}-{min(at + EDGE, size) - 1}"
            answer = self.client.get_object(Bucket=self.settings.bucket, Key=self._key(name), Range=span)
            return bool(answer["Body"].read() == wanted)

    def _head(self, name: str) -> dict[str, Any] | None:
        with self._plain_words():
            try:
                return cast("dict[str, Any]", self.client.head_object(Bucket=self.settings.bucket, Key=self._key(name)))
            except ClientError as answer:
                if answer.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                    return None
                raise

    def _key(self, name: str) -> str:
        return f"{self.settings.prefix}/{name}"

    @contextmanager
    def _plain_words(self, name: str = "") -> Iterator[None]:
        try:
            yield
        except ClientError as answer:
            code = str(answer.response.get("Error", {}).get("Code", ""))
            if name and code in {"NoSuchKey", "404"}:
                raise NoBackup(name) from None
            raise PlaceAway(_WORDS.get(code, f"it answered {code}")) from answer
        except (BotoCoreError, OSError, ValueError) as trouble:
            raise PlaceAway(f"{type(trouble).__name__}: {str(trouble).splitlines()[0][:200] if str(trouble) else ''}") from trouble


_WORDS = {
    "SignatureDoesNotMatch": "the key id or the secret key is wrong",
    "InvalidAccessKeyId": "it does not know the key id",
    "AccessDenied": "the key may not do this",
    "403": "the key may not do this",
    "NoSuchBucket": "there is no such bucket",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "SlowDown": "it is busy",
}


class _Body(io.RawIOBase):
    """The body of an answer as a file."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            read = self.body.read(len(buffer))
        except (BotoCoreError, OSError) as trouble:
            raise PlaceAway("the line broke while it was read") from trouble
        buffer[: len(read)] = read
        return len(read)
