"""deploy/package.sh: the packages of the functions, built elsewhere, are the same to the byte."""
import base64
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
import zipfile

import tokens
from local_endpoint import BUILD, Endpoint

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARE = os.path.join(BUILD, "share", "lambda-fanout")
MACHINE = {"x86_64": "x86_64", "aarch64": "arm64"}.get(os.uname().machine)
ELF_MACHINE = {"x86_64": 62, "arm64": 183}
LIMITS = {"function": 1 << 20, "authorizer": 5 << 20}  # bytes of the zip


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        sources = os.path.join(cls.work.name, "a folder elsewhere")
        shutil.copytree(ROOT, sources, ignore=shutil.ignore_patterns("build", "out", ".git"))
        # a builder's own settings must not change anything
        cls.result = subprocess.run(
            [os.path.join(sources, "deploy", "package.sh"), os.path.join(cls.work.name, "packages"),
             MACHINE], capture_output=True, text=True, check=False, preexec_fn=lambda: os.umask(0o077),
            env={**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "CFLAGS": "-O0"})
        cls.paths = cls.result.stdout.split("\n")[:-1]

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def test_builds_both_functions(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        self.assertEqual([os.path.basename(path) for path in self.paths],
                         ["function-%s.zip" % MACHINE, "authorizer-%s.zip" % MACHINE])

    def test_gives_the_bytes_that_this_build_gave(self):
        for name, path in zip(LIMITS, self.paths):
            self.assertEqual(read(path), read(os.path.join(SHARE, name + ".zip")), name)

    def entries(self, name):
        """The files of a package, {name: bytes}; all have what makes a package the same each time."""
        path, = (path for path in self.paths if os.path.basename(path).startswith(name))
        self.assertLess(os.path.getsize(path), LIMITS[name])
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            self.assertEqual([info.filename for info in infos], sorted(info.filename for info in infos))
            for info in infos:
                runs = not info.filename.startswith("lib/lib")
                self.assertEqual((info.external_attr >> 16, info.extra, info.date_time),
                                 (0o100755 if runs else 0o100644, b"", (1980, 1, 1, 0, 0, 0)),
                                 info.filename)
            return {info.filename: package.read(info) for info in infos}

    def test_function_is_one_static_program(self):
        (name, elf), = self.entries("function").items()
        self.assertEqual(name, "bootstrap")
        self.assertEqual(struct.unpack_from("<H", elf, 18)[0], ELF_MACHINE[MACHINE])
        offset, = struct.unpack_from("<Q", elf, 32)
        size, count = struct.unpack_from("<HH", elf, 54)
        kinds = [struct.unpack_from("<I", elf, offset + i * size)[0] for i in range(count)]
        self.assertNotIn(3, kinds)  # PT_INTERP: would need a loader
        self.assertNotIn(b"a folder elsewhere", elf)

    def test_authorizer_brings_all_that_it_needs(self):
        files = self.entries("authorizer")
        script = files.pop("bootstrap").decode()
        loader, = (name for name in files if name.startswith("lib/ld-linux"))
        self.assertIn('/%s" --inhibit-cache --library-path "$here/lib" "$here/authorizer"' % loader, script)
        objects = {os.path.basename(name) for name in files if name.startswith("lib/")}
        self.assertEqual(len(objects) + 1, len(files))
        needed = set()
        with tempfile.NamedTemporaryFile() as file:
            for name, elf in files.items():
                self.assertEqual(struct.unpack_from("<H", elf, 18)[0], ELF_MACHINE[MACHINE], name)
                self.assertNotIn(b"a folder elsewhere", elf)
                file.seek(0)
                file.truncate()
                file.write(elf)
                file.flush()
                told = subprocess.run(["readelf", "-d", file.name], capture_output=True, text=True,
                                      check=True, env={**os.environ, "LC_ALL": "C"}).stdout
                if name.startswith(("lib/libcurl", "lib/libsystemd")):
                    # an empty one in its place: what has no libc reaches nobody
                    self.assertNotIn("NEEDED", told, name)
                needed.update(re.findall(r"\(NEEDED\).*\[(.*)\]", told))
        self.assertEqual(needed | {os.path.basename(loader)}, objects)

    def test_runs_as_it_is(self):
        endpoint = Endpoint()
        self.addCleanup(endpoint.close)
        variables = {"JWT_ISSUER": tokens.ISSUER, "JWT_AUDIENCE": tokens.AUDIENCE,
                     "JWT_HS256_SECRET": tokens.SECRET}
        for path, handler in zip(self.paths, ("sieve", "authorizer")):
            answer = endpoint.call("POST", "/2015-03-31/functions", json.dumps(
                {"FunctionName": handler, "Runtime": "provided.al2023", "Handler": handler,
                 "Role": "arn:aws:iam::123456789012:role/any", "MemorySize": 1769, "Timeout": 10,
                 "Environment": {"Variables": variables},
                 "Code": {"ZipFile": base64.b64encode(read(path)).decode()}}))
            self.assertEqual(answer.status, 201, answer.body)
        self.assertEqual(endpoint.invoke("sieve", {"lo": 0, "hi": 1000000}).json()["count"], 78498)
        policy = endpoint.invoke("authorizer", tokens.event(tokens.token(tokens.SECRET, "HS256")))
        self.assertEqual(policy.json()["principalId"], "alice")

    def test_refuses_bad_usage(self):
        for arguments in ((self.work.name, "sparc"), (self.work.name, MACHINE, "x86")):
            result = subprocess.run([os.path.join(ROOT, "deploy", "package.sh"), *arguments],
                                    capture_output=True, text=True, check=False)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("Usage", result.stderr)


if __name__ == "__main__":
    unittest.main()
