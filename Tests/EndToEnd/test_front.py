"""What surrounds the search: cache, limits, metrics, health, graceful stop and restart."""

import time

import synthetic
from conftest import Node


def test_cache_hits_are_fast_true_and_forgotten_at_a_refresh(node):
    node.bulk("mixed", synthetic.documents(300))
    body = {"query": {"match": {"body": "search"}}, "track_total_hits": True}
    first = node("POST", "/mixed/_search", body)
    second = node("POST", "/mixed/_search", body)
    third = node("POST", "/mixed/_search", body)
    assert third.headers["X-Cache"] == "hit", (first.headers, second.headers)
    before = third.json()["hits"]["total"]["value"]
    node.bulk("mixed", [("fresh", {"body": "search"})])
    after = node("POST", "/mixed/_search", body)
    assert after.json()["hits"]["total"]["value"] == before + 1


def test_documents_become_visible_by_themselves(node):
    node.bulk("mixed", [("a", {"title": "one"})])
    assert node.search("mixed", {})["hits"]["total"]["value"] == 1
    node.bulk("mixed", [("b", {"title": "two"})], refresh=False)
    deadline = time.monotonic() + 20
    while node.search("mixed", {})["hits"]["total"]["value"] != 2:
        assert time.monotonic() < deadline


def test_limits_refuse_with_a_hint(tmp_path):
    node = Node(tmp_path / "data", settings={"limits.requests_per_second": 5, "limits.burst": 5})
    try:
        answers = [node("GET", "/_cat/indices") for _ in range(40)]
        refused = [answer for answer in answers if answer.status == 429]
        assert refused and all(int(a.headers["Retry-After"]) >= 1 for a in refused)
        assert node("GET", "/livez").status == 200
    finally:
        node.stop()


def test_metrics_health_and_readiness(node):
    node.bulk("mixed", synthetic.documents(50))
    node.search("mixed", {})
    text = node("GET", "/metrics").body.decode()
    assert "# TYPE" in text and "canopy_" in text
    assert node("GET", "/livez").status == 200
    assert node("GET", "/readyz").status == 200
    health = node("GET", "/_cluster/health?wait_for_status=green&timeout=5s").json()
    assert health["status"] == "green" and health["number_of_data_nodes"] == 4


def test_everything_is_there_after_a_stop_and_a_start(node):
    node.bulk("mixed", synthetic.documents(500))
    before = node.search("mixed", {"query": {"match": {"body": "search"}}})["hits"]
    node.stop()
    node.start()
    assert node.search("mixed", {"query": {"match": {"body": "search"}}})["hits"] == before
    node.bulk("mixed", [("later", {"title": "x"})])
    assert node("GET", "/mixed/_count").json()["count"] == 501
