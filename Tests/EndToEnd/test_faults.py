"""What a node promises when what it stands on fails: a full disk, a disk that does not synchronise, a bucket that is away."""

import json
import os
import shutil
import subprocess
import time

import pytest

from cluster import Cluster
from conftest import BINARY, Node, call

WAIT_SECONDS = 60


def bulk(ask, index, start, count, bytes_each=2_000):
    """Writes numbered documents: the ids that were acknowledged, and the statuses of all."""
    lines = []
    for number in range(start, start + count):
        lines.append(json.dumps({"index": {"_id": f"d{number}"}}))
        lines.append(json.dumps({"number": number, "body": f"word{number} " * (bytes_each // 10)}))
    answer = ask("POST", f"/{index}/_bulk?timeout=3s", "\n".join(lines) + "\n")
    items = answer.json()["items"]
    done = {item["index"]["_id"] for item in items if item["index"]["status"] in (200, 201)}
    return done, [item["index"] for item in items]


def write_until_refused(ask, index, start=0):
    acknowledged, refused, deadline = set(), None, time.monotonic() + WAIT_SECONDS
    while refused is None and time.monotonic() < deadline:
        done, items = bulk(ask, index, start, 100)
        acknowledged |= done
        start += 100
        refused = next((item for item in items if item["status"] not in (200, 201)), None)
    assert refused, "nothing was ever refused"
    return acknowledged, refused, start


def write_until_taken(ask, index, start):
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        done, _ = bulk(ask, index, start, 5, bytes_each=20)
        if len(done) == 5:
            return done
    raise AssertionError("writes are not taken again")


def assert_all_there(ask, index, acknowledged):
    """Every acknowledged document, once; others only if they were sent."""
    assert ask("POST", f"/{index}/_refresh").json()["_shards"]["failed"] == 0
    for start in range(0, len(acknowledged), 500):
        ids = sorted(acknowledged)[start:start + 500]
        found = ask("POST", f"/{index}/_mget?_source=false", {"ids": ids}).json()["docs"]
        assert all(document["found"] for document in found)


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)],
        capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_refuses_writes_and_nothing_else(small_disk):
    node = Node(small_disk / "data", leaves=1, settings={"index.flush_mib": 1})
    try:
        acknowledged, _ = bulk(node, "full", 0, 100)
        assert node("POST", "/full/_refresh").json()["_shards"]["failed"] == 0
        filler = small_disk / "filler"
        room = os.statvfs(small_disk)
        with open(filler, "wb") as file:
            file.write(b"\0" * max(0, room.f_bavail * room.f_frsize - (2 << 20)))
        more, refused, start = write_until_refused(node, "full", 100)
        acknowledged |= more
        assert refused["status"] in (429, 503) and refused["error"]["reason"], refused
        found = node.search("full", {"query": {"match": {"body": "word7"}}})
        assert found["_shards"]["failed"] == 0 and found["hits"]["total"]["value"] == 1
        filler.unlink()
        acknowledged |= write_until_taken(node, "full", start)
        assert_all_there(node, "full", acknowledged)
        node.kill()
        node.start()
        assert_all_there(node, "full", acknowledged)
    finally:
        node.kill()


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_a_disk_that_does_not_synchronise_acknowledges_nothing(tmp_path):
    """From some moment on every fdatasync fails, as of a disk that dies."""
    wrapper = tmp_path / "canopy"
    wrapper.write_text(
        "#!/bin/sh\nexec strace -f -qq -o /dev/null -e trace=fdatasync "
        f"-e inject=fdatasync:error=EIO:when=60+ '{BINARY}' \"$@\"\n")
    wrapper.chmod(0o755)
    node = Node(tmp_path / "data", leaves=1, settings={"index.flush_mib": 64})
    try:
        acknowledged, _ = bulk(node, "lost", 0, 50)
        assert node("POST", "/lost/_refresh").json()["_shards"]["failed"] == 0
        node.stop()
        process = subprocess.Popen(
            [str(wrapper), "serve", "--leaves", "1", "--data", str(tmp_path / "data"), "--port",
             "0", "--set", "index.flush_mib=64"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = next(line for line in process.stdout if "ready" in line).split()[-1]

            def ask(method, path, body=None):
                return call(url, method, path, body)

            more, refused, _ = write_until_refused(ask, "lost", 50)
            acknowledged |= more
            assert refused["status"] in (429, 503) and refused["error"]["reason"], refused
            found = ask("POST", "/lost/_search", {"query": {"match": {"body": "word7"}}}).json()
            assert found["hits"]["total"]["value"] == 1 and found["_shards"]["failed"] == 0
        finally:
            # The tracer's child is the node.
            subprocess.run(["pkill", "-9", "-P", str(process.pid)], check=False)
            process.wait()
        node.start()
        assert_all_there(node, "lost", acknowledged)
    finally:
        node.kill()


def test_a_bucket_that_is_away_refuses_writes_and_nothing_else(tmp_path):
    cluster = Cluster(tmp_path, leaves=2, roots=1, settings={"index.flush_mib": 1})
    try:
        acknowledged, _ = bulk(cluster, "away", 0, 100)
        assert cluster("POST", "/away/_refresh").json()["_shards"]["failed"] == 0
        cluster.objects.kill()
        more, refused, start = write_until_refused(cluster, "away", 100)
        acknowledged |= more
        assert refused["status"] in (429, 503) and refused["error"]["reason"], refused
        found = cluster("POST", "/away/_search", {"query": {"match": {"body": "word7"}}}).json()
        assert found["_shards"]["failed"] == 0 and found["hits"]["total"]["value"] == 1
        cluster.objects.start()
        acknowledged |= write_until_taken(cluster, "away", start)
        assert_all_there(cluster, "away", acknowledged)
        cluster.stop()
    finally:
        cluster.kill()
