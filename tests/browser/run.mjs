// Drives a real Chromium against a real server; prints one JSON document of what happened, for the tests to judge.
// Standard input: {"address", "admin": {"email", "password"}, "profile"}: where the server is, an administrator, an empty folder.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const { address, admin, profile } = JSON.parse(readFileSync(0, 'utf8'));
const origin = new URL(address).origin;
const page0 = `${origin}/browser-test/page.html`;
const password = 'a long enough passphrase';
let people = 0, userAgent;

const options = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--host-resolver-rules=MAP insecure.test 127.0.0.1`,
  ],
};

/** An answer to a request from outside of the browser. */
async function api(method, path, { token, body, headers } = {}) {
  const response = await fetch(new URL(`/api/v1/${path}`, origin), {
    method,
    // A session is the browser's whose page takes its token.
    headers: { 'User-Agent': userAgent, ...headers, ...(token && { Authorization: `Bearer ${token}` }), ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

/** A new account, signed in for tokens: `user` is its id. */
async function person() {
  const email = `browser${++people}@example.com`;
  await api('POST', 'auth/register', { body: { email, password } });
  return signIn({ email, password });
}

async function signIn({ email, password }) {
  const { body } = await api('POST', 'auth/login', { body: { email, password } });
  return { email, password, user: body.user.id, token: body.access_token };
}

const keysOf = async ({ token }) => (await api('GET', 'keys', { token })).body.items;

let context;
const violations = [];

async function tab(at = page0) {
  const page = await context.newPage();
  await page.goto(at);
  await page.waitForFunction(() => window.begin);
  return page;
}

async function close(page) {
  violations.push(...await page.evaluate(() => window.violations));
  await page.close();
}

/** Reads, writes and deletes with nothing but the signature. */
const roundTrip = (page) => page.evaluate(async () => {
  const read = await call('/api/v1/auth/me');
  const made = await post('/api/v1/workspaces', { name: 'From a browser – ü' });
  const removed = await call(`/api/v1/workspaces/${made.body?.id}`, { method: 'DELETE' });
  return { get: read.status, post: made.status, delete: removed.status };
});

const results = {};

// One after the other: cookies and addresses are shared.
const scenarios = {
  async custody() {
    const { email, user } = await person();
    const page = await tab();
    // As a person does it: the session's cookie, and no token anywhere.
    const seen = await page.evaluate(async ({ email, password, user }) => {
      const { csrf_token: token } = await (await fetch('/api/v1/csrf')).json();
      const login = await fetch('/api/v1/auth/login', {
        method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token }, body: JSON.stringify({ email, password, client: 'browser' }),
      });
      const before = await begin(user);
      const after = await key.register({ name: 'My laptop' });
      const { privateKey } = await stored(user);
      const exports = [];
      for (const format of ['pkcs8', 'jwk', 'raw']) {
        exports.push(await crypto.subtle.exportKey(format, privateKey).then(() => 'exported', (fault) => fault.name));
      }
      return { login: login.status, before, after, exports, extractable: privateKey.extractable, type: privateKey.type };
    }, { email, password, user });
    const round = await roundTrip(page);
    const listed = await page.evaluate(() => call('/api/v1/keys'));
    await page.reload();
    const reloaded = await page.evaluate(async (user) => ({ status: await begin(user), get: (await call('/api/v1/auth/me')).status }), user);
    await close(page);
    await context.close();
    await launch();
    const again = await tab();
    const restarted = await again.evaluate(async (user) => ({ status: await begin(user), get: (await call('/api/v1/auth/me')).status }), user);
    await close(again);
    await context.clearCookies();
    return { ...seen, round, listed: listed.body.items, reloaded, restarted };
  },

  async algorithms() {
    const seen = {};
    for (const algorithm of ['Ed25519', 'PS256']) {
      const who = await person();
      const page = await tab();
      const status = await page.evaluate(({ user, token, algorithm }) => enrol(user, token, { algorithm }), { ...who, algorithm });
      seen[algorithm] = { status, round: await roundTrip(page), listed: (await keysOf(who))[0]?.algorithm };
      await close(page);
    }
    return seen;
  },

  async tampering() {
    const who = await person();
    const page = await tab();
    await page.evaluate(({ user, token }) => enrol(user, token), who);
    const changes = {
      body: (request) => ({ postData: request.postData().replace('mine', 'evil') }),
      query: (request) => ({ url: request.url().replace('a=1', 'a=2') }),
      method: () => ({ method: 'PUT' }),
      nonce: (request) => ({ headers: { ...request.headers(), 'signature-input': request.headers()['signature-input'].replace(/nonce="./, 'nonce="_') } }),
      digest: (request) => ({ headers: { ...request.headers(), 'content-digest': `sha-256=:${'A'.repeat(43)}=:` } }),
      authorization: (request) => ({ headers: { ...request.headers(), authorization: 'Bearer other' } }),
    };
    const seen = { untouched: [] };
    const send = () => page.evaluate((token) => call('/browser-test/echo?a=1', {
      method: 'POST', body: JSON.stringify({ name: 'mine' }), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    }), who.token);
    for (const [part, change] of Object.entries(changes)) {
      await page.route('**/browser-test/echo*', (route) => route.continue(change(route.request())));
      const { status, code } = await send();
      seen[part] = { status, code };
      await page.unroute('**/browser-test/echo*');
      const good = await send();
      seen.untouched.push(good.status);
    }
    seen.custody = await page.evaluate(() => key.status().custody);
    await close(page);
    return seen;
  },

  async refused() {
    // Something on the way changes everything: the server can never verify this browser.
    const who = await person();
    const page = await tab();
    await page.evaluate(({ user, token }) => enrol(user, token), who);
    await page.route('**/browser-test/echo?*', (route) => route.continue({ url: route.request().url().replace('a=1', 'a=2') }));
    const seen = await page.evaluate(async (user) => {
      const codes = [];
      for (let i = 0; i < 4; i++) codes.push((await call('/browser-test/echo?a=1')).code);
      return { codes, status: key.status(), stored: Boolean(await stored(user)), again: await begin(user) };
    }, who.user);
    await close(page);
    return seen;
  },

  async replay() {
    const who = await person();
    const page = await tab();
    await page.evaluate(({ user, token }) => enrol(user, token), who);
    const sent = page.waitForRequest('**/api/v1/auth/me');
    const first = await page.evaluate(() => call('/api/v1/auth/me'));
    const headers = await (await sent).allHeaders();
    const copied = Object.fromEntries(['signature', 'signature-input'].map((name) => [name, headers[name]]));
    const second = await api('GET', 'auth/me', { headers: copied });
    await close(page);
    return { first: first.status, second: second.status, code: second.body.code };
  },

  async clock() {
    const who = await person();
    const seen = {};
    for (const [name, hours] of [['behind', -1], ['ahead', 1]]) {
      const page = await context.newPage();
      await page.addInitScript((hours) => {
        const now = Date.now;
        Date.now = () => now() + hours * 3_600_000;
      }, hours);
      await page.goto(page0);
      await page.waitForFunction(() => window.begin);
      const sent = [];
      page.on('request', (request) => sent.push(new URL(request.url()).pathname));
      const status = await page.evaluate(({ user, token, name }) => enrol(`${user} ${name}`, token), { ...who, name });
      // Opened anew, the page knows nothing of its clock.
      await page.evaluate(({ user, name }) => begin(`${user} ${name}`), { ...who, name });
      const first = await page.evaluate(() => post('/browser-test/echo', { text: 'twice' }));
      const second = await page.evaluate(() => post('/browser-test/echo', { text: 'once' }));
      seen[name] = {
        custody: status.custody, first: first.status, body: first.body.text, second: second.status,
        registered: sent.filter((p) => p === '/api/v1/keys').length, sent: sent.filter((p) => p === '/browser-test/echo').length,
        hours: await page.evaluate(() => Math.round(key.status().clockOffset / 3_600_000)),
      };
      await close(page);
    }
    return seen;
  },

  async tabs() {
    const who = await person();
    const tabs = [await tab(), await tab()];
    const rotations = [];
    for (const page of tabs) page.on('request', (request) => request.url().endsWith('/rotate') && rotations.push(request.url()));
    const enrolled = await Promise.all(tabs.map((page) => page.evaluate(({ user, token }) => enrol(user, token), who)));
    const before = await keysOf(who);
    const { token } = await signIn(admin);
    const forced = await api('POST', `admin/keys/${enrolled[0].keyId}/rotation`, { token });
    const answers = await Promise.all(tabs.map((page) => page.evaluate(async () => {
      const all = await Promise.all([1, 2, 3, 4].map(() => call('/api/v1/auth/me')));
      return all.map((a) => a.status);
    })));
    const old = enrolled[0].keyId;
    await Promise.all(tabs.map((page) => page.waitForFunction((old) => key.status().keyId !== old, old, { polling: 50, timeout: 10_000 })));
    const after = await Promise.all(tabs.map((page) => page.evaluate(async () => ({ ...key.status(), get: (await call('/api/v1/auth/me')).status }))));
    const keys = await keysOf(who);
    const byDemand = rotations.length;
    // Both have to wait for their turn, so that one of them comes when all is done.
    await tabs[0].evaluate((slot) => new Promise((held) => {
      navigator.locks.request(`aicli-keys ${slot}`, () => new Promise((release) => { window.release = release; held(); }));
    }), `${origin} ${who.user}`);
    for (const page of tabs) await page.evaluate(() => { window.turn = key.rotate().then(() => 'done', (fault) => String(fault)); });
    await tabs[0].evaluate(() => release());
    const together = await Promise.all(tabs.map((page) => page.evaluate(async () => ({ turn: await turn, keyId: key.status().keyId }))));
    for (const page of tabs) await close(page);
    return {
      enrolled, registered: before.length, forced: forced.status, answers: answers.flat(), after, rotations: byDemand, keys,
      together, more: rotations.length - byDemand,
    };
  },

  async lostAnswers() {
    const who = await person();
    const page = await tab();
    const lose = async (pattern, act) => {
      // The server does it, and the browser never hears of it.
      await page.route(pattern, async (route) => {
        if (route.request().method() === 'POST') await route.fetch();
        await route.abort();
      });
      const failed = await page.evaluate(act, who);
      await page.unroute(pattern);
      return failed;
    };
    const registering = await lose('**/api/v1/keys', ({ user, token }) => enrol(user, token).then(() => 'done', (fault) => fault.name));
    const registered = await page.evaluate(({ token }) => key.register({ headers: { Authorization: `Bearer ${token}` } }), who);
    const rotating = await lose('**/rotate', () => key.rotate().then(() => 'done', (fault) => fault.name));
    const rotated = await page.evaluate(async () => {
      await key.rotate();
      return key.status();
    });
    const get = await page.evaluate(async () => (await call('/api/v1/auth/me')).status);
    await close(page);
    return { registering, registered, rotating, rotated, get, keys: await keysOf(who) };
  },

  async revoked() {
    const who = await person();
    const page = await tab();
    const { keyId } = await page.evaluate(({ user, token }) => enrol(user, token), who);
    await api('DELETE', `keys/${keyId}`, { token: who.token });
    const seen = await page.evaluate(async (user) => {
      let changes = 0;
      key.addEventListener('change', () => changes++);
      const answer = await post('/browser-test/echo', { text: 'served all the same' });
      return { answer, status: key.status(), stored: Boolean(await stored(user)), changes };
    }, who.user);
    const enrolled = await page.evaluate(({ token }) => key.register({ headers: { Authorization: `Bearer ${token}` } }), who);
    await close(page);
    return { ...seen, keyId, enrolled };
  },

  async forgotten() {
    const who = await person();
    const page = await tab();
    const { keyId } = await page.evaluate(({ user, token }) => enrol(user, token), who);
    const seen = await page.evaluate(async (user) => {
      await key.forget();
      return { status: key.status(), stored: Boolean(await stored(user)) };
    }, who.user);
    await close(page);
    return { ...seen, state: (await keysOf(who)).find((key) => key.key_id === keyId).state };
  },

  async evicted() {
    const who = await person();
    const page = await tab();
    const { thumbprint } = await page.evaluate(({ user, token }) => enrol(user, token), who);
    const seen = await page.evaluate(async ({ user }) => {
      await evict();
      const status = await begin(user);
      return { status, thumbprint: (await stored(user)).thumbprint, answer: await post('/browser-test/echo', {}) };
    }, who);
    await close(page);
    return { ...seen, before: thumbprint };
  },

  async fallback() {
    const seen = {};
    const refusals = {
      throws: () => { IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }; },
      fails: () => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'DataCloneError'); }; },
      absent: () => { delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined }); },
    };
    const use = (page, user) => page.evaluate(async (user) => {
      const opened = await begin(user);
      const registered = await key.register();
      const read = await call('/browser-test/echo');
      const written = await post('/browser-test/echo', { text: 'by cookie' });
      return { opened, registered, read: read.body, written: written.body };
    }, user);
    for (const [name, refusal] of Object.entries(refusals)) {
      const page = await context.newPage();
      await page.addInitScript(refusal);
      await page.goto(page0);
      await page.waitForFunction(() => window.begin);
      seen[name] = await use(page, name);
      await close(page);
    }
    const page = await tab(page0.replace('127.0.0.1', 'insecure.test'));
    seen.insecure = await use(page, 'insecure');
    await close(page);
    return seen;
  },

  async bodies() {
    const who = await person();
    const page = await tab();
    await page.evaluate(({ user, token }) => enrol(user, token), who);
    const seen = await page.evaluate(async () => {
      const form = new FormData();
      form.append('file', new Blob(['in a file']), 'a.txt');
      const bytes = new TextEncoder().encode('in bytes');
      const bodies = {
        text: 'in text', buffer: bytes.buffer, view: bytes, blob: new Blob(['in a blob'], { type: 'text/x-blob' }), form,
        parameters: new URLSearchParams({ in: 'parameters' }), empty: '', none: undefined,
      };
      const result = {};
      for (const [name, body] of Object.entries(bodies)) result[name] = (await call('/browser-test/echo', { method: 'POST', body })).body;
      result.request = (await answer(await key.fetch(new Request('/browser-test/echo#part', { method: 'PUT', body: 'in a request' })))).body;
      const refused = async (...args) => key.fetch(...args).then(() => null, (fault) => `${fault.name}: ${fault.message}`);
      result.stream = await refused('/browser-test/echo', { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' });
      result.elsewhere = await refused('https://elsewhere.example/');
      result.moved = await refused('/browser-test/moved');
      result.algorithm = await DeviceKey.open({ algorithm: 'RS256' }).then(() => null, (fault) => fault.name);
      return result;
    });
    await close(page);
    return seen;
  },

  async policy() {
    // That the page has a policy at all, and that its violations are seen.
    const page = await tab();
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inline = true';
      document.head.append(script);
      setTimeout('window.evaluated = true');
      return fetch('https://elsewhere.example/').catch(() => {});
    });
    await page.waitForFunction(() => window.violations.length >= 3, undefined, { timeout: 10_000 });
    const control = await page.evaluate(() => ({ seen: violations, inline: window.inline ?? false, evaluated: window.evaluated ?? false }));
    await page.close();
    return { control, violations };
  },
};

async function launch() {
  context = await chromium.launchPersistentContext(profile, options);
}

await launch();
userAgent = await context.pages()[0].evaluate(() => navigator.userAgent);
for (const [name, scenario] of Object.entries(scenarios)) {
  try {
    results[name] = await scenario();
  } catch (fault) {
    results[name] = { failed: String(fault.stack) };
  }
}
await context.close();
console.log(JSON.stringify(results));
