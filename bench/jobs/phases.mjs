// The measurements. Each takes an opened engine (systems/, README.md) and the `sink` its
// handlers write to.
import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger, now, quantile } from './ledger.mjs';

const steps = { simple: 1, workflow: 3 };

// No phase may hang: an engine that loses a job must fail the benchmark, not stop it.
async function within(seconds, promise, what) {
    const timer = new AbortController();
    const late = sleep(seconds * 1000, null, { signal: timer.signal }).then(
        () => { throw new Error(`${what}: not done after ${seconds} s`); }, () => {});
    try {
        return await Promise.race([promise, late]);
    } finally {
        timer.abort();
    }
}

// Handled is not done: the engine must have recorded it, or a crash would run it again.
async function recorded(engine, ledger, what) {
    await within(300, ledger.finished, `${what}, ${ledger.jobs} jobs`);
    const deadline = now() + 60_000;
    while (await engine.unfinished()) {
        if (now() > deadline) throw new Error(`${what}: jobs stay unfinished`);
        await sleep(2);
    }
    return now();
}

// N jobs are submitted in bulk while nobody works, then one worker is started. The clock runs from
// the moment the worker is up (or its first job started, if that was earlier) until all are recorded.
export async function drain(engine, sink, kind, jobs) {
    const ledger = sink.ledger = new Ledger(jobs, steps[kind]);
    const before = now();
    await engine.submitMany(kind, jobs);
    const submitted = (now() - before) / 1000;
    await engine.settle();
    await engine.start(kind);
    const up = now();
    const end = await recorded(engine, ledger, kind);
    await engine.stop();
    ledger.verify(kind);
    return { rate: jobs * 1000 / (end - Math.min(up, ledger.firstStart)), submit: jobs / submitted };
}

// What one-by-one submission and the worker reach together: CALLERS calls are under way at any time,
// each submits one job; the clock stops when all that was submitted is recorded.
export async function together(engine, sink, kind, seconds, callers) {
    const most = Math.ceil(seconds * 50_000);
    const ledger = sink.ledger = new Ledger(most, steps[kind]);
    await engine.start(kind);
    const before = now();
    const until = before + seconds * 1000;
    let next = 0;
    await Promise.all(Array.from({ length: callers }, async () => {
        while (now() < until && next < most) await engine.submitOne(kind, next++);
    }));
    const jobs = next;
    shrink(ledger, jobs);
    const end = await recorded(engine, ledger, `${kind} one by one`);
    await engine.stop();
    ledger.verify(`${kind} one by one`);
    return jobs * 1000 / (end - before);
}

// Only at its end is it known how many jobs the phase had.
function shrink(ledger, jobs) {
    ledger.left -= (ledger.jobs - jobs) * ledger.steps;
    ledger.jobs = jobs;
    ledger.runs = ledger.runs.subarray(0, jobs * ledger.steps);
    if (ledger.left === 0) ledger.finish();
}

// Submits RATE jobs a second whether or not earlier ones have been answered. The first fifth warms
// up and does not count.
export async function latency(engine, sink, rate, seconds) {
    const jobs = Math.ceil(rate * seconds * 1.25);
    const ledger = sink.ledger = new Ledger(jobs, 1);
    await engine.start('simple');
    await sleep(300);
    const begin = now();
    const calls = [];
    for (let id = 0; id < jobs;) {
        const due = begin + id * 1000 / rate;
        if (now() < due) {
            await sleep(Math.max(1, Math.floor(due - now())));
            continue;
        }
        ledger.submitted[id] = now();
        calls.push(engine.submitOne('simple', id++));
        if (id % 64 === 0) await sleep(0);
    }
    const asked = (now() - begin) / 1000;
    await Promise.all(calls);
    await recorded(engine, ledger, 'latency');
    await engine.stop();
    ledger.verify('latency');
    const counted = ledger.started.map((at, id) => at - ledger.submitted[id]).slice(-Math.ceil(rate * seconds)).sort();
    return { rate: jobs / asked, p50: quantile(counted, 0.5), p99: quantile(counted, 0.99), max: counted.at(-1) };
}
