// A provider of OpenID Connect on a loopback port, with the login and consent forms that oidc-provider brings for
// development. PORT: where it listens. REDIRECT_URI: of the platform under test.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const issuer = `http://127.0.0.1:${process.env.PORT}`;

function key(type, options, algorithm) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm };
}

const client = {
  redirect_uris: [process.env.REDIRECT_URI],
  grant_types: ['authorization_code'],
  response_types: ['code'],
};

const provider = new Provider(issuer, {
  clients: [
    { ...client, client_id: 'confidential', client_secret: 'a secret: with a colon', token_endpoint_auth_method: 'client_secret_basic' },
    { ...client, client_id: 'public', token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' },
  ],
  jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256')] },
  cookies: { keys: ['a key of this test'] },
  claims: {
    openid: ['sub'],
    profile: ['preferred_username', 'groups'],
    email: ['email', 'email_verified'],
  },
  // Whoever logs in is who he says he is; his subject is not his name.
  async findAccount(_context, id) {
    return {
      accountId: id,
      async claims() {
        return {
          sub: id,
          preferred_username: id.replace('subject-of-', ''),
          email: `${id}@example.com`,
          email_verified: true,
          groups: id === 'subject-of-ada' ? ['staff', 'fleet-admins'] : ['staff'],
        };
      },
    };
  },
});

provider.listen(Number(process.env.PORT), '127.0.0.1');
