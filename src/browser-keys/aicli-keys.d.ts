/** ES256 unless another is asked for; what a browser cannot make leaves the key to the cookie (`algorithm_unsupported`). */
export type KeyAlgorithm = 'ES256' | 'Ed25519' | 'PS256';

export type CookieReason =
  /** The page did not come over https, nor from this very machine. */
  | 'insecure_context'
  | 'no_webcrypto'
  /** IndexedDB is switched off, refuses keys, or does not answer. */
  | 'no_storage'
  | 'algorithm_unsupported'
  /** There is a pair, or room for one, and the server does not know it: call `register()`. */
  | 'not_registered'
  /** The server refused the key; it was forgotten. */
  | 'key_revoked'
  /** The server refused three requests in a row; the key is kept, and used again after a reload or `register()`. */
  | 'signature_invalid'
  /** By `forget()`. */
  | 'forgotten';

export interface KeyStatus {
  /** Which key signs this page's requests: the browser's own, or the one that the BFF keeps in a cookie. */
  custody: 'browser' | 'bff-cookie';
  /** Why the cookie's key is used; null with custody `browser`. */
  reason: CookieReason | null;
  /** Null while the cookie's key was not asked for yet, or while there is none: then requests go with the session alone. */
  keyId: string | null;
  /** Of a registered key of the browser's own, as the three that follow. */
  algorithm: KeyAlgorithm | null;
  /** RFC 7638, SHA-256, base64url. */
  thumbprint: string | null;
  /** RFC 3339. */
  expiresAt: string | null;
  /** The server's `Key-Rotation-Due`, until the key is replaced; RFC 3339. */
  rotationDue: string | null;
  /** Why the last rotation that the server asked for did not happen; the next attempt follows ten minutes later. */
  rotationError: string | null;
  /** Milliseconds by which the server's clock was found to be ahead; 0 while nothing was amiss. */
  clockOffset: number;
}

export interface OpenOptions {
  /** Of the API; the page's own unless told otherwise. The cookie's key works for the page's own only. */
  origin?: string;
  /** Id of the user: each has a key of its own. */
  user?: string;
  /** For a pair that is made now; a registered key stays what it is. */
  algorithm?: KeyAlgorithm;
  /** Path of the API: `/api/v1`. */
  api?: string;
  /** Path of the BFF's key: `/bff/key`. */
  bff?: string;
}

/** Dispatches `change` when what `status()` says may have changed. */
export class DeviceKey extends EventTarget {
  /** Loads the user's key, or makes one that still has to be registered. Sends nothing. */
  static open(options?: OpenOptions): Promise<DeviceKey>;

  status(): KeyStatus;

  /**
   * Registers the key, where it is not yet. Takes a session with a fresh proof of the password: of the browser's cookie, or
   * named in `headers`. Where the browser keeps no key, asks the BFF for one in a cookie instead.
   * @throws KeyProblem as the server refuses: `step_up_required`, `too_many_keys` …
   */
  register(options?: { name?: string; headers?: HeadersInit }): Promise<KeyStatus>;

  /**
   * As the global `fetch`, signed. Redirects are errors.
   * @throws TypeError for a stream as body, and for another origin than the key's
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;

  /** @throws KeyProblem */
  rotate(): Promise<void>;

  /**
   * Revokes the key and removes it from this browser.
   * @throws KeyProblem if it could not be revoked; then it is still here
   */
  forget(options?: { revoke?: boolean }): Promise<void>;
}

/** A refusal of what the module itself asked the server. */
export class KeyProblem extends Error {
  readonly status: number;
  /** The problem document's `code`. */
  readonly code: string | null;
}
