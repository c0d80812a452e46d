"""Loads a retrieval set through Stele's HTTP door and writes one run per search mode.

retrieval.py URL SET_DIR OUT_DIR [MODE …]; the set's layout: corpus.jsonl {id, group, thread?, at?,
speaker?, text}, queries.jsonl {id, group, query}. One group is one tenant, or, with STELE_BENCH_ONE_TENANT=1,
one project of a tenant that has them all. Texts of a thread are logged as chat, the others are stored as
memories; one search looks through both.
"""
import collections, concurrent.futures, http.client, json, os, re, sys, threading, time, uuid
from urllib.parse import urlparse

url, set_dir, out_dir = sys.argv[1:4]
modes = sys.argv[4:] or ["lexical", "semantic", "hybrid"]
address = urlparse(url)
local = threading.local()
together = os.environ.get("STELE_BENCH_ONE_TENANT") == "1"
months = {name: i + 1 for i, name in enumerate(
    "january february march april may june july august september october november december".split())}


def call(path, body, group):
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
    org = str(uuid.uuid5(uuid.NAMESPACE_URL, "all" if together else group))
    local.connection.request("POST", path, json.dumps(body),
                             {"Content-Type": "application/json", "X-Stele-Org": org})
    response = local.connection.getresponse()
    answer = json.loads(response.read())
    if response.status not in (200, 201):
        sys.exit(f"{path}: {answer}")
    return answer


def scope(group):
    return f"project:/{group}" if together else "global"


def rows(name):
    with open(f"{set_dir}/{name}", encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def time_of(at):
    """ISO 8601 of "1:56 pm on 8 May, 2023" or "March-15-2024"; None for what is neither."""
    words = re.findall(r"[A-Za-z]+|[0-9]+", at or "")
    month = next((months[w.lower()] for w in words if w.lower() in months), 0)
    numbers = [int(w) for w in words if w.isdigit()]
    year = next((n for n in numbers if n > 1900), 0)
    clock = re.match(r"\s*([0-9]+):([0-9]+) *([ap]m)", at or "")
    if not month or not year:
        return None
    day = next((n for n in (numbers[2:] if clock else numbers) if 1 <= n <= 31), 1)
    hour, minute = (int(clock[1]) % 12 + (12 if clock[3] == "pm" else 0), int(clock[2])) if clock else (12, 0)
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:00Z"


groups = collections.defaultdict(list)
for doc in rows("corpus.jsonl"):
    groups[doc["group"]].append(doc)
names = collections.defaultdict(list)  # id of a memory or a message → the documents it stands for
started = time.time()
for group, docs in groups.items():
    said, alone, last = [], [], {}
    for doc in docs:
        text = doc["text"] or "-"
        if not doc.get("thread"):
            alone.append((doc["id"], {"content": text[:60000], "category": "document", "scope": scope(group)}))
            continue
        last[doc["thread"]] = time_of(doc.get("at")) or last.get(doc["thread"])
        message = {"content": text[:200000], "threadId": f"{group} {doc['thread']}",
                   "scope": scope(group), "speaker": doc.get("speaker") or "user", "dedupKey": doc["id"]}
        if last[doc["thread"]]:
            message["timestamp"] = last[doc["thread"]]
        said.append((doc["id"], message))
    for i in range(0, len(said), 200):
        answer = call("/v1/chat/log_batch", {"messages": [m for _, m in said[i:i + 200]]}, group)
        for (doc, _), logged in zip(said[i:i + 200], answer["messages"]):
            names[logged["id"]].append(doc)
    for i in range(0, len(alone), 500):
        answer = call("/v1/memory/store_batch", {"memories": [m for _, m in alone[i:i + 500]]}, group)
        for (doc, _), memory in zip(alone[i:i + 500], answer["ids"]):
            names[memory].append(doc)
print(f"loaded {sum(map(len, groups.values()))} documents of {len(groups)} tenants "
      f"in {time.time() - started:.1f} s", flush=True)
if modes != ["lexical"]:
    for group in groups:
        while call("/v1/memory/stats", {}, group)["waitingForVector"]:
            time.sleep(0.5)
        while call("/v1/chat/stats", {}, group)["waitingForVector"]:
            time.sleep(0.5)
    print(f"vectors complete after {time.time() - started:.1f} s", flush=True)


def ask(query, mode):
    answer = call("/v1/recall/search", {"query": query["query"], "limit": 20, "mode": mode,
                                        "scope": scope(query["group"]), "kinds": ["memory", "message"]},
                  query["group"])
    ranked = []
    for row in answer["results"]:
        ranked += names[row["id"]]
    return query["id"], ranked[:20]


queries = rows("queries.jsonl")
for _ in range(300 if together else 0):  # whoever meets many unindexed items asks for indexing
    ask(queries[0], "lexical")
    stats = call("/v1/chat/stats", {}, "")
    if stats["messages"] - stats["folded"] <= 1024:
        break
    time.sleep(0.2)
for mode in modes:
    started = time.time()
    with concurrent.futures.ThreadPoolExecutor(4) as pool, open(f"{out_dir}/{mode}.tsv", "w") as out:
        for qid, ranked in pool.map(lambda q: ask(q, mode), queries):
            for rank, doc in enumerate(ranked, 1):
                print(qid, rank, doc, sep="\t", file=out)
    print(f"{mode}: {len(queries)} searches in {time.time() - started:.1f} s", flush=True)
