// What came of the answers that were given by themselves, and what nobody has an answer to.
import { html, useState } from "../lib/html.js";
import { get, post, remove } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { dayOf, when } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { Dialog, ask } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Empty } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { all } from "./faqs.js";
import { Asked, Card, Page as Frame, finds, useAsked } from "./parts.js";

const SUMS = ["answered", "unanswered", "right", "wrong", "handed_over"];

/** A date of the report, `days` ago. @param {number} days */
const ago = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export function Page() {
  const [days, setDays] = useState(29);
  const report = useAsked(() => get("/v1/responders/report", { query: { from: ago(days), to: ago(0) } }), [days]);
  const open = useAsked(() => get("/v1/responders/unanswered"));
  return html`<${Frame} title=${t("settings.sections.report")} text=${t("settings.report.text")} actions=${html`
      <select class="short" aria-label=${t("settings.report.days")} value=${days}
          onChange=${(event) => setDays(Number(event.currentTarget.value))}>
        ${[6, 29, 89].map((one) => html`<option key=${one}
            value=${one}>${t("settings.report.last", { n: one + 1 })}</option>`)}</select>`}>
    <${Asked} asked=${report}>${(said) => html`
      <div class="tiles">${SUMS.map((one) => html`<div class="tile card" key=${one}><b>${said.sums[one]}</b>
        <small>${t(`settings.report.${one}`)}</small></div>`)}</div>
      <${Days} days=${said.days} />
      <${Faqs} faqs=${said.faqs} />`}<//>
    <${Card} title=${t("settings.report.open")} text=${t("settings.report.open_text")}>
      <${Asked} asked=${open}>${({ items }) => (items.length
        ? html`<ul class="unanswered">${items.map((one) => html`<${Unanswered} key=${one.id} one=${one} again=${open.again} />`)}</ul>`
        : html`<${Empty} icon="circle-check" title=${t("settings.report.none_open")} />`)}<//>
    <//>
  <//>`;
}

/** A bar for each day; the same in words for whoever does not see it. @param {{days: any[]}} props */
function Days({ days }) {
  if (!days.length) return null;
  const most = Math.max(1, ...days.map((day) => day.answered + day.unanswered));
  return html`<${Card} title=${t("settings.report.by_day")}>
    <div class="scroll"><table class="days"><thead><tr><th scope="col">${t("settings.report.day")}</th>
      <th scope="col">${t("settings.report.answered")}</th><th scope="col">${t("settings.report.unanswered")}</th>
      <th scope="col">${t("settings.report.handed_over")}</th><th aria-hidden="true" class="wide-only" /></tr></thead>
      <tbody>${days.toReversed().map((day) => html`<tr key=${day.day}><td>${dayOf(`${day.day}T12:00:00`)}</td><td>${day.answered}</td>
        <td>${day.unanswered}</td><td>${day.handed_over}</td>
        <td aria-hidden="true" class="wide-only"><span class="bars"><span class="bar-good"
            style=${{ width: `${(100 * day.answered) / most}%` }} /><span class="bar-warn"
            style=${{ width: `${(100 * day.unanswered) / most}%` }} /></span></td></tr>`)}</tbody></table></div>
  <//>`;
}

/** @param {{faqs: any[]}} props */
function Faqs({ faqs }) {
  if (!faqs.length) return null;
  return html`<${Card} title=${t("settings.report.by_faq")} text=${t("settings.report.by_faq_text")}><div class="scroll"><table>
    <thead><tr><th scope="col">FAQ</th>${["answered", "right", "wrong"].map((one) => html`<th scope="col"
        key=${one}>${t(`settings.report.${one}`)}</th>`)}</tr></thead>
    <tbody>${faqs.map((one) => html`<tr key=${one.faq}><td>
      <a href=${`/settings/faqs/${encodeURIComponent(one.faq)}`}>${one.faq}</a></td><td>${one.answered}</td><td>${one.right}</td>
      <td>${one.wrong}</td></tr>`)}</tbody></table></div><//>`;
}

/** @param {{one: any, again: () => Promise<void>}} props */
function Unanswered({ one, again }) {
  const conversation = `cv_${one.message.slice(3).split("-")[0]}`;
  const forget = () => attempt(async () => (await remove(`/v1/responders/unanswered/${one.id}`), again()));
  const related = async () => {
    const faq = await ask((close) => html`<${Choose} close=${close} />`);
    if (!faq) return;
    await attempt(async () => {
      await post(`/v1/faqs/${encodeURIComponent(faq)}/questions`, { question: one.text });
      await remove(`/v1/responders/unanswered/${one.id}`);
      toast(t("settings.report.added"), { kind: "success" });
      await again();
    });
  };
  const fresh = `/settings/faqs/new?${new URLSearchParams({ question: one.text.slice(0, 500), unanswered: one.id })}`;
  return html`<li><span class="badge strong"
      title=${t("settings.report.times", { n: one.times })}>${one.times}<span class="sr-only"> ${t("settings.report.times_word")}</span></span>
    <span class="grow"><span dir="auto" class="question">${one.text}</span>
      <small>${when(one.last_at)} · <a href=${`/inbox/all/${conversation}`}>${t("settings.report.look")}</a></small></span>
    <span class="row wrap"><a class="button" href=${fresh}><${Icon} name="plus" class="small" />${t("settings.report.new")}</a>
      <button type="button" onClick=${related}>${t("settings.report.add")}</button>
      <button type="button" class="icon-button" aria-label=${t("settings.report.forget")} title=${t("settings.report.forget")}
          onClick=${forget}><${Icon} name="x" class="small" /></button></span></li>`;
}

/** Which FAQ a question is added to. @param {{close: (faq?: string) => void}} props */
function Choose({ close }) {
  const [q, setQ] = useState("");
  const asked = useAsked(() => all(false));
  const wanted = finds(q);
  const found = asked.data?.filter((faq) => wanted(...faq.questions, faq.id)) ?? [];
  return html`<${Dialog} title=${t("settings.report.choose")} close=${close}>
    <input type="search" autofocus dir="auto" aria-label=${t("settings.faqs.search")} placeholder=${t("settings.faqs.search")}
        value=${q} onInput=${(event) => setQ(event.currentTarget.value)} />
    <${Asked} asked=${asked}>${() => html`<div class="choices">${found.map((faq) => html`<button type="button" key=${faq.id} dir="auto"
        onClick=${() => close(faq.id)}>${faq.questions[0]}</button>`)}</div>`}<//>
  <//>`;
}
