// @ts-check
/** The one table of actions: shortcuts, tooltips, buttons and the help dialog are made from it. */
import { api } from "./api.js";
import { copy, cut } from "./clipboard.js";
import { icon, make } from "./elements.js";
import { language, switchLanguage, t } from "./i18n.js";

/** @typedef {import("./app.js").App} App */
/**
 * @typedef {{
 *   id: string, group: "file"|"view"|"tool"|"paint"|"review"|"step"|"page", keys?: string[], icon?: string,
 *   run: (app: App, event?: KeyboardEvent) => void, when?: (app: App) => boolean, held?: (app: App) => void, native?: boolean,
 * }} Action keys: "Ctrl" stands for Cmd too. when: whether it can be done now. held: at the key's end. native: the browser's own event does it.
 */

/** Keys that start or end a job. */
const DECISIONS = /^(Ctrl\+)?(Enter|Escape)$/;

/** @param {Record<"open"|"exporting"|"help"|"theme"|"clearMask"|"invertMask", () => void>} page @returns {Action[]} */
export function actionsFor(page) {
  const reviewing = (/** @type {App} */ app) => app.queue.review !== null;
  const idle = (/** @type {App} */ app) => app.queue.review === null;
  const seeded = (/** @type {App} */ app) => app.queue.review !== null && app.queue.reads(app.queue.review.method, "seed");
  const has = (/** @type {App} */ app) => Boolean(app.state.canvas?.content);
  const tool = (/** @type {import("./app.js").Tool} */ name) => (/** @type {App} */ app) => app.store.set({ tool: name });
  const nudge = (/** @type {number} */ x, /** @type {number} */ y) => (/** @type {App} */ app, /** @type {KeyboardEvent|undefined} */ event) => {
    const far = event?.shiftKey ? 64 : 1;
    app.nudge(x * far, y * far);
  };
  return [
    { id: "outpaint", group: "paint", keys: ["Ctrl+Enter"], run: (app) => app.queue.outpaint(), when: has },
    ...(/** @type {const} */ (["left", "right", "up", "down", "all"])).map((side) => ({
      id: `extend-${side}`, group: /** @type {const} */ ("paint"), icon: side, run: (/** @type {App} */ app) => app.extend(side), when: has,
    })),

    { id: "previous", group: "review", keys: ["ArrowLeft"], icon: "left", run: (app) => app.queue.flip(-1), when: reviewing },
    { id: "next", group: "review", keys: ["ArrowRight"], icon: "right", run: (app) => app.queue.flip(1), when: reviewing },
    { id: "accept", group: "review", keys: ["Enter"], icon: "check", run: (app) => app.queue.accept(), when: reviewing },
    { id: "reject", group: "review", keys: ["Escape"], icon: "close", run: (app) => app.queue.reject(), when: reviewing },
    { id: "again", group: "review", keys: ["R"], icon: "again", run: (app) => app.queue.again(), when: seeded },
    { id: "more", group: "review", keys: ["M"], icon: "more", run: (app) => app.queue.more(), when: seeded },
    { id: "compare", group: "review", keys: ["C", "\\"], icon: "compare", run: (app) => app.store.set({ comparing: true }), held: (app) => app.store.set({ comparing: false }), when: reviewing },

    { id: "tool-frame", group: "tool", keys: ["V", "F"], icon: "frame", run: tool("frame") },
    { id: "tool-hand", group: "tool", keys: ["H"], icon: "hand", run: tool("hand") },
    { id: "tool-mask", group: "tool", keys: ["B"], icon: "mask", run: tool("mask") },
    { id: "tool-eraser", group: "tool", keys: ["E"], icon: "eraser", run: tool("eraser") },
    { id: "brush-smaller", group: "tool", keys: ["["], run: (app) => app.store.set({ brush: Math.max(4, Math.round(app.state.brush / 1.25)) }) },
    { id: "brush-larger", group: "tool", keys: ["]"], run: (app) => app.store.set({ brush: Math.min(400, Math.round(app.state.brush * 1.25)) }) },
    { id: "clear-mask", group: "tool", keys: ["Delete"], icon: "clear", run: page.clearMask },
    { id: "invert-mask", group: "tool", keys: ["I"], icon: "invert", run: page.invertMask, when: has },
    { id: "nudge-left", group: "tool", keys: ["ArrowLeft", "Shift+ArrowLeft"], run: nudge(-1, 0), when: idle },
    { id: "nudge-right", group: "tool", keys: ["ArrowRight", "Shift+ArrowRight"], run: nudge(1, 0), when: idle },
    { id: "nudge-up", group: "tool", keys: ["ArrowUp", "Shift+ArrowUp"], run: nudge(0, -1), when: idle },
    { id: "nudge-down", group: "tool", keys: ["ArrowDown", "Shift+ArrowDown"], run: nudge(0, 1), when: idle },

    { id: "undo", group: "step", keys: ["Ctrl+Z"], icon: "undo", run: (app) => app.step("undo"), when: (app) => Boolean(app.state.canvas?.can_undo) },
    { id: "redo", group: "step", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], icon: "redo", run: (app) => app.step("redo"), when: (app) => Boolean(app.state.canvas?.can_redo) },

    { id: "fit", group: "view", keys: ["0", "Ctrl+0"], icon: "fit", run: (app) => app.camera.fit(), when: has },
    { id: "fit-all", group: "view", keys: ["Shift+1"], run: (app) => app.camera.fit(app.state.canvas?.content), when: has },
    { id: "zoom-in", group: "view", keys: ["+", "="], icon: "plus", run: (app) => app.camera.zoom(1.25) },
    { id: "zoom-out", group: "view", keys: ["-"], icon: "minus", run: (app) => app.camera.zoom(0.8) },
    { id: "zoom-100", group: "view", keys: ["1", "Ctrl+1"], run: (app) => app.camera.zoom(1 / app.state.view.zoom) },

    { id: "open", group: "file", keys: ["Ctrl+O"], icon: "open", run: page.open },
    { id: "export", group: "file", keys: ["Ctrl+Shift+E"], icon: "export", run: page.exporting, when: has },
    { id: "save", group: "file", keys: ["Ctrl+S"], run: () => make("a", { href: api.savedUrl, download: "" }).click() },
    { id: "copy", group: "file", keys: ["Ctrl+C"], run: copy, when: has },
    { id: "cut", group: "file", keys: ["Ctrl+X"], run: cut, when: has },
    { id: "paste", group: "file", keys: ["Ctrl+V"], run: () => {}, native: true },
    { id: "help", group: "page", keys: ["?"], icon: "help", run: page.help },
    { id: "theme", group: "page", icon: "theme", run: page.theme },
    { id: "language", group: "page", run: switchLanguage },
  ];
}

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
/** @type {Record<string, string>} */
const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Ctrl: MAC ? "⌘" : "Ctrl", Shift: MAC ? "⇧" : "Shift", Enter: "Enter", Delete: "Del" };

/** A shortcut as people write it. @param {string} key */
const written = (key) => (key === "+" ? key : key.split("+").map((part) => SIGNS[part] ?? part).join(MAC ? "" : "+"));

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.shiftKey && event.code === "Digit1" && !/\d/.test(event.key)) return "Shift+1"; // whatever is written on it
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (event.key.length > 1 || /[A-Z]/.test(key)) ? "Shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${shift}${key}`;
}

/** Where people write. */
export const FIELD = "input:not([type=range],[type=checkbox],[type=radio],[type=file]), textarea, select, [contenteditable]";

/** Actions by keys, from anywhere on the page; fields and buttons keep the keys that are theirs. @param {Action[]} actions @param {App} app */
export function bindKeys(actions, app) {
  /** @type {{action: Action, key: string}|null} */
  let held = null;
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const target = /** @type {Element} */ (event.target);
    const name = pressed(event);
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && target.closest(FIELD)) return;
    if (plain && /^(Enter|Arrow|Shift\+Arrow)/.test(name) && target.closest("button, input, a[href], summary, [role=tab]")) return;
    if (plain && name.length === 1 && !app.state.letters) return;
    if (/^Ctrl\+(Shift\+)?[ZYCX]$/.test(name) && target.closest(FIELD)) return;
    if (/^Ctrl\+[CX]$/.test(name) && String(getSelection())) return; // words are to be copied
    const action = actions.find((each) => !each.native && each.keys?.includes(name) && (each.when?.(app) ?? true));
    if (!action) return;
    event.preventDefault();
    if (event.repeat && (action.held || DECISIONS.test(name))) return; // a key held down decides once
    action.run(app, event);
    if (action.held) held = { action, key: event.key };
  });
  const release = (/** @type {string|null} */ key) => {
    if (!held || (key && key !== held.key)) return;
    held.action.held?.(app);
    held = null;
  };
  addEventListener("keyup", (event) => release(event.key));
  addEventListener("blur", () => release(null));
}

/** Give every `<button data-action>` its icon, name, tooltip and state. @param {Action[]} actions @param {App} app @param {ParentNode} root */
export function bindButtons(actions, app, root) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("button[data-action]"))) {
    const action = actions.find((each) => each.id === button.dataset.action);
    if (!action || button.dataset.bound) continue;
    button.dataset.bound = "true";
    button.type = "button";
    const name = t(`action.${action.id}`);
    button.title = action.keys ? `${name} (${written(action.keys[0])})` : name;
    if (action.keys) button.setAttribute("aria-keyshortcuts", action.keys[0].replace("Ctrl", "Control"));
    if (action.icon) button.append(icon(action.icon));
    if (!action.icon || "wide" in button.dataset) button.append(make("span", { className: "label" }, name));
    else button.setAttribute("aria-label", name);
    if ("wide" in button.dataset && action.keys) button.append(make("kbd", { "aria-hidden": "true" }, written(action.keys[0])));
    if (action.held) {
      button.addEventListener("pointerdown", () => action.run(app));
      for (const end of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(end, () => action.held?.(app));
      button.addEventListener("keydown", (event) => (event.key === " " || event.key === "Enter") && action.run(app));
      button.addEventListener("keyup", () => action.held?.(app));
    } else button.addEventListener("click", () => action.run(app));
    if (action.id.startsWith("tool-")) app.store.watch(["tool"], ({ tool }) => button.setAttribute("aria-pressed", String(action.id === `tool-${tool}`)));
    if (action.when) app.store.watch(["canvas", "reviewing", "jobs"], () => (button.disabled = !action.when?.(app)));
  }
}

/** The help dialog's table. @param {Action[]} actions */
export function helpTable(actions) {
  const groups = /** @type {Action["group"][]} */ (["file", "paint", "review", "step", "view", "tool", "page"]);
  return make("div", { className: "keys", lang: language }, ...groups.map((group) => {
    const rows = actions.filter((each) => each.group === group && each.keys);
    return rows.length ? make("section", {}, make("h3", {}, t(`group.${group}`)), make("dl", {}, ...rows.flatMap((each) => [
      make("dt", {}, t(`action.${each.id}`)),
      make("dd", {}, ...(each.keys ?? []).map((key) => make("kbd", {}, written(key)))),
    ]))) : null;
  }));
}
