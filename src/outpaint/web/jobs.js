// @ts-check
/** Jobs in place: progress over the frame they paint, candidates on the canvas, the bar to choose among them. */
import { bindButtons } from "./actions.js";
import { api } from "./api.js";
import { $, make } from "./elements.js";
import { place } from "./frame.js";
import { known, t } from "./i18n.js";
import { FINAL, OPEN } from "./queue.js";
import { originOf, placed, toScreen } from "./view.js";

/** @typedef {import("./api.js").Job} Job */

/** Milliseconds until a candidate that failed to come is asked for again. */
const AGAIN = 2000;

export class Jobs {
  /** @param {import("./app.js").App} app @param {import("./actions.js").Action[]} actions @param {() => void} redraw */
  constructor(app, actions, redraw) {
    this.app = app;
    this.redraw = redraw;
    /** Candidates by job and number; null while one is on its way. @type {Map<string, ImageBitmap|null>} */
    this.pictures = new Map();
    /** The latest rough picture of each running job, null before the first. @type {Map<Job["id"], {number: number, busy: boolean, picture: ImageBitmap|null}>} */
    this.previews = new Map();
    /** @type {Map<Job["id"], {element: HTMLElement, bar: HTMLProgressElement, text: HTMLElement}>} */
    this.boxes = new Map();
    /** Of the queue's list, by job. @type {Map<Job["id"], {element: HTMLElement, figure: HTMLElement, look: HTMLElement}>} */
    this.rows = new Map();
    this.review = $("review");
    this.strip = make("div", { className: "strip", role: "listbox", "aria-label": t("review") });
    const button = (/** @type {string} */ id, wide = false, look = "") =>
      make("button", { "data-action": id, className: look, ...(wide ? { "data-wide": "" } : {}) });
    this.review.append(
      make("span", { className: "group" }, button("previous"), (this.count = make("span", { className: "count" })), button("next")),
      this.strip,
      (this.more = make("progress", { max: 1, className: "more", title: t("painting"), "aria-label": t("progress") })),
      make("span", { className: "group" }, button("compare"), button("more"), button("again"), button("reject"), button("accept", true, "primary")),
    );
    bindButtons(actions, app, this.review);
    app.store.watch(["jobs", "reviewing"], ({ jobs }) => this.#jobs(jobs));
    app.store.watch(["jobs", "reviewing", "candidate"], () => this.#review());
    app.store.watch(["reviewing", "view", "jobs"], () => this.place());
  }

  /** Progress boxes and the queue's list. @param {Job[]} jobs */
  #jobs(jobs) {
    const working = jobs.filter((job) => OPEN.includes(job.state));
    for (const [id, box] of this.boxes) {
      if (working.some((job) => job.id === id)) continue;
      box.element.remove();
      this.boxes.delete(id);
    }
    for (const job of working) {
      let box = this.boxes.get(job.id);
      if (!box) {
        const bar = make("progress", { max: 1, "aria-label": t("progress") });
        const text = make("span");
        const stop = make("button", { type: "button", onclick: () => this.app.queue.reject(this.app.state.jobs.find((each) => each.id === job.id)) }, t("cancel"));
        box = { element: make("div", { className: "job" }, make("div", { className: "card" }, text, bar, stop)), bar, text };
        $("overlay").append(box.element);
        this.boxes.set(job.id, box);
      }
      if (job.preview) this.#preview(job, job.preview);
      if (job.state === "running") box.bar.value = job.progress;
      else box.bar.removeAttribute("value");
      const percent = Math.round(job.progress * 100), { count } = job;
      const n = Math.min(count, job.candidates + 1);
      box.text.textContent = job.state === "waiting" ? t("waiting") : [said(job) ?? t("candidate.of", { n, count }), `${percent} %`].join(" · ");
      if (job.state === "running" && percent % 20 === 0) this.app.announce(t("painting.of", { n, count, percent }));
    }
    const alive = new Set(jobs.filter((job) => !FINAL.includes(job.state)).map((job) => job.id));
    for (const [key, picture] of this.pictures) {
      if (alive.has(key.split("#")[0])) continue;
      picture?.close();
      this.pictures.delete(key);
    }
    for (const [id, { picture }] of this.previews) {
      if (working.some((job) => job.id === id)) continue;
      picture?.close();
      this.previews.delete(id);
      this.redraw();
    }
    const { family } = this.app.queue, { reviewing } = this.app.state;
    this.#list(jobs.filter((job) => !FINAL.includes(job.state) && job.id !== reviewing && !(job.state === "done" && family.includes(job))));
  }

  /** The queue beside what is looked at; a row that stays is not touched, so that its button can be hit. @param {Job[]} jobs */
  #list(jobs) {
    for (const [id, { element }] of this.rows) {
      if (jobs.some((job) => job.id === id)) continue;
      element.remove();
      this.rows.delete(id);
    }
    for (const job of jobs) {
      let row = this.rows.get(job.id);
      if (!row) {
        const figure = make("span", { className: "muted" });
        const look = make("button", { type: "button", className: "link", onclick: () => this.app.store.set({ reviewing: job.id, candidate: 0 }) }, t("look"));
        row = { element: make("li", {}, make("span", {}, `${job.frame.width} × ${job.frame.height}`), figure, look), figure, look };
        $("queue").append(row.element);
        this.rows.set(job.id, row);
      }
      row.look.hidden = job.state !== "done";
      row.figure.textContent = job.state === "done" ? t("ready", { count: job.candidates }) : job.state === "waiting" ? t("waiting") : `${Math.round(job.progress * 100)} %`;
    }
  }

  #review() {
    const job = this.app.queue.review;
    this.review.hidden = !job;
    if (!job) return;
    const { choices, at, family } = this.app.queue;
    this.count.textContent = `${at + 1} / ${choices.length}`;
    const working = family.filter((each) => each.state !== "done");
    this.more.hidden = !working.length;
    this.more.value = Math.max(0, ...working.map((each) => each.progress));
    for (const { job, n } of choices) this.#fetch(job, n);
    const keys = choices.map(({ job, n }) => `${job.id}#${n}`);
    const shown = keys.map((key) => `${key}${this.pictures.get(key) ? "" : "?"}`).join();
    if (this.strip.dataset.shown !== shown) {
      this.strip.dataset.shown = shown;
      const focused = [...this.strip.children].findIndex((each) => each === document.activeElement);
      this.strip.replaceChildren(...keys.map((key, n) => {
        const picture = this.pictures.get(key);
        const small = make("canvas", { width: 96, height: Math.max(32, Math.min(96, Math.round((96 * job.frame.height) / job.frame.width))) });
        if (picture) small.getContext("2d").drawImage(picture, 0, 0, small.width, small.height);
        return make("button", { type: "button", role: "option", "aria-label": t("candidate.of", { n: n + 1, count: keys.length }), onclick: () => this.app.queue.flip(n - this.app.queue.at) }, small);
      }));
      /** @type {HTMLElement|undefined} */ (this.strip.children[focused])?.focus();
    }
    [...this.strip.children].forEach((each, n) => each.setAttribute("aria-selected", String(n === at)));
    if (this.strip.scrollWidth > this.strip.clientWidth) this.strip.children[at]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {Job} job @param {number} n */
  async #fetch(job, n) {
    const key = `${job.id}#${n}`;
    if (this.pictures.has(key)) return;
    this.pictures.set(key, null);
    const picture = await api.candidate(job.id, n).catch(() => null);
    if (!this.pictures.has(key)) return picture?.close(); // decided in the meantime
    if (!picture) {
      // Later again, if it is still looked at; the page says when the server is away.
      this.pictures.delete(key);
      setTimeout(() => this.#review(), AGAIN);
      return;
    }
    this.pictures.set(key, picture);
    this.#review();
    this.redraw();
  }

  /** One at a time: while one is on its way the newer ones are left out. @param {Job} job @param {number} number */
  async #preview(job, number) {
    const known = this.previews.get(job.id);
    if (known && (known.busy || known.number >= number)) return;
    const now = { number, busy: true, picture: known?.picture ?? null };
    this.previews.set(job.id, now);
    const picture = await api.preview(job.id, number).catch(() => null); // the job may be done by now
    now.busy = false;
    if (!picture || this.previews.get(job.id) !== now) return picture?.close();
    now.picture?.close();
    now.picture = picture;
    this.redraw();
  }

  /** Boxes over their frames, the bar below the one that is looked at, inside the window. */
  place() {
    const { view, jobs } = this.app.state;
    const family = new Set(this.app.queue.family.map((each) => each.id));
    for (const [id, box] of this.boxes) {
      const job = jobs.find((each) => each.id === id);
      if (job) place(box.element, job.frame, view);
      box.element.classList.toggle("aside", family.has(id));
    }
    const job = this.app.queue.review;
    if (!job || matchMedia("(max-width: 720px)").matches) {
      this.review.style.transform = "";
      return;
    }
    const { stage } = this.app, inset = this.app.covered();
    const corner = toScreen(view, { x: job.frame.left + job.frame.width / 2, y: job.frame.top + job.frame.height });
    const width = this.review.offsetWidth, height = this.review.offsetHeight;
    const x = Math.max(inset.left + 8, Math.min(stage.clientWidth - inset.right - width - 8, corner.x - width / 2));
    const y = Math.max(inset.top + 8, Math.min(stage.clientHeight - height - 16, corner.y + 14));
    this.review.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  /** The candidate that is looked at, where it will be. @param {CanvasRenderingContext2D} context @param {import("./view.js").View} view @param {number} ratio */
  draw(context, view, ratio) {
    for (const job of this.app.state.jobs) this.#drawn(context, view, ratio, job, this.previews.get(job.id)?.picture);
    const job = this.app.queue.review;
    if (job && !this.app.state.comparing) this.#drawn(context, view, ratio, job, this.pictures.get(`${job.id}#${this.app.state.candidate}`));
  }

  /** @param {CanvasRenderingContext2D} context @param {import("./view.js").View} view @param {number} ratio @param {Job} job @param {ImageBitmap|null} [picture] */
  #drawn(context, view, ratio, job, picture) {
    if (!picture) return;
    const scale = view.zoom * ratio;
    const { x, y, width, height } = placed(job.frame, originOf(view, scale), scale);
    context.imageSmoothingEnabled = scale < 2;
    context.imageSmoothingQuality = scale < 0.5 ? "medium" : "low";
    context.drawImage(picture, x, y, width, height);
  }
}

/** What else the painter says of what is going on, in the reader's language where it is known. @param {Job} job */
function said({ text, method }) {
  return text && text !== method ? known(`said.${text}`, text) : null;
}
