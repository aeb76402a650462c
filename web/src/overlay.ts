/**
 * What changes while somebody drags, on a canvas of its own above the map, which is not drawn again.
 *
 * While the map rests, a picture of it stands in its place and the map itself is out of sight: without
 * graphics hardware a browser takes a tenth of a second to lay a WebGL canvas under what has changed, even if it has not itself.
 * The canvas above is then only as large as what changes, since every point of it costs time whenever it is drawn.
 * The names are kept as a picture of their own, and drawn above all else.
 */

import type { Map as RoadMap } from "maplibre-gl";
import type { Cities, Crossing, LiveAnswer, Way } from "./api";
import { circleRing, mercator } from "./geometry";
import { FIRST_NAMES, RAMP } from "./style";
import type { Palette } from "./style";
import type { State } from "./state";

const CROSSINGS_FROM_ZOOM = 3.5;
/** Hours on average up to which a city is left as the dot that the map has for it. */
const CALM_H = 0.02;
/** The canvas grows and shrinks by steps, not with every move of the hand. */
const STEP_PX = 64;
/** How far beyond its point or line anything is drawn. */
const BRIM_PX = 20;

export interface End {
  name: string;
  lat: number;
  lon: number;
}

export interface Overlay {
  /** What the hand meets. */
  surface: HTMLCanvasElement;
  showZone(zone: State["zone"]): void;
  showCities(cities: Cities): void;
  showLosses(answer: LiveAnswer): void;
  showRoutes(before: Way | null | undefined, after: Way | null | undefined, ends: End[]): void;
  showShut(crossings: Set<string>): void;
  recolour(colours: Palette): void;
  /** The city or crossing at a point of the map, as its row. */
  cityAt(x: number, y: number, reach: number): number | undefined;
  crossingAt(x: number, y: number, reach: number): number | undefined;
  lossOf(city: number): { extraH: number; inside: boolean };
  /** The same onto another canvas, in the map's pixels. */
  paint(context: CanvasRenderingContext2D): void;
}

/** Where a point in Mercator's square, whose sides are 1, comes on the map. */
interface View {
  x: number;
  y: number;
  scale: number;
  zoom: number;
  width: number;
  height: number;
}

/** A part of the map, in its pixels. */
interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Spots {
  x: Float64Array;
  y: Float64Array;
}

function spotsOf(lons: number[], lats: number[]): Spots {
  const spots = { x: new Float64Array(lons.length), y: new Float64Array(lons.length) };
  lons.forEach((lon, row) => [spots.x[row], spots.y[row]] = mercator(lon, lats[row] ?? 0));
  return spots;
}

export function makeOverlay(map: RoadMap, crossings: Crossing[], firstColours: Palette): Overlay {
  const [still, canvas, surface] = [document.createElement("canvas"), document.createElement("canvas"), document.createElement("canvas")];
  for (const each of [still, canvas, surface]) {
    each.className = "above";
    each.setAttribute("aria-hidden", "true");
  }
  still.hidden = true;
  map.getCanvas().after(still, canvas, surface);
  surface.addEventListener("click", () => map.getCanvas().focus({ preventScroll: true })); // which lies under this one
  const names = document.createElement("canvas");
  const kept = still.getContext("2d", { alpha: false, willReadFrequently: true })!;
  const keptNames = names.getContext("2d", { willReadFrequently: true })!;
  const screen = canvas.getContext("2d", { willReadFrequently: true })!; // in main memory, as all that is drawn on it
  const borders = spotsOf(crossings.map((each) => each.lon), crossings.map((each) => each.lat));

  let colours = firstColours;
  let zoneRing: Spots | null = null;
  let towns: Spots = spotsOf([], []);
  let sizes = new Float64Array(0);
  let extraH = new Float64Array(0);
  let lost = new Uint8Array(0);
  let inside = new Uint8Array(0);
  /** Cities that are hit, the worst last, so that they lie on top. */
  let hit: number[] = [];
  let routes: { before: Spots | null; after: Spots | null } = { before: null, after: null };
  let ends: Spots = spotsOf([], []);
  let shut = new Set<number>();
  let seen: View = viewNow();
  /** Where the names are kept as they stand on the map. */
  let namesSeen: View | undefined;
  let namesAlone = false;
  let frame: number | undefined;

  function viewNow(): View {
    const { lng, lat } = map.getCenter();
    const [x, y] = mercator(lng, lat);
    const box = map.getContainer();
    return { x, y, scale: 512 * 2 ** map.getZoom(), zoom: map.getZoom(), width: box.clientWidth, height: box.clientHeight };
  }

  const isSame = (one: View, other: View): boolean => (Object.keys(one) as (keyof View)[]).every((key) => one[key] === other[key]);

  /** The copy of the world in which a place lies nearest to the middle. */
  const left = (view: View, x: number): number => (x + Math.round(view.x - x) - view.x) * view.scale + view.width / 2;
  const top = (view: View, y: number): number => (y - view.y) * view.scale + view.height / 2;

  const isNear = (view: View, x: number, y: number): boolean =>
    x > -BRIM_PX && y > -BRIM_PX && x < view.width + BRIM_PX && y < view.height + BRIM_PX;

  function along(view: View, line: Spots, visit: (x: number, y: number) => void): void {
    const shift = Math.round(view.x - (line.x[0] ?? 0));
    let [lastX, lastY] = [Infinity, Infinity];
    for (let row = 0; row < line.x.length; row++) {
      const x = ((line.x[row] ?? 0) + shift - view.x) * view.scale + view.width / 2;
      const y = top(view, line.y[row] ?? 0);
      if (Math.abs(x - lastX) + Math.abs(y - lastY) < 0.8 && row < line.x.length - 1) continue;
      visit(x, y);
      [lastX, lastY] = [x, y];
    }
  }

  function trace(on: CanvasRenderingContext2D, view: View, line: Spots): void {
    on.beginPath();
    along(view, line, (x, y) => on.lineTo(x, y));
  }

  /** Where all lies that changes while a hand drags. */
  function boxOfChange(view: View): Box {
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    const meet = (x: number, y: number): void => { // of a line that leaves the map, all up to the map's edge
      [x, y] = [Math.min(Math.max(x, 0), view.width), Math.min(Math.max(y, 0), view.height)];
      [west, north, east, south] = [Math.min(west, x), Math.min(north, y), Math.max(east, x), Math.max(south, y)];
    };
    const meetSpot = (x: number, y: number): void => void (isNear(view, x, y) && meet(x, y));
    for (const line of [zoneRing, routes.before, routes.after]) if (line !== null) along(view, line, meet);
    for (const row of hit) meetSpot(left(view, towns.x[row] ?? 0), top(view, towns.y[row] ?? 0));
    ends.x.forEach((x, row) => meetSpot(left(view, x), top(view, ends.y[row] ?? 0)));
    const down = (px: number): number => Math.max(Math.floor((px - BRIM_PX) / STEP_PX) * STEP_PX, 0);
    const up = (px: number, most: number): number => Math.min(Math.ceil((px + BRIM_PX) / STEP_PX) * STEP_PX, most);
    if (east < west) return { left: 0, top: 0, width: 0, height: 0 };
    return { left: down(west), top: down(north), width: up(east, view.width) - down(west), height: up(south, view.height) - down(north) };
  }

  function disc(on: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
    on.moveTo(x + radius, y);
    on.arc(x, y, radius, 0, 2 * Math.PI);
  }

  function radiusOf(row: number, near: number): number {
    const struck = (extraH[row] ?? 0) > CALM_H;
    const far = struck || lost[row] ? 2.5 : 1;
    return far + ((sizes[row] ?? 0) + (struck ? 2 : 0) - far) * near;
  }

  const nearness = (view: View): number => Math.min(Math.max((view.zoom - 3) / 5, 0), 1);

  function drawHit(on: CanvasRenderingContext2D, view: View): void {
    const near = nearness(view);
    for (const row of hit) {
      const [x, y] = [left(view, towns.x[row] ?? 0), top(view, towns.y[row] ?? 0)];
      if (!isNear(view, x, y)) continue;
      const rim = lost[row] ? 2.5 : inside[row] ? 2 : 0.7;
      on.beginPath();
      disc(on, x, y, radiusOf(row, near) + rim);
      on.fillStyle = inside[row] ? colours.open : lost[row] ? colours.lost : colours.halo;
      on.fill();
      on.beginPath();
      disc(on, x, y, radiusOf(row, near));
      on.fillStyle = inside[row] ? colours.zone : (RAMP.findLast(([from]) => (extraH[row] ?? 0) >= from)?.[1] ?? colours.calm);
      on.fill();
    }
  }

  function drawCrossings(on: CanvasRenderingContext2D, view: View): void {
    if (view.zoom < CROSSINGS_FROM_ZOOM) return;
    const radius = 3 + Math.min(Math.max((view.zoom - 4) / 4, 0), 1) * 3;
    on.lineWidth = 2;
    for (let row = 0; row < borders.x.length; row++) {
      const [x, y] = [left(view, borders.x[row] ?? 0), top(view, borders.y[row] ?? 0)];
      if (!isNear(view, x, y)) continue;
      on.beginPath();
      disc(on, x, y, radius + 1);
      on.fillStyle = shut.has(row) ? colours.zone : colours.open;
      on.strokeStyle = shut.has(row) ? colours.zone : colours.crossing;
      on.fill();
      on.stroke();
    }
  }

  function drawEnds(on: CanvasRenderingContext2D, view: View): void {
    on.font = "700 12px system-ui, sans-serif";
    on.textAlign = "center";
    on.textBaseline = "middle";
    for (let row = 0; row < ends.x.length; row++) {
      const [x, y] = [left(view, ends.x[row] ?? 0), top(view, ends.y[row] ?? 0)];
      on.beginPath();
      disc(on, x, y, 10);
      on.fillStyle = colours.text;
      on.fill();
      on.fillStyle = colours.halo;
      on.fillText("AB"[row] ?? "", x, y + 0.5);
    }
  }

  function paint(on: CanvasRenderingContext2D, view: View): void {
    on.lineCap = on.lineJoin = "round";
    if (zoneRing !== null) {
      trace(on, view, zoneRing);
      on.globalAlpha = 0.16;
      on.fillStyle = on.strokeStyle = colours.zone;
      on.fill();
      on.globalAlpha = 1;
      on.lineWidth = 2;
      on.stroke();
    }
    for (const [line, colour, width, alpha] of [[routes.before, colours.before, 6, 0.45], [routes.after, colours.after, 3, 1]] as const) {
      if (line === null) continue;
      trace(on, view, line);
      on.globalAlpha = alpha;
      on.strokeStyle = colour;
      on.lineWidth = width;
      on.stroke();
      on.globalAlpha = 1;
    }
    drawHit(on, view);
    paintFixed(on, view);
    drawEnds(on, view);
  }

  /** What lies above all that changes, and does not change itself. */
  function paintFixed(on: CanvasRenderingContext2D, view: View): void {
    drawCrossings(on, view);
    if (namesSeen !== undefined && isSame(namesSeen, view)) on.drawImage(names, 0, 0, view.width, view.height);
  }

  function draw(): void {
    frame = undefined;
    seen = viewNow();
    const resting = !still.hidden && namesSeen !== undefined && isSame(namesSeen, seen);
    const box = resting ? boxOfChange(seen) : { left: 0, top: 0, width: seen.width, height: seen.height };
    const ratio = map.getPixelRatio();
    const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    for (const side of ["left", "top", "width", "height"] as const) canvas.style[side] = `${box[side]}px`;
    screen.setTransform(ratio, 0, 0, ratio, -box.left * ratio, -box.top * ratio);
    screen.clearRect(box.left, box.top, box.width, box.height);
    paint(screen, seen);
  }

  function drawSoon(): void {
    frame ??= requestAnimationFrame(draw);
  }

  function rest(on: boolean): void {
    still.hidden = !on;
    map.getCanvas().classList.toggle("resting", on); // unseen, but it keeps the keyboard
  }

  map.addLayer({
    id: "beneath-names", type: "custom",
    render: (gl) => {
      if (!namesAlone) return;
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
    },
  }, FIRST_NAMES);

  /** Draws the map once more, into a picture of its names; it is out of sight meanwhile. */
  function keepNames(drawn: HTMLCanvasElement): void {
    namesAlone = true;
    map.redraw();
    namesAlone = false;
    [names.width, names.height] = [drawn.width, drawn.height];
    keptNames.putImageData(pixelsOf(drawn), 0, 0); // drawn as an image, they would draw all they are drawn on into the graphics driver
    namesSeen = viewNow();
  }

  map.on("render", () => {
    if (namesAlone) return;
    rest(false);
    if (!isSame(viewNow(), seen)) draw(); // in the frame in which the map moves
  });
  map.on("idle", () => {
    if (namesAlone) return;
    const drawn = map.getCanvas();
    [still.width, still.height] = [drawn.width, drawn.height];
    kept.drawImage(drawn, 0, 0); // in the frame of its last drawing, after which WebGL forgets it
    rest(true);
    keepNames(drawn);
    const ratio = map.getPixelRatio();
    kept.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintFixed(kept, viewNow());
    draw();
  });

  function nearest(spots: Spots, x: number, y: number, reach: (row: number) => number): number | undefined {
    const view = viewNow();
    let [found, best]: [number | undefined, number] = [undefined, Infinity];
    for (let row = 0; row < spots.x.length; row++) {
      const far = Math.hypot(left(view, spots.x[row] ?? 0) - x, top(view, spots.y[row] ?? 0) - y);
      if (far < best && far <= reach(row)) [found, best] = [row, far];
    }
    return found;
  }

  return {
    surface,
    showZone({ on, lat, lon, radiusKm }): void {
      const ring = circleRing(lat, lon, radiusKm);
      zoneRing = on ? spotsOf(ring.map(([each]) => each), ring.map(([, each]) => each)) : null;
      drawSoon();
    },
    showCities(cities): void {
      towns = spotsOf(cities.lon, cities.lat);
      sizes = Float64Array.from(cities.people, (people) => 2 + (Math.min(Math.max(Math.log(Math.max(people, 1000)), 9), 16) - 9) * (6 / 7));
      extraH = new Float64Array(sizes.length);
      lost = new Uint8Array(sizes.length);
      inside = new Uint8Array(sizes.length);
      hit = [];
      drawSoon();
    },
    showLosses(answer): void {
      extraH = Float64Array.from(answer.extra_s, (seconds) => seconds / 3600);
      lost = Uint8Array.from(answer.lost_percent, (percent) => (percent >= 50 ? 1 : 0));
      inside = new Uint8Array(extraH.length);
      for (const row of answer.inside) inside[row] = 1;
      const weight = (row: number): number => (inside[row] ? 1e6 : 0) + (lost[row] ? 1e5 : 0) + (extraH[row] ?? 0);
      hit = [...extraH.keys()].filter((row) => inside[row] || lost[row] || (extraH[row] ?? 0) > CALM_H).sort((a, b) => weight(a) - weight(b));
      drawSoon();
    },
    showRoutes(before, after, places): void {
      const spots = (way: Way | null | undefined): Spots | null => (way && way.line.length > 1 ? unwrapped(way.line) : null);
      routes = { before: spots(before), after: spots(after) };
      ends = spotsOf(places.map((each) => each.lon), places.map((each) => each.lat));
      drawSoon();
    },
    showShut(ids): void {
      shut = new Set(crossings.flatMap((each, row) => (ids.has(each.id) ? [row] : [])));
      map.triggerRepaint(); // its picture has them too
      drawSoon();
    },
    recolour(now): void {
      colours = now;
      namesSeen = undefined;
      drawSoon();
    },
    cityAt(x, y, reach): number | undefined {
      const near = nearness(viewNow());
      return nearest(towns, x, y, (row) => radiusOf(row, near) + reach);
    },
    crossingAt: (x, y, reach) => (map.getZoom() < CROSSINGS_FROM_ZOOM ? undefined : nearest(borders, x, y, () => 4 + reach)),
    lossOf: (city) => ({ extraH: extraH[city] ?? 0, inside: inside[city] === 1 }),
    paint: (context) => paint(context, viewNow()),
  };
}

function pixelsOf(drawn: HTMLCanvasElement): ImageData {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [drawn.width, drawn.height];
  const on = copy.getContext("2d")!;
  on.drawImage(drawn, 0, 0);
  return on.getImageData(0, 0, copy.width, copy.height);
}

/** A line that goes on across the date line. */
function unwrapped(line: [number, number][]): Spots {
  const spots = spotsOf(line.map(([lon]) => lon), line.map(([, lat]) => lat));
  for (let row = 1; row < line.length; row++) spots.x[row] = (spots.x[row] ?? 0) + Math.round((spots.x[row - 1] ?? 0) - (spots.x[row] ?? 0));
  return spots;
}
