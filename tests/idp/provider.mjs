// Real OpenID providers for the tests, over TLS: a password gives acr "pwd", a password and a code give "mfa".
// max_age, prompt=login and an essential acr are honoured; PKCE with S256 is demanded.
// One process for all, because to read the library takes longer than most tests. A line of JSON begins a provider or ends it.
import { Provider, interactionPolicy } from 'oidc-provider';
import https from 'node:https';
import fs from 'node:fs';
import crypto from 'node:crypto';
import readline from 'node:readline';

const users = {
  alex: { password: 'correct horse', seed: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
  dana: { password: 'helpdesk one', seed: 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK' },
  lee: { password: 'helpdesk two', seed: 'NRUW4ZJANRUW4ZJANRUW4ZJANRUW4ZJA' },
  kim: { password: 'battery staple', seed: 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU' },
  morgan: { password: 'slate lantern', seed: 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK' },
  noor: { password: 'green anchor', seed: 'NBSWY3DPO5XXE3DENBSWY3DPO5XXE3DE' },
  stranger: { password: 'nobody here', seed: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
};

const bytes = (base32) => {
  let bits = '';
  for (const letter of base32) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from(bits.match(/.{8}/g).map((one) => parseInt(one, 2)));
};
const code = (seed, seconds) => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const digest = crypto.createHmac('sha1', bytes(seed)).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
};
const same = (one, other) => {
  const hash = (text) => crypto.createHash('sha256').update(text).digest();
  return crypto.timingSafeEqual(hash(one), hash(other));
};

const logoutSource = (context, form) => { // as Keycloak and others do: whoever is named is not asked
  const isNamed = context.oidc.entities.IdTokenHint?.payload.oid === context.oidc.session.accountId;
  const button = '<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>';
  const go = isNamed ? '<script>document.querySelector("button").click()</script>' : '';
  context.body = `<!doctype html><html lang="en"><title>Sign out</title><h1>Do you want to sign out?</h1>${form}${button}${go}</html>`;
};

const send = (response, status, body) => {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
  response.writeHead(status, { 'content-type': 'text/html', 'content-security-policy': policy, 'cache-control': 'no-store' });
  response.end(`<!doctype html><html lang="en"><title>Sign in</title><meta name="viewport" content="width=device-width"><main>${body}</main></html>`);
};
const field = (name, label, more = '') => `<p><label>${label} <input name="${name}" ${more}></label></p>`;

const begin = ({ port, tls, redirect, home, authorizeAt, log }) => {
  const provider = new Provider(`https://localhost:${port}/oidc`, {
    clients: [{
      client_id: 'sparekey', client_secret: 'a-secret-of-the-tests-0123456789abcdef', redirect_uris: [redirect],
      post_logout_redirect_uris: [home], response_types: ['code'], grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_post', require_auth_time: true,
    }],
    pkce: { required: () => true },
    acrValues: ['pwd', 'mfa'],
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'oid', 'tid', 'acr', 'amr', 'auth_time'], profile: ['name'], iss: null, sid: null },
    features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true }, rpInitiatedLogout: { enabled: true, logoutSource } },
    interactions: { policy: interactionPolicy.base(), url: (_, interaction) => `/oidc/interaction/${interaction.uid}` },
    ttl: { AuthorizationCode: 60, IdToken: 1200, Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 300 },
    cookies: {
      keys: [crypto.randomBytes(32).toString('hex')],
      long: { sameSite: 'lax', secure: true }, short: { sameSite: 'lax', secure: true },
    },
    findAccount: async (_, id) => users[id] && {
      accountId: id, claims: async () => ({ sub: `sub-${id}`, oid: id, tid: 'demo', name: id }),
    },
    loadExistingGrant: async (context) => { // our own organisation's app: nobody is asked for consent
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    renderError: (context, out) => { context.type = 'json'; context.body = out; },
  });
  provider.use(async (context, next) => { // some have their forms on another host than their issuer
    await next();
    if (authorizeAt && context.oidc?.route === 'discovery') context.body.authorization_endpoint = `${authorizeAt}/oidc/auth`;
  });
  const callback = provider.callback();

  const interact = async (request, response) => {
    const details = await provider.interactionDetails(request, response);
    const wantsCode = /"mfa"/.test(details.params.claims || '') || /mfa/.test(details.params.acr_values || '');
    if (request.method === 'GET') {
      const form = field('user', 'Name') + field('password', 'Password', 'type="password"') + (wantsCode ? field('code', 'Code') : '');
      return send(response, 200, `<h1>Sign in</h1><form method="post">${form}<button>Sign in</button></form>`);
    }
    let body = '';
    for await (const part of request) body += part;
    const form = new URLSearchParams(body);
    const id = form.get('user') || '';
    const user = Object.hasOwn(users, id) ? users[id] : null;
    const now = Date.now() / 1000;
    const codeHolds = !wantsCode || [0, -30].some((off) => user && code(user.seed, now + off) === form.get('code'));
    if (!user || !same(form.get('password') || '', user.password) || !codeHolds) return send(response, 401, 'no');
    const ts = Math.floor(now) - Number(form.get('ago') || 0); // as if they had signed in so long ago
    const login = { accountId: id, ts, acr: wantsCode ? 'mfa' : 'pwd', amr: wantsCode ? ['pwd', 'otp', 'mfa'] : ['pwd'], remember: false };
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  };

  const note = (line) => fs.appendFileSync(log, `${line}\n`);
  const server = https.createServer({ key: fs.readFileSync(tls), cert: fs.readFileSync(tls) }, async (request, response) => {
    note(`asked ${request.method} ${request.url.split('?')[0]} referer ${request.headers.referer ?? 'none'}`);
    try {
      if (/^\/oidc\/interaction\/[\w-]+$/.test(request.url)) return await interact(request, response);
      if (!request.url.startsWith('/oidc')) return send(response, 404, '');
      request.originalUrl = request.url;
      request.url = request.url.slice(5) || '/';
      return callback(request, response);
    } catch (error) {
      note(error.message);
      return send(response, 400, 'bad');
    }
  });
  return new Promise((ready) => { server.listen(port, '127.0.0.1', () => ready(server)); });
};

const servers = new Map();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.end) {
    const server = servers.get(asked.end);
    server.closeAllConnections();
    await new Promise((ended) => { server.close(ended); });
    servers.delete(asked.end);
  } else servers.set(asked.port, await begin(asked));
  console.log('done');
}
process.exit();
