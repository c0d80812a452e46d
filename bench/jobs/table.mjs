// Medians over the rounds as one Markdown table, and the ratios to Stele where it took part.

export function median(values) {
    const sorted = values.filter((v) => v !== undefined).sort((a, b) => a - b);
    return sorted.length === 0 ? undefined : sorted[Math.floor((sorted.length - 1) / 2)];
}

const count = (n) => (n === undefined ? '–' : Math.round(n).toLocaleString('en-US'));
const ms = (n) => (n === undefined ? '–' : n < 10 ? n.toFixed(1) : n.toFixed(0));
const both = (at) => (at === undefined ? '–' : `${ms(at.p50)} / ${ms(at.p99)}`);

function latencyOf(runs, phase) {
    const all = runs.map((run) => run[phase]).filter(Boolean);
    if (all.length === 0) return undefined;
    return { p50: median(all.map((r) => r.p50)), p99: median(all.map((r) => r.p99)), rate: median(all.map((r) => r.rate)) };
}

function summary(runs) {
    const of = (field) => median(runs.map((run) => run[field]));
    return {
        title: runs[0].title, simple: of('simple'), workflow: of('workflow'), submit: of('submit'), single: of('single'),
        half: latencyOf(runs, 'half'), fixed: latencyOf(runs, 'fixed'), simples: runs.map((run) => run.simple),
    };
}

function spread(values) {
    const known = values.filter((v) => v !== undefined);
    return known.length < 2 ? '' : ` (${count(Math.min(...known))}–${count(Math.max(...known))})`;
}

function row(cells) { return `| ${cells.join(' | ')} |`; }

export function report(results, { seconds, rounds, fixedRate }) {
    const systems = [...results.values()].filter((runs) => runs.length > 0).map(summary);
    const lines = [
        `${seconds} s a phase, ${rounds} rounds in turns, medians; times in ms from the submitting call to the handler's start`,
        '',
        row(['system', 'simple jobs/s', '3-step workflows/s', 'submitted in bulk/s', 'submitted singly, jobs/s',
            'half load: jobs/s', 'p50 / p99', `${fixedRate} jobs/s: p50 / p99`]),
        row(['---', ...Array(7).fill('---:')]),
        ...systems.map((s) => row([s.title, count(s.simple) + spread(s.simples), count(s.workflow), count(s.submit), count(s.single),
            count(s.half?.rate), both(s.half), both(s.fixed)])),
    ];
    const stele = systems.find((s) => s.title === 'Stele');
    if (stele) lines.push('', ...ratios(stele, systems.filter((s) => s !== stele)));
    return lines.join('\n');
}

// Above 1: Stele is ahead, in throughput and in latency alike.
function ratios(stele, others) {
    const over = (a, b) => (a === undefined || b === undefined ? '–' : (a / b).toFixed(2));
    return [
        row(['Stele beside', 'simple jobs', 'workflows', 'submitted singly', 'p50 at half load', 'p99 at half load', 'p50 at the same rate', 'p99 at the same rate']),
        row(['---', ...Array(7).fill('---:')]),
        ...others.map((o) => row([o.title, over(stele.simple, o.simple), over(stele.workflow, o.workflow), over(stele.single, o.single),
            over(o.half?.p50, stele.half?.p50), over(o.half?.p99, stele.half?.p99), over(o.fixed?.p50, stele.fixed?.p50), over(o.fixed?.p99, stele.fixed?.p99)])),
    ];
}
