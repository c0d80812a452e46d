"""Stores hostile texts through each door and reads them through every door: equal bytes, equal refusals.

usage: doors.py URL, with STELE_BINARY and STELE_WORK; the settings of `stele` are those of the server.
"""
import http.client
import json
import os
import subprocess
import sys
import urllib.parse

STELE = os.environ["STELE_BINARY"]
WORK = os.environ["STELE_WORK"]
URL = urllib.parse.urlparse(sys.argv[1])
problems = 0

# Built from pieces, so that nobody's scanner takes this file for a leak.
TEXTS = {
    "words": "make tests pass: cargo test; compass: north; passwd: files systemd; next token: identifier",
    "password": "log in with password=" + "hunter2-river and go",
    "url": "postgresql://app:" + "hunter2@db.example/app?sslmode=require",
    "bearer": "Authorization: Bearer " + "abcdef" * 6 + "123",
    "key": "push with gh" + "p_" + "a1" * 18,
    "private": "-----BEGIN PRIVATE " + "KEY-----\nMIIabc\n-----END PRIVATE " + "KEY-----",
    "json": '{"password": "' + 'hunter2-river", "token": "abc123def456"}',
    "html": "<script>alert('1')</script> &amp; <b>\"bold\"</b>",
    "ansi": "\x1b[31mred\x1b[0m \x07 \x08 \x7f",
    "lines": "one\r\ntwo\rthree\n\nfour\ttab",
    "separators": "a\u2028b\u2029c\u0085d\ufeffe\u200bf",
    "four bytes": "\U0001f6a2 \U0001d11e \U00020000 e\u0301 \u05d0\u05d1 \u202eabc",
    "text of a NUL": "a\\u0000b \\ud83d \\\\u0000",
    "quotes": "'\"`$HOME $(id) \\ %s %n {} ${x}",
    "long": "x" * 60_000,
}
DEEP = {"a": [[[[[[[[[[[[[[[[[[[[{"password": "hunter2-river", "n": [0, -1, 0.5, 1e20, True, None]}]]]]]]]]]]]]]]]]]]]]}


def check(what, got, wanted):
    global problems
    if got != wanted:
        problems += 1
        print(f"{what}: got {str(got)[:300]!r} instead of {str(wanted)[:300]!r}")


def refused(what, got, *words):
    global problems
    if not got or not all(word in got for word in words) or "PostgreSQL" in got:
        problems += 1
        print(f"{what}: refused with {str(got)[:300]!r}, without {words}")


# ---- the doors: each takes an operation and its input as JSON text, gives (answer, error)
def post(path, body, headers=None):
    connection = http.client.HTTPConnection(URL.hostname, URL.port, timeout=60)
    connection.request("POST", path, body.encode("utf-8", "surrogatepass"),
                       {"Content-Type": "application/json", **(headers or {})})
    reply = connection.getresponse()
    return reply.status, reply.read().decode(), reply.headers


def rest(operation, body):
    status, text, _ = post("/v1/" + operation.replace(".", "/"), body)
    if status // 100 == 2:
        return json.loads(text), None
    return None, f"{status}: {json.loads(text)['detail']}"


COMMANDS = {"memory.export": ["export"]}


def cli(operation, body):
    words = COMMANDS.get(operation) or operation.replace("_", "-").split(".")
    flags = ["--input", "-"]
    if operation == "job.submit":  # where --input is the job's
        head, value = body[:-1].split('"input":', 1)
        fields = json.loads(head.rstrip().rstrip(",") + "}")
        flags = [part for name, text in fields.items() for part in ("--" + name, text)] + ["--input", value]
    run = subprocess.run([STELE, *words, "--json", *flags], input=body.encode("utf-8", "surrogatepass"),
                         capture_output=True, timeout=60, check=False)
    answer = json.loads(run.stdout or b"{}")
    if run.returncode == 0:
        return answer, None
    return None, f"{run.returncode}: {answer.get('error', {}).get('message', run.stderr.decode())}"


class Stdio:
    def __init__(self):
        self.process = subprocess.Popen([STELE, "mcp", "--tools", "all"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.id = 0
        self.ask("initialize", '{"protocolVersion":"2025-06-18","capabilities":{},'
                               '"clientInfo":{"name":"doors","version":"1"}}')
        self.send('{"jsonrpc":"2.0","method":"notifications/initialized"}')

    def send(self, line):
        self.process.stdin.write(line.encode("utf-8", "surrogatepass") + b"\n")
        self.process.stdin.flush()

    def ask(self, method, params):
        self.id += 1
        self.send('{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}' % (self.id, method, params))
        while True:
            answer = json.loads(self.process.stdout.readline())
            if "method" not in answer:
                check(f"MCP stdio: the id of an answer to {method}", answer.get("id"), self.id)
                return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


class Http:
    def __init__(self):
        self.id = 0
        self.headers = {"Accept": "application/json, text/event-stream"}
        _, _, headers = self.raw("initialize", '{"protocolVersion":"2025-06-18","capabilities":{},'
                                               '"clientInfo":{"name":"doors","version":"1"}}')
        self.headers |= {"Mcp-Session-Id": headers["Mcp-Session-Id"], "MCP-Protocol-Version": "2025-06-18"}
        post("/mcp?tools=all", '{"jsonrpc":"2.0","method":"notifications/initialized"}', self.headers)

    def raw(self, method, params):
        self.id += 1
        return post("/mcp?tools=all", '{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}' % (self.id, method, params),
                    self.headers)

    def ask(self, method, params):
        _, text, _ = self.raw(method, params)
        if text.startswith(("event:", "data:", "id:", ":", "retry:")):
            text = [line[5:] for line in text.split("\n") if line.startswith("data:") and len(line) > 6][-1]
        answer = json.loads(text)
        check(f"MCP HTTP: the id of an answer to {method}", answer.get("id"), self.id)
        return answer


def mcp(session):
    def call(operation, body):
        answer = session.ask("tools/call", '{"name":"%s","arguments":%s}' % (operation.replace(".", "_"), body))
        if "error" in answer:
            return None, answer["error"]["message"]
        result = answer["result"]
        if result.get("isError"):
            return None, result["content"][0]["text"]
        # The text is the same JSON.
        check("MCP: the text of a result", json.loads(result["content"][0]["text"]), result["structuredContent"])
        return result["structuredContent"], None

    return call


stdio, over_http = Stdio(), Http()
DOORS = {"rest": rest, "cli": cli, "mcp stdio": mcp(stdio), "mcp http": mcp(over_http)}
# Exports are at neither: what a door of MCP does not offer goes by REST.
LISTED = {door: {tool["name"] for tool in session.ask("tools/list", "{}")["result"]["tools"]}
          for door, session in {"mcp stdio": stdio, "mcp http": over_http}.items()}


def offers(door, operation):
    return door not in LISTED or operation.replace(".", "_") in LISTED[door]


for each in LISTED:
    for operation in ("memory.store", "memory.get", "chat.log", "chat.thread", "job.submit", "job.get"):
        check(f"{each} offers {operation}", offers(each, operation), True)


def ask(door, operation, **fields):
    if not offers(door, operation):
        door = "rest"
    answer, error = DOORS[door](operation, json.dumps(fields))
    check(f"{door} {operation}", error, None)
    return answer or {}


# ---- stored once through each door, read through all
memories, jobs = {}, {}
for number, (name, text) in enumerate(TEXTS.items()):
    writer = list(DOORS)[number % len(DOORS)]
    memories[name] = ask(writer, "memory.store", content=text, category="fact", tags=[text[:60]],
                         metadata={"text": text[:4000], "deep": DEEP})["id"]
    ask(writer, "chat.log", content=text, threadId="doors", speaker="user")
    ask(writer, "skills.store", name=f"skill-{number}", description="hostile", content=text)
    jobs[name] = ask(writer, "job.submit", name="echo", queue="kept", input={"text": text, "deep": DEEP})["id"]

for door in DOORS:
    for number, (name, text) in enumerate(TEXTS.items()):
        memory = ask(door, "memory.get", id=memories[name])["memory"]
        check(f"{door}: memory {name}", memory["content"], text)
        check(f"{door}: tag {name}", memory["tags"], [text[:60]])
        check(f"{door}: metadata {name}", memory["metadata"], {"text": text[:4000], "deep": DEEP})
        check(f"{door}: skill {name}", ask(door, "skills.show", name=f"skill-{number}")["content"], text)
        job = ask(door, "job.get", jobId=jobs[name])
        check(f"{door}: input {name}", job["input"], {"text": text, "deep": DEEP})
    thread = ask(door, "chat.thread", threadId="doors", limit=500)["messages"]
    check(f"{door}: messages", [m["content"] for m in thread], list(TEXTS.values()))
    lines = [json.loads(line) for line in ask(door, "memory.export", limit=10000)["data"].split("\n") if line]
    check(f"{door}: export", sorted(line["content"] for line in lines), sorted(TEXTS.values()))

# ---- the shell's own ways: words for people, export to a file and to standard output
for name, text in TEXTS.items():
    shown = subprocess.run([STELE, "memory", "get", memories[name]], capture_output=True, timeout=60, check=True)
    check(f"cli text: {name}", text in shown.stdout.decode(), True)
subprocess.run([STELE, "export", f"{WORK}/doors.jsonl"], capture_output=True, timeout=60, check=True)
for what, data in {
    "a file": open(f"{WORK}/doors.jsonl", encoding="utf-8", newline="").read(),
    "standard output": subprocess.run([STELE, "export"], capture_output=True, timeout=60, check=True).stdout.decode(),
}.items():
    records = [json.loads(line) for line in data.split("\n") if line]
    check(f"export to {what}", sorted(r["content"] for r in records), sorted(TEXTS.values()))

# ---- resources of MCP
for door, session in {"mcp stdio": stdio, "mcp http": over_http}.items():
    for name, text in TEXTS.items():
        answer = session.ask("resources/read", json.dumps({"uri": f"memory://{memories[name]}"}))
        contents = json.loads(answer["result"]["contents"][0]["text"])
        check(f"{door}: resource {name}", contents["memory"]["content"], text)

# ---- workers: what cat is given, it gives back
for how, flags in {"the database": [], "a server": ["--url", sys.argv[1]]}.items():
    queue = how.replace(" ", "-")
    ids = {n: ask("rest", "job.submit", name="echo", queue=queue, input={"text": t, "deep": DEEP})["id"]
           for n, t in TEXTS.items()}
    subprocess.run([STELE, "job", "work", *flags, "--queue", queue, "--drain", "--", "cat"],
                   capture_output=True, timeout=120, check=True)
    for name, text in TEXTS.items():
        check(f"a worker on {how}: {name}", ask("cli", "job.get", jobId=ids[name]).get("output"),
              {"text": text, "deep": DEEP})

# ---- refused alike, by field
BAD = {"NUL": ('"a\\u0000b"', "NUL character"), "half a pair": ('"\\ud83d"', "surrogate")}
for door, call in DOORS.items():
    for what, (text, words) in BAD.items():
        named = ("content",) if what == "NUL" else ()
        refused(f"{door}: memory with {what}",
                call("memory.store", '{"content":%s,"category":"fact"}' % text)[1], words, *named)
        refused(f"{door}: job with {what}",
                call("job.submit", '{"name":"x","input":{"k":[%s]}}' % text)[1], words, *(("input",) if named else ()))
    refused(f"{door}: 1e999", call("job.submit", '{"name":"x","input":{"k":[1e999]}}')[1], "input", "out of range")
    refused(f"{door}: too deep", call("job.submit", '{"name":"x","input":%s}' % ("[" * 40 + "]" * 40))[1])
    refused(f"{door}: too long", call("memory.store", '{"category":"fact","content":"%s"}' % ("x" * 70_000))[1],
            "content", "65536")

# ---- one bad item of a batch stops nobody else
for door, call in DOORS.items():
    if not offers(door, "job.complete"):
        continue
    queue = "batch-" + door.replace(" ", "-")
    for _ in range(3):
        ask("rest", "job.submit", name="x", queue=queue)
    leased = ask("rest", "job.lease", queue=queue, worker="w", max=3)["jobs"]
    items = ",".join('{"id":"%s","generation":%d,"output":%s}' % (j["id"], j["generation"], o)
                     for j, o in zip(leased, ['"ok"', '"a\\u0000b"', "[1]"]))
    answer, error = call("job.complete", '{"jobs":[%s]}' % items)
    check(f"{door}: batch", (error, answer and answer["completed"]), (None, 2))
    refused(f"{door}: the item", ((answer or {}).get("refused") or [{}])[0].get("error"), "jobs[1].output", "NUL")

stdio.close()
print(f"{problems} differences")
sys.exit(1 if problems else 0)
