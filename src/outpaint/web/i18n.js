// @ts-check
/** Texts in the reader's language; one file per language, English where one is missing. */
import { en } from "./i18n/en.js";
import { zh } from "./i18n/zh.js";
import { keep, kept } from "./kept.js";

/** @type {Record<string, Record<string, string>>} */
const LANGUAGES = { en, zh };
const wished = kept("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
export const language = wished in LANGUAGES ? wished : "en";

/** @param {string} key @param {Record<string, string|number>} [values] for the {names} in it */
export function t(key, values = {}) {
  const text = LANGUAGES[language][key] ?? en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The text, or what else is known if there is none. @param {string} key @param {string} otherwise */
export const known = (key, otherwise) => LANGUAGES[language][key] ?? en[key] ?? otherwise;

/** Fill in what index.html leaves open. @param {ParentNode} root */
export function translate(root) {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t]"))) element.textContent = t(element.dataset.t ?? "");
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t-label]"))) element.setAttribute("aria-label", t(element.dataset.tLabel ?? ""));
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t-title]"))) element.title = t(element.dataset.tTitle ?? "");
}

/** The next language, from the next look at the page on. */
export function switchLanguage() {
  const names = Object.keys(LANGUAGES);
  keep("language", names[(names.indexOf(language) + 1) % names.length]);
  location.reload();
}
