"""Copies in storage outside: a server of its own that asks for a right signature."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.config import Config

from tests.backups.conftest import Machine
from tests.ground.server import START_SECONDS, free_port
from tests.support import refused
from webapp.backups import bucket, state
from webapp.backups.drill import drill
from webapp.backups.places import BucketSettings, Chosen
from webapp.backups.refusals import DamagedBackup, NoBackup, PlaceAway
from webapp.backups.rules import Kind
from webapp.backups.service import make_backup, send_copies, verify

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("this_machine")]


@pytest.fixture(scope="module")
def outside(machine: Machine) -> Iterator[Chosen]:
    """Storage that speaks S3."""
    import boto3

    port = free_port()
    # After the four calls below it asks every key and signature.
    env = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "4", "AWS_DEFAULT_REGION": "ap-south-1"}
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            answers(port, server)
            address = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "ap-south-1"}
            # Each call is sent once: one that was sent again would be counted again.
            once = Config(read_timeout=START_SECONDS, retries={"total_max_attempts": 1})
            first = {**address, "aws_access_key_id": "x", "aws_secret_access_key": "x", "config": once}
            people = boto3.client("iam", **first)
            people.create_user(UserName="shop")
            key = people.create_access_key(UserName="shop")["AccessKey"]
            everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
            people.put_user_policy(UserName="shop", PolicyName="all", PolicyDocument=everything)
            boto3.client("s3", **first).create_bucket(Bucket="copies", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
            settings = BucketSettings(
                address["endpoint_url"], "copies", "shop", "ap-south-1", key["AccessKeyId"], True, key["SecretAccessKey"]
            )
            yield Chosen(machine.choice.folder, settings, 15, machine.choice.var_dir, machine.choice.database_url)
        finally:
            server.kill()


def answers(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server is there."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the storage did not start")


def test_a_copy_outside_is_whole_and_what_is_not_is_told(outside: Chosen, machine: Machine) -> None:
    made = make_backup(outside, Kind.NIGHTLY)
    assert (made.trouble, made.copy) == ("", "copies")
    assert outside.bucket
    place = bucket.Bucket(outside.bucket)
    assert made.name.id in place.ids()
    verify(place, machine.key, made.name.id)
    assert send_copies(outside) == "", "sent again, nothing is sent twice"
    place.client.put_object(Bucket="copies", Key=f"shop/{made.name.id}/database", Body=b"something else")
    refused(lambda: verify(place, machine.key, made.name.id), DamagedBackup)
    place.remove([f"{made.name.id}/database"])
    refused(lambda: verify(place, machine.key, made.name.id), DamagedBackup)
    refused(lambda: place.open(f"{made.name.id}/database"), NoBackup)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bucket": "nowhere"}, "there is no such bucket"),
        ({"secret": "k" * 40}, "the secret key is wrong"),
        ({"key_id": "AKIAIOSFODNN7EXAMPLE"}, "it does not know the key id"),
    ],
)
def test_storage_that_refuses_is_said_and_the_local_backup_stands(
    outside: Chosen, machine: Machine, wrong: dict[str, str], words: str
) -> None:
    assert outside.bucket
    refusing = replace(outside, bucket=replace(outside.bucket, **wrong))  # type: ignore[arg-type]  # fields of text
    made = make_backup(refusing, Kind.ASKED)
    assert words in made.trouble
    assert words in state.read_state(machine.choice.var_dir)["copy_failed"]["words"]
    assert wrong.get("secret", "-") not in made.trouble
    verify(machine.choice.folder, machine.key, made.name.id)
    refused(lambda: bucket.Bucket(refusing.bucket).ids(), PlaceAway)  # type: ignore[arg-type]  # it is set


def test_a_damaged_backup_does_not_keep_the_next_from_being_sent(outside: Chosen, machine: Machine) -> None:
    assert outside.bucket
    torn = make_backup(machine.choice, Kind.ASKED).name.id
    (machine.choice.folder.root / torn / "manifest").write_bytes(b"torn")
    made = make_backup(outside, Kind.ASKED)
    there = bucket.Bucket(outside.bucket).ids()
    assert (made.name.id in there, torn in there) == (True, False)
    assert "damaged" in made.trouble
    machine.choice.folder.remove(machine.choice.folder.below(f"{torn}/"))


def test_damage_outside_leaves_the_good_one_here(outside: Chosen, machine: Machine) -> None:
    assert outside.bucket
    made = make_backup(outside, Kind.NIGHTLY).name.id
    place = bucket.Bucket(outside.bucket)
    place.client.put_object(Bucket="copies", Key=f"shop/{made}/manifest", Body=b"something else")
    assert "damaged" in drill(outside).words
    assert made not in state.read_state(machine.choice.var_dir).get("bad", {})
    place.remove(place.below(f"{made}/"))


def test_uploads_that_were_never_finished_are_given_up(outside: Chosen, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outside.bucket
    place = bucket.Bucket(outside.bucket)
    place.client.create_multipart_upload(Bucket="copies", Key="shop/000009-20200101T000000Z-nightly/database")
    now = bucket.clock.now()
    monkeypatch.setattr("webapp.backups.bucket.clock.now", lambda: now + timedelta(days=2))
    assert place.sweep() >= 1
    assert not place.client.list_multipart_uploads(Bucket="copies").get("Uploads")
