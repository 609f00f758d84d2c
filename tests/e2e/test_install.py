"""cmake --install gives a folder that works by itself, wherever it is moved."""
import json, os, shutil, subprocess, tempfile, unittest

BUILD = os.environ["FAN_BUILD"]
JOB = """
name: installed
endpoint: local
functions: [{name: sieve-1769, memory_mb: 1769}]
sieve: {lo: 0, hi: 1e6, partitions: 4}
parallelism: 4
throttle: retry
budget: {invocations: 20, usd: 0.10}
"""


class Install(unittest.TestCase):
    def test_installed_programs_find_each_other(self):
        with tempfile.TemporaryDirectory() as work:
            prefix, moved = os.path.join(work, "prefix"), os.path.join(work, "moved")
            subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True,
                           stdout=subprocess.DEVNULL)
            shutil.move(prefix, moved)
            for name in ("bin/mpi_driver", "bin/local_lambda", "bin/sieve_count",
                         "share/lambda-fanout/function.zip", "share/lambda-fanout/jobs/quickstart.yaml"):
                self.assertTrue(os.path.exists(os.path.join(moved, name)), name)
            count = subprocess.run([f"{moved}/bin/sieve_count", "0", "1000"], check=True,
                                   stdout=subprocess.PIPE, text=True).stdout
            self.assertEqual("168", count.split()[0])
            subprocess.run([f"{moved}/bin/mpi_driver", "token", "--new-key", f"{work}/keys"], check=True,
                           stdout=subprocess.DEVNULL)
            self.assertTrue(os.path.exists(f"{work}/keys/jwks.json"))
            job = os.path.join(work, "job.yaml")
            with open(job, "w") as f:
                f.write(JOB)
            run = subprocess.run([f"{moved}/bin/mpi_driver", "run", job, "--out", f"{work}/out"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertEqual(0, run.returncode, run.stderr)
            with open(f"{work}/out/summary.json") as f:
                self.assertEqual(78498, json.load(f)["sieve"]["count"])


if __name__ == "__main__":
    unittest.main()
