// @ts-check
/** The list of layers, the top one first; the one that is chosen shows what can be done with it. */
import { $, icon, make } from "./elements.js";
import { t } from "./i18n.js";

/** @typedef {import("./api.js").Layer} Layer */

/** @param {import("./app.js").App} app */
export function layersPanel(app) {
  const panel = $("layers");
  const list = make("ul", { className: "layers", "aria-label": t("tab.layers") });
  const none = make("p", { className: "muted" }, t("layers.none"));
  const add = make("button", { type: "button", id: "layer-add", className: "quiet", onclick: async () => {
    if (await app.command({ kind: "AddLayer", name: t("layer.new") })) choose(app.state.canvas?.layers.filter((each) => each.kind === "pixels").at(-1)?.id ?? null);
  } }, icon("plus"), t("layer.add"));
  panel.append(list, none, make("footer", {}, add, make("p", { className: "muted" }, t("layers.hint"))));

  app.store.watch(["canvas", "layer"], ({ canvas, layer: chosen }) => {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement);
    const id = focused && list.contains(focused) ? focused.id : null;
    const layers = canvas?.layers ?? [];
    const pixels = layers.filter((each) => each.kind === "pixels");
    const shown = pixels.some((each) => each.id === chosen) ? chosen : (pixels.at(-1)?.id ?? null);
    list.replaceChildren(...layers.map((layer, index) => row(layer, index, pixels, layer.id === shown)).reverse());
    none.hidden = pixels.length > 0;
    if (id) (document.getElementById(id) ?? /** @type {HTMLElement|null} */ (list.querySelector(".grip")) ?? add).focus();
  });

  /** @param {number|null} layer */
  function choose(layer) {
    app.store.set({ layer });
  }

  /** @param {Layer} layer @param {number} index from the bottom @param {Layer[]} pixels @param {boolean} chosen */
  function row(layer, index, pixels, chosen) {
    const painted = layer.kind === "pixels";
    const called = painted ? layer.name : t("mask");
    const button = (/** @type {string} */ sign, /** @type {string} */ what, /** @type {() => void} */ run, more = {}) =>
      make("button", { type: "button", id: `layer-${layer.id}-${what}`, title: t(`layer.${what}`), "aria-label": `${t(`layer.${what}`)}: ${called}`, onclick: run, ...more }, icon(sign));
    const name = make("input", { type: "text", className: "name", id: `layer-${layer.id}-name`, value: called, readOnly: !painted, maxLength: 200, "aria-label": t("layer.name"), onfocus: () => painted && choose(layer.id), onchange: () => rename() });
    const rename = () => (name.value.trim() ? app.command({ kind: "RenameLayer", layer: layer.id, name: name.value.trim() }) : (name.value = layer.name));
    name.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") name.value = layer.name;
      if (event.key === "Escape" || event.key === "Enter") name.blur();
    });
    const item = make("li", { className: `${layer.visible ? "" : "invisible"}${chosen ? " chosen" : ""}`, "data-layer": layer.id, "aria-current": chosen ? "true" : undefined },
      make("div", { className: "head" },
        painted ? grip(layer, index, pixels) : make("span", { className: "grip" }, icon("mask")),
        name,
        button(layer.visible ? "eye" : "shut", "visible", () => app.command({ kind: "SetVisible", layer: layer.id, visible: !layer.visible }), { "aria-pressed": String(layer.visible) }),
        button(layer.locked ? "lock" : "open-lock", "locked", () => app.command({ kind: "SetLocked", layer: layer.id, locked: !layer.locked }), { "aria-pressed": String(layer.locked) })),
      painted && chosen && tools(layer, index, pixels, button));
    if (painted) item.addEventListener("click", (/** @type {MouseEvent} */ event) => /** @type {Element} */ (event.target).closest("button, input") || choose(layer.id));
    return item;
  }

  /** Opacity, order, merging and deleting. @param {Layer} layer @param {number} index @param {Layer[]} pixels @param {any} button */
  function tools(layer, index, pixels, button) {
    const figure = make("output", {}, `${Math.round(layer.opacity * 100)} %`);
    const opacity = make("input", {
      type: "range", id: `layer-${layer.id}-opacity`, min: 0, max: 100, value: Math.round(layer.opacity * 100),
      "aria-label": `${t("layer.opacity")}: ${layer.name}`, title: t("layer.opacity"),
      oninput: () => (figure.textContent = `${opacity.value} %`),
      onchange: () => app.command({ kind: "SetOpacity", layer: layer.id, opacity: opacity.valueAsNumber / 100 }),
    });
    const below = pixels[index - 1];
    const stays = !below ? t("layer.merge.lowest") : layer.locked || below.locked ? t("layer.merge.locked") : !layer.visible || !below.visible ? t("layer.merge.hidden") : null;
    return make("div", { className: "tools" },
      opacity, figure,
      button("up", "higher", () => shift(layer, 1), { disabled: index === pixels.length - 1 }),
      button("down", "lower", () => shift(layer, -1), { disabled: index === 0 }),
      button("merge", "merge", () => app.command({ kind: "MergeDown", layer: layer.id }), { disabled: stays !== null, title: stays ?? t("layer.merge") }),
      button("clear", "remove", () => app.command({ kind: "RemoveLayer", layer: layer.id }), { disabled: layer.locked, title: t(layer.locked ? "layer.remove.locked" : "layer.remove") }));
  }

  /** Where layers will be once the server has answered. @type {Map<number, number>} */
  const places = new Map();
  let moving = Promise.resolve();

  /** One place up or down, from where the presses before have brought it. @param {Layer} layer @param {number} step */
  function shift(layer, step) {
    const pixels = app.state.canvas?.layers.filter((each) => each.kind === "pixels") ?? [];
    const place = (places.get(layer.id) ?? pixels.findIndex((each) => each.id === layer.id)) + step;
    if (!pixels[place]) return;
    places.set(layer.id, place);
    moving = moving.catch(() => {}).then(() => move(layer, place)).finally(() => places.get(layer.id) === place && places.delete(layer.id));
  }

  /** @param {Layer} layer @param {number} index from the bottom */
  async function move(layer, index) {
    if (!(await app.command({ kind: "MoveLayer", layer: layer.id, index }))) return;
    const layers = app.state.canvas?.layers.filter((each) => each.kind === "pixels") ?? [];
    app.announce(t("layer.moved", { name: layer.name, place: layers.length - layers.findIndex((each) => each.id === layer.id), count: layers.length }));
  }

  /** Drags a layer to another place; the arrow keys do too. @param {Layer} layer @param {number} index @param {Layer[]} pixels */
  function grip(layer, index, pixels) {
    const handle = make("button", { type: "button", className: "grip", id: `layer-${layer.id}-grip`, title: t("layer.grip"), "aria-label": `${t("layer.grip")}: ${layer.name}` }, icon("grip"));
    handle.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      choose(layer.id);
      shift(layer, step);
    });
    handle.addEventListener("pointerdown", (/** @type {PointerEvent} */ down) => {
      if (down.button !== 0) return;
      down.preventDefault();
      handle.focus();
      handle.setPointerCapture(down.pointerId);
      const rows = /** @type {HTMLElement[]} */ ([...list.children]).filter((each) => pixels.some((other) => String(other.id) === each.dataset.layer));
      const own = rows.find((each) => each.dataset.layer === String(layer.id));
      const middles = rows.map((each) => each.getBoundingClientRect()).map((box) => box.top + box.height / 2);
      let place = rows.length - 1 - index, moved = false;
      const ending = new AbortController();
      const show = () => rows.forEach((each, n) => {
        const shift = own && each !== own ? (n > rows.length - 1 - index && n <= place ? -1 : n < rows.length - 1 - index && n >= place ? 1 : 0) : 0;
        if (each !== own) each.style.translate = shift ? `0 ${shift * ((own?.offsetHeight ?? 0) + 6)}px` : "";
      });
      const end = () => {
        ending.abort();
        own?.classList.remove("lifted");
        for (const each of rows) each.style.translate = "";
      };
      handle.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
        moved ||= Math.abs(event.clientY - down.clientY) > 3;
        if (!moved || !own) return;
        own.classList.add("lifted");
        own.style.translate = `0 ${event.clientY - down.clientY}px`;
        place = middles.filter((middle, n) => n !== rows.length - 1 - index && middle < event.clientY).length;
        show();
      }, { signal: ending.signal });
      handle.addEventListener("pointerup", () => {
        end();
        if (!moved) choose(layer.id);
        else if (place !== rows.length - 1 - index) move(layer, rows.length - 1 - place);
      }, { signal: ending.signal });
      handle.addEventListener("lostpointercapture", end, { signal: ending.signal });
      addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        end();
      }, { signal: ending.signal, capture: true });
    });
    return handle;
  }
}
