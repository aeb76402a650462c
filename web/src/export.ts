/** Files to take along. */

import type { Cities, LiveAnswer } from "./api";
import { circleRing } from "./geometry";
import type { State } from "./state";
import type { Row } from "./table";

function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function savePicture(picture: Blob | null): void {
  if (picture !== null) save("wayaround.png", picture);
}

/** A spreadsheet takes a cell that begins with one of these for a formula. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function saveCsv(rows: Row[]): void {
  const lines = rows.map((each) =>
    [cell(each.name), each.extraH.toFixed(4), each.lostPercent, each.inside ? "yes" : "no", each.people].join(","),
  );
  save("wayaround.csv", new Blob([["city,extra_h,cut_off_percent,in_zone,people", ...lines, ""].join("\r\n")], { type: "text/csv" }));
}

export function saveGeoJson(state: State, cities: Cities | null, answer: LiveAnswer | null): void {
  const { lat, lon, radiusKm, on } = state.zone;
  const features: unknown[] = [];
  if (on) {
    features.push({ type: "Feature", properties: { what: "zone", radius_km: radiusKm, from: state.zone.from || null, until: state.zone.until || null }, geometry: { type: "Polygon", coordinates: [circleRing(lat, lon, radiusKm)] } });
  }
  for (const { ring, from, until } of state.areas) {
    features.push({ type: "Feature", properties: { what: "area", from: from || null, until: until || null }, geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] } });
  }
  for (const which of ["before", "after"] as const) {
    const way = answer?.pair?.[which];
    if (way) {
      features.push({ type: "Feature", properties: { what: which, km: way.km, h: way.h }, geometry: { type: "LineString", coordinates: way.line } });
    }
  }
  const inside = new Set(answer?.inside);
  cities?.name.forEach((name, row) => {
    const properties = { what: "city", name, extra_h: (answer?.extra_s[row] ?? 0) / 3600, cut_off_percent: answer?.lost_percent[row] ?? 0, in_zone: inside.has(row) };
    features.push({ type: "Feature", properties, geometry: { type: "Point", coordinates: [cities.lon[row], cities.lat[row]] } });
  });
  save("wayaround.geojson", new Blob([JSON.stringify({ type: "FeatureCollection", features })], { type: "application/geo+json" }));
}
