"""Helper of bench/search.sh: loads tenants over HTTP; writes the wrk and pgbench scripts.

load URL TENANTS PER_TENANT          fills tenants with 20-60 word memories, words Zipf-distributed
prepare URL SRC OUT TENANTS          OUT/wrk.lua and OUT/pgbench.<n>.sql: the same searches over HTTP and as SQL
"""
import http.client, json, os, random, re, sys, threading, uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

PROJECT = "00000000-0000-4000-8000-000000000001"
WORDS = ["".join(random.Random(i).choices("bcdfghjklmnprstvz", k=3) + random.Random(i + 9).choices("aeiou", k=3))
         for i in range(20000)]
local = threading.local()


def org(tenant):
    return f"{tenant:08d}-0000-4000-8000-000000000000"


def zipf(rng):
    return WORDS[min(int(rng.paretovariate(0.7)), len(WORDS) - 1)]


def post(url, path, body, tenant):
    if not hasattr(local, "c"):
        u = urlparse(url)
        local.c = http.client.HTTPConnection(u.hostname, u.port, timeout=120)
    local.c.request("POST", path, json.dumps(body), {"X-Stele-Org": org(tenant)})
    r = local.c.getresponse()
    answer = json.loads(r.read())
    if r.status != 200:
        sys.exit(f"{path}: {answer}")
    return answer


def load(url, tenants, per_tenant):
    rng = random.Random(7)
    rows = [[" ".join(zipf(rng) for _ in range(rng.randint(20, 60))) + f" n{t}x{i}"
             for i in range(per_tenant)] for t in range(tenants)]
    # A tenth of each tenant at a time: rows of one tenant lie scattered, as they would in real life.
    for part in range(10):
        step = max(1, per_tenant // 10)

        def one(t):
            chunk = rows[t][part * step:(part + 1) * step] if part < 9 else rows[t][9 * step:]
            for i in range(0, len(chunk), 1000):
                post(url, "/v1/memory/store_batch",
                     {"memories": [{"content": c, "category": "fact"} for c in chunk[i:i + 1000]]}, t)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, range(tenants)))


def sql(src, name):
    folder, statement = name.split(".")
    room = "foundation" if folder == "pg" else "knowledge"
    text = open(f"{src}/{room}/{folder}/sql/{statement}.sql", encoding="utf-8").read()
    return re.sub(r"^(--.*\n)+", "", text).strip().rstrip(";").replace("\n", " ")


def bind(text, values):
    return re.sub(r"\$(\d+)", lambda m: values[int(m.group(1)) - 1], text)


def prepare(url, src, out, tenants):
    os.makedirs(out, exist_ok=True)
    os.chmod(out, 0o755)
    rng = random.Random(11)
    searches = []
    for n in range(120):
        t = rng.randrange(tenants)
        query = " ".join(zipf(rng) for _ in range(rng.randint(3, 8)))
        answer = post(url, "/v1/memory/search", {"query": query, "limit": 10}, t)
        searches.append((t, query, [m["id"] for m in answer["results"]]))
    vectors = not post(url, "/v1/memory/search", {"query": "x"}, 0)["degraded"]
    vector = "[" + ",".join(f"{rng.uniform(-.1, .1):.4f}" for _ in range(384)) + "]"
    for n, (t, _, ids) in enumerate(searches):
        o, p = f"'{org(t)}'::uuid", f"'{PROJECT}'::uuid"
        tenant = bind(sql(src, "pg.open_tenant"), [f"'{org(t)}'", f"'{PROJECT}'", "'30000'"])
        scope = [o, p, "'{global}'::text[]", "now()"]
        candidates = (bind(sql(src, "memory.search_candidates"), scope + [f"'{vector}'", "1", "2000"]) if vectors
                 else bind(sql(src, "memory.search_words"), scope + ["2000"]))
        segments = bind(sql(src, "retrieval.any_segments"), [o, p, "'memory'"])
        fetch = bind(sql(src, "memory.fetch"),
                     [o, p, "'{" + ",".join(ids) + "}'::uuid[]"])
        with open(f"{out}/pgbench.{n:03}.sql", "w") as f:
            for statements in ((candidates, segments), (fetch,)):
                body = "".join(f"{statement};\n" for statement in statements)
                f.write(f"\\startpipeline\n{tenant};\n{body}\\endpipeline\n")
    bodies = ",\n".join("{%s, %s}" % (json.dumps(org(t)), json.dumps(json.dumps({"query": q, "limit": 10})))
                        for t, q, _ in searches)
    with open(f"{out}/wrk.lua", "w") as f:
        f.write("local searches = {\n" + bodies + "\n}\nlocal i = 0\n"
                "request = function()\n  i = i % #searches + 1\n"
                "  return wrk.format('POST', '/v1/memory/search', {['X-Stele-Org'] = searches[i][1]}, searches[i][2])\nend\n")


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        prepare(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
