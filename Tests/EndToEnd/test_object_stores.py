"""A cluster that outlives its machine: logs, segments and metadata in a bucket, nothing needed in its folder."""

import queue
import shutil
import signal
import subprocess
import threading
import uuid

import boto3
import botocore.config
import pytest

import synthetic
from conftest import BINARY, Node
from kill_torture import torture
from servers import ACCESS_KEY, SECRET_KEY, CarelessLiar, Etcd, Liar, Moto, SeaweedFS

COUNT = 1_500
LEAF = {"roles": "leaf", "leaf.remote": "true", "leaf.number": 0}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}


class Bucket:
    """A bucket of its own, and a node's settings for it."""

    def __init__(self, server):
        self.server, self.name = server, "canopy-" + uuid.uuid4().hex
        self.client = boto3.client(
            "s3", endpoint_url=server.url, region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
            config=botocore.config.Config(s3={"addressing_style": "path"}))
        self.client.create_bucket(Bucket=self.name)

    @property
    def settings(self):
        return {
            "objects.store": "s3", "objects.endpoint": self.server.url,
            "objects.bucket": self.name, "objects.prefix": "tests/cluster", "index.flush_mib": 1}

    def keys(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]


@pytest.fixture(scope="module", params=[Moto, SeaweedFS], ids=lambda kind: kind.name)
def server(request):
    server = request.param()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def seaweedfs():
    server = SeaweedFS()
    yield server
    server.stop()


def answers(node):
    """What a node says to a few dozen requests, without what may differ."""
    found = []
    for request in synthetic.searches(count=40):
        tree = node.search("mixed", request)
        assert tree["_shards"]["failed"] == 0
        del tree["took"], tree["_scatter"]
        found.append(tree)
    return found


def fill(node):
    assert node("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
    documents = list(synthetic.documents(COUNT))
    for start in range(0, COUNT, 300):
        node.bulk("mixed", documents[start:start + 300], refresh=False)
    assert node("POST", "/mixed/_flush").status == 200
    # Some only in the log, one of them new, one overwritten, one deleted.
    node.bulk("mixed", [("late", documents[0][1]), ("doc-1", documents[0][1])], refresh=False)
    assert node("DELETE", "/mixed/_doc/doc-2?refresh=true").status == 200


@pytest.mark.parametrize("processes", [False, True], ids=["one process", "five processes"])
def test_the_loss_of_the_machine_loses_nothing(server, processes, tmp_path):
    bucket = Bucket(server)
    node = Node(tmp_path / "first", processes=processes, settings=bucket.settings,
                environment=CREDENTIALS)
    try:
        fill(node)
        before = answers(node)
        assert node("GET", "/mixed/_count").json()["count"] == COUNT
    finally:
        node.kill()
    kinds = {key.removeprefix("tests/cluster/").split("/")[-2] for key in bucket.keys()}
    assert kinds == {"log", "segments", "metadata"}
    shutil.rmtree(tmp_path / "first")
    node = Node(tmp_path / "second", leaves=3, processes=processes, settings=bucket.settings,
                environment=CREDENTIALS)
    try:
        assert node("GET", "/mixed/_count").json()["count"] == COUNT
        assert answers(node) == before
        assert node("GET", "/mixed/_doc/late").json()["found"]
        assert not node("GET", "/mixed/_doc/doc-2").json()["found"]
        node.bulk("mixed", [("later", {"title": "written after the loss"})])
        assert node("GET", "/mixed/_count").json()["count"] == COUNT + 1
    finally:
        node.stop()


def test_damaged_copies_are_fetched_again(server, tmp_path):
    bucket = Bucket(server)
    node = Node(tmp_path, settings=bucket.settings, environment=CREDENTIALS)
    fill(node)
    before = answers(node)
    node.kill()
    copies = [path for path in (tmp_path / "cache/all").iterdir() if path.name != "lock"]
    assert copies
    for number, path in enumerate(copies):
        if number % 3 == 0:
            path.unlink()
        else:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content[:-1] if number % 3 == 1 else content)
    node.start()
    try:
        assert answers(node) == before
    finally:
        node.stop()


def test_every_acknowledged_document_survives_kill_9(server, tmp_path):
    bucket = Bucket(server)
    assert torture(
        kills=4, seed=31, data=tmp_path / "data", settings=bucket.settings,
        environment=CREDENTIALS, loses_folder=True) > 0


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_a_store_that_comes_back_is_written_to_again(seaweedfs, fault, tmp_path):
    bucket = Bucket(seaweedfs)
    node = Node(tmp_path, settings=bucket.settings, environment=CREDENTIALS)
    statuses = queue.Queue()
    same = next(synthetic.documents(1))[1]

    def write():
        while True:
            answer = node("PUT", "/mixed/_doc/doc-0", same)
            statuses.put(answer.status)
            if answer.status in (200, 201):
                return

    try:
        fill(node)
        before = answers(node)
        if fault == "killed":
            seaweedfs.kill()
        else:
            seaweedfs.child.send_signal(signal.SIGSTOP)
        writer = threading.Thread(target=write)
        writer.start()
        # Searches need nothing of the store; whoever writes is told within seconds.
        assert answers(node) == before
        assert statuses.get(timeout=30) == 503
        if fault == "killed":
            seaweedfs.start()
        else:
            seaweedfs.child.send_signal(signal.SIGCONT)
        writer.join(60)
        assert not writer.is_alive() and set(statuses.queue) <= {200, 201, 503}
        assert node("GET", "/mixed/_doc/doc-0").json()["_version"] > 1
        assert answers(node) == before
        metrics = node("GET", "/metrics").body.decode()
        assert 'canopy_object_store_requests_total{operation="create",outcome="done"}' in metrics
    finally:
        seaweedfs.child.send_signal(signal.SIGCONT)
        node.stop()


@pytest.fixture
def etcd():
    server = Etcd()
    yield server
    server.stop()


def test_the_loss_of_etcd_stops_neither_searches_nor_writes(seaweedfs, etcd, tmp_path):
    settings = {**Bucket(seaweedfs).settings, "metadata.store": "etcd",
                "metadata.endpoints": etcd.url, "metadata.prefix": "tests"}
    node = Node(tmp_path / "first", processes=True, settings=settings, environment=CREDENTIALS)
    try:
        fill(node)
        before = answers(node)
        etcd.kill()
        assert answers(node) == before
        node.bulk("mixed", [("without-etcd", {"year": 2026})])
        assert node("GET", "/mixed/_count").json()["count"] == COUNT + 1
        # A new index needs it, and says so.
        refused = node("PUT", "/other")
        assert refused.status in (500, 503) and "etcd" in refused.reason
        etcd.start()
        assert node("PUT", "/other").status == 200
        # Every node hears of it.
        node.bulk("other", [("1", {"title": "heard"})])
    finally:
        node.kill()
    node = Node(tmp_path / "second", settings=settings, environment=CREDENTIALS)
    try:
        assert node("GET", "/mixed/_count").json()["count"] == COUNT + 1
        assert node("GET", "/other/_count").json()["count"] == 1
    finally:
        node.stop()


def serve(tmp_path, settings, environment=CREDENTIALS):
    """Runs a node that must refuse to start, and returns what it says."""
    arguments = [x for k, v in settings.items() for x in ("--set", f"{k}={v}")]
    done = subprocess.run(
        [BINARY, "serve", "--data", str(tmp_path), "--port", "0", *arguments],
        capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin", **environment})
    assert done.returncode != 0
    assert SECRET_KEY not in done.stdout + done.stderr
    return done.stderr


@pytest.mark.parametrize("kind", [Liar, CarelessLiar], ids=lambda kind: kind.name)
@pytest.mark.parametrize("roles", [{}, LEAF], ids=["all", "leaf"])
def test_a_store_that_does_not_keep_conditions_is_refused(kind, roles, tmp_path):
    server = kind()
    try:
        words = serve(tmp_path, {**Bucket(server).settings, **roles})
    finally:
        server.stop()
    assert "does not keep the conditions the log needs" in words and server.url in words


def test_what_is_wrong_is_named(seaweedfs, tmp_path):
    good = Bucket(seaweedfs).settings
    wrong = {**CREDENTIALS, "AWS_SECRET_ACCESS_KEY": "something-else"}
    assert "check objects.access_key and objects.secret_key" in serve(tmp_path, good, wrong)
    assert "AWS_ACCESS_KEY_ID" in serve(tmp_path, good, {})
    assert "objects.bucket" in serve(tmp_path, {**good, "objects.bucket": "no-such-bucket"})
    assert "objects.bucket" in serve(tmp_path, {**good, "objects.bucket": "No_Such"})
    assert "objects.store: s3" in serve(tmp_path, {"objects.bucket": "alone"})
    assert "folder or s3" in serve(tmp_path, {**good, "objects.store": "tape"})
    away = serve(tmp_path, {**good, "objects.endpoint": "http://127.0.0.1:9"})
    assert "127.0.0.1:9" in away and "see that the store can be reached" in away
