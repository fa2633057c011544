// @ts-check
/** The page's side of the queue: asking for candidates, hearing of them, deciding. */
import { api } from "./api.js";
import { same } from "./geometry.js";
import { t } from "./i18n.js";

/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {import("./api.js").Job} Job */

/** States of jobs that are over. */
export const FINAL = ["failed", "cancelled", "accepted", "rejected"];

export class Queue {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    /** What each job of this page was asked with. @type {Map<Job["id"], {request: import("./api.js").Request, before: Frame}>} */
    this.asked = new Map();
    /** Jobs that the server was told a decision of, and did not answer yet. @type {Set<Job["id"]>} */
    this.deciding = new Set();
  }

  /** The candidates that are looked at now. */
  get review() {
    return this.app.state.jobs.find((job) => job.id === this.app.state.reviewing) ?? null;
  }

  /** @param {Job} job */
  receive(job) {
    const jobs = [...this.app.state.jobs.filter((each) => each.id !== job.id), job].slice(-200);
    this.app.store.set({ jobs });
    if (job.state === "failed" && this.asked.has(job.id)) this.#failed(job);
    if (this.review && !FINAL.includes(this.review.state)) return;
    const ready = jobs.find((each) => each.candidates > 0 && !FINAL.includes(each.state));
    this.app.store.set({ reviewing: ready?.id ?? null, candidate: 0, comparing: false });
    if (ready) this.app.announce(t("candidate.of", { n: 1, count: ready.candidates }));
  }

  /** Say so once. @param {Job} job */
  #failed(job) {
    this.asked.delete(job.id);
    this.app.notify(job.error ?? t("failed"));
  }

  /** Ask for candidates; whether the server took it. @param {Frame} [before] what the frame goes back to if they are rejected */
  async outpaint(before) {
    const { frame, request } = this.app.state;
    if (!frame) {
      this.app.notify(t("empty"));
      return false;
    }
    const count = this.reads(request.method, "seed") ? request.count : 1;
    const prompt = this.reads(request.method, "prompt") ? request.prompt : "";
    const negative = this.reads(request.method, "negative") ? request.negative : "";
    const shows = this.app.state.methods.find((each) => each.name === request.method)?.settings.some((each) => each.name === "preview");
    const settings = shows ? { preview: true, ...request.settings } : request.settings;
    const taken = await this.submit({ ...request, settings, count, prompt, negative, frame }, before ?? frame);
    if (document.activeElement === document.body || document.activeElement?.closest("#paint, #go")) this.app.stage.focus({ preventScroll: true });
    return taken;
  }

  /** Whether a method does anything with it; candidates differ only by "seed". @param {string} method @param {string} name */
  reads(method, name) {
    return this.app.state.methods.find((each) => each.name === method)?.reads.includes(name) ?? true;
  }

  /** Whether the server took it. @param {import("./api.js").Request} request @param {Frame} before */
  async submit(request, before) {
    const job = await this.app.attempt(() => api.submit(request));
    if (!job) return false;
    this.asked.set(job.id, { request, before });
    // Its events may have come before the answer.
    const heard = this.app.state.jobs.find((each) => each.id === job.id);
    if (heard?.state === "failed") this.#failed(heard);
    else this.app.announce(t("queued"));
    if (!heard) this.receive(job);
    return true;
  }

  /** @param {number} step */
  flip(step) {
    const job = this.review;
    if (!job) return;
    const candidate = (this.app.state.candidate + step + job.candidates) % job.candidates;
    this.app.store.set({ candidate });
    this.app.announce(t("candidate.of", { n: candidate + 1, count: job.candidates }));
  }

  async accept() {
    const job = this.review;
    if (!job) return;
    await this.#once(job, async () => {
      if (!(await this.app.attempt(() => api.accept(job.id, this.app.state.candidate)))) return;
      await this.app.refresh();
      this.receive({ ...job, state: "accepted" });
      this.app.announce(t("accepted"));
    });
  }

  /** @param {Job|null} job */
  async reject(job = this.review) {
    if (!job || !(await this.#once(job, () => this.drop(job)))) return;
    const asked = this.asked.get(job.id);
    if (asked && this.app.state.frame && same(this.app.state.frame, job.frame)) this.app.store.set({ frame: asked.before });
    this.app.announce(t("rejected"));
  }

  /** Whether the server let it go. @param {Job} job */
  async drop(job) {
    const dropped = await this.app.attempt(() => api.drop(job.id));
    if (dropped) this.receive(dropped);
    return Boolean(dropped);
  }

  /** The same with other seeds; these candidates go once the new ones are in the queue. */
  async again() {
    const job = this.review;
    if (!job) return;
    const { frame, method, prompt = "", negative = "", seed = 0, count = 3, settings = {} } = job;
    const asked = this.asked.get(job.id) ?? { request: { frame, method, prompt, negative, seed, count, settings }, before: frame };
    const request = { ...asked.request, seed: asked.request.seed + asked.request.count };
    await this.#once(job, async () => {
      if (!(await this.submit(request, asked.before))) return;
      this.app.store.set({ request: { ...this.app.state.request, seed: request.seed } });
      await this.drop(job);
    });
  }

  /** A key pressed twice decides once. @template R @param {Job} job @param {() => Promise<R>} work @returns {Promise<R|undefined>} */
  async #once(job, work) {
    if (this.deciding.has(job.id)) return;
    this.deciding.add(job.id);
    try {
      return await work();
    } finally {
      this.deciding.delete(job.id);
    }
  }
}
