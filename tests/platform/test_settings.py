"""A machine's choices: read strictly, kept privately."""

from __future__ import annotations

import multiprocessing
import secrets
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jobs import grounds
from tests.ground.server import clean_environment, free_port
from webapp.platform.settings import BadSetting, Settings, is_weak, kept_secret


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


@pytest.mark.parametrize(
    "weak", ["", "changeme", "a" * 64, "abcdefgh" * 8, "munim-" * 12, "of a bench " * 4, "7f3a91c04be85d26e1b90c7da4f835"]
)
def test_what_can_be_guessed_is_no_key_to_start_with(tmp_path: Path, weak: str) -> None:
    settings = Settings.from_environment({"VAR_DIR": str(tmp_path)})
    settings.require_strong_keys()  # one that is made is strong
    with pytest.raises(BadSetting, match="SECRET_KEY is short") as refused:
        replace(settings, secret_key=weak).require_strong_keys()
    assert not weak or weak not in str(refused.value)
    with pytest.raises(BadSetting, match="first key of MASTER_KEYS"):
        replace(settings, master_keys=f"k-1:{weak or '00' * 32}").require_strong_keys()
    replace(settings, master_keys=f"k-2:{secrets.token_hex(32)} k-1:{'00' * 32}").require_strong_keys()  # the former one is only read by


def test_what_is_drawn_by_chance_is_a_key() -> None:
    assert not any(is_weak(secrets.token_hex(32)) or is_weak(secrets.token_urlsafe(32)) for _ in range(2_000))


@pytest.mark.parametrize("command", [("webapp.serving",), ("webapp.serving", "web"), ("webapp", "migrate"), ("jobs.scheduler",)])
def test_nothing_starts_with_a_key_that_can_be_guessed(tmp_path: Path, command: tuple[str, ...]) -> None:
    env = clean_environment(tmp_path, free_port()) | {"SECRET_KEY": "munim"}
    done = subprocess.run([sys.executable, "-m", *command], env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode != 0
    assert "SECRET_KEY is short" in done.stderr + done.stdout
    assert not (tmp_path / "munim.sqlite3").exists()


def test_figures_of_a_process_are_for_this_machine_alone(tmp_path: Path) -> None:
    port = free_port()
    grounds.show_figures(Settings.from_environment({"VAR_DIR": str(tmp_path), "METRICS_PORT": str(port)}))
    listening = [line.split()[1].split(":") for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert [address for address, number in listening if int(number, 16) == port] == ["0100007F"]
    assert not any(f":{port:04X} " in line for line in Path("/proc/net/tcp6").read_text().splitlines()[1:])


def test_figures_are_shown_elsewhere_only_where_it_is_said(tmp_path: Path) -> None:
    kept = {"VAR_DIR": str(tmp_path)}
    assert Settings.from_environment(kept).metrics_host == "127.0.0.1"
    assert Settings.from_environment({**kept, "METRICS_HOST": "10.0.0.7"}).metrics_host == "10.0.0.7"


def test_a_key_service_is_told_nothing_in_clear(tmp_path: Path) -> None:
    for wrong in (
        "http://kms.example",
        "kms.example",
        "http://10.0.0.7:8080",
        "https://",
        "https://me:word@kms.example",
        "https://kms.example:0",
        "ftp://kms.example",
        "http://localhost.example",
    ):
        with pytest.raises(BadSetting, match="KMS_ENDPOINT is no address"):
            Settings.from_environment({"VAR_DIR": str(tmp_path), "KMS_ENDPOINT": wrong})
    for right in ("https://kms.example", "http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566", ""):
        assert Settings.from_environment({"VAR_DIR": str(tmp_path), "KMS_ENDPOINT": right}).kms_endpoint == right


@pytest.mark.parametrize(
    "road",
    [
        {"DATABASE_URL": "postgresql://munim:word@db.inside/munim"},
        {"DATABASE_URL": "postgresql://munim:word@db.inside/munim?sslmode=require"},
        {"DATABASE_URL": "postgresql://munim:word@127.0.0.1,db.inside/munim"},
        {"DATABASE_URL": "postgresql:///munim?host=db.inside&sslmode=prefer"},
        {"DATABASE_URL": "postgresql://127.0.0.1/munim?hostaddr=10.0.0.7"},
        {"REDIS_URL": "redis://:word@cache.inside/0"},
        {"REDIS_URL": "rediss://:word@cache.inside/0?ssl_cert_reqs=none"},
        {"REDIS_URL": "rediss://:word@cache.inside/0?ssl_check_hostname=False"},
    ],
)
def test_no_road_inside_is_in_clear_where_that_is_asked(tmp_path: Path, road: dict[str, str]) -> None:
    kept = {"VAR_DIR": str(tmp_path), **road}
    Settings.from_environment(kept)
    with pytest.raises(BadSetting, match=next(iter(road))) as refused:
        Settings.from_environment({**kept, "INSIDE_TLS": "on"})
    assert "word" not in str(refused.value)


@pytest.mark.parametrize(
    "road",
    [
        {},
        {"DATABASE_URL": "postgresql://munim:word@db.inside:5432/munim?sslmode=verify-full&sslrootcert=/run/ca.pem"},
        {"DATABASE_URL": "postgresql://munim:word@localhost/munim", "REDIS_URL": "redis://127.0.0.1:6379/0"},
        {"DATABASE_URL": "postgresql:///munim?host=/run/postgresql", "REDIS_URL": "unix:///run/redis.sock"},
        {"REDIS_URL": "rediss://:word@cache.inside:6380/0?ssl_ca_certs=/run/ca.pem"},
    ],
)
def test_roads_that_are_shut_are_taken(tmp_path: Path, road: dict[str, str]) -> None:
    assert Settings.from_environment({"VAR_DIR": str(tmp_path), "INSIDE_TLS": "on", **road}).var_dir == tmp_path
