// The page in a real browser, as a person uses it. Pictures for the eye are left in out/browser/.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
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
try {
  await journey();
  await drawing();
  await text();
  await hostile();
  await otherViews();
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
  await drag(page);
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
  await page.waitForFunction(() => !document.querySelector("#check").disabled, null, { timeout: 60_000 });
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

async function drag(page) {
  const centre = await page.locator("#zone-centre").boundingBox();
  const [x, y] = [centre.x + centre.width / 2, centre.y + centre.height / 2];
  const count = async () => Number((await page.locator("#latency").getAttribute("data-updates")) ?? "0");
  const taken = [];
  const first = await count();
  await page.mouse.move(x, y);
  await page.mouse.down();
  const begun = Date.now();
  for (let step = 1; step <= 60; step++) {
    await page.mouse.move(x + step * 1.2, y - step * 0.6);
    await page.waitForTimeout(25);
    taken.push(Number(await page.locator("#latency").getAttribute("data-ms")));
  }
  const seconds = (Date.now() - begun) / 1000;
  const updates = (await count()) - first;
  await page.mouse.up();
  const answers = await answersToASwiftHand(page);
  taken.sort((a, b) => a - b);
  Object.assign(measured, {
    moves_a_second: Number((60 / seconds).toFixed(1)), // what the browser, which draws without graphics hardware, let through
    drawn_a_second: Number((updates / seconds).toFixed(1)),
    answers_a_second: answers,
    hand_to_map_median_ms: taken[Math.floor(taken.length / 2)],
    hand_to_map_p95_ms: taken[Math.floor(taken.length * 0.95)],
    corner: await page.locator("#latency").textContent(),
  });
  console.log("dragged:", JSON.stringify(measured));
  writeFileSync(join(pictures, "latency.json"), JSON.stringify(measured, null, 2));
  assert.ok(updates > 5, "the map follows while the zone is dragged");
  assert.ok(answers > 5, `${answers} answers a second reach the page`);
}

/** Answers a second that reach the page while the radius changes sixty times a second for three seconds. */
async function answersToASwiftHand(page) {
  return page.evaluate(async () => {
    const corner = document.querySelector("#latency");
    const slider = document.querySelector("#radius");
    const count = () => Number(corner.dataset.answers ?? "0");
    const [first, begun] = [count(), performance.now()];
    let radius = 40;
    while (performance.now() - begun < 3000) {
      radius = radius >= 70 ? 40 : radius + 1;
      slider.value = String(radius);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
    const answers = Number((((count() - first) * 1000) / (performance.now() - begun)).toFixed(1));
    slider.value = "55";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    return answers;
  });
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

async function serve() {
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
  const python = process.env.PYTHON ?? join(root, ".venv", "bin", "python");
  const server = spawn(python, ["-c", "from wayaround.cli import main; main()", "serve", "--port", String(port)], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
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
