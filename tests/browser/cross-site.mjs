// What pages of other origins can do with somebody's cookies, in a real Chromium; prints one JSON document of what happened.
// Standard input: {"address", "neighbour", "allowed", "profile", "victim": {"email", "password"}, "attacker": {"email", "password"}}:
// the server, a page on another port of its host, one that CORS allows, an empty folder, two accounts.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const { address, neighbour, allowed, profile, victim, attacker } = JSON.parse(readFileSync(0, 'utf8'));
const server = new URL(address).origin;
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP elsewhere.test 127.0.0.1',
  ],
});

async function open(url) {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Has a page send something, and sees from outside of it what was sent and answered; no status where the browser hides it from itself. */
async function watched(from, path, act, what) {
  const page = await open(from);
  const isIt = (r) => r.url() === server + path && r.method() === 'POST';
  const timeout = 15_000;
  const over = Promise.any([
    page.waitForEvent('requestfinished', { predicate: isIt, timeout }), page.waitForEvent('requestfailed', { predicate: isIt, timeout }),
  ]);
  await page.evaluate(act, { url: server + path, ...what });
  const request = await over;
  const { cookie = '' } = await request.allHeaders();
  const seen = { status: (await request.response())?.status() ?? 0, failure: request.failure()?.errorText ?? null, session: cookie.includes('aicli_session=') };
  await page.close();
  return seen;
}

const submit = ({ url, enctype = 'application/x-www-form-urlencoded', fields = {} }) => {
  const form = Object.assign(document.createElement('form'), { method: 'post', action: url, enctype });
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { name, value }));
  document.body.append(form);
  form.submit();
};

const send = ({ url }) => {
  fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => {});
};

async function attack(from) {
  const { email, password } = attacker;
  const seen = {
    logout: await watched(from, '/api/v1/auth/logout', submit),
    // A body that reads as JSON, without asking the server whether it may be sent.
    login: await watched(from, '/api/v1/auth/login', submit, {
      enctype: 'text/plain', fields: { [`{"email":"${email}","password":"${password}","client":"browser","x":"`]: '"}' },
    }),
    complete: await watched(from, '/auth/oauth/complete', submit, { fields: { handle: 'x', code: '1' } }),
    script: await watched(from, '/api/v1/auth/logout', send),
  };
  const page = await open(from);
  const attempt = (path, init) => page.evaluate(
    ({ url, init }) => fetch(url, { credentials: 'include', ...init }).then((r) => r.status, (fault) => fault.name), { url: server + path, init });
  seen.read = await attempt('/api/v1/auth/me');
  seen.token = await attempt('/api/v1/csrf');
  seen.header = await attempt('/api/v1/auth/logout', { method: 'POST', headers: { 'X-CSRF-Token': 'x' } });
  await page.evaluate((url) => new Promise((done) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src: url, onload: done, onerror: done }));
  }), `${server}/pages/own`);
  seen.frame = page.frames().at(-1).url();
  await page.close();
  return seen;
}

const results = {};
const own = await open(`${server}/pages/own`);
await own.evaluate(() => {
  window.token = async () => (await (await fetch('/api/v1/csrf')).json()).csrf_token;
  window.send = async (path, body, token) => {
    const response = await fetch(path, {
      method: 'POST', headers: { 'Content-Type': 'application/json', ...(token && { 'X-CSRF-Token': token }) }, body: JSON.stringify(body),
    });
    return `${response.status} ${(await response.json().catch(() => null))?.code ?? ''}`.trim();
  };
});
results.own = await own.evaluate(async (victim) => {
  const login = { ...victim, client: 'browser' };
  const seen = { bare: await send('/api/v1/auth/login', login), early: await token() };
  seen.login = await send('/api/v1/auth/login', login, seen.early);
  seen.without = await send('/api/v1/workspaces', { name: 'without a token' });
  seen.stale = await send('/api/v1/workspaces', { name: 'with the one from before the session' }, seen.early);
  seen.with = await send('/api/v1/workspaces', { name: 'ours' }, await token());
  seen.cookies = document.cookie;
  return seen;
}, victim);
results.neighbour = await attack(neighbour);
results.elsewhere = await attack(neighbour.replace('127.0.0.1', 'elsewhere.test'));

const reader = await open(allowed);
results.allowed = await reader.evaluate(async (server) => {
  const me = await fetch(`${server}/api/v1/auth/me`, { credentials: 'include' });
  const { csrf_token } = await (await fetch(`${server}/api/v1/csrf`, { credentials: 'include' })).json();
  const write = await fetch(`${server}/api/v1/workspaces`, {
    method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf_token }, body: '{"name":"theirs"}',
  });
  const headers = ['Date', 'X-Request-Id'].filter((name) => me.headers.has(name));
  return { status: me.status, email: (await me.json()).email, headers, write: write.status, code: (await write.json()).code };
}, server);
await reader.close();

results.after = await own.evaluate(async () => ({
  email: (await (await fetch('/api/v1/auth/me')).json()).email,
  workspaces: (await (await fetch('/api/v1/workspaces')).json()).items.map((w) => w.name),
}));
results.policy = await own.evaluate(() => ({ bare: window.bare ?? false, marked: window.marked ?? false, style: getComputedStyle(document.body).paddingTop }));
await context.close();
console.log(JSON.stringify(results));
