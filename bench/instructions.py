"""Helper of bench/instructions.sh: instructions.py URL PID COUNT

Sends COUNT requests of each kind over one connection and prints how many instructions the server, which runs under
callgrind as process PID, spent on each: "kind instructions".
"""
import glob, http.client, json, os, re, subprocess, sys
from urllib.parse import urlparse

url, pid, count = urlparse(sys.argv[1]), sys.argv[2], int(sys.argv[3])
connection = http.client.HTTPConnection(url.hostname, url.port, timeout=300)
WORDS = "amber birch cedar dune ember fjord grove heath islet jetty knoll ledge marsh notch oasis plain".split()


def post(path, body):
    connection.request("POST", "/v1/" + path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {text.decode()}")
    return json.loads(text)


def text_of(n):
    return " ".join(WORDS[(n * (i + 3) + i) % len(WORDS)] + (str(n) if i % 7 == 0 else "") for i in range(30))


def lease(n):
    got = post("job/lease", {"queue": "guard", "leaseSeconds": 600})["jobs"][0]
    post("job/complete", {"jobs": [{"id": got["id"], "generation": got["generation"]}]})


KINDS = {
    "memory.store": lambda n: post("memory/store", {"content": text_of(n), "category": "fact"}),
    "memory.search": lambda n: post("memory/search", {"query": f"{WORDS[n % 16]} {WORDS[(n + 5) % 16]}", "limit": 10}),
    "chat.log": lambda n: post("chat/log", {"threadId": "guard", "content": text_of(n)}),
    "job.submit": lambda n: post("job/submit", {"name": "x", "queue": "guard", "input": {"a": n}}),
    "job.lease and job.complete": lease,
}


def collected():
    """Instructions since the counters were last cleared, of the threads that serve HTTP; clears them."""
    before = set(glob.glob(f"callgrind.out.{pid}*"))
    subprocess.run(["callgrind_control", "-d", pid], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = set(glob.glob(f"callgrind.out.{pid}*")) - before
    total = 0
    for name in made:
        with open(name, encoding="utf-8") as f:
            text = f.read()
        if "stele::http::" in text:
            total += int(re.search(r"^(?:summary|totals): (\d+)", text, re.M)[1])
        os.remove(name)
    return total


n = 0
for kind, send in KINDS.items():
    for _ in range(count // 4):  # plans, caches, connections
        send(n := n + 1)
    collected()
    for _ in range(count):
        send(n := n + 1)
    print(kind, round(collected() / count), sep="\t", flush=True)
