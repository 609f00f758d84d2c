#!/usr/bin/python3
"""Measure what a call costs, beside wrk and hey in the same run.

usage: bench/bench.py client|endpoint|all [--rounds N] [--calls N] [--json FILE]

Needs: cmake --preset bench && cmake --build --preset bench; packages wrk, hey, python3-botocore.
Method: clients and servers share one CPU; figures are CPU microseconds per request of the named
process (user + system), medians over the rounds, the clients taking turns within each round.
Everything runs on loopback.
"""
import argparse, json, os, resource, signal, statistics, subprocess, sys, tempfile, time, http.client

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("FAN_BUILD", os.path.join(ROOT, "build", "bench"))
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDBENCH", "AWS_SECRET_ACCESS_KEY": "bench-secret"}
BODY = '{"n":1000003}'
CPU = max(os.sched_getaffinity(0))


def pinned():
    os.sched_setaffinity(0, {CPU})


def cpu_of_children(command, **kwargs):
    """CPU seconds, wall seconds and output of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          preexec_fn=pinned, **kwargs)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stderr or done.stdout}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, done.stdout


def cpu_of_process(pid):
    """CPU seconds that a running process has used (nanosecond clock of the scheduler)."""
    return int(open(f"/proc/{pid}/schedstat").read().split()[0]) / 1e9


def memory_kb(pid, key):
    for line in open(f"/proc/{pid}/{'smaps_rollup' if key == 'Pss' else 'status'}"):
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


class Server:
    """A server process that ends with its standard input or by SIGTERM."""

    def __init__(self, command, ready):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, preexec_fn=pinned, env={**os.environ, **KEYS})
        self.url = ready(self.process.stdout.readline().strip())
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


def answer_server(delay_ms=0):
    return Server([f"{BUILD}/bench/answer_server", str(delay_ms)], lambda port: f"http://127.0.0.1:{port}")


def local_lambda(*options):
    return Server([f"{BUILD}/bin/local_lambda", "--port", "0", *options], lambda line: line.split()[-1])


def signed(method, url, body, headers=None):
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    SigV4Auth(Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]), "lambda",
              "us-east-1").add_auth(request)
    return dict(request.headers)


def control(url, method, path, body=None):
    host = url.split("//")[1]
    connection = http.client.HTTPConnection(host)
    data = json.dumps(body) if body is not None else ""
    connection.request(method, path, data, signed(method, url + path, data))
    reply = connection.getresponse()
    text = reply.read()
    if reply.status >= 300:
        sys.exit(f"{method} {path}: {reply.status} {text!r}")
    return text


def create_function(url, name, memory=1769, handler="isprime", timeout=30):
    import base64
    package = open(f"{BUILD}/share/lambda-fanout/function.zip", "rb").read()
    control(url, "POST", "/2015-03-31/functions", {
        "FunctionName": name, "Runtime": "provided.al2023", "Handler": handler,
        "Role": "arn:aws:iam::123456789012:role/bench", "MemorySize": memory, "Timeout": timeout,
        "Code": {"ZipFile": base64.b64encode(package).decode()}})


def run_ours(url, places, calls, function="bench"):
    cpu, wall, out = cpu_of_children([f"{BUILD}/bench/client_bench", url, function, str(places), str(calls)],
                                     env={**os.environ, **KEYS})
    result = json.loads(out)
    if result["failed"]:
        sys.exit(f"client_bench: {result['failed']} of {calls} calls failed")
    return result["cpu_us_per_call"], calls / wall, result


def run_wrk(url, places, seconds, path, headers):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method='POST'\nwrk.body=[==[{BODY}]==]\n" +
                     "".join(f"wrk.headers[ [==[{k}]==] ]=[==[{v}]==]\n" for k, v in headers.items()))
        script.flush()
        cpu, wall, out = cpu_of_children(["wrk", "-t", "1", "-c", str(places), "-d", f"{seconds}s",
                                          "-s", script.name, url + path])
    requests = int(next(l for l in out.splitlines() if " requests in " in l).split()[0])
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"wrk met errors: {out}")
    return cpu / requests * 1e6, requests / wall, requests


def run_hey(url, places, calls, path, headers):
    arguments = [x for k, v in headers.items() for x in ("-H", f"{k}: {v}")]
    cpu, wall, out = cpu_of_children(["hey", "-n", str(calls), "-c", str(places), "-m", "POST", "-cpus", "1",
                                      "-d", BODY, *arguments, url + path])
    if f"[200]\t{calls // places * places}" not in out:
        sys.exit(f"hey met errors: {out}")
    return cpu / calls * 1e6, calls / wall, None


def bench_client(args):
    rows = []
    path = "/2015-03-31/functions/bench/invocations"
    for places in (1, 64, 512, 2000):
        calls = args.calls if places > 1 else args.calls // 4
        results = {"mpi_driver's client (signed, recorded)": [], "wrk (static headers)": [], "hey (static headers)": []}
        connections = []
        with answer_server() as server:
            headers = signed("POST", server.url + path, BODY)
            for _ in range(args.rounds):
                cost, _, ours = run_ours(server.url, places, calls)
                connections.append(ours["connections"])
                results["mpi_driver's client (signed, recorded)"].append(cost)
                results["wrk (static headers)"].append(run_wrk(server.url, places, 1, path, headers)[0])
                if places > 1:
                    results["hey (static headers)"].append(run_hey(server.url, places, calls // places * places, path, headers)[0])
        for name, costs in results.items():
            if costs:
                rows.append({"client": name, "in_flight": places, "cpu_us": statistics.median(costs),
                             "cpu_us_min": min(costs), "cpu_us_max": max(costs),
                             **({"connections": max(connections)} if "mpi_driver" in name else {})})
    print(f"{'client CPU per call':40} {'in flight':>9} {'median us':>10} {'min':>7} {'max':>7}  connections")
    for r in rows:
        print(f"{r['client']:40} {r['in_flight']:9} {r['cpu_us']:10.1f} {r['cpu_us_min']:7.1f} {r['cpu_us_max']:7.1f}  {r.get('connections', '')}")
    return {"client": rows}


def bench_warm(args):
    rows = []
    path = "/2015-03-31/functions/bench/invocations"
    for places in (1, 64, 512):
        calls = args.calls // 4
        costs, walls = {"our client": [], "wrk": []}, []
        for _ in range(args.rounds):
            with local_lambda("--rate-factor", "0", "--cpu", "off") as server:
                create_function(server.url, "bench")
                run_ours(server.url, places, max(2000, 2 * places))  # instances exist now
                before = cpu_of_process(server.pid)
                _, rate, _ = run_ours(server.url, places, calls)
                costs["our client"].append((cpu_of_process(server.pid) - before) / calls * 1e6)
                walls.append(1e6 / rate)
                before = cpu_of_process(server.pid)
                _, _, requests = run_wrk(server.url, places, 1, path, signed("POST", server.url + path, BODY))
                costs["wrk"].append((cpu_of_process(server.pid) - before) / requests * 1e6)
        for name, values in costs.items():
            rows.append({"load": name, "in_flight": places, "cpu_us": statistics.median(values),
                         "cpu_us_min": min(values), "cpu_us_max": max(values)})
    print(f"\n{'endpoint CPU per warm invocation':40} {'in flight':>9} {'median us':>10} {'min':>7} {'max':>7}")
    for r in rows:
        print(f"{'load by ' + r['load']:40} {r['in_flight']:9} {r['cpu_us']:10.1f} {r['cpu_us_min']:7.1f} {r['cpu_us_max']:7.1f}")
    return {"warm": rows}


def bench_cold(args):
    """Spawn to first response of new instances, one at a time, from the REPORT line: Init + Duration."""
    import base64, re
    colds, warms, floors = [], [], []
    path = "/2015-03-31/functions/bench/invocations"
    with local_lambda("--cpu", "off", "--rate-factor", "0") as server:
        create_function(server.url, "bench")
        connection = http.client.HTTPConnection(server.url.split("//")[1])

        def reported_ms():
            headers = signed("POST", server.url + path, BODY, {"X-Amz-Log-Type": "Tail"})
            connection.request("POST", path, BODY, headers)
            reply = connection.getresponse()
            reply.read()
            log = base64.b64decode(reply.getheader("X-Amz-Log-Result")).decode()
            return sum(float(ms) for ms in re.findall(r"\t(?:Init )?Duration: ([0-9.]+) ms", log))

        reported_ms()
        for i in range(200):
            control(server.url, "PUT", "/2015-03-31/functions/bench/configuration", {"Description": str(i)})
            time.sleep(0.005)
            colds.append(reported_ms())
            warms.append(reported_ms())
            if i % 20 == 0:
                floors.append(float(cpu_of_children([f"{BUILD}/bench/spawn_bench", "50"])[2]) / 1e3)
    cold, warm, floor = statistics.median(colds), statistics.median(warms), statistics.median(floors)
    p95 = sorted(colds)[int(len(colds) * 0.95)]
    print(f"\ncold start, spawn to first response: median {cold:.2f} ms, p95 {p95:.2f} ms (n = {len(colds)}); "
          f"warm call {warm:.2f} ms;\n  beside it, spawn to first byte of a bare static program: {floor:.2f} ms")
    return {"cold": {"median_ms": cold, "p95_ms": p95, "warm_median_ms": warm, "spawn_floor_ms": floor, "n": len(colds)}}


def bench_memory(args):
    """Resident memory of the endpoint with 1,000 calls in flight, then 1,000 idle instances."""
    with local_lambda("--cpu", "off", "--rate-factor", "0", "--faults", "slow=1,slow_ms=4000") as server:
        create_function(server.url, "bench")
        empty = memory_kb(server.pid, "VmRSS")
        client = subprocess.Popen([f"{BUILD}/bench/client_bench", server.url, "bench", "1000", "1000"],
                                  stdout=subprocess.PIPE, text=True, env={**os.environ, **KEYS})
        time.sleep(3)
        busy, client_rss = memory_kb(server.pid, "VmRSS"), memory_kb(client.pid, "VmRSS")
        client.communicate()
        idle = memory_kb(server.pid, "VmRSS")
        instances = [int(p) for p in open(f"/proc/{server.pid}/task/{server.pid}/children").read().split()]
        pss = sum(memory_kb(p, "Pss") for p in instances)
    print(f"\nmemory: endpoint {empty / 1024:.1f} MB empty, {busy / 1024:.1f} MB with 1,000 calls in flight, "
          f"{idle / 1024:.1f} MB with {len(instances)} idle instances; "
          f"these take {pss / 1024:.1f} MB together (proportional set size); "
          f"client {client_rss / 1024:.1f} MB with 1,000 in flight")
    return {"memory": {"endpoint_empty_kb": empty, "endpoint_busy_kb": busy, "endpoint_idle_kb": idle,
                       "instances": len(instances), "instances_pss_kb": pss, "client_kb": client_rss}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["client", "endpoint", "all"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=60000)
    parser.add_argument("--json", metavar="FILE")
    args = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    result = {"cpu": next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?"),
              "rounds": args.rounds, "calls": args.calls}
    if args.what in ("client", "all"):
        result.update(bench_client(args))
    if args.what in ("endpoint", "all"):
        for part in (bench_warm, bench_cold, bench_memory):
            result.update(part(args))
    if args.json:
        with open(args.json, "w") as out:
            json.dump(result, out, indent=1)


main()
