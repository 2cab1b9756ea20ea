// Lists: keys j k x Enter, selection with sums, counts of the views. A list works without it.
(function () {
  "use strict";
  const number = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const rows = () => [...document.querySelectorAll("#gk-list tr[data-row]")];
  const boxes = () => [...document.querySelectorAll("#gk-list input[name=pk]")];
  let last = null;

  function count() {
    const bar = document.querySelector(".gk-bulk");
    if (!bar) return;
    const ticked = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("tr").classList.toggle("gk-picked", box.checked));
    bar.classList.toggle("gk-bulk-on", ticked.length > 0);
    const all = document.querySelector("[data-tick-all]");
    all.checked = ticked.length > 0 && ticked.length === boxes().length;
    all.indeterminate = ticked.length > 0 && !all.checked;
    const label = bar.querySelector(".gk-bulk-count");
    const sums = JSON.parse(label.dataset.sums); // an attribute: script elements are left out of what is swapped in
    const columns = [...document.querySelectorAll("#gk-list td[data-v]")].length ? sums : [];
    const parts = columns.slice(0, 2).map((sum, index) => {
      const total = ticked.reduce((whole, box) => whole + Number(box.closest("tr").querySelectorAll("td[data-v]")[index].dataset.v), 0);
      return sum.kind === "wan" ? `${sum.label} ${number.format(total / 10000)} 万元` : `${sum.label} ${number.format(total)}`;
    });
    const strong = document.createElement("b");
    const whole = bar.querySelector("input[name=all]");
    if (!ticked.length) whole.checked = false;
    strong.textContent = whole.checked ? `${label.dataset.word}${whole.parentElement.textContent.trim()}` : `${label.dataset.word} ${ticked.length} ${label.dataset.unit}`;
    if (whole.checked) parts.length = 0;
    label.replaceChildren(strong, parts.length ? "，" + parts.join("，") : "");
  }
  function clear() {
    boxes().forEach((box) => { box.checked = false; });
    const all = document.querySelector(".gk-bulk input[name=all]");
    if (all) all.checked = false;
    count();
  }
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-tick-all]")) { boxes().forEach((other) => { other.checked = box.checked; }); count(); }
    if (box.matches("#gk-list input[name=pk], .gk-bulk input[name=all]")) count();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-untick]")) clear();
    const box = event.target.closest("#gk-list input[name=pk]");
    if (!box) return;
    if (event.shiftKey && last && last.isConnected) {
      const all = boxes();
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
      count();
    }
    last = box;
  });

  // Bulk buttons ask in the sheet.
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "gk-bulk-form" || !event.submitter || event.submitter.matches("[data-plain]") || typeof htmx === "undefined") return;
    event.preventDefault();
    const values = { do: event.submitter.value, pk: boxes().filter((box) => box.checked).map((box) => box.value) };
    if (event.target.querySelector("input[name=all]:checked")) values.all = "1";
    htmx.ajax("POST", window.location.href, { target: "#gk-sheet-body", swap: "innerHTML", values });
  });

  // --- keyboard
  const typing = (element) => element.closest("input:not([type=checkbox]),textarea,select,[contenteditable],dialog[open]");
  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("gk-at"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    all.forEach((row) => row.classList.toggle("gk-at", row === next));
    next.scrollIntoView({ block: "nearest" });
    const link = next.querySelector(".gk-list-name a");
    if (link) link.focus({ preventScroll: true });
  }
  function tick(box) {
    if (!box) return;
    box.checked = !box.checked;
    last = box;
    count();
  }
  function tickUpTo(box) {
    const all = boxes();
    if (!box || !last || !last.isConnected) { tick(box); return; }
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((other) => { other.checked = true; });
    last = box;
    count();
  }
  // Once: the page; twice: everything the conditions find.
  function tickAll() {
    const all = boxes();
    const whole = document.querySelector(".gk-bulk input[name=all]");
    if (whole && all.every((box) => box.checked)) whole.checked = true;
    all.forEach((box) => { box.checked = true; });
    count();
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "a" && boxes().length && !typing(event.target)) { event.preventDefault(); tickAll(); return; }
    if (!document.getElementById("gk-list") || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = document.querySelector("#gk-list tr.gk-at");
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
    if (event.key === "x" && here) tick(here.querySelector("input[name=pk]"));
    if (event.key === "X" && here) tickUpTo(here.querySelector("input[name=pk]"));
    if (event.key === "Enter" && here && event.target === document.body) { const link = here.querySelector(".gk-list-name a"); if (link) link.click(); }
    if (event.key === "Escape") clear();
  });

  // --- how many rows each view has
  function viewCounts() {
    const list = document.querySelector("#gk-list[data-counts-url]");
    if (!list || !list.querySelector("[data-view-count]")) return;
    fetch(list.dataset.countsUrl, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : {}))
      .then((counts) => list.querySelectorAll("[data-view-count]").forEach((place) => { place.textContent = counts[place.dataset.viewCount] || ""; }))
      .catch(() => {});
  }
  viewCounts();
  // Back from a record: the row it was opened from is the present one.
  const came = sessionStorage.getItem("gk-at");
  if (came && document.getElementById("gk-list")) {
    sessionStorage.removeItem("gk-at");
    const row = document.querySelector(`#gk-list tr[data-row="${CSS.escape(came)}"]`);
    if (row) { row.classList.add("gk-at"); move(0); }
  }
  document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt.id === "gk-list") { viewCounts(); count(); } });
})();
