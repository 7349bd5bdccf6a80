// Opens one HTML file from disk in Chromium and reports, as JSON: every network request, what the page says on the
// console, what axe finds, and whether it is wider than its window. Usage: node audit.mjs FILE [PICTURES]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const VIEWS = [
  { name: "wide", width: 1280, height: 900, media: "screen", colorScheme: "light" },
  { name: "dark", width: 1280, height: 900, media: "screen", colorScheme: "dark" },
  { name: "phone", width: 360, height: 740, media: "screen", colorScheme: "light" },
  { name: "phone-dark", width: 360, height: 740, media: "screen", colorScheme: "dark" },
  { name: "print", width: 794, height: 1123, media: "print", colorScheme: "light" },
  { name: "print-dark", width: 794, height: 1123, media: "print", colorScheme: "dark" },
];
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const [file, pictures] = process.argv.slice(2);
const url = pathToFileURL(file).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS });
const report = { requests: [], console: [], violations: [], overflow: [], title: "", rules: 0 };
try {
  for (const view of VIEWS) {
    const context = await browser.newContext({
      viewport: { width: view.width, height: view.height }, colorScheme: view.colorScheme, offline: true,
    });
    const page = await context.newPage();
    page.on("request", (request) => { if (request.url() !== url) report.requests.push(request.url()); });
    page.on("console", (message) => report.console.push(message.text()));
    page.on("pageerror", (error) => report.console.push(String(error)));
    await page.emulateMedia({ media: view.media, colorScheme: view.colorScheme });
    await page.goto(url, { waitUntil: "load" });
    report.title = await page.title();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > view.width) {
      const wide = await page.evaluate((limit) => [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > limit && !each.closest(".scroll > *"))
        .slice(0, 5).map((each) => `${each.tagName} ${each.className} ${Math.round(each.getBoundingClientRect().right)}`),
      view.width);
      report.overflow.push({ view: view.name, width, wide });
    }
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    report.rules = Math.max(report.rules, found.passes.length);
    for (const each of found.violations) {
      const places = each.nodes.slice(0, 5).map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`);
      report.violations.push({ view: view.name, rule: each.id, help: each.help, places });
    }
    if (pictures) await page.screenshot({ path: join(pictures, `${view.name}.png`), fullPage: true });
    await context.close();
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(report));
