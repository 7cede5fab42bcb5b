"""The commands of the box, used as a newcomer would."""

import csv
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

import synthetic
from conftest import BINARY, ROOT, Node, run_tool


def count(node, index):
    node("POST", f"/{index}/_refresh")
    return node("GET", f"/{index}/_count").json()["count"]


def test_every_command_teaches(tmp_path):
    for command in ["serve", "import", "search", "load", "eval", "status", "inspect"]:
        text = run_tool(command, "--help").stdout
        assert "canopy " + command in text and len(text.splitlines()) > 10


def test_import_ndjson_reports_bad_lines_and_takes_the_rest(shared_node, tmp_path):
    path = tmp_path / "docs.ndjson"
    lines = [json.dumps({"id": key, **source}, ensure_ascii=False) for key, source in synthetic.documents(200)]
    lines[50] = '{"id": "broken", '
    lines[120] = json.dumps({"id": "doc-120", "year": "not a year"})
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(synthetic.MAPPINGS))
    path.write_text("\n".join(lines) + "\n")
    done = run_tool("import", path, "--index", "ndjson", "--mapping", mapping,
                    "--url", shared_node.url, check=False)
    assert done.returncode != 0
    text = done.stdout + done.stderr
    assert ":51" in text and ":121" in text and "year" in text, text
    assert count(shared_node, "ndjson") == 198
    again = run_tool("import", path, "--index", "ndjson", "--url", shared_node.url,
                     "--restart", "--json", check=False)
    assert json.loads(again.stdout)["refused"] == 2
    assert count(shared_node, "ndjson") == 198


def test_import_csv_tsv_and_folders(shared_node, tmp_path):
    rows = [["id", "title", "note"], ["a", 'said "so", twice', "two\nlines"], ["b", "plain", ""]]
    with open(tmp_path / "rows.csv", "w", newline="") as file:
        csv.writer(file).writerows(rows)
    run_tool("import", tmp_path / "rows.csv", "--index", "rows", "--url", shared_node.url)
    assert count(shared_node, "rows") == 2
    source = shared_node("GET", "/rows/_doc/a").json()["_source"]
    assert source["title"] == 'said "so", twice' and source["note"] == "two\nlines"
    (tmp_path / "rows.tsv").write_text("id\ttitle\nx\tone\ny\ttwo\n")
    run_tool("import", tmp_path / "rows.tsv", "--index", "tabs", "--url", shared_node.url)
    assert count(shared_node, "tabs") == 2
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("---\ncolour: red\n---\n# A heading\n\nSome text.\n")
    (folder / "sub/b.html").write_text("<html><title>A page</title><body><p>Words &amp; more</p></body></html>")
    (folder / "c.txt").write_text("Just text\n")
    run_tool("import", folder, "--index", "files", "--url", shared_node.url)
    assert count(shared_node, "files") == 3
    assert shared_node("GET", "/files/_doc/a.md").json()["_source"]["title"] == "A heading"


def test_import_resumes_after_a_kill(shared_node, tmp_path):
    path = tmp_path / "many.ndjson"
    with open(path, "w") as file:
        for number in range(250_000):
            file.write(json.dumps({"title": f"number {number}", "n": number}) + "\n")
    arguments = [BINARY, "import", path, "--index", "resumed", "--url", shared_node.url,
                 "--checkpoint", tmp_path / "check"]
    child = subprocess.Popen([str(a) for a in arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "check").exists() and child.poll() is None:
        # Asking the server is what paces this loop.
        assert shared_node("GET", "/livez").status == 200 and time.monotonic() < deadline
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL, "the import ended before it could be killed"
    done = run_tool(*arguments[1:], "--json")
    assert json.loads(done.stdout)["refused"] == 0
    assert count(shared_node, "resumed") == 250_000


def test_a_checkpoint_of_an_index_that_is_no_more_is_not_resumed(shared_node, tmp_path):
    path = tmp_path / "few.ndjson"
    path.write_text("".join(json.dumps({"id": f"{n}", "n": n}) + "\n" for n in range(100)))
    check = tmp_path / "check"
    facts = os.stat(path)
    check.write_text(json.dumps({
        "kind": "canopy-import-checkpoint", "version": 2, "source": str(path),
        "source_bytes": facts.st_size, "source_modified_ns": facts.st_mtime_ns, "index": "again",
        "index_uuid": "of-an-index-deleted-since", "url": shared_node.url,
        "acknowledged_bytes": facts.st_size, "indexed": 100, "refused": 0}))
    done = run_tool("import", path, "--index", "again", "--url", shared_node.url, "--checkpoint", check)
    assert "beginning at the start" in done.stderr
    assert count(shared_node, "again") == 100


def test_the_starter_corpus_is_searchable(shared_node):
    run_tool("import", ROOT / "corpus/articles", "--index", "starter", "--url", shared_node.url)
    assert count(shared_node, "starter") >= 200
    done = run_tool("search", "consistent hashing", "--index", "starter", "--url", shared_node.url)
    assert "consistent" in done.stdout.lower()
    tree = json.loads(run_tool(
        "search", "consistent hashing", "--index", "starter", "--url", shared_node.url, "--json").stdout)
    assert tree["hits"]["hits"]


def test_load_measures_and_reports(shared_node, tmp_path):
    shared_node.bulk("loaded", synthetic.documents(500))
    queries = tmp_path / "queries.txt"
    queries.write_text("search engine\ndistributed\n3.14\n")
    run_tool("load", "--url", shared_node.url, "--index", "loaded", "--queries", queries,
             "--rate", "50,100", "--duration", "2s", "--verify", "--seed", "4",
             "--json", tmp_path / "out.json", "--html", tmp_path / "out.html")
    tree = json.loads((tmp_path / "out.json").read_text())
    steps = tree["steps"]
    assert len(steps) == 2 and all(step["errors"] == {} and step["timed_out"] == 0 for step in steps), steps
    page = (tmp_path / "out.html").read_text()
    assert "<svg" in page and "http://" not in page.replace(shared_node.url, "").replace("http://www.w3.org", "")


def test_status_and_inspect(shared_node):
    shared_node.bulk("looked_at", synthetic.documents(100))
    shared_node("POST", "/looked_at/_flush")
    text = run_tool("status", "--url", shared_node.url).stdout
    assert "looked_at" in text and "leaf-3" in text
    assert json.loads(run_tool("status", "--url", shared_node.url, "--json").stdout)
    segment = next(
        path for path in pathlib.Path(shared_node.data).glob("**/segments/*") if path.is_file())
    assert "postings" in run_tool("inspect", segment).stdout.lower()


def test_errors_of_the_tools_are_clear(shared_node, tmp_path):
    for arguments, word in [
        (["import", "/nonexistent", "--index", "x"], "/nonexistent"),
        (["search", "x", "--index", "nowhere", "--url", shared_node.url], "nowhere"),
        (["status", "--url", "http://127.0.0.1:1"], "127.0.0.1:1"),
        (["load", "--queries", "/nonexistent", "--index", "x", "--rate", "5"], "/nonexistent"),
    ]:
        done = run_tool(*arguments, check=False)
        assert done.returncode != 0 and word in done.stderr + done.stdout, done.stderr
        assert "Fatal error" not in done.stderr
