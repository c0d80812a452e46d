"""Helper of bench/events.sh.

URL CLIENTS RATE SECONDS STELE_PID POSTGRES_PID     prints one line; exits 1 when a client missed an event or got one twice
"""
import http.client, json, os, selectors, socket, sys, time
from multiprocessing import Process, Queue
from urllib.parse import urlparse

url = urlparse(sys.argv[1])
clients, rate, seconds, stele, postgres = (int(a) for a in sys.argv[2:7])
BUNCH = max(1, rate // 50)


def post(path, body):
    if not hasattr(post, "c"):
        post.c = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    post.c.request("POST", path, json.dumps(body))
    r = post.c.getresponse()
    answer = r.read()
    if r.status not in (200, 201):
        sys.exit(f"{path}: {answer[:300]}")
    return json.loads(answer)


def cpu(pid):
    def of(p):
        try:
            with open(f"/proc/{p}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
            return int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (FileNotFoundError, ProcessLookupError):
            return 0, 0.0
    total = of(pid)[1]
    for p in os.listdir("/proc"):
        if p.isdigit():
            parent, time_used = of(p)
            if parent == pid:
                total += time_used
    return total


def follow(out, ready, stop):
    """All clients in one process: (when, first id, last id) of each piece that came, and whether all was in order."""
    selector = selectors.DefaultSelector()
    state = {}
    for i in range(clients):
        s = socket.create_connection((url.hostname, url.port))
        s.sendall(f"GET /events HTTP/1.1\r\nHost: {url.hostname}\r\n\r\n".encode())
        s.setblocking(False)
        selector.register(s, selectors.EVENT_READ, i)
        state[i] = [None, b""]  # the last id, what is left of a frame
    pieces, wrong, here = [], 0, 0
    ends = None
    while ends is None or time.time() < ends:
        for key, _ in selector.select(0.2):
            data = key.fileobj.recv(1 << 20)
            now = time.time()
            mine = state[key.data]
            if not data:
                wrong += 1
                selector.unregister(key.fileobj)
                continue
            text = mine[1] + data
            end = text.rfind(b"\n\n") + 1
            mine[1] = text[end:]
            # Counted, not read: the clients share the processor with what is measured.
            frames = text.count(b"\nid: ", 0, end) + text.startswith(b"id: ")
            pings = text.count(b"\nevent: ping", 0, end)
            if not frames:
                continue
            at = text.rfind(b"\nid: ", 0, end) + 1
            last = int(text[at + 4:text.index(b"\n", at)])
            if mine[0] is None:
                mine[0] = last
                here += 1
                if here == clients:
                    ready.put(True)
                continue
            if last - mine[0] != frames - pings:
                wrong += 1
            if last > mine[0]:
                pieces.append((now, mine[0] + 1, last))
            mine[0] = last
        if ends is None and not stop.empty():
            ends = time.time() + stop.get()
    out.put((pieces, wrong, [s[0] for s in state.values()], time.process_time()))


job = post("/v1/job/submit", {"name": "bench", "queue": f"bench-{clients}", "announce": True})["id"]
lease = post("/v1/job/lease", {"queue": f"bench-{clients}", "leaseSeconds": 3600})["jobs"][0]
out, ready, stop = Queue(), Queue(), Queue()
process = Process(target=follow, args=(out, ready, stop))
process.start()
ready.get()
base = post("/v1/event/list", {"limit": 1})["nextId"]
time.sleep(0.5)
used = cpu(stele), cpu(postgres)
sent, begun, count = [], time.time(), 0
padding = "x" * 80
while (now := time.time()) < begun + seconds:
    due = begun + count / rate
    if now < due:
        time.sleep(due - now)
    sent.append(time.time())
    post("/v1/job/report", {"jobs": [{"id": job, "generation": lease["generation"], "events": [
        {"type": "iteration.output", "payload": {"outputLine": padding}} for _ in range(BUNCH)]}]})
    count += BUNCH
took = time.time() - begun
used = [after - before for before, after in zip(used, (cpu(stele), cpu(postgres)))]
stop.put(2.0)  # for what is still on its way
pieces, wrong, last, client_cpu = out.get()
process.join()
post("/v1/job/complete", {"jobs": [{"id": job, "generation": lease["generation"]}]})

late = []
for when, first, end in pieces:
    for i in range(max(first, base + 1), end + 1):
        at = (i - base - 1) // BUNCH
        if at < len(sent):
            late.append((when - sent[at]) * 1000)
late.sort()
missed = sum(1 for i in last if i != base + count)
print(f"{clients:8d} {count / took:9.0f}  {late[len(late) // 2]:7.1f} / {late[len(late) * 99 // 100]:6.1f} / {late[-1]:6.1f}"
      f"  {len(late) / took:10.0f}  {used[0] / took:.2f}, {used[1] / took:.2f}, {client_cpu / took:.2f} cores", flush=True)
if wrong or missed or len(late) != count * clients:
    sys.exit(f"{wrong} pieces out of order, {missed} clients at another id, {len(late)} events of {count * clients}")
