"""Processes that need not read the program again: forked from one that has, which costs a hundredth of a start."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENOUGH = 60.0
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["bot.__main__", "tests.kill.victim"])


def command(environment: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`sparekey ARGUMENTS` in a process of its own, with this environment and no other.

    What Python reads before our first line, such as certificates to be trusted, is what the tests began with.
    """
    with (
        tempfile.NamedTemporaryFile("r", encoding="utf-8") as out,
        tempfile.NamedTemporaryFile("r", encoding="utf-8") as err,
    ):
        process = FORKED.Process(target=_main, args=(dict(environment), arguments, out.name, err.name))
        process.start()
        process.join(ENOUGH)
        process.kill()
        process.join()
        done = subprocess.CompletedProcess(("sparekey", *arguments), process.exitcode or 0, out.read(), err.read())
        process.close()
    assert done.returncode >= 0, done
    return done


def _main(environment: dict[str, str], arguments: tuple[str, ...], out: str, err: str) -> None:
    from bot.__main__ import main  # noqa: PLC0415 - the process that asks need not read it

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        with Path(path).open("w") as file:
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = ["sparekey", *arguments]
    main()
