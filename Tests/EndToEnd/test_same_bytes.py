"""The same requests on the same documents answer with the same bytes for any number of leaves."""

import json
import shutil

import pytest

import synthetic
from conftest import Node, call


def comparable(answer):
    assert answer.status == 200, answer.body
    tree = answer.json()
    del tree["took"]
    tree.pop("_scatter")
    return json.dumps(tree, ensure_ascii=False)


def ask_all(node):
    answers = []
    for body in synthetic.searches():
        first = comparable(node("POST", "/mixed/_search?request_cache=false", body))
        again = comparable(node("POST", "/mixed/_search", body))
        cached = comparable(node("POST", "/mixed/_search", body))
        assert first == again == cached
        answers.append(first)
    for path in ["/mixed/_search?q=search+engine&size=20", "/mixed/_count?q=distributed"]:
        tree = node("GET", path).json()
        tree.pop("took", None)
        tree.pop("_scatter", None)
        answers.append(json.dumps(tree))
    return answers


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """A folder of data written through one leaf, and its answers."""
    data = tmp_path_factory.mktemp("reference") / "data"
    node = Node(data, leaves=1)
    assert node("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
    documents = list(synthetic.documents())
    for start in range(0, len(documents), 500):
        node.bulk("mixed", documents[start:start + 500])
    # Updates and deletions leave dead documents behind in old segments.
    node.bulk("mixed", [(key, {**source, "year": 1999}) for key, source in documents[::17]])
    for key, _ in documents[::29]:
        assert node("DELETE", f"/mixed/_doc/{key}").status == 200
    node("POST", "/mixed/_refresh")
    answers = ask_all(node)
    node.stop()
    yield data, answers
    shutil.rmtree(data)


@pytest.mark.parametrize(
    "leaves,processes", [(2, False), (3, False), (8, False), (4, True)])
def test_leaf_count_never_changes_an_answer(reference, leaves, processes):
    data, expected = reference
    node = Node(data, leaves=leaves, processes=processes)
    try:
        for body, want, got in zip(synthetic.searches(), expected, ask_all(node)):
            assert got == want, body
    finally:
        node.stop()


def test_documents_written_through_many_leaves_answer_the_same(reference, tmp_path):
    """Segments, refreshes and merges differ; answers must not (versions of the log aside)."""
    _, expected = reference
    node = Node(tmp_path / "data", leaves=3)
    try:
        assert node("PUT", "/mixed", {"mappings": synthetic.MAPPINGS}).status == 200
        documents = list(synthetic.documents())
        updated = {key for key, _ in documents[::17]}
        deleted = {key for key, _ in documents[::29]}
        final = [
            (key, {**source, "year": 1999} if key in updated else source)
            for key, source in documents if key not in deleted]
        for start in range(0, len(final), 333):
            node.bulk("mixed", final[start:start + 333], refresh=start % 2 == 0)
        node("POST", "/mixed/_refresh")
        for body, want, got in zip(synthetic.searches(), expected, ask_all(node)):
            assert got == want, body
    finally:
        node.stop()
