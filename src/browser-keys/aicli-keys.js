import { isSafe, KeyProblem, problemOf, readCall, send } from './calls.js';
import { CookieKey } from './cookie-key.js';
import { read, remove, write } from './key-store.js';
import { algorithms, contentDigest, newPair, sign } from './signing.js';

export { KeyProblem };

const patience = 20_000;
const rotationPause = 600_000;
const mostInvalid = 3;

/** The key by which this browser signs its requests; where it cannot keep one, the key in the BFF's cookie. See README.md. */
export class DeviceKey extends EventTarget {
  #origin; #api; #slot; #algorithm; #cookie; #channel;
  /** The stored record: `{ algorithm, privateKey, jwk, thumbprint, keyId?, expiresAt?, next? }`. */
  #key;
  /** Why the cookie's key is used; null while this device's own is. */
  #reason = 'not_registered';
  #usable = false;
  #offset = 0;
  #invalid = 0;
  #rotating; #rotationDue = null; #rotationError = null; #rotateFrom = 0;

  static async open({ origin = location.origin, user = '', algorithm = 'ES256', api = '/api/v1', bff = '/bff/key' } = {}) {
    if (!Object.hasOwn(algorithms, algorithm)) throw new TypeError(`algorithm is one of ${Object.keys(algorithms).join(', ')}.`);
    const opened = new DeviceKey();
    opened.#origin = new URL(origin).origin;
    opened.#api = new URL(api, origin).href;
    opened.#slot = `${opened.#origin} ${user}`;
    opened.#algorithm = algorithm;
    opened.#cookie = new CookieKey(new URL(bff, origin).href, `${opened.#api}/csrf`);
    await opened.#load();
    return opened;
  }

  async #load() {
    if (!globalThis.crypto?.subtle) return this.#fallBack(globalThis.isSecureContext ? 'no_webcrypto' : 'insecure_context');
    try {
      this.#adopt(await read(this.#slot));
      if (!this.#key?.keyId) await this.#locked(async () => this.#adopt(await this.#readOrMake()));
      this.#channel = new BroadcastChannel('aicli-keys');
      this.#channel.onmessage = ({ data }) => data === this.#slot && read(this.#slot).then((record) => this.#adopt(record), () => {});
      this.#usable = true;
    } catch (fault) {
      this.#fallBack(fault.name === 'NotSupportedError' ? 'algorithm_unsupported' : 'no_storage');
    }
  }

  status() {
    const own = this.#signer();
    return {
      custody: own ? 'browser' : 'bff-cookie',
      reason: own ? null : this.#reason,
      keyId: own ? own.keyId : this.#cookie.keyId,
      algorithm: own?.algorithm ?? null,
      thumbprint: own?.thumbprint ?? null,
      expiresAt: own?.expiresAt ?? null,
      rotationDue: own ? this.#rotationDue : null,
      rotationError: own ? this.#rotationError : null,
      clockOffset: this.#offset,
    };
  }

  async fetch(input, init) {
    const call = await readCall(input, init, this.#origin);
    const mended = new Set();
    for (;;) {
      const key = this.#signer();
      const response = key ? await send(call, await this.#signed(call, key)) : await this.#cookie.fetch(call);
      const code = (await problemOf(response))?.code;
      if (code !== 'signature_invalid' && key) this.#invalid = 0;
      if (!mended.has(code) && await this.#mend(code, response, key)) {
        mended.add(code);
        continue;
      }
      if (key && key.keyId === this.#key?.keyId && response.headers.has('Key-Rotation-Due')) this.#due(response.headers.get('Key-Rotation-Due'));
      return response;
    }
  }

  /** Makes the server know the key. Needs a session that confirmed its password lately: the browser's, or one named in `headers`. */
  async register({ name, headers } = {}) {
    await (this.#usable ? this.#locked(() => this.#register(name, headers)) : this.#cookie.renew());
    return this.status();
  }

  async #register(name, headers, again = false) {
    const pair = await (again ? this.#make() : this.#readOrMake());
    if (pair.keyId) return this.#adopt(pair);
    const response = await this.#offer('/keys', pair, { name, custody: 'browser' }, headers);
    // The answer to an earlier attempt may have been lost; else the pair is another account's, and another is made.
    const created = await this.#createdBy(response, pair, () => this.#ask('/keys', headers));
    if (!created && again) throw new KeyProblem(response.status, await problemOf(response));
    return created ? this.#keep(pair, created) : this.#register(name, headers, true);
  }

  /** Puts a new key in this one's place. One flight at a time, of all tabs; is done by itself when the server asks for it. */
  rotate() {
    // The key that is due now: by the time this tab has its turn, another may have replaced it, and told.
    const due = this.#key?.keyId;
    return this.#rotating ??= this.#locked(async () => { await this.#rotate(due); }).finally(() => { this.#rotating = undefined; });
  }

  async #rotate(due) {
    const old = await read(this.#slot);
    if (!old?.keyId || old.keyId !== due) return this.#adopt(old);
    // Kept before it is offered: if the answer gets lost, the next attempt goes on with the same pair.
    const next = old.next ?? await newPair(old.algorithm);
    if (!old.next) await write(this.#slot, { ...old, next });
    const response = await this.#offer(`/keys/${old.keyId}/rotate`, next, {}, undefined, old);
    const created = await this.#createdBy(response, next, () => this.#ask('/keys', undefined, old));
    if (!created) throw new KeyProblem(response.status, await problemOf(response));
    await this.#keep(next, created);
  }

  /** Ends the key at the server, unless told not to, and forgets it here. */
  forget({ revoke = true } = {}) {
    return this.#locked(async () => {
      const key = await read(this.#slot);
      if (revoke && key?.keyId) {
        const response = await this.#ask(`/keys/${key.keyId}`, undefined, key, { method: 'DELETE' });
        const problem = await problemOf(response);
        if (!response.ok && response.status !== 404 && problem?.code !== 'key_revoked') throw new KeyProblem(response.status, problem);
      }
      await this.#drop('forgotten');
    });
  }

  #signer() {
    return this.#key?.keyId && !this.#reason ? this.#key : undefined;
  }

  async #signed({ request, bytes }, key, proof) {
    const headers = new Headers(request.headers);
    const target = { '@method': request.method, '@target-uri': request.url.split('#')[0] };
    if (bytes?.byteLength) {
      target['content-digest'] = await contentDigest(bytes);
      headers.set('Content-Digest', target['content-digest']);
    }
    headers.delete('Signature');
    headers.delete('Signature-Input');
    const created = Math.floor((Date.now() + this.#offset) / 1000);
    if (key) {
      const covered = headers.has('Authorization') ? { ...target, authorization: headers.get('Authorization') } : target;
      await sign(headers, covered, key, { label: 'sig', keyId: key.keyId, tag: 'aicli', created });
    }
    if (proof) await sign(headers, target, proof, { label: 'proof', keyId: proof.thumbprint, tag: 'aicli-register', created });
    return headers;
  }

  /** Brings a public key to the server, with the proof that the private one is here. */
  #offer(path, pair, body, headers, old) {
    const all = new Headers(headers);
    all.set('Content-Type', 'application/json');
    return this.#ask(path, all, old, { method: 'POST', body: JSON.stringify({ public_key: pair.jwk, ...body }) }, pair);
  }

  async #ask(path, headers, key, init, proof) {
    const call = await readCall(this.#api + path, { ...init, headers, signal: AbortSignal.timeout(patience) }, this.#origin);
    for (let again = false; ; again = true) {
      const headers = await this.#signed(call, key, proof);
      if (!key && !isSafe(call.request.method)) await this.#cookie.vouch(headers);
      const response = await send(call, headers);
      const code = (await problemOf(response))?.code;
      if (!again && code === 'csrf_failed') {
        await this.#cookie.renew();
        continue;
      }
      if (again || !['signature_expired', 'proof_invalid'].includes(code) || !this.#learn(response)) return response;
    }
  }

  /** What the server calls a pair that it took now, or has had already; undefined for one that is somebody else's. */
  async #createdBy(response, pair, list) {
    if (response.status === 201) return response.json();
    const problem = await problemOf(response);
    if (response.status !== 409 || !['key_exists', 'already_rotated'].includes(problem?.code)) throw new KeyProblem(response.status, problem);
    const keys = await list();
    return keys.ok ? (await keys.json()).items.find((key) => key.thumbprint === pair.thumbprint) : undefined;
  }

  /** Whether a refused request can be sent once more. */
  async #mend(code, response, key) {
    if (code === 'csrf_invalid') return !key && Boolean(await this.#cookie.renew());
    if (code === 'csrf_failed' && !key) {
      await this.#cookie.renew();
      return true;
    }
    if (!key) return false;
    if (code === 'signature_expired') return this.#learn(response);
    if (code === 'key_revoked') {
      await this.#locked(async () => {
        const stored = await read(this.#slot);
        // Another tab may have a new one already.
        if (stored?.keyId && stored.keyId !== key.keyId) this.#adopt(stored);
        else await this.#drop('key_revoked');
      });
      return true;
    }
    // The server may have lost the key, or a proxy changes requests: the key is kept, and not insisted on.
    if (code === 'signature_invalid' && ++this.#invalid >= mostInvalid) this.#fallBack('signature_invalid');
    return false;
  }

  /** Takes the time from an answer's Date; whether that makes a difference. */
  #learn(response) {
    const told = Date.parse(response.headers.get('Date') ?? '');
    if (Number.isNaN(told)) return false;
    const offset = told + 500 - Date.now();
    const differs = Math.abs(offset - this.#offset) > 2000;
    if (differs) this.#offset = offset;
    return differs;
  }

  #due(when) {
    this.#rotationDue = when;
    if (Date.now() < this.#rotateFrom) return;
    this.#rotateFrom = Date.now() + rotationPause;
    this.rotate().catch((fault) => {
      this.#rotationError = fault.message;
      this.dispatchEvent(new Event('change'));
    });
  }

  async #readOrMake() {
    const stored = await read(this.#slot);
    return stored && (stored.keyId || stored.algorithm === this.#algorithm) ? stored : this.#make();
  }

  async #make() {
    const pair = await newPair(this.#algorithm);
    await write(this.#slot, pair);
    return pair;
  }

  async #keep(pair, { key_id: keyId, expires_at: expiresAt }) {
    const record = { ...pair, keyId, expiresAt };
    await write(this.#slot, record);
    this.#tell();
    return this.#adopt(record);
  }

  async #drop(reason) {
    await remove(this.#slot);
    this.#tell();
    this.#key = undefined;
    this.#fallBack(reason);
  }

  #adopt(record) {
    if (record?.keyId !== this.#key?.keyId) {
      this.#rotationDue = this.#rotationError = null;
      this.#rotateFrom = this.#invalid = 0;
    }
    this.#key = record;
    this.#fallBack(record?.keyId ? null : 'not_registered');
    return record;
  }

  #fallBack(reason) {
    this.#reason = reason;
    this.dispatchEvent(new Event('change'));
  }

  #tell() {
    this.#channel?.postMessage(this.#slot);
  }

  #locked(act) {
    return navigator.locks.request(`aicli-keys ${this.#slot}`, { signal: AbortSignal.timeout(patience) }, act);
  }
}
