"""Our signer against botocore's, the reference client's, on random requests."""
import os
import random
import subprocess
import tempfile
import time
import unittest
from urllib.parse import quote

from botocore import auth, awsrequest, credentials

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INVOKE_TEST = os.path.join(os.environ.get("FAN_BUILD", os.path.join(ROOT, "build", "dev")),
                           "tests", "invoke_test")
REQUESTS = 10000
WORD = "abcXYZ019-_.~"
ODD = "+:$@!*'(),;=&/% \"<>[]{}|\\^`#?éß漢🙂\u0301"  # the last one combines
SEGMENTS = ["$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:f:prod", "a+b", "f:1", ".", "..", "",
            "%24LATEST", "arn%3Aaws%3Alambda", "a%20b", "a%2Fb", "%C3%A9", "%25", "~", "a;b=c", "(x)", "a@b", "é漢"]
NAMES = ["X-Amz-Log-Type", "x-amz-invocation-type", "Content-Type", "X-Amz-Target", "x-api-key", "X-AMZ-Client-Context",
         "A", "zz_z", "X-Amz-Date-Not", "Range", "If-Match"]
VALUES = ["", " ", "  a", "a  b", "\ta \t b\t", "a,b", '"quoted  text"', "é ß", "漢字", "=+/", "a:b;c=d", "x" * 300]


def text(rng, n, letters=WORD):
    return "".join(rng.choice(letters) for _ in range(rng.randint(0, n)))


def random_path(rng):
    segments = [rng.choice([rng.choice(SEGMENTS), text(rng, 8, WORD + ":$+@"), quote(text(rng, 4, WORD + ODD), safe="")])
                for _ in range(rng.randint(0, 5))]
    return "/" + "/".join(segments)


def random_query(rng):
    """Names and values, and the same as a query that was encoded with or without much care."""
    pairs = []
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3, 6])):
        name = rng.choice(["Qualifier", "a", "A", "b", text(rng, 3, WORD + ODD) or "n"])
        pairs.append((name, rng.choice(["", "$LATEST", "1", text(rng, 6, WORD + ODD)])))
    pieces = []
    for name, value in pairs:
        safe = rng.choice(["", "$:@/!*'(),;+ ", "$:"])
        no_value = value == "" and rng.random() < 0.5
        pieces.append(quote(name, safe=safe) + ("" if no_value else "=" + quote(value, safe=safe)))
    return pairs, "&".join(pieces)


def random_request(rng):
    pairs, query = random_query(rng)
    headers = [(rng.choice(NAMES), rng.choice([rng.choice(VALUES), text(rng, 12, WORD + "  =/+")]))
               for _ in range(rng.choice([0, 1, 1, 2, 4, 8]))]
    return {
        "method": rng.choice(["GET", "POST", "PUT", "DELETE", "PATCH"]), "path": random_path(rng), "pairs": pairs,
        "query": query, "headers": headers,
        "host": rng.choice(["lambda.us-east-1.amazonaws.com", "127.0.0.1:9000", "[::1]:9000", "abc.execute-api.eu-west-3.amazonaws.com"]),
        "token": rng.choice(["", "AQoD" + text(rng, 60, WORD + "/+=")]), "second": rng.randint(0, 2**32),
        "region": rng.choice(["us-east-1", "eu-west-3", "cn-north-1"]), "service": rng.choice(["lambda", "sqs", "execute-api"]),
        "payload": rng.choice([b"", b"{}", rng.randbytes(rng.randint(0, 300)), text(rng, 99, WORD + ODD).encode(), b"\r\n\0\n"]),
        "key": "AKID" + text(rng, 20, "ABCDEF019"), "secret": "s" + text(rng, 40, WORD + "/+=!$"),
    }


def as_botocore_signs(r):
    """What add_auth does, but for the clock, and with headers that may come more than once."""
    request = awsrequest.AWSRequest(method=r["method"], url=f"http://{r['host']}{r['path']}", data=r["payload"],
                                    params=r["pairs"])
    for name, value in r["headers"]:
        request.headers.add_header(name, value)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(r["second"]))
    request.headers["X-Amz-Date"] = request.context["timestamp"] = stamp
    if r["token"]:
        request.headers["X-Amz-Security-Token"] = r["token"]
    signer = auth.SigV4Auth(credentials.Credentials(r["key"], r["secret"], r["token"]), r["service"], r["region"])
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    names = signer.signed_headers(signer.headers_to_sign(request))
    return (f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={names}, Signature={signature}", canonical)


def as_a_file(r):
    lines = [r["method"], r["path"], r["query"], r["host"], r["region"], r["service"], r["key"],
             r["secret"], r["token"], str(r["second"]), r["payload"], str(len(r["headers"]))]
    for name, value in r["headers"]:
        lines += [name, value]
    return "".join((line if isinstance(line, bytes) else line.encode()).hex() + "\n" for line in lines)


class Differential(unittest.TestCase):
    def test_random_requests(self):
        rng = random.Random(20150830)
        requests = [random_request(rng) for _ in range(REQUESTS)]
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = os.path.join(folder, "requests"), os.path.join(folder, "signatures")
            with open(asked, "w", encoding="ascii") as file:
                file.writelines(as_a_file(r) for r in requests)
            subprocess.run([INVOKE_TEST, "--gtest_filter=Sigv4ForOthers.*"], check=True,
                           stdout=subprocess.DEVNULL,
                           env=dict(os.environ, FAN_SIGN_REQUESTS=asked, FAN_SIGN_ANSWERS=answered))
            with open(answered, encoding="utf-8") as file:
                ours = file.read().splitlines()
        self.assertEqual(len(requests), len(ours))
        for request, signature in zip(requests, ours):
            expected, canonical = as_botocore_signs(request)
            if expected != signature:
                self.fail(f"{request}\nours:   {signature}\ntheirs: {expected}\n{canonical}")


if __name__ == "__main__":
    unittest.main()
