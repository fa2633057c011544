// @ts-check
/** The list of layers, the top one first. */
import { $, icon, make } from "./elements.js";
import { t } from "./i18n.js";

/** @param {import("./app.js").App} app */
export function layersPanel(app) {
  const panel = $("layers");
  app.store.watch(["canvas"], ({ canvas }) => {
    const focused = document.activeElement?.id;
    const layers = canvas?.layers ?? [];
    const list = make("ul", { className: "layers" }, ...layers.map((layer, index) => row(layer, index, layers)).reverse());
    panel.replaceChildren(layers.some((each) => each.kind === "pixels") ? list : make("p", { className: "muted" }, t("layers.none")));
    if (focused) document.getElementById(focused)?.focus();
  });

  /** @param {import("./api.js").Layer} layer @param {number} index @param {import("./api.js").Layer[]} layers */
  function row(layer, index, layers) {
    const pixels = layer.kind === "pixels";
    const top = layers.filter((each) => each.kind === "pixels").length - 1;
    const tool = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ run, more = {}) =>
      make("button", { type: "button", id: `layer-${layer.id}-${label}`, title: t(`layer.${label}`), "aria-label": `${t(`layer.${label}`)}: ${layer.name}`, onclick: run, ...more }, icon(name));
    const name = make("input", { type: "text", className: "name", id: `layer-${layer.id}-name`, value: pixels ? layer.name : t("mask"), readOnly: !pixels, maxLength: 200, "aria-label": t("layer.name"), onchange: () =>
      name.value.trim() ? app.command({ kind: "RenameLayer", layer: layer.id, name: name.value.trim() }) : (name.value = layer.name) });
    const opacity = make("input", { type: "range", id: `layer-${layer.id}-opacity`, min: 0, max: 100, value: Math.round(layer.opacity * 100), "aria-label": `${t("layer.opacity")}: ${layer.name}`, title: t("layer.opacity"), onchange: () => app.command({ kind: "SetOpacity", layer: layer.id, opacity: opacity.valueAsNumber / 100 }) });
    return make("li", { className: layer.visible ? "" : "invisible" },
      tool(layer.visible ? "eye" : "shut", "visible", () => app.command({ kind: "SetVisible", layer: layer.id, visible: !layer.visible }), { "aria-pressed": String(layer.visible) }),
      make("div", {}, name, pixels && opacity),
      pixels && tool("up", "higher", () => app.command({ kind: "MoveLayer", layer: layer.id, index: index + 1 }), { disabled: index >= top }),
      pixels && tool("down", "lower", () => app.command({ kind: "MoveLayer", layer: layer.id, index: index - 1 }), { disabled: index === 0 }),
      pixels && tool("clear", "remove", () => app.command({ kind: "RemoveLayer", layer: layer.id }), { disabled: layer.locked }),
    );
  }
}
