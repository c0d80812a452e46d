// run.mjs SECONDS ROUNDS FIXED_RATE SYSTEM…  measures the systems in turns on the PostgreSQL of
// STELE_TEST_DATABASE_URL, each in a process and a fresh database of its own, and prints the medians.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { report } from './table.mjs';

const server = process.env.STELE_TEST_DATABASE_URL;
const [seconds, rounds, fixedRate, ...systems] = process.argv.slice(2);

async function query(url, ...statements) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
        let last;
        for (const statement of statements) last = await client.query(statement);
        return last.rows;
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
    const words = ['--pdeathsig', 'TERM', process.execPath, script, name, url, seconds, fixedRate];
    const measuring = spawn('setpriv', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    measuring.stdout.on('data', (bytes) => { out += bytes; });
    return new Promise((resolve, reject) => measuring.on('close', (code) => {
        if (code === 0) resolve(JSON.parse(out.trim().split('\n').at(-1)));
        else reject(new Error(`${name} failed with ${code}`));
    }));
}

// A system that had made the server, its role or its database forgetful, or a table unlogged, is caught
// here. (Of a session's own SET only the source tells: none of those measured has one.)
async function assertDurable(url) {
    const off = await query(url, `SELECT name FROM pg_settings
        WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting <> 'on'
        UNION ALL SELECT oid::regclass::text FROM pg_class WHERE relpersistence = 'u'`);
    if (off.length > 0) throw new Error(`not durable: ${off.map((row) => row.name).join(', ')}`);
}

async function measure(name, round) {
    const database = `jobs_${name.replace(/-/g, '_')}_${round}`;
    const url = databaseUrl(database);
    await query(server, `CREATE DATABASE ${database}`, 'CHECKPOINT');
    try {
        const result = await child(name, url);
        await assertDurable(url);
        return result;
    } finally {
        await query(server, `DROP DATABASE ${database} WITH (FORCE)`);
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
