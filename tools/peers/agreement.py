"""Whether two engines gave the same answer to a query, as far as scores tell documents apart.

Counts must be equal, and so must the ten best scores, rank by rank. Where scores are tied, engines may order the
documents as they like, and cut off at the tenth whichever they like:

>>> ours = {"count": 20, "top": [["a", 3.0], ["b", 2.0], ["c", 2.0]]}
>>> difference(ours, {"count": 20, "top": [["a", 3.0], ["d", 2.0], ["b", 2.00001]]})
>>> difference(ours, {"count": 20, "top": [["e", 3.0], ["b", 2.0], ["c", 2.0]]})
'document a is only in ours'
>>> difference(ours, {"count": 20, "top": [["a", 6.6], ["b", 4.4], ["c", 4.5]]}, factor=2.2)
'the score at rank 3 is 2, and theirs is 2.04545'
>>> difference(ours, {"count": 21, "top": []})
'the count is 20, and theirs is 21'

`python3 -m doctest tools/peers/agreement.py` checks these examples.
"""

import math
import re

TOLERANCE = 1e-4


def close(left, right):
    return math.isclose(left, right, rel_tol=TOLERANCE)


def difference(ours, theirs, factor=1.0):
    """What differs, in words; None when nothing does. Their scores are `factor` times ours."""
    if ours["count"] != theirs["count"]:
        return f"the count is {ours['count']}, and theirs is {theirs['count']}"
    left = ours["top"]
    right = [(name, score / factor) for name, score in theirs["top"]]
    if len(left) != len(right):
        return f"there are {len(left)} hits, and theirs are {len(right)}"
    for rank, ((_, mine), (_, other)) in enumerate(zip(left, right), 1):
        if not close(mine, other):
            return f"the score at rank {rank} is {mine:.6g}, and theirs is {other:.6g}"
    cut_off = ours["count"] > len(left)
    return lone_document(left, right, "ours", cut_off) or lone_document(right, left, "theirs", cut_off)


def lone_document(hits, others, whose, cut_off):
    """A document that is missing among the others, or has another score there."""
    scores = dict(others)
    for name, score in hits:
        if name in scores:
            if not close(score, scores[name]):
                return f"document {name} scores {score:.6g} in {whose}, and {scores[name]:.6g} in the other"
        elif not cut_off or not close(score, hits[-1][1]):
            return f"document {name} is only in {whose}"
    return None


def repeats_a_clause(query):
    """Whether a clause occurs twice, as `to` does in `to be or not to be`.

    >>> repeats_a_clause("to be or not to be"), repeats_a_clause('"to be to be"'), repeats_a_clause("+to to")
    (True, False, False)
    """
    clauses = re.findall(r'[+-]?"[^"]*"|\S+', query)
    return len(set(clauses)) < len(clauses)


def compare(groups, queries, ours, theirs, factor, drops_repeats):
    """Per class how many answers agree, and every one that does not.

    A parser that drops a clause it has seen before scores other queries than were asked: those are compared by count.
    """
    tally = {group: {"queries": 0, "agree": 0, "by_count_only": 0} for group in groups}
    differences = []
    for (group, text), one, other in zip(queries, ours, theirs):
        by_count = drops_repeats and repeats_a_clause(text)
        if by_count:
            one, other = {**one, "top": []}, {**other, "top": []}
        found = difference(one, other, factor)
        tally[group]["queries"] += 1
        tally[group]["agree"] += found is None
        tally[group]["by_count_only"] += by_count
        if found:
            differences.append({"class": group, "query": text, "difference": found})
    return tally, differences
