"""Helper of bench/skew.sh: loads tenants over HTTP and times what one client asks of them.

load URL TENANTS PER_TENANT     tenants of one size (bench/search.py)
load-large URL COUNT            one more, 20 of whose memories are of the category rare
measure URL small|large …       medians of each request, in milliseconds
"""
import random, statistics, sys, time

import search

LARGE = 99999999
KINDS = {"small": 7, "large": LARGE}


def words(rng, count):
    return " ".join(search.zipf(rng) for _ in range(count))


def load_large(url, count):
    rng = random.Random(23)
    rare = set(rng.sample(range(count), 20))
    for start in range(0, count, 1000):
        memories = [{"content": words(rng, rng.randint(20, 60)) + f" n{i}",
                     "category": "rare" if i in rare else "fact"} for i in range(start, start + 1000)]
        search.post(url, "/v1/memory/store_batch", {"memories": memories}, LARGE)
    # Indexing begins by itself; a search asks for what is left.
    search.post(url, "/v1/memory/search", {"query": "begin"}, LARGE)


def measure(url, kind):
    tenant, rng = KINDS[kind], random.Random(5)
    ids = [m["id"] for m in search.post(url, "/v1/memory/list", {"limit": 50}, tenant)["results"]]
    asked = [
        ("get", "memory/get", lambda: {"id": rng.choice(ids)}, 300),
        ("search, four words", "memory/search", lambda: {"query": words(rng, 4)}, 200),
        ("search, unknown words", "memory/search", lambda: {"query": "zzqqxxy wwqqppl"}, 50),
        ("search, category of all", "memory/search", lambda: {"query": words(rng, 4), "category": "fact"}, 50),
        ("search, category of few", "memory/search", lambda: {"query": words(rng, 4), "category": "rare"}, 50),
        ("search, tag of none", "memory/search", lambda: {"query": words(rng, 4), "tags": ["none"]}, 50),
        ("search, scope of none", "memory/search", lambda: {"query": words(rng, 4), "scope": "project:/none"}, 50),
        ("list", "memory/list", lambda: {"limit": 20}, 100),
        ("list, category of few", "memory/list", lambda: {"limit": 20, "category": "rare"}, 20),
        ("recall", "recall/search", lambda: {"query": words(rng, 4)}, 50),
        ("stats", "memory/stats", dict, 20),
    ]
    for name, path, body, times in asked:
        took = []
        for _ in range(times + 5):
            begun = time.perf_counter()
            answer = search.post(url, "/v1/" + path, body(), tenant)
            took.append((time.perf_counter() - begun) * 1000)
        rows = len(answer.get("results", []))
        print(f"{kind:6} {name:24} p50 {statistics.median(took[5:]):8.2f} ms   "
              f"worst {max(took[5:]):8.2f} ms   first {took[0]:8.2f} ms   {rows} rows", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "load":
        search.load(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1] == "load-large":
        load_large(sys.argv[2], int(sys.argv[3]))
    else:
        for kind in sys.argv[3:]:
            measure(sys.argv[2], kind)
