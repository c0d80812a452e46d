"""Helper of bench/mesh.sh.

instances COUNT MODEL OUT    COUNT instances with vectors of MODEL, for COPY: OUT/instances.copy, OUT/beats.copy
route URL COUNT PROMPTS      COUNT decisions over one connection, of so many prompts; prints p50 and p99
beats URL COUNT RATE SECONDS OUT  one beat a call, RATE a second in all, over COUNT instances
flood URL COUNT SECONDS OUT  a thousand beats a call, as fast as it goes
"""
import http.client, json, random, sys, threading, time, uuid
from urllib.parse import urlparse

TENANT = "00000000-0000-4000-8000-000000000001"
DIMENSIONS = 384
ROLES = ["data-intelligence", "design-experience", "security-compliance", "general"]
WORDS = "why did the sign-ups of last week drop and which boat leaks in the harbour of the design review".split()
THREADS = 4


def instances(count, model, out):
    rng = random.Random(5)
    with open(f"{out}/instances.copy", "w") as rows, open(f"{out}/beats.copy", "w") as beats:
        for i in range(count):
            v = [rng.gauss(0, 1) for _ in range(DIMENSIONS)]
            length = sum(x * x for x in v) ** 0.5
            vector = "[" + ",".join(f"{x / length:.5f}" for x in v) + "]" if model != "none" else "\\N"
            name, id = f"instance-{i:05}", uuid.UUID(int=i + (1 << 100))
            rows.write("\t".join([TENANT, TENANT, str(id), name, rng.choice(ROLES), "what it knows",
                                  model if model != "none" else "\\N", vector, "{anthropic/claude-opus}",
                                  f"http://127.0.0.1:{10000 + i}"]) + "\n")
            beats.write(f"{TENANT}\t{TENANT}\t{id}\n")


class Caller:
    def __init__(self, url):
        u = urlparse(url)
        self.connection = http.client.HTTPConnection(u.hostname, u.port, timeout=60)

    def call(self, path, body):
        text = json.dumps(body)
        began = time.perf_counter()
        self.connection.request("POST", path, text, {"Content-Type": "application/json"})
        reply = self.connection.getresponse()
        answer = reply.read()
        took = time.perf_counter() - began
        if reply.status != 200:
            sys.exit(answer.decode())
        return took, answer


def shown(times):
    times.sort()
    at = lambda p: times[min(len(times) - 1, int(p * len(times)))] * 1000
    return f"p50 {at(.5):.2f} ms, p99 {at(.99):.2f} ms"


def route(url, count, prompts):
    rng = random.Random(7)
    texts = [" ".join(rng.choices(WORDS, k=8)) + f" {i}" for i in range(prompts)]
    caller, times = Caller(url), []
    for i in range(count):
        took, answer = caller.call("/mesh/route", {"prompt": texts[i % prompts], "model": "anthropic/claude-opus"})
        times.append(took)
    selected = json.loads(answer)
    assert selected["selectedInstance"] and selected["candidates"] >= 100, selected
    print(f"{shown(times[prompts if prompts < count else 0:])}; {selected['candidates']} candidates"
          + (f" ({selected['degraded']})" if "degraded" in selected else ""))


def names(out):
    with open(f"{out}/beats.copy") as f:
        return [line.split("\t")[2].strip() for line in f]


def beats(url, count, rate, seconds, out):
    ids, times, lock = names(out)[:count], [], threading.Lock()
    began = time.perf_counter()

    def work(k):
        caller, mine = Caller(url), []
        for n in range(k, int(rate * seconds), THREADS):
            wait = began + n / rate - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            mine.append(caller.call("/api/mesh/heartbeat", {"id": ids[n % count], "activeJobs": n % 4})[0])
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(THREADS)]
    [t.start() for t in threads], [t.join() for t in threads]
    print(f"{len(times) / (time.perf_counter() - began):.0f}/s, {shown(times)}")


def flood(url, count, seconds, out):
    ids, done, lock = names(out)[:count], [0], threading.Lock()
    began = time.perf_counter()

    def work(k):
        caller, mine, at = Caller(url), 0, k * 1000
        while time.perf_counter() - began < seconds:
            some = [{"id": ids[(at + i) % count], "activeJobs": i % 4} for i in range(1000)]
            caller.call("/api/mesh/heartbeat", {"instances": some})
            at, mine = at + 1000 * THREADS, mine + 1000
        with lock:
            done[0] += mine

    threads = [threading.Thread(target=work, args=(k,)) for k in range(THREADS)]
    [t.start() for t in threads], [t.join() for t in threads]
    print(f"{done[0] / (time.perf_counter() - began):.0f}/s")


command, a = sys.argv[1], sys.argv[2:]
if command == "instances":
    instances(int(a[0]), a[1], a[2])
elif command == "route":
    route(a[0], int(a[1]), int(a[2]))
elif command == "beats":
    beats(a[0], int(a[1]), float(a[2]), float(a[3]), a[4])
else:
    flood(a[0], int(a[1]), float(a[2]), a[3])
