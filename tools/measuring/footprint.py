"""Watches a program's memory from outside: when it has opened its index, and while it works.

The program gets its queries through a pipe instead of a file. It opens the pipe when its index is open, and waits
for the queries: that is the moment to look.
"""

import contextlib
import errno
import os
import threading

from processes import mapped_bytes, memory

LOOK_SECONDS = 1.0
OPEN_SECONDS = 0.01


class Footprint:
    """`with Footprint(index, queries, pipe) as footprint: … footprint.follow(pid) …`, then `open` and `loaded`.

    Both are None where the program ended too early; `loaded` is the look at which most was resident.
    """

    def __init__(self, index, queries, pipe):
        self.index, self.queries, self.pipe = str(index), queries, str(pipe)
        self.open = self.loaded = None

    def __enter__(self):
        if os.path.exists(self.pipe):
            os.unlink(self.pipe)
        os.mkfifo(self.pipe)
        self.ended = threading.Event()
        self.thread = None
        return self

    def __exit__(self, *error):
        self.ended.set()
        if self.thread:
            self.thread.join()
        os.unlink(self.pipe)

    def follow(self, pid):
        self.thread = threading.Thread(target=self.watch, args=[pid], daemon=True)
        self.thread.start()

    def watch(self, pid):
        writer = self.opened()
        if writer is None:
            return
        # Closed whatever happens, for the program waits for the end of the pipe.
        with contextlib.suppress(BrokenPipeError), os.fdopen(writer, "wb") as pipe:
            self.open = self.look(pid)
            pipe.write(self.queries.read_bytes())
        while not self.ended.wait(LOOK_SECONDS):
            seen = self.look(pid)
            if seen and (self.loaded is None or seen["resident"] > self.loaded["resident"]):
                self.loaded = seen

    def opened(self):
        """The pipe, once the program has opened it, too; None when the program ended before."""
        while not self.ended.wait(OPEN_SECONDS):
            try:
                writer = os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
                continue
            os.set_blocking(writer, True)
            return writer
        return None

    def look(self, pid):
        try:
            seen = memory(pid)
            # A program that has ended is still there until it is waited for, without memory.
            return seen | {"index": mapped_bytes(pid, self.index)} if seen["resident"] else None
        except OSError:
            return None
