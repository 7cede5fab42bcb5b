"""What tools/relevance reads: folders with judged questions, the plan of runs, and what other engines reached."""

import csv
import fnmatch
import json

FILES = ("docs.ndjson", "queries.tsv", "qrels.txt")
KEYS = {"name", "sets", "field", "fields", "settings", "query", "peer", "k1", "b"}
# Title and body in one field, and in two.
TOGETHER, APART = ["text"], ["title", "body"]
MEASURES = {"MAP": "map", "nDCG@10": "ndcg@10", "RR@10": "rr@10", "P@10": "p@10", "R@100": "r@100"}


class BadInput(Exception):
    """A file that cannot be used; the text says which, where and why."""


def sets_in(folder):
    """The folders below that hold documents, questions and judgements, by name."""
    found = {path.parent.name: path.parent for path in sorted(folder.glob("*/docs.ndjson"))
             if all((path.parent / name).is_file() for name in FILES)}
    if not found:
        raise BadInput(f"no folder in {folder} holds {', '.join(FILES)}")
    return found


def read_plan(path):
    """The runs of a plan, each a dictionary with the keys that `tools/relevance --help` explains."""
    try:
        runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
        for run in runs:
            unknown = set(run) - KEYS
            if unknown:
                raise BadInput(f"{path}: run {run.get('name')!r} has the unknown key {min(unknown)!r}; "
                               f"known are {', '.join(sorted(KEYS))}")
            if not run["sets"] or run["field"]["type"] != "text":
                raise BadInput(f"{path}: run {run['name']!r} needs \"sets\" and a \"field\" of type text")
            if not set(run.get("fields", TOGETHER)) <= {*TOGETHER, *APART}:
                raise BadInput(f"{path}: run {run['name']!r} may search the \"fields\" {', '.join(TOGETHER + APART)}")
            if "query" in run and "{{query}}" not in json.dumps(run["query"]):
                raise BadInput(f"{path}: the query of run {run['name']!r} has no {{{{query}}}} in it")
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} is no plan: {error}") from None
    except (KeyError, TypeError) as error:
        raise BadInput(f'{path} is no plan {{"runs": [{{"name", "sets", "field"}}]}}: {error}') from None
    return runs


def runs_of(name, runs):
    """The runs whose patterns fit a set.

    >>> [run["name"] for run in runs_of("xquad-de", [{"name": 1, "sets": ["x*", "*de"]}, {"name": 2, "sets": ["y*"]}])]
    [1]
    """
    return [run for run in runs if any(fnmatch.fnmatchcase(name, pattern) for pattern in run["sets"])]


def read_peers(path):
    """Rows of a table with the columns set, analyzer, k1, b, the measures, queries; values as numbers."""
    numbers = [*MEASURES, "k1", "b", "queries"]
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        return [row | {name: float(row[name]) for name in numbers} | {"set": row["set"], "analyzer": row["analyzer"]}
                for row in rows]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{path} has not the columns set, analyzer, {', '.join(numbers)}: {error!r}") from None


def peer_of(name, run, peers):
    """The peer's row to compare with: of the set, of an analyzer that fits the run's "peer", with its k1 and b where
    it names them; of several, the one with the best nDCG@10.

    >>> rows = [{"set": "s", "analyzer": "icu", "k1": 1.2, "b": 0.75, "nDCG@10": 0.5},
    ...         {"set": "s", "analyzer": "icu", "k1": 0.9, "b": 0.4, "nDCG@10": 0.6}]
    >>> peer_of("s", {"peer": "*"}, rows)["nDCG@10"], peer_of("s", {"peer": "i*", "k1": 1.2}, rows)["nDCG@10"]
    (0.6, 0.5)
    >>> peer_of("t", {"peer": "*"}, rows), peer_of("s", {}, rows)
    (None, None)
    """
    fitting = [row for row in peers if row["set"] == name and "peer" in run
               and fnmatch.fnmatchcase(row["analyzer"], run["peer"])
               and all(row[key] == run[key] for key in ("k1", "b") if key in run)]
    return max(fitting, key=lambda row: row["nDCG@10"], default=None)


def documents(folder):
    """The set's documents as lines with an "id", "title", "body", and both as one "text", as the peers index them."""
    with open(folder / "docs.ndjson", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                document = json.loads(line)
                title, body = document.get("title", ""), document.get("body", "")
                yield json.dumps({"id": document["id"], "title": title, "body": body, "text": title + " " + body},
                                 ensure_ascii=False) + "\n"
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadInput(f"{folder / 'docs.ndjson'}, line {number} is no document with an \"id\", a \"title\" "
                               f"and a \"body\": {error!r}") from None
