"""Tantivy, through its Python package, as a peer of tools/bench: one index, one segment, one thread.

    tantivy_peer.py build CORPUS INDEX
    tantivy_peer.py run INDEX QUERIES TASKS ROUNDS WARM_UP_SECONDS
    tantivy_peer.py answers INDEX QUERIES

A line of CORPUS is an id, a tab and the text; a line of QUERIES is a class, a tab and the query. `build` prints one
JSON object; `run` prints task, class, best microseconds and query, separated by tabs; `answers` prints a JSON object
for each query.

The package collects the best hits without ever skipping what cannot be among them, so TOP_10 and TOP_100 are slower
than Tantivy's own, and it offers no COUNT. TOP_10_COUNT has to see every hit anyway and is Tantivy's own speed but
for the call from Python, which `run` measures with a term that does not occur and prints as the task CALL.
"""

import gc
import json
import os
import resource
import shutil
import sys
import time

import tantivy

FIELD = "text"
WRITER_BYTES = 3_000_000_000
SEARCHED = ("idx", "pos", "term", "fieldnorm")
SIZES = {"TOP_10": (10, False), "TOP_10_COUNT": (10, True), "TOP_100": (100, False)}


def schema():
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", fast=True)
    builder.add_text_field(FIELD, stored=False, tokenizer_name="words", index_option="position")
    return builder.build()


def opened(folder):
    index = tantivy.Index(schema(), path=folder)
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()
    index.register_tokenizer("words", words)
    return index


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def build(corpus, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    processor, start = processor_seconds(), time.monotonic()
    index = opened(folder)
    writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
    documents = 0
    with open(corpus, encoding="ascii") as lines:
        for line in lines:
            name, _, text = line.rstrip("\n").partition("\t")
            document = tantivy.Document()
            document.add_unsigned("id", int(name))
            document.add_text(FIELD, text)
            writer.add_document(document)
            documents += 1
    writer.commit()
    writer.wait_merging_threads()
    seconds, processor = time.monotonic() - start, processor_seconds() - processor
    index.reload()
    sizes = {entry.name: entry.stat().st_size for entry in os.scandir(folder)}
    print(json.dumps({
        "n": documents, "seconds": round(seconds, 4), "cpu_s": round(processor, 4),
        "segments": index.searcher().num_segments,
        "index_bytes": sum(size for name, size in sizes.items() if name.rsplit(".", 1)[-1] in SEARCHED),
        "file_bytes": sum(sizes.values())}))


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t", 1) for line in lines]


class Peer:
    def __init__(self, folder):
        self.index = opened(folder)
        self.index.config_reader("manual", 1)
        self.index.reload()
        self.searcher = self.index.searcher()
        print("segments:", self.searcher.num_segments, file=sys.stderr)

    def ask(self, text, size, counting):
        """Parses, plans, searches and collects: what is timed."""
        return self.searcher.search(self.index.parse_query(text, [FIELD]), size, counting)

    def sample(self, text, size, counting):
        """The smaller of wall and thread time in ns: what others on the machine take is not charged."""
        processor, start = time.thread_time_ns(), time.perf_counter_ns()
        self.ask(text, size, counting)
        wall = time.perf_counter_ns() - start
        return min(wall, time.thread_time_ns() - processor)

    def run(self, queries, tasks, rounds, warm_up):
        gc.disable()
        for task in tasks:
            how = SIZES[task]
            end = time.monotonic() + warm_up
            while True:
                for _, text in queries:
                    self.ask(text, *how)
                if time.monotonic() >= end:
                    break
            best = [min(times) for times in zip(*(
                [self.sample(text, *how) for _, text in queries] for _ in range(rounds)))]
            for (group, text), nanoseconds in zip(queries, best):
                print(task, group, nanoseconds / 1000, text, sep="\t", flush=True)
        call = min(self.sample("thereisnosuchword", 10, False) for _ in range(2000))
        print("CALL", "-", call / 1000, "thereisnosuchword", sep="\t", flush=True)

    def answers(self, queries):
        for _, text in queries:
            found = self.ask(text, 10, True)
            ids = self.searcher.fast_field_values("id", [address for _, address in found.hits])
            top = [[str(name), score] for name, (score, _) in zip(ids, found.hits)]
            print(json.dumps({"count": found.count, "top": top}))


def main():
    command, *arguments = sys.argv[1:]
    if command == "build":
        build(*arguments)
    elif command == "run":
        folder, queries, tasks, rounds, warm_up = arguments
        Peer(folder).run(read(queries), tasks.split(","), int(rounds), float(warm_up))
    elif command == "answers":
        folder, queries = arguments
        Peer(folder).answers(read(queries))
    else:
        sys.exit("error: use build, run or answers")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(f"error: {error}")
