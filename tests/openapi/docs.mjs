// docs.mjs URL  /docs of a running server in a browser: it says everything without JavaScript, its
// search and "Try it" work, the token stays in memory, and axe finds nothing. The server's token is
// STELE_TOKEN. Prints "N passed, N failed"; exits with 1 when anything failed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [url] = process.argv.slice(2);
const token = process.env.STELE_TOKEN;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let passed = 0;
let failed = 0;
const check = (fine, what) => {
  if (fine) passed += 1;
  else {
    failed += 1;
    console.log(`failed: ${what}`);
  }
};
const equal = (got, wanted, what) =>
  check(JSON.stringify(got) === JSON.stringify(wanted), `${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);

const browser = await chromium.launch({
  executablePath: process.env.STELE_CHROMIUM,
  args: ['--no-sandbox'], // as root it has none; the one page that it opens is ours
});

// A page whose console, violations of the policy and requests are watched.
const open = async (options = {}) => {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const seen = { console: [], requests: [] };
  page.on('console', (message) => message.type() === 'error' && seen.console.push(message.text()));
  page.on('pageerror', (error) => seen.console.push(String(error)));
  page.on('request', (request) => seen.requests.push(request));
  const response = await page.goto(`${url}/docs`);
  return { context, page, seen, response };
};
const visible = (page) => page.locator('.op:visible').count();
const violations = async (page, part = 'html') => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((part) => globalThis.axe.run(part, { resultTypes: ['violations'] }), part);
  return violations.map((one) => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 120)}`);
};
const answer = async (page, name, input) => {
  const op = page.locator(`[id="${name}"]`);
  await page.goto(`${url}/docs#${name}`);
  if (input) await op.locator('textarea').fill(JSON.stringify(input));
  await op.getByRole('button', { name: 'Send' }).click();
  await op.locator('.try p[role=status]', { hasText: /\d{3} / }).waitFor();
  return { status: await op.locator('.try p[role=status]').textContent(), text: await op.locator('.try pre').textContent() };
};

const api = await (await fetch(`${url}/openapi.json`, { headers: { Authorization: `Bearer ${token}` } })).json();
const names = Object.keys(api.components.requestBodies);

{ // Without JavaScript: the whole list, and nothing that would not work.
  const { page, context, response } = await open({ javaScriptEnabled: false });
  equal(response.status(), 200, 'the page without a credential');
  equal(await visible(page), names.length, 'operations without JavaScript');
  check(!(await page.locator('#tools').isVisible()), 'tools are hidden without JavaScript');
  await page.locator('[id="memory.search"] > summary').click();
  const text = await page.locator('[id="memory.search"]').innerText();
  for (const part of ['allTags', 'required', 'integer, 1 to 100 (more counts as the most), default 10', 'memory:read', 'curl -s http', 'stele memory search', 'GET /memory/search'])
    check(text.includes(part), `memory.search says ${part}`);
  await context.close();
}

{ // The policy, and that nothing comes from elsewhere.
  const { page, context, seen, response } = await open();
  const policy = response.headers()['content-security-policy'] ?? '';
  for (const part of ["default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"])
    check(policy.includes(part), `the policy says ${part}`);
  check(!/unsafe|\*|https?:/.test(policy), `the policy is strict: ${policy}`);
  const refused = await page.evaluate(async () => {
    const seen = new Promise((done) => document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective)));
    document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'data:text/css,*{}' }));
    return seen;
  });
  equal(refused, 'style-src-elem', 'a foreign style is refused');
  equal(seen.requests.map((r) => r.url()).filter((u) => !u.startsWith(url) && !u.startsWith('data:')), [], 'requests elsewhere');
  await context.close();
}

{ // Search.
  const { page, context, seen } = await open();
  const search = page.getByLabel('Search', { exact: true });
  await search.fill('supersede memory');
  check(await page.locator('[id="memory.supersede"]').isVisible(), 'the search finds memory.supersede');
  const found = await visible(page);
  check(found > 0 && found < 10, `the search narrows: ${found}`);
  equal(await page.locator('#found').textContent(), found === 1 ? '1 operation' : `${found} operations`, 'what the search says');
  equal(await page.locator('main > section:visible').count(), await page.locator('nav li:visible').count(), 'groups and their links');
  await search.fill('leaseSeconds');
  check(await page.locator('[id="job.lease"]').isVisible(), 'the search finds a field');
  await search.fill('no such thing at all');
  equal(await page.locator('#found').textContent(), '0 operations', 'nothing found');
  await search.fill('');
  equal(await visible(page), names.length, 'everything again');
  equal(seen.console, [], 'the console');
  await context.close();
}

{ // Try it: the token is in memory alone.
  const { page, context, seen } = await open();
  const refused = await answer(page, 'memory.store');
  check(refused.status.startsWith('401'), `without a token: ${refused.status}`);
  check(refused.text.includes('"code": "unauthenticated"'), `a problem is shown: ${refused.text}`);
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.getByLabel('X-Stele-Scope').fill('project:/docs-page');
  const hostile = '<img src=x onerror="document.title=1"> 12345678901234567890 "quoted" {"a":1}';
  const stored = await answer(page, 'memory.store', { content: hostile, category: 'lesson' });
  check(stored.status.startsWith('200'), `stored: ${stored.status} ${stored.text}`);
  const id = JSON.parse(stored.text).id;
  const read = await answer(page, 'memory.get', { id });
  equal(JSON.parse(read.text).memory?.content, hostile, 'what was stored is shown as it is');
  equal(JSON.parse(read.text).memory?.scope, 'project:/docs-page', 'the scope header is sent');
  await answer(page, 'memory.search', { query: 'quoted' });
  const calls = seen.requests.filter((request) => request.url().includes('/v1/'));
  equal(calls.map((request) => request.headers().authorization ?? '').slice(1), Array(calls.length - 1).fill(`Bearer ${token}`), 'the header of each call');
  check(calls.every((request) => !request.url().includes(token)), 'the token is in no address');
  const forget = page.locator('[id="memory.forget"]');
  await page.goto(`${url}/docs#memory.forget`);
  await forget.locator('textarea').fill(JSON.stringify({ ids: [id] }));
  await forget.getByRole('button', { name: 'Send' }).click();
  check((await forget.locator('.try p[role=status]').textContent()).includes('once more'), 'what destroys asks once more');
  equal(seen.requests.filter((request) => request.url().includes('/memory/forget')).length, 0, 'and sends nothing');
  const kept = await page.evaluate(async () => ({
    local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
    databases: (await indexedDB.databases()).length, caches: isSecureContext ? (await caches.keys()).length : 0,
  }));
  equal(kept, { local: 0, session: 0, cookie: '', databases: 0, caches: 0 }, 'what the page stores');
  equal(await context.cookies(), [], 'cookies');
  await page.reload();
  equal(await page.getByLabel('Token', { exact: true }).inputValue(), '', 'the token after a reload');
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.goto(`${url}/livez`);
  await page.goBack();
  equal(await page.getByLabel('Token', { exact: true }).inputValue(), '', 'the token after going back');
  equal(seen.console.filter((line) => !line.includes('401')), [], 'the console');
  await context.close();
}

// Axe, light and dark, with an entry open and an answer shown; and a narrow screen.
for (const colorScheme of ['light', 'dark']) {
  const { page, context } = await open({ colorScheme, viewport: { width: 1200, height: 800 } });
  await answer(page, 'job.submit');
  await page.locator('[id="memory.forget"] > summary').click();
  await page.locator('[id="caller.get"] > summary').click();
  equal(await violations(page), [], `axe, ${colorScheme}`);
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= 320, `a narrow screen scrolls down alone: ${wide}`);
  await context.close();
}
{ // Axe does find what is wrong.
  const { page, context } = await open();
  await page.evaluate(() => document.querySelector('label[for=search]').remove());
  await page.evaluate(() => document.getElementById('search').removeAttribute('placeholder'));
  check((await violations(page, '#tools')).some((one) => one.startsWith('label:')), 'axe finds an input without a label');
  await context.close();
}

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
