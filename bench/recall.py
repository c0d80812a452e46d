"""Helper of bench/recall.sh.

load URL SERIES ITEMS TENANTS        logs threads of twenty messages and stores memories, then waits for the segment builder
ask URL SERIES ITEMS TENANTS MODE    asks 300 questions one by one, then 600 from eight clients; prints one line
"""
import http.client, json, random, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

WORDS = ["".join(random.Random(i).choices("bcdfghjklmnprstvz", k=3) + random.Random(i + 9).choices("aeiou", k=3))
         for i in range(20000)]
command, url, series, items, tenants = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
local = threading.local()


def zipf(rng):
    return WORDS[min(int(rng.paretovariate(0.7)), len(WORDS) - 1)]


def post(path, body, tenant):
    if not hasattr(local, "c"):
        u = urlparse(url)
        local.c = http.client.HTTPConnection(u.hostname, u.port, timeout=300)
    local.c.request("POST", path, json.dumps(body), {"X-Stele-Org": f"{series:04d}{tenant:04d}-0000-4000-8000-000000000000"})
    r = local.c.getresponse()
    answer = r.read()
    if r.status not in (200, 201):
        sys.exit(f"{path}: {answer[:300]}")
    return json.loads(answer)


def text(rng):
    return " ".join(zipf(rng) for _ in range(rng.randint(8, 40))) + rng.choice("...?")


def load_tenant(t):
    rng = random.Random(series * 100000 + t)
    share = items // tenants
    said = share * 9 // 10
    for first in range(0, said, 500):
        post("/v1/chat/log_batch", {"messages": [
            {"content": text(rng), "threadId": f"thread {i // 20}", "speaker": "Ann" if i % 2 else "Bob",
             "scope": "global", "dedupKey": str(i)} for i in range(first, min(said, first + 500))]}, t)
    for first in range(0, share - said, 1000):
        post("/v1/memory/store_batch", {"memories": [
            {"content": text(rng) + f" n{i}", "category": "fact"}
            for i in range(first, min(share - said, first + 1000))]}, t)


def questions(count):
    rng = random.Random(11)
    return [(rng.randrange(tenants), " ".join(zipf(rng) for _ in range(rng.randint(3, 8)))) for _ in range(count)]


def ask(mode, pair):
    started = time.perf_counter()
    answer = post("/v1/recall/search", {"query": pair[1], "limit": 10, "mode": mode, "scope": "global"}, pair[0])
    if len(answer["results"]) < 10:
        sys.exit(f"only {len(answer['results'])} results")
    return (time.perf_counter() - started) * 1000


def quantiles(times):
    times = sorted(times)
    return f"{times[len(times) // 2]:.1f} / {times[len(times) * 99 // 100]:.1f}"


if command == "load":
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load_tenant, range(tenants)))
    for t in range(min(tenants, 20)):  # whoever meets many unindexed items asks for indexing
        for _ in range(300):
            ask("lexical", (t, questions(1)[0][1]))
            stats = post("/v1/chat/stats", {}, t)
            if stats["messages"] - stats["folded"] <= 1024:
                break
            time.sleep(1)
else:
    mode = sys.argv[6]
    pairs = questions(300)
    for pair in pairs:
        ask(mode, pair)  # the cache of question vectors, plans
    alone = [ask(mode, pair) for pair in pairs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda pair: ask(mode, pair), pairs + pairs))
    print(f"{items:10d} {tenants:8d} {mode:>9s}  {quantiles(alone):>22s}  {quantiles(together):>22s}", flush=True)
