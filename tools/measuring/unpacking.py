"""Reads files of lines that may be packed."""

import contextlib
import gzip
import shutil
import subprocess
import zlib


class Unreadable(Exception):
    """A file that cannot be read; the text says which and why."""


@contextlib.contextmanager
def opened(path):
    """The file's lines as bytes, unpacked by its name."""
    if path.suffix == ".gz":
        try:
            with gzip.open(path) as lines:
                yield lines
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(f"{path}: {error}") from None
    elif path.suffix == ".zst":
        if shutil.which("zstd") is None:
            raise Unreadable(f"{path} needs zstd; on Debian: apt-get install zstd")
        command = ["zstd", "-dcq", "--long=31", path]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with process.stdout as lines:
            yield lines
        complaint = process.stderr.read().decode(errors="replace").strip()
        if process.wait() > 0 and "Broken pipe" not in complaint:
            raise Unreadable(f"{path}: {complaint}")
    else:
        with open(path, "rb") as lines:
            yield lines
