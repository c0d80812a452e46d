// sdk-restart.mjs STELE
//
// A client of the official SDK goes on working when `stele serve` is started again: ended in order,
// or killed. The database comes from the environment; so does a token, STELE_TOKEN.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [stele] = process.argv.slice(2);
const token = process.env.STELE_TOKEN;
const headers = token ? { Authorization: `Bearer ${token}` } : {};
let server;

async function start(port) {
  server = spawn(stele, ['serve', '--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: server.stderr })) {
    const found = /listening on (http:\/\/[^ ]+:(\d+))/.exec(line);
    if (found) {
      server.stderr.resume();
      return { url: `${found[1]}/mcp`, port: Number(found[2]) };
    }
  }
  throw new Error('stele serve did not start');
}

async function stop(signal) {
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}

async function ping(url, id, more = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'Mcp-Session-Id': id,
      ...more,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
  await answer.text();
  return answer.status;
}

const marker = randomUUID();
try {
  const { url, port } = await start(0);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  const client = new Client({ name: 'stele-restart-test', version: '1.0.0' }, { capabilities: {} });
  await client.connect(transport);
  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args }, undefined, { timeout: 20_000 });
    assert.ok(!result.isError, result.content[0].text);
    return result.structuredContent;
  };
  await call('memory_store', { content: `Before the restart ${marker}`, category: 'fact' });
  const id = transport.sessionId;
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    await stop(signal);
    await start(port);
    const { results } = await call('memory_search', { query: marker });
    assert.ok(results.some((row) => row.content.includes(marker)), signal);
    assert.ok((await client.listTools()).tools.length > 0);
    assert.equal(transport.sessionId, id);
  }
  const other = '00000000-0000-4000-8000-00000000000f';
  assert.equal(await ping(url, id), 200);
  assert.equal(await ping(`${url}/`, id), 200);
  assert.equal(await ping(url, id, { 'X-Stele-Project': other }), 404);
  assert.equal(await ping(url, id.replace(/.$/, (c) => (c === '0' ? '1' : '0'))), 404);
  await transport.terminateSession();
  assert.equal(await ping(url, id), 404);
  await client.close();
  if (token) {
    await stop('SIGTERM');
    process.env.STELE_TOKEN = `${token}-another`;
    headers.Authorization = `Bearer ${process.env.STELE_TOKEN}`;
    await start(port);
    assert.equal(await ping(url, id), 404);
  }
  console.log('the client went on');
} finally {
  server.kill('SIGKILL');
}
process.exit(0);
