/** The map as a picture, with the names of those whose data it shows. */

import type { Map as RoadMap } from "maplibre-gl";
import type { Overlay } from "./overlay";
import type { Palette } from "./style";

const LINE_PX = 15;

export function paintPicture(map: RoadMap, overlay: Overlay, attribution: string, colours: Palette): Promise<Blob | null> {
  return new Promise((resolve) => {
    map.once("render", () => { // what WebGL has drawn is gone once the frame is over
      const beneath = map.getCanvas();
      const picture = document.createElement("canvas");
      [picture.width, picture.height] = [beneath.width, beneath.height];
      const on = picture.getContext("2d")!;
      on.drawImage(beneath, 0, 0);
      const ratio = map.getPixelRatio();
      on.setTransform(ratio, 0, 0, ratio, 0, 0);
      overlay.paint(on);
      credit(on, attribution, beneath.clientWidth, beneath.clientHeight, colours);
      picture.toBlob(resolve, "image/png");
    });
    map.triggerRepaint();
  });
}

/** In the lower right corner, in as many lines as it takes. */
function credit(on: CanvasRenderingContext2D, text: string, width: number, height: number, colours: Palette): void {
  on.font = "11px system-ui, sans-serif";
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (on.measureText(longer).width > width - 16 && lines.at(-1) !== "") lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  const wide = Math.max(...lines.map((line) => on.measureText(line).width)) + 12;
  const high = lines.length * LINE_PX + 4;
  on.fillStyle = colours.halo;
  on.fillRect(width - wide, height - high, wide, high);
  on.fillStyle = colours.text;
  on.textAlign = "left";
  on.textBaseline = "middle";
  lines.forEach((line, row) => on.fillText(line, width - wide + 6, height - high + 2 + (row + 0.5) * LINE_PX));
}
