"""What tools/scatter prints: rates and latencies, processor time by process, and the root's by part.

What the scatter costs the root's process is told as follows. A search that the cache answers passes the front, the
event loops and the runtime's threads and nothing else. So of a search that is scattered

    the scatter = everything - the front - what loops, threads and unknown take of a cached one

whatever it is made of: deciding whom to ask, writing and reading messages, frames, system calls, waking threads,
merging, and reading the hits' documents. Rows that loops and threads have in excess belong to it.
"""

import sampling
from machine import machine_line
from tables import table

AIM_MICROSECONDS = 60
SHARED = ("loops", "threads", "unknown")
NOTABLE_SHARE = 0.05


def parts_of(step):
    """Microseconds per request by part, and of them the kernel's."""
    every = step["microseconds_per_request"]["root"]
    return {row: (part["share"] * every, part["kernel"] * every) for row, part in step["sampled"]["parts"].items()}


def scatter_cost(step, cached):
    """Microseconds per request that the scatter costs the root's process."""
    parts, baseline = parts_of(step), parts_of(cached)
    return (step["microseconds_per_request"]["root"] - parts["front"][0]
            - sum(baseline[row][0] for row in SHARED))


def step_row(name, step, saturated=False):
    spent, late = step["microseconds_per_request"], step["milliseconds"]
    latencies = ["–"] * 3 if saturated else [f"{late[key]:.1f}" for key in ("p50", "p99", "p99.9")]
    return [name, "as many as it can" if saturated else f"{step['offered_per_second']:,}",
            f"{step['answered_per_second']:,.0f}", *latencies,
            f"{spent['root']:,.0f}", f"{spent['leaves']:,.0f}" if spent["leaves"] else "–",
            f"{spent['load_tester']:,.0f}", f"{step['others_share']:.0%}"]


def parts_table(columns):
    """A row per part, a column per step, microseconds per request with the kernel's in brackets."""
    rows = []
    for row in sampling.ROWS:
        cells = [parts_of(step)[row] for _, step in columns]
        if any(whole >= 0.5 for whole, _ in cells):
            shown = (f"{whole:.0f} ({kernel:.0f})" for whole, kernel in cells)
            rows.append([f"{row}: {sampling.MEANINGS[row]}", *shown])
    rows.append(["in all", *(f"{step['microseconds_per_request']['root']:.0f}" for _, step in columns)])
    return table(["µs per request (in the kernel)", *(name for name, _ in columns)], rows)


def print_cost(title, one, many, key, cached_key):
    """The root's time by part at one rate, and what of it is the scatter."""
    cached = many[cached_key]
    columns = [("from the cache", cached), (one["name"], one[key]), (many["name"], many[key])]
    print(f"\nThe root's process, {title}:\n")
    print(parts_table(columns))
    names = {name for _, step in columns for name in step["root_threads_microseconds"]}
    for name in sorted(names):
        spent = ", ".join(f"{step['root_threads_microseconds'].get(name, 0):.0f}" for _, step in columns)
        print(f"threads named {name}: {spent} µs")
    for column in (one, many):
        cost = scatter_cost(column[key], cached)
        aim = f" (aim: {AIM_MICROSECONDS})" if column is many else ""
        print(f"scattering to {column['name']}, merging and reading the hits: {cost:.0f} µs{aim}")
    leaves = many["leaves"] - one["leaves"]
    if leaves:
        more = many[key]["microseconds_per_request"]["root"] - one[key]["microseconds_per_request"]["root"]
        print(f"each further leaf: {more / leaves:.0f} µs")


def print_functions(configuration, count):
    found = configuration["sampled"]["sampled"]["functions"][:count]
    spent = configuration["sampled"]["microseconds_per_request"]["root"]
    names = sampling.readable([function["function"] for function in found])
    print(f"\nWhat the root's time with {configuration['name']} belongs to:\n")
    print(table(["µs", "part", "function"], (
        [f"{function['share'] * spent:.1f}", function["part"], f"`{name}`"] for function, name in zip(found, names))))


def print_report(report, functions):
    print(f"\n## {report['corpus']}: {report['documents']:,} documents in {report['shards']} shards, "
          f"{report['queries']:,} queries\n")
    print(machine_line(report["machine"]))
    print(f"canopy {report['version']}, {report['rounds']} rounds of {report['seconds_per_step']} s a step, medians; "
          "best ten hits, past the cache\n")
    rows, disturbed = [], False
    for found in report["configurations"]:
        rows += [step_row(found["name"], step) for step in found["steps"]]
        rows.append(step_row(found["name"], found["saturated"], saturated=True))
        disturbed |= any(step["others_share"] > NOTABLE_SHARE for step in [*found["steps"], found["saturated"]])
    print(table(["leaves", "offered/s", "answered/s", "p50 ms", "p99 ms", "p99.9 ms", "root µs", "leaves µs",
                 "load tester µs", "others"], rows))
    print("\nµs: processor microseconds per request, of all leaves together; others: the part of the machine that "
          "other programs took")
    if disturbed:
        print("Other programs were at work: times are too long, and times per request somewhat")
    one, many = report["configurations"][:2]
    if "sampled" in many["sampled"]:
        print_cost(f"sampled at {report['sampled_rate']} requests a second", one, many, "sampled", "cached")
        print_cost("sampled with as many requests as it can do", one, many, "sampled_saturated", "cached_saturated")
        if functions:
            print_functions(many, functions)
    print("\n" + ("All configurations gave the same answers, byte for byte." if report["same_answers"]
                  else "The answers DIFFER between the configurations."))
