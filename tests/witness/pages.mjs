// Judge pages of worked solutions by outside tools, in Chromium: axe-core on accessibility in light and dark, on a
// screen and a phone; no page wider than its window; stepping by keyboard alone; readable without scripts; in print.
//
//     npm install axe-core puppeteer-core vnu-jar       (and Chromium; Java for the validator, which is run apart:
//     java -jar node_modules/vnu-jar/build/dist/vnu.jar pages/*.html)
//     NODE_PATH=node_modules node tests/witness/pages.mjs pages/*.html

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

const require = createRequire(resolve("node_modules/pages.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

async function opened(file, width, scheme, script = true) {
  const page = await browser.newPage();
  page.on("console", (message) => console.log(`${basename(file)}: ${message.text()}`));
  page.on("pageerror", (error) => console.log(`${basename(file)}: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) console.log(`${basename(file)} fetches ${request.url()}`);
  });
  await page.setJavaScriptEnabled(script);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await page.goto("file://" + resolve(file));
  return page;
}

async function judged(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((one) => `${one.id} ×${one.nodes.length}: ${one.nodes[0].html.slice(0, 120)}`);
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

async function stepped(page) {
  const count = () => page.$eval("#stepper-count", (one) => one.textContent);
  if (!(await page.$("#stepper"))) return "none";
  await page.evaluate(() => document.getElementById("stepper-start").focus());
  await page.keyboard.press("Enter");
  const n = Number((await count()).split(" ").pop());
  for (let k = 1; k < n; k++) await page.keyboard.press("ArrowRight");
  const last = await count();
  const problems = await judged(page);
  await page.keyboard.press("Escape");
  const left = await page.$$eval(".now, .source", (all) => all.length);
  const focus = await page.evaluate(() => document.activeElement.id);
  const right = last === `${n} of ${n}` && left === 0 && focus === "stepper-start" && !problems.length;
  return right ? `${n} lines` : `WRONG ${last} ${left} ${focus} ${problems}`;
}

async function without(file) {
  const page = await opened(file, 400, "light", false);
  const hidden = await page.$eval("body", () => !document.getElementById("stepper")?.checkVisibility());
  await page.close();
  return hidden ? "as text" : "WRONG";
}

console.log("page | axe light 1280 | axe dark 400 | too wide, px | stepping | no script | print, pages");
let faults = 0;
for (const file of process.argv.slice(2)) {
  const row = [basename(file)];
  const widths = [];
  for (const [width, scheme] of [[1280, "light"], [400, "dark"]]) {
    const page = await opened(file, width, scheme);
    const violations = await judged(page);
    faults += violations.length;
    row.push(violations.length || "0");
    violations.forEach((one) => console.log("   ", one));
    widths.push(await overflow(page));
    await page.close();
  }
  row.push(widths.join(" and "));
  const page = await opened(file, 1280, "light");
  row.push(await stepped(page));
  row.push(await without(file));
  const paper = Buffer.from(await page.pdf({ format: "A4" })).toString("latin1");
  row.push((paper.match(/\/Type\s*\/Page\b/g) || []).length);
  await page.close();
  faults += widths.some((one) => one > 0) + row.some((one) => String(one).startsWith("WRONG"));
  console.log(row.join(" | "));
}
await browser.close();
process.exitCode = faults ? 1 : 0;
