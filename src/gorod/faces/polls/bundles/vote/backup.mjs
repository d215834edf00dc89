// What lets somebody vote again, and see their ballot counted, as a text that only their words open. The city never sees it.
const FORMAT = "gorod-vote-backup/v1";
const ITERATIONS = 600_000; // PBKDF2 with SHA-256, as OWASP advises
const utf8 = new TextEncoder();

const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function keyOf(words, salt, iterations) {
  const known = await crypto.subtle.importKey("raw", utf8.encode(words.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, known, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function writeBackup(poll, vote, words) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv: nonce, additionalData: utf8.encode(poll) };
  const sealed = await crypto.subtle.encrypt(how, await keyOf(words, salt, ITERATIONS), utf8.encode(JSON.stringify(vote)));
  const shown = { salt: toText(salt), iterations: ITERATIONS, nonce: toText(nonce), sealed: toText(sealed) };
  return JSON.stringify({ format: FORMAT, poll, ...shown });
}

// The vote, or null when it is no backup of this poll or these are not its words.
export async function readBackup(poll, text, words) {
  try {
    const said = JSON.parse(text);
    if (said.format !== FORMAT || said.poll !== poll || !(said.iterations <= 10 * ITERATIONS)) return null;
    const key = await keyOf(words, toBytes(said.salt), said.iterations);
    const how = { name: "AES-GCM", iv: toBytes(said.nonce), additionalData: utf8.encode(poll) };
    const vote = JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, toBytes(said.sealed))));
    return vote.seed && vote.prepared && vote.token ? vote : null;
  } catch {
    return null;
  }
}
