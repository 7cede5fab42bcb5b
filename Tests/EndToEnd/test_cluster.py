"""A cluster whose machines come and go: three members of etcd, SeaweedFS, two roots, four leaves, two copies."""

import json
import shutil
import signal

import pytest

import synthetic
from cluster import Cluster, settle
from cluster_kills import TORTURE, kill_and_check
from conftest import Node, run_tool
from under_load import Client, Searches, Writes, comparable, read_all

COUNT = 1_500
KILLS = 50
# What promises about a take-over must hold on a machine that does other things, too.
TAKE_OVER_SECONDS = 15


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), settings={"index.flush_mib": 1})
    assert cluster("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
    fill(cluster)
    settle(cluster)
    yield cluster
    cluster.stop()


def fill(node, count=COUNT):
    lines = []
    for identifier, source in list(synthetic.documents(COUNT))[:count]:
        lines.append(json.dumps({"index": {"_id": identifier}}))
        lines.append(json.dumps(source, ensure_ascii=False))
    answer = node("POST", "/mixed/_bulk?refresh=true", "\n".join(lines) + "\n")
    assert answer.status == 200 and answer.json()["errors"] is False, answer.body[:500]


def requests(count=12):
    return list(synthetic.searches(count=count))


def owners(cluster):
    """Shard → name of its owner, of the index mixed."""
    rows = cluster("GET", "/_cat/shards/mixed?format=json&h=shard,prirep,node").json()
    return {row["shard"]: row["node"] for row in rows if row["prirep"] == "p"}


def test_any_copy_gives_the_same_bytes(cluster, tmp_path):
    single = Node(tmp_path / "single", leaves=1)
    try:
        assert single("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
        fill(single)
        for request in synthetic.searches(count=40):
            wanted = comparable(single.search("mixed", request))
            for attempt in range(4):
                answer = cluster("POST", "/mixed/_search", request, root=attempt % 2)
                assert answer.status == 200, answer.body
                assert comparable(answer.json()) == wanted, request
    finally:
        single.stop()


def test_two_copies_of_every_shard(cluster):
    rows = cluster("GET", "/_cat/shards/mixed?format=json&h=shard,prirep,state,node").json()
    assert len(rows) == 16 and all(row["state"] == "STARTED" for row in rows)
    for shard in range(8):
        nodes = [row["node"] for row in rows if row["shard"] == str(shard)]
        assert len(set(nodes)) == 2, rows


def test_an_owner_is_killed(cluster):
    assert cluster("PUT", "/owned", TORTURE).status == 200
    victim = int(owners(cluster)["0"].split("-")[1])
    with Searches(cluster, "mixed", requests()), Writes(cluster, "owned", seed=1) as writes:
        while not writes.moments:
            writes.stopped.wait(0.01)
        cluster.leaves[victim].kill()
        after = len(writes.moments)
        # Two more whole batches: documents of all shards are taken again.
        while len(writes.moments) < after + 4:
            writes.stopped.wait(0.01)
    assert writes.longest_gap() < TAKE_OVER_SECONDS
    writes.check(read_all(Client(cluster), "owned"))
    cluster.start_leaf(victim)
    settle(cluster)
    writes.check(read_all(Client(cluster), "owned"))


def test_a_leaf_is_stopped_and_wakes_up(cluster):
    assert cluster("PUT", "/paused", TORTURE).status == 200
    victim = int(owners(cluster)["1"].split("-")[1])
    with Searches(cluster, "mixed", requests()), Writes(cluster, "paused", seed=2) as writes:
        while not writes.moments:
            writes.stopped.wait(0.01)
        cluster.pause(victim)
        after = len(writes.moments)
        while len(writes.moments) < after + 4:
            writes.stopped.wait(0.01)
        cluster.resume(victim)
        while len(writes.moments) < after + 8:
            writes.stopped.wait(0.01)
    settle(cluster)
    writes.check(read_all(Client(cluster), "paused"))


def test_leaves_come_and_go_while_it_serves(cluster):
    url = cluster.urls[0]
    with Searches(cluster, "mixed", requests()), Writes(cluster, "moved", seed=3) as writes:
        for number in (4, 5):
            cluster.start_leaf(number)
        for count in (6, 2, 4):
            run_tool("leaves", "set", count, "--wait", "--timeout", "120s", "--url", url)
            listed = cluster("GET", "/_leaves").json()["leaves"]
            serving = {leaf["name"]: leaf["serving"] for leaf in listed}
            for number in range(6):
                assert (serving.get(f"leaf-{number}", 0) > 0) == (number < count), serving
        for number in (4, 5):
            cluster.leaves.pop(number).stop()
    settle(cluster)
    writes.check(read_all(Client(cluster), "moved"))


def test_every_process_is_restarted_one_by_one(cluster):
    with Searches(cluster, "mixed", requests()), Writes(cluster, "rolled", seed=4) as writes:
        for number in list(cluster.leaves):
            cluster.leaves[number].stop()
            cluster.start_leaf(number)
            settle(cluster)
        for number in list(cluster.roots):
            cluster.roots[number].stop()
            cluster.start_root(number)
    writes.check(read_all(Client(cluster), "rolled"))


def test_etcd_without_a_quorum(cluster):
    """Searches and writes on living owners need nobody."""
    with Searches(cluster, "mixed", requests()) as searches:
        for member in cluster.etcd.members[:2]:
            member.kill()
        before = len(searches.times)
        # The same documents again: they are written, and no answer changes.
        fill(cluster, count=20)
        while len(searches.times) < before + 50:
            searches.stopped.wait(0.01)
        for member in cluster.etcd.members[:2]:
            member.start()
    settle(cluster)


def test_kills_of_random_processes_lose_nothing(cluster):
    kill_and_check(cluster, KILLS, seed=7)


def test_all_that_is_left_is_the_bucket(cluster):
    """All of etcd and every leaf's disk are lost; no document is."""
    known = [comparable(cluster("POST", "/mixed/_search", body).json()) for body in requests()]
    for process in cluster.processes:
        process.kill()
    for member in cluster.etcd.members:
        member.kill()
    for member in cluster.etcd.members:
        shutil.rmtree(member.folder / "data")
        member.launch()
    for member in cluster.etcd.members:
        member.wait()
    for number in list(cluster.leaves):
        cluster.forget_disk(number)
        cluster.start_leaf(number)
    for number in list(cluster.roots):
        cluster.start_root(number)
    settle(cluster)
    again = [comparable(cluster("POST", "/mixed/_search", body).json()) for body in requests()]
    assert again == known
    assert cluster("GET", "/killed-7/_count").json()["count"] > KILLS


def test_it_stops_when_told_to(tmp_path):
    cluster = Cluster(tmp_path, leaves=2, roots=1, copies=1)
    for process in cluster.processes:
        process.child.send_signal(signal.SIGTERM)
    for process in cluster.processes:
        assert process.child.wait(40) == 0, process.output()
    cluster.stop()
