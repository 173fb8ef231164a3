"""A machine's choices: read strictly, kept privately."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest

from webapp.platform.settings import BadSetting, Settings, kept_secret


def test_an_empty_environment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.var_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/munim.sqlite3"
    assert (settings.port, settings.host, settings.redis_url, settings.public_url) == (8000, "127.0.0.1", "", "http://127.0.0.1:8000")
    assert stat.S_IMODE((settings.var_dir / "secret_key").stat().st_mode) == 0o600
    assert Settings.from_environment({}) == settings


def test_each_choice_can_be_made(tmp_path: Path) -> None:
    given = {
        "VAR_DIR": str(tmp_path),
        "PORT": "9000",
        "HOST": "0.0.0.0",
        "DATABASE_URL": "postgres://munim@db/munim",
        "REDIS_URL": "redis://cache/0",
        "SECRET_KEY": "given",
        "PUBLIC_URL": "https://shop.example/",
    }
    settings = Settings.from_environment(given)
    assert settings.database_url == "postgresql+psycopg://munim@db/munim"
    assert (settings.secret_key, settings.redis_url) == ("given", "redis://cache/0")
    assert (settings.public_url, settings.is_https, settings.local_host) == ("https://shop.example", True, "127.0.0.1")
    assert not (tmp_path / "secret_key").exists()


def test_no_proxy_is_trusted_unless_it_is_said_how_many(tmp_path: Path) -> None:
    kept = {"VAR_DIR": str(tmp_path)}
    assert Settings.from_environment(kept).trusted_proxies == 0
    assert Settings.from_environment({**kept, "TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    for wrong in ("-1", "11", "all", "127.0.0.1"):
        with pytest.raises(BadSetting, match="TRUSTED_PROXIES is"):
            Settings.from_environment({**kept, "TRUSTED_PROXIES": wrong})


def test_a_switch_is_on_or_off(tmp_path: Path) -> None:
    made = {
        said: Settings.from_environment({"VAR_DIR": str(tmp_path), "COUNTER_WORKER": said}).has_counter_worker for said in ("", "on", "Off")
    }
    assert made == {"": True, "on": True, "Off": False}
    sandbox = [
        Settings.from_environment({"VAR_DIR": str(tmp_path), "GST_SANDBOX": said}).takes_sandbox_gstins for said in ("", "off", "On")
    ]
    assert sandbox == [False, False, True]
    with pytest.raises(BadSetting, match="COUNTER_WORKER is"):
        Settings.from_environment({"VAR_DIR": str(tmp_path), "COUNTER_WORKER": "no"})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80.5", "1e3", "８０００", "eighty", "99999999999999999999"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(BadSetting, match="PORT is"):
        Settings.from_environment({"VAR_DIR": str(tmp_path), "PORT": port})


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="VAR_DIR"):
        Settings.from_environment({"VAR_DIR": str(tmp_path / "file" / "var")})


def test_the_secret_is_not_shown(tmp_path: Path) -> None:
    assert "hush" not in repr(Settings.from_environment({"VAR_DIR": str(tmp_path), "SECRET_KEY": "hush"}))


def test_of_eight_that_start_at_once_all_read_one_secret(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        secrets = set(pool.map(kept_secret, [tmp_path / "secret_key"] * 32))
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_damaged_secret_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("abc")
    with pytest.raises(BadSetting, match="damaged"):
        kept_secret(tmp_path / "secret_key")
