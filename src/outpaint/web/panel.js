// @ts-check
/** What is painted and how: directions, shape, and of the method only what it reads. */
import { bindButtons } from "./actions.js";
import { $, make } from "./elements.js";
import { known, t } from "./i18n.js";
import { OPEN } from "./queue.js";

/** @type {[string, number][]} */
const RATIOS = [["1:1", 1], ["4:3", 4 / 3], ["3:4", 3 / 4], ["3:2", 3 / 2], ["16:9", 16 / 9], ["9:16", 9 / 16], ["A4", 210 / 297], ["A4 ↔", 297 / 210]];

/** Settings without which a method cannot begin: not folded away. */
const SHOWN = ["model", "loras"];
/** Settings that name what is loaded. */
const LOADED = ["model", "config", "prediction", "vae", "loras", "embeddings", "download", "device", "dtype", "offload"];

/** @param {import("./app.js").App} app @param {import("./actions.js").Action[]} actions */
export function paintPanel(app, actions) {
  const { store } = app;
  const side = (/** @type {string} */ name) => make("button", { "data-action": `extend-${name}`, className: name });
  const amount = make("input", { type: "number", min: 1, max: 8192, value: app.state.amount, id: "amount", "aria-label": t("amount"), oninput: () => amount.valueAsNumber > 0 && store.set({ amount: amount.valueAsNumber }) });
  const unit = make("select", { id: "unit", "aria-label": t("unit"), onchange: () => {
    store.set({ unit: unit.value, amount: unit.value === "%" ? 50 : 256 });
    amount.value = app.state.amount;
  } }, ...["%", "px"].map((each) => make("option", { value: each }, each)));
  unit.value = app.state.unit;

  const methods = make("select", { id: "method", onchange: () => ask({ method: methods.value, settings: shared(methods.value) }) });
  const about = make("p", { className: "muted", id: "method-about" });
  const fields = make("div", { className: "fields" });
  methods.setAttribute("aria-describedby", "method-about");

  $("paint").append(
    make("h2", {}, t("directions")),
    make("div", { className: "directions" },
      make("div", { className: "cross" }, side("up"), side("left"), side("all"), side("right"), side("down")),
      make("div", { className: "by" }, make("label", { htmlFor: "amount" }, t("by")), make("span", { className: "joined" }, amount, unit), make("p", { className: "muted" }, t("directions.hint"))),
    ),
    make("h2", {}, t("shape")),
    make("div", { className: "chips", role: "group", "aria-label": t("shape") }, ...RATIOS.map(([name, ratio]) => make("button", { type: "button", onclick: () => app.shape(ratio) }, name))),
    make("h2", {}, t("method")),
    methods, about, fields,
  );
  bindButtons(actions, app, $("paint"));

  /** The settings that stay when the method changes: what is loaded, not how it is used. @param {string} method */
  function shared(method) {
    const names = app.method(method)?.settings.map((each) => each.name) ?? [];
    return Object.fromEntries(Object.entries(app.state.request.settings).filter(([name]) => LOADED.includes(name) && names.includes(name)));
  }

  /** @param {Partial<import("./app.js").State["request"]>} change */
  function ask(change) {
    store.set({ request: { ...app.state.request, ...change } });
  }

  store.watch(["methods"], ({ methods: all, request }) => {
    methods.replaceChildren(...all.map((each) => make("option", { value: each.name, disabled: !each.usable }, known(`method.${each.name}`, each.name))));
    const usable = all.filter((each) => each.usable);
    if (usable.length && !usable.some((each) => each.name === request.method)) ask({ method: usable[0].name, settings: {} });
  });

  let shown = "";
  store.watch(["methods", "request"], ({ methods: all, request }) => {
    const method = app.method();
    methods.value = request.method;
    const seed = /** @type {HTMLInputElement|null} */ (document.getElementById("seed"));
    if (seed && seed !== document.activeElement) seed.value = String(request.seed);
    if (!method || shown === `${method.name}/${all.length}`) return;
    shown = `${method.name}/${all.length}`;
    about.textContent = [known(`about.${method.name}`, method.about), method.usable ? null : method.needs].filter(Boolean).join(" ");
    about.title = [method.needs, method.memory].filter(Boolean).join(" ");
    fields.replaceChildren(...fieldsOf(method));
  });

  /** @param {import("./api.js").Method} method */
  function fieldsOf(method) {
    const reads = (/** @type {string} */ name) => method.reads.includes(name);
    const { request } = app.state;
    const text = (/** @type {"prompt"|"negative"} */ name) => reads(name) && field(t(name), make("textarea", { id: name, rows: name === "prompt" ? 3 : 1, value: request[name], oninput: (/** @type {any} */ event) => ask({ [name]: event.target.value }) }));
    const number = (/** @type {"seed"|"count"|"overlap"} */ name, /** @type {object} */ more) => make("input", { type: "number", id: name, value: request[name], step: 1, ...more, oninput: (/** @type {any} */ event) => Number.isInteger(event.target.valueAsNumber) && event.target.validity.valid && ask({ [name]: event.target.valueAsNumber }) });
    const dice = make("button", { type: "button", className: "small", onclick: () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      ask({ seed });
      $("seed").value = seed;
    } }, t("dice"));
    return [
      text("prompt"),
      text("negative"),
      reads("seed") && make("div", { className: "row" },
        field(t("count"), number("count", { min: 1, max: 8 })),
        field(t("seed"), make("span", { className: "joined" }, number("seed", { min: 0, max: 2 ** 32 - 1 }), dice))),
      ...method.settings.filter((each) => SHOWN.includes(each.name)).map(setting),
      field(t("overlap"), number("overlap", { min: 0, max: 4096 }), t("overlap.hint")),
      method.settings.length && make("details", {}, make("summary", {}, t("settings")), ...method.settings.filter((each) => !SHOWN.includes(each.name)).map(setting)),
    ].filter(Boolean);
  }

  /** @param {import("./api.js").Setting} each */
  function setting(each) {
    const change = (/** @type {any} */ value) => ask({ settings: { ...app.state.request.settings, [each.name]: value } });
    const id = `setting-${each.name}`;
    const value = app.state.request.settings[each.name] ?? each.default;
    /** @type {any} */
    let input;
    if (each.kind === "choice") {
      input = make("select", { id, onchange: () => change(input.value) }, ...each.choices.map((choice) => make("option", { value: choice }, known(`choice.${choice}`, choice))));
      input.value = value;
    } else if (each.kind === "bool") input = make("input", { id, type: "checkbox", checked: Boolean(value), onchange: () => change(input.checked) });
    else if (each.kind === "text") input = make("input", { id, type: "text", value, oninput: () => change(input.value) });
    else input = make("input", { id, type: "number", value, min: each.low ?? undefined, max: each.high ?? undefined, step: each.kind === "int" ? 1 : "any", oninput: () => input.validity.valid && !Number.isNaN(input.valueAsNumber) && change(input.valueAsNumber) });
    return field(known(`setting.${each.name}`, each.name.replaceAll("_", " ")), input, known(`about.${each.name}`, each.about));
  }
}

/** @param {string} name @param {any} input @param {string} [hint] */
function field(name, input, hint) {
  const inner = input.matches("input, select, textarea") ? input : input.querySelector("input");
  return make("div", { className: "field" }, make("label", { htmlFor: inner.id, title: hint }, name), input);
}

/** Tabs, and on a phone the sheet. @param {import("./app.js").App} app */
export function panelTabs(app) {
  const tabs = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[role=tab]")]);
  const choose = (/** @type {HTMLButtonElement} */ chosen) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      $(tab.getAttribute("aria-controls") ?? "").hidden = tab !== chosen;
    }
    sheet(true);
  };
  tabs.forEach((tab, n) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(n + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });
  const grip = $("grip");
  const sheet = (/** @type {boolean} */ open) => {
    $("panel").classList.toggle("open", open);
    grip.setAttribute("aria-expanded", String(open));
  };
  let from = 0;
  grip.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    from = event.clientY;
    grip.setPointerCapture(event.pointerId);
  });
  grip.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => {
    if (Math.abs(event.clientY - from) > 16) sheet(event.clientY < from);
  });
  grip.addEventListener("click", (/** @type {MouseEvent} */ event) => Math.abs(event.clientY - from) > 16 && event.detail ? null : sheet(!$("panel").classList.contains("open")));
  // What was asked for is to be seen.
  let working = 0;
  app.store.watch(["jobs"], ({ jobs }) => {
    const before = working;
    working = jobs.filter((job) => OPEN.includes(job.state)).length;
    if (working > before) sheet(false);
  });
  app.store.watch(["reviewing"], ({ reviewing }) => reviewing !== null && sheet(false));
}
