// Two OpenID providers on loopback for the tests: real ones (oidc-provider), with a sign-in page that asks nothing.
// Prints one line of JSON with their issuers, and ends when its standard input does.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const secret = 'a-client-secret-of-the-tests-0123456789';
const keys = [['rsa', { modulusLength: 2048 }, 'RS256'], ['ec', { namedCurve: 'P-256' }, 'ES256']].map(([type, options, alg]) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg.toLowerCase(),
}));

// name: the word in the callback's path; alg: how its ID tokens are signed; auth: how the client says who it is.
async function start(name, alg, auth) {
  const accounts = new Map();
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: `aicli-${name}`,
      client_secret: secret,
      redirect_uris: [`https://aicli.example.test/auth/callback/${name}`],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: alg,
      token_endpoint_auth_method: auth,
    }],
    clientAuthMethods: [auth],
    jwks: { keys },
    cookies: { keys: ['of-the-tests'] },
    pkce: { required: () => true, methods: ['S256'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => accounts.has(sub) && { accountId: sub, claims: () => accounts.get(sub) },
    // Whoever signs in agrees to everything.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });

  // /interaction/UID?account={claims as JSON}; without an account, the person cancels.
  async function interact(request, response, url) {
    const account = JSON.parse(url.searchParams.get('account') ?? 'null');
    if (account) accounts.set(account.sub, account);
    const result = account ? { login: { accountId: account.sub } } : { error: 'access_denied', error_description: 'cancelled' };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  const standard = provider.callback();
  server.on('request', (request, response) => {
    const url = new URL(request.url, issuer);
    if (!url.pathname.startsWith('/interaction/')) return standard(request, response);
    return interact(request, response, url).catch((wrong) => response.writeHead(500).end(String(wrong)));
  });
  return issuer;
}

const issuers = {
  corp: await start('corp', 'RS256', 'client_secret_basic'),
  lab: await start('lab', 'ES256', 'client_secret_post'),
};
process.stdout.write(`${JSON.stringify(issuers)}\n`);
process.stdin.resume().on('end', () => process.exit(0));
