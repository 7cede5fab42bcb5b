"""Where a process spends its time, by `perf`: each sample of its stacks belongs to one part of the program.

A sample belongs to the innermost function whose module says what it is for: memory that Root asks for is Root's, and
so is what the kernel does because Root wakes a thread. Modules that serve several parts (NIO, the runtime, Queries)
are passed over on the way outwards. What has no such function around it is the event loops' own work (waiting for
sockets and reading them), the threads' (sleeping, waking, taking the next task), or unknown.
"""

import collections
import re
import shutil
import subprocess

HERTZ = 1999

# Part of the program by the function's module and, where a module has several, by what its name contains.
# The first that fits counts.
PARTS = [
    ("front", "Front", ""), ("front", "Hummingbird", ""), ("front", "HummingbirdCore", ""), ("front", "NIOHTTP1", ""),
    ("front", "NIOHTTPTypes", ""), ("front", "NIOHTTPTypesHTTP1", ""), ("front", "HTTPTypes", ""),
    # Only HTTP's connections are read by tasks.
    ("front", "NIOCore", "NIOAsync"),
    ("frames", "Cluster", "Frame"), ("frames", "Cluster", "PeerLink"),
    ("messages", "Cluster", "Wire"), ("messages", "Cluster", "MessageCoding"), ("messages", "Cluster", "LeafClient"),
    ("messages", "SwiftProtobuf", ""),
    # Routing and catalog.
    ("root", "Cluster", ""), ("root", "Root", ""),
    ("leaf", "Leaf", ""), ("leaf", "Execution", ""), ("leaf", "Segments", ""), ("leaf", "Shards", ""),
]
ROWS = ["front", "root", "messages", "frames", "leaf", "loops", "threads", "unknown"]
MEANINGS = {
    "front": "HTTP, parsing, cache, rendering", "root": "scatter, merge, fetch",
    "messages": "writing and reading protobuf", "frames": "frames, pairing answers with calls",
    "leaf": "searching", "loops": "event loops: waiting for sockets and reading them, HTTP's and the frames'",
    "threads": "sleeping, waking, taking the next task", "unknown": "no caller known"}

FRAME = re.compile(r"^\s+[0-9a-f]+ (.+) \(([^)]*)\)$")
SWIFT_NAME = re.compile(r"\$s(\d+)(\w+)")
# Copying and destroying a value, which any module may do that has one.
VALUE_WITNESS = re.compile(r"(w[a-z][a-z]|WO[a-z]\w?)$")
# The kernel's and the runtime's names for a thread that sleeps, wakes another or takes the next task.
THREADS = ("_dispatch", "dispatch_", "swift_task", "swift_job", "start_thread", "__futex", "do_futex", "__lll_lock",
           "pthread_", "__pthread", "__GI___pthread", "sem_", "__new_sem")


def missing():
    """Why processes cannot be sampled here; None when they can."""
    if shutil.which("perf") is None:
        return "perf is not installed; on Debian: apt-get install linux-perf"
    done = subprocess.run(["perf", "record", "-q", "-g", "-o", "/dev/null", "--", "true"],
                          capture_output=True, text=True)
    return None if done.returncode == 0 else "perf does not work here: " + done.stderr.strip().splitlines()[-1]


class Sampler:
    """Samples a process's stacks while it works: `with Sampler(pid, file) as sampler: … sampler.parts()`."""

    def __init__(self, pid, file):
        self.pid, self.file = pid, str(file)

    def __enter__(self):
        self.process = subprocess.Popen(
            ["perf", "record", "-q", "-F", str(HERTZ), "--call-graph", "fp", "-p", str(self.pid), "-o", self.file],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()

    def stacks(self):
        """Of each sample the functions and whether each is the kernel's, innermost first."""
        command = ["perf", "script", "-i", self.file, "--no-inline", "-F", "ip,sym,dso"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              errors="replace") as script:
            stack = []
            for line in script.stdout:
                frame = FRAME.match(line)
                if frame:
                    stack.append((frame[1], frame[2] == "[kernel.kallsyms]"))
                elif stack:
                    yield stack
                    stack = []
            if stack:
                yield stack

    def parts(self):
        """Shares of all samples by part, of which in the kernel, and the functions that most samples belong to."""
        whole, kernel, functions = collections.Counter(), collections.Counter(), collections.Counter()
        for stack in self.stacks():
            part, function = owner(stack)
            whole[part] += 1
            kernel[part] += stack[0][1]
            functions[part, function] += 1
        count = sum(whole.values()) or 1
        return {
            "samples": sum(whole.values()),
            "parts": {row: {"share": whole[row] / count, "kernel": kernel[row] / count} for row in ROWS},
            "functions": [{"part": part, "function": name, "share": samples / count}
                          for (part, name), samples in functions.most_common(60)]}


def owner(stack):
    """The part a stack belongs to, and the function that says so.

    >>> owner([("swift_retain", False), ("$s4Root9HitMergerO5mergeyyF", False), ("$s5Front1fyyF", False)])
    ('root', '$s4Root9HitMergerO5mergeyyF')
    >>> owner([("ep_poll", True), ("epoll_wait", False), ("$s8NIOPosix5EpollO1fyyF", False), ("start_thread", False)])
    ('loops', 'epoll_wait')
    >>> owner([("futex_wait", True), ("_dispatch_worker_thread", False), ("start_thread", False)])
    ('threads', '_dispatch_worker_thread')
    >>> owner([("malloc", False)])
    ('unknown', 'malloc')
    """
    modules = set()
    for name, _ in stack:
        found = SWIFT_NAME.match(name)
        if not found or VALUE_WITNESS.search(name):
            continue
        module = found[2][:int(found[1])]
        modules.add(module)
        for part, wanted, contained in PARTS:
            if module == wanted and contained in name:
                return part, name
    outside = next((name for name, in_kernel in stack if not in_kernel), stack[0][0])
    if modules.intersection({"NIOCore", "NIOPosix"}):
        return "loops", outside
    if any(name.startswith(THREADS) for name, _ in stack):
        return "threads", outside
    return "unknown", outside


def readable(names):
    """Swift's names as people write them, where the toolchain is at hand."""
    if shutil.which("swift-demangle") is None:
        return list(names)
    done = subprocess.run(["swift-demangle", "--simplified", "--compact"], input="\n".join(names),
                          capture_output=True, text=True)
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 and len(lines) == len(names) else list(names)
