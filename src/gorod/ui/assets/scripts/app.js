// On every page: registers the service worker, and tells it of pages to keep for when there is no network.
//
// Only the installed app keeps anything: a tab may be open on the computer of a library or an employer, an app on a home screen
// was put there by whoever owns the device.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/service-worker.js");
  if (matchMedia("(display-mode: standalone)").matches) {
    navigator.serviceWorker.ready.then((registration) => registration.active.postMessage("keep"));
  }
  // on the offline page: a link to what is kept
  const kept = document.querySelector("[data-kept]");
  if (kept) {
    caches.match(kept.querySelector("a").href, { ignoreVary: true }).then((found) => (kept.hidden = !found));
  }
}
