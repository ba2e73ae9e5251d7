// The page under test: all it may do, its content security policy says.
import { DeviceKey, KeyProblem } from './aicli-keys.js';

window.violations = [];
document.addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.effectiveDirective} ${e.blockedURI}`));
Object.assign(window, { DeviceKey, KeyProblem });

const whole = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** What lies in the browser's storage, behind the module's back. */
window.stored = async (user) => {
  const database = await whole(indexedDB.open('aicli-keys'));
  const record = database.objectStoreNames.contains('keys')
    && await whole(database.transaction('keys').objectStore('keys').get(`${location.origin} ${user}`));
  database.close();
  return record;
};

window.evict = () => whole(indexedDB.deleteDatabase('aicli-keys'));

/** Status, problem code and document of an answer. */
window.answer = async (response) => {
  const body = await response.json().catch(() => null);
  return { status: response.status, code: body?.code ?? null, body };
};

/** Opens the key of a user as `window.key`. */
window.begin = async (user, more) => {
  window.key = await DeviceKey.open({ user, bff: '/browser-test/bff/key', ...more });
  return window.key.status();
};

/** Opens and registers. */
window.enrol = async (user, token, more) => {
  await window.begin(user, more);
  return window.key.register({ name: 'Test', headers: { Authorization: `Bearer ${token}` } });
};

/** A signed request that carries no cookies. */
window.call = async (path, init) => window.answer(await window.key.fetch(path, { credentials: 'omit', ...init }));

window.post = (path, body) => window.call(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
