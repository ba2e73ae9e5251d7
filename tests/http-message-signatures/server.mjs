// Verifies what it gets. Reads {algorithm: pem} as its first line, then says its port; answers 204 where the signature and
// the digest are right, else 401 with the reason. It ends when its input does.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { httpbis } from 'http-message-signatures';
import { verifier } from './keys.mjs';

const lines = createInterface({ input: process.stdin });
const keys = JSON.parse((await lines[Symbol.asyncIterator]().next()).value);
process.stdin.on('close', () => process.exit(0));
process.stdin.resume();

async function judge(request, body) {
  const verified = await httpbis.verifyMessage({
    keyLookup: async ({ keyid }) => (keys[keyid] ? { verify: verifier(keyid, keys[keyid]) } : null),
    requiredFields: ['@method', '@target-uri', ...(body.length > 0 ? ['content-digest'] : [])],
    requiredParams: ['created', 'nonce', 'keyid', 'tag'],
    maxAge: 60,
    tolerance: 5,
    all: true,
  }, { method: request.method, url: `http://${request.headers.host}${request.url}`, headers: request.headers });
  if (verified !== true) {
    return 'wrong signature';
  }
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  return body.length > 0 && request.headers['content-digest'] !== digest ? 'wrong digest' : null;
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const why = await judge(request, Buffer.concat(chunks)).catch((error) => String(error));
  response.writeHead(why === null ? 204 : 401).end(why ?? undefined);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
