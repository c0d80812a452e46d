// sdk-client.mjs --stdio COMMAND ARGUMENT… | --http URL
//
// An MCP client made of the official SDK; see run-sdk-client.sh.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';

let passed = 0;
let failed = 0;
async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message}`);
  }
}

function transportOf([kind, target, ...args]) {
  if (kind === '--stdio') {
    return new StdioClientTransport({ command: target, args, env: process.env, stderr: 'inherit' });
  }
  assert.equal(kind, '--http', 'the first argument is --stdio or --http');
  const token = process.env.STELE_TOKEN;
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return new StreamableHTTPClientTransport(new URL(target), { requestInit: { headers } });
}

const textOf = (result) => result.content[0].text;
const rejectsWith = (promise, code) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.code, code, error.message);
    return true;
  });

async function product(client) {
  const marker = randomUUID();
  const content = `The MCP client test ${marker} listens on port 7600`;
  let id;
  let names;

  await check('introduces itself', async () => {
    assert.match(client.getInstructions(), /memor/i);
    assert.ok(client.getServerVersion().version);
  });
  await check('lists a small set of described tools', async () => {
    const { tools } = await client.listTools();
    names = tools.map((tool) => tool.name);
    for (const name of ['memory_search', 'memory_store']) assert.ok(names.includes(name), name);
    if (!process.argv.some((argument) => argument.includes('tools'))) {
      assert.ok(tools.length <= 16, `${tools.length} tools`);
      const bytes = Buffer.byteLength(JSON.stringify({ tools }));
      assert.ok(bytes <= 24 * 1024, `${bytes} bytes of tools/list`);
      await rejectsWith(client.callTool({ name: 'db_status', arguments: {} }), -32602);
    }
    for (const tool of tools) {
      assert.ok(tool.description.length > 20 && tool.description.length < 1000, tool.name);
      assert.equal(tool.inputSchema.type, 'object');
      assert.equal(typeof tool.annotations.readOnlyHint, 'boolean');
      assert.equal(tool.annotations.openWorldHint, false);
    }
  });
  // From here on the SDK checks every result against the tool's output schema.
  await check('stores a memory', async () => {
    const result = await client.callTool({
      name: 'memory_store',
      arguments: { content, category: 'fact' },
    });
    assert.ok(!result.isError, textOf(result));
    assert.equal(result.structuredContent.stored, true);
    assert.match(result.structuredContent.contentHash, /^[0-9a-f]{64}$/);
    assert.deepEqual(JSON.parse(textOf(result)), result.structuredContent);
    id = result.structuredContent.id;
  });
  await check('knows it the second time', async () => {
    const result = await client.callTool({
      name: 'memory_store',
      arguments: { content, category: 'fact' },
    });
    assert.equal(result.structuredContent.duplicate, true);
  });
  await check('finds it again', async () => {
    const result = await client.callTool({
      name: 'memory_search',
      arguments: { query: `MCP client test ${marker}`, limit: 5 },
    });
    assert.ok(!result.isError, textOf(result));
    assert.ok(result.structuredContent.results.some((row) => row.content === content));
  });
  await check('reads it as a resource', async () => {
    const { resources } = await client.listResources();
    assert.ok(resources.some((resource) => resource.uri === 'memory://recent'));
    const recent = await client.readResource({ uri: 'memory://recent' });
    assert.ok(recent.contents[0].text.includes(marker));
    const one = await client.readResource({ uri: `memory://${id}` });
    assert.ok(one.contents[0].text.includes(marker));
  });
  await check('keeps a conversation', async () => {
    const call = async (name, args) => {
      const result = await client.callTool({ name, arguments: args });
      assert.ok(!result.isError, textOf(result));
      return result.structuredContent;
    };
    const threadId = `ses_${marker}`;
    const asked = await call('chat_log', {
      content: 'Which port?', speaker: 'user', threadId, dedupKey: 'm1', pendingAction: 'answer',
    });
    assert.equal(asked.seq, 1);
    const again = await call('chat_log', { content: 'Which port?', threadId, dedupKey: 'm1' });
    assert.equal(again.duplicate, true);
    await call('chat_log', { content: '7600', threadId });
    const { messages } = await call('chat_thread', { threadId });
    assert.deepEqual(messages.map((m) => [m.seq, m.content]), [[1, 'Which port?'], [2, '7600']]);
    const { results } = await call('chat_recent', { limit: 5 });
    assert.ok(results.some((row) => row.threadId === threadId && row.content === '7600'));
    if (!names.includes('chat_pending')) return;
    const open = await call('chat_pending', { threadId });
    assert.equal(open.results[0].messageId, asked.id);
    await call('chat_resolve', { messageId: asked.id, resolution: 'answered' });
    assert.equal((await call('chat_pending', { threadId })).results.length, 0);
  });
  await check('takes arguments that are written as texts', async () => {
    const result = await client.callTool({
      name: 'memory_store',
      arguments: { content: `[1] ${marker}`, category: 'fact', tags: '["a"]', metadata: '{"n":"1"}' },
    });
    assert.ok(!result.isError, textOf(result));
    const stored = await client.callTool({
      name: 'memory_get',
      arguments: { id: result.structuredContent.id },
    });
    assert.equal(stored.structuredContent.memory.content, `[1] ${marker}`);
    assert.deepEqual(stored.structuredContent.memory.tags, ['a']);
    assert.deepEqual(stored.structuredContent.memory.metadata, { n: '1' });
    const found = await client.callTool({
      name: 'memory_search',
      arguments: { query: marker, limit: '1', why: 'true' },
    });
    assert.equal(found.structuredContent.results.length, 1);
  });
  await check('tells the model what was wrong', async () => {
    const result = await client.callTool({ name: 'memory_search', arguments: { limit: 'many' } });
    assert.equal(result.isError, true);
    assert.match(textOf(result), /^Error: Invalid parameters: /);
    assert.match(textOf(result), /query: /);
    assert.match(textOf(result), /limit: /);
  });
  await check('answers what it cannot read', async () => {
    const store = (args) =>
      client.callTool(
        { name: 'memory_store', arguments: { category: 'fact', ...args } },
        undefined,
        { timeout: 10_000 },
      );
    const refused = (promise, what) =>
      assert.rejects(promise, (error) => {
        assert.doesNotMatch(error.message, /timed out/);
        assert.match(error.message, what);
        return true;
      });
    let deep = 1;
    for (let i = 0; i < 40; i += 1) deep = { deep };
    await refused(store({ content: 'half \ud83d an emoji' }), /half a surrogate pair/);
    await refused(store({ content: 'deep', metadata: deep }), /levels deep/);
    await refused(store({ content: 'z'.repeat(17 * 1024 * 1024) }), /bytes|too large|413/i);
    await client.ping();
  });
  await check('refuses unknown tools and resources', async () => {
    await rejectsWith(client.callTool({ name: 'no_such_tool', arguments: {} }), -32602);
    await rejectsWith(client.readResource({ uri: `memory://${randomUUID()}` }), -32002);
    await rejectsWith(client.readResource({ uri: 'nothing://here' }), -32002);
  });
  await check('has prompts', async () => {
    const { prompts } = await client.listPrompts();
    const names = prompts.map((prompt) => prompt.name);
    assert.deepEqual(names, ['recall', 'remember']);
    const recall = await client.getPrompt({
      name: 'recall',
      arguments: { question: `Which port has the MCP client test ${marker}?` },
    });
    assert.ok(JSON.stringify(recall.messages).includes('7600'));
  });
  await check('answers a ping', () => client.ping());
}

async function fixture(client, kind) {
  client.setRequestHandler(CreateMessageRequestSchema, async () => ({
    role: 'assistant',
    content: { type: 'text', text: 'from the model' },
    model: 'test',
  }));
  client.setRequestHandler(ElicitRequestSchema, async () => ({
    action: 'accept',
    content: { username: 'ada' },
  }));
  client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [] }));
  const logged = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, (note) => {
    logged.push(note.params.data);
  });

  await check('answers a ping', () => client.ping());
  await check('calls a tool', async () => {
    const result = await client.callTool({ name: 'test_simple_text' });
    assert.match(textOf(result), /simple text/);
  });
  await check('reports progress', async () => {
    const seen = [];
    await client.callTool({ name: 'test_tool_with_progress' }, undefined, {
      onprogress: (progress) => seen.push(progress.progress),
    });
    assert.deepEqual(seen, [0, 50, 100]);
  });
  await check('logs', async () => {
    await client.setLoggingLevel('debug');
    await client.callTool({ name: 'test_tool_with_logging' });
    assert.equal(logged.length, 3);
  });
  await check('asks the model and the user', async () => {
    const sampled = await client.callTool({ name: 'test_sampling', arguments: { prompt: 'hi' } });
    assert.equal(textOf(sampled), 'LLM response: from the model');
    const asked = await client.callTool({ name: 'test_elicitation', arguments: { message: '?' } });
    assert.match(textOf(asked), /accept.*ada/);
  });
  await check('stops a call that is cancelled', async () => {
    const stop = new AbortController();
    const call = client.callTool({ name: 'test_wait_for_cancel' }, undefined, {
      signal: stop.signal,
    });
    setTimeout(() => stop.abort('enough'), 50);
    await assert.rejects(call);
    await client.ping();
  });
  await check('runs calls side by side', async () => {
    const calls = Array.from({ length: 20 }, () =>
      client.callTool({ name: 'test_tool_with_progress' }),
    );
    assert.equal((await Promise.all(calls)).length, 20);
  });
  await check('tells errors of tools from errors of the protocol', async () => {
    assert.equal((await client.callTool({ name: 'test_error_handling' })).isError, true);
    await rejectsWith(client.callTool({ name: 'no_such_tool' }), -32602);
    await rejectsWith(client.readResource({ uri: 'nothing://here' }), -32002);
  });
  await check('reads, completes and subscribes', async () => {
    const read = await client.readResource({ uri: 'test://template/5/data' });
    assert.match(read.contents[0].text, /Data for ID: 5/);
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
      argument: { name: 'arg1', value: 'par' },
    });
    assert.deepEqual(completion.values, ['paris', 'park', 'party']);
    await client.subscribeResource({ uri: 'test://watched-resource' });
    await client.unsubscribeResource({ uri: 'test://watched-resource' });
  });
  if (kind === '--http') {
    await check('comes back for an answer after the stream was closed', async () => {
      const result = await client.callTool({ name: 'test_reconnection' });
      assert.match(textOf(result), /Reconnection test completed/);
    });
  }
}

const target = process.argv.slice(2);
const client = new Client(
  { name: 'stele-sdk-test', version: '1.0.0' },
  { capabilities: { sampling: {}, elicitation: {}, roots: {} } },
);
const transport = transportOf(target);
await client.connect(transport);
const name = client.getServerVersion().name;
await (name === 'stele' ? product(client) : fixture(client, target[0]));
if (target[0] === '--http') await check('ends its session', () => transport.terminateSession());
await client.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
