// @ts-check
/** The list of steps; a click undoes or redoes up to there. */
import { api } from "./api.js";
import { $, make } from "./elements.js";
import { known, t } from "./i18n.js";

/** @param {import("./app.js").App} app */
export function historyPanel(app) {
  const panel = $("history");
  let stale = true;
  const load = async () => {
    if (panel.hidden || !stale) return;
    stale = false;
    const steps = await app.attempt(() => api.history());
    if (!steps) {
      stale = true; // what was there stays; the next change or look tries again
      if (!panel.children.length) panel.append(make("p", { className: "muted" }, t("history.lost")));
      return;
    }
    const last = steps.find((step) => step.done)?.number ?? 0;
    const focused = panel.contains(document.activeElement) ? document.activeElement?.id : null;
    panel.replaceChildren(steps.length ? make("ol", { className: "steps" }, ...steps.map((step) => {
      const undone = steps.filter((each) => !each.done && each.number <= step.number).length;
      const done = steps.filter((each) => each.done && each.number > step.number).length;
      return make("li", {}, make("button", {
        type: "button", id: `step-${step.number}`, className: step.done ? "" : "undone", "aria-current": step.number === last ? "step" : undefined,
        onclick: () => (undone ? app.step("redo", undone) : done ? app.step("undo", done) : null),
      }, said(step)));
    })) : make("p", { className: "muted" }, t("history.none")));
    if (focused) document.getElementById(focused)?.focus();
  };
  app.store.watch(["canvas"], () => {
    stale = true;
    load();
  });
  new MutationObserver(load).observe(panel, { attributes: true, attributeFilter: ["hidden"] });
}

/** A step in the reader's language, in the server's, which are English, where the page has none. @param {import("./api.js").Step} step */
function said({ name, kind, values }) {
  const key = `step.${kind}`;
  const which = [values.visible, values.locked, values.mode].find((each) => each !== undefined);
  const text = known(`${key}.${which}`, known(key, ""));
  if (!text) return name;
  const subject = values.name ?? values.layer_name;
  const figure = values.opacity === undefined ? "" : `${Math.round(Number(values.opacity) * 100)} %`;
  return [[text, subject].filter(Boolean).join(": "), figure].filter(Boolean).join(" · ");
}
