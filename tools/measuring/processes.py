"""What the kernel tells of a process: processor time, of its threads too, and memory."""

import collections
import os
import re

from machine import TICKS


def seconds_in(path):
    """User and system seconds in a file like /proc/PID/stat; 0 when the process or thread is gone."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_seconds(pid):
    """Of all its threads, those that ended included."""
    return seconds_in(f"/proc/{pid}/stat")


def thread_seconds(pid):
    """By the threads' names without their numbers; only threads that still run."""
    sums = collections.Counter()
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/comm", encoding="utf-8", errors="replace") as file:
                name = re.sub(r"[-#\d]+$", "", file.read().strip())
        except (FileNotFoundError, ProcessLookupError):
            continue
        sums[name] += seconds_in(f"/proc/{pid}/task/{thread}/stat")
    return dict(sums)


def memory(pid):
    """Resident bytes: all of them, of memory of its own (heap, stacks) and of mapped files; and their peak."""
    names = {"VmRSS": "resident", "RssAnon": "anonymous", "RssFile": "mapped", "VmHWM": "peak"}
    found = dict.fromkeys(names.values(), 0)
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name in names:
                found[names[name]] = int(value.split()[0]) << 10
    return found


def mapped_bytes(pid, path):
    """Resident bytes of the process's mappings of a file, or of a folder's files."""
    within, sum_of = False, 0
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            fields = line.split(maxsplit=5)
            if not fields[0].endswith(":"):
                # address range, rights, offset, device, inode, and the file's path where there is one
                file = fields[5].rstrip("\n") if len(fields) > 5 else ""
                within = file == path or file.startswith(path + "/")
            elif within and fields[0] == "Rss:":
                sum_of += int(fields[1]) << 10
    return sum_of


def processor_seconds_of_children():
    """Of the programs this one started and waited for."""
    times = os.times()
    return times.children_user + times.children_system


def own_processor_seconds():
    times = os.times()
    return times.user + times.system
