// The shell's behaviour: sheet, palette, toasts, counts, shortcuts. Every page works without it.
(function () {
  "use strict";
  const body = document.body;
  const byId = (id) => document.getElementById(id);
  const sheet = byId("gk-sheet");
  const sheetBody = byId("gk-sheet-body");
  const palette = byId("gk-palette");
  const toasts = byId("gk-toasts");
  const text = body.dataset;
  let opener = null;
  let touched = false;
  let trail = []; // what the sheet showed before, when one link in it led to the next
  let returning = null;

  // --- toasts and announcements
  function toast(message, danger, undo) {
    if (!message) return;
    const box = document.createElement("div");
    box.className = "gk-toast" + (danger ? " gk-toast-danger" : "");
    box.textContent = message;
    if (undo) box.append(undoButton(box, undo));
    host().append(box);
    window.setTimeout(() => box.remove(), danger || undo ? 9000 : 5000);
  }
  function undoButton(box, undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.undo = "";
    button.textContent = undo.label;
    button.addEventListener("click", () => {
      const place = [...document.querySelectorAll("[data-inplace]")].find((one) => one.dataset.inplace === undo.url);
      box.remove();
      htmx.ajax("POST", undo.url, { target: place || "#gk-undo", swap: "innerHTML", values: undo.values });
    });
    return button;
  }
  // A modal dialog makes the rest inert: toasts move into it so that they are seen and read.
  function host() {
    const target = sheet.open ? sheet : body;
    if (toasts.parentElement !== target) target.append(toasts);
    return toasts;
  }
  function announce(message) { byId("gk-announce").textContent = message; }
  toasts.querySelectorAll(".gk-toast").forEach((box) => window.setTimeout(() => box.remove(), 6000));
  body.addEventListener("gk:toast", (event) => toast(event.detail.text, event.detail.tone === "danger", event.detail.undo));

  // --- the sheet: any link with data-sheet; the same page opens whole without script or with Ctrl
  function openSheet(url, from) {
    const inside = sheet.open && from && sheetBody.contains(from);
    if (!inside) { trail = []; opener = from || document.activeElement; }
    else if (pathOf(url) !== pathOf(sheetBody.dataset.url)) trail.push({ url: sheetBody.dataset.url, top: sheet.scrollTop, href: from.getAttribute("href") });
    return load(url);
  }
  const pathOf = (url) => new URL(url, window.location.href).pathname; // another tab of the same page is no step
  function goBack() {
    if (touched && !window.confirm(text.textLeave)) return;
    returning = trail.pop();
    load(returning.url);
  }
  function load(url) {
    return htmx.ajax("GET", url, { target: sheetBody, swap: "innerHTML", source: sheetBody });
  }
  function closeSheet(force) {
    if (!force && touched && !window.confirm(text.textLeave)) return;
    sheet.close();
  }
  function shown() {
    if (!sheet.open) sheet.showModal();
    sheet.classList.toggle("gk-sheet-narrow", !!sheetBody.querySelector("[data-narrow]"));
    touched = false;
    const back = sheetBody.querySelector("[data-sheet-back]");
    if (back) back.hidden = !trail.length;
    const left = returning && [...sheetBody.querySelectorAll("a[data-sheet]")].find((one) => one.getAttribute("href") === returning.href);
    const first = left || sheetBody.querySelector("[data-focus], [autofocus]") || sheetBody.querySelector(".gk-sheet-title");
    if (first) first.focus();
    sheet.scrollTop = returning ? returning.top : 0;
    returning = null;
  }
  sheet.addEventListener("close", () => {
    trail = [];
    sheetBody.replaceChildren();
    host();
    if (opener && opener.isConnected) opener.focus();
  });
  sheet.addEventListener("cancel", (event) => { event.preventDefault(); closeSheet(); });
  sheet.addEventListener("click", (event) => { if (event.target === sheet) closeSheet(); });
  sheet.addEventListener("input", (event) => { if (event.target.form && event.target.form.getAttribute("method") === "post" && !event.target.matches("[data-draft]")) touched = true; });
  sheetBody.addEventListener("submit", () => { touched = false; });

  // A plain form inside the sheet answers inside the sheet.
  function adopt(form) {
    if (form.matches("[hx-post],[hx-get],[data-whole],[method=dialog]")) return;
    const posts = form.getAttribute("method") === "post"; // not form.method: a field may have that name
    form.setAttribute(posts ? "hx-post" : "hx-get", form.getAttribute("action") || sheetBody.dataset.url || "");
    form.setAttribute("hx-target", "#gk-sheet-body");
    form.setAttribute("hx-swap", "innerHTML");
    form.setAttribute("hx-disabled-elt", "find button[type=submit]");
    if (form.enctype === "multipart/form-data") form.setAttribute("hx-encoding", form.enctype);
    htmx.process(form);
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close-sheet]");
    if (close && sheet.open) { event.preventDefault(); closeSheet(); return; }
    if (event.target.closest("[data-sheet-back]")) { goBack(); return; }
    const back = event.target.closest("[data-back]");
    if (back && window.history.length > 1 && !sheet.open) { event.preventDefault(); window.history.back(); return; }
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(new URL(copy.dataset.copy, window.location.href).href).then(() => toast(copy.dataset.copied));
    const link = event.target.closest("a[data-sheet]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openSheet(link.href, link);
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.gk-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (target === sheetBody && xhr.status >= 400 && xhr.status !== 401) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== sheetBody) return;
    sheetBody.dataset.url = event.detail.requestConfig.path;
    sheetBody.querySelectorAll("form").forEach(adopt);
    shown();
    const notes = sheetBody.querySelector("[data-sheet-messages]");
    if (notes) notes.querySelectorAll("p").forEach((note) => toast(note.textContent));
  });
  // --- what scrolls sideways takes the focus, so that the arrow keys reach the rest of it
  function reachable() {
    document.querySelectorAll(".gk-scroll, .gk-panel:has(> .gk-table)").forEach((box) => {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    });
  }
  reachable();
  window.addEventListener("resize", reachable);

  body.addEventListener("htmx:afterSettle", (event) => {
    reachable();
    const note = event.detail.target.querySelector && event.detail.target.querySelector("[data-announce]");
    if (note) announce(note.textContent.trim());
  });
  body.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const reason = page.querySelector("[data-error-text]");
    toast(reason ? reason.textContent.trim().replace(/\s+/g, " ") : text.textFailed, true);
  });
  body.addEventListener("htmx:sendError", () => toast(text.textOffline, true));
  body.addEventListener("htmx:timeout", () => toast(text.textOffline, true));

  // --- counts of the side bar, computed apart from the page
  const counted = document.querySelector("[data-counts]");
  if (counted) {
    fetch(counted.dataset.counts, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : {}))
      .then((counts) => Object.entries(counts).forEach(([code, count]) => {
        document.querySelectorAll(`[data-count="${CSS.escape(code)}"]`).forEach((place) => { place.textContent = count || ""; });
      }))
      .catch(() => {});
  }

  // --- keyboard: / g x n ? Esc
  const shortcuts = JSON.parse((byId("gk-shortcuts") || { textContent: "{}" }).textContent);
  let waiting = 0;
  const typing = (element) => element.closest("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable],.ts-wrapper");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.gk-menu[open]").forEach((menu) => { menu.open = false; });
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || sheet.open || palette.open) return;
    if (Date.now() < waiting && shortcuts[event.key]) { waiting = 0; event.preventDefault(); window.location.href = shortcuts[event.key]; return; }
    if (event.key === "g") { waiting = Date.now() + 1200; return; }
    if (event.key === "/") {
      event.preventDefault();
      const local = document.querySelector("[data-list-search]");
      if (local) local.focus(); else window.guikePalette();
    }
    if (event.key.toLowerCase() === "n") { const create = document.querySelector("[data-new]") || document.querySelector("[data-main]"); if (create) { event.preventDefault(); create.click(); } }
    if (event.key === "?") { event.preventDefault(); openSheet(text.ui + "keys/"); }
  });

  window.guike = { toast, announce, openSheet, closeSheet };
})();
