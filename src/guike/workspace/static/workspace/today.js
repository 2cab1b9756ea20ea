// Today: after a follow-up or a change the sheet closes and the list shows itself anew (htmx does the rest).
(function () {
  "use strict";
  const close = () => window.guike.closeSheet(true);
  document.body.addEventListener("contact:logged", close);
  document.body.addEventListener("obligation:changed", close);
})();
