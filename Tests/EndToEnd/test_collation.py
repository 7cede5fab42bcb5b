"""Sorting and matching in the order of a language, with any number of leaves."""

import random

import pytest

from conftest import Node

# In the order of German; those of one line are equal at strength primary.
NAMES = [
    ["Abend", "abend"], ["Äpfel", "Apfel", "APFEL"], ["Azteke"], ["Jörg", "Jorg"], ["Öfen", "ofen"], ["ozean"],
    ["Straße", "Strasse"], ["Übel"], ["Uhr"], ["Zebra"],
]
MAPPINGS = {"properties": {"name": {"type": "keyword", "fields": {
    "sort": {"type": "icu_collation_keyword", "language": "de", "strength": "primary"},
    "swedish": {"type": "icu_collation_keyword", "language": "sv", "index": False}}}}}


def line(name):
    return next(number for number, names in enumerate(NAMES) if name in names)


def ordered(node, body):
    hits = node.search("people", {"size": 1000, "sort": "name.sort", **body})["hits"]["hits"]
    return [(hit["_id"], hit["_source"]["name"], hit["sort"][0]) for hit in hits]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """One folder of data, and its answers through one leaf and through three."""
    data = tmp_path_factory.mktemp("collation") / "data"
    names = [name for names in NAMES for name in names] * 5
    random.Random(7).shuffle(names)
    bodies = [
        {}, {"sort": {"name.sort": {"order": "desc"}}}, {"size": 7}, {"query": {"term": {"name.sort": "äPFEL"}}},
        {"query": {"range": {"name.sort": {"gt": "APFEL", "lte": "ofen"}}}}, {"sort": "name.swedish"}]
    result = []
    for leaves in [1, 3]:
        node = Node(data, leaves=leaves)
        try:
            if leaves == 1:
                made = node("PUT", "/people", {"settings": {"number_of_shards": 5}, "mappings": MAPPINGS})
                assert made.status == 200, made.body
                documents = [(str(number), {"name": name}) for number, name in enumerate(names)]
                for start in range(0, len(documents), 40):
                    node.bulk("people", documents[start:start + 40])
            assert node("GET", "/people/_mapping").json()["people"]["mappings"]["properties"] == MAPPINGS["properties"]
            result.append([ordered(node, body) for body in bodies])
            for kind in ["prefix", "wildcard"]:
                refused = node("POST", "/people/_search", {"query": {kind: {"name.sort": "a?"}}})
                assert refused.status == 400 and "icu_collation_keyword" in refused.reason, refused.body
        finally:
            node.stop()
    return result


def test_the_number_of_leaves_never_changes_an_answer(answers):
    assert answers[0] == answers[1]


def test_hits_come_in_the_order_of_the_language(answers):
    up, down, first, apples, between, swedish = answers[1]
    lines = [line(name) for _, name, _ in up]
    assert lines == sorted(lines) and len(lines) == 5 * sum(len(names) for names in NAMES)
    assert [line(name) for _, name, _ in down] == lines[::-1]
    assert first == up[:7]
    assert {name for _, name, _ in apples} == set(NAMES[1]) and len(apples) == 15
    assert {line(name) for _, name, _ in between} == {2, 3, 4}
    # Swedish has its own letters behind z; what differs by case alone is told apart.
    assert {name for _, name, _ in swedish[-10:]} == {"Äpfel", "Öfen"}


def test_the_values_of_a_sort_compare_as_strings(answers):
    keys = [key for _, _, key in answers[0][0]]
    assert keys == sorted(keys) and len(set(keys)) == len(NAMES)
    assert all(key.isascii() for key in keys)
