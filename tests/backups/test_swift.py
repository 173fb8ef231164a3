"""Copies in OpenStack Swift through its S3 interface: a server that others wrote, with its own ideas of S3."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.backups.conftest import Machine, figures_now
from tests.backups.swift import OWNER, READER, Swift, swift
from tests.support import refused
from webapp.backups import bucket, state
from webapp.backups.bucket import Bucket
from webapp.backups.drill import drill
from webapp.backups.places import BucketSettings, Chosen
from webapp.backups.refusals import DamagedBackup, NoBackup, PlaceAway
from webapp.backups.restoring import Target, bring_back, prove
from webapp.backups.rules import Kind
from webapp.backups.service import make_backup, parts_of, place_with, read_manifest, send_copies, verify
from webapp.platform import copies, db

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("this_machine")]


@pytest.fixture(scope="session")
def server() -> Iterator[Swift]:
    with swift() as running:
        yield running


@pytest.fixture(scope="module")
def outside(machine: Machine, server: Swift) -> Chosen:
    settings = BucketSettings(server.url, "copies", "shop", "ap-south-1", OWNER[0], True, OWNER[1])
    client = Bucket(settings).client
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):  # by a first try whose answer was lost: boto3 asks again by itself
        client.create_bucket(Bucket="copies", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
    return Chosen(machine.choice.folder, settings, 15, machine.choice.var_dir, machine.choice.database_url)


@pytest.fixture
def place(outside: Chosen) -> Bucket:
    assert outside.bucket
    return Bucket(outside.bucket)


def test_a_whole_backup_goes_out_and_is_brought_back_from_there(outside: Chosen, machine: Machine, place: Bucket, beside: Target) -> None:
    made = make_backup(outside, Kind.NIGHTLY)
    assert (made.trouble, made.copy) == ("", "copies")
    backup_id = made.name.id
    assert backup_id in place.ids()
    then, there = figures_now(machine), dict(place._listed(""))
    assert set(parts_of(read_manifest(place, machine.key, backup_id))) <= set(there)
    assert send_copies(outside) == ""
    assert dict(place._listed("")) == there, "sent again, nothing is sent twice"

    machine.choice.folder.remove(machine.choice.folder.below(f"{backup_id}/"))  # the shop burnt down
    found = place_with(outside, backup_id)
    verify(found, machine.key, backup_id)
    manifest = bring_back(found, machine.key, backup_id, beside)
    assert prove(manifest, beside) == []
    engine = db.make_engine(beside.database_url)
    with copies.steady_view(engine) as connection:
        back = copies.figures(connection)
    engine.dispose()
    assert (back["companies"], back["rows"]) == (then["companies"], then["rows"])
    kept = beside.folder / "files" / str(machine.iyer.company_id)
    assert [path.read_bytes() for path in kept.glob("*/*")] == [b"picture of a bill " * 5000]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bucket": "nowhere"}, "there is no such bucket"),
        ({"secret": "k" * 40}, "the secret key is wrong"),
        ({"key_id": "nobody:here"}, "the key id or the secret key is wrong"),
    ],
)
def test_what_swift_refuses_is_said_and_the_local_backup_stands(
    outside: Chosen, machine: Machine, wrong: dict[str, str], words: str
) -> None:
    assert outside.bucket
    refusing = replace(outside, bucket=replace(outside.bucket, **wrong))  # type: ignore[arg-type]  # fields of text
    made = make_backup(refusing, Kind.ASKED)
    assert words in made.trouble
    assert words in state.read_state(machine.choice.var_dir)["copy_failed"]["words"]
    assert wrong.get("secret", "-") not in made.trouble
    verify(machine.choice.folder, machine.key, made.name.id)


def test_a_key_that_may_only_read_is_said(outside: Chosen, machine: Machine, place: Bucket) -> None:
    assert outside.bucket
    place.client.put_bucket_acl(Bucket="copies", ACL="public-read")
    reader = replace(outside.bucket, key_id=READER[0], secret=READER[1])
    before = place.below("")
    assert Bucket(reader).below("") == before
    made = make_backup(replace(outside, bucket=reader), Kind.ASKED)
    assert "the key may not do this" in made.trouble
    assert place.below("") == before
    verify(machine.choice.folder, machine.key, made.name.id)


def test_an_object_that_was_changed_there_is_found(outside: Chosen, machine: Machine, place: Bucket) -> None:
    backup_id = make_backup(outside, Kind.NIGHTLY).name.id
    verify(place, machine.key, backup_id)
    key = f"shop/{backup_id}/database"
    true = place.client.get_object(Bucket="copies", Key=key)
    whole, noted = true["Body"].read(), true["Metadata"]
    for wrong in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[: len(whole) // 2], b""):
        place.client.put_object(Bucket="copies", Key=key, Body=wrong, Metadata=noted)  # it still says the right digest
        refused(lambda: verify(place, machine.key, backup_id), DamagedBackup)
    assert "damaged" in drill(outside).words
    assert backup_id not in state.read_state(machine.choice.var_dir).get("bad", {}), "the one here is good"
    place.remove([f"{backup_id}/database"])
    refused(lambda: place.open(f"{backup_id}/database"), NoBackup)
    place.remove(place.below(f"{backup_id}/"))


def test_a_store_that_knows_no_conditional_writes_is_written_to_all_the_same(place: Bucket, tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="NotImplemented"):
        place.client.put_object(Bucket="copies", Key="shop/conditional", Body=b"x", IfMatch='"0"')
    source = tmp_path / "part"
    source.write_bytes(b"first")
    place.put("files/conditional", source)
    written = place._head("files/conditional")
    place.put("files/conditional", source)
    again = place._head("files/conditional")
    assert written
    assert again
    assert (again["LastModified"], again["ETag"]) == (written["LastModified"], written["ETag"]), "what is there whole is left"
    place.remove(["files/conditional"])


def test_a_large_part_goes_in_parts_and_comes_back_whole(place: Bucket, server: Swift, tmp_path: Path) -> None:
    before = server.kept_bytes()
    source = tmp_path / "large"
    source.write_bytes(bytes(range(256)) * (bucket.IN_PARTS_FROM // 256) + b"and a little more")
    place.put("files/large", source)
    written = place._head("files/large")
    assert written
    assert written["ETag"].endswith('-2"'), "it went in two parts"
    assert place.has("files/large") == source.stat().st_size
    with place.open("files/large") as back:
        assert back.read() == source.read_bytes()
    place.remove(["files/large"])
    assert (place.has("files/large"), server.kept_bytes()) == (None, before), "the parts go with it"


def test_an_upload_broken_off_in_its_middle_is_not_believed(place: Bucket, server: Swift, tmp_path: Path) -> None:
    """The line breaks: Swift has heard the half of it, and was told how much there would be."""
    name = "files/broken"
    address = urlsplit(place.client.generate_presigned_url("put_object", {"Bucket": "copies", "Key": f"shop/{name}"}))
    before = server.kept_bytes()
    line = http.client.HTTPConnection(str(address.hostname), address.port, timeout=300)
    line.putrequest("PUT", f"{address.path}?{address.query}")
    line.putheader("Content-Length", "2000000")
    line.endheaders()
    line.send(b"x" * 1_000_000)
    line.sock.shutdown(1)
    answer = line.getresponse()
    assert answer.status >= 400
    line.close()
    assert (place.has(name), place.below(name), server.kept_bytes()) == (None, [], before)
    source = tmp_path / "part"
    source.write_bytes(b"x" * 2_000_000)
    place.put(name, source)
    with place.open(name) as back:
        assert back.read() == source.read_bytes()
    place.remove([name])


def test_a_machine_that_stops_between_the_parts_leaves_nothing_that_is_believed(
    place: Bucket, server: Swift, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, before = tmp_path / "large", server.kept_bytes()
    source.write_bytes(b"y" * (bucket.IN_PARTS_FROM + 1))
    upload = place.client.upload_part
    stopped = EndpointConnectionError(endpoint_url="there")

    def stops(**asked: Any) -> Any:
        if asked["PartNumber"] == 2:
            raise stopped
        return upload(**asked)

    monkeypatch.setattr(place.client, "upload_part", stops)
    monkeypatch.setattr(place.client, "abort_multipart_upload", lambda **_asked: None)  # nor does it tidy up
    refused(lambda: place.put("files/large", source), PlaceAway)
    assert (place.has("files/large"), place.below("files/large")) == (None, [])
    assert server.kept_bytes() >= before + bucket.IN_PARTS_FROM
    monkeypatch.undo()
    assert place.sweep() == 0, "another machine may be at it"
    now = bucket.clock.now()
    monkeypatch.setattr("webapp.backups.bucket.clock.now", lambda: now + timedelta(days=2))
    assert place.sweep() >= 1
    assert server.kept_bytes() == before


def test_a_backup_is_there_only_when_all_of_it_is(
    outside: Chosen, machine: Machine, place: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Bucket.put

    def stops(self: Bucket, name: str, source: Path) -> None:
        if name.endswith("/manifest"):
            raise PlaceAway("the line broke")
        put(self, name, source)

    monkeypatch.setattr(Bucket, "put", stops)
    made = make_backup(outside, Kind.NIGHTLY)
    backup_id = made.name.id
    assert "the line broke" in made.trouble
    assert place.has(f"{backup_id}/database"), "the half of it is there"
    assert backup_id not in place.ids()
    refused(lambda: place_with(outside, backup_id, from_outside=True), NoBackup)
    monkeypatch.undo()
    assert send_copies(outside) == ""
    verify(place, machine.key, backup_id)
