"""Corrections and highlights: the same bytes for any number of leaves, and what they say of known documents."""

import json
import random
import shutil

import pytest

import synthetic
from conftest import Node

BOOKS = {
    "settings": {
        "number_of_shards": 5,
        "analysis": {
            "filter": {"pairs": {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 3}},
            "analyzer": {"rows": {"tokenizer": "standard", "filter": ["lowercase", "pairs"]}},
        },
    },
    "mappings": {
        "properties": {
            "title": {"type": "text", "fields": {
                "rows": {"type": "text", "analyzer": "rows"},
                "english": {"type": "text", "analyzer": "english"}}},
            "thai": {"type": "text", "analyzer": "thai"},
            "name": {"type": "completion"},
        }
    },
}

DOCUMENTS = [
    ("1", {"title": "The nobel prize in physics", "thai": "ภาษาไทยง่าย"}),
    ("2", {"title": "Nobel prize winners"}),
    ("3", {"title": "A noble cause. It runs deep. Running out of time, it ran."}),
    ("4", {"title": "Noble gases and noble metals"}),
    ("5", {"title": "The price of physics", "name": [{"input": ["Nobel Prize", "Alfred Nobel"], "weight": 30}, "nobody"]}),
    ("6", {"title": "nobel prize of the deleted", "name": {"input": "Nobel", "weight": 99}}),
    ("7", {"name": {"input": "Noble gases", "weight": 7}}),
    ("8", {"name": "Nobel Prize"}),
]


@pytest.fixture(scope="module", params=[1, 3, 8])
def books(request, tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("books") / "data", leaves=request.param)
    assert node("PUT", "/books", BOOKS).status == 200
    node.bulk("books", DOCUMENTS)
    assert node("DELETE", "/books/_doc/6?refresh=true").status == 200
    yield node
    node.stop()


def suggested(node, suggest, **more):
    return node.search("books", {"suggest": suggest, **more})


def test_words_are_corrected_with_frequencies_of_the_whole_index(books):
    answer = suggested(books, {"text": "nobal phisics", "word": {"term": {"field": "title"}}})
    # Who asks for suggestions alone gets no hits.
    assert answer["hits"]["total"]["value"] == 0 and answer["hits"]["hits"] == []
    first, second = answer["suggest"]["word"]
    assert (first["text"], first["offset"], first["length"]) == ("nobal", 0, 5)
    # The deleted document counts for nothing.
    assert [(o["text"], o["freq"]) for o in first["options"]] == [("nobel", 2), ("noble", 2)]
    assert [(o["text"], o["freq"]) for o in second["options"]] == [("physics", 2)]


def test_words_that_exist_are_left_alone_unless_asked(books):
    missing = {"word": {"text": "noble", "term": {"field": "title", "max_term_freq": 100}}}
    assert suggested(books, missing)["suggest"]["word"][0]["options"] == []
    always = {"word": {"text": "noble", "term": {"field": "title", "max_term_freq": 100, "suggest_mode": "always"}}}
    options = suggested(books, always, size=0, query={"match_all": {}})["suggest"]["word"][0]["options"]
    assert [o["text"] for o in options] == ["nobel"]


def test_phrases_prefer_words_that_stand_beside_each_other(books):
    phrase = {
        "field": "title.rows", "gram_size": 3, "highlight": {"pre_tag": "<b>", "post_tag": "</b>"},
        "direct_generator": [{"field": "title", "suggest_mode": "always", "max_term_freq": 100}],
    }
    entry = suggested(books, {"whole": {"text": "noble prize", "phrase": phrase}})["suggest"]["whole"][0]
    assert (entry["text"], entry["offset"], entry["length"]) == ("noble prize", 0, 11)
    assert entry["options"][0]["text"] == "nobel prize"
    assert entry["options"][0]["highlighted"] == "<b>nobel</b> prize"


def completed(node, prefix, **more):
    suggest = {"begun": {"prefix": prefix, "completion": {"field": "name", **more}}}
    return node.search("books", {"suggest": suggest})["suggest"]["begun"][0]["options"]


def test_the_heaviest_completions_come_first(books):
    options = completed(books, "no")
    assert [(o["text"], o["_id"], o["_score"]) for o in options] == [
        ("Nobel Prize", "5", 30), ("Noble gases", "7", 7), ("Nobel Prize", "8", 1)]
    assert options[1]["_source"] == {"name": {"input": "Noble gases", "weight": 7}}
    assert [o["_id"] for o in completed(books, "no", skip_duplicates=True)] == ["5", "7", "5"]
    assert [o["_id"] for o in completed(books, "no", size=1)] == ["5"]
    assert completed(books, "nobelp") == [] and completed(books, "x") == []
    assert [o["text"] for o in completed(books, "nobbel p", fuzzy={})] == ["Nobel Prize"] * 2


def test_what_cannot_be_done_is_refused_by_name(books):
    for suggest, reason in [
        ({"a": {"text": "x", "phrase": {"field": "title", "collate": {}}}}, "[collate]"),
        ({"a": {"text": "x", "term": {"field": "nowhere"}}}, "no mapping found for field [nowhere]"),
        ({"a": {"text": "x", "term": {"field": "title", "string_distance": "ngram"}}}, "damerau_levenshtein"),
    ]:
        answer = books("POST", "/books/_search", {"suggest": suggest})
        assert answer.status == 400 and reason in answer.reason


def highlighted(node, query, **options):
    body = {"query": query, "highlight": {"pre_tags": ["["], "post_tags": ["]"], **options}}
    return {hit["_id"]: hit.get("highlight") for hit in node.search("books", body)["hits"]["hits"]}


def test_fragments_are_sentences(books):
    found = highlighted(books, {"match": {"title.english": "running"}}, fields={"title.english": {"fragment_size": 20}})
    assert found["3"] == {"title.english": ["It [runs] deep.", "[Running] out of time,"]}


def test_other_fields_and_other_queries_are_marked(books):
    fields = {"title": {
        "matched_fields": ["title", "title.english"], "number_of_fragments": 0,
        "highlight_query": {"multi_match": {"query": "runs noble", "fields": ["title", "title.english"]}}}}
    found = highlighted(books, {"ids": {"values": ["3"]}}, fields=fields)
    assert found["3"] == {"title": ["A [noble] cause. It [runs] deep. [Running] out of time, it ran."]}


def test_scripts_without_spaces_are_marked_in_words(books):
    found = highlighted(books, {"match": {"thai": "ไทย"}}, fields={"thai": {}}, encoder="html")
    assert found == {"1": {"thai": ["ภาษา[ไทย]ง่าย"]}}


def requests(seed=23, count=60):
    """Suggestions and highlights of every kind, the same for a seed."""
    rng = random.Random(seed)
    words = synthetic.vocabulary(random.Random(7))[:200]

    def misspelt():
        word = list(rng.choice(words))
        place = rng.randrange(len(word))
        word[place:place + 1] = rng.choice([[], [word[place]] * 2, ["q"], [word[place]]])
        return "".join(word) or "q"

    for _ in range(count):
        text = " ".join(misspelt() for _ in range(rng.randint(1, 5)))
        field = rng.choice(["title", "body", "section"])
        generator = {
            "field": field, "suggest_mode": rng.choice(["missing", "popular", "always"]),
            "min_word_length": rng.randint(1, 4), "prefix_length": rng.randint(0, 2), "max_term_freq": 100000,
        }
        yield {
            "size": rng.choice([0, 5]), "query": {"match": {"body": {"query": text, "fuzziness": "AUTO"}}},
            "suggest": {
                "text": text,
                "word": {"term": {**generator, "sort": rng.choice(["score", "frequency"])}},
                "whole": {"phrase": {
                    "field": field, "gram_size": rng.randint(1, 3), "confidence": rng.choice([0, 1]),
                    "max_errors": rng.choice([1, 2, 0.5]), "direct_generator": [generator],
                    "smoothing": rng.choice([{"laplace": {}}, {"stupid_backoff": {"discount": 0.3}}])}},
            },
            "highlight": {
                "boundary_scanner": rng.choice(["sentence", "word"]), "fragment_size": rng.choice([0, 20, 100]),
                "order": rng.choice(["none", "score"]), "encoder": rng.choice(["default", "html"]),
                "fields": {"body": {}, "title": {"number_of_fragments": 0, "no_match_size": 10}},
            },
        }


def ask_all(node):
    answers = []
    for body in requests():
        tree = node.search("mixed", body)
        del tree["took"], tree["_scatter"]
        answers.append(json.dumps(tree, ensure_ascii=False))
    return answers


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    data = tmp_path_factory.mktemp("reference") / "data"
    node = Node(data, leaves=1)
    assert node("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
    documents = list(synthetic.documents(1500))
    for start in range(0, len(documents), 500):
        node.bulk("mixed", documents[start:start + 500])
    for key, _ in documents[::13]:
        assert node("DELETE", f"/mixed/_doc/{key}").status == 200
    node("POST", "/mixed/_refresh")
    answers = ask_all(node)
    node.stop()
    yield data, answers
    shutil.rmtree(data)


@pytest.mark.parametrize("leaves,processes", [(3, False), (8, False), (3, True)])
def test_leaf_count_never_changes_an_answer(reference, leaves, processes):
    data, expected = reference
    assert sum('"freq"' in answer for answer in expected) > 10
    node = Node(data, leaves=leaves, processes=processes)
    try:
        for body, want, got in zip(requests(), expected, ask_all(node)):
            assert got == want, body
    finally:
        node.stop()
