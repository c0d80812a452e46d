// count-checks.mjs DIRECTORY  adds up the checks.json files that the conformance suite wrote below
// it, names what did not pass, and exits with 1 when there is any such thing.
import { globSync, readFileSync } from 'node:fs';

const directory = process.argv[2];
const files = globSync('**/checks.json', { cwd: directory });
let passed = 0;
const bad = [];
for (const file of files) {
  for (const check of JSON.parse(readFileSync(`${directory}/${file}`, 'utf8'))) {
    if (check.status === 'SUCCESS') passed += 1;
    if (check.status === 'FAILURE' || check.status === 'WARNING') bad.push({ file, ...check });
  }
}
for (const { file, status, name, errorMessage } of bad) {
  console.log(`${status} ${name} (${file}): ${errorMessage ?? 'no reason given'}`);
}
console.log(`${passed} passed, ${bad.length} failed`);
process.exit(passed > 0 && bad.length === 0 ? 0 : 1);
