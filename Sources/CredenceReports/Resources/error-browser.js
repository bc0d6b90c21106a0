"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const find = (id) => document.getElementById(id);
  const form = find("search");
  const pageSize = 60;
  const correct = 0;
  const problematic = new Set(data.problematic);
  const element = (name, properties = {}, children = []) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };
  const number = (value) => value.toLocaleString("en-US");
  const name = (index) => (data.classes[index] ? data.classes[index][1].split(",")[0] : "class " + index);
  const type = (code) => code & 15;

  /* The place of a model's answer in its image's list; bytes are unpacked when first asked for. */
  const unpacked = new Map();
  const place = (model, row) => {
    if (!unpacked.has(model))
      unpacked.set(model, Uint8Array.from(atob(data.places[model]), (letter) => letter.charCodeAt(0)));
    const byte = unpacked.get(model)[row >> 1];
    return row & 1 ? byte >> 4 : byte & 15;
  };

  /* The answers of an image that count: of all models, or of one. */
  const answers = (row, model) => {
    const list = data.answers[row];
    const all = [];
    for (let index = 0; index < list.length; index += 3)
      all.push({ prediction: list[index], code: list[index + 1], count: list[index + 2] });
    if (model === "") return all;
    const at = place(Number(model), row);
    if (at === 0) return [];
    return at - 1 < all.length ? [{ ...all[at - 1], count: 1 }] : [{ prediction: -1, code: -1, count: 1 }];
  };

  /* Classes whose names contain every word, or whose number or identifier is the text. */
  const classes = (text) => {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return null;
    const words = wanted.split(/\s+/);
    const found = new Set();
    data.classes.forEach(([id, description], index) => {
      const names = description.toLowerCase();
      if (String(index) === wanted || id.toLowerCase() === wanted || words.every((word) => names.includes(word)))
        found.add(index);
    });
    return found;
  };

  const matching = (wish) => {
    const wanted = classes(wish.class);
    const file = wish.file.trim().toLowerCase();
    const kind = wish.type === "" ? null : Number(wish.type);
    const models = wish.model === "" ? data.models.length : 1;
    const rows = [];
    for (let row = 0; row < data.files.length; row += 1) {
      if (problematic.has(row) && !wish.problematic) continue;
      if (data.wrong[row] < wish.least || data.wrong[row] > wish.most) continue;
      if (file !== "" && !data.files[row].toLowerCase().includes(file)) continue;
      const said = answers(row, wish.model);
      if (wish.model !== "" && said.length === 0) continue;
      if (kind !== null) {
        const count = said.reduce((sum, answer) => sum + (type(answer.code) === kind && answer.code >= 0 ? answer.count : 0), 0);
        if (count === 0 || count < wish.share * models) continue;
      }
      if (wanted !== null) {
        const isLabel = wanted.has(data.targets[row]) || data.labels[row].some((label) => wanted.has(label));
        const isAnswer = said.some((answer) => wanted.has(answer.prediction) && (kind === null || type(answer.code) === kind));
        if (!(wish.role !== "answer" && isLabel) && !(wish.role !== "label" && isAnswer)) continue;
      }
      rows.push(row);
    }
    if (wish.order !== "file")
      rows.sort((a, b) => (wish.order === "most" ? data.wrong[b] - data.wrong[a] : data.wrong[a] - data.wrong[b]) || a - b);
    return rows;
  };

  const address = (file) => data.address + "/" + file.split("/").map(encodeURIComponent).join("/");
  const picture = (row) => {
    const file = data.files[row];
    const source = Object.hasOwn(data.embedded, file) ? data.embedded[file] : data.address ? address(file) : "";
    if (source === "") return [];
    const image = element("img", { src: source, alt: "Image " + file, loading: "lazy" });
    image.addEventListener("error", () => image.replaceWith(element("span", { className: "absent", textContent: "image not found" })));
    return [image];
  };
  const card = (row, model) => {
    const said = answers(row, model);
    const labels = data.labels[row].map((label) => name(label)).join(", ");
    const shown = said.slice(0, 4).map((answer) => {
      if (answer.code < 0) return element("li", { textContent: "a rare answer" });
      const remark = data.remarks[(answer.code >> 4) & 7];
      return element("li", {}, [
        element("span", { className: "chip t" + type(answer.code), textContent: data.types[type(answer.code)] }),
        " " + (answer.prediction < 0 ? "" : name(answer.prediction)) + (model === "" ? " × " + number(answer.count) : "")
          + (remark ? " (" + remark + ")" : "") + (answer.code & 128 ? " (undecided)" : ""),
      ]);
    });
    const rest = said.length - shown.length;
    if (rest > 0) shown.push(element("li", { className: "note", textContent: number(rest) + " more" }));
    return element("li", {}, [
      ...picture(row),
      element("p", { className: "file", textContent: data.files[row] }),
      element("p", {}, [element("b", { textContent: name(data.targets[row]) }),
        labels && labels !== name(data.targets[row]) ? " · correct: " + labels : "",
        problematic.has(row) ? " · in dispute" : ""]),
      element("p", { className: "note", textContent: number(data.wrong[row]) + " of " + number(data.models.length) + " models wrong" }),
      element("ul", {}, shown),
    ]);
  };

  let rows = [];
  let shown = 0;
  const wishes = () => {
    const fields = form.elements;
    const value = (key) => (fields[key] ? fields[key].value : "");
    const bound = (key, other) => (value(key) === "" || Number.isNaN(Number(value(key))) ? other : Number(value(key)));
    return {
      type: value("type"), share: Number(value("share")), class: value("class"), role: value("role"),
      model: value("model"), least: bound("least", 0), most: bound("most", Infinity), file: value("file"),
      order: value("order"), problematic: fields.problematic.checked,
    };
  };
  const more = () => {
    const wish = wishes();
    find("images").append(...rows.slice(shown, shown + pageSize).map((row) => card(row, wish.model)));
    shown = Math.min(rows.length, shown + pageSize);
    find("more").hidden = shown >= rows.length;
  };
  const update = () => {
    const wish = wishes();
    rows = matching(wish);
    shown = 0;
    find("images").replaceChildren();
    const counts = new Map();
    for (const row of rows)
      for (const answer of answers(row, wish.model))
        if (answer.code >= 0 && type(answer.code) !== correct)
          counts.set(type(answer.code), (counts.get(type(answer.code)) || 0) + answer.count);
    find("found").textContent = number(rows.length) + (rows.length === 1 ? " image" : " images");
    find("summary").replaceChildren(...[...counts].sort((a, b) => b[1] - a[1]).map(([kind, count]) =>
      element("li", { className: "chip t" + kind, textContent: data.types[kind] + ": " + number(count) })));
    more();
    document.body.dataset.found = rows.length;
  };

  addEventListener("error", (event) => { document.body.dataset.firstError = String(event.message); });
  document.addEventListener("securitypolicyviolation", (event) => {
    document.body.dataset.firstError = "blocked: " + event.violatedDirective;
  });
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, 150);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  find("more").addEventListener("click", more);
  update();
})();
