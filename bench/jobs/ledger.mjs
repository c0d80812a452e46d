// What happened to each job of one phase, on one clock: how often it ran and when it first did.

export const now = () => performance.now();

export class Ledger {
    // STEPS is 1 for simple jobs, 3 for workflows.
    constructor(jobs, steps) {
        this.jobs = jobs;
        this.steps = steps;
        this.runs = new Uint8Array(jobs * steps);
        this.started = new Float64Array(jobs);
        this.submitted = new Float64Array(jobs);
        this.left = jobs * steps;
        this.firstStart = Infinity;
        this.outOfOrder = 0;
        this.finished = new Promise((resolve) => { this.finish = resolve; });
    }

    // A step's output is its input and its own number: nothing to compute, something to store.
    run(id, step) {
        const cell = id * this.steps + step;
        if (step > 0 && this.runs[cell - 1] === 0) this.outOfOrder++;
        if (this.runs[cell]++ > 0) return;
        if (step === 0) {
            this.started[id] = now();
            if (this.started[id] < this.firstStart) this.firstStart = this.started[id];
        }
        if (--this.left === 0) this.finish();
    }

    // Throws unless every job ran, every step once and after the one before it.
    verify(what) {
        const wrong = this.runs.filter((n) => n !== 1).length;
        if (wrong > 0) throw new Error(`${what}: ${wrong} of ${this.runs.length} did not run exactly once`);
        if (this.outOfOrder > 0) throw new Error(`${what}: ${this.outOfOrder} steps ran too early`);
    }
}

export function quantile(sorted, q) {
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}
