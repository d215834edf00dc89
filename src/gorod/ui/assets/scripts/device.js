// The page "Messages on this device": asks the browser for a subscription and tells the city. Without push it stays as it is
// and says so.
const form = document.querySelector("[data-device]");
const known = JSON.parse(document.getElementById("devices").textContent);

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

async function tell(words) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify(words) });
  if (!answer.ok) throw new Error(`the city answered ${answer.status}`);
}

async function begin() {
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.getSubscription();
  const on = Boolean(subscription && known.includes(subscription.endpoint));
  document.querySelector("[data-no-push]").hidden = true;
  form.hidden = false;
  form.querySelector(on ? "[data-off]" : "[data-on]").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const done = on ? switchOff(subscription) : switchOn(registration);
    done.then(() => location.reload(), () => (form.querySelector("[data-refused]").hidden = false));
  });
}

async function switchOn(registration) {
  // asked first: afterwards some browsers no longer count it as wanted by the person
  if ((await Notification.requestPermission()) !== "granted") throw new Error("the person or the browser said no");
  // what is there already is somebody else's, or was made for another key
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const applicationServerKey = bytes(form.dataset.key);
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  await tell({ subscribe: subscription.toJSON() });
}

async function switchOff(subscription) {
  await tell({ unsubscribe: subscription.endpoint });
  await subscription.unsubscribe();
}

if ("serviceWorker" in navigator && "PushManager" in window) begin();
