import { isSafe, problemOf, send } from './calls.js';

/** The key that the server's BFF keeps for this browser in a cookie: scripts see its id and its CSRF token only. */
export class CookieKey {
  #url;
  #asked;

  constructor(url) {
    this.#url = url;
  }

  /** The key's id, once it was asked for; null while there is none. */
  keyId = null;

  /** Asks which key the cookie holds, and for one where it holds none. Undefined without a session, or without a BFF. */
  hold() {
    return this.#asked ??= this.#ask();
  }

  renew() {
    this.#asked = undefined;
    return this.hold();
  }

  async fetch(call) {
    const headers = new Headers(call.request.headers);
    const changes = !isSafe(call.request.method);
    const held = await this.hold();
    if (held && changes) headers.set('X-CSRF-Token', held.csrf_token);
    const response = await send(call, headers);
    // That may have been the sign-in.
    if (!held && changes && response.ok) this.#asked = undefined;
    return response;
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
