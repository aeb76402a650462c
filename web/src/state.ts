/** What somebody has set; all of it stands in the address after #, so that a link shows the same. */

/** The first and the last day in force, as YYYY-MM-DD; empty where it has no such end. */
export interface Dates {
  from: string;
  until: string;
}

export interface Shut extends Dates {
  kind: "crossing" | "link";
  id: string;
  /** Hours that each passage waits; null where it is shut. */
  waitH: number | null;
}

/** Corners of an area as longitude and latitude; the first is not repeated. */
export type Ring = [number, number][];

export interface Area extends Dates {
  ring: Ring;
}

export interface State {
  zone: { on: boolean; lat: number; lon: number; radiusKm: number } & Dates;
  areas: Area[];
  shut: Shut[];
  day: string;
  pair: [string, string];
  countries: string;
  most: number;
  view: { lat: number; lon: number; zoom: number };
}

const DAY = /^\d{4}-\d\d-\d\d$/;

export function defaultState(): State {
  return {
    zone: { on: true, lat: 33.5085, lon: 38.62, radiusKm: 55, from: "", until: "" },
    areas: [],
    shut: [],
    day: "",
    pair: ["Damascus @ 33.513, 36.292", "Baghdad @ 33.315, 44.366"],
    countries: "SY, IQ, JO, LB, TR, SA, IR, KW",
    most: 2000,
    view: { lat: 33.4, lon: 40.3, zoom: 5.4 },
  };
}

export function writeState(state: State): string {
  const { zone, view } = state;
  const written = new URLSearchParams();
  written.set("at", [view.lat.toFixed(3), view.lon.toFixed(3), view.zoom.toFixed(2)].join(","));
  written.set("zone", [zone.lat.toFixed(4), zone.lon.toFixed(4), String(zone.radiusKm), zone.on ? "on" : "off"].join(","));
  if (zone.from !== "" || zone.until !== "") written.set("force", `${zone.from},${zone.until}`);
  for (const each of state.areas) written.append("area", each.ring.flat().map((degrees) => degrees.toFixed(4)).join(",") + writeDates(each));
  for (const each of state.shut) written.append(each.kind, (each.waitH === null ? each.id : `${each.id},${each.waitH}`) + writeDates(each));
  if (state.day !== "") written.set("day", state.day);
  written.set("from", state.pair[0]);
  written.set("to", state.pair[1]);
  written.set("cities", state.countries);
  written.set("most", String(state.most));
  return written.toString();
}

function writeDates({ from, until }: Dates): string {
  return from === "" && until === "" ? "" : `;${from};${until}`;
}

/** What stands before the dates, and the dates. */
function readDates(entry: string): [string, Dates] {
  const [what = "", from = "", until = ""] = entry.split(";");
  return [what, { from: DAY.test(from) ? from : "", until: DAY.test(until) ? until : "" }];
}

function datesOf({ from, until }: Dates): Partial<Dates> {
  return { ...(from === "" ? {} : { from }), ...(until === "" ? {} : { until }) };
}

export function readState(text: string): State {
  const state = defaultState();
  const given = new URLSearchParams(text.replace(/^#/, ""));
  const numbers = (key: string): number[] => (given.get(key) ?? "").split(",").map(Number);
  const [viewLat, viewLon, zoom] = numbers("at");
  if (within(viewLat, 85) && within(viewLon, 180) && zoom !== undefined && zoom >= 0 && zoom <= 22) {
    state.view = { lat: viewLat, lon: viewLon, zoom };
  }
  const [lat, lon, radiusKm] = numbers("zone");
  if (within(lat, 85) && within(lon, 180) && radiusKm !== undefined && radiusKm >= 1 && radiusKm <= 400) {
    state.zone = { ...state.zone, lat, lon, radiusKm, on: !given.get("zone")?.endsWith("off") };
  }
  const [from = "", until = ""] = (given.get("force") ?? "").split(",");
  state.zone.from = DAY.test(from) ? from : "";
  state.zone.until = DAY.test(until) ? until : "";
  for (const kind of ["crossing", "link"] as const) {
    for (const entry of given.getAll(kind).slice(0, 50)) {
      const [what, dates] = readDates(entry);
      const [id = "", wait] = what.split(",");
      const waitH = wait === undefined || !(Number(wait) >= 0 && Number(wait) <= 1000) ? null : Number(wait);
      if (id !== "" && (kind === "crossing" || /^\d{1,12}$/.test(id))) state.shut.push({ kind, id, waitH, ...dates });
    }
  }
  for (const entry of given.getAll("area").slice(0, 20)) {
    const [what, dates] = readDates(entry);
    const flat = what.split(",").map(Number);
    const ring = flat.flatMap((lon, at): Ring => (at % 2 === 0 ? [[lon, flat[at + 1] ?? NaN]] : []));
    if (ring.length >= 3 && ring.length <= 500 && ring.every(([lon, lat]) => within(lon, 180) && within(lat, 85))) state.areas.push({ ring, ...dates });
  }
  const day = given.get("day") ?? "";
  state.day = DAY.test(day) ? day : "";
  state.pair = [given.get("from") ?? state.pair[0], given.get("to") ?? state.pair[1]];
  state.countries = given.get("cities") ?? state.countries;
  const most = Number(given.get("most"));
  if (Number.isInteger(most) && most >= 2 && most <= 2000) state.most = most;
  return state;
}

function within(value: number | undefined, most: number): value is number {
  return value !== undefined && Math.abs(value) <= most;
}

export function countriesOf(state: State): string[] {
  return state.countries.split(",").map((each) => each.trim()).filter((each) => each !== "");
}

/** What the service is asked: coordinates where the text has them, else the text. */
export function placeAsked(text: string): string {
  const at = text.lastIndexOf("@");
  return (at < 0 ? text : text.slice(at + 1)).trim();
}

/** How the page calls a place. */
export function placeCalled(text: string): string {
  const at = text.lastIndexOf("@");
  return (at < 1 ? text : text.slice(0, at)).trim();
}

export function closuresOf(state: State): Record<string, unknown>[] {
  const { zone } = state;
  const closures: Record<string, unknown>[] = [];
  if (zone.on) {
    closures.push({
      id: "zone",
      circle: { lat: zone.lat, lon: zone.lon, radius_km: zone.radiusKm },
      allow_empty: true,
      ...datesOf(zone),
    });
  }
  state.areas.forEach((each, row) => closures.push({ id: `area-${row}`, polygon: each.ring, allow_empty: true, ...datesOf(each) }));
  state.shut.forEach((each, row) => {
    closures.push({
      id: `shut-${row}`,
      ...(each.kind === "crossing" ? { crossing: each.id } : { links: [Number(each.id)], section: true }),
      ...(each.waitH === null ? {} : { wait_h: each.waitH }),
      ...datesOf(each),
    });
  });
  return closures;
}

/** The state as a scenario file has it, for one journey. */
export function scenarioOf(state: State, title: string): Record<string, unknown> {
  return {
    title,
    closures: closuresOf(state),
    trips: { pairs: [state.pair.map(placeAsked)] },
    ...(state.day === "" ? {} : { date: state.day }),
  };
}
