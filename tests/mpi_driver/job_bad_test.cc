/* Every bad job is refused with file and line (or --set argument), key and expectation.
 */
#include "mpi_driver/job.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

/* Three good lines; the cases go on from line 4, in which they usually go wrong. */
#define HEAD                                                                             \
    "name: t\nfunctions: [{name: f, memory_mb: 128}]\n"                                  \
    "budget: {invocations: 100}\n"
#define SIEVE      HEAD "sieve: {lo: 0, hi: 1e6}\n"
#define EXPERIMENT HEAD "experiment:\n  workload: {handler: eratosthenes, max: 1000}\n"

struct BadJob {
    const char *text;
    const char *where;    /* file and line */
    const char *key;      /* path of the key, or "" */
    const char *value;    /* the offending value, or what is wrong */
    const char *expected; /* after "expected " */
};

static const BadJob bad_jobs[] = {
    /* no YAML, or not ours */
    { "", "1", "", "nothing is in it", "keys and values" },
    { "# only a comment\n", "2", "", "nothing is in it", "keys and values" },
    { "name: [t\n", "2", "", "malformed YAML", "lines such as 'key: value'" },
    { "name: t\n\tseed: 1\n", "2", "", "a tab indents the line", "spaces" },
    { "name: 't\n", "2", "", "malformed YAML", "lines such as 'key: value'" },
    { "name: t\n seed: 1\n", "2", "", "malformed YAML", "lines such as" },
    { "name: t\n--- \nname: u\n", "2", "", "a second document", "one" },
    { "name: \"\\0\"\n", "1", "", "NUL", "text" },
    { "name: \xff\xfe\n", "1", "", "malformed YAML", "lines such as" },
    { "just words\n", "1", "", "single value", "a mapping with keys of name, endpoint" },
    { "- name: t\n", "1", "", "this is a list", "a mapping with keys of name" },
    { "name: &a t\nregion: *a\n", "1", "", "anchors and aliases", "the value itself" },
    { "name: t\nregion: *a\n", "2", "", "anchors and aliases", "the value itself" },
    { "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "1", "", "anchors", "the value" },
    { "name: !!str t\n", "1", "", "tags", "the value itself" },
    { "name: t\n? [a, b]\n: 1\n", "2", "", "a key is not a simple word", "'key: value'" },
    { "name: t\n'': 1\n", "2", "", "a key is empty", "a word" },
    { "name: [[[[[[[[[1]]]]]]]]]\n", "1", "", "nested too deeply", "at most 8 levels" },
    { "name: t\nseed: 1\nname: u\n", "3", "", "'name' appears twice, first on line 1",
      "once" },

    /* keys */
    { HEAD "budjet: {usd: 1}\n", "4", "budjet", "did you mean 'budget'?", "one of name" },
    { SIEVE "thorttle: count\n", "5", "thorttle", "did you mean 'throttle'?", "one of" },
    { SIEVE "colour: red\n", "5", "colour", "unknown", "one of name, endpoint" },
    { SIEVE "<<: {seed: 1}\n", "5", "<<", "unknown", "one of name" },
    { HEAD "sieve:\n  lo: 0\n  high: 10\n", "6", "sieve.high", "unknown",
      "one of lo, hi, partitions, audit" },
    { "name: t\nfunctions:\n- {name: f, memory: 128}\n", "3", "functions.0.memory",
      "unknown", "one of name, memory_mb" },
    { "functions: [{name: f, memory_mb: 128}]\nsieve: {hi: 9}\n", "1", "name", "missing",
      "a name such as memory-sweep" },
    { "name: t\nsieve: {hi: 10}\n", "1", "functions", "missing", "a list such as" },
    { "name: t\nfunctions:\n- name: f\nsieve: {hi: 9}\n", "3", "functions.0.memory_mb",
      "missing", "megabytes such as 128" },
    { HEAD "sieve: {lo: 3}\n", "4", "sieve.hi", "missing", "the end of the range" },
    { HEAD "experiment: {repetitions: 3}\n", "4", "experiment.workload", "missing",
      "a mapping such as" },
    { HEAD "sieve:\nseed: 1\n", "4", "sieve", "no value is given", "one" },
    { SIEVE "seed: ~\n", "5", "seed", "no value is given", "one" },
    { HEAD "seed: 4\n", "1", "", "nothing to do", "exactly one of experiment and sieve" },
    { SIEVE "experiment: {workload: {handler: isprime, n: 7}}\n", "4", "sieve",
      "there is an experiment too", "exactly one of experiment and sieve" },

    /* shapes */
    { HEAD "sieve: 1e10\n", "4", "sieve", "single value",
      "a mapping with keys of lo, hi" },
    { SIEVE "seed: [1]\n", "5", "seed", "this is a list", "a single value" },
    { SIEVE "throttle: {a: b}\n", "5", "throttle", "this is a mapping",
      "a single value" },
    { EXPERIMENT "  work: {a: 1}\n", "6", "experiment.work", "this is no list",
      "a list of numbers such as [1, 2, 5]" },
    { EXPERIMENT "  work: []\n", "6", "experiment.work", "0 entries", "1 to 64" },
    { "name: t\nfunctions: f\nsieve: {hi: 9}\n", "2", "functions", "this is no list",
      "a list such as [{name: f, memory_mb: 128}]" },
    { "name: t\nfunctions: [f]\nsieve: {hi: 9}\n", "2", "functions.0", "single value",
      "a mapping with keys of name, memory_mb" },
    { EXPERIMENT "  work: [[1], 2]\n", "6", "experiment.work.0", "this is a list",
      "a single value" },

    /* values: head */
    { "name: a b\nfunctions: [{name: f, memory_mb: 128}]\nsieve: {hi: 9}\n", "1", "name",
      "'a b'", "letters, digits" },
    { SIEVE "endpoint: remote\n", "5", "endpoint", "'remote'",
      "local, aws or https://host[:port]" },
    { SIEVE "endpoint: ftp://host\n", "5", "endpoint", "'ftp://host'", "local, aws or" },
    { SIEVE "endpoint: http://host:99999\n", "5", "endpoint", "'http://host:99999'",
      "local, aws or" },
    { SIEVE "endpoint: http://h/path\n", "5", "endpoint", "'http://h/path'",
      "local, aws" },
    { SIEVE "region: US East\n", "5", "region", "'US East'",
      "a region such as us-east-1" },
    { SIEVE "transport: invok\n", "5", "transport", "did you mean 'invoke'?", "invoke" },
    { SIEVE "transport: [invoke, url]\n", "5", "transport",
      "a list of transports is compared by an experiment", "one transport" },
    { EXPERIMENT "transport: [invoke, invoke]\n", "6", "transport.1",
      "'invoke' is in the list twice", "once" },
    { EXPERIMENT "transport: [invoke, gatway]\n", "6", "transport.1",
      "did you mean 'gateway'?", "invoke, gateway, gateway+key" },
    { EXPERIMENT "transport: [url, url, url, url, url, url, url]\n", "6", "transport",
      "the list has 7 entries", "at most 6" },
    { EXPERIMENT "transport: [invoke, gateway+kez]\n", "6", "transport.1",
      "did you mean 'gateway+key'?", "invoke, gateway, gateway+key" },
    { EXPERIMENT "transport: [invoke, url]\ntune: {objective: cost}\n", "6", "transport",
      "a tune uses one", "one transport" },

    /* values: addresses, keys and tokens */
    { SIEVE "endpoint: aws\ntransport: gateway\n", "1", "gateway.url", "missing",
      "a stage's address such as https://ID.execute-api" },
    { SIEVE "endpoint: http://h\ntransport: url\n", "2", "functions.0.url", "missing",
      "the function's URL" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, url: 'host/path'}]\nsieve: {hi: "
      "9}\n",
      "2", "functions.0.url", "'host/path' is no address", "one such as https://ID" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, path: primes}]\nsieve: {hi: 9}\n",
      "2", "functions.0.path", "'primes' does not begin with '/'", "a resource's path" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, path: '/a?b'}]\nsieve: {hi: 9}\n",
      "2", "functions.0.path", "'/a?b'", "a resource's path such as /primes" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, path: /a},"
      " {name: g, memory_mb: 128, path: /a}]\nsieve: {hi: 9}\ntransport: gateway\n",
      "2", "functions", "'f' and 'g' have the same path", "one for each" },
    { SIEVE "gateway: {url: 'https://h/a?b'}\n", "5", "gateway.url", "is no address",
      "one such as https://ID.execute-api" },
    { SIEVE "gateway: {kind: soap}\n", "5", "gateway.kind", "'soap'", "rest or http" },
    { SIEVE "gateway: {sign: maybe}\n", "5", "gateway.sign", "'maybe'", "false or true" },
    { SIEVE "gateway: {api_key: x}\n", "5", "gateway.api_key", "unknown",
      "one of url, kind" },
    { SIEVE "gateway: {api_key_env: 'a key'}\n", "5", "gateway.api_key_env", "'a key'",
      "the name of an environment variable" },
    { SIEVE "gateway: {token_env: A, token_command: b}\n", "5", "gateway.token_command",
      "there is a token_env too", "one of them" },
    { SIEVE "gateway: {token_env: A, sign: true}\n", "5", "gateway.sign",
      "share one header", "no token" },
    { SIEVE "gateway: {token_command: \"a 'b\"}\n", "5", "gateway.token_command", "",
      "a command such as" },
    { SIEVE "gateway: {token_command: ['', a]}\n", "5", "gateway.token_command",
      "its first word is empty", "a program" },
    { EXPERIMENT "endpoint: aws\ntransport: [gateway, gateway+key]\n"
                 "gateway: {url: 'https://h/prod'}\n",
      "8", "gateway.api_key_env", "a transport sends the key",
      "the name of a variable such as API_KEY" },
    { EXPERIMENT "endpoint: aws\ntransport: [invoke, gateway+authorizer]\n"
                 "gateway: {url: 'https://h/prod', authorizer: {cache: 0}}\n",
      "8", "gateway.token_command", "a transport shows one",
      "a command that prints a token, or token_env" },
    { SIEVE "endpoint: http://h\ntransport: gateway\n"
            "gateway: {url: 'http://h/prod', authorizer: {}}\n",
      "7", "gateway.token_command", "the endpoint is not local", "a command" },
    { EXPERIMENT "transport: [invoke, gateway+authorizer]\ngateway: {sign: true}\n", "7",
      "gateway.sign", "share one header", "no token" },
    { EXPERIMENT "transport: [gateway, gateway+key]\ngateway: {kind: http}\n", "7",
      "gateway.kind", "an HTTP API has no API keys", "rest" },
    { SIEVE "gateway: {authorizer: true}\n", "5", "gateway.authorizer", "single value",
      "a mapping with keys of cache, memory_mb, expires" },
    { SIEVE "gateway: {authorizer: {cache: 2h}}\n", "5", "gateway.authorizer.cache",
      "'2h'", "how long its answers are kept, such as 300s, or 0" },
    { SIEVE "gateway: {authorizer: {cache: 500ms}}\n", "5", "gateway.authorizer.cache",
      "whole seconds", "one such as 5s" },
    { SIEVE "gateway: {authorizer: {expires: 0}}\n", "5", "gateway.authorizer.expires",
      "'0'", "how long a token lives" },
    { SIEVE "gateway: {authorizer: {memory_mb: 64}}\n", "5",
      "gateway.authorizer.memory_mb", "'64'", "megabytes such as 128" },
    { "name: t\nfunctions: [{name: authorizer, memory_mb: 128}]\nsieve: {hi: 9}\n"
      "transport: gateway\ngateway: {token_env: A}\n",
      "2", "functions.0.name", "is the embedded authorizer's", "another name" },
    { SIEVE "url_auth: iam\n", "5", "url_auth", "'iam'", "aws_iam or none" },
    { SIEVE "free_tier: ture\n", "5", "free_tier", "did you mean 'true'?",
      "false or true" },
    { SIEVE "free_tier: 1\n", "5", "free_tier", "'1'", "false or true" },
    { SIEVE "prices: ''\n", "5", "prices", "", "the path of a price table" },
    { SIEVE "price: x.json\n", "5", "price", "did you mean 'prices'?", "one of name" },
    { SIEVE "arch: x86-64\n", "5", "arch", "did you mean 'x86_64'?", "x86_64 or arm64" },

    /* values: functions */
    { "name: t\nfunctions: [{name: f, memory_mb: 64}]\nsieve: {hi: 9}\n", "2",
      "functions.0.memory_mb", "'64' is not an integer from 128 to 10240",
      "megabytes such as 128" },
    { "name: t\nfunctions:\n- {name: f, memory_mb: 128}\n- {name: g, memory_mb: 128MB}\n"
      "sieve: {hi: 9}\n",
      "4", "functions.1.memory_mb", "'128MB'", "megabytes" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, timeout_s: 901}]\nsieve: {hi: 9}\n",
      "2", "functions.0.timeout_s", "'901' is not an integer from 1 to 900", "seconds" },
    { "name: t\nfunctions: [{name: 'f/g', memory_mb: 128}]\nsieve: {hi: 9}\n", "2",
      "functions.0.name", "'f/g'", "a function's name" },
    { "name: t\nfunctions:\n- {name: f, memory_mb: 128}\n- {name: f, memory_mb: 256}\n"
      "sieve: {hi: 9}\n",
      "4", "functions.1.name", "'f' is in the list twice", "once" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, reserved: -1}]\nsieve: {hi: 9}\n",
      "2", "functions.0.reserved", "'-1'", "concurrent calls such as 5" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, handler: 'a b'}]\nsieve: {hi: 9}\n",
      "2", "functions.0.handler", "'a b'", "a handler such as sieve" },

    /* values: experiment */
    { HEAD "experiment:\n  workload: {handler: eratostenes, max: 9}\n", "5",
      "experiment.workload.handler", "did you mean 'eratosthenes'?",
      "eratosthenes, sieve, isprime or custom" },
    { HEAD "experiment:\n  workload: {max: 9}\n", "5", "experiment.workload.handler",
      "missing", "eratosthenes, sieve" },
    { HEAD "experiment:\n  workload: {handler: eratosthenes}\n", "5",
      "experiment.workload.max", "missing", "a limit such as 1000000" },
    { HEAD "experiment:\n  workload: {handler: eratosthenes, max: 1}\n", "5",
      "experiment.workload.max", "'1' is not an integer from 2", "a limit" },
    { HEAD "experiment:\n  workload: {handler: eratosthenes, max: 9, n: 7}\n", "5",
      "experiment.workload.n", "handler 'eratosthenes' does not use it", "only max" },
    { HEAD "experiment:\n  workload: {handler: isprime, n: 7.5}\n", "5",
      "experiment.workload.n", "'7.5'", "a number such as" },
    { HEAD "experiment:\n  workload: {handler: isprime, n: 7, payload: '{}'}\n", "5",
      "experiment.workload.payload", "handler 'isprime' does not use it", "only n" },
    { HEAD "experiment:\n  workload: {handler: sieve, lo: 9}\n", "5",
      "experiment.workload.hi", "missing", "an end such as 1e9" },
    { HEAD "experiment:\n  workload: {handler: sieve, lo: 9, hi: 9}\n", "5",
      "experiment.workload.hi", "'9' ends before it begins", "more than lo" },
    { HEAD "experiment:\n  workload: {handler: sieve, lo: 1, hi: 1e19}\n  work: [2]\n",
      "6", "experiment.work", "ends beyond 2^64", "less" },
    { HEAD "experiment:\n  workload: {function: g}\n", "2", "functions.0.handler",
      "missing", "a package, or a handler of the project's own" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, handler: sieve}]\n"
      "experiment:\n  workload: {function: g}\n",
      "4", "experiment.workload.function", "'g' is not in functions",
      "one of their names" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, handler: sieve}]\n"
      "experiment:\n  workload: {function: f, payload: '{\"lo\"'}\n",
      "4", "experiment.workload.payload", "is not JSON", "text such as" },
    { HEAD "experiment:\n  workload: {function: f, handler: sieve, lo: 1, hi: 2}\n", "5",
      "experiment.workload.function", "handler 'sieve' does not use it",
      "only lo and hi" },
    { EXPERIMENT "  work: [1, 0]\n", "6", "experiment.work.1", "'0'",
      "multiples such as" },
    { EXPERIMENT "  work: [1, 2, 1]\n", "6", "experiment.work.2", "twice", "once" },
    { EXPERIMENT "  work:\n  - 1\n  - two\n", "8", "experiment.work.1", "'two'",
      "multiples" },
    { EXPERIMENT "  parallelism: [0]\n", "6", "experiment.parallelism.0", "'0'",
      "calls in flight" },
    { EXPERIMENT "  parallelism: 2\nparallelism: 4\n", "7", "parallelism",
      "experiment.parallelism is given as well", "one of them" },
    { EXPERIMENT "parallelism: many\n", "6", "parallelism", "'many'", "calls in flight" },
    { EXPERIMENT "  repetitions: 0\n", "6", "experiment.repetitions", "'0'",
      "calls per cell such as 100" },
    { EXPERIMENT "  blocks: 1.5\n", "6", "experiment.blocks", "'1.5'",
      "blocks such as 10" },
    { EXPERIMENT "  order: random\n", "6", "experiment.order", "'random' is unknown",
      "randomized-blocks or sequential" },
    { EXPERIMENT "  repetitions: 1e6\n  work: "
                 "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,"
                 "27,28,29,30,31,"
                 "32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53]\n"
                 "  parallelism: [1, 2]\n",
      "6", "experiment.repetitions", "106000000 calls", "at most 100000000" },

    /* values: when and how often */
    { EXPERIMENT "  repetitions: {min: 20, max: 500}\n", "6",
      "experiment.repetitions.until", "missing", "a target such as ci 2%" },
    { EXPERIMENT "  repetitions: {min: 20, most: 500}\n", "6",
      "experiment.repetitions.most", "unknown", "one of max, min, until" },
    { EXPERIMENT "  repetitions: {until: 2%}\n", "6", "experiment.repetitions.until",
      "'2%' is no target", "one such as ci 2%" },
    { EXPERIMENT "  repetitions: {until: ci 200%}\n", "6", "experiment.repetitions.until",
      "'200%' is not a number from 0.0001 to 1", "a share such as 2%" },
    { EXPERIMENT "  repetitions:\n    until: ci 2%\n    min: 0\n", "8",
      "experiment.repetitions.min", "'0'", "calls per cell such as 100" },
    { EXPERIMENT "  repetitions:\n    until: ci 2%\n    min: 30\n    max: 20\n", "9",
      "experiment.repetitions.max", "20 is below min", "at least 30" },
    { EXPERIMENT "  repetitions: [1, 2]\n", "6", "experiment.repetitions",
      "this is a list", "a mapping with keys of max, min, until" },
    { EXPERIMENT "  repetitions:\n", "6", "experiment.repetitions", "no value is given",
      "one" },
    { EXPERIMENT "  every: 5\n  for: 6h\n", "6", "experiment.every",
      "'5' is not a duration from 100ms to 366d", "a time between probes such as 5m" },
    { EXPERIMENT "  every: 5m\n  for: 6 hours\n", "7", "experiment.for",
      "'6 hours' is not a duration", "a length such as 6h" },
    { EXPERIMENT "  every: 5m\n", "5", "experiment.for", "missing",
      "a length such as 6h" },
    { EXPERIMENT "  for: 6h\n", "6", "experiment.for", "nothing repeats for so long",
      "every as well, or throttle: find-limit" },
    { EXPERIMENT "  every: 1s\n  for: 1m\n  blocks: 3\n", "8", "experiment.blocks",
      "every probe is one block", "no such key" },
    { EXPERIMENT "  every: 1s\n  for: 1m\n  repetitions: {until: ci 2%}\n", "8",
      "experiment.repetitions.until", "every says when it ends", "a plain number" },
    { EXPERIMENT "  every: 100ms\n  for: 30d\n", "7", "experiment.for",
      "25920000 blocks of 1 cells", "at most 1000000 visits" },
    { EXPERIMENT "throttle: find-limit\n", "5", "experiment.parallelism", "missing",
      "the most calls in flight that the search may reach" },
    { EXPERIMENT "  parallelism: 9\n  every: 1s\n  for: 9s\nthrottle: find-limit\n", "7",
      "experiment.every", "find-limit calls without a pause", "no such key" },
    { EXPERIMENT "  parallelism: 9\n  blocks: 2\nthrottle: find-limit\n", "7",
      "experiment.blocks", "find-limit has one block", "no such key" },
    { EXPERIMENT "  parallelism: 9\n  repetitions: {until: ci 1%}\n"
                 "throttle: find-limit\n",
      "7", "experiment.repetitions.until", "find-limit ends by for", "no such key" },
    { EXPERIMENT "  parallelism: 9\nthrottle: find-limit\nfind_limit: {start: 10}\n", "8",
      "find_limit.start", "10 is above the parallelism", "at most 9" },
    { SIEVE "find_limit: {window: 1}\n", "5", "find_limit.window",
      "'1' is not a duration from 10ms to 1h", "a time between decisions such as 1s" },
    { SIEVE "find_limit: {step: 0}\n", "5", "find_limit.step", "'0'",
      "calls in flight such as 1" },

    /* values: sieve */
    { HEAD "sieve: {lo: -1, hi: 9}\n", "4", "sieve.lo", "'-1'", "an end such as 1e10" },
    { HEAD "sieve: {lo: 0, hi: 1e20}\n", "4", "sieve.hi",
      "'1e20' is not an integer from 0 to 18446744073709551615", "an end" },
    { HEAD "sieve: {lo: 9, hi: 8}\n", "4", "sieve.hi", "'8' ends before it begins",
      "more than lo" },
    { HEAD "sieve: {hi: 1e99999}\n", "4", "sieve.hi", "'1e99999'", "an end" },
    { HEAD "sieve: {hi: 9, partitions: few}\n", "4", "sieve.partitions", "'few'",
      "auto or a number of calls" },
    { HEAD "sieve: {hi: 9, partitions: 10}\n", "4", "sieve.partitions",
      "'10' is more than the range has numbers", "auto or at most 9" },
    { HEAD "sieve: {hi: 9, audit: 101%}\n", "4", "sieve.audit",
      "'101%' is not a number from 0 to 1", "a share such as 1%" },
    { SIEVE "parallelism: 0\n", "5", "parallelism", "'0'", "calls in flight such as 8" },
    { SIEVE "parallelism: [1, 2]\n", "5", "parallelism", "this is a list",
      "a single value" },

/* values: versions and aliases */
#define LOCAL_FUNCTION "name: t\nsieve: {hi: 9}\nfunctions:\n- {name: f, memory_mb: 128"
#define PAIR           LOCAL_FUNCTION ", versions: [{}, {memory_mb: 256}]"
    { LOCAL_FUNCTION ", versions: [{memory_mb: 64}]}\n", "4",
      "functions.0.versions.0.memory_mb", "'64'", "megabytes" },
    { LOCAL_FUNCTION ", versions: [{colour: red}]}\n", "4",
      "functions.0.versions.0.colour", "unknown", "one of memory_mb, handler, package" },
    { LOCAL_FUNCTION ", versions: [{environment: [1A=x]}]}\n", "4",
      "functions.0.versions.0.environment.0", "'1A=x' sets no variable", "NAME=value" },
    { LOCAL_FUNCTION ", versions: [{environment: [NAME]}]}\n", "4",
      "functions.0.versions.0.environment.0", "'NAME' sets no variable", "NAME=value" },
    { PAIR ", alias: {name: live}}\n", "4", "functions.0.alias.version", "missing",
      "a value" },
    { PAIR ", alias: {name: 7, version: 1}}\n", "4", "functions.0.alias.name",
      "'7' is the number of a version", "a name" },
    { PAIR ", alias: {name: live, version: 3}}\n", "4", "functions.0.alias.version",
      "'3' does not exist", "one of the 2 entries of versions" },
    { PAIR ", alias: {name: live, version: 1, canary: 2}}\n", "4",
      "functions.0.alias.weight", "missing", "a canary with its weight" },
    { PAIR ", alias: {name: live, version: 1, weight: 10%}}\n", "4",
      "functions.0.alias.canary", "missing", "a canary with its weight" },
    { PAIR ", alias: {name: live, version: 2, canary: 2, weight: 10%}}\n", "4",
      "functions.0.alias.canary", "'2' is the alias's version", "another" },
    { PAIR ", alias: {name: live, version: 1, canary: 2, weight: 110%}}\n", "4",
      "functions.0.alias.weight", "'110%'", "a share of the calls: 10%" },
    { PAIR ", qualifier: live}\n", "4", "functions.0.qualifier",
      "the local endpoint has no 'live'", "the number of an entry of versions" },
    { PAIR ", qualifier: 3}\n", "4", "functions.0.qualifier",
      "the local endpoint has no '3'", "the number of an entry" },
    { PAIR ", qualifier: 01}\n", "4", "functions.0.qualifier",
      "the local endpoint has no '01'", "the number of an entry" },
    { PAIR ", compare: [1, 2]}\n", "4", "functions.0.compare", "a sieve compares nothing",
      "a qualifier" },
    { PAIR "}\n- {name: f, memory_mb: 128, versions: [{}], qualifier: 1}\n", "5",
      "functions.1.versions", "at the first of its entries", "none here" },
    { PAIR ", qualifier: 1}\n- {name: f, memory_mb: 128, qualifier: 1}\n", "5",
      "functions.1.name", "'f' is in the list twice", "once" },
#undef LOCAL_FUNCTION
#undef PAIR
#define COMPARED(rest)                                                                   \
    "name: t\nexperiment: {workload: {handler: isprime, n: 7}}\nfunctions:\n"            \
    "- {name: f, memory_mb: 128, versions: [{}, {}]" rest
    { COMPARED(", compare: 1}\n"), "4", "functions.0.compare", "the list has 1 entries",
      "2 to 64" },
    { COMPARED(", compare: [1, 1]}\n"), "4", "functions.0.compare.1",
      "'1' is in the list twice", "once" },
    { COMPARED(", compare: [1, 3]}\n"), "4", "functions.0.compare.1",
      "the local endpoint has no '3'", "the number of an entry" },
    { COMPARED(", compare: [1, 2], qualifier: 1}\n"), "4", "functions.0.qualifier",
      "compare says what is called", "one of the two keys" },
    { COMPARED(", compare: [1, 2]}\n- {name: f, memory_mb: 128}\n"), "5",
      "functions.1.name", "'f' is in the list twice", "once" },
    { COMPARED(", compare: [1, 2]}\ntune: {}\n"), "4", "functions",
      "'f' has versions, an alias or a compare", "none" },
#undef COMPARED

    /* values: rules */
    { SIEVE "throttle: find-limit\n", "5", "throttle", "a sieve needs every answer",
      "count or retry" },
    { SIEVE "throttle: retyr\n", "5", "throttle", "did you mean 'retry'?",
      "count, retry or find-limit" },
    { SIEVE "retry: {jitter: some}\n", "5", "retry.jitter", "'some'",
      "full, equal or decorrelated" },
    { SIEVE "retry: {attempts: 0}\n", "5", "retry.attempts", "'0'", "attempts per call" },
    { SIEVE "retry:\n  base_ms: 500\n  cap_ms: 100\n", "7", "retry.cap_ms",
      "100 is below base_ms", "at least 500" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128}]\nsieve: {hi: 9}\n"
      "budget:\n  invocations: 0\n",
      "5", "budget.invocations", "'0'", "attempts such as" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128}]\nsieve: {hi: 9}\n"
      "budget: {usd: 5 cents}\n",
      "4", "budget.usd", "'5 cents'", "dollars such as 0.25" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128}]\nsieve: {hi: 9}\n"
      "budget: {usd: nan}\n",
      "4", "budget.usd", "'nan'", "dollars such as 0.25" },
    { SIEVE "seed: 1.5\n", "5", "seed", "'1.5'", "any whole number" },
    { SIEVE "local: {cpu: ticks}\n", "5", "local.cpu", "'ticks'", "tick, quota or off" },
    { SIEVE "local: {concurrency: 0}\n", "5", "local.concurrency", "'0'",
      "concurrent calls" },
    { SIEVE "local:\n  faults:\n    error: 120%\n", "7", "local.faults.error", "'120%'",
      "a share of the requests such as 20%" },
    { SIEVE "local: {faults: {error: 60%, drop: 0.5}}\n", "5", "local.faults",
      "the shares sum to 1.1", "at most 1" },
    { SIEVE "local: {faults: {slow_ms: 1e9}}\n", "5", "local.faults.slow_ms", "'1e9'",
      "milliseconds" },
};

static fan_err refusal(const std::string &text, const std::vector<const char *> &sets)
{
    fan_err err = {};
    fan_job *job = nullptr;
    EXPECT_EQ(fan_job_parse(&job, "a.yaml", text.data(), text.size(), sets.data(),
                            sets.size(), &err),
              FAN_EUSAGE)
        << text;
    EXPECT_EQ(job, nullptr);
    return err;
}

static void expect_part(const fan_err &err, const std::string &part)
{
    EXPECT_NE(std::string(err.text).find(part), std::string::npos)
        << err.text << "\n  lacks: " << part;
}

TEST(JobBad, EveryErrorNamesFileLineKeyValueAndExpectation)
{
    static_assert(sizeof bad_jobs / sizeof *bad_jobs >= 100, "a table worth its name");
    for (const BadJob &bad : bad_jobs) {
        SCOPED_TRACE(bad.text);
        fan_err err = refusal(bad.text, {});
        EXPECT_EQ(std::string(err.text).find(std::string("a.yaml:") + bad.where + ": "),
                  0u)
            << err.text;
        if (*bad.key) expect_part(err, std::string("key '") + bad.key + "': ");
        expect_part(err, bad.value);
        expect_part(err, std::string("expected ") + bad.expected);
    }
}

static const struct {
    const char *set, *key, *value, *expected;
} bad_sets[] = {
    { "budget", "", "no assignment", "key=value" },
    { "=5", "", "no assignment", "key=value" },
    { "budget..usd=5", "", "not a path", "key.key=value" },
    { "budget.usd=five", "budget.usd", "'five'", "dollars" },
    { "budget.usd=", "", "no value is given", "key=value" },
    { "budget.usd=~", "budget.usd", "no value is given", "one" },
    { "budget={usd: 5", "", "malformed YAML", "lines such as" },
    { "budget.usd=*x", "", "anchors", "the value itself" },
    { "bugdet.usd=5", "bugdet", "did you mean 'budget'", "one of" },
    { "functions.7.memory_mb=128", "", "'7' leads nowhere", "the number of an entry" },
    { "functions.1.memory_mb=128", "functions.1.name", "missing", "a name" },
    { "functions.0.memory_mb=64", "functions.0.memory_mb", "'64'", "megabytes" },
    { "name.first=x", "", "'first' leads nowhere", "a mapping on the way" },
    { "seed=1\nname: x", "", "malformed YAML", "lines such as" },
    { "parallelism=[1,2]", "parallelism", "this is a list", "a single value" },
};

TEST(JobBad, ErrorsOfSetNameTheArgument)
{
    for (const auto &bad : bad_sets) {
        fan_err err = refusal(SIEVE, { "seed=3", bad.set });
        std::string argument(bad.set);
        argument = argument.substr(0, argument.find('\n'));
        EXPECT_EQ(std::string(err.text).find("--set " + argument), 0u) << err.text;
        if (*bad.key) expect_part(err, std::string("key '") + bad.key + "': ");
        expect_part(err, bad.value);
        expect_part(err, std::string("expected ") + bad.expected);
    }
}

TEST(JobBad, AFileThatIsTooLongIsRefusedUnread)
{
    std::string text(FAN_JOB_BYTES_MAX + 1, '#');
    expect_part(refusal(text, {}),
                "a.yaml:1: the file has 1048577 bytes, expected at most");
}

TEST(JobBad, TooManyValuesAreRefused)
{
    std::string text = "name: [";
    for (int i = 0; i < 20000; i++)
        text += "1,";
    expect_part(refusal(text + "1]\n", {}), "too many values, expected at most 10000");
}

TEST(JobBad, DeepNestingIsRefusedAtOnce)
{
    expect_part(refusal("name: " + std::string(500000, '['), {}), "nested too deeply");
}

TEST(JobBad, AnErrorBehindSixtyThousandLinesNamesItsLine)
{
    std::string text = std::string(60000, '\n') + SIEVE "seed: x\n";
    expect_part(refusal(text, {}), "a.yaml:60005: key 'seed': 'x'");
}

TEST(JobBad, ControlCharactersNeverReachTheTerminal)
{
    fan_err err = refusal(SIEVE "seed: \"\\e[31m\\n\"\n", {});
    for (const char *p = err.text; *p; p++)
        EXPECT_GE(static_cast<unsigned char>(*p), 0x20);
}
