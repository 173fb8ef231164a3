"""One business goes out as a file and comes back alone."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from tests.backups.conftest import Machine, figures_now
from tests.support import refused
from webapp import books_check
from webapp.backups import company_file
from webapp.backups.refusals import DamagedBackup
from webapp.platform import storage
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
