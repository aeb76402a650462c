/** Areas of any shape: drawn point by point, then reshaped by their corners. */

import type { Map as RoadMap } from "maplibre-gl";
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode, ValidateNotSelfIntersecting } from "terra-draw";
import type { HexColor } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import type { Area, Dates, Ring } from "./state";

export interface Drawing {
  begin(): void;
  stop(): void;
  /** Whether a click belongs to the drawing and to nothing else. */
  takesClicks(): boolean;
  remove(row: number): void;
  setDates(row: number, dates: Dates): void;
}

/** The hand meets what lies on top, the keyboard the map's own canvas. */
class LayeredMapAdapter extends TerraDrawMapLibreGLAdapter<RoadMap> {
  readonly #surface: HTMLCanvasElement;
  readonly #map: RoadMap;

  constructor(map: RoadMap, surface: HTMLCanvasElement) {
    super({ map, coordinatePrecision: 6 });
    [this.#surface, this.#map] = [surface, map];
  }

  override getMapEventElement(event?: string): HTMLCanvasElement {
    return event?.startsWith("key") === true ? this.#map.getCanvas() : this.#surface;
  }

  override setCursor(cursor: Parameters<TerraDrawMapLibreGLAdapter<RoadMap>["setCursor"]>[0]): void {
    this.#map.getCanvasContainer().style.cursor = cursor === "unset" ? "" : cursor;
  }
}

export function makeDrawing(map: RoadMap, surface: HTMLCanvasElement, colour: string, first: Area[], changed: (areas: Area[]) => void, ended: () => void): Drawing {
  const shown = colour as HexColor;
  const draw = new TerraDraw({
    adapter: new LayeredMapAdapter(map, surface),
    modes: [
      new TerraDrawPolygonMode({
        validation: (feature, { updateType }) =>
          updateType === "finish" || updateType === "commit" ? ValidateNotSelfIntersecting(feature) : { valid: true },
        styles: { fillColor: shown, outlineColor: shown, fillOpacity: 0.16, outlineWidth: 2, closingPointColor: shown },
      }),
      new TerraDrawSelectMode({
        flags: { polygon: { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } } },
        styles: { selectedPolygonColor: shown, selectedPolygonOutlineColor: shown, selectedPolygonFillOpacity: 0.2 },
      }),
    ],
  });
  draw.start();
  const datesOf = new Map<string | number, Dates>();
  const added = draw.addFeatures(
    first.map(({ ring }) => ({
      type: "Feature",
      properties: { mode: "polygon" },
      geometry: { type: "Polygon", coordinates: [[...ring, ring[0] as [number, number]]] },
    })),
  );
  added.forEach(({ id }, row) => {
    const area = first[row];
    if (id !== undefined && area !== undefined) datesOf.set(id, { from: area.from, until: area.until });
  });
  draw.setMode("select");

  const areas = (): (Area & { id: string | number })[] =>
    draw.getSnapshot().flatMap(({ id, geometry, properties }) => {
      if (geometry.type !== "Polygon" || id === undefined || properties["mode"] !== "polygon" || properties["currentlyDrawing"]) return [];
      const ring: Ring = (geometry.coordinates[0] ?? []).slice(0, -1).map(([lon, lat]) => [lon ?? 0, lat ?? 0]);
      return [{ id, ring, ...(datesOf.get(id) ?? { from: "", until: "" }) }];
    });
  const now = (): Area[] => areas().map(({ ring, from, until }) => ({ ring, from, until }));
  let told = JSON.stringify(now());
  const tell = (): void => {
    const text = JSON.stringify(now());
    if (text === told) return;
    told = text;
    changed(now());
  };
  draw.on("change", tell);
  draw.on("finish", () => {
    if (draw.getMode() === "polygon") {
      draw.setMode("select");
      ended();
    }
    tell();
  });

  return {
    begin: () => draw.setMode("polygon"),
    stop: () => draw.setMode("select"),
    takesClicks: () => draw.getMode() === "polygon" || areas().some(({ id }) => draw.getSnapshotFeature(id)?.properties["selected"]),
    remove(row): void {
      const found = areas()[row];
      if (found === undefined) return;
      if (draw.getSnapshotFeature(found.id)?.properties["selected"]) draw.deselectFeature(found.id);
      draw.removeFeatures([found.id]);
      tell();
    },
    setDates(row, dates): void {
      const found = areas()[row];
      if (found === undefined) return;
      datesOf.set(found.id, dates);
      tell();
    },
  };
}
