"""The program mpi_driver, run as a user runs it, and what it leaves: for tests.

FAN_BUILD names the build folder; its programs lie in FAN_BUILD/bin.
"""

import collections
import glob
import json
import os
import signal
import subprocess
import tempfile
import unittest
import zlib

import msgpack

from local_endpoint import wait_until

BUILD = os.environ["FAN_BUILD"]
DRIVER = os.path.join(BUILD, "bin", "mpi_driver")
# The PDF takes longer than all the rest of a short run, and is tested with the report: here its
# program is as if it were not installed.
NO_PDF = tempfile.TemporaryDirectory()
with open(os.path.join(NO_PDF.name, "weasyprint"), "w") as stub:
    stub.write("#!/bin/sh\nexit 127\n")
os.chmod(stub.name, 0o755)
ENV = dict(
    os.environ,
    PATH=NO_PDF.name + ":" + os.environ["PATH"],
    OMPI_ALLOW_RUN_AS_ROOT="1",
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
)
# A shell without job control lets what it starts in the background ignore Ctrl-C, for good.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# MPI keeps memory to the end of the process: no leak detection there
MPIRUN = ["env", "ASAN_OPTIONS=detect_leaks=0", "mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]


def driver(*arguments, ranks=None, env=ENV, **options):
    command = [DRIVER, *map(str, arguments)]
    if ranks:
        command = [*MPIRUN, "-np", str(ranks), *command]
    return subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL, **options
    )


def records(folder):
    """Every intact record of every journal in the folder, as (path, fields)."""
    for path in sorted(glob.glob(os.path.join(folder, "journal-*.msgpack"))):
        with open(path, "rb") as file:
            for frame in msgpack.Unpacker(file, raw=False):
                if frame[1] == 2 and zlib.crc32(bytes([frame[1]]) + frame[3]) == frame[2]:
                    yield path, msgpack.unpackb(frame[3], raw=False)


def successes(folder):
    """call -> how many successful answers it got"""
    return collections.Counter(r.get("call", 0) for _, r in records(folder) if r.get("outcome", "ok") == "ok")


class Case(unittest.TestCase):
    def setUp(self):
        self.temp = tempfile.TemporaryDirectory()
        self.addCleanup(self.temp.cleanup)
        self.out = os.path.join(self.temp.name, "out")

    def job(self, text):
        path = os.path.join(self.temp.name, "job.yaml")
        with open(path, "w") as file:
            file.write(text)
        return path

    def summary(self):
        with open(os.path.join(self.out, "summary.json")) as file:
            return json.load(file)

    def check_status(self, done, status):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)

    def wait_for_records(self, run, size, rank=0):
        """Until a rank of the running run into self.out has written this many bytes."""
        journal = os.path.join(self.out, f"journal-{rank:04}.msgpack")

        def written():
            self.assertIsNone(run.poll(), "the run ended too early")
            return os.path.exists(journal) and os.path.getsize(journal) > size

        wait_until(written, 120)

    def process_of(self, rank):
        """The process of a rank of the run into self.out."""
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/environ", "rb") as file:
                    environment = file.read().split(b"\0")
                with open(f"/proc/{process}/cmdline", "rb") as file:
                    command = file.read().split(b"\0")
            except OSError:
                continue
            if f"OMPI_COMM_WORLD_RANK={rank}".encode() in environment and command[0] == DRIVER.encode():
                if self.out.encode() in command:
                    return int(process)
        self.fail("rank not found")
