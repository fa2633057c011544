// @ts-check
/** Help and export. */
import { helpTable } from "./actions.js";
import { api } from "./api.js";
import { $, icon, make } from "./elements.js";
import { t } from "./i18n.js";
import { keep } from "./kept.js";

/** Formats that lose something, and how much of it stays at first: 1..100. */
const LOSSY = ["jpeg", "webp"];
const QUALITY = 92;

/** @param {HTMLDialogElement} dialog @param {string} title @param {...any} children */
function show(dialog, title, ...children) {
  dialog.setAttribute("aria-label", title);
  dialog.replaceChildren(
    make("header", {}, make("h2", {}, title), make("button", { type: "button", title: t("close"), "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))),
    ...children,
  );
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  dialog.showModal();
}

/** @param {import("./app.js").App} app @param {import("./actions.js").Action[]} actions @param {import("./frames.js").Frames} frames */
export function helpDialog(app, actions, frames) {
  const check = (/** @type {string} */ text, /** @type {boolean} */ checked, /** @type {(on: boolean) => void} */ see) =>
    make("label", { className: "check" }, make("input", { type: "checkbox", checked, onchange: (/** @type {any} */ event) => see(event.target.checked) }), text);
  show($("help"), t("action.help"),
    make("p", { className: "muted" }, t("help.pointer")),
    helpTable(actions),
    make("footer", {},
      check(t("help.wheel"), app.state.wheel === "pan", (on) => {
        app.store.set({ wheel: on ? "pan" : "zoom" });
        keep("wheel", on ? "pan" : "zoom");
      }),
      check(t("help.letters"), app.state.letters, (on) => {
        app.store.set({ letters: on });
        keep("letters", on ? "on" : "off");
      }),
      check(t("help.frames"), frames.shown ?? false, (on) => frames.show(on))));
}

/** @param {import("./app.js").App} app */
export function exportDialog(app) {
  const { content } = app.state.canvas ?? {};
  const { frame } = app.state;
  const size = (/** @type {import("./api.js").Frame|null|undefined} */ box) => (box ? `${box.width} × ${box.height}` : "");
  const choice = (/** @type {string} */ name, /** @type {[string, string, string?][]} */ options) => make("fieldset", {}, make("legend", {}, t(`export.${name}`)), make("div", { className: `choices ${name}` }, ...options.map(([value, text, more], n) =>
    make("label", {}, make("input", { type: "radio", name, value, checked: n === 0 }), make("span", {}, text, more && make("small", {}, more))))));
  const figure = make("output", {}, String(QUALITY));
  const amount = make("input", { type: "range", name: "quality", id: "quality", min: 1, max: 100, value: QUALITY, oninput: () => (figure.textContent = amount.value) });
  const quality = make("div", { className: "field quality", hidden: true }, make("label", { htmlFor: "quality" }, t("export.quality")), make("span", { className: "row-of" }, amount, figure));
  const alt = make("input", { type: "text", id: "alt", maxLength: 2000, placeholder: t("export.alt.hint"), value: app.state.request.prompt });
  const note = make("p", { className: "muted note" });
  const form = make("form", {},
    choice("what", [["content", t("export.content"), size(content)], ["frame", t("export.frame"), size(frame)], ["everything", t("export.everything"), t("export.hidden")]]),
    choice("format", [["png", "PNG"], ["jpeg", "JPEG"], ["webp", "WebP"], ["tiff", "TIFF"]]),
    quality, note,
    make("div", { className: "field" }, make("label", { htmlFor: "alt" }, t("export.alt")), alt),
    make("button", { className: "primary", type: "submit" }, t("export.save")));
  const explain = () => {
    const format = String(new FormData(form).get("format"));
    quality.hidden = !LOSSY.includes(format);
    note.textContent = t(`export.note.${format}`);
  };
  form.addEventListener("change", explain);
  explain();
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    $("export").close();
    const data = new FormData(form);
    const what = /** @type {"content"|"frame"|"everything"} */ (String(data.get("what")));
    const format = String(data.get("format"));
    app.announce(t("export.saving"));
    app.attempt(() => download(api.exportUrl(what, format, frame, LOSSY.includes(format) ? amount.valueAsNumber : null, alt.value.trim())));
  });
  show($("export"), t("action.export"), form);
}

/** The server's file under the server's name; its refusal as an error. @param {string} url */
async function download(url) {
  const { blob, name } = await api.file(url);
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
