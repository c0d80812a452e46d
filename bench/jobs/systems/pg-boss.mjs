// pg-boss 12. Settings: LISTEN/NOTIFY on, batches, continuous fetching while batches come back full;
// see ../README.md for what was tried.
import { PgBoss } from 'pg-boss';

export const title = 'pg-boss 12';

const defaults = {
    batchSize: 500, localConcurrency: 2, stepConcurrency: 1, max: 10, partition: true, notify: true,
    pollingIntervalSeconds: 0.5, workflow: 'chain',
};

export async function open({ url, settings, run }) {
    const chosen = { ...defaults, ...settings };
    const boss = new PgBoss({ connectionString: url, max: chosen.max, useListenNotify: chosen.notify, flowIntervalSeconds: 1 });
    boss.on('error', (error) => console.error('pg-boss:', error.message));
    const queues = ['simple', 'step1', 'step2', 'step3'];
    const options = {
        batchSize: chosen.batchSize, burstWhenBatchFull: true,
        pollingIntervalSeconds: chosen.pollingIntervalSeconds,
    };

    // A whole batch's next jobs are inserted in the transaction that completes the batch.
    const chained = (step) => async (jobs, tx) => {
        for (const { data } of jobs) run(data.id, step);
        const next = jobs.map(({ data }) => ({ data: { id: data.id, output: [...(data.output ?? []), step] } }));
        await boss.insert(queues[step + 2], next, { db: tx });
    };
    const last = (step) => async (jobs) => { for (const { data } of jobs) run(data.id, step); };

    const workers = {
        simple: () => boss.work('simple', { ...options, localConcurrency: chosen.localConcurrency }, last(0)),
        async workflow() {
            const chain = chosen.workflow === 'chain';
            for (const step of [0, 1, 2]) {
                const transactional = chain && step < 2;
                await boss.work(queues[step + 1], { ...options, localConcurrency: chosen.stepConcurrency, transactional },
                    transactional ? chained(step) : last(step));
            }
        },
    };
    const first = { simple: 'simple', workflow: 'step1' };
    const flow = (id) => [1, 2, 3].map((n) => ({
        ref: `${id}-${n}`, name: `step${n}`, data: { id }, dependsOn: n > 1 ? [`${id}-${n - 1}`] : [],
    }));

    return {
        async setup() {
            await boss.start();
            for (const queue of queues) await boss.createQueue(queue, { notify: chosen.notify, partition: chosen.partition });
        },
        async submitMany(kind, jobs) {
            const flows = kind === 'workflow' && chosen.workflow === 'flow';
            const most = flows ? 300 : 5000;
            for (let from = 0; from < jobs; from += most) {
                const ids = Array.from({ length: Math.min(most, jobs - from) }, (_, i) => from + i);
                if (flows) await boss.flow(ids.flatMap(flow));
                else await boss.insert(first[kind], ids.map((id) => ({ data: { id } })));
            }
        },
        submitOne: (kind, id) => boss.send(first[kind], { id }),
        settle: () => boss.getDb().executeSql('ANALYZE'),
        start: (kind) => workers[kind](),
        async stop() {
            for (const queue of queues) await boss.offWork(queue, { wait: true });
        },
        async unfinished() {
            const { rows } = await boss.getDb().executeSql("SELECT 1 FROM pgboss.job WHERE state < 'completed' AND name = ANY($1) LIMIT 1", [queues]);
            return rows.length > 0;
        },
        close: () => boss.stop({ graceful: false }),
    };
}
