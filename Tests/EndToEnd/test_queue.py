"""Imports that several workers share: killed, stopped and continued, and every document is in once."""

import csv
import gzip
import json
import os
import signal

import boto3
import botocore.config
import pytest

from conftest import Node, run_tool
from queues import LIMIT_SECONDS, process, queue, start, status, wait_for
from servers import ACCESS_KEY, SECRET_KEY, Moto

LARGE, PACKED, ROWS = 12_000, 3_000, 500


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("node") / "data", leaves=2)
    yield node
    node.stop()


def make_sources(folder):
    """Returns the ids of all good documents."""
    (folder / "sub").mkdir(parents=True)
    ids = []
    with open(folder / "large.ndjson", "w") as file:
        for number in range(LARGE):
            file.write(json.dumps({"n": number, "title": f"the large file's number {number}"}) + "\n")
            ids.append(f"large.ndjson-{number + 1}")
    with gzip.open(folder / "sub/packed.jsonl.gz", "wt") as file:
        for number in range(PACKED):
            file.write(json.dumps({"id": f"packed-{number}", "n": number}) + "\n")
            ids.append(f"packed-{number}")
    with open(folder / "rows.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "n", "title"])
        for number in range(ROWS):
            rows.writerow([f"row-{number}", number, "a row"])
            ids.append(f"row-{number}")
    with open(folder / "bad.ndjson", "w") as file:
        for number in range(20):
            if number == 6:
                file.write('{"id": "broken", \n')
            elif number == 11:
                file.write(json.dumps({"id": "bad-11", "n": "not a number"}) + "\n")
            else:
                file.write(json.dumps({"id": f"bad-{number}", "n": number}) + "\n")
                ids.append(f"bad-{number}")
    (folder / "notes.md").write_text("# A heading\n\nSome text.\n")
    ids.append("notes.md")
    (folder / "picture.png").write_bytes(b"\0")
    return ids


def test_workers_that_die_or_stand_still_lose_and_double_nothing(node, tmp_path):
    folder = tmp_path / "sources"
    ids = make_sources(folder)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"properties": {"n": {"type": "long"}, "title": {"type": "text"}}}))
    made = queue(node, "create", "shared", folder, "--index", "shared", "--mapping", mapping,
                 "--into-parts", "64KiB", "--batch-documents", "20", "--lease", "1s")
    assert "1 files of other kinds" in made.stdout
    total = status(node, "shared")["items"]["total"]
    assert total > 10
    work = start(node, "shared", "--url", node.url, "--workers", "3", "--json")

    def victims():
        tree = status(node, "shared")
        assert tree["items"]["done"] < total, "it was over before anybody could be killed"
        holders = [process(each) for each in tree["workers"]]
        return holders[:2] if len(holders) >= 2 else None

    killed, stopped = wait_for("two workers", victims)
    os.kill(stopped, signal.SIGSTOP)
    os.kill(killed, signal.SIGKILL)

    def is_taken_over():
        tree = status(node, "shared")
        return all(process(each) not in (stopped, killed) for each in tree["workers"])

    wait_for("another worker takes the items", is_taken_over)
    os.kill(stopped, signal.SIGCONT)
    output, errors = work.communicate(timeout=LIMIT_SECONDS)
    # A worker was killed and two documents were refused: it says so and the rest is in.
    assert work.returncode == 1 and "signal 9" in errors, errors
    tree = json.loads(output)
    assert tree["items"] == {"total": total, "waiting": 0, "claimed": 0, "done": total, "failed": 0}
    assert tree["indexed"] == len(ids) and tree["refused"] == 2
    assert {(each["source"], each["line"]) for each in tree["refusals"]} == {
        ("bad.ndjson", 7), ("bad.ndjson", 12)}
    assert "bad.ndjson:7" in errors and "bad.ndjson:12" in errors
    assert node("GET", "/shared/_count").json()["count"] == len(ids)
    for begin in range(0, len(ids), 5_000):
        documents = node("POST", "/shared/_mget?_source=false", {"ids": ids[begin:begin + 5_000]})
        for document in documents.json()["docs"]:
            # Another version would tell of a second write.
            assert document.get("found") and document["_version"] == 1, document
    text = queue(node, "status", "shared").stdout
    assert "done" in text and "bad.ndjson:7" in text
    assert "shared" in queue(node, "status").stdout


def test_a_worker_that_is_told_to_stop_gives_back_and_the_queue_goes_on(node, tmp_path):
    path = tmp_path / "plain.ndjson"
    with open(path, "w") as file:
        for number in range(12_000):
            file.write(json.dumps({"n": number}) + "\n")
    queue(node, "create", "stopped", path, "--index", "stopped", "--batch-documents", "20",
          "--into-parts", "0")
    work = start(node, "stopped", "--url", node.url)
    wait_for("a worker", lambda: status(node, "stopped")["workers"])
    work.send_signal(signal.SIGTERM)
    _, errors = work.communicate(timeout=LIMIT_SECONDS)
    assert work.returncode == 1 and "goes on from here" in errors, errors
    items = status(node, "stopped")["items"]
    assert items["waiting"] == 1 and items["claimed"] == 0
    work = start(node, "stopped", "--url", node.url, "--json")
    output, errors = work.communicate(timeout=LIMIT_SECONDS)
    assert work.returncode == 0, errors
    assert json.loads(output)["indexed"] == 12_000
    assert node("GET", "/stopped/_count").json()["count"] == 12_000


def test_what_cannot_be_read_is_set_aside_and_tried_again(node, tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "good.ndjson").write_text('{"id": "a"}\n')
    (folder / "late.ndjson").write_text('{"id": "b"}\n')
    (folder / "cut.ndjson.gz").write_bytes(gzip.compress(b'{"id": "c"}\n' * 1_000)[:40])
    queue(node, "create", "troubled", folder, "--index", "troubled")
    (folder / "late.ndjson").rename(tmp_path / "away")
    done = queue(node, "work", "troubled", "--url", node.url, check=False)
    assert done.returncode == 1 and "late.ndjson" in done.stdout and "gzip" in done.stdout
    tree = status(node, "troubled")
    assert tree["items"]["failed"] == 2 and tree["items"]["done"] == 1 and tree["state"] == "failed"
    assert queue(node, "status", "troubled", check=False).returncode == 1
    (tmp_path / "away").rename(folder / "late.ndjson")
    assert "2 items wait again" in queue(node, "retry", "troubled").stdout
    # The first of the servers is away; the other takes everything.
    queue(node, "work", "troubled", "--url", "http://127.0.0.1:1", "--url", node.url, check=False)
    tree = status(node, "troubled")
    assert tree["items"]["failed"] == 1 and tree["items"]["done"] == 2
    assert [each["item"] for each in tree["troubles"]] == ["cut.ndjson.gz"]
    queue(node, "delete", "troubled")
    gone = queue(node, "status", "troubled", check=False)
    assert gone.returncode != 0 and "there is no such queue" in gone.stderr


def test_objects_of_the_bucket_are_sources_like_files(tmp_path):
    server = Moto()
    try:
        client = boto3.client(
            "s3", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=botocore.config.Config(s3={"addressing_style": "path"}))
        client.create_bucket(Bucket="canopy-queue")
        lines = "".join(json.dumps({"n": number}) + "\n" for number in range(3_000))
        client.put_object(Bucket="canopy-queue", Key="exports/day=1/part 0.ndjson", Body=lines.encode())
        client.put_object(
            Bucket="canopy-queue", Key="exports/day=2/rest.jsonl.gz", Body=gzip.compress(b'{"id": "packed"}\n'))
        client.put_object(Bucket="canopy-queue", Key="exports/README", Body=b"nothing")
        settings = {
            "objects.store": "s3", "objects.endpoint": server.url, "objects.bucket": "canopy-queue",
            "objects.prefix": "cluster"}
        credentials = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        flags = [x for name, value in settings.items() for x in ("--set", f"{name}={value}")]
        environment = {"env": {**os.environ, **credentials}}
        node = Node(tmp_path / "data", leaves=1, settings=settings, environment=credentials)
        try:
            made = run_tool(
                "queue", "create", "objects", "bucket:exports/", "--index", "objects", "--into-parts",
                "16KiB", "--shards", "2", "--json", *flags, **environment)
            assert json.loads(made.stdout)["items"] > 2 and json.loads(made.stdout)["left_out"] == 1
            work = ["queue", "work", "objects", "--url", node.url, "--workers", "2", *flags]
            run_tool(*work, **environment)
            assert node("GET", "/objects/_count").json()["count"] == 3_001
            last = node("GET", "/objects/_doc/exports%2Fday%3D1%2Fpart%200.ndjson-3000").json()
            assert last["_source"] == {"n": 2_999} and last["_version"] == 1
        finally:
            node.stop()
    finally:
        server.stop()


def test_errors_are_clear(node, tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text("{}\n")
    for arguments, word in [
        (["create", "Bad/Name", path, "--index", "x"], "lowercase"),
        (["create", "x", "/nonexistent", "--index", "x"], "/nonexistent"),
        (["create", "x", "bucket:exports/", "--index", "x"], "objects.store"),
        (["work", "nowhere"], "no such queue"),
        (["status", "nowhere"], "no such queue"),
    ]:
        done = queue(node, *arguments, check=False)
        assert done.returncode != 0 and word in done.stderr, done.stderr
    done = run_tool("queue", "status", "--data", tmp_path / "nothing", check=False)
    assert done.returncode != 0 and "--data" in done.stderr
