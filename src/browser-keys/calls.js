// Requests that can be sent more than once, and what refusals say.

/** A refusal (RFC 9457) of what the module itself asked. */
export class KeyProblem extends Error {
  constructor(status, { code, title, detail } = {}) {
    super(detail ?? title ?? `The server answered ${status}.`);
    Object.assign(this, { name: 'KeyProblem', status, code: code ?? null });
  }
}

/** The problem document of a refusal; undefined for any other answer, which is left unread. */
export async function problemOf(response) {
  if (response.ok || !response.headers.get('Content-Type')?.startsWith('application/problem+json')) return undefined;
  return response.clone().json().catch(() => undefined);
}

export const isSafe = (method) => ['GET', 'HEAD', 'OPTIONS'].includes(method);

/** A request whose content was read, once and whole: it is hashed, and may have to be sent again. */
export async function readCall(input, init, origin) {
  if (init?.body instanceof ReadableStream) {
    throw new TypeError('A stream cannot be signed before it is sent: give a string, an ArrayBuffer, a view, a Blob, FormData or URLSearchParams.');
  }
  const request = new Request(input, init);
  if (new URL(request.url).origin !== origin) throw new TypeError(`This key signs requests to ${origin} only, not to ${request.url}.`);
  // Chromium sends no content with GET and HEAD, and neither may it be given any.
  return { request, bytes: request.method === 'GET' || request.method === 'HEAD' ? undefined : await request.arrayBuffer() };
}

/** @param {Headers} headers all headers of the request */
export const send = ({ request, bytes }, headers) => fetch(new Request(request, {
  headers,
  body: bytes,
  // A signature is for one address: sent on to another, it is a bad one.
  redirect: request.redirect === 'follow' ? 'error' : request.redirect,
}));
