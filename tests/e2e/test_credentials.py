"""mpi_driver with keys from every place that AWS's tools know, through proxies and with certificates.

FAN_BUILD names the build folder; its programs lie in FAN_BUILD/bin.
"""
import glob
import json
import os
import random
import shlex
import subprocess
import tempfile
import time
import unittest
from unittest import mock

import botocore.session

from fake_aws import Certificates, FakeLambda, FakeMetadata, Proxy, expiration

BUILD = os.environ["FAN_BUILD"]
DRIVER = os.path.join(BUILD, "bin", "mpi_driver")
KEYS = {"AKIDENVIRONMENT": ("secret-of-environment", None), "AKIDFILE": ("secret-of-file", None),
        "AKIDSESSION": ("secret-of-session", "token-of-session"), "AKIDPROCESS": ("secret-of-process", "token-of-process")}
JOB = """
name: keys
endpoint: aws
functions: [{name: small, memory_mb: 128, timeout_s: 10}]
experiment:
  workload: {handler: isprime, n: 1000003}
  repetitions: %d
"""


class Case(unittest.TestCase):
    """A home of its own, and an environment without a word of AWS."""

    def setUp(self):
        temp = tempfile.TemporaryDirectory()
        self.addCleanup(temp.cleanup)
        self.folder = temp.name
        self.out = os.path.join(self.folder, "out")
        os.mkdir(os.path.join(self.folder, ".aws"))
        programs = os.path.join(self.folder, "bin")  # the PDF takes longer than all the rest
        os.mkdir(programs)
        self.write("bin/weasyprint", "#!/bin/sh\nexit 127\n", 0o755)
        self.env = {"PATH": programs + ":" + os.environ["PATH"], "HOME": self.folder,
                    "AWS_EC2_METADATA_DISABLED": "true", "OMPI_ALLOW_RUN_AS_ROOT": "1",
                    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        self.env.update((k, v) for k, v in os.environ.items() if k.endswith("SAN_OPTIONS"))

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def serve(self, server):
        self.addCleanup(server.close)
        return server

    def service(self, keys=None, **more):
        service = self.serve(FakeLambda(KEYS if keys is None else keys, **more))
        self.env["AWS_ENDPOINT_URL_LAMBDA"] = service.url
        self.env.setdefault("AWS_REGION", service.region)
        return service

    def command(self, *options, calls=3, ranks=None):
        command = [DRIVER, "run", self.write("job.yaml", JOB % calls), "--out", self.out, *options]
        if ranks:
            command = ["env", "ASAN_OPTIONS=detect_leaks=0", "mpirun", "--oversubscribe", "--bind-to", "none",
                       "-np", str(ranks), *command]
        return command

    def run_job(self, *options, status=0, variables=None, **more):
        subprocess.run(["rm", "-rf", self.out], check=True)
        done = subprocess.run(self.command(*options, **more), env={**self.env, **(variables or {})},
                              capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def summary(self):
        with open(os.path.join(self.out, "summary.json")) as file:
            return json.load(file)

    def check_no_secret(self, text):
        for word in ("secret-of", "token-of", Proxy.PASSWORD):
            self.assertNotIn(word, text)

    def check_one_line(self, done, *words):
        """A failure that is told once, by one line of stderr."""
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])
        self.check_no_secret(done.stdout + done.stderr)


class Sources(Case):
    def check_used(self, service, key_id):
        self.assertEqual(set(service.used), {key_id})
        self.assertEqual(service.refused, [])
        self.assertEqual(self.summary()["calls"]["failed"], 0)
        service.used.clear()

    def test_environment_and_files(self):
        service = self.service()
        session = {"AWS_ACCESS_KEY_ID": "AKIDSESSION", "AWS_SECRET_ACCESS_KEY": KEYS["AKIDSESSION"][0],
                   "AWS_SESSION_TOKEN": KEYS["AKIDSESSION"][1]}
        self.run_job(variables=session, ranks=2)
        self.check_used(service, "AKIDSESSION")
        self.write(".aws/credentials", "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = secret-of-file\n")
        self.run_job()
        self.check_used(service, "AKIDFILE")
        answer = {"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "secret-of-process",
                  "SessionToken": "token-of-process", "Expiration": expiration(3600)}
        program = self.write("a program", f"#!/bin/sh\ntest \"$1\" = 'two words' && echo '{json.dumps(answer)}'\n", 0o755)
        self.write(".aws/config", f"[profile p]\ncredential_process = '{program}' \"two words\"\n")
        self.run_job("--profile", "p", variables=session)  # goes before the environment
        self.check_used(service, "AKIDPROCESS")
        self.run_job(variables={"AWS_PROFILE": "p"})
        self.check_used(service, "AKIDPROCESS")

    def test_container_agent(self):
        metadata = self.serve(FakeMetadata())
        service = self.service(metadata.issued)
        self.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = metadata.url + "/agent?for=me"
        self.env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = self.write("token", "token-of-agent\n")
        self.run_job(ranks=2)
        self.assertEqual(metadata.authorizations, ["token-of-agent"] * 2, "each rank asks for itself")
        self.assertLessEqual(set(service.used), set(metadata.issued))
        self.assertEqual(self.summary()["calls"]["failed"], 0)

    def test_instance_keys_are_renewed_while_a_run_goes_on(self):
        metadata = self.serve(FakeMetadata(lifetime=2, region="eu-north-1"))
        service = self.service(metadata.issued, region="eu-north-1", delay=0.1)
        del self.env["AWS_EC2_METADATA_DISABLED"], self.env["AWS_REGION"]
        self.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.url
        self.env["AWS_METADATA_SERVICE_TIMEOUT"] = "20"
        self.run_job(calls=30)
        self.assertEqual(service.refused, [])
        self.assertGreater(len(set(service.used)), 1)
        self.assertEqual(self.summary()["calls"], {"planned": 30, "done": 30, "failed": 0})
        with open(os.path.join(self.out, "job.yaml")) as file:
            self.assertIn('region: "eu-north-1"\n', file.read())

    def test_what_is_missing_is_told_and_nothing_is_shown(self):
        self.service()
        done = self.run_job(status=1)
        self.check_one_line(done, "no AWS credentials: AWS_ACCESS_KEY_ID is not set", "/.aws/credentials",
                            "AWS_EC2_METADATA_DISABLED is true")
        self.write(".aws/config", "[profile corp]\nsso_session = x\n[profile half]\naws_secret_access_key = secret-of\n"
                                  "[profile dead]\ncredential_process = false secret-of-process\n")
        done = self.run_job("--profile", "corp", status=2)
        self.check_one_line(done, "profile 'corp' has 'sso_session'",
                            "'credential_process = aws configure export-credentials --profile corp --format process'")
        self.check_one_line(self.run_job("--profile", "half", status=1), "profile 'half'", "has no aws_access_key_id")
        self.check_one_line(self.run_job("--profile", "dead", status=1), "credential_process of profile 'dead': "
                                                                         "it ended with status 1")
        self.check_one_line(self.run_job("--profile", "nobody", status=2), "no profile 'nobody'")
        del self.env["AWS_REGION"]
        self.check_one_line(self.run_job(status=2), "no AWS region: AWS_REGION and AWS_DEFAULT_REGION are not set")
        wrong = {"AWS_ACCESS_KEY_ID": "AKIDFILE", "AWS_SECRET_ACCESS_KEY": "secret-of-nobody"}
        done = self.run_job("--set", "region=us-east-1", status=1, variables=wrong)
        self.check_one_line(done, "check function 'small'", "InvalidSignatureException (HTTP 403)")


class Clock(Case):
    def test_is_set_by_a_service_whose_clock_is_ahead_or_behind(self):
        self.env.update(AWS_ACCESS_KEY_ID="AKIDFILE", AWS_SECRET_ACCESS_KEY="secret-of-file")
        for ahead in (1200, -1200):
            service = self.service(ahead=ahead)
            self.run_job(ranks=2, calls=6)
            self.assertEqual(self.summary()["calls"], {"planned": 6, "done": 6, "failed": 0})
            self.assertEqual(self.summary()["attempts"], 6)
            # rank 0 learns it when it looks at the function, the other with its first calls
            self.assertIn(len(service.refused), (1, 2))
            self.assertEqual(set(service.refused), {"InvalidSignatureException"})


def as_botocore_finds(folder, variables, profile):
    """Keys and region by botocore's own session, in an environment of these variables alone."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update({"HOME": folder, "AWS_EC2_METADATA_DISABLED": "true", **variables})
    try:
        session = botocore.session.Session(profile=profile)
        with mock.patch("botocore.httpsession.URLLib3Session"):  # loads certificates, for nothing here
            keys = session.get_credentials()
        found = " ".join([keys.access_key, keys.secret_key, keys.token or ""]) if keys else "error"
        return found + "|" + (session.get_config_variable("region") or "")
    except Exception:  # whatever it is: it has no keys
        return "error|"
    finally:
        os.environ.clear()
        os.environ.update(before)


class Differential(Case):
    """The same files, read by botocore and by us."""

    def random_file(self, rng, prefix):
        names = ["default", "a", "b c", "d.e-f", "G"]
        lines = []
        for name in rng.sample(names, rng.randint(0, 5)):
            lines.append(rng.choice(["", "# [a]", "; x = y", "  # indented"]))
            quoted = name if " " not in name and rng.random() < 0.5 else f'"{name}"'
            lines.append(f"[{prefix + quoted if prefix and name != 'default' else name}]")
            indent = rng.choice(["", "", "  ", "\t"])
            lines += [indent + line if line.strip() else line for line in self.random_settings(rng)]
        return rng.choice(["\n", "\r\n"]).join(lines) + rng.choice(["", "\n", "\n\n"])

    @staticmethod
    def random_settings(rng):
        equals = rng.choice(["=", " = ", ": ", "\t=\t"])
        number = rng.randint(1, 999)
        settings = [f"aws_access_key_id{equals}AKID{number}", f"aws_secret_access_key{equals}se=cr:et/+#;{number}",
                    f"AWS_Session_Token{equals}token{number}==", f"region{equals}eu-west-{number % 9}",
                    f"s3 =\n    addressing_style = path\n\n    region = nested-{number}", f"output{equals}", "",
                    f"role_session_name{equals}x y  z\n      goes on"]
        both = settings[:2] if rng.random() < 0.8 else []
        chosen = both + rng.sample(settings[2:], rng.randint(0, 5))
        rng.shuffle(chosen)
        return chosen

    def random_case(self, rng, index):
        """Two files, the environment, and a profile."""
        variables = {}
        for name, prefix, variable in (("credentials", "", "AWS_SHARED_CREDENTIALS_FILE"), ("config", "profile ", "AWS_CONFIG_FILE")):
            path = os.path.join(self.folder, f"{name}-{index}")
            with open(path, "w", newline="") as file:
                file.write(self.random_file(rng, prefix))
            variables[variable] = path
        if rng.random() < 0.2:
            variables["AWS_DEFAULT_REGION"] = "sa-east-1"
        if rng.random() < 0.2:
            variables.update(AWS_ACCESS_KEY_ID="AKIDENV", AWS_SECRET_ACCESS_KEY="secret-env")
        elif rng.random() < 0.3:  # keys of the environment are found before a wrong profile is seen
            variables["AWS_PROFILE"] = rng.choice(["default", "a", "b c", "G", "nobody"])
        return variables, rng.choice([None, None, "default", "a", "b c", "d.e-f", "G"])

    def test_the_same_keys(self):
        rng = random.Random(20061023)
        cases = [self.random_case(rng, i) for i in range(200)]
        asked, answered = os.path.join(self.folder, "cases"), os.path.join(self.folder, "answers")
        with open(asked, "w") as file:
            for variables, profile in cases:
                words = [f"{name}={value}".encode().hex() for name, value in variables.items()]
                file.write(" ".join([profile.encode().hex() if profile else "-", *words]) + "\n")
        subprocess.run([os.path.join(BUILD, "tests", "invoke_test"), "--gtest_filter=KeySourceForOthers.*"], check=True,
                       stdout=subprocess.DEVNULL, env=dict(self.env, FAN_FIND_CASES=asked, FAN_FIND_ANSWERS=answered))
        with open(answered) as file:
            ours = file.read().splitlines()
        self.assertEqual(len(ours), len(cases))
        found = 0
        for (variables, profile), answer in zip(cases, ours):
            expected = as_botocore_finds(self.folder, variables, profile)
            found += not expected.startswith("error")
            if expected != answer:
                text = "".join(f"--- {path}\n" + open(path).read() for path in list(variables.values())[:2])
                self.fail(f"profile {profile}, {variables}\n{text}ours:   {answer}\ntheirs: {expected}")
        self.assertGreater(found, 50)

    def test_the_same_words_of_a_command(self):
        rng = random.Random(4)
        lines = ["".join(rng.choice("ab  \t'\"\\$~") for _ in range(rng.randint(1, 20))) for _ in range(300)]
        self.write("show", "#!/usr/bin/python3\nimport sys\nprint(sys.argv[1:])\n", 0o755)
        asked, answered = os.path.join(self.folder, "commands"), os.path.join(self.folder, "words")
        with open(asked, "w") as file:
            file.writelines(line.encode().hex() + "\n" for line in lines)
        subprocess.run([os.path.join(BUILD, "tests", "invoke_test"), "--gtest_filter=CommandLineForOthers.*"], check=True,
                       stdout=subprocess.DEVNULL, env=dict(self.env, FAN_SPLIT_LINES=asked, FAN_SPLIT_WORDS=answered))
        with open(answered) as file:
            ours = [[bytes.fromhex(word).decode() for word in line.split(",")[:-1]] for line in file.read().splitlines()]
        self.assertEqual(len(ours), len(lines))
        for line, words in zip(lines, ours):
            try:
                expected = shlex.split(line)
            except ValueError:
                expected = []
            self.assertEqual(words, expected, line)


class Network(Case):
    def setUp(self):
        super().setUp()
        self.env.update(AWS_ACCESS_KEY_ID="AKIDFILE", AWS_SECRET_ACCESS_KEY="secret-of-file")

    def test_certificates(self):
        good, other = (Certificates(os.path.join(self.folder, name)) for name in ("good", "other"))
        service = self.service(tls=good.context())
        self.run_job(variables={"AWS_CA_BUNDLE": good.ca, "SSL_CERT_FILE": other.ca}, ranks=2)
        self.run_job(variables={"SSL_CERT_FILE": good.ca})
        self.write(".aws/config", f"[profile tls]\nca_bundle = {good.ca}\n")
        self.run_job("--profile", "tls", variables={"AWS_SHARED_CREDENTIALS_FILE": self.write(
            "keys", "[tls]\naws_access_key_id = AKIDFILE\naws_secret_access_key = secret-of-file\n")})
        self.assertEqual(self.summary()["calls"]["failed"], 0)
        self.assertEqual(service.refused, [])
        for endpoint in ("aws", service.url):
            done = self.run_job("--set", f"endpoint={endpoint}", status=1, variables={"AWS_CA_BUNDLE": other.ca})
            self.check_one_line(done, f"cannot reach '{service.url}'", "certificate")
        done = self.run_job(status=1, variables={"AWS_CA_BUNDLE": "/nonexistent"})
        self.check_one_line(done, "AWS_CA_BUNDLE: cannot read '/nonexistent'")

    def test_a_proxy_that_asks_for_a_password(self):
        proxy = self.serve(Proxy(os.path.join(self.folder, "proxy")))
        certificates = Certificates(os.path.join(self.folder, "tls"))
        plain, tls = self.service(), self.service(tls=certificates.context())
        self.env["AWS_CA_BUNDLE"] = certificates.ca
        # this host by a name that is not loopback, which would go past any proxy
        addresses = {server: server.url.replace("127.0.0.1", "0.0.0.0") for server in (plain, tls)}
        tunnels = 0
        for server, variable in ((tls, "HTTPS_PROXY"), (tls, "https_proxy"), (plain, "HTTP_PROXY"), (plain, "http_proxy")):
            options = {"AWS_ENDPOINT_URL_LAMBDA": addresses[server], variable: proxy.url()}
            self.run_job(variables=options)
            self.assertEqual(self.summary()["calls"]["failed"], 0)
            self.assertGreater(proxy.tunnels(), tunnels, variable)
            tunnels = proxy.tunnels()
            if variable.islower():
                continue
            self.run_job(variables={**options, "NO_PROXY": "example.com,0.0.0.0"})
            self.assertEqual(proxy.tunnels(), tunnels, "not through the proxy")
            wrong = self.run_job(status=1, variables={**options, variable: proxy.url("wrong-" + proxy.PASSWORD)})
            self.check_one_line(wrong, "cannot reach", "the proxy wants a user and a password", "(HTTP 40")
            tunnels = proxy.tunnels()
        # a program that is asked by way of CGI has HTTP_PROXY from whoever asks
        self.run_job(variables={"AWS_ENDPOINT_URL_LAMBDA": addresses[plain], "HTTP_PROXY": proxy.url(), "REQUEST_METHOD": "GET"})
        self.assertEqual(proxy.tunnels(), tunnels)
        self.assertEqual(plain.refused + tls.refused, [])


class Secrets(Case):
    def test_appear_nowhere(self):
        proxy = self.serve(Proxy(os.path.join(self.folder, "proxy")))
        service = self.service(delay=0.05)
        self.env.update(AWS_ENDPOINT_URL_LAMBDA=service.url.replace("127.0.0.1", "0.0.0.0"), http_proxy=proxy.url(),
                        AWS_ACCESS_KEY_ID="AKIDSESSION", AWS_SECRET_ACCESS_KEY=KEYS["AKIDSESSION"][0],
                        AWS_SESSION_TOKEN=KEYS["AKIDSESSION"][1])
        run = subprocess.Popen(self.command(calls=10, ranks=2), env=self.env, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        seen = set()
        while run.poll() is None:
            for path in glob.glob("/proc/[0-9]*/cmdline"):
                try:
                    with open(path, "rb") as file:
                        seen.add(file.read().decode(errors="replace"))
                except OSError:
                    pass  # it has ended
            time.sleep(0.02)
        out, err = run.communicate()
        self.assertEqual(run.returncode, 0, out + err)
        self.assertTrue(any("mpi_driver\0run" in line for line in seen))
        self.check_no_secret(out + err + "".join(line for line in seen if self.folder in line))
        files = [path for path in glob.glob(os.path.join(self.out, "**"), recursive=True) if os.path.isfile(path)]
        self.assertGreater(len(files), 5)
        for path in files:
            with open(path, "rb") as file:
                self.check_no_secret(file.read().decode(errors="replace"))
        self.assertEqual(service.refused, [])
        self.assertGreater(proxy.tunnels(), 0)


if __name__ == "__main__":
    unittest.main()
