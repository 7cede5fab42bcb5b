"""A leaf that is gone: truthful answers within the deadline, an error when partial answers are refused."""

import time

import pytest

import synthetic
from conftest import Node

COUNT = 400


@pytest.fixture(scope="module")
def wounded(tmp_path_factory):
    """Four leaf processes with one copy of every shard, one of them killed; nobody takes its shards over in time."""
    node = Node(
        tmp_path_factory.mktemp("gone") / "data", leaves=4, processes=True,
        settings={"copies": 1, "cluster.lease_ms": 600_000})
    assert node("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
    node.bulk("mixed", synthetic.documents(COUNT))
    assert node("GET", "/mixed/_count").json()["count"] == COUNT
    node.leaf_processes[1].kill()
    yield node
    node.stop()


def test_a_search_says_what_is_missing(wounded):
    began = time.monotonic()
    answer = wounded.search("mixed", {"query": {"match_all": {}}, "track_total_hits": True})
    assert time.monotonic() - began < 12
    shards = answer["_shards"]
    assert shards["total"] == 8 and shards["failed"] > 0
    assert shards["successful"] + shards["failed"] == 8
    assert len(shards["failures"]) == shards["failed"]
    for failure in shards["failures"]:
        assert failure["node"] == "leaf-1" and failure["reason"]["reason"]
    assert 0 < answer["hits"]["total"]["value"] < COUNT
    assert answer["_scatter"]["coverage"] < 1


def test_a_time_out_is_obeyed(wounded):
    began = time.monotonic()
    answer = wounded("POST", "/mixed/_search", {"query": {"match": {"body": "search"}}, "timeout": "500ms"})
    assert answer.status == 200
    assert time.monotonic() - began < 5


def test_refusing_partial_answers_is_an_error(wounded):
    answer = wounded(
        "POST", "/mixed/_search?allow_partial_search_results=false", {"query": {"match_all": {}}})
    assert answer.status == 503
    assert answer.json()["error"]["type"] == "search_phase_execution_exception"


def test_partial_answers_are_never_cached_and_the_leaf_can_come_back(wounded):
    body = {"query": {"match_all": {}}, "track_total_hits": True, "size": 0}
    assert wounded.search("mixed", body)["_shards"]["failed"] > 0
    health = wounded("GET", "/_cluster/health").json()
    assert health["status"] == "red"
    failed = [
        item for item in wounded("POST", "/mixed/_bulk?timeout=2s", "".join(
            f'{{"index":{{"_id":"n{n}"}}}}\n{{"title":"x"}}\n' for n in range(64))).json()["items"]
        if item["index"]["status"] != 201]
    assert failed and all(item["index"]["status"] == 503 for item in failed)
    wounded.start_leaf(1)
    deadline = time.monotonic() + 30
    while True:
        answer = wounded.search("mixed", body)
        if answer["_shards"]["failed"] == 0 or time.monotonic() > deadline:
            break
    assert answer["_shards"]["failed"] == 0
    wounded("POST", "/mixed/_refresh")
    total = wounded.search("mixed", body)["hits"]["total"]["value"]
    assert total == COUNT + 64 - len(failed)
