"""Helper of bench/startup.sh: time RUNS COMMAND… | rss BINARY EMBEDDING"""
import json, statistics, subprocess, sys, time

INIT = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}}


def send(p, message):
    p.stdin.write((json.dumps(message) + "\n").encode())
    p.stdin.flush()


def start(command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def once(command):
    began = time.perf_counter()
    p = start(command)
    send(p, INIT)
    line = p.stdout.readline()
    took = (time.perf_counter() - began) * 1000
    assert b"serverInfo" in line, line
    p.stdin.close()
    p.wait(20)
    return took


def rss(p):
    with open(f"/proc/{p.pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024


if sys.argv[1] == "time":
    times = [once(sys.argv[3:]) for _ in range(int(sys.argv[2]))]
    print(f"ms: min {min(times):.1f}, median {statistics.median(times):.1f}, max {max(times):.1f}")
else:
    p = start([sys.argv[2], "mcp", "--embedding", sys.argv[3], "--log-level", "off"])
    send(p, INIT)
    p.stdout.readline()
    send(p, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    time.sleep(3)
    idle = rss(p)
    send(p, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "memory_search", "arguments": {"query": "which port does the database use"}}})
    p.stdout.readline()
    time.sleep(2)
    print(f"{sys.argv[3]}: {idle:.1f} MB idle, {rss(p):.1f} MB after a search")
    p.stdin.close()
    p.wait(20)
