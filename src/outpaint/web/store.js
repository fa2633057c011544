// @ts-check
/**
 * What the page knows, in one place; parts of the page watch the fields that they show.
 * @template {object} T
 */
export class Store {
  /** @param {T} state */
  constructor(state) {
    this.state = state;
    /** @type {{keys: (keyof T)[], see: (state: T) => void}[]} */
    this.watchers = [];
  }

  /** Change some fields; watchers of those that are really different are told at once. @param {Partial<T>} patch */
  set(patch) {
    const changed = /** @type {(keyof T)[]} */ (Object.keys(patch)).filter((key) => this.state[key] !== patch[key]);
    if (!changed.length) return;
    this.state = { ...this.state, ...patch };
    for (const { keys, see } of this.watchers) if (keys.some((key) => changed.includes(key))) see(this.state);
  }

  /** Call now, and whenever one of the fields changes. @param {(keyof T)[]} keys @param {(state: T) => void} see */
  watch(keys, see) {
    this.watchers.push({ keys, see });
    see(this.state);
  }
}
