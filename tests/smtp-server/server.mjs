// Mail servers by others (smtp-server) on loopback for the tests, and others' verifier of signed webhooks (standardwebhooks).
// Arguments: certificate and key, PEM. Prints one line of JSON with the ports, and ends when its standard input does.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';

const [cert, key] = process.argv.slice(2, 4).map((file) => readFileSync(file));
const webhook = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const mails = [];
const hooks = [];
const refused = new Set();

function fault(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

// What becomes of a recipient is said by its address.
function judge({ address }, session, done) {
  if (address.startsWith('nobody')) return done(fault(550, '5.1.1 No such mailbox'));
  if (address.startsWith('away')) return done(fault(421, '4.3.2 Going down'));
  if (address.startsWith('later') && !refused.has(address)) {
    refused.add(address);
    return done(fault(450, '4.2.1 Try again'));
  }
  return done();
}

function listen(options) {
  const server = new SMTPServer({
    cert, key, name: 'mail.test', logger: false, authMethods: ['PLAIN', 'LOGIN'], onRcptTo: judge, closeTimeout: 100,
    onAuth: (auth, session, done) =>
      auth.username === 'alerts@example.test' && auth.password === 'pässwörd-of-the-tests' ? done(null, { user: auth.username }) : done(fault(535, '5.7.8 Wrong')),
    onData: (stream, session, done) => {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        mails.push({
          from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map((one) => one.address), secure: session.secure,
          user: session.user ?? null, raw: Buffer.concat(parts).toString('latin1'), hello: session.hostNameAppearsAs,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  return new Promise((listening) => {
    const socket = server.listen(0, '127.0.0.1', () => listening(socket.address().port));
  });
}

const http = createServer((request, answer) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    if (request.method === 'POST') {
      let verified = true;
      try {
        webhook.verify(body.toString(), request.headers);
      } catch {
        verified = false;
      }
      hooks.push({ path: request.url, headers: request.headers, body: body.toString(), verified });
      return answer.end('ok');
    }
    return answer.setHeader('content-type', 'application/json').end(JSON.stringify(request.url === '/mails' ? mails : hooks));
  });
});
await new Promise((listening) => http.listen(0, '127.0.0.1', listening));

console.log(JSON.stringify({
  starttls: await listen({ secure: false }),
  tls: await listen({ secure: true }),
  login: await listen({ secure: true, authMethods: ['LOGIN'] }),
  bare: await listen({ secure: false, hideSTARTTLS: true, disabledCommands: ['STARTTLS'], authOptional: true }),
  http: http.address().port,
}));
process.stdin.on('end', () => process.exit(0)).resume();
