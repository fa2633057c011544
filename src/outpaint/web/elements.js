// @ts-check
/** Making elements, and the icons. */

/** @param {string} id @returns {any} */
export const $ = (id) => document.getElementById(id);

/**
 * An element with properties (`on…` are listeners, `data-…` and `aria-…` attributes) and children.
 * @param {string} tag @param {Record<string, any>} [given] @param {...(Node|string|null|undefined|false)} children @returns {any}
 */
export function make(tag, given = {}, ...children) {
  const element = /** @type {any} */ (document.createElement(tag));
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") element.setAttribute(name, String(value));
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Strokes of a 24 x 24 drawing. @type {Record<string, string>} */
const STROKES = {
  open: "M4 18V6a1 1 0 0 1 1-1h4l2 2h8a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM12 16v-5M9.5 13.2 12 10.7l2.5 2.5",
  export: "M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14",
  undo: "M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-4",
  redo: "m16 5 4 4-4 4M20 9H10a5 5 0 0 0 0 10h4",
  minus: "M6 12h12",
  plus: "M6 12h12M12 6v12",
  fit: "M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16M12 4v16",
  help: "M9 9.2a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 1.9M12 17.5v.01",
  frame: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8h8v8H8z",
  hand: "M8 12V6.5a1.5 1.5 0 0 1 3 0V11V5a1.5 1.5 0 0 1 3 0v6V6.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6c-3 0-4.2-1.6-5.4-4L4.2 13.600a1.4 1.4 0 0 1 2.4-1.400L8 14",
  mask: "M14 5.5 18.5 10 10 18.500c-1.2 1.2-3.5 1.5-5 1 1-1 .5-2.6 1-4.500zM18.5 10l1-1a3 3 0 0 0-4.5-4.500l-1 1",
  eraser: "m9 19-4.3-4.300a1.5 1.5 0 0 1 0-2.100L12.6 4.700a1.5 1.5 0 0 1 2.1 0l4.6 4.600a1.5 1.5 0 0 1 0 2.100L11.7 19zM8.5 9l6.5 6.500M9 19h10",
  invert: "M5 5h14v14H5zM5 19 19 5M9 19h10V9M13 19h6v-6M17 19h2",
  more: "M5 5h10v10H5zM9 19h10V9M10 7.500v5M7.500 10h5",
  clear: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10.5 11v5M13.5 11v5",
  left: "M19 12H6M11 6.5 5.5 12l5.5 5.5",
  right: "M5 12h13M13 6.500l5.5 5.5-5.5 5.5",
  up: "M12 19V6M6.5 11 12 5.5 17.5 11",
  down: "M12 5v13M6.5 13l5.5 5.5 5.5-5.5",
  all: "M9.5 9.5 5 5M5 9V5h4M14.5 9.5 19 5M15 5h4v4M9.5 14.5 5 19M5 15v4h4M14.5 14.5 19 19M19 15v4h-4",
  eye: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6zM12 14.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  shut: "M4 4l16 16M9.5 6.500A9 9 0 0 1 12 6c5.5 0 9 6 9 6a16 16 0 0 1-2.6 3.200M6 8.200A16 16 0 0 0 3 12s3.5 6 9 6a8.5 8.5 0 0 0 3.5-.7",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  "open-lock": "M6 11h12v9H6zM8.5 11V7.500a3.500 3.500 0 0 1 6.800-1.200",
  merge: "M5 5h14M12 8v7M8.500 11.800l3.500 3.500 3.500-3.500M5 19.500h14",
  grip: "M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01",
  check: "m5 12.5 4.5 4.500L19 7.5",
  close: "M6.5 6.500l11 11M17.5 6.500l-11 11",
  again: "M19 12a7 7 0 1 1-2.2-5.100M19 4v4h-4",
  compare: "M12 4v16M4 6.500h5M4 17.500h5M4 6.500v11M15 6.500h5v11h-5z",
};

/** @param {string} name */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", STROKES[name] ?? "");
  svg.append(path);
  return svg;
}
