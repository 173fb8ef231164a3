// node oidc-provider, which others wrote and the OpenID Foundation certified: PKCE is a must, and it names itself in every answer.
// node issuer.mjs MODULE PORT REDIRECT_URI KEYS
const [module, port, redirectUri, keys] = process.argv.slice(2);
const { default: Provider } = await import(module);
const client = (more) => ({
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  ...more,
});
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    client({ client_id: "munim", client_secret: "a secret: of the tests & alone" }),
    client({ client_id: "munim-es", token_endpoint_auth_method: "none", id_token_signed_response_alg: "ES256" }),
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@sharma.example`, email_verified: true, name: "Asha <b>Sharma</b>" }),
  }),
  jwks: { keys: JSON.parse(keys) },
  cookies: { keys: ["of the tests alone"] },
});
provider.listen(Number(port));
