// @ts-check
/** Puts the page together. */
import { actionsFor, bindButtons, bindKeys } from "./actions.js";
import { api } from "./api.js";
import { App } from "./app.js";
import { exportDialog, helpDialog } from "./dialogs.js";
import { $ } from "./elements.js";
import { frameElement } from "./frame.js";
import { historyPanel } from "./history.js";
import { language, t, translate } from "./i18n.js";
import { Jobs } from "./jobs.js";
import { layersPanel } from "./layers.js";
import { Mask } from "./mask.js";
import { paintPanel, panelTabs } from "./panel.js";
import { bindPointer } from "./pointer.js";
import { Tiles } from "./tiles.js";

translate(document);
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";

const app = new App();
const actions = actionsFor({
  open: () => $("file").click(),
  exporting: () => exportDialog(app),
  help: () => helpDialog(app, actions),
  theme: switchTheme,
  clearMask: () => mask.clear(),
});
const picture = /** @type {HTMLCanvasElement} */ ($("picture"));
const context = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
const colours = getComputedStyle(document.documentElement);
let drawing = 0;
const redraw = () => (drawing ||= requestAnimationFrame(draw));
const tiles = new Tiles(redraw);
const mask = new Mask(app, redraw);
const jobs = new Jobs(app, actions, redraw);

app.covered = () => {
  const stage = app.stage.getBoundingClientRect();
  const phone = matchMedia("(max-width: 720px)").matches;
  const bar = $("bar").getBoundingClientRect(), panel = $("panel").getBoundingClientRect(), tools = $("tools").getBoundingClientRect();
  return phone
    ? { top: tools.bottom + 38, right: 26, left: 26, bottom: 300 }
    : { top: bar.bottom + 52, right: stage.right - panel.left + 44, left: tools.right + 44, bottom: 110 };
};
app.changed = (change, content) => {
  tiles.change(change.tiles, change.revision, content);
  mask.change(change.mask);
};

function draw() {
  drawing = 0;
  const ratio = devicePixelRatio;
  const { view, frame } = app.state;
  context.clearRect(0, 0, picture.width, picture.height);
  grid(view, ratio);
  if (frame && !app.review) hatch(frame, view, ratio, colours.getPropertyValue("--hatch"));
  tiles.draw(context, view, ratio);
  jobs.draw(context, view, ratio);
  mask.draw(context, view, ratio);
  picture.dataset.busy = String(tiles.busy);
}

/** Dots on the plane, never too dense. @param {import("./view.js").View} view @param {number} ratio */
function grid(view, ratio) {
  let step = 64 * view.zoom;
  while (step < 28) step *= 4;
  while (step > 120) step /= 4;
  context.fillStyle = colours.getPropertyValue("--dot");
  const left = -(((view.x * view.zoom) % step) + step) % step, top = -(((view.y * view.zoom) % step) + step) % step;
  const size = Math.round(1.5 * ratio);
  for (let y = top; y < picture.height / ratio; y += step) for (let x = left; x < picture.width / ratio; x += step) context.fillRect(Math.round(x * ratio), Math.round(y * ratio), size, size);
}

/** What of the frame is empty will be painted: it shows as stripes under the picture. @param {import("./api.js").Frame} frame @param {import("./view.js").View} view @param {number} ratio @param {string} colour */
function hatch(frame, view, ratio, colour) {
  const scale = view.zoom * ratio;
  const x = (frame.left - view.x) * scale, y = (frame.top - view.y) * scale, width = frame.width * scale, height = frame.height * scale;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.fillStyle = context.strokeStyle = colour;
  context.fillRect(x, y, width, height);
  context.lineWidth = 4 * ratio;
  const gap = 14 * ratio;
  const from = Math.max(x, -height) - height, to = Math.min(x + width, picture.width);
  context.beginPath();
  for (let at = x - height + Math.max(0, Math.floor((from - (x - height)) / gap)) * gap; at < to; at += gap) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

function switchTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  localStorage.setItem("theme", next);
  document.documentElement.dataset.theme = next;
  redraw();
}

bindButtons(actions, app, $("bar"));
bindButtons(actions, app, $("tools"));
bindButtons(actions, app, $("go"));
bindKeys(actions, app);
bindPointer(app, mask);
frameElement(app);
paintPanel(app, actions);
panelTabs(app);
layersPanel(app);
historyPanel(app);
$("language").querySelector(".label").textContent = language === "zh" ? "EN" : "中文";

app.store.watch(["view", "frame"], redraw);
app.store.watch(["view"], ({ view }) => ($("zoom").querySelector(".label").textContent = `${Math.round(view.zoom * 100)} %`));
app.store.watch(["canvas"], ({ canvas }) => {
  $("empty").hidden = !canvas || canvas.content !== null;
  if (canvas) $("name").textContent = canvas.name;
  document.title = canvas ? `${canvas.name} – outpaint` : "outpaint";
});
app.store.watch(["tool", "brush"], ({ tool, brush }) => {
  const brushes = tool === "mask" || tool === "eraser";
  app.stage.dataset.tool = tool;
  $("brush").hidden = $("clear-mask").hidden = !brushes;
  $("brush-size").value = brush;
  $("brush-figure").textContent = brush;
  if (!brushes) mask.hover(null);
});
$("brush-size").addEventListener("input", () => app.store.set({ brush: $("brush-size").valueAsNumber }));
$("empty-open").addEventListener("click", () => $("file").click());
for (const button of document.querySelectorAll("[data-example]"))
  button.addEventListener("click", async () => {
    const name = /** @type {HTMLElement} */ (button).dataset.example ?? "";
    const answer = await fetch(`static/examples/${name}`);
    await app.importPhoto(new File([await answer.blob()], name, { type: "image/jpeg" }));
  });
$("file").addEventListener("change", async () => {
  const file = $("file").files[0];
  $("file").value = "";
  if (file) await app.importPhoto(file);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
// The stage has the focus most of the time; its ring is for those who came by keyboard.
addEventListener("keydown", (event) => event.key === "Tab" && (document.documentElement.dataset.keyboard = ""), true);
addEventListener("pointerdown", () => delete document.documentElement.dataset.keyboard, true);

new ResizeObserver(() => {
  picture.width = Math.round(app.stage.clientWidth * devicePixelRatio);
  picture.height = Math.round(app.stage.clientHeight * devicePixelRatio);
  jobs.place();
  draw();
}).observe(app.stage);

await app.refresh();
await app.attempt(async () => app.store.set({ methods: await api.methods() }));
await app.attempt(async () => {
  for (const job of (await api.jobs()).filter((each) => ["waiting", "running", "done"].includes(each.state))) app.receive(job);
  const waiting = app.review ?? app.state.jobs.at(-1);
  if (!waiting) return;
  app.store.set({ frame: waiting.frame });
  app.fit();
});
let connected = true;
const events = api.listen({
  canvas: () => app.refresh(),
  job: (job) => app.receive(job),
  open: () => {
    if (!connected) app.announce(t("online"));
    connected = true;
    app.refresh();
  },
});
events.addEventListener("error", () => {
  if (connected) app.notify(t("offline"));
  connected = false;
});
