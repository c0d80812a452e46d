"""Loads a retrieval set through Stele's HTTP door and writes one run per search mode.

retrieval.py URL SET_DIR OUT_DIR; the set's layout: corpus.jsonl {id, group, thread?, at?, speaker?,
text}, queries.jsonl {id, group, query}. One group is one tenant.
"""
import collections, concurrent.futures, http.client, json, sys, threading, time, uuid
from urllib.parse import urlparse

url, set_dir, out_dir = sys.argv[1:4]
address = urlparse(url)
local = threading.local()


def call(path, body, group):
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
    org = str(uuid.uuid5(uuid.NAMESPACE_URL, group))
    local.connection.request("POST", path, json.dumps(body),
                             {"Content-Type": "application/json", "X-Stele-Org": org})
    response = local.connection.getresponse()
    answer = json.loads(response.read())
    if response.status != 200:
        sys.exit(f"{path}: {answer}")
    return answer


def rows(name):
    with open(f"{set_dir}/{name}", encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def memory_of(doc):
    kept = {k: doc[k] for k in ("thread", "at", "speaker") if doc.get(k)}
    return {"content": doc["text"][:60000] or "-", "category": "document", "scope": "global",
            "metadata": {**kept, "doc": doc["id"]}}


groups = collections.defaultdict(list)
for doc in rows("corpus.jsonl"):
    groups[doc["group"]].append(doc)
# Two documents with the same text are one memory; both names are ranked where it is found.
names = collections.defaultdict(list)
started = time.time()
for group, docs in groups.items():
    for doc in docs:
        names[group, memory_of(doc)["content"]].append(doc["id"])
    for i in range(0, len(docs), 500):
        call("/v1/memory/store_batch", {"memories": [memory_of(d) for d in docs[i:i + 500]]}, group)
print(f"loaded {sum(map(len, groups.values()))} documents of {len(groups)} tenants "
      f"in {time.time() - started:.1f} s", flush=True)
for group in groups:
    while call("/v1/memory/stats", {}, group)["waitingForVector"]:
        time.sleep(0.5)
print(f"vectors complete after {time.time() - started:.1f} s", flush=True)


def ask(query, mode):
    answer = call("/v1/memory/search", {"query": query["query"], "limit": 20, "mode": mode},
                  query["group"])
    ranked = []
    for memory in answer["results"]:
        ranked += names[query["group"], memory["content"]]
    return query["id"], ranked[:20]


queries = rows("queries.jsonl")
for mode in ("lexical", "semantic", "hybrid"):
    started = time.time()
    with concurrent.futures.ThreadPoolExecutor(4) as pool, open(f"{out_dir}/{mode}.tsv", "w") as out:
        for qid, ranked in pool.map(lambda q: ask(q, mode), queries):
            for rank, doc in enumerate(ranked, 1):
                print(qid, rank, doc, sep="\t", file=out)
    print(f"{mode}: {len(queries)} searches in {time.time() - started:.1f} s", flush=True)
