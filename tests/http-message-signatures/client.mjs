// Sends signed requests as it is told: one JSON object a line in, one out with the status of the answer.
import { createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { httpbis } from 'http-message-signatures';
import { signer } from './keys.mjs';

function send(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { algorithm, pem, keyId, url, method, body, fields, withAlg, change } = JSON.parse(line);
  const headers = { 'X-Dictionary': 'a=1,   b=(x   y);p' };
  if (body !== null) {
    headers['Content-Type'] = 'application/json';
    headers['Content-Digest'] = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  }
  const params = ['created', 'nonce', 'keyid', 'tag'];
  const signed = await httpbis.signMessage({
    key: signer(algorithm, pem, keyId),
    fields,
    params: withAlg ? [...params, 'alg'] : params,
    paramValues: { nonce: randomUUID(), tag: 'aicli' },
  }, { method, url, headers });
  console.log(await send(url + (change ?? ''), method, signed.headers, body ?? undefined));
}
