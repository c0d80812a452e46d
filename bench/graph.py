"""Helper of bench/graph.sh.

edges COUNT OUT      OUT/edges.copy: COUNT edges among COUNT/5 nodes, younger to older, targets by a power law;
                     OUT/nodes: where traces begin, every fiftieth among the oldest, which are the hubs
trace URL OUT N      traces N of those nodes to depth 4 over HTTP, one connection; prints p50 and p99 in ms
scripts OUT          OUT/checked.sql and OUT/plain.sql for pgbench
"""
import http.client, random, sys, time
from urllib.parse import urlparse

TENANT = "00000000-0000-4000-8000-000000000001"


def node(i):
    return f"{0x019000000000 + i:012x}"[:8] + "-" + f"{0x019000000000 + i:012x}"[8:] + f"-7000-8000-{i:012x}"


def edges(count, out):
    rng, nodes, seen, starts = random.Random(5), count // 5, set(), []
    kinds = ["derived_from", "depends_on", "supersedes", "references", "related_to"]
    with open(f"{out}/edges.copy", "w") as f:
        while len(seen) < count:
            src = rng.randrange(1, nodes)
            dst = int(src * rng.random() ** 3)  # a few old nodes have most of the edges
            kind = kinds[rng.randrange(5)]
            if (src, kind, dst) in seen:
                continue
            seen.add((src, kind, dst))
            strict = "t" if kind not in ("references", "related_to") else "f"
            starts.append(dst if len(seen) % 50 == 0 and dst < nodes // 1000 else src)
            f.write(f"{TENANT}\t{TENANT}\t{node(src)}\t{kind}\t{node(dst)}\t{strict}\tmemory\tmemory\tbench\n")
    hubs = sorted({at for at in starts if at < nodes // 1000})
    with open(f"{out}/nodes", "w") as f:
        for i in range(5000):
            f.write(node(rng.choice(hubs if i % 50 == 0 else starts)) + "\n")


def trace(url, out, n):
    u, nodes = urlparse(url), open(f"{out}/nodes").read().split()
    c, times, reached = http.client.HTTPConnection(u.hostname, u.port, timeout=60), [], 0
    for i in range(n + 50):
        direction = ("up", "down")[i % 2]
        started = time.perf_counter()
        c.request("GET", f"/graph/trace?nodeId={nodes[i]}&direction={direction}&maxDepth=4&mode=all")
        r = c.getresponse()
        body = r.read()
        if r.status != 200:
            sys.exit(body.decode())
        if i >= 50:  # the first warm up
            times.append((time.perf_counter() - started) * 1000)
            reached += body.count(b'"refId"')
    times.sort()
    print(f"p50 {times[n // 2]:.2f} ms, p99 {times[n * 99 // 100]:.2f} ms, {reached / n:.0f} nodes an answer")


def scripts(out):
    head = "\\set r random(1, 1000000000)\n\\set q random(1, 1000000000)\n\\startpipeline\n" \
        f"SELECT set_config('stele.org_id', '{TENANT}', true), set_config('stele.project_id', '{TENANT}', true);\n"
    src = "('01a00000-0000-7000-8001-' || lpad((:r)::text, 12, '0'))::uuid"
    dst = "('01a00000-0000-7000-8000-' || lpad((:q)::text, 12, '0'))::uuid"
    with open(f"{out}/plain.sql", "w") as f:
        f.write(head + "INSERT INTO graph_edges (org_id, project_id, src, type, dst, strict, src_kind, dst_kind, "
                f"linked_by) VALUES ('{TENANT}', '{TENANT}', {src}, 'depends_on', {dst}, true, 'memory', 'memory', "
                "'bench') ON CONFLICT DO NOTHING;\n\\endpipeline\n")
    with open(f"{out}/checked.sql", "w") as f:
        f.write(head + f"SELECT stele_graph_write('{TENANT}', '{TENANT}', NULL, 'bench', ARRAY[NULL]::uuid[], "
                f"ARRAY[{src}], ARRAY['memory'], ARRAY[NULL]::text[], ARRAY['depends_on'], ARRAY[{dst}], "
                "ARRAY['memory'], ARRAY[NULL]::text[], NULL, NULL);\n\\endpipeline\n")


if sys.argv[1] == "edges":
    edges(int(sys.argv[2]), sys.argv[3])
elif sys.argv[1] == "trace":
    trace(sys.argv[2], sys.argv[3], int(sys.argv[4]))
else:
    scripts(sys.argv[2])
