"""mpi_driver token, verified by another implementation."""
import json
import os
import stat
import subprocess
import tempfile
import time
import unittest

import jwt

import tokens

PROGRAM = os.path.join(os.environ["FAN_BUILD"], "bin", "mpi_driver")
WHO = ("--issuer", tokens.ISSUER, "--audience", tokens.AUDIENCE, "--subject", "alice")


def run(*arguments, env=None):
    return subprocess.run([PROGRAM, "token", *arguments], capture_output=True, text=True, timeout=60,
                          check=False, env={**os.environ, **(env or {})})


class Token(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, "keys")

    def printed(self, *arguments, **more):
        result = run(*arguments, **more)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def refused(self, part, *arguments, **more):
        result = run(*arguments, **more)
        self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
        self.assertIn(part, result.stderr)

    def test_signs_with_a_pair_that_it_made(self):
        for algorithm in ("EdDSA", "RS256"):
            folder = self.folder + algorithm
            told = self.printed("--new-key", folder, "--alg", algorithm)
            pem = os.path.join(folder, "private.pem")
            self.assertIn(pem, told)
            self.assertEqual(stat.S_IMODE(os.stat(pem).st_mode), 0o600)
            with open(pem, "rb") as file:
                text = file.read()
            self.assertTrue(text.startswith(b"-----BEGIN PRIVATE KEY-----\n"), "no PKCS #8")
            pair = tokens.serialization.load_pem_private_key(text, None)
            with open(os.path.join(folder, "jwks.json"), encoding="ascii") as file:
                jwk, = json.load(file)["keys"]
            self.assertEqual((jwk["alg"], jwk["use"]), (algorithm, "sig"))
            self.assertNotIn("d", jwk)
            self.assertIn(jwk["kid"], told)
            key = jwt.PyJWK(jwk).key
            self.assertEqual(tokens.public_pem(pair), key.public_bytes(
                tokens.serialization.Encoding.PEM,
                tokens.serialization.PublicFormat.SubjectPublicKeyInfo))
            token = self.printed("--key", pem, "--kid", jwk["kid"], "--scope", "a b", "--expires", "90s",
                                 "--claim", "team=blue", "--alg", algorithm, *WHO).strip()
            claims = jwt.decode(token, key, algorithms=[algorithm], audience=tokens.AUDIENCE,
                                issuer=tokens.ISSUER,
                                options={"require": ["exp", "nbf", "iat", "jti", "sub"]})
            self.assertEqual(jwt.get_unverified_header(token),
                             {"typ": "JWT", "alg": algorithm, "kid": jwk["kid"]})
            self.assertEqual((claims["sub"], claims["scope"], claims["team"]), ("alice", "a b", "blue"))
            self.assertEqual(claims["exp"] - claims["iat"], 90)
            self.assertLess(abs(claims["iat"] - time.time()), 60)

    def test_signs_with_a_pair_of_another_program(self):
        os.mkdir(self.folder)
        for key, algorithm in ((tokens.rsa_key(3072), "RS256"), (tokens.ed_key(), "EdDSA")):
            pem = os.path.join(self.folder, algorithm)
            with open(pem, "wb") as file:
                file.write(key.private_bytes(tokens.serialization.Encoding.PEM,
                                             tokens.serialization.PrivateFormat.PKCS8,
                                             tokens.serialization.NoEncryption()))
            token = self.printed("--key", pem, *WHO).strip()
            claims = jwt.decode(token, key.public_key(), algorithms=[algorithm],
                                audience=tokens.AUDIENCE)
            self.assertEqual(claims["exp"] - claims["iat"], 900)
            self.assertNotIn("scope", claims)

    def test_signs_with_a_secret_of_its_environment(self):
        token = self.printed("--secret-env", "DEMO", *WHO, env={"DEMO": tokens.SECRET}).strip()
        self.assertEqual(jwt.decode(token, tokens.SECRET, algorithms=["HS256"],
                                    audience=tokens.AUDIENCE)["sub"], "alice")

    def test_keeps_a_key_that_is_there(self):
        self.printed("--new-key", self.folder)
        with open(os.path.join(self.folder, "private.pem"), encoding="ascii") as file:
            before = file.read()
        result = run("--new-key", self.folder)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("File exists", result.stderr)
        with open(os.path.join(self.folder, "private.pem"), encoding="ascii") as file:
            self.assertEqual(file.read(), before)

    def test_refuses_bad_usage(self):
        self.printed("--new-key", self.folder)
        pem = os.path.join(self.folder, "private.pem")
        secret = {"DEMO": tokens.SECRET, "SHORT": "too short a secret"}
        self.refused("expected one of --key", *WHO)
        self.refused("expected one of --key", "--key", pem, "--secret-env", "DEMO", *WHO, env=secret)
        self.refused("--issuer, --audience and --subject", "--key", pem)
        self.refused("'ES256'", "--key", pem, "--alg", "ES256", *WHO)
        self.refused("the key is one for EdDSA", "--key", pem, "--alg", "HS256", *WHO)
        self.refused("the key is one for HS256", "--secret-env", "DEMO", "--alg", "RS256", *WHO,
                     env=secret)
        self.refused("no variable 'NOWHERE'", "--secret-env", "NOWHERE", *WHO)
        self.refused("--expires", "--key", pem, "--expires", "soon", *WHO)
        self.refused("--expires", "--key", pem, "--expires", "500ms", *WHO)
        self.refused("'sub' has an option", "--key", pem, "--claim", "sub=root", *WHO)
        self.refused("HS256", "--new-key", self.folder + "2", "--alg", "HS256")
        result = run("--secret-env", "SHORT", *WHO, env=secret)
        self.assertIn("18 bytes: expected 32", result.stderr)
        self.assertNotIn("too short a", result.stderr)
        result = run("--key", os.path.join(self.folder, "jwks.json"), *WHO)
        self.assertIn("jwks.json': cannot read the private key", result.stderr)

    def test_helps(self):
        self.assertIn("--secret-env NAME", self.printed("--help"))


if __name__ == "__main__":
    unittest.main()
