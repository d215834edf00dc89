// The service worker. /service-worker.js sets `self.gorod` (what this release consists of) and imports this file.
//
// Three things are kept, each in a cache of its own:
// - the files of the style, in the cache of the release: their names carry a hash, so they never change;
// - the page that says there is no network, in each language, there too;
// - in the installed app, the cases that a resident looked at last, in a cache named for their session (see `judge`).
// Nothing else of anybody is kept: every page comes from the network.
const { release, assets, offline, leave, keepSeconds, words, inbox, icon } = self.gorod;
const RELEASES = "gorod-release-";
const RELEASE = RELEASES + release;
const CASES = "gorod-cases-";
const MOST_CASES = 20;
const MOST_WAITING = 4;
const KEPT_AT = "gorod-kept-at";
const MATCH = { ignoreVary: true }; // Django varies by cookie; here the name of the cache tells people apart
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

const languageOf = (url) => Object.keys(offline).find((code) => url.pathname.startsWith(`/${code}/`));
const isCase = (url) => !url.search && Boolean(languageOf(url)) && /^\/[^/]+\/mine\/cases\/([^/]+\/)?$/.test(url.pathname);

async function dropCaches(unwanted) {
  for (const name of await caches.keys()) if (unwanted(name)) await caches.delete(name);
}

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(RELEASE);
    // without credentials: nobody's name may stand on a page that is shown to everybody
    const pages = Object.values(offline).map((one) => new Request(one, { credentials: "omit", cache: "reload" }));
    await cache.addAll([...assets, ...pages]);
    await self.skipWaiting(); // pages come from the network and name their own files, so old and new go together
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const begin = async () => {
    await dropCaches((name) => name.startsWith(RELEASES) && name !== RELEASE);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  };
  event.waitUntil(begin());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, url));
  else if (event.request.method === "GET" && HASHED.test(url.pathname)) event.respondWith(asset(event.request, url));
});

async function asset(request, url) {
  const cache = await caches.open(RELEASE);
  const found = await cache.match(request, MATCH);
  if (found) return found;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    // a case that was kept under an earlier release names a file of that release: this one's does
    const plain = (path) => path.replace(HASHED, "");
    const same = (await cache.keys()).find((one) => plain(new URL(one.url).pathname) === plain(url.pathname));
    if (same) return cache.match(same, MATCH);
    throw error;
  }
}

async function page(event, url) {
  if (event.request.method === "POST" && leave.includes(url.pathname)) await unharmed(signOut());
  let answer;
  try {
    answer = (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    const shown = event.request.method === "GET" && (await unharmed(keptCase(url)));
    return shown || caches.match(offline[languageOf(url)] || Object.values(offline)[0], MATCH);
  }
  if (languageOf(url)) {
    await unharmed(judge(answer));
    if (event.request.method === "GET" && isCase(url)) await unharmed(mayBeKept(event.resultingClientId, url, answer));
  }
  return answer;
}

// A store that fails (a full disk, a private window) must not keep anybody from a page, least of all from signing out.
async function unharmed(work) {
  try {
    return await work;
  } catch (error) {
    console.warn(error);
  }
}

// Whoever signs out leaves nothing behind, also when there is no network to tell the city so.
async function signOut() {
  waiting.clear();
  await dropCaches((name) => name.startsWith(CASES));
  await (await self.registration.pushManager?.getSubscription())?.unsubscribe();
}

// Every answer names the session it was given to, or none. What was kept for another one goes: somebody else sits here now, or
// nobody. A redirect hides its headers, a fault says nothing about the person, and sometimes the city cannot look who it is: these
// decide nothing.
async function judge(answer) {
  const session = answer.headers.get("Gorod-Session");
  if (answer.type === "opaqueredirect" || answer.status >= 500 || session === "unknown") return;
  await dropCaches((name) => name.startsWith(CASES) && name !== CASES + session);
}

// Cases that were shown and may be kept once their page says that it is in the installed app: client → what it shows. A second
// request for them would stand in the record of who read what.
const waiting = new Map();

async function mayBeKept(client, url, answer) {
  const session = answer.headers.get("Gorod-Session");
  if (!session || session === "unknown") return;
  if (answer.status === 404) await (await caches.open(CASES + session)).delete(url.href, MATCH);
  if (!answer.ok) return;
  waiting.set(client, { url: url.href, session, copy: answer.clone() });
  if (waiting.size > MOST_WAITING) waiting.delete(waiting.keys().next().value);
}

self.addEventListener("message", (event) => {
  const shown = waiting.get(event.source.id);
  if (event.data !== "keep" || !shown) return;
  waiting.delete(event.source.id);
  event.waitUntil(keep(shown));
});

// The page said `Cache-Control: no-store`: that forbids the browser's own cache, which is shared by everybody at this browser and
// answers on its own. This store is ours: named for the session, asked only without a network, and emptied by `judge`.
async function keep({ url, session, copy }) {
  const headers = new Headers({ [KEPT_AT]: Date.now() });
  for (const name of ["Content-Type", "Content-Security-Policy"]) headers.set(name, copy.headers.get(name));
  const cache = await caches.open(CASES + session);
  await cache.delete(url, MATCH); // so that it becomes the youngest
  await cache.put(url, new Response(await copy.blob(), { headers }));
  const urls = await cache.keys();
  for (const old of urls.slice(0, -MOST_CASES)) await cache.delete(old, MATCH);
}

// A case as it stood, with the note about it that its page brings along hidden; nothing when it is older than a session may be.
async function keptCase(url) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(CASES)) continue;
    const cache = await caches.open(name);
    const found = await cache.match(url.href, MATCH);
    if (!found) continue;
    if (Date.now() - found.headers.get(KEPT_AT) > keepSeconds * 1000) {
      await cache.delete(url.href, MATCH);
      continue;
    }
    const text = (await found.text()).replace(" hidden data-as-of", " data-as-of");
    return new Response(text, { headers: found.headers });
  }
}

// A push carries the language and nothing else: what is shown stands in this release, what it is about in the inbox.
self.addEventListener("push", (event) => {
  let language = event.data?.json().language;
  if (!words[language]) language = Object.keys(words)[0];
  const { title, body } = words[language];
  const shown = { body, icon, lang: language, tag: "inbox", renotify: true, data: inbox[language] };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
