"""The journal as docs/records.md describes it: written by our code, read by its example."""
import io
import os
import re
import struct
import subprocess
import tempfile
import unittest
import zlib

import msgpack

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RECORD_TEST = os.path.join(os.environ.get("FAN_BUILD", os.path.join(ROOT, "build", "dev")),
                           "tests", "record_test")


def documentation():
    with open(os.path.join(ROOT, "docs", "records.md"), encoding="utf-8") as file:
        return file.read()


class Journal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "journal-0000.msgpack")
        subprocess.run([RECORD_TEST, "--gtest_filter=JournalForOthers.WritesASample"], check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, FAN_SAMPLE_JOURNAL=cls.path))
        with open(cls.path, "rb") as file:
            cls.bytes = file.read()
        cls.frames = list(msgpack.Unpacker(io.BytesIO(cls.bytes)))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_example_of_the_documentation_runs(self):
        code = re.search(r"```python\n(.*?)```", documentation(), re.S).group(1)
        names = {}
        exec(code.replace("journal-0000.msgpack", self.path), names)
        self.assertEqual([2.5, 3.5, 4.5], names["durations"])

    def test_every_field_is_documented(self):
        for _, kind, _, payload in self.frames:
            for name in msgpack.unpackb(payload):
                self.assertIn(f"`{name}`", documentation())

    def test_header_and_phase(self):
        self.assertEqual([1, 2, 2, 2, 3], [kind for _, kind, _, _ in self.frames])
        header = msgpack.unpackb(self.frames[0][3])
        self.assertEqual((1, 3, 4, "node1"), (header["version"], header["rank"], header["ranks"],
                                              header["host"]))
        self.assertEqual({"phase": 1, "cell": 2, "block": 3, "start_ns": -4, "end_ns": 5, "calls": 6, "missed": 7},
                         msgpack.unpackb(self.frames[4][3]))

    def test_an_attempt_has_native_types(self):
        attempts = [msgpack.unpackb(p) for _, k, _, p in self.frames if k == 2]
        self.assertEqual([None, 1, 2], [a.get("seq") for a in attempts])  # zero is left out
        first = attempts[0]
        self.assertEqual("throttle", first["outcome"])
        self.assertEqual("CallerRateLimitExceeded", first["reason"])
        self.assertIs(True, first["reported"])
        self.assertEqual(b"\x00\xff", first["body"])
        self.assertEqual("f\u00e9", first["function"])

    def test_frame_layout(self):
        at = 0
        while at < len(self.bytes):
            head = self.bytes[at:at + 18]
            self.assertEqual(b"\x94\xa4fan1\xcc", head[:7])
            self.assertEqual((0xce, 0xc6), (head[8], head[13]))
            crc, = struct.unpack(">I", head[9:13])
            length, = struct.unpack(">I", head[14:18])
            payload = self.bytes[at + 18:at + 18 + length]
            self.assertEqual(crc, zlib.crc32(head[7:8] + payload))
            at += 18 + length
        self.assertEqual(at, len(self.bytes))


if __name__ == "__main__":
    unittest.main()
