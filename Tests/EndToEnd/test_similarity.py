"""Scores by BM25 with an index's own parameters, worked out here once more."""

import math

import pytest

from conftest import Node

SETTINGS = {"number_of_shards": 3, "similarity": {"short": {"type": "BM25", "k1": 0.9, "b": 0.4}, "once": {"k1": 0}}}
DOCUMENTS = {"1": "red red fox", "2": "red brown bear in the red wood", "3": "a blue whale", "4": "one more grey goose"}
FIELDS = {"plain": (1.2, 0.75), "short": (0.9, 0.4), "once": (0, 0.75)}


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("similarity") / "data", leaves=2)
    copies = {name: {"type": "text", "similarity": name} for name in ["short", "once"]}
    made = node("PUT", "/animals", {
        "settings": SETTINGS, "mappings": {"properties": {"plain": {"type": "text", "fields": copies}}}})
    assert made.status == 200, made.body
    node.bulk("animals", [(identifier, {"plain": text}) for identifier, text in DOCUMENTS.items()])
    yield node
    node.stop()


@pytest.mark.parametrize("field", FIELDS)
def test_scores_are_those_of_the_formula(node, field):
    k1, b = FIELDS[field]
    lengths = {identifier: len(text.split()) for identifier, text in DOCUMENTS.items()}
    average = sum(lengths.values()) / len(lengths)
    idf = math.log(1 + (len(lengths) - 2 + 0.5) / (2 + 0.5))
    path = field if field == "plain" else "plain." + field
    hits = node.search("animals", {"query": {"match": {path: "red"}}})["hits"]["hits"]
    assert {hit["_id"] for hit in hits} == {"1", "2"}
    for hit in hits:
        length = lengths[hit["_id"]]
        expected = idf * 2 / (2 + k1 * (1 - b + b * length / average))
        assert hit["_score"] == pytest.approx(expected, rel=1e-6), hit["_id"]


def test_they_change_while_it_serves(node):
    index = node("GET", "/animals").json()["animals"]
    assert index["settings"]["index"]["similarity"] == SETTINGS["similarity"]
    assert index["mappings"]["properties"]["plain"]["fields"]["short"]["similarity"] == "short"
    query = {"query": {"match": {"plain.short": "red"}}}
    before = [hit["_score"] for hit in node.search("animals", query)["hits"]["hits"]]
    changed = node("PUT", "/animals/_settings", {"index.similarity.short.k1": 2})
    assert changed.status == 200, changed.body
    after = [hit["_score"] for hit in node.search("animals", query)["hits"]["hits"]]
    assert len(after) == 2 and all(new < old for new, old in zip(after, before))
    refused = node("PUT", "/animals/_settings", {"index.similarity.short.b": 2})
    assert refused.status == 400 and "from 0 to 1" in refused.json()["error"]["reason"]


def test_explanations_say_what_the_formula_says(node):
    request = {"query": {"bool": {"must": [{"match": {"plain": "red"}}], "should": [{"match_phrase": {"plain": "the red wood"}}],
                                  "filter": [{"exists": {"field": "plain"}}]}}, "explain": True}
    hits = node.search("animals", request)["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["2", "1"]
    for hit in hits:
        assert hit["_explanation"]["value"] == hit["_score"]
        scoring = [detail for detail in hit["_explanation"]["details"] if detail["value"]]
        assert sum(detail["value"] for detail in scoring) == pytest.approx(hit["_score"], rel=1e-6)
        boost, idf, tf = scoring[0]["details"]
        assert boost["value"] * idf["value"] * tf["value"] == pytest.approx(scoring[0]["value"], rel=1e-6)
        assert [detail["value"] for detail in idf["details"]] == [2, 4]
        assert [detail["value"] for detail in tf["details"]][:3] == [2, pytest.approx(1.2), 0.75]
    whole = node.search("animals", request | {"size": 1})
    assert whole["hits"]["hits"][0]["_explanation"] == hits[0]["_explanation"]


def test_one_document_is_explained(node):
    found = node("GET", "/animals/_explain/1", {"query": {"match": {"plain": "red"}}})
    hit = node.search("animals", {"query": {"match": {"plain": "red"}}, "explain": True})["hits"]["hits"][0]
    assert hit["_id"] == "1" and found.json() == {
        "_index": "animals", "_id": "1", "matched": True, "explanation": hit["_explanation"]}
    assert node("GET", "/animals/_explain/3?q=plain:red").json() == {"_index": "animals", "_id": "3", "matched": False}
    missing = node("GET", "/animals/_explain/9?q=plain:red")
    assert missing.status == 404 and missing.json()["matched"] is False


def test_fields_searched_as_one_score_by_bm25f(node):
    made = node("PUT", "/books", {"settings": {"number_of_shards": 3}, "mappings": {
        "properties": {name: {"type": "text"} for name in ("title", "body")}}})
    assert made.status == 200, made.body
    books = {"1": ("red fox", "a fox in a red red wood"), "2": ("brown bear", "red"), "3": ("grey goose", "one goose more"),
             "4": ("red hen", "")}
    node.bulk("books", [(identifier, {"title": title, "body": body}) for identifier, (title, body) in books.items()])
    hits = node.search("books", {"explain": True, "query": {
        "combined_fields": {"query": "red", "fields": ["title^2", "body"]}}})["hits"]["hits"]
    # Two titles and two bodies hold the word; all four books have a title, three a body.
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    averages = {0: sum(len(title.split()) for title, _ in books.values()) / 4,
                1: sum(len(body.split()) for _, body in books.values()) / 3}
    assert {hit["_id"] for hit in hits} == {"1", "2", "4"}
    for hit in hits:
        texts = [text.split() for text in books[hit["_id"]]]
        total = sum(weight * texts[field].count("red") / (0.25 + 0.75 * len(texts[field]) / averages[field])
                    for field, weight in ((0, 2), (1, 1)))
        assert hit["_score"] == pytest.approx(idf * total / (total + 1.2), rel=1e-6), hit["_id"]
        assert hit["_explanation"]["value"] == hit["_score"]
        assert "BM25F" in hit["_explanation"]["description"]
