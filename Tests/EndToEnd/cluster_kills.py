"""Kills random processes of a cluster, and members of etcd, while documents are written, and looks after them."""

import random
import time

from cluster import settle
from under_load import Client, Writes, read_all

TORTURE = {"mappings": {"properties": {"number": {"type": "long"}, "body": {"type": "text"}}}}
# After so many kills every document is read.
WHOLE_READS = 50


def kill_one(cluster, rng):
    """Kills a process and starts it again; its kind."""
    kind = rng.choices(("leaf", "root", "etcd"), (7, 2, 1))[0]
    if kind == "leaf":
        number = rng.choice(list(cluster.leaves))
        cluster.leaves[number].kill()
        cluster.start_leaf(number)
    elif kind == "root":
        number = rng.choice(list(cluster.roots))
        cluster.roots[number].kill()
        cluster.start_root(number)
    else:
        member = rng.choice(cluster.etcd.members)
        member.kill()
        member.start()
    return kind


def kill_and_check(cluster, kills, seed, say=lambda text: None):
    """Fails when an acknowledged document is lost, or is there twice, or one is there that nobody sent."""
    rng = random.Random(seed)
    index = f"killed-{seed}"
    assert cluster("PUT", f"/{index}", TORTURE).status == 200
    began, done, counts = time.monotonic(), 0, {"leaf": 0, "root": 0, "etcd": 0}
    writes = Writes(cluster, index, seed=seed, threads=3)
    while done < kills:
        with writes:
            for _ in range(min(WHOLE_READS, kills - done)):
                # The random moment itself, not synchronisation.
                writes.stopped.wait(rng.uniform(0.01, 0.6))
                counts[kill_one(cluster, rng)] += 1
                done += 1
        settle(cluster)
        found = read_all(Client(cluster), index)
        writes.check(found)
        say(f"{done} kills ({counts}) in {time.monotonic() - began:.0f} s: {len(found)} documents, "
            f"{len(writes.moments)} whole batches acknowledged, none lost, none twice")
    assert len(found) > kills
