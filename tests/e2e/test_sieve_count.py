"""The program sieve_count."""
import json
import os
import subprocess
import unittest

PROGRAM = os.path.join(os.environ["FAN_BUILD"], "bin", "sieve_count")
EMULATOR = os.environ.get("FAN_EMULATOR", "").split()  # for programs of another machine


def run(*arguments):
    return subprocess.run([*EMULATOR, PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          check=False)


class Counts(unittest.TestCase):
    def test_prints_the_count(self):
        for lo, hi, count in (("0", "0", 0), ("0", "1e8", 5761455), ("2", "3", 1),
                              ("1_000_000_000_000", "1000001000000", 36249),
                              ("999999999999999989", "1e18", 1),
                              ("18446744073709551557", "18446744073709551615", 1)):
            result = run(lo, hi)
            self.assertEqual((result.returncode, result.stdout), (0, "%d\n" % count))
            self.assertEqual(result.stderr, "")  # progress is for terminals


class Prints(unittest.TestCase):
    def test_prints_json(self):
        reply = json.loads(run("10", "30", "--json").stdout)
        self.assertEqual((reply["count"], reply["checksum"], reply["first"], reply["last"]),
                         (6, "112", 11, 29))

    def test_prints_all(self):
        self.assertEqual(run("--all", "10", "30").stdout,
                         "6\nchecksum 112\nfirst 11\nlast 29\n")

    def test_prints_twins_gaps_and_the_primes_when_asked(self):
        self.assertEqual(run("10", "30", "--twins", "--gap").stdout,
                         "6\ntwins 3\ngap 6 from 23\n")
        self.assertEqual(run("10", "30", "--print").stdout.split(),
                         ["11", "13", "17", "19", "23", "29"])
        wide = [json.loads(run("0", "1e8", "--json", "--twins", "--gap", "--threads", n,
                               "--memory", "512").stdout) for n in ("1", "3")]
        for reply in wide:
            self.assertEqual((reply["twins"], reply["gap"], reply["gapStart"]),
                             (440312, 220, 47326693))

    def test_refuses_bad_usage(self):
        for arguments, part in (((), "missing argument"), (("1",), "missing argument"),
                                (("1", "2", "3"), "unexpected argument '3'"),
                                (("x", "2"), "'x'"), (("0", "1e20"), "'1e20'"),
                                (("0", "1.5"), "'1.5'"), (("3", "2"), "at most hi"),
                                (("-5", "2"), "'-5'"), (("0", "9", "--fast"), "--fast")):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertIn(part, result.stderr)

    def test_helps(self):
        self.assertIn("usage: sieve_count LO HI", run("--help").stdout)
        self.assertEqual(run("--version").stdout.split()[0], "sieve_count")


if __name__ == "__main__":
    unittest.main()
