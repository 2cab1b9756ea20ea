// A new row made from inside a picker: the form opens over the one being filled, and what it makes is chosen there.
(function () {
  "use strict";
  const quick = document.getElementById("gk-quick");
  const body = document.getElementById("gk-quick-body");
  let asking = null;

  window.guikeQuick = (url, name, chosen) => {
    asking = chosen;
    htmx.ajax("GET", url + (url.includes("?") ? "&" : "?") + "name=" + encodeURIComponent(name), { target: body, swap: "innerHTML" });
  };
  function adopt(form) {
    const posts = form.getAttribute("method") === "post";
    form.setAttribute(posts ? "hx-post" : "hx-get", form.getAttribute("action") || body.dataset.url || "");
    form.setAttribute("hx-target", "#gk-quick-body");
    form.setAttribute("hx-swap", "innerHTML");
    form.setAttribute("hx-disabled-elt", "find button[type=submit]");
    htmx.process(form);
  }
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === body && event.detail.xhr.status >= 400 && event.detail.xhr.status !== 401) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body) return;
    body.dataset.url = event.detail.requestConfig.path;
    body.querySelectorAll("form").forEach(adopt);
    if (!quick.open) quick.showModal();
    const first = body.querySelector("[autofocus], input:not([type=hidden]):not([value]), .gk-sheet-title");
    if (first) first.focus();
  });
  document.body.addEventListener("gk:made", (event) => {
    if (!quick.open) return;
    quick.close();
    if (asking && event.detail.choice) asking(event.detail.choice);
    asking = null;
  });
  quick.addEventListener("close", () => body.replaceChildren());
  quick.addEventListener("click", (event) => {
    if (event.target === quick || event.target.closest("[data-close-sheet]")) { event.preventDefault(); event.stopPropagation(); quick.close(); }
  });
})();
