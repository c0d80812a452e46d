// run.mjs SECONDS ROUNDS FIXED_RATE SYSTEM…  measures the systems in turns on the PostgreSQL of
// STELE_TEST_DATABASE_URL, each in a process and a fresh database of its own, and prints the medians.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { report } from './table.mjs';

const server = process.env.STELE_TEST_DATABASE_URL;
const [seconds, rounds, fixedRate, ...systems] = process.argv.slice(2);
const require = createRequire(import.meta.url);

async function admin(...statements) {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    try {
        const answers = [];
        for (const statement of statements) answers.push(await client.query(statement));
        return answers;
    } finally {
        await client.end();
    }
}

// DBOS wants a user and a host where URLs usually have them; the socket in `host=` still wins.
function databaseUrl(database) {
    const { searchParams } = new URL(server);
    return `postgresql://${searchParams.get('user')}@localhost/${database}?host=${searchParams.get('host')}`;
}

function child(name, url) {
    const script = fileURLToPath(new URL('measure.mjs', import.meta.url));
    const measuring = spawn(process.execPath, [script, name, url, seconds, fixedRate], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    measuring.stdout.on('data', (bytes) => { out += bytes; });
    return new Promise((resolve, reject) => measuring.on('close', (code) => {
        if (code === 0) resolve(JSON.parse(out.trim().split('\n').at(-1)));
        else reject(new Error(`${name} failed with ${code}`));
    }));
}

// What must be the same for all, seen by a session that a system's own settings cannot reach: a
// system that changes a role, a database or the server would be caught here.
async function assertDurable(database) {
    const client = new pg.Client({ connectionString: databaseUrl(database) });
    await client.connect();
    const { rows } = await client.query("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')");
    await client.end();
    for (const { name, setting } of rows) if (setting !== 'on') throw new Error(`${name} is ${setting} in ${database}`);
    const unlogged = await admin(`SELECT count(*)::int AS n FROM pg_class WHERE relpersistence = 'u'`);
    if (unlogged[0].rows[0].n > 0) throw new Error(`${database} has unlogged tables`);
}

async function measure(name, round) {
    const database = `jobs_${name.replace(/-/g, '_')}_${round}`;
    await admin(`CREATE DATABASE ${database}`, 'CHECKPOINT');
    try {
        const result = await child(name, databaseUrl(database));
        await assertDurable(database);
        return result;
    } finally {
        await admin(`DROP DATABASE ${database} WITH (FORCE)`);
    }
}

function version(name) {
    try {
        return require(`${name}/package.json`).version;
    } catch {
        return null;
    }
}

const results = new Map(systems.map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round++) {
    // Turned by one each round, and backwards every other round: nobody always follows the same one.
    const turned = systems.map((_, i) => systems[(i + round) % systems.length]);
    for (const name of round % 2 ? turned.reverse() : turned) {
        console.error(`round ${round + 1} of ${rounds}: ${name} …`);
        results.get(name).push(await measure(name, round));
    }
}
console.log(report(results, { seconds, rounds, fixedRate }));
