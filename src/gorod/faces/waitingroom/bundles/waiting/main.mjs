// Waiting for one's turn. The state of an opening is the same for everybody and kept by whoever stands in between; from it and one's own
// place this page computes how many are before it. Nothing here decides anything: the city does, when the page goes on.
const page = document.querySelector("[data-waiting]");
const words = page.dataset;
const TOLD_MS = 60_000; // who listens hears it at most so often
const OFTEN_MS = 3_000;
const SELDOM_MS = 30_000;
const ASKED_A_SECOND = 500; // own places, by all who wait together, right after the draw

let number = Number(words.number) || null;
let told = { at: -Infinity, text: "" };

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const spread = (ms) => ms * (0.75 + Math.random() / 2); // not all at once

async function asked(url) {
  const answer = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(15_000) });
  if (!answer.ok) throw new Error(`the city answered ${answer.status}`);
  return answer.json();
}

function show(part) {
  for (const one of page.querySelectorAll("[data-part]")) one.hidden = one.dataset.part !== part;
}

function tell(text, { now = false } = {}) {
  const passed = performance.now() - told.at;
  if (text === told.text || (!now && passed < TOLD_MS)) return;
  page.querySelector("[data-told]").textContent = text;
  told = { at: performance.now(), text };
}

function goOn() {
  tell(words.saidTurn, { now: true });
  location.replace(words.next);
}

// Shows how it stands, and says in how many milliseconds to look again; null: the page goes on.
async function look() {
  const state = await asked(words.state);
  if (state.state === "closed") {
    goOn();
    return null;
  }
  if (state.state !== "open") {
    const left = Date.parse(state.opens_at) - Date.parse(state.now);
    return Math.min(SELDOM_MS, Math.max(OFTEN_MS, left + OFTEN_MS));
  }
  if (number === null) {
    show("soon");
    await pause(Math.random() * Math.min(60, state.present / ASKED_A_SECOND) * 1000);
    number = (await asked(words.place)).place;
    if (number === null) return OFTEN_MS;
  }
  if (number <= state.let_in) {
    goOn();
    return null;
  }
  const before = number - state.let_in - 1;
  const minutes = state.rate ? Math.ceil((before + 1) / state.rate) : null;
  const figures = { place: number, before, minutes: minutes ?? "…" };
  for (const [name, figure] of Object.entries(figures)) {
    page.querySelector(`[data-figure="${name}"]`).textContent = figure;
  }
  show("place");
  const text = minutes === null ? words.saidEarly : words.said;
  tell(text.replace(/\{(\w+)\}/g, (_all, name) => figures[name]));
  // who has an hour to wait need not ask every three seconds
  return Math.min(SELDOM_MS, Math.max(OFTEN_MS, (minutes ?? 1) * 2_000));
}

async function wait() {
  let failed = 0;
  for (;;) {
    try {
      const next = await look();
      if (next === null) return;
      failed = 0;
      await pause(spread(next));
    } catch {
      failed += 1;
      tell(words.saidLost, { now: true });
      await pause(spread(Math.min(SELDOM_MS, OFTEN_MS * 2 ** failed)));
    }
  }
}

if ("again" in words) {
  // they had their turn: only the city knows when there is room again
  pause(spread(2 * OFTEN_MS)).then(() => location.reload());
} else {
  wait();
}
