// graphile-worker 0.18. Settings: its documentation's own performance configuration (localQueue,
// completeJobBatchDelay), sized for this machine; see ../README.md for what was tried.
import { Logger, makeWorkerUtils, run as runWorker } from 'graphile-worker';
import pg from 'pg';
import { batcher } from '../batcher.mjs';

export const title = 'graphile-worker 0.18';

const defaults = {
    simple: { concurrentJobs: 24, localQueue: 500 }, workflow: { concurrentJobs: 1000, localQueue: 2000 },
    maxPoolSize: 10, completeJobBatchDelay: 0, chain: 'batched',
};
const logger = new Logger(() => (level, message) => level === 'error' && console.error('graphile-worker:', message));

export async function open({ url, settings, run }) {
    const chosen = { ...defaults, ...settings };
    const pool = new pg.Pool({ connectionString: url, max: chosen.maxPoolSize });
    const lost = (error) => console.error('graphile-worker:', error.message);
    pool.on('error', lost);
    pool.on('connect', (client) => client.on('error', lost));
    const utils = await makeWorkerUtils({ pgPool: pool, logger });
    let worker;

    // The documentation adds the next job with helpers.addJob: a commit each, and its NOTIFY lets only one
    // transaction commit at a time. The same through addJobs for all jobs that are ready to is several times faster.
    const addTogether = batcher((specs) => utils.addJobs(specs), { most: 500, flights: 2 });
    const addNext = chosen.chain === 'batched'
        ? (identifier, payload) => addTogether({ identifier, payload })
        : (identifier, payload, helpers) => helpers.addJob(identifier, payload);

    const taskList = {
        simple: async ({ id }) => { run(id, 0); },
        step1: async ({ id }, helpers) => { run(id, 0); await addNext('step2', { id, output: [1] }, helpers); },
        step2: async ({ id, output }, helpers) => { run(id, 1); await addNext('step3', { id, output: [...output, 2] }, helpers); },
        step3: async ({ id }) => { run(id, 2); },
    };
    const identifiers = { simple: 'simple', workflow: 'step1' };

    return {
        setup: () => utils.migrate(),
        async submitMany(kind, jobs) {
            for (let from = 0; from < jobs; from += 5000) {
                const length = Math.min(5000, jobs - from);
                await utils.addJobs(Array.from({ length }, (_, i) => ({ identifier: identifiers[kind], payload: { id: from + i } })));
            }
        },
        submitOne: (kind, id) => utils.addJob(identifiers[kind], { id }),
        settle: () => pool.query('ANALYZE'),
        async start(kind) {
            const { concurrentJobs, localQueue } = chosen[kind];
            worker = await runWorker({
                pgPool: pool, logger, taskList, noHandleSignals: true, parsedCronItems: [],
                preset: { worker: {
                    concurrentJobs,
                    localQueue: localQueue > 0 ? { size: localQueue } : undefined,
                    completeJobBatchDelay: chosen.completeJobBatchDelay,
                    failJobBatchDelay: chosen.completeJobBatchDelay,
                } },
            });
        },
        stop: () => worker.stop(),
        // It deletes what is done.
        async unfinished() {
            return (await pool.query('SELECT FROM graphile_worker._private_jobs LIMIT 1')).rowCount > 0;
        },
        async close() {
            await utils.release();
            await pool.end();
        },
    };
}
