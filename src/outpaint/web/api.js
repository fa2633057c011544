// @ts-check
/** The server's routes as functions. Everything that is refused throws an ApiError with the server's own words. */

/** @typedef {{left: number, top: number, width: number, height: number}} Frame Whole pixels of the plane, y down. */
/** @typedef {{id: number, name: string, visible: boolean, opacity: number, locked: boolean, kind: "pixels"|"mask"}} Layer */
/** @typedef {{revision: number, name: string, layers: Layer[], content: Frame|null, masked: Frame|null, can_undo: boolean, can_redo: boolean}} Canvas */
/** @typedef {{name: string, kind: "int"|"float"|"choice"|"bool"|"text", default: any, low: number|null, high: number|null, choices: string[], about: string}} Setting */
/** @typedef {{name: string, about: string, reads: string[], settings: Setting[], needs: string|null, memory: string|null, usable: boolean, multiple: number}} Method multiple: what it likes the sides of a frame to be multiples of */
/** @typedef {{frame: Frame, method: string, prompt: string, negative: string, seed: number, count: number, overlap: number, settings: Record<string, any>}} Request overlap: known pixels at the border that may be repainted */
/** @typedef {"waiting"|"running"|"done"|"failed"|"cancelled"|"accepted"|"rejected"} JobState */
/** @typedef {Request & {id: string, state: JobState, progress: number, text: string, candidates: number, preview: number, error: string|null}} Job preview: the number of the latest rough picture, 0 for none */
/** @typedef {{revision: number, tiles: [number, number][]|"all", mask: [number, number][]|"all", layers: boolean}} Changes tiles, mask: of level 0 */
/** @typedef {{number: number, name: string, kind: string, values: Record<string, any>, done: boolean}} Step name: in English; kind, values: to word it in any language */

const ROOT = "api/v1";
/** Milliseconds until the events are asked for again. */
const AGAIN = 3000;
/** How often an upload waits for its turn. */
const TURNS = 5;

export class ApiError extends Error {
  /** @param {number} status 0 if there was no answer @param {string} message @param {number} [seconds] after which it may go better */
  constructor(status, message, seconds = 0) {
    super(message);
    this.status = status;
    this.seconds = seconds;
  }

  /** Whether the same may be taken another time. */
  get passes() {
    return this.status === 0 || this.status === 429;
  }
}

/** @param {number} seconds @returns {Promise<void>} */
export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** @param {string} address @param {RequestInit} [init] */
async function fetched(address, init) {
  let answer;
  try {
    answer = await fetch(address, init);
  } catch {
    throw new ApiError(0, "");
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new ApiError(answer.status, body.error ?? `${answer.status} ${answer.statusText}`, Number(answer.headers.get("Retry-After")));
}

/** @param {string} path @param {RequestInit} [init] */
const call = (path, init) => fetched(`${ROOT}/${path}`, init);

/** @param {string} path @returns {Promise<any>} */
const get = async (path) => (await call(path)).json();

/** @param {string} path @param {object} body @returns {Promise<any>} */
const post = async (path, body) =>
  (await call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();

/** A form; if too many are being read already, it waits for its turn. @param {string} path @param {Record<string, any>} fields @returns {Promise<any>} */
async function send(path, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof File) form.set(name, value);
    else if (value instanceof Blob) form.set(name, value, `${name}.png`);
    else if (value !== undefined) form.set(name, String(value));
  }
  for (let turn = 1; ; turn++) {
    try {
      return (await call(path, { method: "POST", body: form })).json();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429 || turn === TURNS) throw error;
      await pause(error.seconds || 1);
    }
  }
}

/** @param {string} path @returns {Promise<ImageBitmap|null>} null where there is nothing */
async function bitmap(path) {
  const answer = await call(path);
  return answer.status === 204 ? null : createImageBitmap(await answer.blob());
}

export const api = {
  /** @returns {Promise<Method[]>} */
  methods: () => get("methods"),
  /** @returns {Promise<Canvas>} */
  canvas: () => get("canvas"),
  /** @param {number} since @returns {Promise<Changes>} */
  changes: (since) => get(`canvas/changes?since=${since}`),
  /** @returns {Promise<Step[]>} */
  history: () => get("canvas/history"),
  /** @param {Record<string, any>} command */
  command: (command) => post("canvas/commands", command),
  /** @param {File|Blob} file @param {{left: number, top: number}} [at] @returns {Promise<{revision: number, frame: Frame}>} */
  importPhoto: (file, at) => send("canvas/import", { file: named(file), left: at?.left, top: at?.top }),
  /** @param {Blob} file @param {number} left @param {number} top @param {"add"|"erase"} mode */
  mask: (file, left, top, mode) => send("canvas/mask", { left, top, mode, file }),
  /** @param {number} count */
  undo: (count) => post("canvas/undo", { count }),
  /** @param {number} count */
  redo: (count) => post("canvas/redo", { count }),
  /** @param {number} level @param {number} column @param {number} row @param {number} revision */
  tile: (level, column, row, revision) => bitmap(`canvas/tiles/${level}/${column}/${row}.png?r=${revision}`),
  /** White with the mask as alpha. @param {number} level @param {number} column @param {number} row */
  maskTile: (level, column, row) => bitmap(`canvas/mask/${level}/${column}/${row}.png`),
  /** @param {"content"|"frame"|"everything"} what @param {string} format @param {Frame|null} frame @param {number|null} quality 1..100, of the formats that lose something @param {string} [alt] what it shows, in words */
  exportUrl(what, format, frame, quality, alt = "") {
    const query = new URLSearchParams({ what, format });
    if (what === "frame" && frame) for (const [name, value] of Object.entries(frame)) query.set(name, String(value));
    if (quality !== null) query.set("quality", String(quality));
    if (alt) query.set("alt", alt);
    return `canvas/export?${query}`;
  },
  /** The canvas itself, for a link: it may be larger than what a page can hold. */
  savedUrl: `${ROOT}/canvas/file`,
  /** A file and the name that the server gives it. @param {string} path */
  async file(path) {
    const answer = await call(path);
    const said = answer.headers.get("Content-Disposition") ?? "";
    const full = /filename\*=UTF-8''([^;]+)/.exec(said)?.[1], plain = /filename="([^"]+)/.exec(said)?.[1];
    const name = full ? decodeURIComponent(full) : (plain ?? "outpaint");
    return { blob: await answer.blob(), name };
  },
  /** One of the photos that come with the page. @param {string} name */
  async example(name) {
    const answer = await fetched(`static/examples/${name}`);
    return new File([await answer.blob()], name, { type: "image/jpeg" });
  },
  /** @param {Request} request @returns {Promise<Job>} */
  submit: (request) => post("jobs", request),
  /** @returns {Promise<Job[]>} */
  jobs: () => get("jobs"),
  /** @param {Job["id"]} id @returns {Promise<Job>} as it is now */
  drop: async (id) => (await call(`jobs/${id}`, { method: "DELETE" })).json(),
  /** @param {Job["id"]} id @param {number} number */
  candidate: (id, number) => bitmap(`jobs/${id}/candidates/${number}.png`),
  /** @param {Job["id"]} id @param {number} number */
  preview: (id, number) => bitmap(`jobs/${id}/preview.png?n=${number}`),
  /** @param {Job["id"]} id @param {number} candidate */
  accept: (id, candidate) => post(`jobs/${id}/accept`, { candidate }),
  /** What happens on the server, also by other pages; a connection that is lost is made again. @param {{canvas: () => void, job: (job: Job) => void, open: () => void, lost: () => void}} see */
  listen(see) {
    const source = new EventSource(`${ROOT}/events`);
    source.addEventListener("open", see.open);
    source.addEventListener("canvas", see.canvas);
    source.addEventListener("job", (event) => see.job(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      see.lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(() => api.listen(see), AGAIN); // refused, which the browser takes for final
    });
  },
};

/** A pasted picture has no name of its own. @param {File|Blob} file */
const named = (file) => (file instanceof File ? file : new File([file], "pasted.png", { type: file.type }));
