/* Keys on the card of a request: y agrees, b returns (the reason first), j and → go on with the next. */
(() => {
  "use strict";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "j" || event.key === "ArrowRight") {
      const next = document.querySelector("[data-next]");
      if (next) { event.preventDefault(); next.click(); }
      return;
    }
    const button = document.querySelector(`[data-decide] [data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    const words = button.form.elements.comment;
    if (button.value !== "approve" && words && !words.value.trim()) { words.focus(); return; }
    button.click();
  });
})();
