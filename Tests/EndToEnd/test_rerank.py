"""English questions, whose best hits are looked at twice: orders, scores, switches, and the same bytes for any leaves."""

import json
import shutil

import pytest

import synthetic
from conftest import Node

MAPPINGS = {"properties": {name: {"type": "text", "analyzer": "english"} for name in ("title", "body")}}
# The question's words stand together and in the title of the one; the other repeats one of them.
DOCUMENTS = {
    "scattered": {"title": "Reports", "body": "cache " * 9 + "of the year, and far below after much else that is said "
                  "about roads and rivers, somewhere a replica"},
    "near": {"title": "Replicas of caches", "body": "How replicas keep a cache fresh when writes arrive in any order"},
    "kin": {"title": "Fresh caches", "body": "A cache keeps replicas fresh while writes arrive"},
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rerank") / "data"
    node = Node(folder, leaves=1)
    made = node("PUT", "/books", {"settings": {"number_of_shards": 6}, "mappings": MAPPINGS})
    assert made.status == 200, made.body
    others = [(key, {"title": source["title"], "body": source["body"]}) for key, source in synthetic.documents(400)]
    node.bulk("books", list(DOCUMENTS.items()) + others)
    node("POST", "/books/_refresh")
    node.stop()
    yield folder
    shutil.rmtree(folder)


def question(text, **more):
    return {"query": {"multi_match": {"query": text, "fields": ["title", "body"]}}, **more}


def ask(node, body):
    answer = node.search("books", body)
    answer.pop("took")
    answer.pop("_scatter")
    return answer


def questions():
    words = synthetic.vocabulary(synthetic.random.Random(7))[:60]
    rng = synthetic.random.Random(3)
    for number in range(30):
        text = " ".join(rng.choices(words, k=rng.randint(2, 6)))
        yield question(text, size=(10, 3, 40)[number % 3], **{"from": (0, 0, 15)[number % 3]}, explain=number % 5 == 0)


def test_the_same_bytes_for_any_number_of_leaves(data):
    expected = None
    for leaves in (1, 3, 8):
        node = Node(data, leaves=leaves)
        try:
            answers = [json.dumps(ask(node, body)) for body in questions()]
            assert answers == [json.dumps(ask(node, body)) for body in questions()]
        finally:
            node.stop()
        assert answers == (expected or answers), f"{leaves} leaves"
        expected = answers


def test_pages_are_parts_of_one_order(data):
    node = Node(data, leaves=2)
    try:
        whole = ask(node, question("search engine distributed", size=60))["hits"]
        scores = [hit["_score"] for hit in whole["hits"]]
        assert scores == sorted(scores, reverse=True) and scores[0] == whole["max_score"]
        for start in (0, 7, 14, 21, 28):
            page = ask(node, question("search engine distributed", size=7, **{"from": start}))["hits"]
            assert page["hits"] == whole["hits"][start:start + 7] and page["max_score"] == whole["max_score"]
        plain = ask(node, question("search engine distributed", size=60, rerank=False))["hits"]
        assert [hit["_id"] for hit in plain["hits"]] != [hit["_id"] for hit in whole["hits"]]
        assert plain["hits"][20:] == whole["hits"][20:] and plain["max_score"] == whole["max_score"]
        assert {hit["_id"] for hit in plain["hits"][:20]} == {hit["_id"] for hit in whole["hits"][:20]}
    finally:
        node.stop()


def test_what_answers_the_question_comes_first(data):
    node = Node(data, leaves=2)
    try:
        text = "how are the replicas of a cache kept fresh?"
        hits = ask(node, question(text, explain=True))["hits"]["hits"]
        assert {hit["_id"] for hit in hits[:2]} == {"near", "kin"} and hits[2]["_id"] == "scattered"
        for hit in hits:
            explanation = hit["_explanation"]
            assert explanation["value"] == hit["_score"]
            assert explanation["description"].startswith("second look")
        # Its own score, whatever else there is.
        alone = node("GET", "/books/_explain/kin", question(text)).json()["explanation"]
        assert not alone["description"].startswith("second look")
    finally:
        node.stop()


def test_an_index_may_do_without(data):
    node = Node(data, leaves=2)
    try:
        body = question("search engine distributed")
        twice = ask(node, body)
        assert node("PUT", "/books/_settings", {"index.rerank": False}).status == 200
        assert node("GET", "/books/_settings").json()["books"]["settings"]["index"]["rerank"] == "false"
        once = ask(node, body)
        assert once["hits"] == ask(node, {**body, "rerank": False})["hits"] != twice["hits"]
        assert node("PUT", "/books/_settings", {"index.rerank": None}).status == 200
        assert ask(node, body) == twice
        refused = node("PUT", "/books/_settings", {"index.rerank": "perhaps"})
        assert refused.status == 400 and "true or false" in refused.json()["error"]["reason"]
    finally:
        node.stop()
