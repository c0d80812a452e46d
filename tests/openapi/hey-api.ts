// @hey-api/openapi-ts: the same with functions that are named after operations.
import { expect, expectStored, scope, text, token, typed, url } from './check.js';
import { client } from './hey/client.gen.js';
import { memoryGet, memoryGetGet, memorySearch, memoryStore, type Problem } from './hey/index.js';

client.setConfig({ baseUrl: url, auth: token, headers: { 'X-Stele-Scope': scope } });

const stored = await memoryStore({
    body: { content: text, category: 'fact', tags: ['port'], metadata: { berth: 7 } },
});
expect(stored.data !== undefined, JSON.stringify(stored.error));
const id: string = typed(stored.data!.id);

const found = await memorySearch({ body: { query: 'who booked the crane?' } });
expectStored(found.data?.results.find((memory) => memory.id === id));

const read = await memoryGetGet({ path: { id } });
expect(read.response?.status === 200, JSON.stringify(read.error));

const missing = await memoryGet({ body: { id: '01890a5d-ac96-774b-bcce-b302099a8057' } });
const problem: Problem = missing.error!;
expect(problem.code === 'not_found' && problem.status === 404, JSON.stringify(problem));

// @ts-expect-error a field that is missing
void (() => memoryStore({ body: { content: text } }));
// @ts-expect-error a field of another type
void (() => memorySearch({ body: { query: text, limit: 'ten' } }));
// @ts-expect-error a value that is none of its own
void (() => memorySearch({ body: { query: text, mode: 'fast' } }));
