// @ts-check
/** What can be done on the page, whoever asks for it: a key, a button, a pointer or another page's event. */
import { api, ApiError } from "./api.js";
import { common, extended, inRatio, same } from "./geometry.js";
import { t } from "./i18n.js";
import { Store } from "./store.js";
import { fitted, zoomed } from "./view.js";

/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {import("./api.js").Job} Job */
/** @typedef {"frame"|"hand"|"mask"|"eraser"} Tool */
/**
 * @typedef {{
 *   view: import("./view.js").View, tool: Tool, brush: number,
 *   frame: Frame|null, amount: number, unit: "px"|"%",
 *   canvas: import("./api.js").Canvas|null, methods: import("./api.js").Method[], request: Omit<import("./api.js").Request, "frame">,
 *   jobs: Job[], reviewing: Job["id"]|null, candidate: number, comparing: boolean, wheel: "zoom"|"pan", letters: boolean,
 * }} State
 */

const FINAL = ["failed", "cancelled", "accepted", "rejected"];

export class App {
  constructor() {
    /** @type {Store<State>} */
    this.store = new Store(
      /** @type {State} */ ({
        view: { x: -400, y: -300, zoom: 1 }, tool: "frame", brush: 60,
        frame: null, amount: 50, unit: "%",
        canvas: null, methods: [], request: { method: "patch", prompt: "", negative: "", seed: 0, count: 3, settings: {} },
        jobs: [], reviewing: null, candidate: 0, comparing: false,
        wheel: localStorage.getItem("wheel") === "pan" ? "pan" : "zoom", letters: localStorage.getItem("letters") !== "off",
      }),
    );
    /** What each job of this page was asked with. @type {Map<Job["id"], {request: import("./api.js").Request, before: Frame}>} */
    this.asked = new Map();
    /** Set by main.js. */
    this.stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
    this.covered = () => ({ top: 0, right: 0, bottom: 0, left: 0 });
    /** @type {(change: import("./api.js").Changes, content: Frame|null) => void} */
    this.changed = () => {};
    this.refreshing = Promise.resolve();
  }

  get state() {
    return this.store.state;
  }

  /** The candidates that are looked at now. */
  get review() {
    return this.state.jobs.find((job) => job.id === this.state.reviewing) ?? null;
  }

  // Telling

  /** For screen readers. @param {string} text */
  announce(text) {
    const live = document.getElementById("live");
    if (live && live.textContent !== text) live.textContent = text;
  }

  /** For everybody, for a while. @param {string} text */
  notify(text) {
    const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(this.noticed);
    this.noticed = setTimeout(() => (notice.hidden = true), 7000);
  }

  /** Run it; say what went wrong. @template R @param {() => Promise<R>} work @returns {Promise<R|undefined>} */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.notify(error.message || t("offline"));
    }
  }

  // What the server has

  /** Look at what changed since the last time; calls wait for each other. */
  refresh() {
    this.refreshing = this.refreshing.then(() => this.attempt(async () => {
      const before = this.state.canvas;
      const canvas = await api.canvas();
      if (before && before.revision === canvas.revision) return;
      const change = await api.changes(before?.revision ?? 0);
      this.store.set({ canvas });
      this.changed(change, canvas.content);
      if (!this.state.frame && canvas.content) {
        this.store.set({ frame: canvas.content });
        this.fit();
      }
    }));
    return this.refreshing;
  }

  /** @param {Job} job */
  receive(job) {
    const jobs = [...this.state.jobs.filter((each) => each.id !== job.id), job].slice(-200);
    this.store.set({ jobs });
    if (job.state === "failed" && this.asked.has(job.id)) this.notify(job.error ?? t("failed"));
    if (this.review && !FINAL.includes(this.review.state)) return;
    const ready = jobs.find((each) => each.candidates > 0 && !FINAL.includes(each.state));
    this.store.set({ reviewing: ready?.id ?? null, candidate: 0, comparing: false });
    if (ready) this.announce(t("candidate.of", { n: 1, count: ready.candidates }));
  }

  // Photos

  /** @param {File|Blob} file @param {{x: number, y: number}} [at] a point of the plane; beside the content without one */
  async importPhoto(file, at) {
    this.announce(t("importing"));
    /** @type {{left: number, top: number}|undefined} */
    let corner;
    if (at && this.state.canvas?.content) {
      const size = await createImageBitmap(file).catch(() => ({ width: 0, height: 0 }));
      corner = { left: Math.round(at.x - size.width / 2), top: Math.round(at.y - size.height / 2) };
    }
    const done = await this.attempt(() => api.importPhoto(file, corner));
    if (!done) return;
    await this.refresh();
    this.store.set({ frame: done.frame });
    this.fit();
    this.announce(t("imported", { width: done.frame.width, height: done.frame.height }));
    this.stage.focus();
  }

  // The frame

  /** What a direction or a ratio starts from: the part of the frame that has content. */
  base() {
    const { frame, canvas } = this.state;
    if (!frame) return canvas?.content ?? null;
    return (canvas?.content && common(frame, canvas.content)) ?? frame;
  }

  /** @param {import("./geometry.js").Direction} direction */
  async extend(direction) {
    const base = this.base();
    if (!base) return this.notify(t("empty"));
    const before = base;
    this.store.set({ frame: extended(base, direction, this.state.amount, this.state.unit) });
    this.fit();
    await this.outpaint(before);
  }

  /** @param {number} ratio */
  shape(ratio) {
    const base = this.base();
    if (!base) return this.notify(t("empty"));
    this.store.set({ frame: inRatio(base, ratio) });
    this.fit();
  }

  /** @param {number} dx @param {number} dy */
  nudge(dx, dy) {
    const { frame } = this.state;
    if (frame) this.store.set({ frame: { ...frame, left: frame.left + dx, top: frame.top + dy } });
  }

  // Jobs

  /** Ask for candidates. @param {Frame} [before] what the frame goes back to if they are rejected */
  async outpaint(before) {
    const { frame, request } = this.state;
    if (!frame) return this.notify(t("empty"));
    const count = this.reads(request.method, "seed") ? request.count : 1;
    const prompt = this.reads(request.method, "prompt") ? request.prompt : "";
    const negative = this.reads(request.method, "negative") ? request.negative : "";
    const shows = this.state.methods.find((each) => each.name === request.method)?.settings.some((each) => each.name === "preview");
    const settings = shows ? { preview: true, ...request.settings } : request.settings;
    await this.submit({ ...request, settings, count, prompt, negative, frame }, before ?? frame);
    if (document.activeElement === document.body || document.activeElement?.closest("#paint, #go")) this.stage.focus({ preventScroll: true });
  }

  /** Whether a method does anything with it; candidates differ only by "seed". @param {string} method @param {string} name */
  reads(method, name) {
    return this.state.methods.find((each) => each.name === method)?.reads.includes(name) ?? true;
  }

  /** @param {import("./api.js").Request} request @param {Frame} before */
  async submit(request, before) {
    const answer = await this.attempt(() => api.submit(request));
    if (!answer) return;
    this.asked.set(answer.id, { request, before });
    this.announce(t("queued"));
    if (!this.state.jobs.some((job) => job.id === answer.id))
      this.receive({ id: answer.id, state: "waiting", frame: request.frame, method: request.method, progress: 0, text: "", candidates: 0, error: null });
  }

  /** @param {number} step */
  flip(step) {
    const job = this.review;
    if (!job) return;
    const candidate = (this.state.candidate + step + job.candidates) % job.candidates;
    this.store.set({ candidate });
    this.announce(t("candidate.of", { n: candidate + 1, count: job.candidates }));
  }

  async accept() {
    const job = this.review;
    if (!job) return;
    const done = await this.attempt(() => api.accept(job.id, this.state.candidate));
    if (!done) return;
    await this.refresh();
    this.receive({ ...job, state: "accepted" });
    this.announce(t("accepted"));
  }

  /** @param {Job|null} job */
  async reject(job = this.review) {
    if (!job) return;
    await this.attempt(() => api.drop(job.id));
    const asked = this.asked.get(job.id);
    if (asked && this.state.frame && same(this.state.frame, job.frame)) this.store.set({ frame: asked.before });
    this.receive({ ...job, state: job.state === "done" ? "rejected" : "cancelled" });
    this.announce(t("rejected"));
  }

  /** The same with other seeds, in place of these candidates. */
  async again() {
    const job = this.review;
    if (!job) return;
    const { frame, method, prompt = "", negative = "", seed = 0, count = 3, settings = {} } = job;
    const asked = this.asked.get(job.id) ?? { request: { frame, method, prompt, negative, seed, count, settings }, before: frame };
    const request = { ...asked.request, seed: asked.request.seed + asked.request.count };
    this.store.set({ request: { ...this.state.request, seed: request.seed } });
    await this.attempt(() => api.drop(job.id));
    this.receive({ ...job, state: "rejected" });
    await this.submit(request, asked.before);
  }

  // Steps

  /** @param {"undo"|"redo"} which */
  async step(which, count = 1) {
    if (!(await this.attempt(() => api[which](count)))) return;
    await this.refresh();
    this.announce(t(which === "undo" ? "undone" : "redone"));
  }

  /** @param {Record<string, any>} command */
  async command(command) {
    await this.attempt(() => api.command(command));
    await this.refresh();
  }

  // The view

  /** Show frame and content. */
  fit() {
    const { frame, canvas } = this.state;
    const box = frame ?? canvas?.content;
    if (!box) return;
    const view = fitted(box, this.stage.clientWidth, this.stage.clientHeight, this.covered());
    this.glide(view);
  }

  /** @param {number} factor */
  zoom(factor) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.store.set({ view: zoomed(this.state.view, { x: width / 2, y: height / 2 }, factor) });
  }

  /** Move there within a fifth of a second, or at once for those who want less motion. @param {import("./view.js").View} to */
  glide(to) {
    const from = this.state.view;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.store.set({ view: to });
    const start = performance.now();
    const gliding = (this.gliding = {});
    const frame = (/** @type {number} */ now) => {
      if (this.gliding !== gliding) return;
      const part = Math.min(1, Math.max(0, now - start) / 200);
      const ease = 1 - (1 - part) ** 3;
      const zoom = from.zoom * (to.zoom / from.zoom) ** ease;
      // The centre travels straight on the screen's plane while the zoom changes.
      const { clientWidth: w, clientHeight: h } = this.stage;
      const centre = (/** @type {import("./view.js").View} */ v) => ({ x: v.x + w / 2 / v.zoom, y: v.y + h / 2 / v.zoom });
      const a = centre(from), b = centre(to);
      const view = { x: a.x + (b.x - a.x) * ease - w / 2 / zoom, y: a.y + (b.y - a.y) * ease - h / 2 / zoom, zoom };
      this.store.set({ view: part < 1 ? view : to });
      if (part < 1) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  /** A gesture took over. */
  halt() {
    this.gliding = null;
  }
}
