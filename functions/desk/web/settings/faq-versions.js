// Publishing FAQs: versions, which of them answers, and what could be better about them.
import { html, useEffect } from "../lib/html.js";
import { get, post } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { dayOf, exactly, time } from "../lib/format.js";
import { nameOf } from "../lib/store.js";
import { known, t } from "../lib/strings.js";
import { confirmed } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { Asked, Card, Page as Frame, useAsked } from "./parts.js";

const ASK_EVERY = 2_000;

/** The versions, asked for again while one is being prepared. @param {number} limit */
function useVersions(limit) {
  const asked = useAsked(() => get("/v1/faqs/versions", { query: { limit } }));
  const preparing = asked.data?.items.some((version) => version.state === "preparing");
  useEffect(() => {
    if (!preparing) return;
    const timer = setInterval(asked.again, ASK_EVERY);
    return () => clearInterval(timer);
  }, [preparing]);
  return asked;
}

/**
 * What answers now, and publishing what there is.
 * @param {{changed?: string}} props when something was changed last
 */
export function Publish({ changed }) {
  const asked = useVersions(1);
  const run = () => attempt(async () => {
    await post("/v1/faqs/publish");
    await asked.again();
    toast(t("settings.versions.begun"));
  });
  const latest = asked.data?.items[0];
  const behind = latest && changed && new Date(changed) > new Date(latest.asked_at);
  const text = !asked.data ? "" : latest?.state === "preparing" ? t("settings.versions.preparing_text")
    : latest?.state === "failed" ? t("settings.versions.failed_text", { reason: latest.reason ?? "" })
    : asked.data.serving ? t("settings.versions.serving_text", { number: asked.data.serving }) : t("settings.versions.none_serving");
  return html`<div class="card settings-card publish"><div class="row wrap">
    <${Icon} name=${latest?.state === "failed" ? "triangle-alert" : asked.data?.serving ? "circle-check" : "info"} />
    <span class="grow" role="status">${text} <small>${t(behind ? "settings.versions.unpublished" : "settings.versions.publish_hint")}</small></span>
    <a class="button" href="/settings/faqs/versions">${t("settings.faqs.versions")}</a>
    <button type="button" class=${behind || !latest ? "primary" : ""} disabled=${latest?.state === "preparing"}
        onClick=${run}>${t("settings.faqs.publish")}</button></div></div>`;
}

export function Versions() {
  const asked = useVersions(50);
  const serve = async (version) => {
    const title = t("settings.versions.serve", { number: version.number });
    const sure = await confirmed({ title, text: t("settings.versions.serve_text"), yes: t("settings.versions.serve_yes") });
    if (sure) await attempt(async () => (await post(`/v1/faqs/versions/${version.number}/serve`), asked.again()));
  };
  return html`<${Frame} title=${t("settings.faqs.versions")} text=${t("settings.versions.text")} back="/settings/faqs">
    <${Asked} asked=${asked}>${({ items }) => (items.length
      ? html`<div class="card scroll"><table><thead>
        <tr>${["number", "state", "asked", "content"].map((one) => html`<th scope="col"
        key=${one}>${t(`settings.versions.${one}`)}</th>`)}<th><span class="sr-only">${t("settings.actions")}</span></th></tr></thead>
        <tbody>${items.map((version) => html`<${Version} key=${version.number} version=${version}
            serve=${serve} />`)}</tbody></table></div>`
      : html`<${Empty} icon="history" title=${t("settings.versions.none")}><p>${t("settings.versions.none_text")}</p><//>`)}<//>
  <//>`;
}

/** @param {{version: any, serve: (version: any) => void}} props */
const Version = ({ version, serve }) => html`<tr>
  <td>${version.number}</td>
  <td><${State} version=${version} />${version.reason && html`<br /><small>${version.reason}</small>`}</td>
  <td title=${exactly(version.asked_at)}>${dayOf(version.asked_at)}, ${time(version.asked_at)}<br /><small>${nameOf(version.by)}</small></td>
  <td>${t("settings.versions.faqs", { n: version.faqs })}, ${t("settings.versions.questions", { n: version.questions })}
    ${version.engine && html`<br /><small>${t(`settings.versions.${version.engine}`)}</small>`}</td>
  <td class="end">${version.state === "ready" && !version.serving && html`
    <button type="button" onClick=${() => serve(version)}>${t("settings.versions.use")}</button>`}</td></tr>`;

/** @param {{version: any}} props */
function State({ version: { serving, state } }) {
  if (serving) return html`<span class="badge good">${t("settings.versions.serving")}</span>`;
  return html`<span class=${state === "failed" ? "badge bad" : "badge"}>${t(`settings.versions.${state}`)}</span>`;
}

export function Advice() {
  const asked = useAsked(() => get("/v1/faqs/advice"));
  return html`<${Frame} title=${t("settings.faqs.advice")} text=${t("settings.advice.text")} back="/settings/faqs">
    <${Asked} asked=${asked}>${({ items }) => (items.length
      ? [...Map.groupBy(items, (one) => one.faq)].map(([faq, remarks]) => html`<${Card} key=${faq} title=${faq}
          actions=${html`<a class="button" href=${`/settings/faqs/${encodeURIComponent(faq)}`}>${t("common.edit")}</a>`}>
          <${Remarks} remarks=${remarks} /><//>`)
      : html`<${Empty} icon="sparkles" title=${t("settings.advice.none")} />`)}<//>
  <//>`;
}

/** What could be better about one FAQ. @param {{faq: string}} props */
export function Advised({ faq }) {
  const asked = useAsked(() => get("/v1/faqs/advice").catch(() => ({ items: [] })), [faq]);
  const remarks = asked.data?.items.filter((one) => one.faq === faq) ?? [];
  return remarks.length > 0 && html`<${Card} title=${t("settings.faqs.advice")} text=${t("settings.advice.text")}>
    <${Remarks} remarks=${remarks} /><//>`;
}

/** @param {{remarks: any[]}} props */
const Remarks = ({ remarks }) => html`<ul class="remarks">${remarks.map((one, at) => html`<li key=${at}>
  <span class="badge warn">${remark(one.remark)}</span>
  <span>${one.question && html`<q dir="auto">${one.question}</q> `}<small>${one.why}</small></span></li>`)}</ul>`;

/** @param {string} name */
const remark = (name) => (known(`settings.advice.${name}`) ? t(`settings.advice.${name}`) : name);
