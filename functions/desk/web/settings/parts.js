// What the pages of the settings are made of.
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { remove } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { go } from "../lib/router.js";
import { t } from "../lib/strings.js";
import { confirmed } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Failure, Loading } from "../ui/states.js";
import { toast } from "../ui/toast.js";

/**
 * A page with its title and what it is for.
 * @param {{title: string, text?: any, back?: string, actions?: any, children?: any, wide?: boolean}} props
 */
export function Page({ title, text, back, actions, children, wide }) {
  const head = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    document.querySelector(".settings-page")?.scrollTo(0, 0);
    const first = head.current?.closest(".settings-body")?.querySelector("[autofocus]") ?? head.current;
    /** @type {HTMLElement | null} */ (first)?.focus({ preventScroll: true });
  }, []);
  return html`<div class=${wide ? "settings-body wide" : "settings-body"}>
    <header class="settings-head">
      ${back && html`<a class="back" href=${back}><${Icon} name="arrow-left" />${t("settings.back")}</a>`}
      <div class="row"><h1 class="grow" dir="auto" tabindex="-1" ref=${head}>${title}</h1>${actions}</div>
      ${text && html`<p class="lead">${text}</p>`}
    </header>
    ${children}
  </div>`;
}

/** @param {{title?: string, text?: any, actions?: any, children?: any, class?: string}} props */
export const Card = ({ title, text, actions, children, class: more = "" }) => html`<section class=${`card settings-card ${more}`}>
  ${(title || actions) && html`<div class="row"><h2 class="grow">${title}</h2>${actions}</div>`}
  ${text && html`<p class="lead">${text}</p>`}
  ${children}
</section>`;

/**
 * Asks for something, again if `about` changes.
 * @template T @param {() => Promise<T>} ask @param {any[]} [about]
 * @returns {{data: T | undefined, failed: unknown, again: () => Promise<void>, set: (data: T) => void}}
 */
export function useAsked(ask, about = []) {
  const [state, setState] = useState(/** @type {{data?: T, failed?: unknown}} */ ({}));
  const turn = useRef(0);
  const again = async () => {
    const mine = ++turn.current;
    try {
      const data = await ask();
      if (mine === turn.current) setState({ data });
    } catch (failed) {
      if (mine === turn.current) setState((now) => ({ ...now, failed }));
    }
  };
  useEffect(() => {
    setState({});
    void again();
    return () => void turn.current++;
  }, about);
  return { data: state.data, failed: state.failed, again, set: (data) => setState({ data }) };
}

/**
 * What was asked for, or why it is not there.
 * @param {{asked: {data: any, failed: unknown, again: () => void}, children: (data: any) => any}} props
 */
export function Asked({ asked, children }) {
  if (asked.data !== undefined) return children(asked.data);
  return asked.failed ? html`<${Failure} failed=${asked.failed} again=${asked.again} />` : html`<${Loading} />`;
}

/** @param {{text: string, label?: string}} props */
export function Copy({ text, label = t("settings.copy") }) {
  const copy = () => attempt(async () => {
    await navigator.clipboard.writeText(text);
    toast(t("settings.copied"), { kind: "success" });
  });
  return html`<button type="button" onClick=${copy}><${Icon} name="copy" class="small" />${label}</button>`;
}

/** Something to be copied as it stands. @param {{label: string, text: string, hint?: any}} props */
export const Copied = ({ label, text, hint }) => html`<div class="copied">
  <span class="copied-label">${label}</span>
  <div class="row"><pre class="grow scroll" tabindex="0">${text}</pre><${Copy} text=${text} /></div>
  ${hint && html`<small>${hint}</small>`}
</div>`;

/**
 * Rows that are links.
 * @param {{items: {id: string, href: string, mark?: any, name: string, text?: any, end?: any, dim?: boolean}[], label: string}} props
 */
export const Rows = ({ items, label }) => html`<ul class="settings-rows card" aria-label=${label}>
  ${items.map(({ id, href, mark, name, text, end, dim }) => html`<li key=${id}>
    <a class=${dim ? "dim" : ""} href=${href}>${mark}
      <span class="grow"><span class="clip name" dir="auto">${name}</span>${text && html`<small class="clip"
          dir="auto">${text}</small>`}</span>
      ${end}<${Icon} name="chevron-right" class="small" /></a></li>`)}
</ul>`;

/** @param {{label: string, value: string, change: (text: string) => void}} props */
export const Search = ({ label, value, change }) => html`<div class="settings-search"><${Icon} name="search" class="small" />
  <input type="search" aria-label=${label} placeholder=${label} dir="auto" value=${value}
      onInput=${(event) => change(event.currentTarget.value)} /></div>`;

/** Whether a text contains what is searched for, whatever its case and accents. @param {string} q */
export function finds(q) {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = plain(q).split(/\s+/).filter(Boolean);
  return (/** @type {(string | null | undefined)[]} */ ...texts) => {
    const all = plain(texts.filter(Boolean).join(" "));
    return wanted.every((word) => all.includes(word));
  };
}

/**
 * A name for addresses, made of what people call it, that nothing else has.
 * @param {string} name @param {string[]} [taken]
 */
export function slug(name, taken = []) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const made = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 48) || crypto.randomUUID().slice(0, 8);
  let free = made;
  for (let number = 2; taken.includes(free); number++) free = `${made}-${number}`;
  return free;
}

/**
 * A button that deletes what is at a path once the user is sure, and goes to the list it was in.
 * @param {{section: string, words: Record<string, string>, path: string, saved: () => Promise<void>, disabled?: boolean}} props
 *   `words` fill in the question
 */
export function Delete({ section, words, path, saved, disabled }) {
  const run = async () => {
    const title = t(`settings.${section}.delete`, words);
    const text = t(`settings.${section}.delete_text`);
    if (!(await confirmed({ title, text, yes: t("common.delete"), danger: true }))) return;
    await attempt(async () => {
      await remove(path);
      toast(t("settings.deleted"), { kind: "success" });
      go(`/settings/${section}`);
      await saved();
    });
  };
  return html`<button type="button" class="danger" disabled=${disabled} onClick=${run}>${t("common.delete")}</button>`;
}

/** Hands a text to the browser as a file. @param {string} name @param {string} text @param {string} type */
export function download(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
