// The push service of a browser, and the browser behind it, as others write it: http_ece decrypts (RFC 8188, RFC 8291), Node.js
// checks the signature (RFC 8292). Prints the subscription, then what every push says.
import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import ece from "http_ece";

const browser = createECDH("prime256v1");
browser.generateKeys();
const auth = randomBytes(16);

function claims(authorization) {
  const { t, k } = Object.fromEntries(authorization.replace(/^vapid /, "").split(", ").map((one) => one.split("=")));
  const [head, body, signature] = t.split(".");
  const point = Buffer.from(k, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const key = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y } });
  const how = { key, dsaEncoding: "ieee-p1363" };
  const signed = verify("sha256", Buffer.from(`${head}.${body}`), how, Buffer.from(signature, "base64url"));
  return { signed, key: k, claims: JSON.parse(Buffer.from(body, "base64url")) };
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const encrypted = Buffer.concat(chunks);
  const text = ece.decrypt(encrypted, { version: "aes128gcm", privateKey: browser, authSecret: auth.toString("base64url") });
  const { authorization, ...headers } = request.headers;
  console.log(JSON.stringify({ text: text.toString(), bytes: encrypted.length, headers, ...claims(authorization) }));
  response.writeHead(201).end();
});

server.listen(0, "127.0.0.1", () => {
  const keys = { p256dh: browser.getPublicKey("base64url"), auth: auth.toString("base64url") };
  console.log(JSON.stringify({ endpoint: `http://localhost:${server.address().port}/push`, keys }));
});
process.stdin.on("end", () => process.exit()).resume();
