// measure.mjs SYSTEM URL SECONDS FIXED_RATE  measures one system once, in a process and a database of
// its own, and prints one line of JSON.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { drain, latency, together } from './phases.mjs';

const [name, url, seconds, fixedRate] = [process.argv[2], process.argv[3], Number(process.argv[4]), Number(process.argv[5])];
// Other settings than a module's own, to try alternatives: {"pg-boss": {"batch": 100}}.
const settings = JSON.parse(process.env.JOBS_SETTINGS ?? '{}')[name] ?? {};
const only = process.env.JOBS_PHASES?.split(',');
const wanted = (phase) => !only || only.includes(phase);
const callers = Number(process.env.CALLERS ?? 16);
const log = (...words) => process.env.JOBS_VERBOSE && console.error(name, ...words);

const system = await import(`./systems/${name}.mjs`);
const sink = {};
const engine = await system.open({ url, settings, run: (id, step) => sink.ledger.run(id, step) });
const result = { name, title: system.title };
const most = { simple: 200_000, workflow: 60_000 };
const clamp = (n, kind) => Math.round(Math.min(most[kind], Math.max(500, n)));

// A warm-up says how many jobs last SECONDS. Where nothing is queued (work starts in the process
// that asks for it) there is nothing to drain, and both rates are the one of single submissions.
async function throughput(kind) {
    if (!engine.submitMany) {
        await together(engine, sink, kind, 1, callers);
        return { rate: await together(engine, sink, kind, seconds, callers) };
    }
    const rough = await drain(engine, sink, kind, kind === 'simple' ? 2000 : 500);
    const again = await drain(engine, sink, kind, clamp(rough.rate, kind));
    return drain(engine, sink, kind, clamp(again.rate * seconds, kind));
}

// What the phases before wrote is on disk: else the kernel writes it back some seconds later, and for
// 150 to 200 ms no commit of any database gets through, whoever is measured just then.
async function written() {
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query('CHECKPOINT');
    await admin.end();
    execFileSync('sync');
}

try {
    await engine.setup();
    if (wanted('simple')) {
        const { rate, submit } = await throughput('simple');
        Object.assign(result, { simple: rate, submit });
        log('simple jobs/s', rate, 'submitted in bulk /s', submit);
    }
    if (wanted('workflow')) {
        result.workflow = (await throughput('workflow')).rate;
        log('workflows/s', result.workflow);
    }
    if (wanted('latency')) {
        await written();
        await together(engine, sink, 'simple', 1, callers);
        result.single = await together(engine, sink, 'simple', seconds, callers);
        log('one by one /s', result.single);
        await sleep(500);
        result.half = await latency(engine, sink, result.single / 2, seconds);
        log('half load', result.half);
        await sleep(500);
        result.fixed = await latency(engine, sink, fixedRate, seconds);
        log('fixed rate', result.fixed);
    }
} finally {
    await engine.close();
}
console.log(JSON.stringify(result));
process.exit(0);
