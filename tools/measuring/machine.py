"""What machine numbers were taken on, and who else was at work meanwhile."""

import contextlib
import datetime
import os
import platform

# A load average above which numbers are not to be trusted.
BUSY_LOAD = 0.5
TICKS = os.sysconf("SC_CLK_TCK")


def machine():
    """The machine in a few facts, for a report."""
    model, memory = platform.processor(), None
    with contextlib.suppress(OSError):
        for line in open("/proc/cpuinfo", encoding="utf-8"):
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"processor": model, "cores": os.cpu_count(), "memory_bytes": memory, "kernel": platform.release(),
            "architecture": platform.machine(), "python": platform.python_version(),
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "load_average_before": round(os.getloadavg()[0], 2)}


def machine_line(facts):
    return (f"{facts['processor']}, {facts['cores']} cores, kernel {facts['kernel']}, {facts['date']}, "
            f"load {facts['load_average_before']} before")


def dated(path, facts, ending):
    """Beside the path a file named after it and the time of the facts, which no later run overwrites."""
    stamp = facts["date"].split("+")[0].replace(":", "")
    return path.with_name(f"{path.name}-{stamp}{ending}")


def busy_seconds():
    """Processor seconds of all programs on the machine since it started; interrupts are nobody's."""
    with open("/proc/stat", encoding="ascii") as lines:
        user, nice, system = map(int, lines.readline().split()[1:4])
    return (user + nice + system) / TICKS
