/** What lies around the map: legend, tables that sort and filter, and the ties between them and the map. */

const SHOWN_ROWS = 300;
const FEW_PLACES = 12;

const hour = (h) => (h === null ? "–" : h.toFixed(2));
const km = (length) => (length === null ? "–" : Math.round(length).toLocaleString("en"));
const count = (number) => number.toLocaleString("en");
const percent = (share) => (share === null ? "–" : `${Math.round(100 * share)} %`);

/** Columns of a table by the name of their rows. */
const TABLES = {
  Places: [
    ["Place", "name", String, "Extra hours of a place’s journeys on average, by weight"],
    ["Extra h", "extra_h", hour],
    ["Cut off", "lost", percent],
    ["People", "people", count],
    ["Journeys", "journeys", count],
  ],
  Journeys: [
    ["From and to", "name", String],
    ["Before, km", "before_km", km],
    ["After, km", "after_km", km],
    ["Extra km", "extra_km", km],
    ["Extra h", "extra_h", hour],
    ["Result", "result", String],
    ["Crossings after", "by", String],
  ],
  Crossings: [
    ["Crossing", "name", String],
    ["Countries", "countries", String],
    ["State", "state", String],
    ["Pairs before", "pairs_before", count],
    ["Pairs after", "pairs_after", count],
  ],
  Closures: [
    ["Closure", "name", String],
    ["Concerns", "target", String],
    ["Effect", "effect", String],
    ["Links", "links_closed", count],
    ["km", "km_closed", km],
    ["Remarks", "remarks", String],
  ],
};
const SORTED_BY = { Places: "extra_h", Journeys: "listed", Crossings: "pairs_after", Closures: "listed" };

function rowsOf(columns) {
  const names = Object.keys(columns);
  return columns[names[0]].map((_, row) => Object.fromEntries([["listed", -row], ...names.map((name) => [name, columns[name][row]])]));
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A name that the words around it cannot reorder. */
const apart = (name) => `\u2068${name}\u2069`;

function readLayers(layers) {
  const words = layers.about.status_words;
  const places = rowsOf(layers.places).map((row) => ({ ...row, y: mercator(row.lat), radius: 3 + Math.min(Math.sqrt(row.people) / 600, 5) }));
  const journeys = rowsOf(layers.journeys).map((row) => ({
    ...row, name: `${apart(places[row.origin].name)} – ${apart(places[row.destination].name)}`, result: words[row.status], by: row.crossings_after.join(", "),
  }));
  const crossings = rowsOf(layers.crossings).map((row) => ({ ...row, y: mercator(row.lat) }));
  const closures = rowsOf(layers.closures).map((row) => ({
    ...row, name: row.id, effect: row.in_force ? row.effect : "not in force", remarks: row.warnings.join("; "),
  }));
  return { Places: places, Journeys: journeys, Crossings: crossings, Closures: closures };
}

function isDark() {
  const jupyter = document.body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "false";
  return document.body.classList.contains("vscode-dark") || window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function render({ model, el }) {
  const layers = model.get("layers");
  const rows = readLayers(layers);
  const about = layers.about;
  let table = rows.Places.length > FEW_PLACES ? "Places" : "Journeys";
  let sorted = { key: SORTED_BY[table], down: true };
  let found = null;

  const canvas = make("canvas", { tabindex: "0", role: "application", "aria-label": "Map; arrow keys move it, plus and minus zoom, Home goes back" });
  const tip = make("div", { class: "tip", role: "status" });
  const filter = make("input", { type: "search", placeholder: "name, crossing or result", "aria-label": "Filter the table" });
  const body = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" });
  const said = make("p", { class: "hint", role: "status" });
  const tabs = make("div", { class: "tabs", role: "group", "aria-label": "Tables" });
  for (const name of Object.keys(TABLES)) {
    const tab = make("button", { type: "button", "data-table": name }, `${name} (${count(rows[name].length)})`);
    tab.addEventListener("click", () => open(name));
    tabs.append(tab);
  }
  const controls = make("div", { class: "controls" });
  for (const [sign, label, act] of [["+", "Closer", () => map.zoom(1.5)], ["−", "Further", () => map.zoom(1 / 1.5)], ["⌂", "Back to the whole", () => map.goHome()]]) {
    const button = make("button", { type: "button", title: label, "aria-label": label }, sign);
    button.addEventListener("click", act);
    controls.append(button);
  }
  const root = make("section", { class: "wayaround", "aria-label": "Before and after of the journeys" },
    make("header", {}, make("h3", {}, about.title || "What the closures cost"), make("p", {}, about.headline)),
    make("div", { class: "map" }, canvas, controls, tip, make("small", {}, about.sources)),
    legend(),
    make("div", { class: "tables" }, make("div", { class: "bar" }, tabs, filter), body, said),
    make("details", {}, make("summary", {}, "Assumptions"), make("ul", {}, ...about.assumptions.map((text) => make("li", {}, text)))),
  );
  el.append(root);

  const shown = {
    ...ground(), before: unpack(layers.before), after: unpack(layers.after),
    areas: unpack(layers.areas), areaOf: layers.area_of, stretches: unpack(layers.stretches), stretchOf: layers.stretch_of,
    closures: layers.closures, crossings: rows.Crossings, places: [...rows.Places].sort((one, other) => (one.extra_h ?? -1) - (other.extra_h ?? -1)),
    drawn: () => rows.Journeys.flatMap((journey, row) => (model.get("selected").includes(journey.pair) ? [row] : [])),
    found: () => found,
    names,
  };
  const map = makeMap(canvas, shown, {
    settled(box) { model.set("view", box); model.save_changes(); },
    clicked(hit) {
      if (hit === null) return;
      found = hit.kind === "place" ? hit.thing : null;
      filter.value = hit.thing.name;
      if (hit.kind === "crossing") open("Crossings");
      else if (table !== "Places" && table !== "Journeys") open("Places");
      else list();
      map.draw();
    },
    hovered(hit, x, y) {
      tip.hidden = hit === null;
      canvas.style.cursor = hit === null ? "grab" : "pointer";
      if (hit === null) return;
      tip.textContent = hit.kind === "place" ? describePlace(hit.thing) : describeCrossing(hit.thing);
      tip.style.left = `${Math.min(x + 14, canvas.clientWidth - 220)}px`;
      tip.style.top = `${y + 14}px`;
    },
  });
  tip.hidden = true;

  function ground() {
    const sent = model.get("ground");
    return { roads: unpack(sent.roads), borders: unpack(sent.borders), cities: sent.cities.map(([name, lon, lat]) => ({ name, lon, y: mercator(lat) })) };
  }

  /** Names in the order in which they may take room: what is asked for, ends of what is drawn, crossings used, cities. */
  function names() {
    const ends = shown.drawn().flatMap((row) => [rows.Places[rows.Journeys[row].origin], rows.Places[rows.Journeys[row].destination]]);
    const posts = shown.drawn().flatMap((row) => [...rows.Journeys[row].crossings_before, ...rows.Journeys[row].crossings_after]);
    const seen = new Set();
    return [...(found ? [found] : []), ...ends, ...rows.Crossings.filter((crossing) => posts.includes(crossing.name)), ...shown.cities]
      .filter(({ name }) => !seen.has(name) && seen.add(name));
  }

  function open(name) {
    table = name;
    sorted = { key: SORTED_BY[name], down: true };
    list();
  }

  function list() {
    for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.table === table));
    const columns = TABLES[table];
    const wanted = filter.value.trim().toLowerCase();
    const kept = rows[table].filter((row) => columns.some(([, key, write]) => write === String && String(row[key]).toLowerCase().includes(wanted)));
    kept.sort((one, other) => (sorted.down ? -1 : 1) * compare(one[sorted.key], other[sorted.key], sorted.down));
    const head = make("tr", {}, ...(table === "Journeys" ? [make("th", { scope: "col" }, "Drawn")] : []), ...columns.map(heading));
    const lines = kept.slice(0, SHOWN_ROWS).map(line);
    body.replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines)));
    said.textContent = kept.length > SHOWN_ROWS ? `the first ${SHOWN_ROWS} of ${count(kept.length)}` : `${count(kept.length)} of ${count(rows[table].length)}`;
  }

  function heading([words, key, write, hint]) {
    const button = make("button", { type: "button", ...(hint ? { title: hint } : {}) }, words);
    button.addEventListener("click", () => {
      sorted = { key, down: sorted.key === key ? !sorted.down : true };
      list();
    });
    const order = sorted.key === key ? { "aria-sort": sorted.down ? "descending" : "ascending" } : {};
    return make("th", { scope: "col", ...(write === String ? {} : { class: "figure" }), ...order }, button);
  }

  function line(row) {
    const cells = TABLES[table].map(([, key, write], column) => {
      if (column > 0) return make("td", write === String ? {} : { class: "figure" }, write(row[key]));
      const button = make("button", { type: "button", class: "find" }, row.name);
      button.addEventListener("click", () => find(row));
      return make("th", { scope: "row" }, ...(table === "Places" ? [dot(row)] : []), button);
    });
    if (table === "Journeys") {
      const box = make("input", { type: "checkbox", "data-pair": row.pair, "aria-label": `Draw ${row.name}` });
      box.checked = model.get("selected").includes(row.pair);
      box.addEventListener("change", () => {
        const others = model.get("selected").filter((pair) => pair !== row.pair);
        model.set("selected", box.checked ? [...others, row.pair] : others);
        model.save_changes();
      });
      cells.unshift(make("td", {}, box));
    }
    return make("tr", {}, ...cells);
  }

  function find(row) {
    if (table === "Places" || table === "Crossings") {
      found = table === "Places" ? row : null;
      if (found) found = shown.places.find((place) => place.listed === row.listed);
      map.centre(row.lon, row.y);
    } else if (table === "Journeys") {
      model.set("selected", [row.pair]);
      model.save_changes();
      fitLines([[shown.before, -row.listed], [shown.after, -row.listed]]);
    } else {
      const own = (of, lines) => of.flatMap((closure, at) => (closure === -row.listed ? [[lines, at]] : []));
      fitLines([...own(shown.areaOf, shown.areas), ...own(shown.stretchOf, shown.stretches)]);
    }
  }

  function fitLines(lines) {
    let box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [{ points, first }, at] of lines) {
      for (let point = first[at]; point < first[at + 1]; point++) {
        const [x, y] = [points[2 * point], points[2 * point + 1]];
        box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
      }
    }
    if (box[0] <= box[2]) map.fit([box[0], latitude(box[1]), box[2], latitude(box[3])]);
  }

  function themed() {
    root.classList.toggle("dark", isDark());
    map.repaint(isDark());
  }

  /** Ticks alone, so that the keyboard stays where it is in the table. */
  function tick() {
    for (const box of body.querySelectorAll("[data-pair]")) box.checked = model.get("selected").includes(Number(box.dataset.pair));
    map.draw();
  }

  const heard = { "change:selected": tick, "change:ground": () => { Object.assign(shown, ground()); map.regrounded(); } };
  for (const [name, act] of Object.entries(heard)) model.on(name, act);
  filter.addEventListener("input", list);
  const theme = new MutationObserver(themed);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  const [west, south, east, north] = model.get("frame");
  themed();
  open(table);
  requestAnimationFrame(() => map.open([west, south, east, north]));
  return () => {
    theme.disconnect();
    map.stop();
    for (const [name, act] of Object.entries(heard)) model.off(name, act);
  };
}

function compare(one, other, down) {
  if (one === null || other === null) return (one === other ? 0 : one === null ? -1 : 1) * (down ? 1 : -1); // no figure comes last
  return typeof one === "string" ? -one.localeCompare(other) * (down ? 1 : -1) : one - other;
}

function dot(place) {
  const element = make("span", { class: `dot ${place.inside ? "in" : (place.lost ?? 0) >= 0.5 ? "lost" : ""}`, "aria-hidden": "true" });
  if (!place.inside && place.extra_h !== null) element.style.backgroundColor = colourOf(place.extra_h) ?? LIGHT.calm;
  return element;
}

function describePlace(place) {
  if (place.inside) return `${apart(place.name)}: inside what is shut`;
  if (place.extra_h === null && place.lost === null) return place.name;
  const lost = place.lost ? `, ${percent(place.lost)} of its journeys cut off` : "";
  return `${apart(place.name)}: ${place.extra_h === null ? "no way left" : `${hour(place.extra_h)} h longer on average`}${lost}`;
}

function describeCrossing(crossing) {
  return `${crossing.name} (${crossing.countries}): ${crossing.state}; ${count(crossing.pairs_before)} pairs before, ${count(crossing.pairs_after)} after`;
}

function legend() {
  const steps = [["below 0.02", LIGHT.calm], ...RAMP.map(([from, colour]) => [`${from}`, colour])].map(([words, colour]) => {
    const element = make("span", { class: "dot", "aria-hidden": "true" });
    element.style.backgroundColor = colour;
    return make("span", {}, element, words);
  });
  return make("p", { class: "legend" },
    make("span", {}, make("i", { class: "line before" }), "before"), make("span", {}, make("i", { class: "line after" }), "after"),
    make("span", {}, "extra h from"), ...steps,
    make("span", {}, make("span", { class: "dot lost" }), "half its journeys cut off, or more"), make("span", {}, make("span", { class: "dot in" }), "inside what is shut"));
}

export default { render };
