"""Whatever is sealed is found again when the master key changes, in every room and on both databases; keys of a service too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from botocore.config import Config
from click.testing import CliRunner
from sqlalchemy import select, update

from tests.backups.test_outside import answers
from tests.ground.server import START_SECONDS, free_port
from tests.ground.shops import Shop
from tests.platform.test_sealing import earlier
from webapp import cli
from webapp.counter import pins
from webapp.einvoice import service as einvoice
from webapp.ewaybills import setting_up as ewaybills
from webapp.gateway import accounts as gateway
from webapp.identity import factors
from webapp.identity.models import TotpSecret, UserAccount
from webapp.kernel.errors import Conflict
from webapp.ledger import bank_numbers
from webapp.messaging import service as messages
from webapp.messaging.models import PushKey
from webapp.messaging.rules import Provider
from webapp.platform import kept_secrets, master_keys, sealing
from webapp.platform.audit import EditLogEntry
from webapp.platform.master_keys import KeyService, MasterKeys, OwnKeys, ServiceKeys, of_machine, of_secret
from webapp.platform.sealing import SealBroken
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.printing import signing

SECRET = "one secret"
OLD, NEW = OwnKeys("here", {"k-old": b"o" * 32}), OwnKeys("here", {"k-new": b"n" * 32})


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    kept = sealing._secret, sealing._keys
    sealing.use(SECRET, MasterKeys([OLD, of_secret(SECRET)]))
    yield
    sealing.use(*kept)


def change_key() -> None:
    sealing.use(SECRET, MasterKeys([NEW, OLD, of_secret(SECRET)]))


@pytest.fixture
def person(sharma: Shop) -> UUID:
    """The owner, whose app is set up."""
    with open_directory() as directory:
        found = directory.scalars(select(UserAccount.id).where(UserAccount.email == sharma.email)).one()
        factors.begin_totp(directory, found)
    return found


def test_every_column_says_what_its_room_seals_for(sharma: Shop) -> None:
    user_id, gstin = uuid4(), "27AABCS1234D1ZV"
    row = {"account_id": user_id, "company_id": sharma.company_id, "gstin": gstin, "provider": Provider.TWILIO, "user_id": user_id}
    row["generation"] = 3
    with read_books(sharma.actor) as books:
        expected = {
            "account_detail.bank_account": bank_numbers._purpose(books.company_id, user_id),
            "einvoice_registration.secrets": einvoice.secrets_purpose(books, gstin),
            "einvoice_registration.session": einvoice.secrets_purpose(books, gstin),
            "ewaybill_registration.secrets": ewaybills.purpose_of(books, gstin),
            "ewaybill_registration.session": ewaybills.purpose_of(books, gstin),
            "gateway_account.secrets": gateway._purpose(books, "twilio"),
            "member_pin.stretched": pins._purpose(books.company_id, user_id, 3),
            "messaging_account.secrets": messages._purpose(books, Provider.TWILIO),
            "push_key.private_key": f"push {books.company_id}",
            "signing_certificate.sealed": signing._purpose(books),
            "totp_secret.sealed": f"totp {user_id}",
        }
    assert {f"{table.name}.{column.name}": purpose.format(**row) for table, column, purpose in kept_secrets.columns()} == expected


def test_all_of_it_moves_to_the_new_key_and_opens_as_before(sharma: Shop, iyer: Shop, person: UUID) -> None:
    companies, private = [sharma.company_id, iyer.company_id], {}
    for shop in (sharma, iyer):
        with open_books(shop.actor) as books:
            _public, sealed = messages.push_keys(books)
            private[shop] = messages.private_key(books, sealed)
            if shop is iyer:  # as it was kept before there were master keys
                books.session.execute(update(PushKey).values(private_key=earlier(f"push {books.company_id}", private[shop], SECRET)))
    with open_directory() as directory:
        seed = factors.secret_of(directory.get_one(TotpSecret, person))
    assert kept_secrets.by_key(companies) == {"k-old": 2, "": 1}
    change_key()
    first, second = kept_secrets.renew_all(companies), kept_secrets.renew_all(companies)
    assert (first.renewed, first.current, first.unopened) == (3, 0, ())
    assert (second.renewed, second.current) == (0, 3)
    assert kept_secrets.by_key(companies) == {"k-new": 3}
    sealing.use("another secret", MasterKeys([NEW]))  # neither the old key nor the program's secret is wanted any more
    for shop in (sharma, iyer):
        with read_books(shop.actor) as books:
            assert messages.private_key(books, messages.push_keys(books)[1]) == private[shop]
            told = books.session.execute(select(EditLogEntry.entity_id, EditLogEntry.new).where(EditLogEntry.entity == "master_key")).all()
        assert [tuple(row) for row in told] == [("k-new", {"secrets": 1})]
    with open_directory() as directory:
        assert factors.secret_of(directory.get_one(TotpSecret, person)) == seed


def test_what_does_not_open_is_named_and_the_rest_goes_on(sharma: Shop, person: UUID) -> None:
    with open_books(sharma.actor) as books:
        messages.push_keys(books)
        lost = OwnKeys("elsewhere", {"k-lost": b"l" * 32})
        sealing.use(SECRET, MasterKeys([lost]))
        books.session.execute(update(PushKey).values(private_key=sealing.seal(f"push {books.company_id}", "lost")))
    change_key()
    found = kept_secrets.renew_all([sharma.company_id])
    assert [(one.table, one.company_id, one.key_id) for one in found.unopened] == [("push_key", sharma.company_id, "k-lost")]
    assert found.renewed == 1  # the person's own


def test_the_verbs_change_a_key_from_end_to_end(sharma: Shop, iyer: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", SECRET)
    settings = Settings.from_environment()

    def connect() -> Settings:  # as a process that starts; the database is the test's
        sealing.use(SECRET, of_machine(settings))
        return settings

    def say(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.verbs, ["keys", *words])
        return done.exit_code, done.output

    monkeypatch.setattr(cli, "_connect", connect)
    connect()
    of_the_secret = sealing.keys().current()
    with open_books(sharma.actor) as books:
        messages.push_keys(books)
    assert f"{of_the_secret}  SECRET_KEY  keeps 1  in use" in say("list")[1]
    first = say("new")[1].split()[0]
    assert say("rotate") == (0, f"1 sealed anew under {first}, 0 were so already.\n")
    second = say("new")[1].split()[0]
    assert say("drop", first)[0] == 1  # it keeps something still
    assert say("rotate")[0] == 0
    assert say("drop", first)[0] == 0
    assert [line.split()[0] for line in say("list")[1].splitlines()[:2]] == [second, of_the_secret]
    with pytest.raises(Conflict):
        CliRunner().invoke(cli.verbs, ["keys", "drop", of_the_secret], catch_exceptions=False)
    (tmp_path / master_keys.FILE).unlink()
    assert "WHICH IS NOT ON THIS MACHINE" in say("list")[1]
    assert say("rotate")[0] == 1
    monkeypatch.setenv("MASTER_KEYS", say("new", "--print")[1].strip())
    assert say("new")[0] == 1  # the environment names the key in use: another in the file would not be


@pytest.fixture(scope="module")
def kms() -> Iterator[tuple[str, list[str]]]:
    """A key service of another hand, and two keys in it."""
    import boto3

    port = free_port()
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            answers(port, server)
            url = f"http://127.0.0.1:{port}"
            client = boto3.client("kms", region_name="ap-south-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")
            yield url, [client.create_key()["KeyMetadata"]["Arn"] for _key in range(2)]
        finally:
            server.kill()


def patient(**more: Any) -> Config:
    """What the program asks it by, which would give up soon: on a busy machine of tests it is waited for."""
    return Config(**{**more, "connect_timeout": START_SECONDS, "read_timeout": START_SECONDS})


def test_a_key_service_keeps_the_master_key(kms: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    url, [first, second] = kms
    monkeypatch.setattr("botocore.config.Config", patient)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    def use(*names: str, at: str = url) -> ServiceKeys:
        service = ServiceKeys(list(names), region="ap-south-1", endpoint=at)
        sealing.use(SECRET, MasterKeys([service, OLD]))
        return service

    own = sealing.seal("portal", "kept before")
    use(first)
    assert sealing.unseal("portal", own) == "kept before"
    texts = [sealing.seal("portal", f"text {n}") for n in range(3)]
    assert len({text.split(".")[2] for text in texts}) == 1  # the service was asked once
    assert len({text.split(".")[3][:16] for text in texts}) == 3  # each has a nonce of its own
    moved = sealing.renewed("portal", own)
    use(second, first)  # the other key, in a process that remembers nothing
    assert [sealing.unseal("portal", text) for text in (*texts, moved)] == ["text 0", "text 1", "text 2", "kept before"]
    under_second = sealing.renewed("portal", texts[0])
    assert sealing.key_of(under_second) != sealing.key_of(texts[0])
    use(second)
    assert sealing.unseal("portal", under_second) == "text 0"
    head, _key, wrapped, cipher = texts[1].split(".")
    with pytest.raises(SealBroken):
        sealing.unseal("portal", texts[1])  # its key is not named here any more
    # AWS says that the key is not the one; moto, that it may not be used.
    with pytest.raises((SealBroken, KeyService)):
        sealing.unseal("portal", ".".join((head, sealing.key_of(under_second), wrapped, cipher)))
    use(second, at=f"http://127.0.0.1:{free_port()}")
    for ask in (lambda: sealing.unseal("portal", under_second), lambda: sealing.seal("portal", "x")):
        with pytest.raises(KeyService, match="does not answer"):
            ask()
