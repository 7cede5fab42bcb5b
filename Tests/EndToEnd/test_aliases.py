"""Aliases: other names of indices, for searches and writes, moved between two searches."""

import threading

MOVES = 60


def actions(*pairs):
    return {"actions": [{verb: {"index": index, "alias": "books"}} for verb, index in pairs]}


def test_an_alias_moves_between_two_searches(node):
    for index in ("books-1", "books-2"):
        node.bulk(index, [(f"{number}", {"edition": index}) for number in range(200)])
    assert node("POST", "/_aliases", actions(("add", "books-1"))).status == 200
    stopped, wrong, asked = threading.Event(), [], [0]

    def search():
        while not stopped.is_set():
            answer = node("POST", "/books/_search", {"size": 200, "track_total_hits": True})
            tree = answer.json()
            indices = {hit["_index"] for hit in tree["hits"]["hits"]} if answer.status == 200 else {}
            asked[0] += 1
            if len(indices) != 1 or tree["hits"]["total"]["value"] != 200:
                wrong.append(answer.body[:500])

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for move in range(MOVES):
        old, new = ("books-1", "books-2") if move % 2 == 0 else ("books-2", "books-1")
        before = asked[0]
        assert node("POST", "/_aliases", actions(("remove", old), ("add", new))).status == 200
        while asked[0] <= before:
            stopped.wait(0.001)
    stopped.set()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    assert asked[0] > MOVES


def test_documents_are_written_and_read_by_an_alias(node):
    for index in ("log-1", "log-2"):
        assert node("PUT", f"/{index}", {}).status == 200
    assert node("PUT", "/log-1/_alias/log").status == 200
    assert node("PUT", "/log/_doc/a?refresh=true", {"n": 1}).json()["_index"] == "log-1"
    assert node("GET", "/log/_doc/a").json()["_index"] == "log-1"
    assert node("PUT", "/log-2/_alias/log").status == 200
    refused = node("PUT", "/log/_doc/b", {"n": 2})
    assert refused.status == 400 and "no write index" in refused.reason
    assert node("PUT", "/log-2/_alias/log", {"is_write_index": True}).status == 200
    assert node("PUT", "/log/_doc/b?refresh=true", {"n": 2}).json()["_index"] == "log-2"
    assert node("GET", "/log/_count").json()["count"] == 2
    refused = node("DELETE", "/log")
    assert refused.status == 400 and "concrete indices" in refused.reason
    assert node("PUT", "/log", {}).status == 400
    assert node("DELETE", "/log-1").status == 200
    assert node("GET", "/log/_count").json()["count"] == 1
    node.stop()
    node.start()
    assert node("GET", "/_alias").json() == {
        "log-2": {"aliases": {"log": {"is_write_index": True}}}}
