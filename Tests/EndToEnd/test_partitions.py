"""A cluster whose network fails in parts: three members of etcd, SeaweedFS, two roots and four leaves, each in a network
namespace of its own, two copies of every shard. Whatever is cut, every answer is right or says what it lacks, and what
was acknowledged is there once."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error

import pytest

import network as networks
import synthetic
from cluster import Cluster
from conftest import call
from test_cluster import TORTURE, fill, requests, settle
from under_load import PAUSE_SECONDS, Client, Writes, comparable, read_all

pytestmark = pytest.mark.skipif(bool(networks.why_not()), reason=networks.why_not())
# All of them take some minutes.
every_one = pytest.mark.skipif(
    not os.environ.get("ALL_PARTITIONS"), reason="only in the long run: tools/faults partitions")

LEAVES = [f"leaf-{number}" for number in range(4)]
ROOTS = ["root-0", "root-1"]
ETCD = ["etcd-0", "etcd-1", "etcd-2"]
STORE = "seaweedfs"
# What is promised for machines that do nothing else takes a few seconds.
NOTICE_SECONDS = 30
HEALING_SECONDS = 30


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    network = networks.Network([*ETCD, STORE, *LEAVES, *ROOTS])
    try:
        cluster = Cluster(
            tmp_path_factory.mktemp("partitions"), network=network,
            # Answers that roots remember would hide what leaves do.
            settings={"index.flush_mib": 1, "cache.mib": 0})
        try:
            assert cluster("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
            fill(cluster)
            settle(cluster)
            yield cluster
        finally:
            network.heal()
            cluster.stop()
    finally:
        network.close()


class Searches:
    """Searches of every root again and again: right, wrong, or failed and saying so."""

    def __init__(self, cluster, index, bodies):
        self.cluster, self.index, self.bodies = cluster, index, bodies
        self.known = [comparable(self.ask(0, body)) for body in bodies]
        # By root: when a search began and ended, and why it failed (empty: it was right).
        self.outcomes = {root: [] for root in cluster.roots}
        self.wrong = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(root,)) for root in cluster.roots]

    def ask(self, root, body):
        answer = call(self.cluster.roots[root].url, "POST", f"/{self.index}/_search", body, timeout=30)
        if answer.status != 200:
            raise AssertionError(f"{answer.status}: {answer.body[:300]}")
        tree = answer.json()
        shards = tree["_shards"]
        if shards["failed"]:
            assert shards["failures"] and shards["successful"] + shards["failed"] == shards["total"]
            raise AssertionError(f"{shards['failed']} shards: {shards['failures'][0]}")
        return tree

    def _run(self, root):
        count = 0
        while not self.stopped.is_set():
            place, began, fault = count % len(self.bodies), time.monotonic(), ""
            count += 1
            try:
                if comparable(self.ask(root, self.bodies[place])) != self.known[place]:
                    self.wrong.append((root, self.bodies[place]))
            except (AssertionError, OSError, urllib.error.URLError) as error:
                fault = repr(error)[:400]
            self.outcomes[root].append((began, time.monotonic(), fault))
            self.stopped.wait(PAUSE_SECONDS)

    def failures(self, root, before=float("inf"), after=0.0):
        """Of searches that began in a time; at most so many as are shown are of interest."""
        return [fault for began, _, fault in self.outcomes[root] if fault and after <= began < before]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def wait_until(condition, seconds, what):
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        threading.Event().wait(0.05)
    return time.monotonic() - began


def owned(cluster, root=0):
    """Leaf → how many shards it owns, as far as this root knows."""
    leaves = cluster("GET", "/_leaves", root=root).json()["leaves"]
    return {leaf["name"]: leaf["owned"] for leaf in leaves if leaf["state"] != "gone"}


def say(text):
    print(text, file=sys.stderr, flush=True)


class Partition:
    """What a test sees while something is cut."""

    def __init__(self, cluster, index, searches, writes):
        self.cluster, self.network, self.index = cluster, cluster.network, index
        self.searches, self.writes = searches, writes
        self.cut_at = time.monotonic()

    def wait_for_writes(self, what, count=8):
        """Whole batches, documents of all shards: through either root, in turn."""
        moments = self.writes.moments
        before = len(moments)
        took = wait_until(lambda: len(moments) >= before + count, NOTICE_SECONDS, what)
        say(f"{self.index}: {what} after {took:.1f} s")

    def wait_until_owns_nothing(self, leaf, root=0):
        took = wait_until(
            lambda: owned(self.cluster, root).get(leaf, 0) == 0, NOTICE_SECONDS,
            f"{leaf} owns nothing")
        say(f"{self.index}: {leaf} owns nothing after {took:.1f} s")

    def go_on(self, seconds):
        """The time that a fault lasts, not synchronisation."""
        self.searches.stopped.wait(seconds)


@contextlib.contextmanager
def partition(cluster, index, seed, failing=()):
    """What `cut_and_healed` does, with the logs where it fails."""
    try:
        with cut_and_healed(cluster, index, seed, failing) as cut:
            yield cut
    except AssertionError:
        say(cluster.output())
        raise


@contextlib.contextmanager
def cut_and_healed(cluster, index, seed, failing):
    """Searches and writes around what a test cuts. Then the network is healed, all must be well soon, and everything
    acknowledged there. `failing`: roots whose searches may fail while it is cut, and so long after."""
    assert cluster("PUT", f"/{index}", TORTURE).status == 200
    settle(cluster)
    searches = Searches(cluster, "mixed", requests())
    with searches, Writes(cluster, index, seed=seed, patience="3s") as writes:
        partition = Partition(cluster, index, searches, writes)
        partition.wait_for_writes("it is well")
        partition.cut_at = time.monotonic()
        try:
            yield partition
        finally:
            cluster.network.heal()
        healed = time.monotonic()
        partition.wait_for_writes("writes are taken again")
        wait_until(lambda: is_well(cluster), HEALING_SECONDS, "all is well again")
        well = time.monotonic()
        say(f"{index}: well {well - healed:.1f} s after healing")
        partition.wait_for_writes("it goes on")
    assert not searches.wrong, f"{len(searches.wrong)} wrong answers: {searches.wrong[0]}"
    for root in cluster.roots:
        limit = well if f"root-{root}" in failing else 0.0
        failed = searches.failures(root, after=limit)
        slowest = max(end - began for began, end, _ in searches.outcomes[root])
        say(f"{index}: root-{root}: {len(searches.outcomes[root])} searches, slowest {slowest:.1f} s, "
            f"{len(searches.failures(root))} failed {searches.failures(root)[:1]}")
        assert not failed, f"{len(failed)} of root-{root} failed: {failed[0]}"
    settle(cluster)
    writes.check(read_all(Client(cluster), index))
    assert cluster("DELETE", f"/{index}").status == 200


def is_well(cluster):
    for root in cluster.roots:
        if cluster("GET", "/_cluster/health", root=root).json()["status"] != "green":
            return False
    return cluster("GET", "/_leaves").json()["settled"]


def victim(cluster):
    """A leaf that owns shards."""
    return max(owned(cluster).items(), key=lambda item: (item[1], item[0]))[0]


def test_the_network_drops_what_it_is_told_to():
    network = networks.Network(["a", "b"])
    program = (
        "import socket, sys\n"
        "s = socket.socket(); s.settimeout(0.3)\n"
        "try: s.connect((sys.argv[1], int(sys.argv[2])))\n"
        "except TimeoutError: print('silence')\n"
        "except ConnectionRefusedError: print('refusal')\n")

    def try_from(source, target):
        return subprocess.run(
            [*network.enter(source), sys.executable, "-c", program, network.address(target), "9"],
            capture_output=True, text=True, timeout=30).stdout.strip()

    try:
        assert try_from("a", "b") == try_from("b", "a") == "refusal"
        network.cut(["a"], ["b"], one_way=True)
        # Of a connection both ways are needed.
        assert try_from("a", "b") == try_from("b", "a") == "silence"
        network.heal()
        assert try_from("a", "b") == "refusal"
        network.isolate("b")
        assert try_from("a", "b") == "silence"
        with socket.socket() as own, pytest.raises(ConnectionRefusedError):
            own.settimeout(5)
            own.connect((network.address("b"), 9))
    finally:
        network.close()


def test_a_leaf_cut_off_from_everything(cluster):
    with partition(cluster, "alone", seed=11) as cut:
        leaf = victim(cluster)
        cut.network.isolate(leaf)
        cut.wait_until_owns_nothing(leaf)
        cut.wait_for_writes("writes go on")


def test_a_leaf_cut_off_from_the_roots(cluster):
    """It announces itself, and nobody can ask it."""
    with partition(cluster, "unasked", seed=12) as cut:
        leaf = victim(cluster)
        cut.network.cut([leaf], ROOTS)
        cut.wait_until_owns_nothing(leaf)
        cut.wait_for_writes("writes go on")


def test_a_leaf_cut_off_from_the_object_store(cluster):
    """It can be asked, and cannot write."""
    with partition(cluster, "unstored", seed=13) as cut:
        leaf = victim(cluster)
        cut.network.cut([leaf], [STORE])
        cut.wait_until_owns_nothing(leaf)
        cut.wait_for_writes("writes go on")


@every_one
def test_a_leaf_cut_off_from_etcd(cluster):
    """Others take over while it believes that it owns its shards."""
    with partition(cluster, "unannounced", seed=14) as cut:
        leaf = victim(cluster)
        cut.network.cut([leaf], ETCD)
        cut.wait_until_owns_nothing(leaf)
        cut.wait_for_writes("writes go on")


@every_one
def test_a_leaf_that_one_root_alone_cannot_reach(cluster):
    """The other root does, so it keeps its shards; reads go around it."""
    with partition(cluster, "estranged", seed=20) as cut:
        leaf = victim(cluster)
        before = owned(cluster)
        cut.network.cut([leaf], ["root-0"])
        cut.go_on(8)
        cut.wait_for_writes("writes go on through the other root")
        assert owned(cluster, root=1) == before


@every_one
def test_a_root_cut_off_from_etcd(cluster):
    """Whoever keeps the table is replaced, and both roots go on with what they know."""
    with partition(cluster, "uninformed", seed=15) as cut:
        cut.network.cut(["root-0"], ETCD)
        cut.go_on(6)
        cut.wait_for_writes("writes go on")


def test_etcd_and_all_others_in_two_parts(cluster):
    """One member of etcd, one root and two leaves on the one side, the rest and the store on the other."""
    with partition(cluster, "split", seed=16, failing=ROOTS) as cut:
        one = ["etcd-0", "root-0", "leaf-0", "leaf-1"]
        other = ["etcd-1", "etcd-2", "root-1", "leaf-2", "leaf-3", STORE]
        cut.network.cut(one, other)
        cut.wait_until_owns_nothing("leaf-0", root=1)
        cut.wait_until_owns_nothing("leaf-1", root=1)
        taken_over = time.monotonic() + 5
        cut.go_on(8)
        failed = cut.searches.failures(1, after=taken_over)
        assert not failed, failed[0]


@every_one
def test_packets_are_lost_one_way(cluster):
    """A leaf hears the roots, and they do not hear it; then the other way round."""
    with partition(cluster, "muted", seed=17) as cut:
        leaf = victim(cluster)
        cut.network.cut([leaf], ROOTS, one_way=True)
        cut.wait_until_owns_nothing(leaf)
        cut.wait_for_writes("writes go on")
    with partition(cluster, "deafened", seed=18) as cut:
        leaf = victim(cluster)
        cut.network.cut(ROOTS, [leaf], one_way=True)
        cut.wait_until_owns_nothing(leaf)
        cut.wait_for_writes("writes go on")


@every_one
def test_a_link_that_flaps(cluster):
    with partition(cluster, "flapping", seed=19) as cut:
        leaf = victim(cluster)
        for _ in range(10):
            cut.network.isolate(leaf)
            cut.go_on(0.3)
            cut.network.heal()
            cut.go_on(0.3)
