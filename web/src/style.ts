/** How the map is drawn: the layers that MapLibre draws, and the colours by day and by night. */

import type { Map as RoadMap, StyleSpecification } from "maplibre-gl";
import type { Crossing, Served } from "./api";

export const LINKS_FROM_ZOOM = 8;
/** The first of the layers that write; the last of all. */
export const FIRST_NAMES = "country-names";

export interface Palette {
  sea: string; land: string; border: string; road: string; text: string; halo: string; before: string; after: string;
  zone: string; open: string; calm: string; lost: string; crossing: string; way: string;
  /** Of the roads that would hurt most, the worst first. */
  ranked: [string, string, string, string];
}

export const LIGHT: Palette = {
  sea: "#dbe7ef", land: "#f7f5f0", border: "#8d8996", road: "#bdb6a8", text: "#3a3a44", halo: "#ffffff", before: "#2166c4",
  after: "#c2410c", zone: "#b91c1c", open: "#ffffff", calm: "#9aa3ad", lost: "#111111", crossing: "#0f766e", way: "#6d28d9",
  ranked: ["#3b0764", "#7e22ce", "#b565e0", "#d9a8f5"],
};
export const DARK: Palette = {
  sea: "#10161d", land: "#1d232b", border: "#77808c", road: "#4d545e", text: "#e2e6ea", halo: "#12161b", before: "#6db3ff",
  after: "#ff9d5c", zone: "#ff6b6b", open: "#1d232b", calm: "#6a7480", lost: "#ffffff", crossing: "#4fd1c5", way: "#c4a5ff",
  ranked: ["#f5d0fe", "#d873f5", "#a844cf", "#7a3a9a"],
};
/** Hours of extra driving on average, and the colour from there on. */
export const RAMP: [number, string][] = [
  [0.02, "#f0cf5e"], [0.1, "#f29b38"], [0.3, "#e4572e"], [1, "#c01f5d"], [3, "#6a1b9a"],
];

const empty = { type: "FeatureCollection" as const, features: [] };

export function styleOf(served: Served, crossings: Crossing[], colours: Palette): StyleSpecification {
  const font = ["sans-serif"];
  const geojson = { type: "geojson" as const, data: empty };
  const style = {
    version: 8,
    sources: {
      tiles: {
        type: "vector",
        tiles: [`${location.origin}${location.pathname}api/v1/tiles/${encodeURIComponent(served.name)}/{z}/{x}/{y}.mvt`],
        minzoom: 0, maxzoom: 12, attribution: escapeText(attributionOf(served)),
      },
      ways: geojson, ranked: geojson, towns: geojson,
      crossings: { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: crossings.map(({ name, lon, lat }) => ({
        type: "Feature" as const, properties: { name }, geometry: { type: "Point" as const, coordinates: [lon, lat] },
      })) } },
    },
    layers: [
      { id: "sea", type: "background" },
      { id: "land", type: "fill", source: "tiles", "source-layer": "land", paint: { "fill-antialias": false } },
      { id: "roads", type: "line", source: "tiles", "source-layer": "roads",
        paint: { "line-width": ["interpolate", ["linear"], ["zoom"], 2, 0.4, 6, 0.8, 9, 1.6, 13, 4] } },
      { id: "borders", type: "line", source: "tiles", "source-layer": "borders", paint: { "line-width": 1, "line-dasharray": [4, 2] } },
      { id: "ranked", type: "line", source: "ranked", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-width": ["interpolate", ["linear"], ["get", "share"], 0, 8, 0.15, 5, 1, 2.5] } },
      { id: "ways", type: "line", source: "ways", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-width": 3, "line-dasharray": [1, 2] } },
      { id: "shut-roads", type: "line", source: "tiles", "source-layer": "roads", minzoom: LINKS_FROM_ZOOM, layout: { "line-cap": "round" },
        paint: { "line-width": 5, "line-opacity": ["case", ["boolean", ["feature-state", "shut"], false], 1, 0] } },
      { id: "towns", type: "circle", source: "towns",
        paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 3, 1, 8, ["interpolate", ["linear"], ["ln", ["max", ["get", "people"], 1000]], 9, 2, 16, 8]] } },
      { id: FIRST_NAMES, type: "symbol", source: "tiles", "source-layer": "countries", minzoom: 1.5, maxzoom: 8,
        layout: {
          "text-field": ["upcase", ["get", "name"]], "text-font": font, "text-letter-spacing": 0.15, "text-max-width": 8, "text-padding": 4,
          "text-size": ["interpolate", ["linear"], ["zoom"], 2, 9, 6, 13], "symbol-sort-key": ["-", 0, ["get", "size"]],
        },
        paint: { "text-halo-width": 1.4 } },
      { id: "places", type: "symbol", source: "tiles", "source-layer": "cities",
        layout: {
          "text-field": ["get", "name"], "text-font": font, "text-anchor": "bottom", "text-offset": [0, -0.5],
          "text-size": ["interpolate", ["linear"], ["ln", ["max", ["get", "people"], 1000]], 9, 10, 16, 15],
          "symbol-sort-key": ["-", 0, ["get", "people"]], "text-padding": 6, "text-max-width": 8,
        },
        paint: { "text-halo-width": 1.4 } },
      { id: "way-names", type: "symbol", source: "ways",
        layout: { "symbol-placement": "line-center", "text-field": ["get", "label"], "text-font": font, "text-size": 12, "text-offset": [0, -0.9] },
        paint: { "text-halo-width": 1.6 } },
      { id: "crossing-names", type: "symbol", source: "crossings", minzoom: 6.5,
        layout: { "text-field": ["get", "name"], "text-font": font, "text-size": 11, "text-anchor": "top", "text-offset": [0, 0.7], "text-padding": 4 },
        paint: { "text-halo-width": 1.4 } },
    ],
  };
  for (const [layer, property, value] of paints(colours)) {
    const found = style.layers.find((each) => each.id === layer) as { paint?: Record<string, unknown> } | undefined;
    if (found !== undefined) found.paint = { ...found.paint, [property]: value };
  }
  return style as unknown as StyleSpecification;
}

function paints(colours: Palette): [string, string, unknown][] {
  return [
    ["sea", "background-color", colours.sea],
    ["land", "fill-color", colours.land],
    ["roads", "line-color", colours.road],
    ["shut-roads", "line-color", colours.zone],
    ["borders", "line-color", colours.border],
    ["ways", "line-color", colours.way],
    ["ranked", "line-color", ["step", ["get", "share"], colours.ranked[0], 0.1, colours.ranked[1], 0.3, colours.ranked[2], 0.6, colours.ranked[3]]],
    ["way-names", "text-color", colours.way],
    ["way-names", "text-halo-color", colours.halo],
    ["towns", "circle-color", colours.calm],
    ["country-names", "text-color", colours.border],
    ["country-names", "text-halo-color", colours.halo],
    ["places", "text-color", colours.text],
    ["places", "text-halo-color", colours.halo],
    ["crossing-names", "text-color", colours.crossing],
    ["crossing-names", "text-halo-color", colours.halo],
  ];
}

export function repaint(map: RoadMap, colours: Palette): void {
  for (const [layer, property, value] of paints(colours)) map.setPaintProperty(layer, property as never, value as never);
}

export function attributionOf(served: Served): string {
  return `${served.attribution}; Natural Earth; GeoNames (CC BY 4.0)`;
}

/** MapLibre writes an attribution as HTML. */
function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
