// Voting on a resident's own device. What is made here and never leaves it: the key of this vote, and what takes the blinding off the
// token. The city signs the token without seeing it; the ballot goes in without a cookie, so nobody can say whose it is.
//
// Whatever would be lost with a broken connection is kept on the device before it is sent, so everything can be sent again.
import { RSABSSA } from "@cloudflare/blindrsa-ts";
import sodium from "libsodium-wrappers";
import { readBackup, writeBackup } from "./backup.mjs";
import { answersIn } from "./answers.mjs";
import { qrPicture } from "./qr.mjs";

const suite = RSABSSA.SHA384.PSS.Randomized();
const PREFIX = 32;
const MOST_BALLOTS = 20;
const ASK_AGAIN_MS = 1000;
const utf8 = new TextEncoder();
const page = document.querySelector("[data-poll]");
const settings = JSON.parse(document.getElementById("poll-settings").textContent);
const form = page.querySelector("form[data-vote]");
const kept = `gorod-vote-${settings.poll}`;

const toText = (bytes) => sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL);
const toBytes = (text) => sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
const said = (name) => page.dataset[name];

function load() {
  return JSON.parse(localStorage.getItem(kept) ?? "null");
}

function keep(vote) {
  localStorage.setItem(kept, JSON.stringify(vote));
}

// A refusal of the city in the reader's words where there are some, else as the city says it.
class Refusal extends Error {
  constructor(text, status) {
    super(text);
    this.status = status;
  }
}

async function sent(url, body, more = {}) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...more.headers },
    body: JSON.stringify(body),
    credentials: more.credentials ?? "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
  });
  if (answer.redirected) throw new Refusal(said("signedOut"));
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Refusal(said(`refused${answer.status}`) ?? found.detail ?? said("failed"), answer.status);
  }
  return found;
}

// The voter's key for this poll, and the token for it. Both are made once.
async function withToken() {
  const key = await crypto.subtle.importKey(
    "spki", toBytes(settings.token_key), { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"],
  );
  let vote = load();
  if (!vote) {
    const seed = sodium.randombytes_buf(sodium.crypto_sign_SEEDBYTES);
    const voter = sodium.crypto_sign_seed_keypair(seed);
    const message = [utf8.encode(`gorod-token/v1\n${settings.poll}\n`), voter.publicKey];
    const prepared = suite.prepare(Uint8Array.from(message.flatMap((part) => [...part])));
    const { blindedMsg, inv } = await suite.blind(key, prepared);
    vote = { seed: toText(seed), prepared: toText(prepared), blinded: toText(blindedMsg), inverse: toText(inv), number: 0 };
    keep(vote);
  }
  if (!vote.token) {
    const found = await sent(said("tokens"), { blinded: vote.blinded }, {
      credentials: "same-origin",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    const token = await suite.finalize(key, toBytes(vote.prepared), toBytes(found.signature), toBytes(vote.inverse));
    vote = { ...vote, token: toText(token), blinded: undefined, inverse: undefined };
    keep(vote);
  }
  return vote;
}

function sealed(answers) {
  const padded = sodium.pad(utf8.encode(JSON.stringify(answers)), settings.padded);
  return toText(sodium.crypto_box_seal(padded, toBytes(settings.ballot_key)));
}

function ballotOf(vote, answers, number) {
  const voter = sodium.crypto_sign_seed_keypair(toBytes(vote.seed));
  const unsigned = { // in the order of RFC 8785
    key: toText(voter.publicKey),
    number,
    poll: settings.poll,
    prefix: toText(toBytes(vote.prepared).slice(0, PREFIX)),
    sealed: answers,
    token: vote.token,
  };
  const signed = utf8.encode(`gorod-ballot/v1\n${JSON.stringify(unsigned)}`);
  return { ...unsigned, signature: toText(sodium.crypto_sign_detached(signed, voter.privateKey)) };
}

// Send the ballot that waits. One of the same number that another device of this voter has cast meanwhile is followed by this one.
async function cast(vote) {
  for (;;) {
    const { number, sealed: answers } = vote.waiting;
    try {
      const { hash } = await sent(said("ballots"), vote.waiting);
      vote = { ...vote, number, hash, waiting: undefined };
      keep(vote);
      return vote;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // it waits, and is sent again
      const next = error.status === 409 && settings.again && number < MOST_BALLOTS;
      vote = { ...vote, waiting: next ? ballotOf(vote, answers, number + 1) : undefined };
      keep(vote);
      if (!next) throw error;
    }
  }
}

async function receiptOf(vote) {
  for (;;) {
    await new Promise((done) => setTimeout(done, ASK_AGAIN_MS)); // the ledger takes up what came within a second
    const answer = await fetch(`${said("receipts")}${vote.hash}`, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (answer.ok) return answer.text();
  }
}

function show(name) {
  for (const part of page.querySelectorAll("[data-part]")) part.hidden = !part.dataset.part.split(" ").includes(name);
}

function tell(text, { wrong = false } = {}) {
  const place = page.querySelector(wrong ? "[data-wrong]" : "[data-told]");
  page.querySelector("[data-wrong]").hidden = !wrong;
  place.querySelector("[data-text]").textContent = text;
  if (wrong) place.focus();
}

function offer(link, text, name) {
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
}

async function voted(vote) {
  show("voted");
  tell(said("sending"));
  page.querySelector("[data-hash]").textContent = vote.hash;
  const text = await receiptOf(vote);
  offer(page.querySelector("[data-receipt]"), text, `receipt-${settings.poll}.json`);
  page.querySelector("[data-receipt-part]").hidden = false;
  page.querySelector("[data-entry]").textContent = JSON.parse(text).index;
  page.querySelector("[data-receipt-picture]").replaceChildren(qrPicture(`${location.origin}${said("receipts")}${vote.hash}`));
  tell(said("recorded"));
}

async function doing(button, work) {
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    tell(error instanceof Refusal ? error.message : said("failed"), { wrong: true });
    if (!(error instanceof Refusal)) console.error(error);
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.submitter, async () => {
    const { answers, problem } = answersIn(form, settings.questions, (name) => said(name));
    if (problem) throw new Refusal(problem);
    tell(said("voting"));
    let vote = await withToken();
    vote = { ...vote, waiting: ballotOf(vote, sealed(answers), vote.number + 1) };
    keep(vote);
    form.reset();
    await voted(await cast(vote));
  });
});

page.querySelector("[data-again]")?.addEventListener("click", () => {
  tell("");
  show("ask");
});

page.querySelector("[data-backup]").addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.submitter, async () => {
    const words = event.target.elements.words.value;
    const { seed, prepared, token, number, hash } = load();
    const text = await writeBackup(settings.poll, { seed, prepared, token, number, hash }, words);
    const link = page.querySelector("[data-backup-file]");
    offer(link, text, `vote-${settings.poll}.json`);
    page.querySelector("[data-backup-picture]").replaceChildren(qrPicture(text));
    page.querySelector("[data-backup-part]").hidden = false;
    event.target.reset();
    link.focus();
  });
});

page.querySelector("[data-restore]").addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.submitter, async () => {
    const { file, pasted, words } = event.target.elements;
    const text = file.files.length ? await file.files[0].text() : pasted.value;
    const vote = await readBackup(settings.poll, text, words.value);
    if (!vote) throw new Refusal(said("noBackup"));
    keep(vote);
    event.target.reset();
    await begin();
  });
});

page.querySelector("[data-forget]").addEventListener("click", () => {
  localStorage.removeItem(kept);
  tell(said("forgotten"));
  show("forgotten");
});

async function begin() {
  const waits = load();
  show(waits?.hash ? "voted" : "ask");
  const vote = waits?.waiting ? await cast(waits) : waits; // the connection broke before the answer came
  if (vote?.hash) await voted(vote);
}

await sodium.ready;
page.querySelector("[data-plain]").hidden = true; // stays where no program runs
await doing(form.querySelector("button[type=submit]"), begin);
page.dataset.ready = "";
