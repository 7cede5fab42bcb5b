"""Indices that are built beside a serving cluster: the same as imported ones, and seen when they are complete."""

import gzip
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import threading

import boto3
import botocore.config
import pytest

from conftest import BINARY, Node, run_tool
from queues import LIMIT_SECONDS, process, queue, start, status, wait_for
from servers import ACCESS_KEY, SECRET_KEY, Etcd, Moto

COUNT = 6_000
WORDS = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibex", "jay", "kite", "lynx", "mole", "newt"]
# Documents that the mapping of those before them refuses.
BAD = {2_000: {"n": "not a number"}, 4_100: {"flag": 7, "late": 1}, 4_101: {"title": {"x": 1}}}

SEARCHES = [
    {"query": {"match": {"title": "ant kite"}}, "size": 40, "version": True},
    {"query": {"match_all": {}}, "sort": [{"n": "desc"}], "size": 30, "track_total_hits": True},
    {"query": {"bool": {"must": {"match": {"body": "lynx"}}, "filter": {"range": {"n": {"lt": 3_000}}}}},
     "size": 25, "highlight": {"fields": {"body": {}}}},
    {"query": {"match_phrase": {"body": "dog elk"}}, "size": 20, "explain": True},
    {"size": 0, "track_total_hits": True, "aggs": {"k": {"terms": {"field": "kind.keyword", "size": 20}}}},
    {"query": {"fuzzy": {"title": {"value": "kate", "fuzziness": 1}}}, "size": 20},
    {"query": {"term": {"late": 1}}},
]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("node") / "data", leaves=2)
    yield node
    node.stop()


def document(number, chance):
    source = {
        "n": number, "title": " ".join(chance.choices(WORDS, k=4)), "body": " ".join(chance.choices(WORDS, k=30)),
        "kind": WORDS[number % 7], "flag": number % 2 == 0}
    if number > 3_000:
        source["late"] = number
    return {**source, **BAD.get(number, {})}


def make_sources(folder):
    """Parts of a large file, a packed one, and one that replaces documents of both."""
    folder.mkdir()
    chance = random.Random(7)
    with open(folder / "a.ndjson", "w") as file:
        for number in range(COUNT):
            file.write(json.dumps({"id": f"doc-{number}", **document(number, chance)}) + "\n")
            if number % 1_000 == 17:
                file.write("{broken\n")
    with gzip.open(folder / "b.jsonl.gz", "wt") as file:
        for number in range(400):
            file.write(json.dumps({"more": number, "title": "from the packed file"}) + "\n")
    with open(folder / "c.ndjson", "w") as file:
        for number in range(0, COUNT, 9):
            file.write(json.dumps({"id": f"doc-{number}", "n": -number, "title": "again ant"}) + "\n")
        for _ in range(3):
            file.write(json.dumps({"id": "doc-1", "n": 1, "title": "thrice"}) + "\n")
    return folder


def answers(node, index):
    """What an index says, without its name and what may differ."""
    found = []
    for body in SEARCHES:
        tree = node.search(index, body)
        del tree["took"], tree["_scatter"]
        found.append(json.dumps(tree).replace(f'"_index": "{index}"', '"_index": "?"'))
    found.append(node("GET", f"/{index}/_count").json()["count"])
    found.append(node("GET", f"/{index}/_mapping").json()[index])
    return found


def refusals(tree):
    assert len(tree["refusals"]) == tree["refused"]
    return {(each["source"], each["line"]) for each in tree["refusals"]}


def objects(node, prefix):
    """Files of the object store below a prefix."""
    folder = pathlib.Path(node.data) / "objects" / prefix
    return [path for path in folder.rglob("*") if path.is_file()]


def uuid(node, index):
    return node("GET", f"/{index}/_settings").json()[index]["settings"]["index"]["uuid"]


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    return make_sources(tmp_path_factory.mktemp("sources") / "all")


@pytest.fixture(scope="module")
def imported(node, sources):
    """The same documents by way of the roots, one batch after the other."""
    queue(node, "create", "usual", sources, "--index", "usual", "--into-parts", "256KiB", "--batch-documents", "300")
    run_tool("queue", "work", "usual", "--data", node.data, "--url", node.url, "--concurrency", "1", check=False)
    tree = status(node, "usual")
    assert tree["items"]["done"] == tree["items"]["total"] and tree["refused"] == len(BAD) + 6
    return answers(node, "usual"), refusals(tree)


def kill_one(node, name, phase):
    """Ends a worker that has an item of the phase, which goes on while nobody sees the index."""
    def victim():
        tree = status(node, name)
        assert node("GET", f"/{name}/_count").status == 404
        assert tree["offline"]["phase"] in ("parts", "shards"), "it was over before anybody could be killed"
        holders = [process(each) for each in tree["workers"]]
        return holders[0] if holders and tree["offline"]["phase"] == phase else None

    os.kill(wait_for(f"a worker in the phase {phase}", victim), signal.SIGKILL)


def test_an_index_built_offline_is_the_imported_one_whoever_dies(node, sources, imported):
    made = queue(node, "create", "beside", sources, "--index", "beside", "--offline", "--into-parts", "256KiB",
                 "--batch-documents", "150", "--lease", "1s")
    assert "items" in made.stdout
    work = start(node, "beside", "--workers", "2", "--json")
    kill_one(node, "beside", "parts")
    kill_one(node, "beside", "shards")
    output, errors = work.communicate(timeout=LIMIT_SECONDS)
    assert "signal 9" in errors, errors
    if status(node, "beside")["state"] != "done":
        # Nobody was left to go on.
        done = run_tool("queue", "work", "beside", "--data", node.data, "--json", check=False)
        output = done.stdout
    tree = json.loads(output)
    expected, refused = imported
    assert tree["items"]["done"] == tree["items"]["total"] and refusals(tree) == refused
    tree = status(node, "beside")
    assert tree["offline"]["phase"] == "published" and tree["offline"]["shards"] == {"total": 8, "done": 8}
    assert wait_for("the index", lambda: node("GET", "/beside/_count").status == 200)
    found = answers(node, "beside")
    for one, other in zip(found, expected):
        assert one == other
    assert objects(node, "build") == []
    text = queue(node, "status", "beside").stdout
    assert "published" in text and "8 of 8 shards" in text
    # It is an index like any other.
    node.bulk("beside", [("doc-1", {"n": 5, "title": "written later"})])
    later = node("GET", "/beside/_doc/doc-1").json()
    assert later["_source"]["n"] == 5
    assert node("GET", "/beside/_count").json()["count"] == found[-2]
    queue(node, "delete", "beside")
    assert node("GET", "/beside/_count").json()["count"] == found[-2]


def test_an_index_takes_anothers_place_in_one_step(node, tmp_path):
    old, new = tmp_path / "old.ndjson", tmp_path / "new.ndjson"
    old.write_text("".join(json.dumps({"id": f"o{n}", "t": "old"}) + "\n" for n in range(300)))
    new.write_text("".join(json.dumps({"id": f"n{n}", "t": "new"}) + "\n" for n in range(500)))
    queue(node, "create", "first", old, "--index", "moved", "--offline", "--shards", "4", "--alias", "also")
    queue(node, "work", "first")
    wait_for("the index", lambda: node("GET", "/moved/_count").status == 200)
    before = uuid(node, "moved")
    taken = queue(node, "create", "second", new, "--index", "moved", "--offline", check=False)
    assert taken.returncode != 0 and "there is an index of this name" in taken.stderr
    queue(node, "create", "second", new, "--index", "moved", "--offline", "--replace", "--shards", "3")
    assert node("GET", "/also/_count").json()["count"] == 300
    hidden = queue(node, "create", "third", new, "--index", "other", "--offline", "--alias", "moved", check=False)
    assert hidden.returncode != 0 and "an index has this name" in hidden.stderr
    hidden = queue(node, "create", "third", new, "--index", "also", "--offline", "--replace", check=False)
    assert hidden.returncode != 0 and "an alias has this name" in hidden.stderr
    # Both ways at once: the name takes one step, and an alias of another index another.
    queue(node, "create", "third", new, "--index", "other", "--offline", "--alias", "also")
    seen, problems, isOver = [], [], threading.Event()

    def search(name):
        while not isOver.is_set():
            answer = node("POST", f"/{name}/_search?request_cache=false", {"track_total_hits": True, "size": 3})
            tree = answer.json()
            if answer.status != 200 or tree["_shards"]["failed"]:
                problems.append(answer.body)
                return
            total = tree["hits"]["total"]["value"]
            right = {300: "old", 500: "new"}.get(total)
            if any(hit["_source"]["t"] != right for hit in tree["hits"]["hits"]) or right is None:
                problems.append(answer.body)
            got = node("GET", f"/{name}/_doc/o7")
            if "found" not in got.json():
                problems.append(got.body)
            seen.append((name, total))

    threads = [threading.Thread(target=search, args=(name,)) for name in ("moved", "also")]
    for thread in threads:
        thread.start()
    try:
        queue(node, "work", "third")
        wait_for("the alias", lambda: problems or ("also", 500) in seen)
        queue(node, "work", "second")
        wait_for("the new index", lambda: problems or ("moved", 500) in seen)
    finally:
        isOver.set()
        for thread in threads:
            thread.join()
    assert problems == []
    assert set(seen) == {("moved", 300), ("moved", 500), ("also", 300), ("also", 500)}
    for name in ("moved", "also"):
        totals = [total for each, total in seen if each == name]
        assert totals == sorted(totals)
    after = uuid(node, "moved")
    assert after != before and objects(node, before) and objects(node, after)
    # What had its place is kept as long as the queue.
    queue(node, "delete", "second")
    assert objects(node, before) == [] and objects(node, after)
    assert node("GET", "/moved/_count").json()["count"] == 500


def test_what_is_not_published_can_be_removed_without_a_trace(node, sources, tmp_path):
    known = set(objects(node, "."))
    queue(node, "create", "dropped", sources, "--index", "dropped", "--offline", "--into-parts", "1MiB")
    work = start(node, "dropped")
    wait_for("a shard", lambda: any(
        each["item"].startswith("shard") for each in status(node, "dropped")["workers"]))
    early = queue(node, "publish", "dropped", check=False)
    assert early.returncode != 0 and "items are not done" in early.stderr
    work.send_signal(signal.SIGTERM)
    _, errors = work.communicate(timeout=LIMIT_SECONDS)
    assert work.returncode == 1 and "goes on from here" in errors, errors
    tree = status(node, "dropped")
    assert tree["items"]["claimed"] == 0 and tree["offline"]["phase"] == "shards"
    assert len(set(objects(node, ".")) - known) > 1
    assert "nothing of it is left" in queue(node, "delete", "dropped").stdout
    assert [path for path in set(objects(node, ".")) - known if "/build/" in str(path)] == []
    left = {path.relative_to(pathlib.Path(node.data) / "objects").parts[0] for path in set(objects(node, ".")) - known}
    assert left <= {path.relative_to(pathlib.Path(node.data) / "objects").parts[0] for path in known}
    assert node("GET", "/dropped/_count").status == 404


def test_nothing_is_published_without_a_part_or_in_the_wrong_store(node, tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "good.ndjson").write_text('{"id": "a"}\n')
    (folder / "late.ndjson").write_text('{"id": "b"}\n')
    queue(node, "create", "partial", folder, "--index", "partial", "--offline", "--shards", "2")
    (folder / "late.ndjson").rename(tmp_path / "away")
    done = queue(node, "work", "partial", check=False)
    assert done.returncode == 1 and "late.ndjson" in done.stdout, done.stdout + done.stderr
    tree = status(node, "partial")
    assert tree["state"] == "failed" and tree["offline"]["phase"] == "parts"
    assert node("GET", "/partial/_count").status == 404
    (tmp_path / "away").rename(folder / "late.ndjson")
    queue(node, "retry", "partial")
    # A name that is taken meanwhile is not touched, until somebody says so.
    assert node("PUT", "/partial", {}).status == 200
    done = queue(node, "work", "partial", check=False)
    assert done.returncode != 0 and "there is an index of this name" in done.stderr, done.stderr
    assert status(node, "partial")["offline"]["phase"] == "publishing"
    assert "published" in queue(node, "publish", "partial", "--replace").stdout
    wait_for("the index", lambda: node("GET", "/partial/_count").json().get("count") == 2)
    usual = queue(node, "publish", "usual", check=False)
    assert usual.returncode != 0
    queue(node, "create", "lost", folder, "--index", "lost", "--offline")
    shutil.rmtree(pathlib.Path(node.data) / "objects" / "build")
    done = queue(node, "work", "lost", check=False)
    assert done.returncode != 0 and "not in this object store" in done.stderr, done.stderr
    queue(node, "delete", "lost")


def test_machines_that_share_a_bucket_and_etcd_build_an_index_together(tmp_path):
    moto, etcd = Moto(), Etcd()
    try:
        client = boto3.client(
            "s3", endpoint_url=moto.url, region_name="us-east-1", aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY, config=botocore.config.Config(s3={"addressing_style": "path"}))
        client.create_bucket(Bucket="canopy-offline")
        lines = "".join(json.dumps({"n": n, "t": WORDS[n % 9]}) + "\n" for n in range(2_000))
        client.put_object(Bucket="canopy-offline", Key="exports/all.ndjson", Body=lines.encode())
        settings = {
            "objects.store": "s3", "objects.endpoint": moto.url, "objects.bucket": "canopy-offline",
            "objects.prefix": "cluster", "metadata.store": "etcd", "metadata.endpoints": etcd.url}
        credentials = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        flags = [x for name, value in settings.items() for x in ("--set", f"{name}={value}")]
        environment = {"env": {**os.environ, **credentials}}
        node = Node(tmp_path / "data", leaves=2, settings=settings, environment=credentials)
        try:
            run_tool("queue", "create", "shared", "bucket:exports/", "--index", "shared", "--offline", "--shards", "3",
                     "--into-parts", "16KiB", *flags, **environment)
            assert node("GET", "/shared/_count").status == 404
            command = [BINARY, "queue", "work", "shared", *flags]
            machines = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **environment) for _ in range(2)]
            for machine in machines:
                _, errors = machine.communicate(timeout=LIMIT_SECONDS)
                assert machine.returncode == 0, errors
            wait_for("the index", lambda: node("GET", "/shared/_count").status == 200)
            assert node("GET", "/shared/_count").json()["count"] == 2_000
            found = node.search("shared", {"query": {"match": {"t": "hen"}}, "track_total_hits": True})
            assert found["hits"]["total"]["value"] == sum(1 for n in range(2_000) if n % 9 == 7)
            pages = client.get_paginator("list_objects_v2").paginate(Bucket="canopy-offline", Prefix="cluster/build/")
            assert [found for page in pages for found in page.get("Contents", [])] == []
        finally:
            node.stop()
    finally:
        etcd.stop()
        moto.stop()
