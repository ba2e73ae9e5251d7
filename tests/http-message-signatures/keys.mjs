// Signers and verifiers by JOSE name. The package's own rsa-pss-sha512 leaves the salt's length to Node, which signs with
// the longest that fits; RFC 9421 section 3.3.1 says 64 octets, and PS256 (which it has no name for) has 32.
import { constants, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { createSigner, createVerifier } from 'http-message-signatures';

const registered = { PS512: 'rsa-pss-sha512', ES256: 'ecdsa-p256-sha256', Ed25519: 'ed25519' };
const salts = { PS256: ['sha256', 32], PS512: ['sha512', 64] };

export function signer(algorithm, pem, id) {
  const key = createPrivateKey(pem);
  if (!salts[algorithm]) {
    return createSigner(key, registered[algorithm], id);
  }
  const [hash, saltLength] = salts[algorithm];
  return {
    id,
    alg: registered[algorithm],
    sign: async (data) => sign(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
  };
}

export function verifier(algorithm, pem) {
  const key = createPublicKey(pem);
  if (!salts[algorithm]) {
    return createVerifier(key, registered[algorithm]);
  }
  const [hash, saltLength] = salts[algorithm];
  return async (data, signature) => verify(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
}
