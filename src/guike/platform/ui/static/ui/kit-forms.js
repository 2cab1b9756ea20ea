// Forms: drafts kept on this machine, quick phrases, date presets, pickers, growing text areas. Every form works without it.
(function () {
  "use strict";
  const text = document.body.dataset;
  const DAYS_KEPT = 14;
  const draftKey = (area) => "gk-draft:" + area.dataset.draft;

  // A script that only some pages need is fetched when the first such control appears.
  const loading = {};
  function need(url) {
    loading[url] = loading[url] || new Promise((resolve) => {
      const tag = document.createElement("script");
      tag.src = url;
      tag.onload = resolve;
      document.head.append(tag);
    });
    return loading[url];
  }

  // --- drafts
  function restore(area) {
    const kept = JSON.parse(localStorage.getItem(draftKey(area)) || "null");
    if (!kept || Date.now() - kept.at > DAYS_KEPT * 864e5) { localStorage.removeItem(draftKey(area)); return; }
    if (!area.value && kept.text) { area.value = kept.text; note(area); grow(area); }
  }
  function note(area) {
    const scope = area.closest("dialog,form");
    const place = scope && scope.querySelector("[data-draft-note]");
    if (place) { place.hidden = false; place.textContent = text.textDraft; }
  }
  function forget(form) {
    form.querySelectorAll("[data-draft]").forEach((area) => localStorage.removeItem(draftKey(area)));
  }
  // A draft goes only after the server took the form: on the whole page when it is left for another, in the sheet when the answer is no form error.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.querySelector("[data-draft]") || form.hasAttribute("hx-post")) return;
    sessionStorage.setItem("gk-sent", JSON.stringify([...form.querySelectorAll("[data-draft]")].map(draftKey)));
  });
  const sent = JSON.parse(sessionStorage.getItem("gk-sent") || "[]");
  sessionStorage.removeItem("gk-sent");
  if (!document.querySelector(".gk-form-errors,.gk-field-wrong,[data-error-text]")) sent.forEach((key) => localStorage.removeItem(key));
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = event.detail;
    const wrong = xhr.status >= 400 || /gk-form-errors|gk-field-wrong/.test(xhr.responseText);
    if (elt.matches("form") && !wrong) forget(elt);
  });

  function grow(area) {
    if (!area.matches("[data-grow]")) return;
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 2, 360) + "px";
  }
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (area.matches && area.matches("[data-draft]")) {
      if (area.value) { localStorage.setItem(draftKey(area), JSON.stringify({ at: Date.now(), text: area.value })); note(area); }
      else localStorage.removeItem(draftKey(area));
    }
    if (area.matches && area.matches("textarea")) grow(area);
  });

  // --- quick phrases and presets
  document.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]");
    if (phrase) {
      const area = document.getElementById(phrase.dataset.for);
      const gap = area.value && !/[\s，。；：]$/.test(area.value) ? "，" : "";
      area.value += gap + phrase.dataset.phrase;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    }
    const preset = event.target.closest("[data-set]");
    if (preset) {
      const field = document.getElementById(preset.dataset.for);
      field.value = preset.dataset.set;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches) return;
    if (field.matches("input[type=date]")) mark(field);
    if (field.matches("[data-submit]")) field.form.requestSubmit(field.form.querySelector("[data-refresh]"));
  });
  function mark(field) {
    document.querySelectorAll(`[data-set][data-for="${CSS.escape(field.id)}"]`).forEach((preset) => {
      preset.setAttribute("aria-pressed", String(preset.dataset.set === field.value));
    });
  }

  // --- pickers: a select with data-pick becomes a search box
  function choose(select) {
    if (select.tomselect || !select.isConnected) return;
    const url = select.dataset.pick;
    const row = (item, escape) =>
      `<div class="gk-pick${item.disabled ? " gk-pick-off" : ""}">${item.seal ? `<span class="gk-seal gk-seal-grey">${escape(item.seal)}</span>` : ""}<span>${escape(item.text)}</span>${item.second ? `<small>${escape(item.second)}</small>` : ""}</div>`;
    const options = {
      valueField: "value", labelField: "text", disabledField: "disabled", maxOptions: 50, plugins: select.multiple ? ["remove_button"] : [],
      placeholder: select.dataset.placeholder || "", hidePlaceholder: false, openOnFocus: true, closeAfterSelect: true,
      render: {
        option: row,
        item: (item, escape) => `<div>${escape(item.text)}</div>`,
        no_results: () => `<div class="no-results">${select.dataset.none || ""}</div>`,
        loading: () => `<div class="no-results">…</div>`,
      },
    };
    if (url) Object.assign(options, {
      searchField: [], preload: "focus", loadThrottle: 180, shouldLoad: () => true,
      // What was offered for other words goes at once: Enter must never take a row that nobody meant.
      // Choosing empties the box, which asks once more: that answer must not open the list again over the button below.
      onItemAdd() { this.chosen = true; },
      onType(typed) { this.chosen = this.chosen && !typed; this.clearOptions((kept) => this.items.includes(String(kept.value))); this.refreshOptions(false); },
      load(query, done) {
        const glue = url.includes("?") ? "&" : "?";
        const offer = (results) => {
          if (query !== this.inputValue()) { done(); return; } // a late answer to what was typed before
          this.clearOptions((kept) => this.items.includes(String(kept.value)));
          done(results);
          if (this.chosen) this.close();
        };
        fetch(url + glue + "q=" + encodeURIComponent(query)).then((answer) => (answer.ok ? answer.json() : { results: [] })).then((found) => offer(found.results)).catch(() => done());
      },
    });
    if (select.dataset.create) Object.assign(options, {
      create(typed, done) {
        window.guikeQuick(select.dataset.create, typed, (choice) => { this.addOption(choice); this.addItem(choice.value); this.focus(); });
        done();
      },
      createFilter: (typed) => typed.trim().length > 0,
    });
    if (select.dataset.create) options.render.option_create = (data, escape) => `<div class="create">${escape(select.dataset.createWord.replace("{}", data.input))}</div>`;
    const label = select.labels && select.labels[0] ? select.labels[0].textContent.trim() : "";
    new TomSelect(select, options);
    if (label) select.setAttribute("aria-label", label); // the label now belongs to the box that is typed into
  }

  function prepare(root) {
    root.querySelectorAll("[data-draft]").forEach(restore);
    const searched = root.querySelectorAll("select[data-pick],select[data-choose]");
    if (searched.length) need(text.tomSelect).then(() => searched.forEach(choose));
    root.querySelectorAll("input[type=date]").forEach(mark);
    root.querySelectorAll("textarea[data-grow]").forEach(grow);
    const sorted = root.querySelectorAll("[data-sort-list]");
    if (sorted.length) need(text.sortable).then(() => sorted.forEach((list) => new Sortable(list, { handle: "[data-grip]", animation: 120 })));
    if (root.querySelector("[data-chart]")) need(text.echarts).then(() => need(text.kitChart)).then(() => window.guikeCharts(root));
    const wrong = root.querySelector(".gk-form-errors");
    if (wrong && !wrong.closest("[data-still]")) { const field = root.querySelector("[aria-invalid=true]"); (field || wrong).focus(); }
  }
  prepare(document);
  document.body.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.target));
})();
