// Snippets: texts that are put into an answer by typing `/` and their shortcut.
import { html, useState } from "../lib/html.js";
import { get, put } from "../lib/api.js";
import { go } from "../lib/router.js";
import { may, nameOf } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { Form, Input, Toggle, useForm } from "./form.js";
import { Asked, Card, Delete, Page as Frame, Rows, Search, finds, slug, useAsked } from "./parts.js";
import { Words } from "./words.js";

/** @param {string} id */
const pathOf = (id) => `/v1/snippets/${encodeURIComponent(id)}`;

/** @param {{at: string[]}} props */
export function Page({ at: [id] }) {
  const asked = useAsked(async () => (await get("/v1/snippets")).items);
  return html`<${Asked} asked=${asked}>${(items) => {
    const found = items.find((one) => one.id === id);
    if (found || id === "new") return html`<${Edit} key=${id} snippet=${found} all=${items} saved=${asked.again} />`;
    return html`<${All} items=${items} />`;
  }}<//>`;
}

/** @param {{items: any[]}} props */
function All({ items }) {
  const [q, setQ] = useState("");
  const wanted = finds(q);
  const found = items.filter((one) => wanted(one.shortcut, one.text, one.language));
  const add = html`<a class="button primary" href="/settings/snippets/new">
    <${Icon} name="plus" class="small" />${t("settings.snippets.add")}</a>`;
  return html`<${Frame} title=${t("settings.sections.snippets")} text=${t("settings.snippets.text")} actions=${add}>
    ${items.length > 8 && html`<${Search} label=${t("settings.snippets.search")} value=${q} change=${setQ} />`}
    ${items.length === 0
      ? html`<${Empty} icon="zap" title=${t("settings.snippets.none")}><p>${t("settings.snippets.none_text")}</p><//>`
      : found.length
        ? html`<${Rows} label=${t("settings.sections.snippets")} items=${found.map((one) => ({
          id: one.id, href: `/settings/snippets/${encodeURIComponent(one.id)}`, name: `/${one.shortcut}`, text: one.text,
          end: html`<span class="settings-marks">${one.language && html`<span class="badge">${one.language}</span>`}<span class="chip">
            <span>${t(one.shared ? "settings.snippets.shared_mark" : "settings.snippets.own_mark")}</span></span></span>`,
        }))} />`
        : html`<${Empty} icon="search" title=${t("settings.nothing_found")} />`}
  <//>`;
}

/** @param {{snippet?: any, all: any[], saved: () => Promise<void>}} props */
function Edit({ snippet, all, saved }) {
  const { shortcut = "", text = "", language = null, shared = false } = snippet ?? {};
  const form = useForm({ shortcut, text, language: language ?? "", shared }, async (_, values) => {
    const id = snippet?.id ?? slug(values.shortcut, all.map((one) => one.id));
    const { language, ...others } = values;
    await put(pathOf(id), {
      ...others, shortcut: others.shortcut.replace(/^\//, "").trim(), language: language.trim() || null,
    });
    await saved();
    if (!snippet) setTimeout(() => go("/settings/snippets"));
  }, { fresh: !snippet });
  const mine = !snippet?.shared || may("snippet.manage");
  const end = snippet && mine && html`<${Delete} section="snippets" words=${{ shortcut: snippet.shortcut }} path=${pathOf(snippet.id)}
      saved=${saved} />`;
  const who = snippet?.shared ? t("settings.snippets.by", { who: nameOf(snippet.owner) }) : t("settings.snippets.edit_text");
  return html`<${Frame} title=${snippet ? `/${shortcut}` : t("settings.snippets.add")} text=${who} back="/settings/snippets">
    <${Form} form=${form} always=${!snippet} aside=${end}><${Card}><fieldset class="form plain" disabled=${!mine}>
      <${Input} form=${form} name="shortcut" label=${t("settings.snippets.shortcut")} hint=${t("settings.snippets.shortcut_hint")}
          autocomplete="off" />
      <${Words} label=${t("settings.snippets.words")} error=${form.errorAt("text")} value=${form.values.text}
          change=${(next) => form.set("text", next)} rows=${5} none />
      <${Input} form=${form} name="language" label=${t("settings.optional", { label: t("settings.snippets.language") })}
          hint=${t("settings.snippets.language_hint")} class="narrow" dir="ltr" />
      <${Toggle} form=${form} name="shared" label=${t("settings.snippets.shared")} hint=${t("settings.snippets.shared_hint")}
          disabled=${!may("snippet.manage")} />
    </fieldset><//><//>
  <//>`;
}
