import { isSafe, problemOf, send } from './calls.js';

/**
 * The key that the server's BFF keeps for this browser in a cookie: scripts see its id and its CSRF token only. Where it
 * keeps none, requests go with the session's cookie and the CSRF token of that.
 */
export class CookieKey {
  #url; #tokens;
  #asked; #token;

  /**
   * @param url of the key
   * @param tokens where CSRF tokens of the session come from
   */
  constructor(url, tokens) {
    this.#url = url;
    this.#tokens = tokens;
  }

  /** The key's id, once it was asked for; null while there is none. */
  keyId = null;

  /** Asks which key the cookie holds, and for one where it holds none. Undefined without a session, or without a BFF. */
  hold() {
    return this.#asked ??= this.#ask();
  }

  renew() {
    this.#asked = this.#token = undefined;
    return this.hold();
  }

  async fetch(call) {
    const headers = new Headers(call.request.headers);
    const changes = !isSafe(call.request.method);
    const held = await this.hold();
    if (held && changes) headers.set('X-CSRF-Token', held.csrf_token);
    else if (changes) await this.vouch(headers);
    const response = await send(call, headers);
    // That may have been the sign-in.
    if (!held && changes && response.ok) this.#asked = this.#token = undefined;
    return response;
  }

  /** Adds the token of the session, or of this browser before there is one, to what no key signs. */
  async vouch(headers) {
    if (headers.has('Authorization') || headers.has('X-CSRF-Token')) return;
    const token = await (this.#token ??= this.#askToken());
    if (token) headers.set('X-CSRF-Token', token);
  }

  async #askToken() {
    try {
      const answer = await fetch(this.#tokens);
      if (answer.ok) return (await answer.json()).csrf_token;
    } catch {
      // The request itself will say what is wrong.
    }
    this.#token = undefined;
    return undefined;
  }

  async #ask() {
    try {
      let answer = await fetch(this.#url);
      if ((await problemOf(answer))?.code === 'no_cookie_key') answer = await fetch(this.#url, { method: 'POST' });
      const held = answer.ok ? await answer.json() : undefined;
      this.keyId = held?.key_id ?? null;
      return held;
    } catch {
      this.#asked = undefined;
      return undefined;
    }
  }
}
