// Stele: a `stele serve` of its own over the database, one worker in this process that speaks HTTP to
// it. The API's shape is gathered in `wire`.
import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { batcher } from '../batcher.mjs';
import { client } from '../http.mjs';

export const title = 'Stele';

// At most so many polls, and calls of each kind under way. `inHand`: jobs leased and not yet recorded.
const defaults = {
    lease: 500, waitMs: 1000, leaseSeconds: 60, pollers: 3, inHand: 4000, flights: 3, batch: 500, submitBatch: 1000,
    connections: 8, sockets: 64,
};

const wire = {
    submit: (kind, id) => ['/v1/job/submit', { queue: kind, name: kind, input: { id } }],
    submitMany: (kind, ids) => ['/v1/job/submit_batch', { jobs: ids.map((id) => ({ queue: kind, name: kind, input: { id } })) }],
    lease: (kind, { lease, waitMs, leaseSeconds }) =>
        ['/v1/job/lease', { queue: kind, worker: 'bench', max: lease, waitMs, leaseSeconds }],
    leased: (answer) => answer.jobs,
    saveSteps: (items) => ['/v1/job/step', { jobs: items }],
    step: (job, name, output) => ({ id: job.id, generation: job.generation, name, output }),
    complete: (items) => ['/v1/job/complete', { jobs: items }],
    completion: (job, output) => ({ id: job.id, generation: job.generation, output }),
    // What is stale was taken from this worker, which must not happen here.
    stale: (answer) => (answer.stale ?? []).length > 0,
};

export async function open({ url, settings, run }) {
    const chosen = { ...defaults, ...settings };
    const admin = new pg.Pool({ connectionString: url, max: 1 });
    let server;
    let http;
    let working;

    const post = ([path, body]) => http.post(path, body);
    const settled = async (answer) => { if (wire.stale(await answer)) throw new Error('a lease was lost'); };
    const flight = { most: chosen.batch, flights: chosen.flights, patient: true };
    const saveStep = batcher((items) => settled(post(wire.saveSteps(items))), flight);
    const complete = batcher((items) => settled(post(wire.complete(items))), flight);

    // What a worker's author writes: a function of one job that awaits each step.
    const handlers = {
        async simple(job) {
            run(job.input.id, 0);
            await complete(wire.completion(job, null));
        },
        async workflow(job) {
            const outputs = [];
            for (const step of [0, 1]) {
                run(job.input.id, step);
                outputs.push(step + 1);
                await saveStep(wire.step(job, `step${step + 1}`, [...outputs]));
            }
            run(job.input.id, 2);
            await complete(wire.completion(job, [...outputs, 3]));
        },
    };

    function work(kind) {
        const state = { on: true, inHand: 0 };
        const handle = async (job) => {
            try {
                await handlers[kind](job);
            } catch (error) {
                console.error('Stele:', error.message);
            }
            state.inHand--;
        };
        // One waits; another one asks as well for as long as there is more than one answer can hold.
        let polls = 0;
        const poll = async () => {
            polls++;
            let full = true;
            while (state.on && (full || polls === 1)) {
                if (state.inHand > chosen.inHand) {
                    await sleep(1);
                    continue;
                }
                const jobs = wire.leased(await post(wire.lease(kind, chosen)));
                full = jobs.length === chosen.lease;
                state.inHand += jobs.length;
                for (const job of jobs) handle(job);
                if (full && polls < chosen.pollers) others.push(poll());
            }
            polls--;
        };
        const others = [];
        state.done = poll().then(() => Promise.all(others));
        return state;
    }

    return {
        async setup() {
            server = await serve(url, admin, chosen.connections);
            http = client(server.url, chosen.sockets);
        },
        async submitMany(kind, jobs) {
            for (let from = 0; from < jobs; from += chosen.submitBatch) {
                await post(wire.submitMany(kind, Array.from({ length: Math.min(chosen.submitBatch, jobs - from) }, (_, i) => from + i)));
            }
        },
        submitOne: (kind, id) => post(wire.submit(kind, id)),
        settle: () => admin.query('ANALYZE'),
        async start(kind) { working = work(kind); },
        async stop() {
            working.on = false;
            await working.done;
            while (working.inHand > 0) await sleep(1);
        },
        async unfinished() { return (await admin.query('SELECT FROM job_queue LIMIT 1')).rowCount > 0; },
        async close() {
            http?.close();
            await server?.stop();
            await admin.end();
        },
    };
}

// Migrated by the superuser, served as the runtime role, like every other deployment.
async function serve(url, admin, connections) {
    const binary = process.env.STELE_BINARY;
    if (!binary) throw new Error('STELE_BINARY is not set');
    const env = { ...process.env, STELE_DATABASE_URL: url, STELE_ADMIN_DATABASE_URL: url };
    const migrated = spawnSync(binary, ['db', 'migrate'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    if (migrated.status !== 0) throw new Error('stele db migrate failed');
    await admin.query("DO $$ BEGIN IF to_regrole('bench_app') IS NULL THEN CREATE ROLE bench_app LOGIN; END IF; END $$");
    await admin.query('GRANT stele_runtime TO bench_app');
    const process_ = spawn('setpriv', ['--pdeathsig', 'TERM', binary, 'serve', '--port', '0', '--embedding', 'none'], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
            ...env, STELE_DATABASE_URL: url.replace('postgres@', 'bench_app@'),
            STELE_DATABASE_POOL_SIZE: String(connections), STELE_SERVER_WORKERS: String(connections),
        },
    });
    const ended = new Promise((resolve) => process_.on('exit', resolve));
    const at = await listening(process_);
    return { url: at, stop: () => { process_.kill('SIGTERM'); return ended; } };
}

function listening(process_) {
    return new Promise((resolve, reject) => {
        let log = '';
        process_.stderr.on('data', (bytes) => {
            if (log === null) return;
            log += bytes;
            const found = /listening on (http:[^ \n]*)/.exec(log);
            if (!found) return;
            log = null;
            resolve(found[1]);
        });
        process_.on('exit', () => reject(new Error(`stele serve ended: ${log}`)));
    });
}
