"""Containers for tests, by podman."""

import functools
import io
import pathlib
import shutil
import subprocess
import tarfile
import uuid

PODMAN = ["podman", "--runtime=runc"]
# podman asks for more than a sandbox may have.
LIMITS = ["--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096"]
# A container that is there as long as its command runs, locked in as deploy/ does it.
CONTAINER = [
    *PODMAN, "run", "--rm", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", *LIMITS]


def podman(*arguments, check=True, **options):
    done = subprocess.run(
        [*PODMAN, *map(str, arguments)], capture_output=True, timeout=120, **options)
    assert not check or done.returncode == 0, done.stderr
    return done


def import_image(name, files):
    """An image of files (paths of this machine), links (text) and empty folders (None)."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name_inside, content in files.items():
            if isinstance(content, pathlib.Path):
                tar.add(content.resolve(), name_inside)
                continue
            member = tarfile.TarInfo(name_inside)
            if content is None:
                member.type, member.mode = tarfile.DIRTYPE, 0o777
            else:
                member.type, member.linkname = tarfile.SYMTYPE, content
            tar.addfile(member)
    podman("import", "--quiet", "-", name, input=archive.getvalue())


@functools.cache
def why_not(network):
    """Why this machine runs no containers in a network of the given name; empty when it does. What is tried is a static
    program of the system."""
    for program in "podman", "runc":
        if not shutil.which(program):
            return f"{program} is not installed"
    name = f"localhost/control:{uuid.uuid4().hex}"
    try:
        import_image(name, {"ldconfig": pathlib.Path("/sbin/ldconfig")})
    except AssertionError as error:
        return f"no images here: {error}"
    done = subprocess.run(
        [*CONTAINER, f"--network={network}", name, "/ldconfig", "--version"], capture_output=True, timeout=120)
    podman("image", "rm", "--force", name)
    return "" if done.returncode == 0 else f"no containers here: {done.stderr.decode().strip()}"
