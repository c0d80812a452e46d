"""Helper of bench/store.sh.

scripts URL SRC OUT   OUT/insert.sql for pgbench, OUT/store.lua for wrk
batch URL ROUND       stores 50 batches of 1,000 over one connection; prints memories per second
"""
import http.client, json, random, re, sys, time
from urllib.parse import urlparse

TENANT = "00000000-0000-4000-8000-000000000001"
rng = random.Random(3)
WORDS = ["".join(rng.choices("bcdfghjklmnprstvzaeiou", k=6)) for _ in range(5000)]
TEXT = " ".join(rng.choice(WORDS) for _ in range(30))


def scripts(src, out):
    def sql(path):
        text = open(f"{src}/{path}", encoding="utf-8").read()
        return re.sub(r"^(--.*\n)+", "", text).strip().replace("\n", " ")
    terms = sorted(rng.sample(range(1, 10**9), 30))
    lexemes = "{" + ",".join(f"{t}:1.1" for t in terms) + "}/1000000000"
    values = [f"'{TENANT}'::uuid", f"'{TENANT}'::uuid", "gen_random_uuid()", "'global'", "'bench'", "'learning'",
              "'fact'", "'self'", "'unverified'", f"'{TEXT} ' || :r", "sha256((:r)::text::bytea)",
              f"'{lexemes}'", "'{}'::text[]", "'{}'::jsonb", "false"] + ["NULL::text"] * 5 + \
        ["NULL::timestamptz"] * 3 + ["now()", "'standard'"]
    insert = re.sub(r"\$(\d+)", lambda m: values[int(m.group(1)) - 1], sql("knowledge/memory/sql/insert.sql"))
    tenant = re.sub(r"\$(\d+)", lambda m: [f"'{TENANT}'", f"'{TENANT}'", "'30000'"][int(m.group(1)) - 1],
                    sql("foundation/pg/sql/open_tenant.sql"))
    with open(f"{out}/insert.sql", "w") as f:
        f.write(f"\\set r random(1, 1000000000000)\n\\startpipeline\n{tenant};\n{insert};\n\\endpipeline\n")
    with open(f"{out}/store.lua", "w") as f:
        f.write(f"""local n, round = 0, os.getenv('ROUND') or '0'
request = function()
  n = n + 1
  return wrk.format('POST', '/v1/memory/store', {{}},
    '{{"content":"{TEXT} ' .. round .. ' ' .. n .. '","category":"fact"}}')
end
""")


def batch(url, number):
    u = urlparse(url)
    c = http.client.HTTPConnection(u.hostname, u.port, timeout=120)
    words = random.Random(number)
    bodies = [json.dumps({"memories": [
        {"content": " ".join(words.choice(WORDS) for _ in range(30)) + f" {number} {b} {i}", "category": "fact"}
        for i in range(1000)]}) for b in range(50)]
    started = time.time()
    for body in bodies:
        c.request("POST", "/v1/memory/store_batch", body)
        r = c.getresponse()
        answer = r.read()
        if r.status != 200:
            sys.exit(answer.decode())
    print(50000 / (time.time() - started))


if sys.argv[1] == "scripts":
    scripts(sys.argv[3], sys.argv[4])
else:
    batch(sys.argv[2], int(sys.argv[3]))
