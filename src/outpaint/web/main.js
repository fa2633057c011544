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
import { keep, kept } from "./kept.js";
import { layersPanel } from "./layers.js";
import { Mask } from "./mask.js";
import { paintPanel, panelTabs } from "./panel.js";
import { bindPointer } from "./pointer.js";
import { Scene } from "./scene.js";

translate(document);
document.documentElement.dataset.theme = kept("theme") ?? "";

const app = new App();
const actions = actionsFor({
  open: () => $("file").click(),
  exporting: () => exportDialog(app),
  help: () => helpDialog(app, actions, scene.frames),
  theme: switchTheme,
  clearMask: () => mask.clear(),
  invertMask: () => mask.invert(),
});
const scene = new Scene(app);
const mask = new Mask(app, scene.redraw);
const jobs = new Jobs(app, actions, scene.redraw);
scene.above.push(jobs, mask);

app.covered = () => {
  const stage = app.stage.getBoundingClientRect();
  const phone = matchMedia("(max-width: 720px)").matches;
  const bar = $("bar").getBoundingClientRect(), panel = $("panel").getBoundingClientRect(), tools = $("tools").getBoundingClientRect();
  return phone
    ? { top: tools.bottom + 38, right: 26, left: 26, bottom: 300 }
    : { top: bar.bottom + 52, right: stage.right - panel.left + 44, left: tools.right + 44, bottom: 110 };
};
app.changed = (change, canvas) => {
  scene.change(change, canvas.content);
  mask.change(change, canvas.masked);
};
app.settled = () => mask.sending.catch(() => {});

function switchTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  keep("theme", next);
  document.documentElement.dataset.theme = next;
  scene.colour();
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

const percent = $("zoom").querySelector(".label");
app.store.watch(["view"], ({ view }) => {
  const now = `${Math.round(view.zoom * 100)} %`;
  if (percent.textContent !== now) percent.textContent = now;
});
app.store.watch(["canvas"], ({ canvas }) => {
  $("empty").hidden = !canvas || canvas.content !== null;
  if (canvas) $("name").textContent = canvas.name;
  document.title = canvas ? `${canvas.name} – outpaint` : "outpaint";
});
app.store.watch(["tool", "brush"], ({ tool, brush }) => {
  const brushes = tool === "mask" || tool === "eraser";
  app.stage.dataset.tool = tool;
  $("brush").hidden = $("clear-mask").hidden = $("invert-mask").hidden = !brushes;
  $("brush-size").value = brush;
  $("brush-figure").textContent = brush;
  if (!brushes) mask.hover(null);
});
$("brush-size").addEventListener("input", () => app.store.set({ brush: $("brush-size").valueAsNumber }));
$("empty-open").addEventListener("click", () => $("file").click());
for (const button of document.querySelectorAll("[data-example]"))
  button.addEventListener("click", async () => {
    const name = /** @type {HTMLElement} */ (button).dataset.example ?? "";
    const photo = await app.attempt(() => api.example(name));
    if (photo) await app.importPhoto(photo);
  });
$("file").addEventListener("change", async () => {
  const file = $("file").files[0];
  $("file").value = "";
  if (file) await app.importPhoto(file);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => scene.colour());
// The stage has the focus most of the time; its ring is for those who came by keyboard.
addEventListener("keydown", (event) => event.key === "Tab" && (document.documentElement.dataset.keyboard = ""), true);
addEventListener("pointerdown", () => delete document.documentElement.dataset.keyboard, true);

addEventListener("beforeunload", (event) => mask.strokes.length && event.preventDefault()); // some are not kept yet
new ResizeObserver(() => jobs.place()).observe(app.stage);

await app.reload();
const waiting = app.queue.review ?? app.state.jobs.at(-1);
if (waiting) {
  app.store.set({ frame: waiting.frame });
  app.camera.fit();
}
let connected = true, first = true;
api.listen({
  canvas: () => app.refresh(),
  job: (job) => app.queue.receive(job),
  open: () => {
    if (!connected) {
      app.calm();
      app.announce(t("online"));
    }
    if (first) app.refresh();
    else app.reload();
    scene.tiles.cache.retry();
    mask.tiles.cache.retry();
    connected = true;
    first = false;
    document.documentElement.dataset.connected = "true";
  },
  lost: () => {
    if (connected) app.notify(t("offline"), Infinity);
    connected = false;
    document.documentElement.dataset.connected = "false";
  },
});
