"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { charts, themes, tables, datasets } = read("report-data");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const state = { expected: 0, drawn: 0, errors: [] };

  /* What a test, or a curious reader, finds on <body>. */
  const publish = () => {
    document.body.dataset.charts = state.expected;
    document.body.dataset.drawn = state.drawn;
    document.body.dataset.errors = state.errors.length;
    if (state.errors.length) document.body.dataset.firstError = state.errors[0];
  };
  const report = (error) => {
    state.errors.push(String((error && error.message) || error));
    publish();
  };
  addEventListener("error", (event) => report(event.error || event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));
  document.addEventListener("securitypolicyviolation", (event) =>
    report("blocked: " + event.violatedDirective));

  const narrowRoom = 420;

  /* The specification at a width; legends stack where there is little room. */
  const fitted = (view, inner, room) => {
    const copy = { ...view };
    if ("width" in copy) copy.width = inner;
    for (const parts of ["layer", "vconcat"])
      if (copy[parts]) copy[parts] = copy[parts].map((part) => fitted(part, inner, room));
    if (copy.encoding)
      copy.encoding = Object.fromEntries(
        Object.entries(copy.encoding).map(([channel, encoding]) => {
          if (encoding.axis && encoding.axis.labelLimit) {
            const labelLimit = Math.min(encoding.axis.labelLimit, Math.floor(room * 0.42));
            return [channel, { ...encoding, axis: { ...encoding.axis, labelLimit } }];
          }
          if (!encoding.legend) return [channel, encoding];
          const legend = { ...encoding.legend, labelLimit: Math.min(encoding.legend.labelLimit ?? 260, inner - 20) };
          if (room < narrowRoom && legend.title === null) legend.columns = 1;
          return [channel, { ...encoding, legend }];
        }));
    return copy;
  };

  const settings = () => {
    const theme = dark.matches ? themes.dark : themes.light;
    const layout = { bottom: { direction: "vertical", margin: 6 } };
    return {
      ast: true,
      renderer: "svg",
      config: { ...theme, background: "transparent", legend: { ...theme.legend, layout } },
      actions: { export: true, source: false, compiled: false, editor: false },
      tooltip: { theme: "custom" },
    };
  };

  const draw = async (plot) => {
    const spec = charts[plot.dataset.chart];
    const room = Math.floor(plot.clientWidth);
    if (!spec || room < 1) return;
    plot.dataset.room = room;
    if (plot.view) plot.view.finalize();
    const isSingle = !spec.vconcat;
    let inner = isSingle ? room : room - 72;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const view = fitted(spec, inner, room);
      if (datasets) view.datasets = datasets;
      if (isSingle) view.autosize = { type: "fit-x", contains: "padding" };
      plot.view = await vegaEmbed(plot, view, settings());
      const svg = plot.querySelector("svg");
      const excess = svg ? svg.getBoundingClientRect().width - room : 0;
      if (isSingle || (excess <= 0 && excess > -12)) break;
      inner = Math.max(120, Math.floor(inner - excess - 2));
      if (attempt === 0) plot.view.finalize();
    }
    if (!plot.classList.contains("drawn")) {
      plot.classList.add("drawn");
      state.drawn += 1;
    }
  };

  /* Charts in closed parts of the page are drawn when they are opened. */
  const isVisible = (plot) => !plot.closest("details:not([open])");
  const pending = [];
  let isBusy = false;
  const work = async () => {
    if (isBusy) return;
    isBusy = true;
    while (pending.length) {
      const plot = pending.shift();
      try {
        await draw(plot);
      } catch (error) {
        report(error);
        plot.textContent = "This chart could not be drawn.";
      }
      publish();
    }
    isBusy = false;
  };
  const request = (plots) => {
    for (const plot of plots) {
      if (!plot.dataset.requested) {
        plot.dataset.requested = "yes";
        state.expected += 1;
      }
      if (!pending.includes(plot)) pending.push(plot);
    }
    publish();
    work();
  };
  const all = [...document.querySelectorAll(".plot")];
  request(all.filter(isVisible));
  for (const details of document.querySelectorAll("details.subject"))
    details.addEventListener("toggle", () =>
      request([...details.querySelectorAll(".plot")].filter((plot) => isVisible(plot) && !plot.view)));

  dark.addEventListener("change", () => request(all.filter((plot) => plot.view)));
  let timer = 0;
  addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => request(all.filter((plot) => plot.view && isVisible(plot)
        && Math.abs(plot.clientWidth - plot.dataset.room) > 4)),
      200);
  });

  /* Long tables are built when they are opened, and sort by a click on a heading. */
  const text = (value, format) => {
    if (value === null || value === undefined) return "–";
    if (format === "percent") return (100 * value).toFixed(1) + " %";
    if (format === "signed") return (value < 0 ? "−" : "+") + Math.abs(100 * value).toFixed(1) + " %";
    if (format === "decimal") return value.toFixed(4);
    if (format === "count") return value.toLocaleString("en-US");
    return String(value);
  };
  const element = (name, properties = {}, children = []) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };
  const build = (details) => {
    const table = tables[details.dataset.table];
    if (!table || details.dataset.built) return;
    details.dataset.built = "yes";
    const body = element("tbody");
    const rows = table.rows.map((values) => {
      const node = element("tr", {}, values.map((value, index) => {
        const format = table.columns[index].format;
        const isText = format === "text";
        return element("td", { textContent: text(value, format), className: isText ? "name" : "number" });
      }));
      const words = values.filter((value) => typeof value === "string").join(" ").toLowerCase();
      return { values, node, words };
    });
    let sorted = { column: -1, ascending: true };
    let wanted = "";
    const show = () =>
      body.replaceChildren(...rows.filter((row) => row.words.includes(wanted)).map((row) => row.node));
    const headings = table.columns.map((column, index) => {
      const button = element("button", { type: "button", textContent: column.title });
      const heading = element("th", { scope: "col", className: column.format === "text" ? "" : "number" }, [button]);
      button.addEventListener("click", () => {
        const ascending = sorted.column === index ? !sorted.ascending : column.format === "text";
        sorted = { column: index, ascending };
        rows.sort((a, b) => {
          const [x, y] = [a.values[index], b.values[index]];
          if (x === null || y === null) return (x === null) - (y === null);
          const order = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y;
          return ascending ? order : -order;
        });
        headings.forEach((other, position) => {
          if (position === index) other.setAttribute("aria-sort", ascending ? "ascending" : "descending");
          else other.removeAttribute("aria-sort");
        });
        show();
      });
      return heading;
    });
    const input = element("input", { type: "search", placeholder: "Filter by name" });
    input.setAttribute("aria-label", "Filter by name");
    input.addEventListener("input", () => {
      wanted = input.value.toLowerCase();
      show();
    });
    const scroll = element("div", { className: "scroll tall", tabIndex: 0 }, [
      element("table", {}, [element("thead", {}, [element("tr", {}, headings)]), body]),
    ]);
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", details.querySelector("summary").textContent);
    details.append(element("p", { className: "filter" }, [input]), scroll);
    show();
  };
  for (const details of document.querySelectorAll("details[data-table]"))
    details.addEventListener("toggle", () => details.open && build(details));
})();
