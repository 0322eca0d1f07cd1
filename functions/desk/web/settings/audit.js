// The audit: who did what to what, newest first.
import { html, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { exactly, when } from "../lib/format.js";
import { nameOf } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { Asked, Page as Frame, download, useAsked } from "./parts.js";

const PAGE = 100;

/** An action in words. @param {string} action */
const done = (action) => {
  const key = `settings.audit.actions.${action.replaceAll(/[.-]/g, "_")}`;
  return known(key) ? t(key) : action;
};

export function Page() {
  const asked = useAsked(() => get("/v1/audit", { query: { limit: PAGE } }));
  const [of, setOf] = useState({ actor: "", action: "" });
  const [busy, setBusy] = useState(false);
  const more = () => attempt(async () => {
    const page = await get("/v1/audit", { query: { limit: PAGE, cursor: asked.data?.next } });
    asked.set({ items: [...(asked.data?.items ?? []), ...page.items], next: page.next });
  });
  const save = async () => {
    setBusy(true);
    await attempt(async () => download("audit.jsonl", await lines(), "application/x-ndjson"));
    setBusy(false);
  };
  return html`<${Frame} wide title=${t("settings.sections.audit")} text=${t("settings.audit.text")}
      actions=${html`<button type="button" disabled=${busy} onClick=${save}>
        <${Icon} name="download" class="small" />${t("settings.audit.export")}</button>`}>
    <${Asked} asked=${asked}>${({ items, next }) => {
      const shown = items.filter((entry) => (!of.actor || entry.actor === of.actor) && (!of.action || entry.action === of.action));
      return html`<div class="row wrap settings-filters">
          <${Pick} label=${t("settings.audit.who")} none=${t("settings.audit.anybody")} value=${of.actor}
              change=${(actor) => setOf({ ...of, actor })}
              options=${[...new Set(items.map((entry) => entry.actor))].map((id) => [id, nameOf(id)])} />
          <${Pick} label=${t("settings.audit.what")} none=${t("settings.audit.anything")} value=${of.action}
              change=${(action) => setOf({ ...of, action })}
              options=${[...new Set(items.map((entry) => entry.action))].map((one) => [one, done(one)])} /></div>
        ${shown.length ? html`<${Entries} items=${shown} />` : html`<${Empty} icon="history"
            title=${t(items.length ? "settings.nothing_found" : "settings.audit.none")} />`}
        ${next && html`<div class="actions center"><button type="button" onClick=${more}>${t("settings.audit.older")}</button></div>`}`;
    }}<//>
  <//>`;
}

/** All entries, a line each, oldest last. */
async function lines() {
  let text = "";
  let cursor = /** @type {string | null} */ (null);
  do {
    const page = await get("/v1/audit", { query: { limit: PAGE, cursor, format: "jsonl" }, text: true });
    const last = page.trim().split("\n").pop();
    text += page.trim() ? `${page.trim()}\n` : "";
    cursor = last && JSON.parse(last).number > 1 ? String(JSON.parse(last).number) : null;
  } while (cursor);
  return text;
}

/** @param {{label: string, none: string, value: string, change: (value: string) => void, options: string[][]}} props */
const Pick = ({ label, none, value, change, options }) => html`<select class="short" aria-label=${label} value=${value}
    onChange=${(event) => change(event.currentTarget.value)}>
  <option value="">${none}</option>${options.map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}</select>`;

/** @param {any} entry */
const detailOf = ({ detail }) => (detail === null ? t("settings.audit.erased") : JSON.stringify(detail, null, 2));

/** @param {{items: any[]}} props */
const Entries = ({ items }) => html`<div class="card scroll"><table class="audit"><thead><tr>
  <th scope="col">${t("settings.audit.when")}</th><th scope="col">${t("settings.audit.who")}</th>
  <th scope="col">${t("settings.audit.what")}</th><th scope="col">${t("settings.audit.to")}</th></tr></thead>
  <tbody>${items.map((entry) => html`<tr key=${entry.number}>
    <td title=${exactly(entry.at)}>${when(entry.at)}</td><td dir="auto">${nameOf(entry.actor)}</td><td>${done(entry.action)}</td>
    <td><details><summary dir="auto">${entry.subject || "–"}</summary>
      <dl class="pairs"><dt>#</dt><dd>${entry.number}, ${exactly(entry.at)}</dd><dt>${t("settings.audit.action")}</dt><dd>
        <code>${entry.action}</code></dd><dt>${t("settings.audit.hash")}</dt><dd><code>${entry.hash}</code></dd></dl>
      <pre class="scroll" tabindex="0">${detailOf(entry)}</pre></details></td></tr>`)}</tbody></table></div>`;
