// The example notebook in a real JupyterLab in a real browser. Pictures for the eye are left in out/browser/.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const pictures = join(root, "out", "browser");
const python = process.env.PYTHON ?? join(root, ".venv", "bin", "python");
const lab = process.env.JUPYTER_LAB ?? join(dirname(python), "jupyter-lab");
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
for (const [there, what] of [[executablePath, "Chromium (apt-get install chromium)"], [existsSync(lab), "JupyterLab (pip install jupyterlab)"]]) {
  if (!there) {
    console.log(`SKIPPED: no ${what} is installed`);
    process.exit(0);
  }
}
mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "wayaround-notebook-"));
const { url, stop } = await serve();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  for (const theme of ["light", "dark"]) await explore(theme);
  console.log(`passed; pictures in ${pictures}`);
} finally {
  await browser.close();
  await stop();
  rmSync(folder, { recursive: true, force: true });
}

async function explore(theme) {
  const context = await browser.newContext({ viewport: { width: 1300, height: 1200 } });
  const page = await context.newPage();
  const elsewhere = [];
  const problems = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && /^(https?|wss?):/.test(request.url())) elsewhere.push(request.url());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(`${url}/lab/tree/al-tanf.ipynb?reset`);
  const idle = () => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle";
  await page.waitForFunction(idle, null, { timeout: 60_000 }); // asked to run before, JupyterLab opens a dialog
  if (theme === "dark") await page.evaluate(() => window.jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" }));
  await page.evaluate(() => void window.jupyterapp.commands.execute("notebook:run-all-cells"));
  const widget = page.locator(".wayaround").first();
  await widget.waitFor({ timeout: 60_000 }).catch(async (error) => {
    await page.screenshot({ path: join(pictures, "notebook-failed.png") });
    throw error;
  });
  await page.waitForFunction(() => document.querySelectorAll(".wayaround tbody tr").length > 0);
  await widget.scrollIntoViewIfNeeded();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(pictures, `notebook-${theme}.png`) });
  await widget.screenshot({ path: join(pictures, `notebook-widget-${theme}.png`) });

  assert.equal(await widget.evaluate((element) => element.classList.contains("dark")), theme === "dark");
  assert.match(await widget.locator("header").textContent(), /The zone around al-Tanf, closed/);
  const first = await widget.locator("tbody tr").first().locator("td").first().textContent();
  assert.ok(Number(first) > 0, "the worst place comes first");

  const canvas = widget.locator("canvas");
  const alone = await inked(canvas);
  await widget.locator('[data-table="Journeys"]').click();
  const ticked = () => widget.locator("tbody input:checked").count();
  assert.equal(await ticked(), 1, "the last cell has drawn one journey alone");
  await widget.locator("tbody input:not(:checked)").first().click();
  await page.waitForFunction(() => document.querySelectorAll(".wayaround tbody input:checked").length === 2);
  await page.waitForTimeout(300);
  assert.ok(JSON.stringify(await inked(canvas)) !== JSON.stringify(alone), "a second route is drawn");

  await widget.locator('input[type="search"]').fill("Damascus");
  assert.ok((await widget.locator("tbody tr th").allTextContents()).every((name) => name.includes("Damascus")));
  await widget.locator("tbody .find").first().click();
  await page.waitForTimeout(800);
  await widget.screenshot({ path: join(pictures, `notebook-journey-${theme}.png`) });

  await canvas.focus();
  for (let turn = 0; turn < 5; turn++) await page.keyboard.press("+");
  await page.waitForTimeout(1500); // the kernel sends finer roads once the view rests
  await widget.screenshot({ path: join(pictures, `notebook-near-${theme}.png`) });

  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() => window.axe.run(".wayaround"));
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], "axe finds serious issues");
  assert.deepEqual(elsewhere, [], "something was asked of another host");
  assert.deepEqual(problems, [], "the browser complained");
  await page.evaluate(() => window.jupyterapp.commands.execute("docmanager:save"));
  await context.close();
}

/** How many pixels the canvas has of each of the two colours of routes, in both themes. */
async function inked(canvas) {
  return canvas.evaluate((element) => {
    const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
    const wanted = [[0x21, 0x66, 0xc4], [0xc2, 0x41, 0x0c], [0x6d, 0xb3, 0xff], [0xff, 0x9d, 0x5c]];
    const counts = wanted.map(() => 0);
    for (let at = 0; at < data.length; at += 4) {
      wanted.forEach(([red, green, blue], row) => { if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) counts[row] += 1; });
    }
    return counts;
  });
}

async function serve() {
  const notebook = JSON.parse(readFileSync(join(root, "examples", "al-tanf.ipynb"), "utf8"));
  notebook.metadata.kernelspec = { name: "wayaround", display_name: "wayaround", language: "python" };
  writeFileSync(join(folder, "al-tanf.ipynb"), JSON.stringify(notebook));
  const kernel = join(folder, "share", "kernels", "wayaround");
  mkdirSync(kernel, { recursive: true });
  const argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"];
  writeFileSync(join(kernel, "kernel.json"), JSON.stringify({ argv, display_name: "wayaround", language: "python" }));
  const port = await free();
  const address = `http://127.0.0.1:${port}`;
  const flags = [
    "--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, `--ServerApp.root_dir=${folder}`, "--IdentityProvider.token=",
    "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
  ];
  const settings = { PYTHONPATH: join(root, "src"), JUPYTER_PATH: join(folder, "share"), JUPYTER_CONFIG_DIR: join(folder, "config"), JUPYTER_RUNTIME_DIR: join(folder, "run") };
  const server = spawn(lab, flags, { env: { ...process.env, ...settings }, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (text) => { log += text; });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  for (let turn = 0; turn < 300; turn++) {
    if (server.exitCode !== null) throw new Error(`JupyterLab ended:\n${log}`);
    if (await fetch(`${address}/api`).then((answer) => answer.ok, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url: address, stop: async () => { server.kill("SIGTERM"); await ended; } };
}

function free() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
