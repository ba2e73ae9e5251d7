// Signatures over requests: RFC 9421, Content-Digest of RFC 9530, names of keys of RFC 7638.

/** What WebCrypto is told, for making a pair and for signing alike. */
export const algorithms = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
  PS256: { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256', saltLength: 32 },
};

const utf8 = new TextEncoder();
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const base64url = (bytes) => base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const sha256 = (bytes) => crypto.subtle.digest('SHA-256', bytes);

/** A pair whose private half never leaves the browser, not even towards this script. */
export async function newPair(algorithm) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithms[algorithm], false, ['sign', 'verify']);
  const whole = await crypto.subtle.exportKey('jwk', publicKey);
  // RFC 7638 section 3: the required members alone, by their names' order.
  const jwk = Object.fromEntries(['crv', 'e', 'kty', 'n', 'x', 'y'].filter((m) => m in whole).map((m) => [m, whole[m]]));
  return { algorithm, privateKey, jwk, thumbprint: base64url(await sha256(utf8.encode(JSON.stringify(jwk)))) };
}

/** @param {ArrayBuffer} bytes */
export const contentDigest = async (bytes) => `sha-256=:${base64(await sha256(bytes))}:`;

/**
 * Adds one signature to the headers of a request.
 * @param {Headers} headers
 * @param {Record<string, string>} covered values by component, in the order in which they are signed
 */
export async function sign(headers, covered, key, { label, keyId, tag, created }) {
  const names = Object.keys(covered);
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(24)));
  const input = `(${names.map((name) => `"${name}"`).join(' ')});created=${created};nonce="${nonce}";keyid="${keyId}";tag="${tag}"`;
  const base = [...names.map((name) => `"${name}": ${covered[name]}`), `"@signature-params": ${input}`].join('\n');
  const signature = await crypto.subtle.sign(algorithms[key.algorithm], key.privateKey, utf8.encode(base));
  headers.append('Signature-Input', `${label}=${input}`);
  headers.append('Signature', `${label}=:${base64(signature)}:`);
}
