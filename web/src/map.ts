/** The map: tiles of the service, the zone, the routes, the cities and the crossings. */

import { AttributionControl, LngLatBounds, Map as RoadMap, Marker, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, MapGeoJSONFeature, MapMouseEvent, StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Cities, Crossing, Evidence, LiveAnswer, Served, Way } from "./api";
import { describeWay } from "./api";
import { circleRing, keepOnMap, moveBy } from "./geometry";
import { makeDrawing } from "./drawing";
import type { Drawing } from "./drawing";
import type { Ring, State } from "./state";

setWorkerUrl(workerUrl);

export const LINKS_FROM_ZOOM = 8;

interface Palette {
  sea: string; land: string; border: string; road: string; text: string; halo: string; before: string; after: string;
  zone: string; open: string; calm: string; lost: string; crossing: string; way: string;
}

const LIGHT: Palette = {
  sea: "#dbe7ef", land: "#f7f5f0", border: "#8d8996", road: "#bdb6a8", text: "#3a3a44", halo: "#ffffff", before: "#2166c4",
  after: "#c2410c", zone: "#b91c1c", open: "#ffffff", calm: "#9aa3ad", lost: "#111111", crossing: "#0f766e", way: "#6d28d9",
};
const DARK: Palette = {
  sea: "#10161d", land: "#1d232b", border: "#77808c", road: "#4d545e", text: "#e2e6ea", halo: "#12161b", before: "#6db3ff",
  after: "#ff9d5c", zone: "#ff6b6b", open: "#1d232b", calm: "#6a7480", lost: "#ffffff", crossing: "#4fd1c5", way: "#c4a5ff",
};
/** Hours of extra driving on average, and the colour from there on. */
export const RAMP: [number, string][] = [
  [0.02, "#f0cf5e"], [0.1, "#f29b38"], [0.3, "#e4572e"], [1, "#c01f5d"], [3, "#6a1b9a"],
];

const empty = { type: "FeatureCollection" as const, features: [] };
const dark = window.matchMedia("(prefers-color-scheme: dark)");

export interface MapEvents {
  zoneMoved(lat: number, lon: number): void;
  crossingClicked(id: string): void;
  linkClicked(link: number): void;
  areasChanged(rings: Ring[]): void;
  areaDrawn(): void;
  viewMoved(lat: number, lon: number, zoom: number): void;
}

export interface ShownMap {
  drawing: Drawing;
  showZone(state: State): void;
  showCities(cities: Cities): void;
  showLosses(answer: LiveAnswer): void;
  showRoutes(before: Way | null | undefined, after: Way | null | undefined, ends: { name: string; lat: number; lon: number }[]): void;
  showShut(crossings: Set<string>, links: number[]): void;
  showWays(ways: Evidence[]): void;
  flyToCity(lat: number, lon: number, text: string): void;
  picture(): Promise<Blob | null>;
}

export async function drawMap(container: HTMLElement, served: Served, crossings: Crossing[], state: State, events: MapEvents): Promise<ShownMap> {
  const map = new RoadMap({
    container,
    style: styleOf(served, dark.matches ? DARK : LIGHT),
    center: [state.view.lon, state.view.lat],
    zoom: location.hash === "" ? state.view.zoom - Math.max(0, Math.log2(900 / container.clientWidth)) : state.view.zoom,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  map.getCanvas().setAttribute("aria-label", "Map; arrow keys move it, plus and minus zoom");
  await map.once("load");
  dark.addEventListener("change", () => repaint(map, dark.matches ? DARK : LIGHT));

  source(map, "crossings").setData({
    type: "FeatureCollection",
    features: crossings.map((each, row) => ({
      type: "Feature", id: row, properties: { id: each.id, name: each.name, countries: each.countries.join("–") },
      geometry: { type: "Point", coordinates: [each.lon, each.lat] },
    })),
  });

  const centre = zoneMarker(map, state, events);
  const colours = dark.matches ? DARK : LIGHT;
  const drawing = makeDrawing(map, colours.zone, state.areas, events.areasChanged, events.areaDrawn);
  dragInside(map, state, events, drawing);
  clickThings(map, events, drawing);
  map.on("moveend", () => {
    const at = map.getCenter().wrap();
    events.viewMoved(at.lat, at.lng, map.getZoom());
  });
  const ends = [endMarker("A"), endMarker("B")];
  const popup = new Popup({ closeButton: true, closeOnClick: true, maxWidth: "260px" });
  let touched = new Set<number>();
  let shutLinks: number[] = [];

  return {
    drawing,
    showZone(now: State): void {
      const { lat, lon, radiusKm, on } = now.zone;
      source(map, "zone").setData(
        on ? { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [circleRing(lat, lon, radiusKm)] } } : empty,
      );
      centre.getElement().hidden = !on;
      centre.setLngLat([lon, lat]);
    },
    showCities(cities: Cities): void {
      map.removeFeatureState({ source: "hit" });
      touched = new Set();
      source(map, "hit").setData({
        type: "FeatureCollection",
        features: cities.name.map((name, row) => ({
          type: "Feature", id: row, properties: { name, people: cities.people[row] ?? 0 },
          geometry: { type: "Point", coordinates: [cities.lon[row] ?? 0, cities.lat[row] ?? 0] },
        })),
      });
    },
    showLosses(answer: LiveAnswer): void {
      const inside = new Set(answer.inside);
      const now = new Set<number>(inside);
      answer.extra_s.forEach((extra, row) => {
        const lost = answer.lost_percent[row] ?? 0;
        if (extra >= 36 || lost >= 50) now.add(row);
      });
      for (const row of touched) if (!now.has(row)) map.removeFeatureState({ source: "hit", id: row });
      for (const row of now) {
        map.setFeatureState(
          { source: "hit", id: row },
          { h: (answer.extra_s[row] ?? 0) / 3600, lost: (answer.lost_percent[row] ?? 0) >= 50, inside: inside.has(row) },
        );
      }
      touched = now;
    },
    showRoutes(before, after, places): void {
      for (const [name, way] of [["before", before], ["after", after]] as const) {
        source(map, name).setData(way ? { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: unwrap(way.line) } } : empty);
      }
      ends.forEach((marker, row) => {
        const place = places[row];
        if (place === undefined) return void marker.remove();
        marker.getElement().title = place.name;
        marker.setLngLat([place.lon, place.lat]).addTo(map);
      });
    },
    showShut(shut: Set<string>, links: number[]): void {
      crossings.forEach((each, row) => map.setFeatureState({ source: "crossings", id: row }, { shut: shut.has(each.id) }));
      const tiles = { source: "tiles", sourceLayer: "roads" };
      for (const link of shutLinks) map.removeFeatureState({ ...tiles, id: link });
      for (const link of links) map.setFeatureState({ ...tiles, id: link }, { shut: true });
      shutLinks = links;
    },
    showWays(ways: Evidence[]): void {
      const drawn = ways.filter((way) => (way.line ?? []).length > 1);
      source(map, "ways").setData({
        type: "FeatureCollection",
        features: drawn.map((way) => ({
          type: "Feature", properties: { label: describeWay(way) },
          geometry: { type: "LineString", coordinates: unwrap(way.line ?? []) },
        })),
      });
      const points = drawn.flatMap((way) => unwrap(way.line ?? []));
      const [first] = points;
      if (first !== undefined) map.fitBounds(points.reduce((box, point) => box.extend(point), new LngLatBounds(first, first)), { padding: 60, maxZoom: 9 });
    },
    flyToCity(lat: number, lon: number, text: string): void {
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 6.5) });
      popup.setLngLat([lon, lat]).setText(text).addTo(map);
    },
    picture(): Promise<Blob | null> {
      return new Promise((resolve) => {
        map.once("render", () => map.getCanvas().toBlob(resolve, "image/png")); // later the picture is gone
        map.triggerRepaint();
      });
    },
  };
}

function source(map: RoadMap, name: string): GeoJSONSource {
  return map.getSource(name) as GeoJSONSource;
}

function unwrap(line: [number, number][]): [number, number][] {
  let last = line[0]?.[0] ?? 0;
  return line.map(([lon, lat]) => {
    last = lon + 360 * Math.round((last - lon) / 360);
    return [last, lat];
  });
}

function zoneMarker(map: RoadMap, state: State, events: MapEvents): Marker {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "centre";
  element.id = "zone-centre";
  const marker = new Marker({ element, draggable: true }).setLngLat([state.zone.lon, state.zone.lat]).addTo(map);
  element.setAttribute("aria-label", "Centre of the zone; arrow keys move it by 5 km, with Shift by 1 km");
  marker.on("drag", () => {
    const at = marker.getLngLat().wrap();
    events.zoneMoved(at.lat, at.lng);
  });
  element.addEventListener("keydown", (event) => {
    const steps: Record<string, [number, number]> = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const km = event.shiftKey ? 1 : 5;
    const { lat, lon } = moveBy(state.zone.lat, state.zone.lon, step[0] * km, step[1] * km);
    events.zoneMoved(lat, lon);
  });
  return marker;
}

function endMarker(letter: string): Marker {
  const element = document.createElement("div");
  element.className = "end";
  element.textContent = letter;
  return new Marker({ element });
}

function dragInside(map: RoadMap, state: State, events: MapEvents, drawing: Drawing): void {
  map.on("mousedown", "zone-fill", (event: MapMouseEvent) => {
    if (drawing.takesClicks() || map.queryRenderedFeatures(event.point, { layers: ["crossings"] }).length > 0) return;
    event.preventDefault();
    const from = event.lngLat;
    const { lat, lon } = state.zone;
    map.getCanvas().style.cursor = "grabbing";
    const move = (now: MapMouseEvent): void => {
      const at = keepOnMap(lat + now.lngLat.lat - from.lat, lon + now.lngLat.lng - from.lng);
      events.zoneMoved(at.lat, at.lon);
    };
    map.on("mousemove", move);
    map.once("mouseup", () => {
      map.off("mousemove", move);
      map.getCanvas().style.cursor = "";
    });
  });
  map.on("mouseenter", "zone-fill", () => (map.getCanvas().style.cursor = "grab"));
  map.on("mouseleave", "zone-fill", () => (map.getCanvas().style.cursor = ""));
}

function clickThings(map: RoadMap, events: MapEvents, drawing: Drawing): void {
  const tip = new Popup({ closeButton: false, closeOnClick: false, offset: 10, className: "tip" });
  const around = (event: MapMouseEvent, layer: string, reach: number): MapGeoJSONFeature | undefined =>
    map.queryRenderedFeatures(
      [[event.point.x - reach, event.point.y - reach], [event.point.x + reach, event.point.y + reach]],
      { layers: [layer] },
    )[0];
  map.on("click", (event) => {
    if (drawing.takesClicks()) return;
    const crossing = around(event, "crossings", 6);
    if (crossing !== undefined) return events.crossingClicked(String(crossing.properties["id"]));
    if (map.getZoom() < LINKS_FROM_ZOOM) return;
    const link = around(event, "roads", 5);
    if (typeof link?.id === "number") events.linkClicked(link.id);
  });
  map.on("mousemove", (event) => {
    const crossing = around(event, "crossings", 5);
    const city = crossing === undefined ? around(event, "hit", 3) : undefined;
    const named = crossing ?? city;
    if (named === undefined) return void tip.remove();
    const hours = typeof city?.state["h"] === "number" ? `: ${city.state["h"].toFixed(2)} h longer on average` : "";
    const what = crossing === undefined ? hours : ` (${String(crossing.properties["countries"])}); click to shut or open`;
    tip.setLngLat(event.lngLat).setText(`${String(named.properties["name"])}${what}`).addTo(map);
  });
}

function styleOf(served: Served, colours: Palette): StyleSpecification {
  const font = ["sans-serif"];
  const geojson = { type: "geojson" as const, data: empty };
  const h = ["coalesce", ["feature-state", "h"], 0];
  const style = {
    version: 8,
    sources: {
      tiles: {
        type: "vector",
        tiles: [`${location.origin}${location.pathname}api/v1/tiles/${encodeURIComponent(served.name)}/{z}/{x}/{y}.mvt`],
        minzoom: 0, maxzoom: 12, attribution: `${escapeText(served.attribution)}; Natural Earth; GeoNames (CC BY 4.0)`,
      },
      zone: geojson, ways: geojson, before: geojson, after: geojson, hit: geojson, crossings: geojson,
    },
    layers: [
      { id: "sea", type: "background" },
      { id: "land", type: "fill", source: "tiles", "source-layer": "land", paint: { "fill-antialias": false } },
      { id: "roads", type: "line", source: "tiles", "source-layer": "roads",
        paint: { "line-width": ["interpolate", ["linear"], ["zoom"], 2, 0.4, 6, 0.8, 9, 1.6, 13, 4] } },
      { id: "borders", type: "line", source: "tiles", "source-layer": "borders", paint: { "line-width": 1, "line-dasharray": [4, 2] } },
      { id: "zone-fill", type: "fill", source: "zone", paint: { "fill-opacity": 0.16 } },
      { id: "zone-line", type: "line", source: "zone", paint: { "line-width": 2 } },
      { id: "before", type: "line", source: "before", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-width": 6, "line-opacity": 0.45 } },
      { id: "after", type: "line", source: "after", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-width": 3 } },
      { id: "ways", type: "line", source: "ways", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-width": 3, "line-dasharray": [1, 2] } },
      { id: "shut-roads", type: "line", source: "tiles", "source-layer": "roads", minzoom: LINKS_FROM_ZOOM, layout: { "line-cap": "round" },
        paint: { "line-width": 5, "line-opacity": ["case", ["boolean", ["feature-state", "shut"], false], 1, 0] } },
      { id: "hit", type: "circle", source: "hit",
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"],
            3, ["case", [">", h, 0.02], 2.5, ["boolean", ["feature-state", "lost"], false], 2.5, 1],
            8, ["+", ["interpolate", ["linear"], ["ln", ["max", ["get", "people"], 1000]], 9, 2, 16, 8], ["case", [">", h, 0.02], 2, 0]]],
          "circle-stroke-width": ["case", ["boolean", ["feature-state", "lost"], false], 2.5, ["boolean", ["feature-state", "inside"], false], 2, [">", h, 0.02], 0.7, 0],
        } },
      { id: "crossings", type: "circle", source: "crossings", minzoom: 3.5,
        paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 3, 8, 6], "circle-stroke-width": 2 } },
      { id: "country-names", type: "symbol", source: "tiles", "source-layer": "countries", minzoom: 1.5, maxzoom: 8,
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
  const shut = ["boolean", ["feature-state", "shut"], false];
  const h = ["coalesce", ["feature-state", "h"], 0];
  const ramp = ["step", h, colours.calm, ...RAMP.flat()];
  const inside = ["boolean", ["feature-state", "inside"], false];
  const lost = ["boolean", ["feature-state", "lost"], false];
  return [
    ["sea", "background-color", colours.sea],
    ["land", "fill-color", colours.land],
    ["roads", "line-color", colours.road],
    ["shut-roads", "line-color", colours.zone],
    ["borders", "line-color", colours.border],
    ["zone-fill", "fill-color", colours.zone],
    ["zone-line", "line-color", colours.zone],
    ["before", "line-color", colours.before],
    ["after", "line-color", colours.after],
    ["ways", "line-color", colours.way],
    ["way-names", "text-color", colours.way],
    ["way-names", "text-halo-color", colours.halo],
    ["hit", "circle-color", ["case", inside, colours.zone, ramp]],
    ["hit", "circle-stroke-color", ["case", inside, colours.open, lost, colours.lost, colours.halo]],
    ["crossings", "circle-color", ["case", shut, colours.zone, colours.open]],
    ["crossings", "circle-stroke-color", ["case", shut, colours.zone, colours.crossing]],
    ["country-names", "text-color", colours.border],
    ["country-names", "text-halo-color", colours.halo],
    ["places", "text-color", colours.text],
    ["places", "text-halo-color", colours.halo],
    ["crossing-names", "text-color", colours.crossing],
    ["crossing-names", "text-halo-color", colours.halo],
  ];
}

function repaint(map: RoadMap, colours: Palette): void {
  for (const [layer, property, value] of paints(colours)) map.setPaintProperty(layer, property as never, value as never);
}

/** MapLibre writes an attribution as HTML. */
function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
