#!/usr/bin/env python3
"""tests/e2e/isolation.py URL TOKEN PSQL…: one tenant's data is attacked by three others.

The victim stores something of every kind. Then each operation is called, over REST and as each tool, resource and
prompt of MCP over HTTP, with every id and every name of the victim in every text field, by a tenant of another
organisation, one of the same organisation, and one of another organisation whose project has the same id. Nothing of
the victim's may come back but what the caller has said itself, now or in a writing call before, nothing may change in
the victim's rows, and no answer may say that something exists. What only reads comes first: by then nobody has said
anything.
"""

import collections
import concurrent.futures
import http.client
import itertools
import json
import subprocess
import sys
import threading
import time
import urllib.parse

MARK = "SEKRETA"
VICTIM = ("aaaaaaaa-0000-4000-8000-00000000020a", "aaaaaaaa-0000-4000-8000-0000000002a1")
ATTACKERS = [("bbbbbbbb-0000-4000-8000-00000000020b", "bbbbbbbb-0000-4000-8000-0000000002b1"),
             (VICTIM[0], "bbbbbbbb-0000-4000-8000-0000000002b2"),
             ("bbbbbbbb-0000-4000-8000-00000000020b", VICTIM[1])]
NAMES = ["thread-a", "queue-a", "queue-c", "nightly-a", "release-a", "session-a", "skill-a", "channel-a",
         "instance-a", "key-a", "say-a", "worker-a", "step-a", "name-a", "posse-a"]
# Every tenant's: nobody's audience, and the owner of what no user owns.
CONSTANTS = {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"}
KINDS = ["memory", "job", "message", "thread", "summary", "artifact", "skill", "annotation"]
# What a caller may be told though it names the same key: these say it until ids are a tenant's own (issue section 3).
SAYS_EXISTS = {"memory.store", "memory.store_batch", "chat.log", "chat.log_batch", "job.submit", "memory.import",
               "chat.import", "mesh.register", "analytics.annotate"}


class Api:
    """Calls over HTTP, a connection a thread."""

    def __init__(self, url, token):
        self.host = urllib.parse.urlparse(url).netloc
        self.token = token
        self.tokens = {}  # of a tenant, where it has its own
        self.local = threading.local()

    def send(self, tenant, method, path, body=None, headers=None):
        connection = getattr(self.local, "connection", None) or http.client.HTTPConnection(self.host, timeout=70)
        self.local.connection = connection
        head = {"Authorization": "Bearer " + self.tokens.get(tenant, self.token), "X-Stele-Org": tenant[0], "X-Stele-Project": tenant[1],
                "X-Stele-Scope": "project:/a", "X-Stele-Instance": "instance-x", "X-Stele-Posse": "posse-a",
                "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body)
        for attempt in (1, 2):
            try:
                connection.request(method, path, data, head)
                answer = connection.getresponse()
                return answer.status, answer.read().decode(), answer.headers
            except (http.client.HTTPException, ConnectionError):
                connection.close()
                if attempt == 2:
                    raise

    def mcp(self, tenant, session, method, params):
        headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
        if session:
            headers["Mcp-Session-Id"] = session
        return self.send(tenant, "POST", "/mcp?tools=all", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, headers)


class Database:
    def __init__(self, psql):
        self.psql = psql
        own = self.rows("SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND "
                        "column_name IN ('org_id', 'project_id') AND table_name !~ '_(y?20[0-9]+|default)' "
                        "GROUP BY 1 HAVING count(*) = 2")
        self.tables = [row[0] for row in own]

    def rows(self, sql):
        out = subprocess.run(self.psql + ["-qAtX", "-c", sql], capture_output=True, text=True, check=True).stdout
        return [line.split("|") for line in out.splitlines() if line]

    def digest(self):
        one = ("SELECT '{0}', count(*), md5(coalesce(string_agg(md5(x::text), '' ORDER BY md5(x::text)), '')) FROM "
               "(SELECT * FROM {0} WHERE org_id = '{1}' AND project_id = '{2}') x")
        return {row[0]: row[1:] for row in self.rows(" UNION ALL ".join(one.format(t, *VICTIM) for t in self.tables))}

    def settled(self):
        """What the background has left to do for the victim is done."""
        before = self.digest()
        for _ in range(30):
            time.sleep(2)
            after = self.digest()
            if after == before:
                return after
            before = after
        sys.exit("the victim's rows never come to rest")

    def ids(self):
        columns = self.rows("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
                            "AND udt_name = 'uuid' AND column_name NOT IN ('org_id', 'project_id')")
        found = {}
        for table, column in columns:
            if table in self.tables:
                for row in self.rows(f"SELECT DISTINCT {column} FROM {table} WHERE org_id = '{VICTIM[0]}' AND "
                                     f"project_id = '{VICTIM[1]}' AND {column} IS NOT NULL LIMIT 2"):
                    found[row[0]] = f"{table}.{column}"
        return {one: where for one, where in found.items() if one not in CONSTANTS}


def seed(api):
    def ok(path, body):
        status, text, _ = api.send(VICTIM, "POST", "/v1/" + path, body)
        if status >= 300:
            sys.exit(f"seed: {path}: {status} {text[:300]}")
        return json.loads(text)

    memories = [ok("memory/store", {"content": f"{MARK} memory {i} about the staging port", "category": "fact", **more})["id"]
                for i, more in enumerate([{}, {"scope": "global"}, {"scope": "posse"}, {"tags": ["sek"]}])]
    for i in range(12):
        ok("chat/log", {"content": f"{MARK} message {i}", "speaker": "user", "threadId": "thread-a",
                        **({"pendingAction": MARK} if i == 3 else {})})
    ok("chat/end", {"threadId": "thread-a"})
    job = ok("job/submit", {"name": "name-a", "queue": "queue-a", "input": {"s": MARK}, "key": "key-a"})["id"]
    ok("job/submit", {"name": "name-a", "queue": "queue-c", "input": {"s": MARK}})
    lease = ok("job/lease", {"queue": "queue-a", "worker": "worker-a", "leaseSeconds": 86400})["jobs"][0]
    mine = {"id": lease["id"], "generation": lease["generation"]}
    ok("job/step", {"jobs": [{**mine, "name": "step-a", "output": {"s": MARK}}]})
    ok("job/report", {"jobs": [{**mine, "events": [{"type": "log", "payload": {"s": MARK}}],
                                "artifacts": [{"uri": "file:///" + MARK, "sha256": "a" * 64, "bytes": 1}]}]})
    ok("job/schedule", {"name": "nightly-a", "schedule": "0 0 1 1 *", "job": "name-a", "queue": "queue-a", "input": {"s": MARK}})
    ok("job/define", {"name": "release-a", "steps": [{"name": "step-a", "title": MARK}]})
    ok("session/create", {"id": "session-a", "title": MARK})
    ok("session/say", {"sessionId": "session-a", "text": MARK, "key": "say-a"})
    ok("skills/store", {"name": "skill-a", "description": MARK, "content": MARK})
    ok("channel/declare", {"name": "channel-a"})
    ok("graph/link", {"from": "memory:" + memories[0], "to": "memory:" + memories[1], "type": "derived_from"})
    ok("analytics/annotate", {"jobId": job, "verdict": "fail", "feedback": MARK})
    ok("token/create", {"name": "name-a", "scopes": ["memory:read"]})
    ok("event/emit", {"type": "notification", "message": MARK})


def kind_of(schema):
    kind = schema.get("type")
    return kind[0] if isinstance(kind, list) else kind


def takes_text(schema):
    if kind_of(schema) == "array":
        return takes_text(schema.get("items", {}))
    return kind_of(schema) == "string" and "enum" not in schema and schema.get("format") != "date-time"


def filled(schema, value, everything=False):
    """An input of this schema with the value wherever a text may stand."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = kind_of(schema)
    if kind == "object" or "properties" in schema:
        return {name: filled(one, value, everything) for name, one in schema.get("properties", {}).items()
                if name in schema.get("required", []) or (everything and takes_text(one))}
    if kind == "array":
        return [filled(schema.get("items", {"type": "string"}), value, everything)]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1)
    if kind == "boolean":
        return False
    if kind == "string":
        return "2026-01-01T00:00:00Z" if schema.get("format") == "date-time" else value
    return {"x": 1}


def inputs(schema, values):
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    quick = {name: properties[name].get("minimum", 0) for name in ("waitMs", "timeoutMs", "waitSeconds") if name in properties}
    for value in values:
        yield {**filled(schema, value), **quick}
        for name, one in properties.items():
            items = one.get("items", {})
            if takes_text(one) and name not in required:
                yield {**filled(schema, value), **quick, name: filled(one, value)}
            elif kind_of(one) == "array" and kind_of(items) == "object":
                yield {**filled(schema, value), **quick, name: [filled(items, value, True)]}
            elif one.get("properties"):
                yield {**filled(schema, value), **quick, name: filled(one, value, True)}
    if any(name in properties for name in ("source", "target", "node", "nodeId", "from", "to")):
        for kind, value in itertools.product(KINDS, values):
            yield {**filled(schema, f"{kind}:{value}"), **quick}


class Walk:
    said = collections.defaultdict(set)  # ids of the victim that an attacker has written into its own data

    def __init__(self, api, database, most=None):
        self.api, self.database = api, database
        self.ids = database.ids()
        self.values = list(self.ids)[:most] + NAMES[:most]
        self.before = database.settled()
        self.calls, self.faults = 0, []
        print(f"{len(self.ids)} ids in {len(set(self.ids.values()))} columns of {len(database.tables)} tables")
        empty = sorted(t for t, (count, _) in self.before.items() if count == "0")
        print("empty:", " ".join(empty))

    def judge(self, what, tenant, sent, status, text):
        self.calls += 1
        said = json.dumps(sent)
        leaked = [one for one in self.ids if one in text and one not in said and one not in self.said[tenant]]
        if MARK in text or leaked:
            self.faults.append(f"{what} gave {MARK if MARK in text else leaked[0]}: {said[:200]} → {text[:300]}")
        # A server without an embedder says so with a 500 of its own.
        if status >= 500 and status not in (501, 502, 503, 504) and '"code":"configuration"' not in text:
            self.faults.append(f"{what}: {status}: {said[:200]} → {text[:300]}")
        if status == 409 and "exist" in text and what.split(" ")[-1] not in SAYS_EXISTS:
            self.faults.append(f"{what} says that something exists: {said[:200]} → {text[:300]}")

    def changed(self, what):
        after = self.database.digest()
        for table in self.database.tables:
            if after[table] != self.before[table]:
                self.faults.append(f"{what} changed {table}: {self.before[table]} → {after[table]}")
        self.before = after

    def each(self, what, schema, call, writes):
        tenants = itertools.cycle(ATTACKERS)
        wanted = [(tenant, one) for one, tenant in zip(inputs(schema, self.values), tenants)]
        if writes:
            for tenant, one in wanted:
                text = json.dumps(one)
                self.said[tenant].update(each for each in self.ids if each in text)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for (tenant, one), (status, text) in zip(wanted, pool.map(lambda each: call(*each), wanted)):
                self.judge(what, tenant, one, status, text)
        self.changed(what)

    def posts(self, reading):
        """The operations at /v1: those that only read, or the others."""
        document = json.loads(self.api.send(VICTIM, "GET", "/openapi.json")[1])
        for path, methods in sorted(document["paths"].items()):
            if not path.startswith("/v1/") or "post" not in methods:
                continue
            operation = path[4:].replace("/", ".")
            if (operation.replace(".", "_") in self.readers) != reading:
                continue
            body = methods["post"]["requestBody"]
            if "$ref" in body:
                body = document["components"]["requestBodies"][body["$ref"].rsplit("/", 1)[1]]
            schema = body["content"]["application/json"]["schema"]
            self.each("REST " + operation, schema,
                      lambda tenant, one, path=path: self.api.send(tenant, "POST", path, one)[:2], not reading)

    def rest(self):
        self.posts(False)
        document = json.loads(self.api.send(VICTIM, "GET", "/openapi.json")[1])
        # The routes beside them take ids in their paths.
        for path, methods in sorted(document["paths"].items()):
            for method, value in itertools.product([m for m in methods if "{" in path and m != "post"], self.values):
                full = path
                while "{" in full:
                    full = full[:full.index("{")] + urllib.parse.quote(value, safe="") + full[full.index("}") + 1:]
                if full.endswith("/events") and "session" in full:
                    continue  # a stream, which never ends
                tenant = ATTACKERS[self.calls % 3]
                status, text, _ = self.api.send(tenant, method.upper(), full)
                self.judge(f"{method} {path}", tenant, value, status, text)
        self.changed("the routes")

    def mcp(self):
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        opened = {one: self.api.mcp(one, None, "initialize", hello)[2]["Mcp-Session-Id"] for one in [VICTIM, *ATTACKERS]}
        for one in ATTACKERS:
            status, _, _ = self.api.mcp(one, opened[VICTIM], "ping", {})
            if status != 404:
                self.faults.append(f"a session of another tenant is {status}")
        status, _, _ = self.api.mcp(("nonsense", VICTIM[1]), None, "initialize", hello)
        if status != 400:
            self.faults.append(f"a tenant that is no UUID is {status} at /mcp")

        def tool(tenant, name, one):
            status, text, _ = self.api.mcp(tenant, opened[tenant], "tools/call", {"name": name, "arguments": one})
            return status, text

        tools, page = [], {}
        while page is not None:
            listed = json.loads(self.api.mcp(VICTIM, opened[VICTIM], "tools/list", page)[1])["result"]
            tools += listed["tools"]
            page = {"cursor": listed["nextCursor"]} if "nextCursor" in listed else None
        self.readers = {one["name"] for one in tools if one["annotations"]["readOnlyHint"]}

        def call_tools(reading):
            for one in tools:
                if (one["name"] in self.readers) == reading:
                    self.each("MCP " + one["name"], one["inputSchema"],
                              lambda tenant, given, name=one["name"]: tool(tenant, name, given), not reading)

        call_tools(True)
        self.posts(True)
        call_tools(False)
        # What there is for the victim shows that the walk would see it.
        if MARK not in self.api.mcp(VICTIM, opened[VICTIM], "resources/read", {"uri": "memory://recent"})[1]:
            self.faults.append("the victim does not see its own memories")
        for tenant, value in itertools.product(ATTACKERS, ["recent", *self.values]):
            uri = "memory://" + urllib.parse.quote(value, safe="")
            status, text, _ = self.api.mcp(tenant, opened[tenant], "resources/read", {"uri": uri})
            self.judge("MCP resource", tenant, value, status, text)
        for tenant in ATTACKERS:
            status, text, _ = self.api.mcp(tenant, opened[tenant], "prompts/get",
                                           {"name": "recall", "arguments": {"question": "the staging port"}})
            self.judge("MCP prompt", tenant, "recall", status, text)
        self.changed("MCP")


def service_tokens(api):
    """A service token with every scope that one may have, for each attacker."""
    document = json.loads(api.send(VICTIM, "GET", "/openapi.json")[1])
    scopes = set()
    for methods in document["paths"].values():
        for one in methods.values():
            for way in one.get("security", []):
                scopes.update(way.get("bearer", []))
    out = {}
    for tenant in ATTACKERS:
        status, text, _ = api.send(tenant, "POST", "/v1/token/create", {
            "name": "walk", "scopes": sorted(scopes - {"authority:approve"}), "instance": "instance-x", "posse": "posse-a"})
        if status != 200:
            sys.exit(f"token/create: {status} {text[:300]}")
        out[tenant] = json.loads(text)["token"]
    return out


def main():
    api, database = Api(sys.argv[1], sys.argv[2]), Database(sys.argv[3:])
    seed(api)
    walk = Walk(api, database)
    walk.mcp()
    walk.rest()
    # Once more, each attacker with a credential of its own, and fewer values: the doors are the same.
    api.tokens = service_tokens(api)
    again = Walk(api, database, 12)
    status, _, _ = api.send(ATTACKERS[0], "GET", "/memory/recent", headers={"X-Stele-Org": VICTIM[0]})
    if status != 403:
        again.faults.append(f"another tenant's header is {status} with a service token")
    again.mcp()
    again.rest()
    faults = walk.faults + again.faults
    for fault in faults[:40]:
        print("FAULT", fault)
    print(f"{walk.calls} calls, {again.calls} with service tokens, {len(faults)} faults")
    sys.exit(1 if faults or walk.calls < 5000 or again.calls < 1000 else 0)


main()
