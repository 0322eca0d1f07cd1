// The test console: what would be answered to a text, by whom, and why. Nothing is sent.
import { html, useState } from "../lib/html.js";
import { get, post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { accounts } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Field, Switch } from "./form.js";
import { Card, Page as Frame, useAsked } from "./parts.js";

const TEXTS_MAX = 100;

export function Page() {
  const versions = useAsked(() => get("/v1/faqs/versions", { query: { limit: 20 } }));
  const [texts, setTexts] = useState("");
  const [of, setOf] = useState({ account: "", version: "", at: "", first: false });
  const [said, setSaid] = useState(/** @type {any} */ (null));
  const [wrong, setWrong] = useState(/** @type {unknown} */ (null));
  const lines = texts.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, TEXTS_MAX);
  const ask = async (event) => {
    event?.preventDefault();
    if (!lines.length) return;
    try {
      setSaid(await post("/v1/responders/test", asked(lines, of)));
      setWrong(null);
    } catch (failed) {
      setWrong(failed);
    }
  };
  const keys = (event) => event.key === "Enter" && !event.shiftKey && !texts.includes("\n") && ask(event);
  const set = (name) => (event) => setOf({ ...of, [name]: event.currentTarget.value });
  const ready = versions.data?.items.filter((version) => version.state === "ready") ?? [];
  return html`<${Frame} title=${t("settings.sections.test")} text=${t("settings.test.text")}>
    <form class="form" onSubmit=${ask}><${Card}>
      <${Field} label=${t("settings.test.texts")} hint=${t("settings.test.texts_hint")}>${(tied) => html`
        <textarea dir="auto" rows="3" autofocus ...${tied} value=${texts} onKeyDown=${keys}
            onInput=${(event) => setTexts(event.currentTarget.value)} />`}<//>
      <details class="sub"><summary>${t("settings.test.how")}</summary><div class="form">
        <div class="two"><${Field} label=${t("settings.test.account")}>${(tied) => html`<select ...${tied} value=${of.account}
            onChange=${set("account")}><option value="">${t("settings.test.any_account")}</option>
            ${accounts.value.map((account) => html`<option key=${account.id}
                value=${account.id}>${account.name}</option>`)}</select>`}<//>
          <${Field} label=${t("settings.test.version")}>${(tied) => html`<select ...${tied} value=${of.version}
              onChange=${set("version")}><option value="">${t("settings.test.serving")}</option>
            ${ready.map((version) => html`<option key=${version.number}
                value=${version.number}>${version.number}</option>`)}</select>`}<//></div>
        <${Field} label=${t("settings.test.at")} hint=${t("settings.test.at_hint")}>${(tied) => html`<input type="datetime-local"
            class="short" ...${tied} value=${of.at} onInput=${set("at")} />`}<//>
        <${Switch} label=${t("settings.test.first")} checked=${of.first} change=${(first) => setOf({ ...of, first })} /></div></details>
      <div class="actions"><button class="primary" disabled=${!lines.length}>
        <${Icon} name="play" class="small" />${t("settings.test.ask", { n: Math.max(1, lines.length) })}</button></div>
    <//></form>
    ${wrong && html`<p class="error-text" role="alert">${inWords(wrong)}</p>`}
    <div role="status" class="column">${said?.items.map((item, at) => html`<${Answer} key=${at} item=${item} />`)}</div>
  <//>`;
}

/** @param {string[]} texts @param {{account: string, version: string, at: string, first: boolean}} of */
const asked = (texts, { account, version, at, first }) => ({
  texts, first, ...(account ? { account } : {}), ...(version ? { version: Number(version) } : {}), ...(at ? { at: new Date(at).toISOString() } : {}),
});

/** R099, R100: who answers what, and the FAQ that was matched. @param {{item: any}} props */
function Answer({ item }) {
  const { matching } = item;
  const idOf = (link) => link.split("/").pop();
  return html`<section class="card settings-card answer" aria-label=${item.text}>
    <p class="asked" dir="auto">${item.text}</p>
    <div class="row wrap">${item.responder
      ? html`<span class="badge good">${t(`settings.responders.${item.responder}`)}</span>${item.quick_reply && html`<code>${item.quick_reply}</code>`}`
      : html`<span class="badge warn">${t("settings.test.nobody")}</span>`}
      ${item.faq && html`<a href=${`/settings/faqs/${idOf(item.faq)}`}>${t("settings.test.matched")}</a>`}</div>
    ${item.reply && html`<${Said} reply=${item.reply} />`}
    <details><summary>${t("settings.test.why")}</summary>
      <p dir="auto">${item.why}</p>
      ${matching && html`<${Candidates} matching=${matching} idOf=${idOf} />`}</details>
  </section>`;
}

/** @param {{reply: any}} props */
const Said = ({ reply }) => html`<div class="said" dir="auto">
  ${reply.text ?? reply.body ?? reply.caption}
  ${reply.files?.map((file) => html`<div key=${file.url}><small>[${file.kind}] ${file.name ?? file.url}</small></div>`)}
  ${(reply.buttons ?? reply.list?.rows ?? reply.rows)?.map((choice) => html`<div key=${choice.id}><span class="chip">
    <span>${choice.title}</span></span></div>`)}</div>`;

/** @param {{matching: any, idOf: (link: string) => string}} props */
const Candidates = ({ matching, idOf }) => html`<div class="scroll"><table>
  <thead><tr><th scope="col">${t("settings.test.candidate")}</th><th scope="col">${t("settings.test.score")}</th>
    <th scope="col">${t("settings.test.likeness")}</th></tr></thead>
  <tbody>${matching.candidates.map((one) => html`<tr key=${one.faq}>
    <td><a href=${`/settings/faqs/${idOf(one.link)}`} dir="auto">${one.question}</a></td>
    <td><${Measure} value=${one.score} /></td><td><${Measure} value=${one.likeness} /></td></tr>`)}</tbody></table></div>
  <p><small>${t("settings.test.facts", { ...matching, margin: matching.margin.toFixed(2) })}${matching.language && ` · ${matching.language}`}</small></p>`;

/** @param {{value: number}} props */
const Measure = ({ value }) => html`<span class="row"><meter min="0" max="1" value=${value} /><span>${value.toFixed(2)}</span></span>`;
