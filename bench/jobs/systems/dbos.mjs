// DBOS 5 with its queues: enqueued by one call, dispatched by the poller of the worker. See
// ../README.md for what was tried, and dbos-direct.mjs for workflows without a queue.
import { randomUUID } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { enqueueWorkflows, prepareEnqueuedWorkflow } from '@dbos-inc/dbos-sdk/eventreceiver';
import pg from 'pg';

export const title = 'DBOS 5, queue';

const defaults = { poolSize: 20, minPollingIntervalMs: 1, workerConcurrency: 200 };
const problem = (entry) => console.error('DBOS:', entry?.message ?? entry);
const logger = { debug() {}, info() {}, warn: problem, error: problem };

export async function open({ url, settings, run, direct = false }) {
    const chosen = { ...defaults, ...settings };
    const workflows = {
        simple: DBOS.registerWorkflow(async (id) => { run(id, 0); }, { name: 'simple' }),
        workflow: DBOS.registerWorkflow(async (id) => {
            const one = await DBOS.runStep(async () => { run(id, 0); return [1]; }, { name: 'step1' });
            const two = await DBOS.runStep(async () => { run(id, 1); return [...one, 2]; }, { name: 'step2' });
            return DBOS.runStep(async () => { run(id, 2); return [...two, 3]; }, { name: 'step3' });
        }, { name: 'workflow' }),
    };
    const launch = async (queues) => {
        DBOS.setConfig({
            name: 'job-bench', systemDatabaseUrl: url, systemDatabasePoolSize: chosen.poolSize, logger,
            applicationVersion: '1', listenQueues: queues,
        });
        await DBOS.launch();
    };
    // The bench's own connection, to look whether all is recorded.
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    const queue = (kind) => (direct ? {} : { queueName: kind });

    const engine = {
        // Preloading happens in an application that listens to no queue.
        async setup() {
            await launch(['none']);
            for (const kind of Object.keys(workflows)) {
                await DBOS.registerQueue(kind, {
                    minPollingIntervalMs: chosen.minPollingIntervalMs,
                    ...(chosen.workerConcurrency > 0 && { workerConcurrency: chosen.workerConcurrency }),
                });
            }
        },
        async submitMany(kind, jobs) {
            for (let from = 0; from < jobs; from += 2000) {
                const ids = Array.from({ length: Math.min(2000, jobs - from) }, (_, i) => from + i);
                await enqueueWorkflows(await Promise.all(ids.map((id) =>
                    prepareEnqueuedWorkflow(workflows[kind], [id], { workflowID: randomUUID(), queueName: kind }))));
            }
        },
        submitOne: (kind, id) => DBOS.startWorkflow(workflows[kind], queue(kind))(id),
        settle: () => pool.query('ANALYZE'),
        async start(kind) {
            await DBOS.shutdown();
            await launch([kind]);
        },
        async stop() {
            await DBOS.shutdown();
            await launch(['none']);
        },
        async unfinished() {
            const { rowCount } = await pool.query("SELECT FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING') LIMIT 1");
            return rowCount > 0;
        },
        async close() {
            await DBOS.shutdown();
            await pool.end();
        },
    };
    if (direct) delete engine.submitMany;
    return engine;
}
