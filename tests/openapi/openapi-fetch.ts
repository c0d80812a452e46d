// openapi-typescript and openapi-fetch: a memory is stored, found and read; what is wrong does not
// compile, and what a server refuses is a problem.
import createClient from 'openapi-fetch';
import { expect, expectStored, scope, text, token, typed, url } from './check.js';
import type { components, paths } from './stele.js';

const client = createClient<paths>({
    baseUrl: url,
    headers: { Authorization: `Bearer ${token}`, 'X-Stele-Scope': scope },
});
type Problem = components['schemas']['Problem'];

const stored = await client.POST('/v1/memory/store', {
    body: { content: text, category: 'fact', tags: ['port'], metadata: { berth: 7 } },
});
expect(stored.data !== undefined, JSON.stringify(stored.error));
const id: string = typed(stored.data!.id);

const found = await client.POST('/v1/memory/search', { body: { query: 'who booked the crane?' } });
expectStored(found.data?.results.find((memory) => memory.id === id));

const read = await client.GET('/memory/{id}', { params: { path: { id } } });
expect(read.response.status === 200, JSON.stringify(read.error));
const again = await client.GET('/memory/search', {
    params: { query: { query: 'crane', tags: ['port'], limit: 3 }, header: { 'X-Stele-Scope': scope } },
});
expect(again.data?.results.some((memory) => memory.id === id) ?? false, JSON.stringify(again));

const missing = await client.POST('/v1/memory/get', {
    body: { id: '01890a5d-ac96-774b-bcce-b302099a8057' },
});
const problem: Problem = missing.error!;
expect(problem.code === 'not_found' && problem.status === 404, JSON.stringify(problem));

// @ts-expect-error a field that is missing
void (() => client.POST('/v1/memory/store', { body: { content: text } }));
// @ts-expect-error a field of another type
void (() => client.POST('/v1/memory/search', { body: { query: text, limit: 'ten' } }));
// @ts-expect-error a value that is none of its own
void (() => client.POST('/v1/memory/search', { body: { query: text, mode: 'fast' } }));
