"""Searches and writes that go on while a test does something to the cluster, and what became of them."""

import collections
import json
import random
import threading
import time
import urllib.error

from conftest import call

PAUSE_SECONDS = 0.02


def comparable(tree):
    """An answer without what may differ between equal ones."""
    return {name: value for name, value in tree.items() if name not in ("took", "_scatter")}


class Client:
    """Asks one root after the other; a refused connection goes to the next, as behind a load balancer."""

    def __init__(self, cluster, number=0):
        self.cluster, self.number = cluster, number

    def __call__(self, method, path, body=None, headers=None, timeout=30):
        refused = None
        for _ in range(200):
            self.number += 1
            urls = self.cluster.urls
            try:
                return call(
                    urls[self.number % len(urls)], method, path, body, headers, timeout)
            except urllib.error.URLError as error:
                refused = error
                if not isinstance(error.reason, (ConnectionRefusedError, ConnectionResetError)):
                    raise
            except (ConnectionResetError, BrokenPipeError) as error:
                # A root that was killed; a search may be asked again.
                refused = error
            time.sleep(PAUSE_SECONDS)
        raise refused


class Searches:
    """Threads that ask the same searches again and again and compare every answer with the first."""

    def __init__(self, cluster, index, requests, threads=2):
        self.cluster, self.index, self.requests = cluster, index, requests
        self.known = [self.ask(Client(cluster), request) for request in requests]
        self.failed, self.wrong, self.times = [], [], []
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self._run, args=(number,)) for number in range(threads)]

    def ask(self, client, request):
        answer = client("POST", f"/{self.index}/_search", request)
        assert answer.status == 200, answer.body
        tree = answer.json()
        assert tree["_shards"]["failed"] == 0, tree["_shards"]
        return comparable(tree)

    def _run(self, number):
        client, rng = Client(self.cluster, number), random.Random(number)
        while not self.stopped.is_set():
            place = rng.randrange(len(self.requests))
            began = time.monotonic()
            try:
                if self.ask(client, self.requests[place]) != self.known[place]:
                    self.wrong.append(self.requests[place])
            except (AssertionError, OSError) as error:
                self.failed.append(repr(error)[:500])
            self.times.append((began, time.monotonic() - began))
            self.stopped.wait(PAUSE_SECONDS)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        if kind is None:
            assert not self.failed, f"{len(self.failed)} of {len(self.times)} failed: {self.failed[0]}"
            assert not self.wrong, f"{len(self.wrong)} of {len(self.times)} wrong: {self.wrong[0]}"
            assert self.times


class Writes:
    """Threads that write documents whose fate is remembered: acknowledged, or in doubt. They may be entered again.

    What was sent again has the same idempotency key, so a copy of it that is still under way when it is acknowledged
    must not undo what is written after that. What was never acknowledged may take place at any time.
    """

    def __init__(self, cluster, index, threads=2, seed=1, batch=40, patience="20s"):
        self.cluster, self.index, self.seed, self.batch = cluster, index, seed, batch
        self.patience = patience
        self.acknowledged, self.doubtful = {}, {}
        # By document: what was sent, and what came of it.
        self.histories = collections.defaultdict(list)
        self.moments = []
        self.stopped = threading.Event()
        # Of each thread: its random numbers, how many documents it has made, and how many bulks.
        self.random = [random.Random(seed * 1_000 + number) for number in range(threads)]
        self.counts = [0] * threads
        self.bulks = [0] * threads

    def _run(self, number):
        client, rng = Client(self.cluster, number), self.random[number]
        while not self.stopped.is_set():
            batch = {}
            for _ in range(rng.randint(1, self.batch)):
                if self.counts[number] and rng.random() < 0.2:
                    key = f"w{self.seed}-{number}-{rng.randrange(self.counts[number])}"
                else:
                    key = f"w{self.seed}-{number}-{self.counts[number]}"
                    self.counts[number] += 1
                batch[key] = rng.getrandbits(40)
            lines = []
            for key, value in batch.items():
                self.doubtful.setdefault(key, set()).add(value)
                self.histories[key].append(f"bulk {self.bulks[number]}: {value}")
                lines.append(json.dumps({"index": {"_id": key}}))
                lines.append(json.dumps({"number": value, "body": f"document {key}"}))
            self.bulks[number] += 1
            name = f"{self.index}-{number}-{self.bulks[number]}"
            try:
                answer = client(
                    "POST", f"/{self.index}/_bulk?timeout={self.patience}",
                    "\n".join(lines) + "\n", {"Idempotency-Key": name})
                items = answer.json()["items"]
            except (OSError, ValueError, KeyError) as error:
                for key in batch:
                    self.histories[key].append(f"in doubt: {error}")
                continue
            for (key, value), item in zip(batch.items(), items):
                self.histories[key].append(f"{item['index']['status']} at {time.monotonic():.3f}")
                if item["index"]["status"] in (200, 201):
                    self.acknowledged[key] = value
                    self.doubtful[key].discard(value)
            if all(item["index"]["status"] in (200, 201) for item in items):
                self.moments.append(time.monotonic())
            self.stopped.wait(PAUSE_SECONDS)

    def __enter__(self):
        self.stopped.clear()
        self.threads = [
            threading.Thread(target=self._run, args=(number,)) for number in range(len(self.counts))]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def check(self, found):
        """Every acknowledged document is there with what was acknowledged last, or with what is in doubt."""
        wrong = [
            f"{key} holds {found.get(key)}, not {value}: {self.histories[key]}"
            for key, value in self.acknowledged.items()
            if found.get(key) not in {value} | self.doubtful[key]]
        assert not wrong, f"{len(wrong)} of {len(self.acknowledged)}: {wrong[:5]}"
        for key, value in found.items():
            known = self.acknowledged.get(key) == value or value in self.doubtful.get(key, set())
            assert known, f"{key} was never sent with {value}"

    def longest_gap(self):
        """Seconds between two whole acknowledged batches, at most."""
        return max(
            (later - earlier for earlier, later in zip(self.moments, self.moments[1:])), default=0)


def read_all(client, index):
    """Every document, by paging over ranges of their numbers; none may be there twice."""
    assert client("POST", f"/{index}/_refresh").json()["_shards"]["failed"] == 0
    total = client("GET", f"/{index}/_count").json()["count"]
    found, pending = {}, [(0, 1 << 40)]
    while pending:
        low, high = pending.pop()
        answer = client("POST", f"/{index}/_search", {
            "query": {"range": {"number": {"gte": low, "lt": high}}}, "size": 5_000,
            "sort": ["number"], "track_total_hits": True}).json()
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
