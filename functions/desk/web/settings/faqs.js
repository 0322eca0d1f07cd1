// FAQs: those there are, writing them, and what else there is to them.
import { html, useState } from "../lib/html.js";
import { get } from "../lib/api.js";
import { go, query } from "../lib/router.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Menu } from "../ui/menu.js";
import { Empty } from "../ui/states.js";
import { attempt } from "../lib/commands.js";
import { Faq, KINDS } from "./faq.js";
import { Import } from "./faq-import.js";
import { Advice, Publish, Versions } from "./faq-versions.js";
import { Asked, Page as Frame, Rows, Search, download, finds, useAsked } from "./parts.js";

const PAGE = 100;

/** All FAQs, page by page. @param {boolean} archived */
export async function all(archived) {
  const items = [];
  let cursor = null;
  do {
    const page = await get("/v1/faqs", { query: { archived, cursor, limit: PAGE } });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return items;
}

/** @param {{at: string[]}} props */
export function Page({ at: [id] }) {
  if (id === "import") return html`<${Import} />`;
  if (id === "versions") return html`<${Versions} />`;
  if (id === "advice") return html`<${Advice} />`;
  if (id === "new") return html`<${Faq} key="new" question=${query.value.get("question") ?? ""}
      unanswered=${query.value.get("unanswered")} />`;
  return id ? html`<${Faq} key=${id} id=${id} />` : html`<${All} />`;
}

function All() {
  const [q, setQ] = useState("");
  const [kind, setKind] = useState("");
  const [archived, setArchived] = useState(false);
  const asked = useAsked(() => all(archived), [archived]);
  const more = [
    { label: t("settings.faqs.import"), icon: "upload", run: () => go("/settings/faqs/import") },
    { label: t("settings.faqs.export"), icon: "download", run: () => file("/v1/faqs/export", "faqs.csv") },
    { label: t("settings.faqs.sample"), icon: "file-text", run: () => file("/v1/faqs/sample.csv", "faqs-sample.csv") },
    { label: t("settings.faqs.versions"), icon: "history", run: () => go("/settings/faqs/versions") },
    { label: t("settings.faqs.advice"), icon: "sparkles", run: () => go("/settings/faqs/advice") },
  ];
  const add = html`<a class="button primary" href="/settings/faqs/new">
    <${Icon} name="plus" class="small" />${t("settings.faqs.add")}</a>`;
  return html`<${Frame} title=${t("settings.sections.faqs")} text=${t("settings.faqs.text")}
      actions=${html`<${Menu} label=${t("common.more")} icon="ellipsis" items=${more} end />${add}`}>
    <${Publish} changed=${asked.data?.map((faq) => faq.changed_at).reduce((one, other) => (one > other ? one : other), "")} />
    <div class="row wrap settings-filters"><${Search} label=${t("settings.faqs.search")} value=${q} change=${setQ} />
      <select class="short" aria-label=${t("settings.faqs.kind")} value=${kind}
          onChange=${(event) => setKind(event.currentTarget.value)}>
        <option value="">${t("settings.faqs.all_kinds")}</option>${KINDS.map((one) => html`<option key=${one}
            value=${one}>${t(`settings.faqs.kinds.${one}`)}</option>`)}</select>
      <label class="check"><input type="checkbox" checked=${archived} onChange=${(event) => setArchived(event.currentTarget.checked)} />
        <span>${t("settings.faqs.archived")}</span></label></div>
    <${Asked} asked=${asked}>${(items) => html`<${Found} items=${items.filter((faq) => !archived || faq.archived)} q=${q} kind=${kind}
        archived=${archived} add=${add} />`}<//>
  <//>`;
}

/** @param {{items: any[], q: string, kind: string, archived: boolean, add: any}} props */
function Found({ items, q, kind, archived, add }) {
  const wanted = finds(q);
  const found = items.filter((faq) => (!kind || faq.kind === kind) && wanted(...faq.questions, faq.answer.text, faq.id));
  if (!items.length && !archived) return html`<${Empty} icon="book-open" title=${t("settings.faqs.none")}>
    <p>${t("settings.faqs.none_text")}</p><div class="row">${add}
    <a class="button" href="/settings/faqs/import">${t("settings.faqs.import")}</a></div><//>`;
  if (!found.length) return html`<${Empty} icon="search" title=${t("settings.nothing_found")} />`;
  return html`<${Rows} label=${t("settings.sections.faqs")} items=${found.map((faq) => ({
    id: faq.id, href: `/settings/faqs/${encodeURIComponent(faq.id)}`, name: faq.questions[0], text: faq.answer.text ?? faq.answer.media?.url,
    dim: faq.archived, end: html`<${Marks} faq=${faq} />`,
  }))} />`;
}

/** @param {{faq: any}} props */
const Marks = ({ faq }) => html`<span class="settings-marks">
  ${faq.questions.length > 1 && html`<small>${t("settings.faqs.more_questions", { n: faq.questions.length - 1 })}</small>`}
  ${faq.kind !== "general" && html`<span class="badge">${t(`settings.faqs.kinds.${faq.kind}`)}</span>`}</span>`;

/** @param {string} path @param {string} name */
const file = (path, name) => attempt(async () => download(name, await get(path, { text: true }), "text/csv"));
