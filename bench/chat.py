"""Helper of bench/chat.sh: chat.py SRC OUT THREADS writes OUT/append.sql for pgbench and OUT/log.lua for wrk."""
import random, re, sys

TENANT = "00000000-0000-4000-8000-000000000001"
src, out, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
rng = random.Random(3)
WORDS = ["".join(rng.choices("bcdfghjklmnprstvzaeiou", k=6)) for _ in range(5000)]
TEXT = " ".join(rng.choice(WORDS) for _ in range(30))


def sql(path):
    text = open(f"{src}/{path}", encoding="utf-8").read()
    return re.sub(r"^(--.*\n)+", "", text).strip().replace("\n", " ")


terms = sorted(rng.sample(range(1, 10**9), 30))
lexemes = "{" + ",".join(f"{t}:1.1" for t in terms) + "}/1000000000"
pairs = "{" + ",".join(str(rng.randrange(-2**31, 2**31)) for _ in range(29)) + "}"
# A thread's id as Stele makes it is as random as this one.
thread = "md5((:t)::text)::uuid"
values = [f"'{TENANT}'::uuid", f"'{TENANT}'::uuid", thread, "'bench ' || (:t)::text", "'global'", "'bench'",
          "'bench'", "now()", "gen_random_uuid()", "'user'", "'message'", f"'{TEXT} ' || :r",
          "sha256((:r)::text::bytea)", "NULL", "NULL::text", "NULL::text", "'{}'::jsonb", "'standard'", f"'{lexemes}'",
          "30", f"'{pairs}'::int[]", "20"]
append = re.sub(r"\$(\d+)", lambda m: values[int(m.group(1)) - 1], sql("knowledge/conversations/sql/append.sql"))
tenant = re.sub(r"\$(\d+)", lambda m: [f"'{TENANT}'", f"'{TENANT}'", "'30000'"][int(m.group(1)) - 1],
                sql("foundation/pg/sql/open_tenant.sql"))
with open(f"{out}/append.sql", "w") as f:
    f.write(f"\\set r random(1, 1000000000000)\n\\set t random(1, {threads})\n"
            f"\\startpipeline\n{tenant};\n{append};\n\\endpipeline\n")
with open(f"{out}/log.lua", "w") as f:
    f.write(f"""local n, round = 0, os.getenv('ROUND') or '0'
request = function()
  n = n + 1
  return wrk.format('POST', '/v1/chat/log', {{}},
    '{{"content":"{TEXT} ' .. round .. ' ' .. n .. '","threadId":"bench ' .. math.random({threads}) .. '"}}')
end
""")
