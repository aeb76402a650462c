/** The page: what is set on one side, what it costs on the other, both at once. */

import "maplibre-gl/dist/maplibre-gl.css";
import "./style.css";
import { fetchCities, fetchCrossings, fetchLive, fetchServed } from "./api";
import type { Cities, LiveAnswer, Way } from "./api";
import { makeClaims } from "./claims";
import { saveCsv, saveGeoJson, savePicture } from "./export";
import { makeFollower } from "./follower";
import { makeLogin } from "./login";
import { drawMap } from "./map";
import { makeRanking } from "./rank";
import { makeSaved, openAddress } from "./saved";
import { closuresOf, countriesOf, placeAsked, placeCalled } from "./state";
import type { Shut, State } from "./state";
import { listShut } from "./shut_list";
import { makeTable } from "./table";

function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

/** Text that stands there already is let stand: set again, it would be laid out and painted again. */
function say(id: string, text: string): void {
  const element = find(id);
  if (element.textContent !== text) element.textContent = text;
}

const number = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 0 });

async function start(): Promise<void> {
  makeLogin();
  const [served, crossings, { state, stored, problem }] = await Promise.all([fetchServed(), fetchCrossings(), openAddress(location.hash)]);
  say("served", `${served.name}, ${number(served.links)} roads, ${served.profile}`);
  let cities: Cities | null = null;
  let latest: LiveAnswer | null = null;

  const map = await drawMap(find("map"), served, crossings, state, {
    zoneMoved(lat, lon): void {
      state.zone.lat = lat;
      state.zone.lon = lon;
      changed();
    },
    crossingClicked: (id) => toggle("crossing", id),
    linkClicked: (link) => toggle("link", String(link)),
    areasChanged(areas): void {
      const same = state.areas.length === areas.length;
      state.areas = areas;
      if (!(same && find("shut").contains(document.activeElement))) showList(); // a date that is being typed stays
      changed();
    },
    areaDrawn: () => drawing(false),
    viewMoved(lat, lon, zoom): void {
      state.view = { lat, lon, zoom };
      keepAddress();
    },
  });
  const table = makeTable((row, text) => {
    if (cities !== null) map.flyToCity(cities.lat[row] ?? 0, cities.lon[row] ?? 0, text);
  });
  makeClaims(state, (ways) => map.showWays(ways));
  makeRanking(state, () => cities, map);
  const speed = measureSpeed();

  const follower = makeFollower<LiveAnswer>(
    () =>
      fetchLive({
        closures: closuresOf(state),
        ...(state.day === "" ? {} : { day: state.day }),
        countries: countriesOf(state),
        most: state.most,
        pair: state.pair.map(placeAsked),
      }),
    (answer) => {
      latest = answer;
      say("problem", answer.pair?.problem ?? "");
      if (cities !== null && cities.name.length === answer.extra_s.length) {
        map.showLosses(answer);
        table.show(cities, answer);
      }
      map.showRoutes(answer.pair?.before, answer.pair?.after, answer.pair?.places ?? []);
      showPair(answer, state);
      showTotals(answer, state);
      speed.server(answer.ms);
    },
    (error) => say("problem", error instanceof Error ? error.message : String(error)),
    (ms) => speed.followed(ms, cities?.name.length ?? 0),
  );

  const saved = makeSaved(state, stored, keepAddress);
  let addressTimer: number | undefined;
  function keepAddress(): void {
    window.clearTimeout(addressTimer);
    addressTimer = window.setTimeout(() => history.replaceState(null, "", `#${saved.addressOf(state)}`), 300);
  }

  function changed(): void {
    map.showZone(state.zone);
    say("radius-said", `${state.zone.radiusKm} km`);
    find<HTMLInputElement>("radius").setAttribute("aria-valuetext", `${state.zone.radiusKm} km`);
    keepAddress();
    follower.follow();
  }

  function shutChanged(): void {
    const of = (kind: Shut["kind"]): string[] => state.shut.filter((each) => each.kind === kind).map((each) => each.id);
    map.showShut(new Set(of("crossing")), of("link").map(Number));
    showList();
    changed();
  }

  function showList(): void {
    listShut(find("shut"), state, crossings, map.drawing, (each) => toggle(each.kind, each.id), changed);
  }

  function toggle(kind: Shut["kind"], id: string): void {
    const at = state.shut.findIndex((each) => each.kind === kind && each.id === id);
    if (at >= 0) state.shut.splice(at, 1);
    else state.shut.push({ kind, id, waitH: null, from: "", until: "" });
    shutChanged();
  }

  function drawing(on: boolean): void {
    const button = find("draw");
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Stop drawing" : "Draw an area";
    say("draw-hint", on ? "Click its corners on the map; click the last one again, or press Enter, to close it." : "");
    if (on) map.drawing.begin();
    else map.drawing.stop();
  }

  async function loadCities(): Promise<void> {
    try {
      cities = await fetchCities(countriesOf(state), state.most);
      map.showCities(cities);
      say("problem", "");
      changed();
    } catch (error) {
      say("problem", error instanceof Error ? error.message : String(error));
    }
  }

  const field = (id: string, value: string, use: (value: string) => void, event = "change"): void => {
    const input = find<HTMLInputElement>(id);
    input.value = value;
    input.addEventListener(event, () => use(input.value));
  };
  field("from", state.pair[0], (text) => ((state.pair[0] = text), changed()));
  field("to", state.pair[1], (text) => ((state.pair[1] = text), changed()));
  field("radius", String(state.zone.radiusKm), (text) => ((state.zone.radiusKm = Number(text)), changed()), "input");
  field("day", state.day, (text) => ((state.day = text), changed()));
  field("zone-from", state.zone.from, (text) => ((state.zone.from = text), changed()));
  field("zone-until", state.zone.until, (text) => ((state.zone.until = text), changed()));
  field("countries", state.countries, (text) => ((state.countries = text), void loadCities()));
  field("most", String(state.most), (text) => {
    const most = Math.round(Number(text));
    state.most = most >= 2 && most <= 2000 ? most : 2000;
    find<HTMLInputElement>("most").value = String(state.most);
    void loadCities();
  });
  const zoneOn = find<HTMLInputElement>("zone-on");
  zoneOn.checked = state.zone.on;
  zoneOn.addEventListener("change", () => {
    state.zone.on = zoneOn.checked;
    changed();
  });
  const choice = find<HTMLSelectElement>("crossing");
  for (const each of [...crossings].sort((a, b) => a.name.localeCompare(b.name))) {
    choice.append(new Option(`${each.name} (${each.countries.join("–")})`, each.id));
  }
  choice.addEventListener("change", () => {
    if (choice.value !== "" && !state.shut.some((each) => each.id === choice.value)) toggle("crossing", choice.value);
    choice.value = "";
  });
  find("draw").addEventListener("click", () => drawing(find("draw").getAttribute("aria-pressed") !== "true"));
  find("share").addEventListener("click", () => {
    history.replaceState(null, "", `#${saved.addressOf(state)}`);
    navigator.clipboard.writeText(location.href).then(
      () => say("share", "Copied"),
      () => say("share", "It is in the address bar"),
    );
    window.setTimeout(() => say("share", "Copy link"), 2000);
  });
  find("png").addEventListener("click", () => void map.picture().then(savePicture));
  find("csv").addEventListener("click", () => saveCsv(table.rows()));
  find("geojson").addEventListener("click", () => saveGeoJson(state, cities, latest));

  showList();
  await loadCities();
  shutChanged();
  if (problem !== "") say("problem", problem);
}

function showPair(answer: LiveAnswer, state: State): void {
  const { before = null, after = null, inside = [] } = answer.pair ?? {};
  const show = (which: "before" | "after", way: Way | null): void => {
    say(`${which}-km`, way === null ? "–" : number(way.km));
    say(`${which}-h`, way === null ? "–" : way.h.toFixed(1));
    say(`${which}-by`, way === null ? "no way" : way.crossings.join(", "));
  };
  show("before", before);
  show("after", after);
  const both = before !== null && after !== null;
  say("extra-km", both ? `+${number(after.km - before.km)}`.replace("+-", "−") : "–");
  say("extra-h", both ? `+${(after.h - before.h).toFixed(1)}` : "–");
  say("pair-said", both ? "" : inside.some(Boolean) ? "begins or ends in the zone" : before === null ? "no way even before" : "cut off");
  const way = `${placeCalled(state.pair[0])} to ${placeCalled(state.pair[1])}`;
  hearLater(
    both
      ? `${way}: ${number(before.km)} kilometres before, ${number(after.km)} after. ${number(answer.pairs.longer)} journeys longer, ${number(answer.pairs.cut_off)} cut off.`
      : `${way}: no way is left. ${number(answer.pairs.longer)} journeys longer, ${number(answer.pairs.cut_off)} cut off.`,
  );
}

function showTotals(answer: LiveAnswer, state: State): void {
  say("total", number(answer.pairs.total));
  say("longer", number(answer.pairs.longer));
  say("cut-off", number(answer.pairs.cut_off));
  say("in-zone", number(answer.pairs.inside_zone));
  const zone = answer.closures.find((each) => each.id === "zone");
  const { lat, lon } = state.zone;
  const at = `Around ${lat.toFixed(3)}, ${lon.toFixed(3)}`;
  say("zone-at", zone === undefined ? "" : zone.why_not_in_force === null ? `${at}: ${number(zone.links)} roads shut` : `${at}: not in force, ${zone.why_not_in_force}`);
}

let hearing: number | undefined;
/** Screen readers are told once the dragging rests. */
function hearLater(text: string): void {
  window.clearTimeout(hearing);
  hearing = window.setTimeout(() => say("heard", text), 900);
}

interface Speed {
  server(ms: number): void;
  followed(ms: number, cities: number): void;
}

function measureSpeed(): Speed {
  const taken: number[] = [];
  const when: number[] = [];
  let serverMs = 0;
  return {
    server(ms): void {
      serverMs = ms;
      const corner = find("latency");
      corner.dataset["answers"] = String(Number(corner.dataset["answers"] ?? "0") + 1);
    },
    followed(ms, cities): void {
      taken.push(ms);
      when.push(performance.now());
      if (taken.length > 40) taken.shift();
      while ((when[0] ?? Infinity) < performance.now() - 2000) when.shift();
      const span = (when.at(-1) ?? 0) - (when[0] ?? 0);
      const middle = [...taken].sort((a, b) => a - b)[Math.floor(taken.length / 2)] ?? ms;
      const rate = when.length > 3 && span > 300 ? ` · ${(((when.length - 1) * 1000) / span).toFixed(0)} updates/s` : "";
      const corner = find("latency");
      corner.textContent = `${ms.toFixed(0)} ms from hand to map (median ${middle.toFixed(0)}, service ${serverMs.toFixed(0)})${rate} · ${number(cities)} cities`;
      corner.dataset["ms"] = ms.toFixed(1);
      corner.dataset["updates"] = String(Number(corner.dataset["updates"] ?? "0") + 1);
    },
  };
}

start().catch((error: unknown) => say("problem", error instanceof Error ? error.message : String(error)));
