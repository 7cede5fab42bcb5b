"""Bytes that change on disk while a node serves: `canopy scrub` finds them, mends what it can, and says what it cannot."""

import json
import os
import time

import pytest

import synthetic
from conftest import Node, run_tool

QUERIES = [
    {"query": {"match": {"body": "distributed search engine"}}, "size": 20},
    {"query": {"match": {"title": "café"}}, "size": 20, "sort": [{"size": "asc"}]},
    {"query": {"match_all": {}}, "size": 0, "aggs": {"sections": {"terms": {"field": "section"}}}},
    {"query": {"match": {"title": "zyzzyva"}}},
]


def answers(node):
    node("POST", "/books/_refresh")
    found = []
    for query in QUERIES:
        tree = node.search("books", query)
        tree.pop("took")
        tree.pop("_scatter", None)
        found.append(json.dumps(tree, sort_keys=True))
    assert json.loads(found[3])["hits"]["total"]["value"] == 1
    return found


def fill(node):
    """Segments of every shard, deletions in them, and a document that is only in the log."""
    node("PUT", "/books", {"settings": {"number_of_shards": 3}, "mappings": synthetic.MAPPINGS})
    documents = list(synthetic.documents(900))
    for part in range(3):
        node.bulk("books", documents[300 * part:300 * (part + 1)])
        assert node("POST", "/books/_flush").status == 200
    for identifier, _ in documents[::50]:
        assert node("DELETE", f"/books/_doc/{identifier}").status == 200
    # Merges of a shard that is quiet come to an end.
    deadline = time.monotonic() + 60
    while len(files(node, "segments")) > 3:
        assert node("GET", "/livez").status == 200 and time.monotonic() < deadline
    node("PUT", "/books/_doc/late", {"title": "zyzzyva", "body": "in the log"})


def flipped(data, byte=None):
    changed = bytearray(data)
    changed[len(data) // 2 if byte is None else byte] ^= 4
    return bytes(changed)


def scrub(node, *more, check=True):
    done = run_tool("scrub", "--wait", "--json", "--timeout", "60s", "--url", node.url, *more, check=check)
    return done.returncode, json.loads(done.stdout)


def files(node, part):
    return sorted(path for path in (node.data_folder / "objects").glob(f"*/*/{part}/*"))


@pytest.fixture(params=[False, True], ids=["one process", "a process per leaf"])
def filled(request, tmp_path):
    node = Node(tmp_path / "data", leaves=2, processes=request.param)
    node.data_folder = tmp_path / "data"
    fill(node)
    yield node
    node.stop()


def test_what_the_disk_lost_is_mended_from_memory(filled):
    before = answers(filled)
    code, report = scrub(filled)
    assert code == 0 and report["damaged"] == 0 and report["shards"] == 3, report
    # The leaves go on reading the files they have mapped; the names now stand for others.
    segments = files(filled, "segments")
    for segment in segments[::2]:
        other = segment.with_name(".other")
        other.write_bytes(flipped(segment.read_bytes()))
        os.replace(other, segment)
    segments[1].unlink()
    # The newest document is in no segment yet.
    record = next(path for path in files(filled, "log") if b"zyzzyva" in path.read_bytes())
    record.write_bytes(flipped(record.read_bytes()))
    lost = {str(path) for path in [*segments[::2], segments[1], record]}

    code, report = scrub(filled)
    assert code == 0, report
    assert report["damaged"] == report["mended"] == len(lost), report
    found = {str(filled.data_folder / "objects" / finding["object"]) for finding in report["findings"]}
    assert found == lost
    assert {finding["index"] for finding in report["findings"]} == {"books"}
    assert not lost & {str(path) for path in files(filled, "segments")}, "what is damaged is gone"
    assert answers(filled) == before
    assert filled("GET", "/_cluster/health").json()["status"] == "green"
    page = run_tool("scrub", "--show", "--url", filled.url).stdout
    assert "mended" in page and "written again under another name" in page

    code, report = scrub(filled, "--index", "books")
    assert code == 0 and report["damaged"] == 0, report
    if not filled.processes:
        metrics = filled("GET", "/metrics").body.decode()
        assert 'canopy_scrub_mended_total{kind="record"' in metrics
        assert "canopy_scrub_oldest_seconds{" in metrics and "canopy_scrub_bytes_total{" in metrics
    # Whoever comes next has nothing but the folder.
    filled.kill()
    filled.start()
    assert answers(filled) == before


def test_what_is_lost_is_told_until_it_is_restored(filled):
    before = answers(filled)
    segment = files(filled, "segments")[0]
    sound = segment.read_bytes()
    with open(segment, "r+b") as file:  # The very file that is mapped.
        file.seek(len(sound) // 2)
        file.write(flipped(sound)[len(sound) // 2:][:1])
    code, report = scrub(filled, check=False)
    assert code == 1 and report["damaged"] == 1 and report["mended"] == 0, report
    assert "restore" in report["findings"][0]["remedy"]
    health = filled("GET", "/_cluster/health").json()
    assert health["status"] == "yellow" and health["damaged_shards"] == 1
    page = run_tool("status", "--url", filled.url).stdout
    assert segment.name in page and "restore" in page
    # From a backup, as another file.
    other = segment.with_name(".other")
    other.write_bytes(sound)
    os.replace(other, segment)
    code, report = scrub(filled)
    assert code == 0 and report["damaged"] == report["mended"] == 1, report
    assert filled("GET", "/_cluster/health").json()["status"] == "green"
    assert answers(filled) == before
