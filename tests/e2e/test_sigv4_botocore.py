"""Our signer against botocore's, the reference client's, on random requests."""
import datetime
import os
import random
import subprocess
import tempfile
import unittest
from unittest import mock

from botocore import auth, awsrequest, credentials

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INVOKE_TEST = os.path.join(os.environ.get("FAN_BUILD", os.path.join(ROOT, "build", "dev")),
                           "tests", "invoke_test")
WORD = "abcXYZ019-_.~"
ESCAPES = ["%20", "%3A", "%2F", "%24", "%25", "%C3%A9", "%7B"]


def word(rng, n, more=""):
    return "".join(rng.choice(WORD + more) for _ in range(rng.randint(1, n)))


def encoded(rng):
    return "".join(rng.choice([word(rng, 5), rng.choice(ESCAPES)]) for _ in range(rng.randint(1, 4)))


def random_request(rng):
    path = "/" + "/".join(rng.choice([encoded(rng), word(rng, 8, ":$"), ".", "..", ""])
                          for _ in range(rng.randint(0, 5)))
    query = "&".join(f"{encoded(rng)}={rng.choice(['', encoded(rng)])}"
                     for _ in range(rng.randint(0, 4)))
    names = rng.sample(["X-Amz-Log-Type", "X-Amz-Invocation-Type", "Content-Type", "X-Amz-Target",
                        "x-api-key", "X-Amz-Client-Context"], rng.randint(0, 4))
    headers = [(name, word(rng, 12, "  =/+")) for name in names]
    return {
        "method": rng.choice(["GET", "POST", "PUT", "DELETE"]), "path": path, "query": query,
        "host": rng.choice(["lambda.us-east-1.amazonaws.com", "127.0.0.1:9000"]),
        "headers": headers, "token": rng.choice([None, "AQoD" + word(rng, 60, "/+=")]),
        "second": rng.randint(0, 2**31), "region": rng.choice(["us-east-1", "eu-west-3"]),
        "service": rng.choice(["lambda", "sqs", "execute-api"]),
        "payload": "".join(rng.choice(WORD + "{}\":, ") for _ in range(rng.randint(0, 300))),
        "key": word(rng, 20).replace(".", "A"), "secret": word(rng, 40, "/+"),
    }


def as_botocore_signs(r):
    url = f"http://{r['host']}{r['path']}" + (f"?{r['query']}" if r["query"] else "")
    request = awsrequest.AWSRequest(method=r["method"], url=url, data=r["payload"].encode(),
                                    headers=dict(r["headers"]))
    keys = credentials.Credentials(r["key"], r["secret"], r["token"])
    now = datetime.datetime.fromtimestamp(r["second"], datetime.timezone.utc).replace(tzinfo=None)

    class Clock(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return now

        @classmethod
        def now(cls, tz=None):
            return now

    if hasattr(auth, "get_current_datetime"):  # newer botocore
        clock = mock.patch.object(auth, "get_current_datetime", lambda *_, **__: now)
    else:
        clock = mock.patch.object(auth.datetime, "datetime", Clock)
    with clock:
        auth.SigV4Auth(keys, r["service"], r["region"]).add_auth(request)
    return request.headers["Authorization"]


def as_a_file(r):
    lines = [r["method"], r["path"], r["query"], r["host"], r["region"], r["service"], r["key"],
             r["secret"], r["token"] or "", str(r["second"]), r["payload"], str(len(r["headers"]))]
    for name, value in r["headers"]:
        lines += [name, value]
    return "\n".join(lines) + "\n"


class Differential(unittest.TestCase):
    def test_random_requests(self):
        rng = random.Random(20150830)
        requests = [random_request(rng) for _ in range(400)]
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = os.path.join(folder, "requests"), os.path.join(folder, "signatures")
            with open(asked, "w", encoding="utf-8") as file:
                file.writelines(as_a_file(r) for r in requests)
            subprocess.run([INVOKE_TEST, "--gtest_filter=Sigv4ForOthers.*"], check=True,
                           stdout=subprocess.DEVNULL,
                           env=dict(os.environ, FAN_SIGN_REQUESTS=asked, FAN_SIGN_ANSWERS=answered))
            with open(answered, encoding="utf-8") as file:
                ours = file.read().splitlines()
        self.assertEqual(len(requests), len(ours))
        for request, signature in zip(requests, ours):
            self.assertEqual(as_botocore_signs(request), signature, request)


if __name__ == "__main__":
    unittest.main()
