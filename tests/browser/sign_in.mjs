// A site as others write it: openid-client signs a resident in. Prints the address to send them to, reads the one they come back
// to, prints what it was told.
import { createInterface } from "node:readline/promises";
import * as client from "openid-client";

const [issuer, id, secret, redirect] = process.argv.slice(2);
const config = await client.discovery(new URL(issuer), id, secret, undefined, { execute: [client.allowInsecureRequests] });
const verifier = client.randomPKCECodeVerifier();
const expected = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirect,
  scope: "openid profile",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state: expected.expectedState,
  nonce: expected.expectedNonce,
  ui_locales: "ru",
});
console.log(address.href);
const lines = createInterface({ input: process.stdin });
const back = new URL((await lines[Symbol.asyncIterator]().next()).value);
const tokens = await client.authorizationCodeGrant(config, back, expected);
const claims = tokens.claims();
const told = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
console.log(JSON.stringify(told));
lines.close();
