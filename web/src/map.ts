/** The map: the roads and their names beneath, what changes above them, and what the hand does on both. */

import { AttributionControl, LngLatBounds, Map as RoadMap, Marker, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Cities, Crossing, Evidence, LiveAnswer, RankedRoad, Served, Way } from "./api";
import { describeWay, tokenHeaders } from "./api";
import { describeLoss, nameRoad } from "./rank";
import { distanceKm, keepOnMap, moveBy } from "./geometry";
import { makeDrawing } from "./drawing";
import type { Drawing } from "./drawing";
import { makeOverlay } from "./overlay";
import type { End, Overlay } from "./overlay";
import { DARK, LIGHT, LINKS_FROM_ZOOM, attributionOf, repaint, styleOf } from "./style";
import { paintPicture } from "./picture";
import type { Area, State } from "./state";

setWorkerUrl(workerUrl);

const dark = window.matchMedia("(prefers-color-scheme: dark)");

export interface MapEvents {
  zoneMoved(lat: number, lon: number): void;
  crossingClicked(id: string): void;
  linkClicked(link: number): void;
  areasChanged(areas: Area[]): void;
  areaDrawn(): void;
  viewMoved(lat: number, lon: number, zoom: number): void;
}

export interface ShownMap {
  drawing: Drawing;
  showZone(zone: State["zone"]): void;
  showCities(cities: Cities): void;
  showLosses(answer: LiveAnswer): void;
  showRoutes(before: Way | null | undefined, after: Way | null | undefined, ends: End[]): void;
  showShut(crossings: Set<string>, links: number[]): void;
  showWays(ways: Evidence[]): void;
  showRanked(roads: RankedRoad[], picked: (row: number) => void): void;
  flyToRanked(row: number): void;
  flyToCity(lat: number, lon: number, text: string): void;
  picture(): Promise<Blob | null>;
}

export async function drawMap(container: HTMLElement, served: Served, crossings: Crossing[], state: State, events: MapEvents): Promise<ShownMap> {
  const colours = (): typeof LIGHT => (dark.matches ? DARK : LIGHT);
  const map = new RoadMap({
    container,
    style: styleOf(served, crossings, colours()),
    center: [state.view.lon, state.view.lat],
    zoom: location.hash === "" ? state.view.zoom - Math.max(0, Math.log2(900 / container.clientWidth)) : state.view.zoom,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    transformRequest: (url) => ({ url, headers: new URL(url, location.href).origin === location.origin ? tokenHeaders() : {} }),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  map.getCanvas().setAttribute("aria-label", "Map; arrow keys move it, plus and minus zoom");
  await map.once("load");

  const overlay = makeOverlay(map, crossings, colours());
  dark.addEventListener("change", () => {
    repaint(map, colours());
    overlay.recolour(colours());
  });
  let names: string[] = [];
  const centre = zoneMarker(map, state, events);
  const drawing = makeDrawing(map, overlay.surface, colours().zone, state.areas, events.areasChanged, events.areaDrawn);
  const busy = dragInside(map, state, events, drawing, overlay);
  clickThings(map, crossings, events, drawing, overlay, (x, y) => {
    const row = rankedAt(x, y);
    if (row !== undefined) picked(row);
  });
  pointAtThings(map, drawing, overlay, busy, (point) => nameAt(point.x, point.y), state);
  map.on("moveend", () => {
    const at = map.getCenter().wrap();
    events.viewMoved(at.lat, at.lng, map.getZoom());
  });
  const popup = new Popup({ closeButton: true, closeOnClick: true, maxWidth: "260px" });
  let shutLinks: number[] = [];
  let ranked: RankedRoad[] = [];
  let picked: (row: number) => void = () => undefined;

  function nameAt(x: number, y: number): string | undefined {
    const crossing = crossings[overlay.crossingAt(x, y, 5) ?? -1];
    if (crossing !== undefined) return `${crossing.name} (${crossing.countries.join("–")}); click to shut or open`;
    const city = overlay.cityAt(x, y, 3);
    if (city === undefined) {
      const row = rankedAt(x, y);
      const road = row === undefined ? undefined : ranked[row];
      return road === undefined ? undefined : `${(row ?? 0) + 1}. ${nameRoad(road)}: ${describeLoss(road)}`;
    }
    const { extraH, inside } = overlay.lossOf(city);
    return `${names[city] ?? ""}${inside ? ": in the zone" : extraH > 0 ? `: ${extraH.toFixed(2)} h longer on average` : ""}`;
  }

  function rankedAt(x: number, y: number): number | undefined {
    if (ranked.length === 0) return undefined;
    const row: unknown = map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: ["ranked"] })[0]?.properties["row"];
    return typeof row === "number" ? row : undefined;
  }

  return {
    drawing,
    showZone(zone): void {
      overlay.showZone(zone);
      centre.getElement().hidden = !zone.on;
      centre.setLngLat([zone.lon, zone.lat]);
    },
    showCities(cities): void {
      names = cities.name;
      source(map, "towns").setData({
        type: "FeatureCollection",
        features: cities.people.map((people, row) => ({
          type: "Feature", properties: { people }, geometry: { type: "Point", coordinates: [cities.lon[row] ?? 0, cities.lat[row] ?? 0] },
        })),
      });
      overlay.showCities(cities);
    },
    showLosses: overlay.showLosses,
    showRoutes: overlay.showRoutes,
    showShut(shut, links): void {
      overlay.showShut(shut);
      const tiles = { source: "tiles", sourceLayer: "roads" };
      for (const link of shutLinks) map.removeFeatureState({ ...tiles, id: link });
      for (const link of links) map.setFeatureState({ ...tiles, id: link }, { shut: true });
      shutLinks = links;
    },
    showWays(ways): void {
      const drawn = ways.filter((way) => (way.line ?? []).length > 1);
      source(map, "ways").setData({
        type: "FeatureCollection",
        features: drawn.map((way) => ({
          type: "Feature", properties: { label: describeWay(way) },
          geometry: { type: "LineString", coordinates: unwrap(way.line ?? []) },
        })),
      });
      showAll(map, drawn.flatMap((way) => unwrap(way.line ?? [])));
    },
    showRanked(roads, chosen): void {
      [ranked, picked] = [roads, chosen];
      source(map, "ranked").setData({
        type: "FeatureCollection",
        features: roads.map(({ geometry }, row) => ({ type: "Feature" as const, properties: { row, share: row / roads.length }, geometry })).reverse(), // the worst on top
      });
      showAll(map, roads.flatMap(({ geometry }) => geometry.coordinates.flat()));
    },
    flyToRanked(row): void {
      const road = ranked[row];
      if (road === undefined) return;
      const line = road.geometry.coordinates[0] ?? [];
      showAll(map, road.geometry.coordinates.flat());
      popup.setLngLat(line[Math.floor(line.length / 2)] ?? [0, 0]).setText(`${row + 1}. ${nameRoad(road)}: ${describeLoss(road)}`).addTo(map);
    },
    flyToCity(lat, lon, text): void {
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 6.5) });
      popup.setLngLat([lon, lat]).setText(text).addTo(map);
    },
    picture: () => paintPicture(map, overlay, attributionOf(served), colours()),
  };
}

function source(map: RoadMap, name: string): GeoJSONSource {
  return map.getSource(name) as GeoJSONSource;
}

function showAll(map: RoadMap, points: [number, number][]): void {
  const [first] = points;
  if (first !== undefined) map.fitBounds(points.reduce((box, point) => box.extend(point), new LngLatBounds(first, first)), { padding: 60, maxZoom: 9 });
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

function inZone({ on, lat, lon, radiusKm }: State["zone"], at: { lat: number; lng: number }): boolean {
  return on && distanceKm(lat, lon, at.lat, at.lng) <= radiusKm;
}

/** Drags the zone by any of its points; tells whether a drag is on. */
function dragInside(map: RoadMap, state: State, events: MapEvents, drawing: Drawing, overlay: Overlay): () => boolean {
  let dragging = false;
  map.on("mousedown", (event: MapMouseEvent) => {
    if (event.originalEvent.target instanceof HTMLButtonElement) return; // the centre is dragged by itself
    if (event.originalEvent.button !== 0 || !inZone(state.zone, event.lngLat)) return;
    if (drawing.takesClicks() || overlay.crossingAt(event.point.x, event.point.y, 6) !== undefined) return;
    event.preventDefault();
    const from = event.lngLat;
    const { lat, lon } = state.zone;
    dragging = true;
    map.getCanvasContainer().style.cursor = "grabbing";
    const move = (now: MapMouseEvent): void => {
      const at = keepOnMap(lat + now.lngLat.lat - from.lat, lon + now.lngLat.lng - from.lng);
      events.zoneMoved(at.lat, at.lon);
    };
    map.on("mousemove", move);
    window.addEventListener("mouseup", () => { // wherever the hand lets go
      map.off("mousemove", move);
      dragging = false;
      map.getCanvasContainer().style.cursor = "";
    }, { once: true });
  });
  return () => dragging;
}

function clickThings(map: RoadMap, crossings: Crossing[], events: MapEvents, drawing: Drawing, overlay: Overlay, roadClicked: (x: number, y: number) => void): void {
  map.on("click", ({ point: { x, y } }) => {
    if (drawing.takesClicks()) return;
    const crossing = crossings[overlay.crossingAt(x, y, 6) ?? -1];
    if (crossing !== undefined) return events.crossingClicked(crossing.id);
    if (map.getZoom() < LINKS_FROM_ZOOM) return roadClicked(x, y);
    const [link] = map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: ["roads"] });
    if (typeof link?.id === "number") events.linkClicked(link.id);
  });
}

/** Names what lies under the hand, unless the hand drags something. */
function pointAtThings(map: RoadMap, drawing: Drawing, overlay: Overlay, busy: () => boolean, nameAt: (point: { x: number; y: number }) => string | undefined, state: State): void {
  const tip = new Popup({ closeButton: false, closeOnClick: false, offset: 10, className: "tip" });
  map.on("mousemove", (event) => {
    if (busy() || event.originalEvent.buttons !== 0) return void tip.remove();
    const { x, y } = event.point;
    if (!drawing.takesClicks()) map.getCanvasContainer().style.cursor = overlay.crossingAt(x, y, 5) !== undefined ? "pointer" : inZone(state.zone, event.lngLat) ? "grab" : "";
    const named = nameAt(event.point);
    if (named === undefined) tip.remove();
    else tip.setLngLat(event.lngLat).setText(named).addTo(map);
  });
}
