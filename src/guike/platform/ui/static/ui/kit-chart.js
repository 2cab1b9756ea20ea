// Charts from the JSON they carry (an attribute: script elements are left out of what is swapped in). At most two series, label on the last point instead of a legend, table view on demand.
(function () {
  "use strict";
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });

  function lookOf() {
    return {
      accent: token("--gk-accent"), tint: token("--gk-accent-line"), ink: token("--gk-ink"), ink2: token("--gk-ink-2"),
      line: token("--gk-line"), grey: token("--gk-line-strong"), danger: token("--gk-danger"), surface: token("--gk-surface"), font: token("--gk-font"),
    };
  }
  function serie(series, index, given, look) {
    const colour = series.muted ? look.grey : index === 0 ? look.accent : look.tint;
    const many = given.series.length > 1;
    const shape = {
      name: series.name, type: series.kind === "bar" ? "bar" : "line", step: series.kind === "step" ? "end" : false, data: series.values,
      stack: given.stacked ? "all" : undefined, itemStyle: { color: colour, borderRadius: series.kind === "bar" ? 2 : 0 }, lineStyle: { color: colour, width: 2 },
      showSymbol: false, barMaxWidth: 26, barMinWidth: 3,
      endLabel: series.kind === "bar" ? undefined : { show: true, color: look.ink, fontWeight: 600, fontSize: 12, formatter: (point) => (many ? series.name + " " : "") + number.format(point.value) },
    };
    if (series.kind === "bar" && !many && series.values.length <= 14) shape.label = { show: true, position: given.horizontal ? "right" : "top", color: look.ink2, fontSize: 12, formatter: (point) => number.format(point.value) };
    if (index === 0 && given.limit !== null) shape.markLine = { silent: true, symbol: "none", lineStyle: { color: look.ink2, type: "dashed" }, label: { formatter: given.limitLabel || number.format(given.limit), color: look.ink2 }, data: [given.horizontal ? { xAxis: given.limit } : { yAxis: given.limit }] };
    return shape;
  }
  function option(given, look) {
    const labels = { type: "category", data: given.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: look.grey } }, axisLabel: { color: look.ink2, fontSize: 12 }, inverse: given.horizontal };
    const values = { type: "value", splitNumber: 3, splitLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.ink2, fontSize: 12, formatter: (value) => number.format(value) } };
    const line = given.series.some((series) => series.kind !== "bar");
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 250,
      textStyle: { fontFamily: look.font }, aria: { enabled: true, label: { description: given.title } },
      grid: { left: 4, right: line ? 84 : 24, top: 22, bottom: 2, containLabel: true },
      legend: given.series.length > 1 && !line ? { top: -4, right: 0, itemWidth: 12, itemHeight: 6, textStyle: { color: look.ink2, fontSize: 12 } } : { show: false },
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: look.surface, borderColor: look.grey, textStyle: { color: look.ink, fontSize: 13 }, valueFormatter: (value) => (value === null || value === undefined ? "—" : number.format(value)) + (given.unit ? " " + given.unit : "") },
      xAxis: given.horizontal ? values : labels, yAxis: given.horizontal ? labels : values,
      series: given.series.map((series, index) => serie(series, index, given, look)),
    };
  }
  function draw(figure) {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "1";
    const given = JSON.parse(figure.dataset.given);
    const canvas = figure.querySelector(".gk-chart-canvas");
    const rows = figure.querySelector(".gk-chart-rows");
    const swap = figure.querySelector("[data-chart-table]");
    const png = figure.querySelector("[data-chart-png]");
    canvas.hidden = false;
    rows.hidden = true;
    swap.hidden = png.hidden = false;
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    const paint = () => chart.setOption(option(given, lookOf()), true);
    paint();
    new ResizeObserver(() => chart.resize()).observe(canvas);
    new MutationObserver(paint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    chart.on("click", (point) => { const link = given.links[point.dataIndex]; if (link) window.location.href = link; });
    swap.addEventListener("click", () => {
      rows.hidden = !rows.hidden;
      canvas.hidden = !rows.hidden;
      swap.setAttribute("aria-pressed", String(!rows.hidden));
      if (!canvas.hidden) chart.resize();
    });
    png.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: token("--gk-surface") });
      link.download = given.title + ".png";
      link.click();
    });
  }
  window.guikeCharts = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
})();
