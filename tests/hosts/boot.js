// What every page of notes here begins with: the element, from where the address says (`?site=`), and a record of what it
// tells. No script stands in the pages themselves, as the strictest one forbids it.
const site = new URLSearchParams(location.search).get("site");
window.told = [];
for (const name of ["step", "violation", "done", "error"]) {
  addEventListener(name, (event) => {
    if (!(event instanceof CustomEvent)) return;
    window.told.push({ name, id: event.target.id, detail: event.detail, bubbles: event.bubbles, composed: event.composed });
  }, true);
}
window.failures = [];
addEventListener("error", (event) => {
  if (event instanceof ErrorEvent) window.failures.push(event.message);
});
addEventListener("unhandledrejection", ({ reason }) => window.failures.push(String(reason)));
window.heard = [];
addEventListener("message", ({ source, data }) => {
  const [frame] = [...document.querySelectorAll("iframe")].filter((it) => it.contentWindow === source);
  window.heard.push({ frame: frame?.id ?? "", data });
});
for (const frame of document.querySelectorAll("iframe[data-src]")) frame.src = new URL(frame.dataset.src, site);
if (document.querySelector("iframe")) document.head.append(Object.assign(document.createElement("script"), { src: new URL("resize.js", site) }));
if (site && !document.documentElement.dataset.later) import(new URL("raft-kv.js", site));
