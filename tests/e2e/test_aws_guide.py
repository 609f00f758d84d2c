"""docs/aws.md: its commands without Terraform run against the local endpoint, its tables say what is so."""
import glob
import json
import os
import re
import subprocess
import tempfile
import unittest

import hcl_blocks
from local_endpoint import AWS, BUILD, KEYS, REGION, Endpoint

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
DRIVER = os.path.join(BUILD, "bin", "mpi_driver")

with open(os.path.join(ROOT, "docs", "aws.md")) as file:
    GUIDE = file.read()


def plan(*arguments):
    run = subprocess.run([DRIVER, "plan", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def table(heading):
    """Rows of the first table behind a text, as lists of cells."""
    rows = []
    for line in GUIDE.split(heading, 1)[1].split("\n"):
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
        elif rows:
            break
    return rows[2:]


def block(label):
    return re.search(r"<!-- tested: %s -->\n```sh\n(.*?)```" % label, GUIDE, re.S).group(1)


class Tables(unittest.TestCase):
    def test_costs_are_what_the_plan_says(self):
        rows = {row[0].strip("`"): row[1:] for row in table("a test keeps the table")}
        jobs = {os.path.basename(p): p for p in glob.glob(os.path.join(ROOT, "jobs", "*.yaml"))}
        self.assertEqual(set(rows), set(jobs) - {"study.yaml"})   # a study is its parts
        for name, path in jobs.items():
            if name in rows:
                with self.subTest(name):
                    self.assertEqual(rows[name], costs(plan(path, "--set", "region=us-east-1")))

    def test_every_right_is_explained(self):
        with open(os.path.join(ROOT, "deploy", "terraform", "driver.tf")) as file:
            root = hcl_blocks.parse(file.read())
        actions = set(re.findall(r'"(lambda:\w+)"', " ".join(t for b in root.blocks for t in b.texts())))
        explained = {a for row in table("## Which right is for what") for a in re.findall(r"lambda:\w+", row[0])}
        self.assertEqual(explained, actions - {"lambda:FunctionUrlAuthType"})

    def test_messages_are_the_drivers(self):
        said = ""
        for path in sum((glob.glob(os.path.join(ROOT, room, "*.[ch]")) for room in ("mpi_driver", "invoke", "record")), []):
            with open(path) as file:
                said += re.sub(r'"\s*\n\s*"', "", file.read())
        rows = table("What the driver says")
        self.assertGreater(len(rows), 10)
        for message in (row[0] for row in rows):
            for text in re.findall(r"`([^`]+)`", message):
                verb = re.match(r"cannot (\w+) function '", text)
                if verb and '"cannot %s function ' in said and '"%s"' % verb.group(1) in said:
                    text = text[verb.end():]   # the verb is a string of its own
                for part in re.split(r"\.\.\.|\w+Exception|\(HTTP \d+\)", text):
                    self.assertTrue(part.strip(" :'") in said, "nothing in the sources says %r" % part)

    def test_its_job_is_terraforms(self):
        with open(os.path.join(ROOT, "deploy", "terraform", "tests", "job.yaml")) as file:
            self.assertIn("```yaml\n%s```" % file.read(), GUIDE)


def costs(text):
    """[calls, expected dollars, worst dollars] of a plan."""
    calls = re.search(r"^calls +(.*?), by ", text, re.M).group(1)
    cost = re.search(r"^cost +(.*)$", text, re.M).group(1)
    expected = re.match(r"(at most )?about \$(\S+)( to \$(\S+))? if every call", cost)
    worst = re.search(r"\$(\S+) if everything goes wrong", cost).group(1)
    if not expected:
        return [calls, "unknown", worst]
    most, low, _, high = expected.groups()
    return [calls, (most or "") + low + (" to " + high if high else ""), worst]


class PlainCommandLine(unittest.TestCase):
    """Its functions serve a job of the driver, which reaches them as it would AWS's."""

    def shell(self, script, **more):
        env = {"PATH": os.environ["PATH"], "HOME": self.folder, "AWS_ACCESS_KEY_ID": KEYS.access_key,
               "AWS_SECRET_ACCESS_KEY": KEYS.secret_key, "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": "",
               "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1", **more}
        env.update((k, v) for k, v in os.environ.items() if k.endswith("SAN_OPTIONS"))
        script = 'set -eu\naws() { %s --endpoint-url "%s" "$@"; }\n%s' % (AWS, self.endpoint.url, script)
        run = subprocess.run(["bash", "-c", script], cwd=self.folder, env=env, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, timeout=240)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout

    def test_from_create_to_delete(self):
        with tempfile.TemporaryDirectory() as self.folder:
            self.endpoint = Endpoint()
            self.addCleanup(self.endpoint.close)
            out = self.shell(block("create"), ARCH="x86_64", ROLE="arn:aws:iam::123456789012:role/lambda-fanout-function",
                             PACKAGE=os.path.join(BUILD, "share", "lambda-fanout", "function.zip"))
            self.assertIn('"count":78498', out.replace(" ", ""))
            # one call of each size, without the PDF, which takes longer than all the rest
            self.shell("ln -s /bin/false weasyprint && PATH=$PWD:$PATH %s run %s --set endpoint=%s %s --out out" % (
                DRIVER, os.path.join(ROOT, "jobs", "quickstart.yaml"), self.endpoint.url,
                "--set experiment.repetitions=1 --set experiment.work=1 --set experiment.parallelism=1"))
            with open(os.path.join(self.folder, "out", "summary.json")) as file:
                self.assertEqual(json.load(file)["calls"], {"planned": 4, "done": 4, "failed": 0})
            self.shell(block("delete"))
            left = self.endpoint.call("GET", "/2015-03-31/functions").json()["Functions"]
            self.assertEqual(left, [])


if __name__ == "__main__":
    unittest.main()
