#!/usr/bin/env python3
"""Kills a serving node with SIGKILL at random moments during bulk imports, restarts it, and checks that
every acknowledged document is there exactly once, with the content that was acknowledged.

    CANOPY_BINARY=.build/release/canopy python3 Tests/EndToEnd/kill_torture.py --kills 200 --seed 1
"""

import argparse
import json
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time
import urllib.error

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from conftest import Node, call  # noqa: E402

WRITERS = 3
# After so many kills every document is read again, not only those written since the last.
WHOLE_READS = 10


class Ledger:
    """What the node has promised: id → the number last acknowledged, and the writes in doubt."""

    def __init__(self):
        self.acknowledged = {}
        self.doubtful = {}
        self.lock = threading.Lock()


def write_until_dead(url, ledger, rng, writer, counter, stopped):
    """Bulks of new documents and overwrites until the node stops answering."""
    while not stopped.is_set():
        batch = {}
        for _ in range(rng.randint(1, 120)):
            if rng.random() < 0.2 and counter[0]:
                key = f"w{writer}-{rng.randrange(counter[0])}"
            else:
                key = f"w{writer}-{counter[0]}"
                counter[0] += 1
            batch[key] = rng.getrandbits(40)
        lines = []
        for key, number in batch.items():
            lines.append(json.dumps({"index": {"_id": key}}))
            lines.append(json.dumps({"number": number, "body": f"document {key} " * rng.randint(1, 20)}))
        with ledger.lock:
            for key, number in batch.items():
                ledger.doubtful.setdefault(key, set()).add(number)
        try:
            answer = call(url, "POST", "/torture/_bulk", "\n".join(lines) + "\n", timeout=30)
            items = answer.json()["items"]
        except (OSError, urllib.error.URLError, ValueError, KeyError):
            return
        with ledger.lock:
            for (key, number), item in zip(batch.items(), items):
                if item["index"]["status"] in (200, 201):
                    ledger.acknowledged[key] = number
                    ledger.doubtful[key] = set()
        if rng.random() < 0.1:
            try:
                call(url, "POST", "/torture/" + rng.choice(["_refresh", "_flush"]), timeout=30)
            except (OSError, ValueError):
                return


def read_all(node):
    """Every document in the index, by paging over the writers' number ranges."""
    node("POST", "/torture/_refresh")
    total = node("GET", "/torture/_count").json()["count"]
    found = {}
    pending = [(0, 1 << 40)]
    while pending:
        low, high = pending.pop()
        query = {"range": {"number": {"gte": low, "lt": high}}}
        body = {"query": query, "size": 5_000, "sort": ["number"], "track_total_hits": True}
        answer = node.search("torture", body)
        assert answer["_shards"]["failed"] == 0, answer["_shards"]
        if answer["hits"]["total"]["value"] > 5_000:
            middle = (low + high) // 2
            pending += [(low, middle), (middle, high)]
            continue
        for hit in answer["hits"]["hits"]:
            assert hit["_id"] not in found, f"{hit['_id']} is there twice"
            found[hit["_id"]] = hit["_source"]["number"]
    assert len(found) == total, f"{total} counted, {len(found)} found"
    return found


def read_touched(node, found, ledger):
    """What became of the documents written since `found`; the count tells that no other came or went."""
    node("POST", "/torture/_refresh")
    found = dict(found)
    touched = sorted(set(ledger.doubtful) | set(ledger.acknowledged) - set(found))
    for start in range(0, len(touched), 1_000):
        answer = node("POST", "/torture/_mget", {"ids": touched[start:start + 1_000]}).json()
        for document in answer["docs"]:
            if document["found"]:
                found[document["_id"]] = document["_source"]["number"]
    total = node("GET", "/torture/_count").json()["count"]
    assert len(found) == total, f"{total} counted, {len(found)} known"
    return found


def check(found, ledger):
    for key, number in ledger.acknowledged.items():
        assert key in found, f"acknowledged {key} is lost"
        allowed = {number} | ledger.doubtful.get(key, set())
        assert found[key] in allowed, f"{key} holds {found[key]}, acknowledged was {number}"
    for key, number in found.items():
        known = key in ledger.acknowledged or number in ledger.doubtful.get(key, set())
        assert known, f"{key} was never sent with {number}"


def torture(
        kills, seed, data, progress=print, settings=None, environment=None, loses_folder=False):
    """`loses_folder`: every kill takes the node's folder along, for stores that are elsewhere."""
    rng = random.Random(seed)
    settings = {"index.flush_mib": 1, "http.port": 0, **(settings or {})}
    node = Node(data, leaves=4, settings=settings, environment=environment)
    assert node("PUT", "/torture", {"mappings": {"properties": {
        "number": {"type": "long"}, "body": {"type": "text"}}}}).status == 200
    ledger = Ledger()
    counters = [[0] for _ in range(WRITERS)]
    settled = {}
    try:
        for kill in range(1, kills + 1):
            stopped = threading.Event()
            writers = [
                threading.Thread(
                    target=write_until_dead,
                    args=(node.url, ledger, random.Random(rng.getrandbits(64)), number,
                          counters[number], stopped))
                for number in range(WRITERS)]
            for writer in writers:
                writer.start()
            # The random moment itself, not synchronisation.
            time.sleep(rng.uniform(0.01, 1.0))
            node.kill()
            stopped.set()
            for writer in writers:
                writer.join()
            if loses_folder:
                shutil.rmtree(data)
            node.start()
            # A store elsewhere may take long over what the dead process asked of it last.
            opened = node("GET", "/_cluster/health?wait_for_status=green&timeout=150s", timeout=180)
            assert opened.status == 200, node.front.output()
            is_whole = kill % WHOLE_READS == 0 or kill == kills
            found = read_all(node) if is_whole else read_touched(node, settled, ledger)
            check(found, ledger)
            settled = found
            # What survived is now settled.
            ledger.acknowledged = dict(found)
            ledger.doubtful = {}
            if kill % 10 == 0 or kill == kills:
                progress(f"{kill} kills, {len(found)} documents, none lost, none twice")
    finally:
        node.kill()
    return len(ledger.acknowledged)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    data = tempfile.mkdtemp(prefix="canopy-torture-")
    try:
        torture(options.kills, options.seed, data, lambda text: print(text, flush=True))
    except AssertionError:
        print(f"data kept in {data}; repeat with --seed {options.seed}", file=sys.stderr)
        raise
    shutil.rmtree(data)


if __name__ == "__main__":
    main()
