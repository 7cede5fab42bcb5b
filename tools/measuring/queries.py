"""Reads the files of queries that the tools take."""

import json


class BadQueries(Exception):
    """A file that is no file of queries; the text says where and why."""


def read_queries(path):
    """Pairs of class and query. A line is a query, `class<TAB>query`, or {"query": "…", "tags": ["class"]}.

    The class of a line that names none is "query".
    """
    queries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            if line.startswith("{"):
                members = json.loads(line)
                text, tags = members["query"], members.get("tags")
                group = tags[0] if tags else "query"
            else:
                group, tab, text = line.partition("\t")
                if not tab:
                    group, text = "query", group
            text = " ".join(text.split())
            if not group or not text:
                raise ValueError
        except (ValueError, LookupError, TypeError, AttributeError):
            raise BadQueries(f"{path}, line {number} is neither a query nor class<TAB>query nor "
                             '{"query": "…", "tags": ["class"]}: ' + line[:80]) from None
        queries.append((group, text))
    if not queries:
        raise BadQueries(f"{path} holds no query")
    return queries
