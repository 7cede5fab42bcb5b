"""Tells, on standard error, about steps that take longer than two seconds."""

import sys
import threading
import time

FIRST_SECONDS = 2
THEN_SECONDS = 10


def say(line):
    print(line, file=sys.stderr, flush=True)


class Progress:
    """A step of the work: `with Progress("indexing") as step: … step.detail = "half of it"`.

    Short steps say nothing. Longer ones say that they began, now and then how far they are, and when they ended.
    """

    def __init__(self, what):
        self.what = what
        self.detail = ""

    def __enter__(self):
        self.start = time.monotonic()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.tell, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self.ended.set()
        self.thread.join()
        seconds = time.monotonic() - self.start
        if seconds > FIRST_SECONDS and error is None:
            say(f"{self.what}: done after {seconds:.0f} s")

    def tell(self):
        wait = FIRST_SECONDS
        while not self.ended.wait(wait):
            detail = f" ({self.detail})" if self.detail else ""
            say(f"{self.what}{detail} …" if wait == FIRST_SECONDS
                else f"{self.what}{detail}: {time.monotonic() - self.start:.0f} s")
            wait = THEN_SECONDS
