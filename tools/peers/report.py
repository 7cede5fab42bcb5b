"""What tools/bench makes of the times: a cell for each task and class, ratios, their geometric mean, and tables."""

import math

from machine import machine_line
from tables import table

SHOWN_DIFFERENCES = 5


def summary(values):
    values = sorted(values)
    return {"mean": sum(values) / len(values), "p50": values[len(values) // 2], "p90": values[len(values) * 9 // 10],
            "p99": values[len(values) * 99 // 100]}


def cells_of(tasks, groups, queries, times, exhaustive):
    """A cell for each task and class: each engine's microseconds and Canopy's part of the best peer's mean.

    `times` has for each engine and task a time per query; `exhaustive` for each engine the tasks it does without
    skipping anything: no fair rival, so that it counts only beside one that is fair, and faster.
    """
    cells = []
    for task in tasks:
        for group in groups:
            members = [number for number, query in enumerate(queries) if query[0] == group]
            taken = {name: summary(by_task[task][number] for number in members)
                     for name, by_task in times.items() if task in by_task}
            cell = {"task": task, "class": group, "queries": len(members), "microseconds": taken}
            peers = [name for name in taken if name != "canopy"]
            if "canopy" in taken and any(task not in exhaustive[name] for name in peers):
                best = min(peers, key=lambda name: taken[name]["mean"])
                cell |= {"best_peer": best, "ratio": taken["canopy"]["mean"] / taken[best]["mean"]}
            cells.append(cell)
    return cells


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values)) if values else None


def short(microseconds):
    return f"{microseconds:.1f}" if microseconds < 10 else f"{microseconds:,.0f}"


def time_rows(report):
    for cell in report["cells"]:
        row = [cell["task"], cell["class"], cell["queries"]]
        for name, engine in report["engines"].items():
            taken = cell["microseconds"].get(name)
            mark = "*" if cell["task"] in engine["exhaustive"] else ""
            row.append(f"{short(taken['mean'])}{mark} ({short(taken['p50'])}/{short(taken['p99'])})" if taken else "–")
        yield row + [f"{cell['ratio']:.2f} of {cell['best_peer']}" if "ratio" in cell else "–"]


def memory_rows(engines):
    """Megabytes resident with the index open, and at their most in the timed run."""
    for name, engine in engines.items():
        for when, shown in (("open", "index open"), ("loaded", "under load")):
            look = (engine["memory"] or {}).get(when)
            if look:
                used = look["heap_in_use"]
                code = look["mapped"] - look["index"]
                yield [name, shown, *(f"{look[key] / 1e6:,.0f}" for key in ("resident", "anonymous", "index")),
                       f"{code / 1e6:,.0f}", "–" if used is None else f"{used / 1e6:,.0f}"]


MEMORY_HEADER = ["resident MB", "when", "in all", "own memory", "index pages", "code", "heap after collection"]


def markdown(report):
    """The tables as they stand in Performance.md, with the machine named."""
    corpus, machine, engines = report["corpus"], report["machine"], report["engines"]
    marks = " `*` where Tantivy's Python package does not prune." if engines.get("tantivy") else ""
    versions = [f"{name.capitalize()} {engine['version'].removesuffix('.0')}" if name != "canopy" else "Canopy"
                for name, engine in engines.items()]
    rows = []
    for cell, row in zip(report["cells"], time_rows(report)):
        ratio = cell.get("ratio")
        part = "" if ratio is None else f"**{ratio:.2f}**" if ratio >= 1.005 else f"{ratio:.2f}"
        rows.append([*row[:2], *("" if shown == "–" else shown for shown in row[3:-1]), part])
    date = machine["date"].split("T")[0]
    mean = report["geometric_mean"]
    closing = f"Geometric mean of the {sum('ratio' in cell for cell in report['cells'])} cells: {mean:.2f}" if mean else ""
    return "\n".join([
        f"{corpus['documents']:,} documents, {len(report['queries']):,} queries ({machine['processor']}, "
        f"{machine['cores']} cores, {date}): mean µs of each query's best of {report['rounds']} rounds "
        f"(p50 and p99 behind).{marks}\n",
        table(["task", "class", *versions, "part of the best"], rows), "", closing, "",
        table(["indexing, one thread", "documents per processor second", "index MB", "peak MB"], (
            [name, f"{made['documents_per_processor_second']:,}", f"{made['index_bytes'] / 1e6:.1f}",
             f"{made['peak_resident_bytes'] / 1e6:,.0f}"]
            for name, made in ((name, engine["index"]) for name, engine in engines.items()))), "",
        table(MEMORY_HEADER, memory_rows(engines))])


def print_report(report):
    corpus, machine, engines = report["corpus"], report["machine"], report["engines"]
    print(f"\n## {corpus['name']}: {corpus['documents']:,} documents, {corpus['words']:,} words\n")
    versions = [f"{name} {engine['version']}" for name, engine in engines.items()]
    print(machine_line(machine))
    print(", ".join(versions) + "\n")
    header = ["indexing, one thread", "documents/s", "per processor second", "index MB", "with ids MB", "peak MB"]
    print(table(header, (
        [name, f"{made['documents_per_second']:,}", f"{made['documents_per_processor_second']:,}",
         f"{made['index_bytes'] / 1e6:.1f}", f"{made['total_bytes'] / 1e6:.1f}",
         f"{made['peak_resident_bytes'] / 1e6:,.0f}"]
        for name, made in ((name, engine["index"]) for name, engine in engines.items()))))
    if report["reordered"]:
        seconds = engines["canopy"]["index"]["reorder_processor_seconds"]
        print(f"\nSimilar documents are neighbours: in the order that took canopy {seconds:.1f} of its processor seconds, "
              "and the others none")
    print(f"\nMean µs (p50/p99) of each query's best of {report['rounds']} rounds:\n")
    print(table(["task", "class", "n", *engines, "canopy's part"], time_rows(report)))
    if report["geometric_mean"]:
        count = sum("ratio" in cell for cell in report["cells"])
        print(f"\nGeometric mean of the {count} ratios: {report['geometric_mean']:.3f} of the best peer's time")
    tasks = {cell["task"] for cell in report["cells"]}
    for name, engine in engines.items():
        if tasks.intersection(engine["exhaustive"]):
            print(f"* {name}'s Python package makes it score every hit: it counts only where it is faster even so")
        if engine["call_microseconds"]:
            print(f"{name}'s times hold {engine['call_microseconds']:.1f} µs for the call from Python")
        if engine["index"]["segments"] != 1:
            print(f"{name}'s index has {engine['index']['segments']} segments instead of one")
    print("\nMemory with the index open, and at its most in the timed run:\n")
    print(table(MEMORY_HEADER, memory_rows(engines)))
    if report["agreement"]:
        print_agreement(report["agreement"], report["differences"])


def print_agreement(tallies, differences):
    groups = next(iter(tallies.values()))
    print("\nAnswers that agree with canopy's (count, ten best scores, ids):\n")
    print(table(["class", *tallies], (
        [group, *(f"{tally[group]['agree']} of {tally[group]['queries']}" for tally in tallies.values())]
        for group in groups)))
    for name, tally in tallies.items():
        by_count = sum(counts["by_count_only"] for counts in tally.values())
        if by_count:
            print(f"{name} drops a repeated clause: {by_count} queries that have one are compared by count only")
    for found in differences[:SHOWN_DIFFERENCES]:
        print(f"differs from {found['engine']}: {found['class']} {found['query']}: {found['difference']}")
    if len(differences) > SHOWN_DIFFERENCES:
        print(f"… and {len(differences) - SHOWN_DIFFERENCES} more; --json lists them all")
