"""OpenStack Swift with its S3 interface, which others wrote and run: one machine, one disk, one copy of each object."""

from __future__ import annotations

import errno
import getpass
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ground.server import START_SECONDS, free_port

ENVIRONMENT = Path(sys.prefix) / "peers-swift" / "bin"
OWNER = ("test:tester", "testing")
READER = ("test:reader", "reading")  # belongs to the account, and may do in a bucket what its owner lets him

# Where each kind of server finds the things it keeps: one device of one zone, 16 partitions.
RINGS = """
import sys
from swift.common.ring import RingBuilder
for folder, kind, port in zip(sys.argv[1::3], sys.argv[2::3], sys.argv[3::3]):
    ring = RingBuilder(4, 1, 0)
    ring.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "disk", "weight": 1})
    ring.rebalance()
    ring.get_ring().save(f"{folder}/{kind}.ring.gz")
"""
PARTS = ("catch_errors", "gatekeeper", "listing_formats", "s3api", "tempauth", "slo", "dlo")


@dataclass(frozen=True)
class Swift:
    url: str
    kept: Path

    def kept_bytes(self) -> int:
        """How much of objects lies on its disk, whoever can list them."""
        return sum(path.stat().st_size for path in self.kept.rglob("*.data"))


@contextmanager
def swift() -> Iterator[Swift]:
    """The servers, until the block ends."""
    if not (ENVIRONMENT / "swift-proxy-server").exists():
        pytest.fail("the tests' object storage is missing: bin/test installs it")
    with tempfile.TemporaryDirectory(prefix="swift", dir=folder_with_attributes()) as named, ExitStack() as running:
        folder = Path(named)
        (folder / "devices" / "disk").mkdir(parents=True)
        ports = {kind: free_port() for kind in ("account", "container", "object", "proxy")}
        configure(folder, ports)
        for kind in ports:
            process = subprocess.Popen(
                [ENVIRONMENT / f"swift-{kind}-server", folder / f"{kind}.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            running.callback(stop, process)
        made = Swift(f"http://127.0.0.1:{ports['proxy']}", folder / "devices" / "disk")
        wait_for(ports)
        yield made


def folder_with_attributes() -> str:
    """A folder on a disk that keeps attributes of files: Swift writes there what it knows of an object."""
    for folder in (tempfile.gettempdir(), sys.prefix, "/var/tmp", "/dev/shm"):
        with suppress(OSError), tempfile.NamedTemporaryFile(dir=folder) as probe:
            try:
                os.setxattr(probe.name, "user.munim", b"?" * 1000)
            except OSError as trouble:
                if trouble.errno not in {errno.ENOTSUP, errno.ENOSPC, errno.EPERM}:
                    raise
                continue
            return folder
    pytest.skip("no disk of this machine keeps attributes of files (user.*), in which Swift writes what it knows of an object")


def configure(folder: Path, ports: dict[str, int]) -> None:
    # Half a second to connect is its own choice, and ten such failures put a server away for a minute: test machines are slower. So is a
    # second for an object to be told to its container; later it is never listed, for what would tell it again does not run here.
    patience = "conn_timeout = 300\nnode_timeout = 300\nrecoverable_node_timeout = 300\ncontainer_update_timeout = 300\n"
    patience += "client_timeout = 300\nerror_suppression_limit = 1000000\n"
    common = f"[DEFAULT]\nbind_ip = 127.0.0.1\nworkers = 0\nuser = {getpass.getuser()}\nswift_dir = {folder}\n{patience}"
    (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = munim\n[storage-policy:0]\nname = one\ndefault = yes\n")
    for kind in ("account", "container", "object"):
        own = f"bind_port = {ports[kind]}\ndevices = {folder}/devices\nmount_check = false\n"
        (folder / f"{kind}.conf").write_text(
            f"{common}{own}[pipeline:main]\npipeline = {kind}-server\n[app:{kind}-server]\nuse = egg:swift#{kind}\n"
        )
    filters = {name: f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in PARTS}
    filters["s3api"] += "location = ap-south-1\n"
    filters["slo"] += "allow_async_delete = false\n"  # or the parts wait for a server of their own to take them away
    filters["tempauth"] += f"user_test_tester = {OWNER[1]} .admin\nuser_test_reader = {READER[1]}\n"
    (folder / "proxy.conf").write_text(
        f"{common}bind_port = {ports['proxy']}\n[pipeline:main]\npipeline = {' '.join(PARTS)} proxy-server\n"
        f"[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n{''.join(filters.values())}"
    )
    asked = [str(one) for kind in ("account", "container", "object") for one in (folder, kind, ports[kind])]
    subprocess.run([ENVIRONMENT / "python", "-c", RINGS, *asked], check=True, capture_output=True)


def wait_for(ports: dict[str, int]) -> None:
    deadline = time.monotonic() + START_SECONDS
    for kind, port in ports.items():
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if time.monotonic() > deadline:
                pytest.fail(f"Swift's {kind} server did not start")
            time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
