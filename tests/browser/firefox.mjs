// Uses the page in Firefox by WebDriver BiDi and prints one JSON object. Arguments: Firefox's path, the page's address.
import puppeteer from "puppeteer-core";

const [executablePath, address] = process.argv.slice(2);
// The user allows notifications, which Firefox shows itself where the system has no service for them.
const extraPrefsFirefox = { "permissions.default.desktop-notification": 1, "alerts.useSystemBackend": false };
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, extraPrefsFirefox });
const errors = [];
const found = { errors };
try {
  const page = await browser.newPage();
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  const text = (selector) => page.$eval(selector, (element) => element.textContent);

  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(address);
  await page.type("#number", "2^61-1");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#card-title")?.textContent === "Prime");
  found.digits = await text(".numeral");
  found.steps = await page.$$eval(".steps .step", (steps) => steps.map((step) => step.textContent));

  await page.$eval("#number", (field) => (field.value = ""));
  await page.click("#factors");
  await page.type("#number", "(2^67-1)*(2^89-1)");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector('[data-section="lead"]')?.textContent.includes("all prime factors"));
  found.factors = await page.$$eval(".factor a", (links) => links.map((link) => link.textContent));
  found.certificates = (await page.$$(".factor button")).length;

  await page.evaluate(() => {
    window.shown = [];
    window.Notification = class extends Notification {
      constructor(title, options) {
        super(title, options);
        this.onshow = () => shown.push(title);
      }
    };
    location.hash = "#n=10^3000%2B1027";
  });
  const button = (label) => `//article//button[text()="${label}"]`;
  await (await page.waitForSelector(`xpath/${button("Notify me")}`)).click();
  await page.waitForSelector(`xpath/${button("Notification on")}`);
  await page.locator(`xpath/${button("Cancel")}`).click();
  await page.waitForFunction(() => shown.length);
  found.notified = await page.evaluate(() => shown);

  await page.click("#to-queues");
  await page.waitForSelector(".lane");
  found.lanes = await page.$$eval(".lane", (lanes) => lanes.map((lane) => lane.getAttribute("aria-label")));
  found.edges = (await page.$$(".edge")).length;

  await page.setViewport({ width: 375, height: 780 });
  await page.waitForFunction(() => innerWidth === 375);
  found.widths = [];
  for (const hash of ["#queues", "#tasks", "#ask"]) {
    await page.evaluate((target) => (location.hash = target), hash);
    await page.waitForFunction((target) => location.hash === target, {}, hash);
    found.widths.push(await page.evaluate(() => document.documentElement.scrollWidth));
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(found));
