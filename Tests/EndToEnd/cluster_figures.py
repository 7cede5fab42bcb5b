"""Measures what a cluster on this machine does when its machines come and go, with a corpus of yours in it:

    tools/faults CORPUS QUERIES [--repeat 5]

CORPUS   NDJSON (plain, .gz or .zst), one document a line with "id", "title" and "body"
QUERIES  one query a line, `id<TAB>query`

Three members of etcd, SeaweedFS, two roots, four leaves and the load share the machine's processors, so that times tell
more of the order of events than of any machine's speed. Every answer is compared with the one from before.
"""

import argparse
import collections
import itertools
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from cluster import BUCKET, Cluster, settle
from cluster_kills import kill_and_check
from conftest import BINARY, Node
from under_load import Client, Searches

INDEX = "figures"
PROBES = "probes"
BULK = 250
WRITERS = 4
# Enough that several wait while a record of their shard is written.
CROWD = 64
# Seconds in which copies must be where they should be.
LIMIT = 280


def say(text):
    print(text, flush=True)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def milliseconds(values):
    return (f"p50 {quantile(values, 0.5) * 1e3:.0f} ms, p99 {quantile(values, 0.99) * 1e3:.0f} ms"
            f" of {len(values)}")


def lines_of(path):
    """The corpus' lines, unpacked."""
    if path.endswith(".zst"):
        unpacked = subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE, text=True)
    elif path.endswith(".gz"):
        unpacked = subprocess.Popen(["gzip", "-dc", path], stdout=subprocess.PIPE, text=True)
    else:
        unpacked = subprocess.Popen(["cat", path], stdout=subprocess.PIPE, text=True)
    try:
        yield from unpacked.stdout
    finally:
        unpacked.kill()


def bulks(path, count):
    """Bodies of `_bulk` of the first documents."""
    lines = itertools.islice(lines_of(path), count * BULK)
    while chunk := list(itertools.islice(lines, BULK)):
        body = []
        for line in chunk:
            body.append(json.dumps({"index": {"_id": json.loads(line)["id"]}}))
            body.append(line.rstrip("\n"))
        yield "\n".join(body) + "\n"


def holders(cluster):
    rows = cluster("GET", f"/_cat/shards/{INDEX}?format=json&h=shard,prirep,node").json()
    return {(row["shard"], row["node"]) for row in rows if row["node"]}


def owner(cluster, index, shard):
    rows = cluster("GET", f"/_cat/shards/{index}?format=json&h=shard,prirep,node").json()
    return next(
        int(row["node"].split("-")[1]) for row in rows
        if row["shard"] == str(shard) and row["prirep"] == "p")


def minimum_moves(before, after, copies_total):
    """Copies that any balanced placement on the leaves of `after` must move."""
    leaves = {node for _, node in after}
    held = collections.Counter(node for _, node in before)
    low, surplus = divmod(copies_total, len(leaves))
    kept = 0
    for place, node in enumerate(sorted(leaves, key=lambda node: -held[node])):
        kept += min(held[node], low + (1 if place < surplus else 0))
    return copies_total - kept


def write_rate(ask, index, bodies, writers=WRITERS):
    """Writes from several threads: documents a second, and how long acknowledgements took."""
    times, queue, lock = [], iter(bodies), threading.Lock()
    written = [0]

    def work(number):
        while True:
            with lock:
                body = next(queue, None)
            if body is None:
                return
            began = time.monotonic()
            answer = ask("POST", f"/{index}/_bulk", body)
            assert answer.json()["errors"] is False, answer.body[:300]
            with lock:
                times.append(time.monotonic() - began)
                written[0] += len(answer.json()["items"])

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return written[0] / (time.monotonic() - began), times


class Writer:
    """Writes documents of all shards at once, again and again."""

    SPREAD = 64

    def __init__(self, ask):
        self.ask, self.count = ask, 0

    def write(self):
        """Whether all were acknowledged."""
        self.count += 1
        body = "".join(
            f'{{"index":{{"_id":"probe-{number}"}}}}\n{{"number":{self.count}}}\n'
            for number in range(self.SPREAD))
        answer = self.ask("POST", f"/{PROBES}/_bulk?timeout=30s", body, timeout=60)
        return answer.status == 200 and answer.json()["errors"] is False


def measure_writes(wanted, cluster, folder):
    say("== writes")
    bodies = list(bulks(wanted.corpus, wanted.bulks))
    node = Node(folder / "single", leaves=4)
    try:
        rate, times = write_rate(node, "w", bodies)
        say(f"folder, one process, four leaves: {rate:,.0f} documents/s, {milliseconds(times)}")
        single = [time_of(node, number) for number in range(200)]
        say(f"folder, one document at a time: {milliseconds(single)}")
    finally:
        node.stop()
    assert cluster("PUT", "/w", {}).status == 200
    rate, times = write_rate(Client(cluster), "w", bodies)
    say(f"SeaweedFS, two copies: {rate:,.0f} documents/s, {milliseconds(times)}")
    single = [time_of(Client(cluster), number) for number in range(200)]
    say(f"SeaweedFS, one document at a time: {milliseconds(single)}")
    # Group commit: how many requests went into one record of a log.
    before = slots(cluster, "w")
    requests = list(itertools.islice(bulks_of_one(wanted.corpus), 2_000))
    rate, times = write_rate(ManyClients(cluster), "w", requests, CROWD)
    records = slots(cluster, "w") - before
    say(f"SeaweedFS, {CROWD} writers of one document each: {rate:,.0f}/s, {milliseconds(times)}, "
        f"{len(requests) / max(1, records):.1f} requests a record")
    cluster("DELETE", "/w")


class ManyClients:
    def __init__(self, cluster):
        self.cluster = cluster

    def __call__(self, *arguments):
        return Client(self.cluster)(*arguments)


def bulks_of_one(path):
    for number, line in enumerate(lines_of(path)):
        yield json.dumps({"index": {"_id": f"single-{number}"}}) + "\n" + line.rstrip("\n") + "\n"


def slots(cluster, index):
    """Records that were ever in the logs of an index."""
    settings = cluster("GET", f"/{index}/_settings").json()
    uuid = settings[index]["settings"]["index"]["uuid"]
    newest = collections.Counter()
    pages = cluster.client.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, Prefix=uuid + "/")
    for page in pages:
        for found in page.get("Contents", []):
            parts = found["Key"].split("/")
            if parts[-2] == "log":
                newest[parts[-3]] = max(newest[parts[-3]], int(parts[-1]))
    return sum(newest.values())


def time_of(ask, number):
    began = time.monotonic()
    answer = ask("PUT", f"/w/_doc/alone-{number}", {"title": f"number {number}"})
    assert answer.status in (200, 201), answer.body
    return time.monotonic() - began


def measure_kills(wanted, cluster, requests):
    say("== an owner is killed")
    gaps, asked = [], 0
    writer = Writer(Client(cluster))
    for round in range(wanted.repeat):
        victim = owner(cluster, PROBES, round % 8) if round else 0
        assert writer.write()
        with Searches(cluster, INDEX, requests) as searches:
            cluster.leaves[victim].kill()
            began = time.monotonic()
            while not writer.write():
                pass
            gaps.append(time.monotonic() - began)
        asked += len(searches.times)
        cluster.start_leaf(victim)
        settle(cluster, 4, LIMIT)
    say(f"first acknowledgement after {statistics.median(gaps):.2f} s (median), "
        f"{max(gaps):.2f} s (worst of {len(gaps)}); {asked} searches, none failed or wrong")


def measure_folder_kills(wanted, folder):
    say("== an owner is killed, in a folder")
    node = Node(folder / "leaves", leaves=4, processes=True)
    try:
        settings = {"settings": {"number_of_shards": 8, "number_of_replicas": 1}}
        assert node("PUT", f"/{PROBES}", settings).status == 200
        writer, gaps = Writer(node), []
        for round in range(wanted.repeat):
            wait_green(node)
            assert writer.write()
            victim = owner(node, PROBES, round % 8)
            node.leaf_processes[victim].kill()
            began = time.monotonic()
            while not writer.write():
                pass
            gaps.append(time.monotonic() - began)
            node.start_leaf(victim)
        say(f"first acknowledgement after {statistics.median(gaps):.2f} s (median), "
            f"{max(gaps):.2f} s (worst of {len(gaps)})")
    finally:
        node.kill()


def wait_green(node):
    path = "/_cluster/health?wait_for_status=green&timeout=60s"
    assert node("GET", path, timeout=90).json()["status"] == "green"


def measure_pause(wanted, cluster, requests):
    say("== a leaf is stopped (SIGSTOP)")
    with Searches(cluster, INDEX, requests) as searches:
        searches.stopped.wait(6)
        healthy = [took for _, took in searches.times]
        cluster.pause(0)
        stopped = time.monotonic()
        searches.stopped.wait(10)
        cluster.resume(0)
        later = [took for began, took in searches.times if began > stopped + 2]
        at_once = [took for began, took in searches.times if stopped - 1 < began < stopped + 2]
    say(f"healthy: {milliseconds(healthy)}")
    say(f"the first 2 s: {milliseconds(at_once)}, longest {max(at_once) * 1e3:.0f} ms")
    say(f"after 2 s: {milliseconds(later)}: "
        f"{quantile(later, 0.99) / quantile(healthy, 0.99):.2f} of the healthy p99")
    settle(cluster, 4, LIMIT)


def measure_counts(wanted, cluster, requests):
    say("== leaves 2, 4, 8, 3")
    settle(cluster, 2, LIMIT)
    with Searches(cluster, INDEX, requests) as searches:
        for count in (4, 8, 3):
            before = holders(cluster)
            for number in range(count):
                if number not in cluster.leaves:
                    cluster.start_leaf(number)
            took = settle(cluster, count, LIMIT)
            after = holders(cluster)
            moved, least = len(after - before), minimum_moves(before, after, len(after))
            say(f"to {count} leaves: {took:.1f} s, {moved} copies moved, {least} had to")
    say(f"{len(searches.times)} searches meanwhile, none failed or wrong; "
        f"{milliseconds([took for _, took in searches.times])}")
    settle(cluster, 4, LIMIT)
    for number in sorted(cluster.leaves)[4:]:
        cluster.leaves.pop(number).stop()


def measure_restart(wanted, cluster, requests):
    say("== all leaves start anew")
    for words, loses in (("with their disks", False), ("with empty disks", True)):
        times = []
        for _ in range(wanted.repeat):
            times.append(restart_leaves(cluster, requests[0], loses))
            settle(cluster, len(cluster.leaves), LIMIT)
        say(f"{words}: the first whole answer after {statistics.median(times):.2f} s (median), "
            f"{max(times):.2f} s (worst of {len(times)})")


def restart_leaves(cluster, request, loses):
    """Seconds from the start of all leaves until a search is answered in full."""
    for process in cluster.leaves.values():
        process.kill()
    if loses:
        for number in cluster.leaves:
            cluster.forget_disk(number)
    began = time.monotonic()
    threads = [
        threading.Thread(target=cluster.start_leaf, args=(number,))
        for number in list(cluster.leaves)]
    for thread in threads:
        thread.start()
    while True:
        answer = cluster("POST", f"/{INDEX}/_search", request).json()
        if answer.get("_shards", {}).get("failed") == 0:
            break
    took = time.monotonic() - began
    for thread in threads:
        thread.join()
    return took


def main():
    parser = argparse.ArgumentParser(
        prog="tools/faults", description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("queries")
    parser.add_argument("--repeat", type=int, default=5, help="owners killed, and restarts of all leaves (5)")
    parser.add_argument("--bulks", type=int, default=200, help=f"bulks of {BULK} written (200)")
    parser.add_argument("--only", default="writes,kills,pause,counts,restart",
                        help="some of writes,kills,pause,counts,restart,torture (all but torture)")
    parser.add_argument("--torture", type=int, default=1000, metavar="KILLS",
                        help="processes killed during writes, with --only torture (1000)")
    parser.add_argument("--seed", type=int, default=1, help="of the torture")
    wanted = parser.parse_args()
    questions = [line.split("\t")[-1].strip() for line in open(wanted.queries)][:40]
    requests = [
        {"query": {"multi_match": {"query": text, "fields": ["title", "body"]}}, "size": 10}
        for text in questions]
    with tempfile.TemporaryDirectory(prefix="canopy-figures-") as temporary:
        folder = pathlib.Path(temporary)
        cluster = Cluster(folder / "cluster", settings={"log.level": "warning"}, say=say)
        try:
            chosen = wanted.only.split(",")
            if chosen != ["torture"]:
                say("== import")
                subprocess.run(
                    [BINARY, "import", wanted.corpus, "--index", INDEX, "--url", cluster.urls[0]],
                    check=True)
                settle(cluster, 4, LIMIT)
            if "writes" in chosen:
                measure_writes(wanted, cluster, folder)
            for name, measure in (
                    ("kills", measure_kills), ("pause", measure_pause),
                    ("counts", measure_counts), ("restart", measure_restart)):
                if name in chosen:
                    measure(wanted, cluster, requests)
            if "kills" in chosen:
                measure_folder_kills(wanted, folder)
            if "torture" in chosen:
                say("== random processes are killed during writes")
                kill_and_check(cluster, wanted.torture, wanted.seed, say)
        finally:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
