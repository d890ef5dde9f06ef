// Web Push on this browser: asks for leave, subscribes at the browser's push service and tells the desk.
// Each function resolves to what the browser is now: "on", "off", "denied" or "unsupported"; it rejects with a sentence.

const PATH = "/api/v1/push-subscriptions";

export async function state() {
  if (!("serviceWorker" in navigator) || !("PushManager" in self) || !("Notification" in self)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const own = await current();
  if (!own) return "off";
  const { items } = await desk("GET", PATH);
  return items.some((item) => item.endpoint === own.endpoint) ? "on" : "off";
}

export async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return Notification.permission === "denied" ? "denied" : "off";
  const { public_key: key } = await desk("GET", PATH);
  const worker = await navigator.serviceWorker.ready;
  const own = await worker.pushManager.getSubscription();
  // Of another key: the desk it was for is gone.
  if (own && !isOf(own, key)) await own.unsubscribe();
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await desk("POST", PATH, subscription);
  return "on";
}

export async function turnOff() {
  const own = await current();
  if (!own) return "off";
  const { items } = await desk("GET", PATH);
  const item = items.find((item) => item.endpoint === own.endpoint);
  if (item) await desk("DELETE", `${PATH}/${item.id}`);
  await own.unsubscribe();
  return "off";
}

async function current() {
  const worker = await navigator.serviceWorker.getRegistration();
  return worker && worker.pushManager.getSubscription();
}

function isOf(subscription, key) {
  const bytes = new Uint8Array(subscription.options.applicationServerKey || []);
  const text = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return text === key;
}

async function desk(method, path, body) {
  const headers = body ? { "content-type": "application/json" } : {};
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const told = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw told.detail || "The desk does not answer. Try again.";
  return told;
}
