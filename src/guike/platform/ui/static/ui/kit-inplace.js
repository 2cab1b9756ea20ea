// One field edited where it stands, in a line of a record or a cell of a list; records walked through by keys.
(function () {
  "use strict";
  const typing = (element) => element.closest("input,textarea,select,[contenteditable],dialog[open]");
  let left = null;

  // --- a value becomes a form and again a value
  function open(place) {
    if (!place || place.querySelector("form")) return;
    left = place;
    htmx.ajax("GET", place.dataset.inplace, { target: place, swap: "innerHTML" });
  }
  function close(place) {
    htmx.ajax("GET", place.dataset.inplace + "?show=1", { target: place, swap: "innerHTML" }).then(() => back(place));
  }
  function back(place) {
    const link = place.matches("td") && place.closest("tr").querySelector(".gk-list-name a");
    (link || place).focus();
  }
  // A cell of a list learns its address from its column's head.
  function cellPlace(cell) {
    const table = cell.closest("table[data-cell-url]");
    const head = table && table.tHead.rows[0].cells[cell.cellIndex];
    if (!head || !head.dataset.edit) return null;
    cell.dataset.inplace = table.dataset.cellUrl.replace("{pk}", cell.closest("tr").dataset.row).replace("{name}", head.dataset.edit);
    return cell;
  }
  function editable(row) { return [...row.cells].filter(cellPlace); }

  document.addEventListener("click", (event) => {
    const place = event.target.closest("span[data-inplace]");
    if (place && !event.target.closest("form")) open(place);
  });
  document.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("#gk-list tr[data-row] > td");
    if (cell && cellPlace(cell)) open(cell);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const place = event.detail.target;
    if (!place.matches || !place.matches("[data-inplace]")) return;
    htmx.process(place); // now, not when it has settled: who types ahead sends the form as a page otherwise
    const field = place.querySelector("form input:not([type=hidden]), form select, form textarea");
    if (field) field.focus(); else if (left === place) { left = null; back(place); }
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.matches && event.detail.target.matches("[data-inplace]") && event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-inplace-form]");
    if (form) {
      const place = form.closest("[data-inplace]");
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(place); }
      if (event.key === "Enter" && (!event.target.matches("textarea") || event.ctrlKey)) { event.preventDefault(); form.requestSubmit(); }
      if (event.key === "Tab" && place.matches("td")) {
        const cells = editable(place.closest("tr"));
        const next = cells[cells.indexOf(place) + (event.shiftKey ? -1 : 1)];
        if (next) { event.preventDefault(); form.addEventListener("htmx:afterRequest", () => open(next), { once: true }); form.requestSubmit(); }
      }
      return;
    }
    if (event.target.matches("span[data-inplace]") && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); open(event.target); return; }
    if (event.isComposing || typing(event.target)) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") { const undo = [...document.querySelectorAll("[data-undo]")].pop(); if (undo) { event.preventDefault(); undo.click(); } return; }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "e") edit(event);
    walk(event);
  }, true);

  function edit(event) {
    const row = document.querySelector("#gk-list tr.gk-at");
    const place = row ? editable(row)[0] : document.querySelector("main span[data-inplace]");
    if (place) { event.preventDefault(); if (row) open(place); else place.focus(); return; }
    const link = document.querySelector("[data-edit][href]");
    if (link) { event.preventDefault(); link.click(); }
  }

  // --- a record: j k or the arrows to the neighbours, Esc back to the list
  function walk(event) {
    const home = document.querySelector("[data-list-back]");
    if (!home) return;
    const go = { j: "[data-next]", ArrowRight: "[data-next]", k: "[data-previous]", ArrowLeft: "[data-previous]" }[event.key];
    const link = go ? document.querySelector(go) : event.key === "Escape" ? home : null;
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    sessionStorage.setItem("gk-at", home.dataset.listBack);
    window.location.href = link.href;
  }
  document.addEventListener("click", (event) => {
    const home = event.target.closest("[data-list-back]");
    if (home) sessionStorage.setItem("gk-at", home.dataset.listBack);
  });
})();
