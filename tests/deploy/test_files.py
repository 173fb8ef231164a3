"""What stands in deploy/, read by the tools made for it and held against the program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT
from webapp import VERSION

DEPLOY = ROOT / "deploy"
TOOLS = Path(sys.executable).parent
MANIFESTS = [one for one in yaml.safe_load_all((DEPLOY / "kubernetes" / "munim.yaml").read_text()) if one]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PODS = [one["spec"]["template"]["spec"] for one in MANIFESTS if one["kind"] in {"Deployment", "Job"}]
KINDS = {"web", "worker", "scheduler"}


def said(*command: str | Path) -> str:
    """What a tool says of our files; nothing, when it finds nothing."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, cwd=ROOT)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_image_s_recipe_is_clean() -> None:
    assert said(TOOLS / "hadolint", DEPLOY / "Dockerfile") == ""


def test_the_shell_is_clean() -> None:
    scripts = [one for one in (*(ROOT / "bin").iterdir(), *DEPLOY.glob("*.sh"), ROOT / ".ci" / "run") if one.is_file()]
    assert len(scripts) >= 5
    assert said(TOOLS / "shellcheck", *scripts) == ""


def test_the_manifests_have_the_shape_kubernetes_asks() -> None:
    assert said(TOOLS / "kubernetes-validate", DEPLOY / "kubernetes" / "munim.yaml") == ""


@pytest.mark.parametrize("pod", PODS, ids=lambda pod: pod["containers"][0]["name"])
def test_a_pod_has_no_rights_and_knows_its_limits(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        own = container["securityContext"]
        assert own["allowPrivilegeEscalation"] is False
        assert own["readOnlyRootFilesystem"] is True
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]
        assert container["image"] != "munim:latest"
        if container["name"] != "migrate":
            assert "livenessProbe" in container


def test_each_kind_of_process_stands_in_both() -> None:
    assert {one["metadata"]["name"].removeprefix("munim-") for one in MANIFESTS if one["kind"] == "Deployment"} == KINDS
    assert set(COMPOSE["services"]) == KINDS | {"migrate", "postgres", "redis"}


def commands() -> list[list[str]]:
    of_pods = [container["command"] for pod in PODS for container in pod["containers"]]
    probes = [
        container["livenessProbe"]["exec"]["command"]
        for pod in PODS
        for container in pod["containers"]
        if "exec" in container.get("livenessProbe", {})
    ]
    of_compose = [one["command"] for name, one in COMPOSE["services"].items() if name not in {"postgres", "redis"} and "command" in one]
    unit = re.findall(r"^Exec\w+=\S+python (.+)$", (DEPLOY / "systemd" / "munim.service").read_text(), re.MULTILINE)
    return [*of_pods, *probes, *of_compose, *(["python", *one.split()] for one in unit)]


def test_what_they_start_is_there() -> None:
    started = commands()
    assert len(started) >= 11
    for command in started:
        assert command[:2] == ["python", "-m"], command
        assert find_spec(command[2]) is not None, command


def test_the_program_s_version_is_said_once() -> None:
    """The image has no pyproject.toml, and the manifest of a backup and a tracker of errors name the version."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_they_set_nothing_that_the_program_does_not_read() -> None:
    """A misspelt setting would be silently the default."""
    read = "\n".join(one.read_text() for folder in ("webapp", "jobs") for one in (ROOT / folder).rglob("*.py"))
    settings = COMPOSE["x-munim"]["environment"].keys() | COMPOSE["services"]["web"]["environment"].keys()
    settings |= next(one["data"] for one in MANIFESTS if one["kind"] == "ConfigMap").keys()
    # Of each issuer that OIDC_ISSUERS names the rest of the name is read: OIDC_GOOGLE_CLIENT_ID.
    unread = {name for name in settings - {"<<"} if f'"{re.sub("^OIDC_(?!ISSUERS$)[A-Z0-9]+_", "", name)}"' not in read}
    assert not unread - {"PROMETHEUS_MULTIPROC_DIR"}


def test_the_example_of_settings_names_all_that_must_be_given() -> None:
    asked = set(re.findall(r"\$\{(\w+):?[?]", (DEPLOY / "compose.yaml").read_text()))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "compose.env.example").read_text(), re.MULTILINE))
    assert asked
    assert asked <= given


def test_the_image_takes_no_secret_and_no_data_along() -> None:
    taken = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert taken[1] == "*"
    allowed = {line.removeprefix("!") for line in taken if line.startswith("!")}
    assert not allowed & {"var", ".git", ".venv", "tests", "deploy"}
    assert all((ROOT / name).exists() for name in allowed)


def test_the_database_and_redis_of_compose_are_reached_by_nobody_else() -> None:
    """They speak in clear: on a network that leads nowhere, each with a password, and no port of theirs is the machine's."""
    services = COMPOSE["services"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert services[name]["networks"] == ["inside"]
        assert "ports" not in services[name]
        assert (
            f"${{{name.upper()}_PASSWORD:?" in COMPOSE["x-munim"]["environment"][{"postgres": "DATABASE_URL", "redis": "REDIS_URL"}[name]]
        )
    assert COMPOSE["configs"]["redis"]["content"] == "requirepass ${REDIS_PASSWORD}"
    (mounted,) = services["redis"]["configs"]
    assert (mounted["source"], services["redis"]["command"][:2]) == ("redis", ["redis-server", mounted["target"]])
    assert not any("PASSWORD" in word for one in services.values() for word in one.get("command", []))
    assert {name for name, one in services.items() if "ports" in one} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])


def test_a_cluster_lets_nobody_in_but_to_the_pages_and_asks_for_encrypted_roads() -> None:
    (settings,) = [one["data"] for one in MANIFESTS if one["kind"] == "ConfigMap"]
    assert settings["INSIDE_TLS"] == "on"
    policies = {one["metadata"]["name"]: one["spec"] for one in MANIFESTS if one["kind"] == "NetworkPolicy"}
    every, web = policies["munim"], policies["munim-web"]
    assert (every["podSelector"]["matchLabels"], every["policyTypes"], "ingress" in every) == (
        {"app.kubernetes.io/name": "munim"},
        ["Ingress"],
        False,
    )
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in MANIFESTS if one["kind"] in {"Deployment", "Job"}]
    assert len(labels) == len(PODS)
    assert all(every["podSelector"]["matchLabels"].items() <= one.items() for one in labels)
    assert [one["app.kubernetes.io/component"] for one in labels if web["podSelector"]["matchLabels"].items() <= one.items()] == ["web"]
    assert [port["port"] for rule in web["ingress"] for port in rule["ports"]] == [8000]


@pytest.mark.skipif(not Path("/usr/bin/systemd-analyze").exists(), reason="systemd-analyze is not on this machine")
def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    """Its programs are where the instructions put them, not here: a stand-in of the same name takes their place."""
    unit = re.sub(r"=/\S+/python ", "=/bin/true ", (DEPLOY / "systemd" / "munim.service").read_text())
    (tmp_path / "munim.service").write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "munim.service")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANG": "C"},
    )
    assert "munim.service" not in done.stderr.replace(str(tmp_path), ""), done.stderr
