// Styles of screens that are not the first one: loaded with them, and put where they would stand in
// the page, so that the order of rules is the same.

import { Missing } from "./parts.js";

const folder = new URL("../css/", import.meta.url);

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

const links = () => /** @type {HTMLLinkElement[]} */ ([...document.querySelectorAll("link[rel=stylesheet]")]);

/** Loads `css/{name}.css`, once. @param {string} name @returns {Promise<void>} */
export function style(name) {
  const { href } = new URL(`${name}.css`, folder);
  const known = links();
  if (!asked.has(href) && known.some((one) => one.href === href)) asked.set(href, Promise.resolve());
  const before = asked.get(href);
  if (before) return before;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const loaded = new Promise((resolve, reject) => {
    link.onload = () => resolve(undefined);
    link.onerror = () => {
      asked.delete(href);
      link.remove();
      reject(new Missing(href));
    };
  });
  asked.set(href, loaded);
  document.head.insertBefore(link, known.find((one) => one.href > href) ?? null);
  return loaded;
}
