// node compare.mjs STELE CORPUS: do `stele db lint` and squawk agree on every case?
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// From squawk's rules to ours. What is not here has no counterpart.
const COUNTERPART = {
  "adding-foreign-key-constraint": "add-constraint",
  "adding-not-nullable-field": "set-not-null",
  "adding-required-field": "add-column-not-null",
  "adding-serial-primary-key-field": "add-constraint",
  "ban-alter-domain-with-add-constraint": "add-constraint",
  "ban-concurrent-index-creation-in-transaction": "concurrently-in-transaction",
  "ban-drop-column": "drop-column",
  "ban-drop-database": "drop-other",
  "ban-drop-table": "drop-table",
  "ban-truncate-cascade": "truncate",
  "changing-column-type": "alter-type",
  "constraint-missing-not-valid": "add-constraint",
  "disallowed-unique-constraint": "add-constraint",
  "renaming-column": "rename",
  "renaming-table": "rename",
  "require-concurrent-index-creation": "create-index",
  "require-concurrent-index-deletion": "drop-index",
  "require-lock-timeout": "lock-timeout",
  "transaction-nesting": "transaction-control",
};
const SHARED = new Set(Object.values(COUNTERPART));
const TIMEOUTS = "SET lock_timeout = '5s';\nSET statement_timeout = '5s';\n";
const here = dirname(fileURLToPath(import.meta.url));
const [stele, corpus] = process.argv.slice(2);

function readCases(text) {
  const cases = text.split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph.trim().split("\n");
    const one = { bare: false, transaction: true, differs: null, text: paragraph.trim() };
    while (lines.length) {
      if (lines[0] === "-- bare") one.bare = true;
      else if (lines[0] === "-- no-transaction") one.transaction = false;
      else if (lines[0].startsWith("-- differs: ")) one.differs = lines[0].slice(12);
      else break;
      lines.shift();
    }
    one.sql = (one.bare ? "" : TIMEOUTS) + lines.join("\n") + "\n";
    return one;
  });
  return cases.slice(1); // the first paragraph is the head of the file
}

// squawk exits with 1 on findings; what it prints is then still its report.
function squawk(files, transaction) {
  if (!files.length) return [];
  const mode = transaction ? "--assume-in-transaction" : "--no-assume-in-transaction";
  const run = spawnSync(join(here, "node_modules/.bin/squawk"), [mode, "--reporter", "json", ...files], {
    encoding: "utf8",
    cwd: here,
    maxBuffer: 1 << 28,
  });
  if (run.error) throw run.error;
  return JSON.parse(run.stdout);
}

function ours(file) {
  const run = spawnSync(stele, ["db", "lint", "--json", file], { encoding: "utf8" });
  if (run.error) throw run.error;
  if (run.status > 1) throw new Error(`stele db lint ended with ${run.status}: ${run.stdout}${run.stderr}`);
  return JSON.parse(run.stdout).findings.map((finding) => finding.rule);
}

const set = (rules) => [...new Set(rules)].sort().join(" ");
const work = mkdtempSync(join(tmpdir(), "stele-lint-oracle-"));
let passed = 0;
let failed = 0;
const fail = (one, why) => {
  failed += 1;
  console.error(`FAILED: ${why}\n${one.text.replace(/^/gm, "    ")}`);
};
try {
  const cases = readCases(readFileSync(corpus, "utf8"));
  cases.forEach((one, i) => {
    one.file = join(work, `${String(i).padStart(4, "0")}.sql`);
    // Both read the same statements; only ours is told by a mark what squawk is told by a flag.
    writeFileSync(one.file, (one.transaction ? "" : "-- stele:no-transaction\n") + one.sql);
  });
  const report = [true, false].flatMap((transaction) =>
    squawk(cases.filter((one) => one.transaction === transaction).map((one) => one.file), transaction),
  );
  const seen = new Set();
  for (const one of cases) {
    const all = report.filter((finding) => finding.file === one.file).map((finding) => finding.rule_name);
    if (all.includes("syntax-error")) {
      fail(one, "squawk cannot read it");
      continue;
    }
    all.forEach((rule) => seen.add(rule));
    const theirs = set(all.map((rule) => COUNTERPART[rule]).filter(Boolean));
    const mine = set(ours(one.file).filter((rule) => SHARED.has(rule)));
    if (one.differs === null && theirs !== mine) fail(one, `squawk: [${all.join(" ")}]  stele: [${mine}]`);
    else if (one.differs !== null && theirs === mine) fail(one, `they agree now: ${one.differs}`);
    else passed += 1;
  }
  const untried = Object.keys(COUNTERPART).filter((rule) => !seen.has(rule));
  if (untried.length) fail({ text: untried.join("\n") }, "no case makes squawk find");
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
