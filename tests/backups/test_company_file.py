"""One business goes out as a file and comes back alone."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.backups.conftest import Machine, figures_now
from tests.ledger.test_bank_numbers import NUMBER, kept, note
from tests.support import refused
from webapp import books_check, ledger
from webapp.backups import company_file
from webapp.backups.refusals import DamagedBackup
from webapp.einvoice.models import EinvoiceRegistration as Registration
from webapp.messaging import service as messages
from webapp.platform import sealing, storage
from webapp.platform.db import Instant
from webapp.platform.tenancy import Actor, open_books

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("this_machine")]


@pytest.mark.parametrize("is_new", [False, True], ids=["where its number is taken", "as a new one"])
def test_one_business_goes_out_and_comes_back_alone(machine: Machine, tmp_path: Path, *, is_new: bool) -> None:
    file, before = tmp_path / "one.zip", figures_now(machine)["companies"]
    company_file.write_company(machine.iyer.company_id, file)
    with zipfile.ZipFile(file) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
    assert b"Iyer Traders" in everything
    assert b"Sharma" not in everything
    assert b"argon2" not in everything
    then, now = company_file.restore_company(file, is_new=is_new)
    assert now not in {then, machine.sharma.company_id}
    after = figures_now(machine)["companies"]
    assert {id_: after[id_] for id_ in before} == before
    actor = Actor(company_id=now, role=machine.iyer.actor.role, name="owner", via="console")
    with open_books(actor) as books:
        assert not books_check.verify_books(books).breaches
    with storage.open_file(now, f"bill{then}.jpg") as kept:
        assert kept.read() == b"picture of a bill " * 5000


def test_a_damaged_file_of_a_business_founds_nothing(machine: Machine, tmp_path: Path) -> None:
    file, dice = tmp_path / "one.zip", random.Random(15)
    company_file.write_company(machine.iyer.company_id, file)
    before, whole = figures_now(machine), file.read_bytes()
    company_file.check_company(file)
    for at in [*dice.sample(range(len(whole)), 50), *range(len(whole) - 74, len(whole), 3), len(whole) - 1]:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1 :])
        refused(lambda: company_file.check_company(file), DamagedBackup)
    for wrong in (whole[: len(whole) // 2], whole[:-1], whole + b"\n", b""):
        file.write_bytes(wrong)
        refused(lambda: company_file.restore_company(file), DamagedBackup)
    assert figures_now(machine)["companies"] == before["companies"]


def test_it_can_be_read_with_nothing_of_ours_and_holds_no_secret(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "one.zip"
    with open_books(machine.iyer.actor) as books:
        for_push = messages.push_keys(books)[1]
        secret = sealing.seal(f"einvoice {books.company_id} 33AABCI1234D1ZC", "a portal's password")
        row = {"gstin": "33AABCI1234D1ZC", "secrets": secret, "session": "", "road": "file"}
        books.insert(Registration, [{**filled(Registration), **row}])
    company_file.write_company(machine.iyer.company_id, file)
    with zipfile.ZipFile(file) as packed:
        manifest, schema = json.loads(packed.read("manifest.json")), json.loads(packed.read("schema.json"))
        everything = b"".join(packed.read(name) for name in packed.namelist())
        [kept] = [json.loads(line) for line in packed.read("tables/einvoice_registration.jsonl").splitlines()]
        lines = list(csv.DictReader(io.StringIO(packed.read("csv/journal_line.csv").decode("utf-8-sig"))))
        rows = [json.loads(line) for line in packed.read("tables/journal_line.jsonl").splitlines()]
    assert (kept["secrets"], kept["gstin"]) == ("", "33AABCI1234D1ZC")
    assert secret.encode() not in everything
    assert for_push.encode() not in everything
    assert b"m1." not in everything
    assert "schema.json" in " ".join(manifest["how_to_read"])
    assert {name.removeprefix("tables/").removesuffix(".jsonl") for name in manifest["members"] if name.startswith("tables/")} == set(
        schema
    )
    assert schema["journal_line"]["columns"]["amount_paise"] == {
        "type": "whole number",
        "may_be_empty": False,
        "unit": "paise; 100 are a rupee",
    }
    assert [line["amount_rupees"] for line in lines] == [f"{row['amount_paise'] / 100:.2f}" for row in rows]
    assert {"columns": ["company_id", "voucher_id"], "table": "voucher", "its": ["company_id", "id"]} in schema["journal_line"]["names"]


def test_a_bank_number_leaves_in_clear_and_is_sealed_where_it_comes_back(machine: Machine, tmp_path: Path) -> None:
    with open_books(machine.iyer.actor) as books:
        note(books)
    file = tmp_path / "one.zip"
    company_file.write_company(machine.iyer.company_id, file)
    with zipfile.ZipFile(file) as packed:
        rows = [json.loads(line) for line in packed.read("tables/account_detail.jsonl").splitlines()]
    assert [(row["bank_account"], row["bank_mark"]) for row in rows if row["bank_account"]] == [(NUMBER, "")]
    _then, now = company_file.restore_company(file, is_new=True)
    with open_books(Actor(company_id=now, role=machine.iyer.actor.role, name="owner", via="console")) as books:
        row = kept(books)
        assert row.bank_account.startswith(sealing.ENVELOPE)
        assert ledger.account_card(books, row.account_id).bank_account == NUMBER
        assert ledger.accounts_of_number(books, NUMBER) == {row.account_id}


def filled(model: Any) -> dict[str, Any]:
    """A value for each column that must have one and has no default."""
    plain: dict[type, Any] = {str: "", int: 0, bool: False, date: date(2026, 11, 20)}
    now = datetime(2026, 11, 20, tzinfo=UTC)
    wanted = [
        column for column in model.__table__.columns if not column.nullable and column.default is None and column.name != "company_id"
    ]
    return {column.name: now if isinstance(column.type, Instant) else plain.get(column.type.python_type, []) for column in wanted}
