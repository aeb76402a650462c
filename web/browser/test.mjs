// The page in a real browser, as a person uses it. Pictures for the eye are left in out/browser/.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const pictures = join(root, "out", "browser");
mkdirSync(pictures, { recursive: true });
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (executablePath === undefined) {
  console.log("SKIPPED: no Chromium is installed (apt-get install chromium)");
  process.exit(0);
}

const { url, stop } = process.env.WAYAROUND_URL ? { url: process.env.WAYAROUND_URL, stop: () => {} } : await serve();
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const measured = {};
/** As Chromium draws by itself where it finds no graphics hardware: it lays the page's parts over one another without WebGL's means. */
const plain = ["--no-sandbox", "--enable-unsafe-swiftshader"];
try {
  for (const part of [journey, dragging, drawing, dates, exports, ranking, text, saved, hostile, hostileStored, login, otherViews]) {
    if (process.argv.length > 2 && !process.argv.includes(part.name)) continue; // node browser/test.mjs ranking saved
    console.log(`${part.name} ...`);
    await part();
  }
  console.log(`passed; pictures in ${pictures}`);
} finally {
  await browser.close();
  stop();
}

async function journey() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  const problems = watch(page);
  await page.goto(url);
  await reads(page, "#before-km", "793");
  await reads(page, "#after-km", /^92[89]$/);
  await settle(page);
  assert.ok((await page.evaluate(countNames)) > 100, "names are drawn above what changes");
  await shot(page, "1-tanf-55-km");
  await accessible(page, "light");

  await page.locator("#radius").focus();
  await slide(page, 10);
  await settle(page);
  await shot(page, "2-tanf-10-km");
  await reads(page, "#radius-said", "10 km");
  await reads(page, "#after-km", /^92[89]$/); // the road passes within 10 km of the centre
  await slide(page, 55);
  await reads(page, "#after-km", /^92[89]$/);
  await reads(page, "#radius-said", "55 km");

  await page.locator("#crossing").selectOption({ label: await labelOf(page, "Nasib-Jaber") });
  await reads(page, "#after-km", "944");
  await settle(page);
  await shot(page, "3-nasib-shut-too");
  const shared = page.url();

  for (const name of [/^(Daraa|Dara|Al-Ramtha|Ramtha)/i, /Trebil/i]) {
    await page.locator("#crossing").selectOption({ label: await labelOf(page, name) });
  }
  await reads(page, "#after-km", /^96[45]$/);
  await settle(page);
  await shot(page, "4-only-al-qaim-left");

  const again = await context.newPage();
  watch(again, problems);
  await again.goto(shared);
  await reads(again, "#after-km", "944");
  assert.equal(await again.locator("#shut li").count(), 1, "the shared address shuts one crossing");
  await again.close();

  await page.goto("about:blank");
  await page.goto(url);
  await reads(page, "#after-km", /^92[89]$/);
  await settle(page);
  await drag(page, "all_through_webgl");
  await shot(page, "5-dragged");

  await page.locator("#zone-centre").focus();
  const before = await page.locator("#zone-at").textContent();
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction((was) => document.querySelector("#zone-at").textContent !== was, before);

  await page.locator('#hit button[data-sort="people"]').click();
  assert.equal(await page.locator("#hit th:has([data-sort=people])").getAttribute("aria-sort"), "descending");
  await page.locator("#filter").fill("Baghdad");
  await page.waitForFunction(() => document.querySelector("#hit tbody tr th")?.textContent.includes("Baghdad"));
  await page.locator("#hit tbody button").first().click();
  await settle(page);
  await shot(page, "6-city-found");
  assert.deepEqual(problems, [], "the browser complained");
  await context.close();
}

/** In the browser: points of the colour of names on the canvas above the map, in its lower third, where nothing else is drawn in it. */
function countNames() {
  const canvas = document.querySelectorAll("canvas.above")[1];
  const third = Math.floor(canvas.height / 3);
  const pixels = canvas.getContext("2d").getImageData(0, canvas.height - third, canvas.width, third).data;
  let count = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] > 200 && [58, 58, 68].every((value, part) => Math.abs(pixels[at + part] - value) < 24)) count += 1;
  }
  return count;
}

async function drawing() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  const problems = watch(page);
  await page.goto(`${url}#at=33.2,38.6,7&zone=33.5085,38.62,55,off&from=33.513,36.292&to=33.315,44.366&cities=SY,IQ,JO&most=300`);
  await reads(page, "#after-km", "793");
  await settle(page);

  await click(page, 32.52, 36.19); // Nasib-Jaber or its neighbour: whichever lies nearest
  await page.waitForFunction(() => document.querySelectorAll("#shut li").length === 1);
  console.log("clicked:", await page.locator("#shut li span").first().textContent());
  await page.locator("#shut li button").click();
  await page.waitForFunction(() => document.querySelectorAll("#shut li").length === 0);

  await page.locator("#draw").click();
  for (const [lat, lon] of [[33.0, 38.2], [34.1, 38.2], [34.1, 39.3], [33.0, 39.3]]) {
    await click(page, lat, lon);
    await page.waitForTimeout(500);
  }
  await page.keyboard.press("Enter");
  await reads(page, "#after-km", /^92[89]$/);
  assert.match(await page.locator("#shut li").first().textContent(), /Area 1, 4 corners/);
  await settle(page);
  await shot(page, "9-area-drawn");
  const edges = await page.evaluate(() => [document.querySelectorAll("canvas.above")[1], document.querySelector("#map")].map((each) => each.getBoundingClientRect().right));
  assert.equal(edges[0], edges[1], "the routes, which leave the map, are drawn up to its edge");
  const shared = page.url();
  await page.goto("about:blank");
  await page.goto(shared);
  await reads(page, "#after-km", /^92[89]$/);
  await page.locator("#shut li button").click();
  await reads(page, "#after-km", "793");

  await page.goto("about:blank");
  await page.goto(`${url}#at=33.44,38.8,9.5&zone=33.5085,38.62,55,off&from=33.513,36.292&to=33.315,44.366&cities=SY,IQ,JO&most=300`);
  await reads(page, "#after-km", "793");
  await settle(page);
  await clickRoad(page);
  await settle(page);
  await shot(page, "10-road-shut");
  assert.deepEqual(problems, [], "the browser complained");
  await context.close();
}

/** Clicks down a column of the map until a road is met. */
async function clickRoad(page) {
  const box = await page.locator("#map").boundingBox();
  for (let y = box.y + 120; y < box.y + box.height - 80; y += 8) {
    await page.mouse.click(box.x + box.width * 0.42, y);
    await page.waitForTimeout(40);
    if ((await page.locator("#shut li").count()) > 0) return;
  }
  throw new Error("no road could be clicked");
}

async function text() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  const problems = watch(page);
  await page.goto(`${url}#at=33.4,40.3,5.4&zone=33.5085,38.62,55,on&cities=SY,IQ,JO&most=300`);
  await reads(page, "#after-km", /^92[89]$/);
  await page.locator("#text").fill(readFileSync(join(root, "examples", "al-tanf-thread.txt"), "utf8"));
  await page.locator("#check").click();
  await page.waitForFunction(() => document.querySelectorAll("#verdicts li").length > 5, null, { timeout: 60_000 });
  console.log("the thread:", await page.locator("#checked").textContent());
  const just = page.locator("#verdicts details", { hasText: "just 155 km" });
  assert.equal(await just.locator("strong").textContent(), "supported");
  await just.locator("summary").click();
  await settle(page);
  await settle(page);
  await shot(page, "11-verdict-open");
  await accessible(page, "a verdict open");
  await page.locator("#text").fill('<img src=x onerror="window.hurt=1"> Damascus to Baghdad is <b>300 km</b>.');
  await page.locator("#check").click();
  await reads(page, "#check", "Check it");
  assert.equal(await page.evaluate(() => globalThis.hurt), undefined, "a text ran a script");
  assert.deepEqual(problems, [], "the browser complained");
  await context.close();
}

async function hostile() {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  const script = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>";
  for (const key of ["from", "to", "cities", "crossing", "at", "zone", "area", "day", "force", "link"]) {
    await page.goto("about:blank");
    await page.goto(`${url}#${new URLSearchParams({ [key]: `${script} @ 33.5,36.3` })}`);
    await page.waitForFunction(() => document.querySelector("#served").textContent.includes("roads"));
    await page.waitForTimeout(700);
    assert.equal(await page.evaluate(() => globalThis.hurt), undefined, `${key} ran a script`);
    assert.equal(await page.locator("img[src=x]").count(), 0, `${key} became HTML`);
  }
  await context.close();
}

async function click(page, lat, lon) {
  const [viewLat, viewLon, zoom] = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("at").split(",").map(Number);
  const box = await page.locator("#map").boundingBox();
  const world = 512 * 2 ** zoom;
  const down = (degrees) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360)) / (2 * Math.PI);
  await page.mouse.click(
    box.x + box.width / 2 + ((lon - viewLon) / 360) * world,
    box.y + box.height / 2 + (down(lat) - down(viewLat)) * world,
  );
}

/** What is painted a second while the hand moves the zone, then the slider: real input, frame by frame as the corner counts them. */
async function dragging() {
  const other = await chromium.launch({ executablePath, args: plain });
  try {
    const page = await other.newPage({ viewport: { width: 1360, height: 860 } });
    await page.goto(url);
    await reads(page, "#after-km", /^92[89]$/);
    await settle(page);
    await drag(page, "without_graphics_hardware");
  } finally {
    await other.close();
  }
}

async function drag(page, drawn) {
  const middle = async (selector) => {
    const { x, y, width, height } = await page.locator(selector).boundingBox();
    return [x + width / 2, y + height / 2];
  };
  const [zoneX, zoneY] = await middle("#zone-centre");
  const zone = await measure(page, [zoneX, zoneY], (step) => [zoneX + step, zoneY - step * 0.5]);
  const track = await page.locator("#radius").boundingBox();
  const share = (Number(await page.locator("#radius").inputValue()) - 1) / 399;
  const [thumbX, thumbY] = [track.x + 8 + share * (track.width - 16), track.y + track.height / 2];
  const slider = await measure(page, [thumbX, thumbY], (step) => [thumbX + step / 2, thumbY]);
  measured[drawn] = { zone, slider };
  console.log(`updates a second, ${drawn}: ${zone.updates_a_second} while the zone is dragged, ${slider.updates_a_second} the slider;`, JSON.stringify(measured[drawn]));
  writeFileSync(join(pictures, "latency.json"), JSON.stringify(measured, null, 2));
  assert.ok(zone.updates > 3, "the map follows while the zone is dragged");
  assert.ok(slider.updates > 3, "the map follows while the slider is dragged");
}

async function measure(page, [x, y], at) {
  const read = async (name) => Number((await page.locator("#latency").getAttribute(`data-${name}`)) ?? "0");
  const taken = [];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(...at(2));
  await page.waitForTimeout(500);
  const [updates, answers, begun] = [await read("updates"), await read("answers"), Date.now()];
  let step = 2;
  while (Date.now() - begun < 4000) {
    step += 1;
    await page.mouse.move(...at(60 - Math.abs(60 - (step % 120)))); // to and fro
    await page.waitForTimeout(16);
    taken.push(await read("ms"));
  }
  const seconds = (Date.now() - begun) / 1000;
  const [painted, answered] = [(await read("updates")) - updates, (await read("answers")) - answers];
  await page.mouse.up();
  taken.sort((a, b) => a - b);
  return {
    updates: painted,
    updates_a_second: Number((painted / seconds).toFixed(1)),
    answers_a_second: Number((answered / seconds).toFixed(1)),
    moves_a_second: Number(((step - 2) / seconds).toFixed(1)),
    hand_to_map_median_ms: taken[Math.floor(taken.length / 2)],
    hand_to_map_p95_ms: taken[Math.floor(taken.length * 0.95)],
    corner: await page.locator("#latency").textContent(),
  };
}

async function dates() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  const problems = watch(page);
  const area = "38.2,33.0,38.2,34.1,39.3,34.1,39.3,33.0";
  await page.goto(`${url}#at=33.2,38.6,6&zone=33.5,38.6,55,off&day=2026-03-01&area=${area};2026-01-01;2026-02-01&crossing=nasib-jaber;2026-02-20;&cities=SY,IQ,JO&most=300`);
  await reads(page, "#after-km", "793"); // the area is open again by then
  assert.deepEqual(await page.locator("#shut summary").allTextContents(), ["from 2026-01-01 until 2026-02-01", "from 2026-02-20"]);
  await page.locator("#day").fill("2026-01-15");
  await page.locator("#day").dispatchEvent("change");
  await reads(page, "#after-km", /^92[89]$/);
  await page.locator("#shut summary").first().click();
  await page.getByLabel("Area 1: until").fill("2026-01-10");
  await reads(page, "#after-km", "793");
  await page.waitForFunction(() => location.hash.includes("2026-01-10"));
  await page.getByLabel("Area 1: until").fill("");
  await reads(page, "#after-km", /^92[89]$/);
  await page.waitForFunction(() => new URLSearchParams(location.hash.slice(1)).get("area")?.endsWith(";2026-01-01;"));
  await shot(page, "12-dates");
  await accessible(page, "dates open");
  const shared = page.url();
  await page.goto("about:blank");
  await page.goto(shared);
  await reads(page, "#after-km", /^92[89]$/);
  assert.deepEqual(await page.locator("#shut summary").allTextContents(), ["from 2026-01-01", "from 2026-02-20"]);
  assert.deepEqual(problems, [], "the browser complained");
  await context.close();
}

async function exports() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, acceptDownloads: true });
  const page = await context.newPage();
  const problems = watch(page);
  await page.goto(url);
  await reads(page, "#after-km", /^92[89]$/);
  await settle(page);
  const taken = async (id) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`#${id}`).click()]);
    const file = join(pictures, `taken-${download.suggestedFilename()}`);
    await download.saveAs(file);
    return readFileSync(file);
  };

  const png = await taken("png");
  const map = await page.locator("#map").boundingBox();
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [Math.round(map.width), Math.round(map.height)], "the picture is as large as the map");
  const attribution = await page.locator(".maplibregl-ctrl-attrib-inner").textContent();
  const seen = await page.evaluate(lookAt, [png.toString("base64"), attribution]);
  assert.ok(seen.colours > 200, `the picture shows ${seen.colours} colours`);
  assert.ok(seen.contrast > 4.5, `the attribution has a contrast of ${seen.contrast}`);
  assert.ok(Math.abs(seen.inkWidth - seen.textWidth) <= 3, `the attribution is ${seen.inkWidth} px of ink, its text takes ${seen.textWidth}`);
  assert.ok(seen.zone > 100 && seen.route > 100, "zone and route are on the picture");

  const [head, ...lines] = (await taken("csv")).toString("utf8").trim().split("\r\n");
  assert.equal(head, "city,extra_h,cut_off_percent,in_zone,people");
  const rows = await page.locator("#hit tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  assert.ok(rows.length > 10 && lines.length >= rows.length);
  rows.forEach(([name, extra, lost, people], at) => {
    const [, city, quoted, hours, percent, zone, count] = /^(?:"((?:[^"]|"")*)"|([^,]*)),([^,]*),([^,]*),([^,]*),([^,]*)$/.exec(lines[at]).map((each, part) => (part === 1 ? each?.replaceAll('""', '"') : each));
    assert.equal((city ?? quoted).replace(/^'(?=[=+\-@])/, ""), name);
    assert.equal(zone === "yes" ? "in zone" : Number(hours).toFixed(2), extra);
    assert.equal(zone === "yes" || percent === "0" ? "" : `${percent} %`, lost);
    assert.equal(Number(count).toLocaleString("en"), people);
  });

  const { type, features } = JSON.parse((await taken("geojson")).toString("utf8"));
  assert.equal(type, "FeatureCollection");
  const of = (what) => features.filter((each) => each.properties.what === what);
  const [[zone], [before], [after]] = [of("zone"), of("before"), of("after")];
  const [ring] = zone.geometry.coordinates;
  assert.deepEqual([zone.geometry.type, ring[0]], ["Polygon", ring.at(-1)]);
  for (const way of [before, after]) assert.equal(way.geometry.type, "LineString");
  assert.deepEqual([Math.round(before.properties.km), Math.round(after.properties.km)], [793, Number(await page.locator("#after-km").textContent())]);
  assert.ok(of("city").length > 1000);
  for (const { type: kind, geometry } of features) {
    assert.equal(kind, "Feature");
    for (const [lon, lat] of [geometry.coordinates].flat(geometry.type === "Polygon" ? 2 : geometry.type === "LineString" ? 1 : 0)) {
      assert.ok(Math.abs(lon) <= 180 && Math.abs(lat) <= 90, `${lon}, ${lat} is a place`);
    }
  }
  assert.deepEqual(problems, [], "the browser complained");
  await context.close();
}

/** In the browser: what a picture shows, and whether its lower right corner can be read as the attribution. */
async function lookAt([base64, attribution]) {
  const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], { type: "image/png" }));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const on = canvas.getContext("2d");
  on.drawImage(picture, 0, 0);
  const pixels = on.getImageData(0, 0, picture.width, picture.height).data;
  const colours = new Set();
  let [zone, route] = [0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    const [red, green, blue] = pixels.subarray(at, at + 3);
    colours.add((red << 16) | (green << 8) | blue);
    if (red > 170 && green < 45 && blue < 45) zone += 1;
    if (red > 180 && green > 50 && green < 80 && blue < 40) route += 1;
  }
  on.font = "11px system-ui, sans-serif";
  const textWidth = on.measureText(attribution).width;
  const light = (red, green, blue) => [red, green, blue].map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  let [first, last, darkest, lightest] = [Infinity, -1, 1, 0];
  const left = Math.max(picture.width - Math.ceil(textWidth) - 12, 0);
  for (let y = picture.height - 17; y < picture.height - 2; y++) {
    for (let x = left; x < picture.width; x++) {
      const at = (y * picture.width + x) * 4;
      const here = light(pixels[at], pixels[at + 1], pixels[at + 2]);
      [darkest, lightest] = [Math.min(darkest, here), Math.max(lightest, here)];
      if (here < 0.4) [first, last] = [Math.min(first, x), Math.max(last, x)];
    }
  }
  return { colours: colours.size, zone, route, textWidth, inkWidth: last - first + 1, contrast: (lightest + 0.05) / (darkest + 0.05) };
}

async function ranking() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  const problems = watch(page);
  await page.goto(`${url}#at=33.4,40.3,5.4&zone=33.5085,38.62,55,off&cities=SY,IQ,JO&most=60`);
  await reads(page, "#after-km", "793");
  await page.locator("#rank").click();
  await reads(page, "#rank", "Cancel");
  await page.locator("#rank").click();
  await reads(page, "#rank-said", "Cancelled.");
  await page.locator("#rank").click();
  await page.waitForFunction(() => document.querySelectorAll("#ranked li").length > 10, null, { timeout: 120_000 });
  console.log("ranked:", (await page.locator("#ranked li").first().innerText()).replace("\n", " | "));
  await settle(page);
  await page.locator("#ranked").scrollIntoViewIfNeeded();
  await shot(page, "13-ranked");
  await accessible(page, "ranked roads listed");
  await page.locator("#ranked button").nth(2).click();
  await page.waitForFunction(() => /^3\. /.test(document.querySelector(".maplibregl-popup-content")?.textContent ?? ""));
  await settle(page);
  await shot(page, "14-ranked-road");
  await page.locator("#rank-clear").click();
  assert.equal(await page.locator("#ranked li").count(), 0);
  assert.deepEqual(problems, [], "the browser complained");
  await context.close();
}

async function saved() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  const problems = watch(page);
  const title = `Nasib shut ${Date.now()}`;
  const name = title.toLowerCase().replaceAll(" ", "-");
  await page.goto(`${url}#at=33.4,40.3,5.4&zone=33.5085,38.62,55,on&crossing=nasib-jaber&cities=SY,IQ,JO&most=60`);
  await reads(page, "#after-km", "944");
  await page.locator("#title").fill(title);
  await page.locator("#save").click();
  await reads(page, "#saved-said", `Saved as ${name}, version 1.`);
  await page.waitForFunction((wanted) => location.hash === `#scenario=${wanted}`, name);

  const other = await context.newPage();
  watch(other, problems);
  await other.goto(`${url}#scenario=${name}`);
  await reads(other, "#after-km", "944");
  await other.locator("#shut li button").click();
  await reads(other, "#after-km", /^92[89]$/);
  await other.waitForFunction(() => location.hash.includes("zone="));
  await other.locator("#save").click();
  await reads(other, "#saved-said", `Saved as ${name}, version 2.`);
  await other.close();

  await page.locator("#save").click();
  await reads(page, "#saved-said", /^Somebody has saved/);
  await page.locator("#saved button", { hasText: title }).click();
  await reads(page, "#after-km", /^92[89]$/);
  await page.locator("#saved").scrollIntoViewIfNeeded();
  await shot(page, "15-saved");
  await accessible(page, "scenarios listed");
  assert.deepEqual(problems.filter((each) => !each.includes("412")), [], "the browser complained");
  await context.close();
}

/** Whoever may write may store any text: whoever opens it sees the text, and nothing of it acts. */
async function hostileStored() {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  const problems = watch(page);
  const evil = `<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>"'\u0026lt;b\u0026gt;`;
  const state = new URLSearchParams({ zone: "33.5,38.6,55,on", from: `${evil} @ 33.513,36.292`, to: `${evil} @ 33.315,44.366`, cities: "SY", most: "50", crossing: evil, area: evil, force: `${evil},${evil}`, day: evil }).toString();
  const scenario = { title: evil.slice(0, 190), party: evil, parties: [evil], closures: [{ id: evil, circle: { lat: 33.5, lon: 38.6, radius_km: 55 } }], trips: { pairs: [["33.513, 36.292", "33.315, 44.366"]] } };
  const names = [];
  for (const [row, kept] of [{ state }, { state: evil, [evil]: evil }, null].entries()) {
    const name = `hostile-${Date.now()}-${row}`;
    const answer = await post("api/v1/scenarios", { name, scenario, page: kept });
    assert.equal(answer.status, 201, await answer.text());
    names.push(name);
  }
  for (const name of names) {
    await page.goto("about:blank");
    await page.goto(`${url}#scenario=${name}`);
    await page.waitForFunction((wanted) => [...document.querySelectorAll("#saved span")].some((each) => each.textContent.startsWith(wanted)), name);
    await settle(page);
    assert.equal(await page.evaluate(() => globalThis.hurt), undefined, `${name} ran a script`);
    assert.equal(await page.locator("img[src=x], #panel script, #panel b").count(), 0, `${name} became HTML`);
    await page.locator("#map").hover();
  }
  assert.ok((await page.locator("#saved button").allTextContents()).some((text) => text.startsWith("<img")), "the title is shown as it is");
  await page.locator("#saved").scrollIntoViewIfNeeded();
  await shot(page, "16-hostile-titles");
  assert.deepEqual(problems.filter((each) => !each.includes("422")), [], "the browser complained"); // places that are none
  await context.close();
  for (const name of names) await fetch(`${url}api/v1/scenarios/${name}`, { method: "DELETE" });
}

function post(address, content) {
  return fetch(url + address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(content) });
}

/** A service of its own that wants a token: the page asks for it, and its tiles carry it. */
async function login() {
  const token = "a token that only this test knows";
  const guarded = await serve({ WAYAROUND_TOKEN_HASHES: createHash("sha256").update(token).digest("hex") });
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  try {
    const page = await context.newPage();
    const tiles = [];
    page.on("response", (answer) => answer.url().endsWith(".mvt") && tiles.push(answer.status()));
    await page.goto(guarded.url);
    await page.locator("#token").waitFor();
    await reads(page, "#login-said", "The service wants a token.");
    await shot(page, "17-token-wanted");
    await accessible(page, "the token asked for");
    await page.locator("#token").fill("another");
    await page.keyboard.press("Enter");
    await reads(page, "#login-said", "The service does not know this token.");
    await page.locator("#token").fill(token);
    await page.keyboard.press("Enter");
    await reads(page, "#after-km", /^92[89]$/);
    assert.ok(await page.locator("#login").isHidden());
    await settle(page);
    assert.ok(tiles.length > 0 && tiles.every((status) => status === 200), `tiles were answered with ${[...new Set(tiles)]}`);
    assert.deepEqual(await page.evaluate(() => [Object.values(sessionStorage), localStorage.length, document.cookie, location.href.includes("token")]), [[token], 0, "", false]);
    await page.reload();
    await reads(page, "#after-km", /^92[89]$/);
  } finally {
    await context.close();
    guarded.stop();
  }
}

async function otherViews() {
  for (const [name, options] of [
    ["7-dark", { viewport: { width: 1360, height: 860 }, colorScheme: "dark" }],
    ["8-phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ]) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const problems = watch(page);
    await page.goto(url);
    await reads(page, "#after-km", /^92[89]$/);
    await settle(page);
    await shot(page, name);
    await accessible(page, name);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name}: the page is ${wide} px wider than the screen`);
    assert.deepEqual(problems, [], `${name}: the browser complained`);
    await context.close();
  }
}

async function accessible(page, name) {
  // Through the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(readFileSync(axe, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter((each) => ["serious", "critical"].includes(each.impact));
  const told = serious.map((each) => `${each.id}: ${each.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join("; ")}`);
  assert.deepEqual(told, [], `${name}: axe finds serious issues`);
}

function watch(page, problems = []) {
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (to.protocol.startsWith("http") && to.origin !== new URL(url).origin) problems.push(`asked ${to.origin}`);
  });
  return problems;
}

async function reads(page, selector, wanted) {
  const fits = (text) => (wanted instanceof RegExp ? wanted.test(text) : text === wanted);
  const until = Date.now() + 30_000;
  let text = "";
  while (Date.now() < until) {
    text = ((await page.locator(selector).textContent()) ?? "").trim();
    if (fits(text)) return;
    await page.waitForTimeout(50);
  }
  const problem = await page.locator("#problem").textContent();
  throw new Error(`${selector} reads "${text}", not ${wanted}; the page says "${problem}"`);
}

async function slide(page, km) {
  await page.locator("#radius").evaluate((input, value) => {
    const step = Number(input.value) < value ? 5 : -5;
    for (let now = Number(input.value); now !== value; now += Math.sign(step) * Math.min(5, Math.abs(value - now))) {
      input.value = String(now);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    input.value = String(value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, km);
}

async function labelOf(page, name) {
  const labels = await page.locator("#crossing option").allTextContents();
  const found = labels.find((label) => (name instanceof RegExp ? name.test(label) : label.startsWith(name)));
  assert.ok(found, `a crossing called ${name}`);
  return found;
}

async function settle(page) {
  await page.waitForTimeout(1200);
}

async function shot(page, name) {
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

async function serve(settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), "wayaround-browser-"));
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
  const python = process.env.PYTHON ?? join(root, ".venv", "bin", "python");
  const server = spawn(python, ["-c", "from wayaround.cli import main; main()", "serve", "--port", String(port)], {
    cwd: root,
    env: { ...process.env, WAYAROUND_DATABASE: join(folder, "service.sqlite"), ...settings },
    stdio: ["ignore", "ignore", "pipe"],
  });
  server.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  let said = "";
  server.stderr.on("data", (piece) => (said = (said + piece).slice(-4000)));
  for (let turn = 0; turn < 600; turn++) {
    if (server.exitCode !== null) throw new Error(`the service ended: ${said}`);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return { url: `http://127.0.0.1:${port}/`, stop: () => server.kill("SIGTERM") };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  server.kill("SIGKILL");
  throw new Error(`the service is not ready: ${said}`);
}
