// @ts-check
/** The page's side of the queue: asking for candidates, hearing of them, deciding. */
import { api } from "./api.js";
import { same } from "./geometry.js";
import { t } from "./i18n.js";

/** @typedef {import("./api.js").Frame} Frame */
/** @typedef {import("./api.js").Job} Job */

/** States of jobs that are still to be done, and of jobs that are over; between them is "done". */
export const OPEN = ["waiting", "running"];
export const FINAL = ["failed", "cancelled", "accepted", "rejected"];

export class Queue {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    /** What the frame goes back to if the candidates are rejected, of the jobs that this page asked for. @type {Map<Job["id"], Frame>} */
    this.before = new Map();
    /** Jobs that the server was told a decision of, and did not answer yet. @type {Set<Job["id"]>} */
    this.deciding = new Set();
  }

  /** The candidates that are looked at now. */
  get review() {
    return this.app.state.jobs.find((job) => job.id === this.app.state.reviewing) ?? null;
  }

  /** All that stand beside those: jobs for the same frame that differ by their seeds, also such as are not painted yet. @returns {Job[]} */
  get family() {
    const job = this.review;
    return job ? this.app.state.jobs.filter((each) => !FINAL.includes(each.state) && kin(each, job)) : [];
  }

  /** What can be looked at now, one after the other. @returns {{job: Job, n: number}[]} */
  get choices() {
    return this.family.flatMap((job) => Array.from({ length: job.candidates }, (_, n) => ({ job, n })));
  }

  /** Which of the choices is looked at. */
  get at() {
    return this.choices.findIndex(({ job, n }) => job.id === this.app.state.reviewing && n === this.app.state.candidate);
  }

  /** @param {Job} job */
  receive(job) {
    const known = this.app.state.jobs.find((each) => each.id === job.id);
    const jobs = known ? this.app.state.jobs.map((each) => (each === known ? job : each)) : [...this.app.state.jobs, job].slice(-200);
    this.app.store.set({ jobs });
    if (job.state === "failed" && known?.state !== "failed") this.app.notify(job.error ?? t("failed"));
    if (FINAL.includes(job.state)) this.before.delete(job.id);
    if (this.review && !FINAL.includes(this.review.state)) return;
    const ready = jobs.find((each) => each.candidates > 0 && !FINAL.includes(each.state) && !this.deciding.has(each.id));
    this.app.store.set({ reviewing: ready?.id ?? null, candidate: 0, comparing: false });
    if (ready) this.app.announce(t("candidate.of", { n: 1, count: ready.candidates }));
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
    const shows = this.app.method()?.settings.some((each) => each.name === "preview");
    const settings = shows ? { preview: true, ...request.settings } : request.settings;
    const taken = await this.submit({ ...request, settings, count, prompt, negative, frame }, before ?? frame);
    if (document.activeElement === document.body || document.activeElement?.closest("#paint, #go")) this.app.stage.focus({ preventScroll: true });
    return taken;
  }

  /** Whether a method does anything with it; candidates differ only by "seed". @param {string} method @param {string} name */
  reads(method, name) {
    return this.app.method(method)?.reads.includes(name) ?? true;
  }

  /** Whether the server took it. @param {import("./api.js").Request} request @param {Frame} before */
  async submit(request, before) {
    await this.app.settled();
    const job = await this.app.attempt(() => api.submit(request));
    if (!job) return false;
    this.before.set(job.id, before);
    // Its events may have come before the answer.
    const heard = this.app.state.jobs.find((each) => each.id === job.id);
    if (heard?.state !== "failed") this.app.announce(t("queued"));
    if (!heard) this.receive(job);
    return true;
  }

  /** @param {number} step */
  flip(step) {
    const { choices } = this;
    if (!choices.length) return;
    const at = (this.at + step + choices.length) % choices.length;
    this.app.store.set({ reviewing: choices[at].job.id, candidate: choices[at].n });
    this.app.announce(t("candidate.of", { n: at + 1, count: choices.length }));
  }

  async accept() {
    const job = this.review, { family } = this, { candidate } = this.app.state;
    if (!job) return;
    await this.#once(family, async () => {
      await this.app.settled();
      if (!(await this.app.attempt(() => api.accept(job.id, candidate)))) return;
      for (const other of family) if (other.id !== job.id) await this.drop(other); // their place is taken
      await this.app.refresh();
      this.receive({ ...job, state: "accepted" });
      this.app.announce(t("accepted"));
    });
  }

  /** All that can be looked at in this place. @param {Job} [one] only this job */
  async reject(one) {
    const job = one ?? this.review, all = one ? [one] : this.family;
    const before = job && this.before.get(job.id);
    if (!job || !(await this.#once(all, () => this.#dropAll(all)))) return;
    if (before && this.app.state.frame && same(this.app.state.frame, job.frame)) this.app.store.set({ frame: before });
    this.app.announce(t("rejected"));
  }

  /** Whether the server let it go. @param {Job} job */
  async drop(job) {
    const dropped = await this.app.attempt(() => api.drop(job.id));
    if (dropped) this.receive(dropped);
    return Boolean(dropped);
  }

  /** Whether the server let every one go. @param {Job[]} jobs */
  async #dropAll(jobs) {
    for (const job of jobs) if (!(await this.drop(job))) return false;
    return true;
  }

  /** The same with other seeds; these candidates go once the new ones are in the queue. */
  async again() {
    const { family } = this;
    await this.#once(family, async () => (await this.#more()) && this.#dropAll(family));
  }

  /** The same with other seeds, beside these candidates. */
  async more() {
    await this.#once(this.family, () => this.#more());
  }

  /** Whether the server took it. */
  async #more() {
    const job = this.review;
    if (!job) return false;
    const { frame, method, prompt, negative, count, overlap, settings } = job;
    const seed = Math.max(...this.family.map((each) => each.seed + each.count));
    if (!(await this.submit({ frame, method, prompt, negative, seed, count, overlap, settings }, this.before.get(job.id) ?? frame))) return false;
    this.app.store.set({ request: { ...this.app.state.request, seed } });
    return true;
  }

  /** A key pressed twice decides once. @template R @param {Job[]} jobs @param {() => Promise<R>} work @returns {Promise<R|undefined>} */
  async #once(jobs, work) {
    if (!jobs.length || jobs.some((job) => this.deciding.has(job.id))) return;
    for (const job of jobs) this.deciding.add(job.id);
    try {
      return await work();
    } finally {
      for (const job of jobs) this.deciding.delete(job.id);
    }
  }
}

/** @param {Job} job everything but the seeds, as text */
const meant = ({ method, prompt, negative, overlap, settings }) => JSON.stringify([method, prompt, negative, overlap, settings]);

/** @param {Job} a @param {Job} b */
const kin = (a, b) => a.id === b.id || (same(a.frame, b.frame) && meant(a) === meant(b));
