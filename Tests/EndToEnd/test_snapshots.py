"""Snapshots: an index is kept, changed, and had back, in place and under another name, whatever is killed meanwhile."""

import json
import pathlib

import pytest

import synthetic
from cluster import Cluster
from conftest import Node, run_tool
from under_load import comparable

COUNT = 400
REQUESTS = list(synthetic.searches(count=12))


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("snapshots") / "data", leaves=2)
    assert node("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
    node.bulk("mixed", list(synthetic.documents(COUNT)))
    yield node
    node.stop()


def answers(node, index):
    """What searches find, byte for byte, without the index's name."""
    found = []
    for request in REQUESTS:
        answer = node("POST", f"/{index}/_search", request)
        assert answer.status == 200, answer.body
        tree = answer.json()
        assert tree["_shards"]["failed"] == 0, tree["_shards"]
        found.append(json.dumps(comparable(tree)).replace(f'"{index}"', '"INDEX"'))
    return found


def change(node, index="mixed"):
    """Every other document is deleted, others are written over, new ones come, with a new field."""
    lines = []
    for place, (identifier, source) in enumerate(synthetic.documents(COUNT)):
        if place % 2:
            lines.append({"delete": {"_id": identifier}})
        elif place % 3 == 0:
            lines += [{"index": {"_id": identifier}}, {**source, "added": place}]
    for number in range(50):
        lines += [{"index": {"_id": f"new-{number}"}}, {"title": "new here", "added": number}]
    body = "\n".join(map(json.dumps, lines)) + "\n"
    answer = node("POST", f"/{index}/_bulk?refresh=true", body)
    assert answer.status == 200 and answer.json()["errors"] is False, answer.body[:500]


def count(node, index):
    return node("GET", f"/{index}/_count").json()["count"]


def roll_back(node, index, body):
    answer = node("POST", f"/{index}/_rollback", body)
    assert answer.status == 200, answer.body
    return answer.json()


def test_an_index_goes_back_and_forth(node):
    before = answers(node, "mixed")
    made = node("PUT", "/_snapshot/before", {"indices": "mixed"})
    assert made.status == 200, made.body
    assert made.json()["snapshot"]["documents"] == COUNT
    change(node)
    after = answers(node, "mixed")
    assert after != before
    assert node("PUT", "/_snapshot/after", {"indices": "m*"}).status == 200
    report = roll_back(node, "mixed", {"snapshot": "before"})
    assert sum(shard["documents"] for shard in report["shards"]) == COUNT
    # At once, and not from the cache.
    assert answers(node, "mixed") == before
    assert node("GET", "/mixed/_doc/new-1").status == 404
    roll_back(node, "mixed", {"snapshot": "after"})
    assert answers(node, "mixed") == after
    roll_back(node, "mixed", {"snapshot": "before"})
    names = [row["snapshot"] for row in node("GET", "/_snapshot").json()["snapshots"]]
    assert names == ["before", "after"]
    assert node("PUT", "/_snapshot/before").status == 400


def test_what_went_back_survives_kill_9(node):
    before = answers(node, "mixed")
    change(node)
    roll_back(node, "mixed", {"snapshot": "before"})
    node.kill()
    node.start()
    assert answers(node, "mixed") == before
    change(node)
    node.kill()
    node.start()
    roll_back(node, "mixed", {"snapshot": "before"})
    assert answers(node, "mixed") == before


def test_numbers_handed_out_since_match_nothing(node):
    change(node)
    found = node("GET", "/mixed/_doc/new-1").json()
    numbers = f"if_seq_no={found['_seq_no']}&if_primary_term={found['_primary_term']}"
    roll_back(node, "mixed", {"snapshot": "before"})
    assert node("PUT", f"/mixed/_doc/new-1?{numbers}", {"title": "x"}).status == 409
    made = node("PUT", "/mixed/_doc/new-1?refresh=true", {"title": "x"}).json()
    assert made["_seq_no"] > found["_seq_no"]
    assert node("PUT", f"/mixed/_doc/new-1?{numbers}", {"title": "y"}).status == 409
    roll_back(node, "mixed", {"snapshot": "before"})


def test_restored_under_another_name_and_after_deletion(node):
    before = answers(node, "mixed")
    change(node)
    answer = node(
        "POST", "/_snapshot/before/_restore", {"indices": "mixed", "rename": {"mixed": "old"}})
    assert answer.status == 200, answer.body
    assert answer.json()["snapshot"]["shards"]["failed"] == 0, answer.body
    assert answers(node, "old") == before
    assert answers(node, "mixed") != before
    assert node("POST", "/_snapshot/before/_restore", {"indices": "mixed"}).status == 400
    assert node("DELETE", "/mixed").status == 200
    node.kill()
    node.start()
    assert answers(node, "old") == before
    answer = node("POST", "/_snapshot/before/_restore")
    assert answer.status == 200, answer.body
    assert answers(node, "mixed") == before
    node.bulk("mixed", [("more", {"title": "more"})])
    assert count(node, "mixed") == COUNT + 1
    # The snapshots are of the index that was deleted, not of the one that was restored.
    assert node("POST", "/mixed/_rollback", {"snapshot": "before"}).status == 404


def test_the_last_snapshot_takes_the_remains_along(node):
    snapshot = node("GET", "/_snapshot/before").json()["snapshots"][0]
    uuid = snapshot["details"]["mixed"]["uuid"]

    def remains():
        folder = node.data + "/objects/" + uuid
        return [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]

    assert remains()
    assert node("DELETE", "/_snapshot/before").status == 200
    assert remains()
    assert node("DELETE", "/_snapshot/after").status == 200
    assert not remains()
    assert node("DELETE", "/_snapshot/after").status == 404
    assert count(node, "old") == COUNT


def test_the_command(node):
    url = ("--url", node.url)
    made = run_tool("snapshot", "create", "monday", "--index", "old", *url)
    assert "monday" in made.stdout and "old" in made.stdout
    assert "monday" in run_tool("snapshot", *url).stdout
    change(node, "old")
    back = run_tool("snapshot", "rollback", "old", "--to", "monday", "--json", *url)
    assert json.loads(back.stdout)["acknowledged"] is True
    assert count(node, "old") == COUNT
    restored = run_tool("snapshot", "restore", "monday", "--rename", "old=older", *url)
    assert "8 of 8 shards answer" in restored.stdout
    assert count(node, "older") == COUNT
    shown = json.loads(run_tool("snapshot", "show", "monday", "--json", *url).stdout)
    assert shown["snapshots"][0]["documents"] == COUNT
    run_tool("snapshot", "delete", "monday", *url)
    assert "no snapshots" in run_tool("snapshot", *url).stdout
    refused = run_tool("snapshot", "rollback", "old", *url, check=False)
    assert refused.returncode != 0 and "--previous" in refused.stderr


def test_copies_on_other_leaves_go_back_too(tmp_path):
    cluster = Cluster(tmp_path, leaves=3, roots=1)
    try:
        mappings = {"settings": {"number_of_shards": 3}, "mappings": synthetic.MAPPINGS}
        assert cluster("PUT", "/mixed", mappings).status == 200
        lines = []
        for identifier, source in synthetic.documents(COUNT):
            lines += [{"index": {"_id": identifier}}, source]
        body = "\n".join(map(json.dumps, lines)) + "\n"
        assert cluster("POST", "/mixed/_bulk?refresh=true", body).json()["errors"] is False
        healthy = "/_cluster/health?wait_for_status=green&timeout=60s"
        assert cluster("GET", healthy).status == 200
        before = answers(cluster, "mixed")
        assert cluster("PUT", "/_snapshot/before").status == 200
        change(cluster)
        roll_back(cluster, "mixed", {"snapshot": "before"})
        for _ in range(4):
            assert answers(cluster, "mixed") == before
        change(cluster)
        # Whoever takes over knows what is kept.
        cluster.leaves[0].kill()
        answer = cluster("POST", "/mixed/_rollback", {"snapshot": "before"})
        assert answer.status == 200, answer.body
        assert answers(cluster, "mixed") == before
        cluster.start_leaf(0)
        assert cluster("GET", healthy).status == 200
        answer = cluster("POST", "/_snapshot/before/_restore", {"rename": {"mixed": "old"}})
        assert answer.status == 200 and answer.json()["snapshot"]["shards"]["failed"] == 0, (
            answer.body)
        assert answers(cluster, "old") == before
    finally:
        cluster.kill()
