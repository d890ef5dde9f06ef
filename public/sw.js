// Makes the desk installable and honest without a network. It keeps built files, whose names carry their content,
// and the offline page. It must never keep a page of an account, an answer of /api or /fn, or anything but a GET.

const FILES = "speedtrade-files-v1";
const OFFLINE = "speedtrade-offline-v1";
const KEPT = [FILES, OFFLINE];
const SHELL = ["/favicon.svg", "/icons/icon-192.png", "/manifest.webmanifest"];
const OFFLINE_PAGE = "/offline";
// A new build has new names: old files leave when there are more than this many.
const FILES_MAX = 40;

self.addEventListener("install", (event) => {
  event.waitUntil(precache().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldCaches().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/pkg/") || url.pathname.startsWith("/vendor/")) {
    event.respondWith(cacheFirst(request));
  } else if (SHELL.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => offlinePage(url)));
  }
});

// A firing that the desk pushed. Each one must be shown: browsers take the leave back otherwise.
self.addEventListener("push", (event) => {
  event.waitUntil(show(event.data));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

async function show(data) {
  let told = {};
  try {
    told = data.json();
  } catch {
    // Said without its words rather than not at all.
  }
  const { title = "An alert fired", body = "", url = "/alerts", tag } = told;
  await self.registration.showNotification(title, { body, tag, icon: "/icons/icon-192.png", data: { url } });
}

// In a window of the desk that is open, or in a new one. Only addresses of the desk are opened.
async function open(path) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find((client) => client.url === url.href) || windows[0];
  if (!window) return void (await self.clients.openWindow(url.href));
  await window.focus();
  if (window.url !== url.href) await window.navigate(url.href).catch(() => self.clients.openWindow(url.href));
}

// The offline page is fetched without cookies, so it is the visitor's: nobody's name is kept in it.
async function precache() {
  const cache = await caches.open(OFFLINE);
  await cache.addAll(SHELL);
  const page = await fetch(OFFLINE_PAGE, { credentials: "omit", cache: "no-store" });
  if (!page.ok) throw new Error(`${OFFLINE_PAGE} answered ${page.status}`);
  await cache.put(OFFLINE_PAGE, page.clone());
  const html = await page.text();
  const files = [...html.matchAll(/"(\/pkg\/[^"]+)"/g)].map((match) => match[1]);
  const kept = await caches.open(FILES);
  await Promise.all([...new Set(files)].map((file) => kept.add(file).catch(() => {})));
}

async function dropOldCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("speedtrade-") && !KEPT.includes(name)).map((name) => caches.delete(name)));
}

async function cacheFirst(request) {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === "basic") {
    await cache.put(request, response.clone());
    await trim(cache);
  }
  return response;
}

async function trim(cache) {
  const requests = await cache.keys();
  await Promise.all(requests.slice(0, Math.max(0, requests.length - FILES_MAX)).map((request) => cache.delete(request)));
}

// The address changes with the page: the program in it reads where it is.
async function offlinePage(url) {
  if (url.pathname !== OFFLINE_PAGE) return Response.redirect(OFFLINE_PAGE);
  return (await caches.match(OFFLINE_PAGE)) || new Response("You are offline.", { status: 503, headers: { "content-type": "text/plain; charset=utf-8" } });
}
