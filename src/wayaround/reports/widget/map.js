/** The map: a canvas in Mercator's projection. World coordinates are degrees, y growing to the north. */

const LIGHT = {
  ground: "#f7f5f0", border: "#8d8996", road: "#cfc9bc", text: "#3a3a44", halo: "#f7f5f0", before: "#2166c4", after: "#c2410c",
  zone: "#b91c1c", calm: "#9aa3ad", lost: "#111111", crossing: "#0f766e", open: "#ffffff",
};
const DARK = {
  ground: "#1d232b", border: "#77808c", road: "#434a54", text: "#e2e6ea", halo: "#1d232b", before: "#6db3ff", after: "#ff9d5c",
  zone: "#ff6b6b", calm: "#6a7480", lost: "#ffffff", crossing: "#4fd1c5", open: "#1d232b",
};
/** Extra hours on average, and the colour from there on; those of the page. */
const RAMP = [[0.02, "#f0cf5e"], [0.1, "#f29b38"], [0.3, "#e4572e"], [1, "#c01f5d"], [3, "#6a1b9a"]];

const WIDEST = 360;
const CLOSEST = 40000; // pixels a degree
const SETTLED_MS = 150;
const NEAR_PX = 9;
const LONGEST_NAME = 36;

const mercator = (lat) => (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI;
const latitude = (y) => (Math.atan(Math.exp((y * Math.PI) / 180)) * 360) / Math.PI - 90;

/** Lines as they are sent, projected: x and y by turns, and where each line begins. */
function unpack(lines) {
  const points = new Float32Array(own(lines.points));
  for (let at = 1; at < points.length; at += 2) points[at] = mercator(points[at]);
  return { points, first: new Int32Array(own(lines.first)) };
}

/** A copy, since what arrives need not begin at a multiple of four bytes. */
function own(view) {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}

/** Draws on a canvas and moves; `shown` says what, `events` hears of clicks and of a view that has come to rest. */
function makeMap(canvas, shown, events) {
  const paper = document.createElement("canvas"); // the ground, drawn once for each view that lasts
  const view = { x: 0, y: 0, scale: 1 };
  let home = null;
  let drawn = null;
  let settling = 0;
  let waiting = false;
  let colours = LIGHT;

  const width = () => canvas.clientWidth;
  const height = () => canvas.clientHeight;
  const px = (x) => (x - view.x) * view.scale + width() / 2;
  const py = (y) => (view.y - y) * view.scale + height() / 2;

  function fit(box, margin = 1) {
    const [west, south, east, north] = [box[0], mercator(box[1]), box[2], mercator(box[3])];
    view.x = (west + east) / 2;
    view.y = (south + north) / 2;
    view.scale = Math.min(width() / Math.max(east - west, 1e-4), height() / Math.max(north - south, 1e-4)) * margin;
    moved();
  }

  function moved() {
    view.scale = Math.min(Math.max(view.scale, width() / WIDEST), CLOSEST);
    view.x = Math.min(Math.max(view.x, -WIDEST), WIDEST);
    view.y = Math.min(Math.max(view.y, mercator(-84)), mercator(84));
    clearTimeout(settling);
    settling = setTimeout(() => {
      drawn = null;
      draw();
      const half = width() / 2 / view.scale;
      const tall = height() / 2 / view.scale;
      events.settled([view.x - half, Math.max(latitude(view.y - tall), -84), view.x + half, Math.min(latitude(view.y + tall), 84)]);
    }, SETTLED_MS);
    draw();
  }

  function zoom(factor, x = width() / 2, y = height() / 2) {
    const [lon, north] = [view.x + (x - width() / 2) / view.scale, view.y - (y - height() / 2) / view.scale];
    view.scale = Math.min(Math.max(view.scale * factor, width() / WIDEST), CLOSEST);
    view.x = lon - (x - width() / 2) / view.scale;
    view.y = north + (y - height() / 2) / view.scale;
    moved();
  }

  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (width() > 0) paint();
    });
  }

  function paint() {
    const ratio = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.round(width() * ratio), Math.round(height() * ratio)];
    if (canvas.width !== wide || canvas.height !== tall) {
      [canvas.width, canvas.height, paper.width, paper.height] = [wide, tall, wide, tall];
      drawn = null;
    }
    if (drawn === null) paintGround(ratio);
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, wide, tall);
    const grown = view.scale / drawn.scale;
    context.setTransform(grown, 0, 0, grown, (drawn.x - view.x) * view.scale * ratio + (wide / 2) * (1 - grown), (view.y - drawn.y) * view.scale * ratio + (tall / 2) * (1 - grown));
    context.drawImage(paper, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintClosures(context);
    paintRoutes(context);
    paintCrossings(context);
    paintPlaces(context);
    paintNames(context);
  }

  function paintGround(ratio) {
    drawn = { ...view };
    const context = paper.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, width(), height());
    stroke(context, shown.roads, { strokeStyle: colours.road, lineWidth: 0.8 });
    stroke(context, shown.borders, { strokeStyle: colours.border, lineWidth: 0.9 });
  }

  function trace(context, { points, first }, line) {
    for (let at = first[line]; at < first[line + 1]; at++) {
      if (at === first[line]) context.moveTo(px(points[2 * at]), py(points[2 * at + 1]));
      else context.lineTo(px(points[2 * at]), py(points[2 * at + 1]));
    }
  }

  function stroke(context, lines, style, rows) {
    Object.assign(context, { lineJoin: "round", lineCap: "butt" }, style);
    context.beginPath();
    if (rows !== undefined) rows.forEach((row) => trace(context, lines, row));
    else for (let line = 0; line + 1 < lines.first.length; line++) trace(context, lines, line);
    context.stroke();
  }

  function paintClosures(context) {
    shown.closures.shut.forEach((shut, closure) => {
      const style = { strokeStyle: colours.zone, lineWidth: 1.6 };
      context.setLineDash(shut ? [] : [5, 4]);
      const rings = shown.areaOf.flatMap((of, row) => (of === closure ? [row] : []));
      stroke(context, shown.areas, style, rings);
      context.save();
      context.globalAlpha = shut ? 0.16 : 0.08;
      context.fillStyle = colours.zone;
      context.beginPath();
      for (const ring of rings) trace(context, shown.areas, ring);
      context.fill("evenodd");
      context.restore();
      const roads = shown.stretchOf.flatMap((of, row) => (of === closure ? [row] : []));
      stroke(context, shown.stretches, { ...style, lineWidth: 4 }, roads);
      for (const row of roads) {
        const at = shown.stretches.first[row];
        mark(context, px(shown.stretches.points[2 * at]), py(shown.stretches.points[2 * at + 1]), shut);
      }
    });
    context.setLineDash([]);
  }

  function mark(context, x, y, shut) {
    context.setLineDash([]);
    Object.assign(context, { strokeStyle: colours.zone, lineWidth: 2.5 });
    context.beginPath();
    if (shut) for (const turn of [1, -1]) { context.moveTo(x - 5, y - 5 * turn); context.lineTo(x + 5, y + 5 * turn); }
    else context.arc(x, y, 5, 0, 2 * Math.PI);
    context.stroke();
  }

  function paintRoutes(context) {
    const rows = shown.drawn();
    stroke(context, shown.before, { strokeStyle: colours.before, lineWidth: 4.5 }, rows);
    context.setLineDash([7, 4]);
    stroke(context, shown.after, { strokeStyle: colours.after, lineWidth: 2.2 }, rows);
    context.setLineDash([]);
  }

  function paintCrossings(context) {
    shown.crossings.forEach((crossing) => {
      const used = crossing.pairs_before > 0 || crossing.pairs_after > 0;
      Object.assign(context, { fillStyle: colours.open, strokeStyle: crossing.state === "open" ? colours.crossing : colours.zone, lineWidth: used ? 2 : 1 });
      const size = used ? 7 : 5;
      context.beginPath();
      context.rect(px(crossing.lon) - size / 2, py(crossing.y) - size / 2, size, size);
      context.fill();
      context.stroke();
    });
  }

  function paintPlaces(context) {
    for (const place of shown.places) {
      const radius = place === shown.found() ? 9 : place.radius;
      context.beginPath();
      context.arc(px(place.lon), py(place.y), radius, 0, 2 * Math.PI);
      context.fillStyle = place.inside || place.extra_h === null ? colours.open : colourOf(place.extra_h) ?? colours.calm;
      context.fill();
      const lost = !place.inside && (place.lost ?? 0) >= 0.5;
      Object.assign(context, { strokeStyle: place.inside ? colours.zone : lost ? colours.lost : colours.text, lineWidth: place.inside || lost ? 2.5 : 0.7 });
      context.stroke();
    }
  }

  function paintNames(context) {
    Object.assign(context, { font: "12px system-ui, sans-serif", textBaseline: "middle", lineJoin: "round", strokeStyle: colours.halo, fillStyle: colours.text, lineWidth: 3 });
    const taken = [];
    for (const { name: whole, lon, y } of shown.names()) {
      const name = whole.length > LONGEST_NAME ? `${whole.slice(0, LONGEST_NAME - 1)}…` : whole;
      const [x, at, wide] = [px(lon) + 9, py(y), context.measureText(name).width];
      if (x < 0 || x + wide > width() || at < 8 || at > height() - 8) continue;
      if (taken.some((box) => x < box.x + box.wide + 6 && box.x < x + wide + 6 && Math.abs(at - box.at) < 16)) continue;
      taken.push({ x, at, wide });
      context.strokeText(name, x, at);
      context.fillText(name, x, at);
    }
  }

  /** The place, else the crossing, under a point of the canvas. */
  function under(x, y) {
    for (const [kind, things] of [["place", shown.places], ["crossing", shown.crossings]]) {
      let [nearest, least] = [null, NEAR_PX];
      for (const thing of things) {
        const apart = Math.hypot(px(thing.lon) - x, py(thing.y) - y);
        if (apart <= least) [nearest, least] = [thing, apart];
      }
      if (nearest !== null) return { kind, thing: nearest };
    }
    return null;
  }

  listen();
  const resized = new ResizeObserver(() => (home === null ? undefined : drawn === null ? draw() : moved()));
  resized.observe(canvas);
  return {
    draw,
    zoom,
    goHome: () => home && fit(home),
    open: (box) => { home = box; fit(box); },
    fit: (box) => fit(box, 0.85),
    centre(lon, y) { Object.assign(view, { x: lon, y }); moved(); },
    regrounded() { drawn = null; draw(); },
    repaint(dark) { colours = dark ? DARK : LIGHT; drawn = null; draw(); },
    stop() { resized.disconnect(); clearTimeout(settling); },
  };

  function listen() {
    const fingers = new Map();
    let apart = 0;
    let walked = 0;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
      walked = fingers.size > 1 ? NEAR_PX : 0;
      apart = spread(fingers);
    });
    canvas.addEventListener("pointermove", (event) => {
      const last = fingers.get(event.pointerId);
      if (last === undefined) return events.hovered(under(event.offsetX, event.offsetY), event.offsetX, event.offsetY);
      const [dx, dy] = [event.offsetX - last[0], event.offsetY - last[1]];
      fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
      walked += Math.abs(dx) + Math.abs(dy);
      view.x -= dx / view.scale / fingers.size;
      view.y += dy / view.scale / fingers.size;
      if (fingers.size === 2) {
        const now = spread(fingers);
        if (apart > 0) view.scale *= now / apart;
        apart = now;
      }
      moved();
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => {
        if (name === "pointerup" && walked < 4) events.clicked(under(event.offsetX, event.offsetY));
        fingers.delete(event.pointerId);
      });
    }
    canvas.addEventListener("pointerleave", () => events.hovered(null, 0, 0));
    canvas.addEventListener("wheel", (event) => {
      if (document.activeElement !== canvas && canvas.getRootNode().activeElement !== canvas && !event.ctrlKey) return; // the notebook scrolls
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
      const step = steps[event.key];
      if (step !== undefined) {
        view.x += step[0] / view.scale;
        view.y += step[1] / view.scale;
        moved();
      } else if (event.key === "+" || event.key === "=") zoom(1.5);
      else if (event.key === "-") zoom(1 / 1.5);
      else if (event.key === "Home") fit(home);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}

function spread(fingers) {
  const [one, other] = [...fingers.values()];
  return other === undefined ? 0 : Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function colourOf(extraH) {
  return RAMP.findLast(([from]) => extraH >= from)?.[1];
}
