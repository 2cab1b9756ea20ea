// Relations: after a change the sheet closes and the tab shows itself anew (htmx does the rest).
(function () {
  "use strict";
  if (window.guikeRelations) return;
  window.guikeRelations = true;
  document.body.addEventListener("relation:changed", () => window.guike.closeSheet(true));
})();
