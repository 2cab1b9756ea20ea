// The search box over every page: found rows, pages, what can be done on this page, what was opened lately.
(function () {
  "use strict";
  const palette = document.getElementById("gk-palette");
  const inside = document.getElementById("gk-palette-body");
  const search = document.querySelector("form[data-palette]");
  const RECENT = 8;
  let opener = null;
  let here = [];

  // --- lately opened records, kept in this browser for this account and dropped at log-in
  const account = document.body.dataset.account || "";
  const kept = () => JSON.parse(localStorage.getItem("gk-recent:" + account) || "[]");
  if (!search) Object.keys(localStorage).filter((key) => key.startsWith("gk-recent:")).forEach((key) => localStorage.removeItem(key));
  const record = document.querySelector("[data-list-back]");
  if (record && account) {
    const title = document.querySelector(".gk-title-text").textContent.trim();
    const rest = kept().filter((one) => one.href !== window.location.pathname);
    localStorage.setItem("gk-recent:" + account, JSON.stringify([{ href: window.location.pathname, label: title }, ...rest].slice(0, RECENT)));
  }
  function recent() {
    const box = palette.querySelector("[data-recent]");
    const found = kept().filter((one) => one.href !== window.location.pathname);
    if (!box || !found.length) return;
    const head = document.createElement("h2");
    head.textContent = box.dataset.recent;
    box.append(head, ...found.map((one) => {
      const link = document.createElement("a");
      link.className = "gk-found";
      link.href = one.href;
      const name = document.createElement("span");
      name.textContent = one.label;
      link.append(name);
      return link;
    }));
  }

  // --- what this page offers: its buttons and menus by name
  function offers() {
    const places = ".gk-actions a[href], .gk-actions button, .ws-composer-main, .gk-need a.btn, .gk-bulk-on button[name=do]";
    return [...document.querySelectorAll(places)].filter((one) => one.textContent.trim());
  }

  function open() {
    if (!search || palette.open) return;
    opener = document.activeElement;
    here = offers();
    const values = new URLSearchParams(here.map((one) => ["here", one.textContent.trim()]));
    htmx.ajax("GET", search.action + (here.length ? "?" + values : ""), { target: inside, swap: "innerHTML" }).then(() => {
      if (!palette.open) palette.showModal();
      palette.querySelector("input[type=search]").focus();
      recent();
    });
  }
  window.guikePalette = open;

  const input = () => palette.querySelector("input[type=search]");
  const shown = () => palette.querySelector("[data-found-for]");
  function go(found) {
    if (found.dataset.here === undefined) { window.location.href = found.href; return; }
    const target = here[Number(found.dataset.here)];
    palette.close();
    target.click();
  }
  palette.addEventListener("close", () => { if (opener && opener.isConnected) opener.focus(); });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
    const found = event.target.closest("[data-here]");
    if (found) { event.preventDefault(); go(found); }
  });
  palette.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); palette.close(); return; } // a search field would only be emptied by the first one
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input(), ...palette.querySelectorAll(".gk-found")];
    const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    stops[(at + stops.length) % stops.length].focus();
  });
  // Enter opens the first hit of what is typed, not of what was typed before.
  let waiting = false;
  function first() {
    const found = palette.querySelector(".gk-found");
    if (found) go(found);
  }
  palette.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (shown() && shown().dataset.foundFor === input().value.trim()) first(); else waiting = true;
  }, true);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (!waiting || event.detail.target.id !== "gk-palette-results" || shown().dataset.foundFor !== input().value.trim()) return;
    waiting = false;
    first();
  });
  if (search) search.querySelector("input").addEventListener("focus", (event) => { event.target.blur(); open(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
})();
