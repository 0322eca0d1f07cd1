// FAQs from a file: first what it would do, line by line; then it is done.
import { html, useState } from "../lib/html.js";
import { call, get } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { Card, Page as Frame, download } from "./parts.js";

/** @param {string} text @param {string} [apply] */
const bring = (text, apply) => call("POST", "/v1/faqs/import", { body: text, type: "text/csv", query: { apply } });

export function Import() {
  const [file, setFile] = useState(/** @type {{name: string, text: string} | null} */ (null));
  const [said, setSaid] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const run = async (text, apply) => {
    setBusy(true);
    const answer = await attempt(() => bring(text, apply));
    if (answer) setSaid(answer);
    setBusy(false);
  };
  const choose = async (chosen) => {
    if (!chosen) return;
    const text = await chosen.text();
    setFile({ name: chosen.name, text });
    setSaid(null);
    await run(text);
  };
  const drop = (event) => (event.preventDefault(), choose(event.dataTransfer?.files[0]));
  const sample = () => attempt(async () => download("faqs-sample.csv", await get("/v1/faqs/sample.csv", { text: true }), "text/csv"));
  return html`<${Frame} title=${t("settings.import.title")} text=${t("settings.import.text")} back="/settings/faqs"
      actions=${html`<button type="button" onClick=${sample}>
        <${Icon} name="file-text" class="small" />${t("settings.faqs.sample")}</button>`}>
    <${Card} title=${t("settings.import.choose")}>
      <label class="drop" onDragOver=${(event) => event.preventDefault()} onDrop=${drop}>
        <${Icon} name="upload" /><span dir="auto">${file?.name ?? t("settings.import.drop")}</span>
        <input type="file" accept=".csv,text/csv"
            onChange=${(event) => (choose(event.currentTarget.files?.[0]), (event.currentTarget.value = ""))} /></label>
    <//>
    ${busy && html`<p role="status" class="row"><span class="spinner" aria-hidden="true" />${t("settings.import.reading")}</p>`}
    ${said && !busy && html`<${Result} said=${said} apply=${() => run(file?.text ?? "", said.digest)} />`}
  <//>`;
}

/** @param {{said: any, apply: () => void}} props */
function Result({ said, apply }) {
  const counts = ["added", "changed", "unchanged"];
  const nothing = said.added + said.changed === 0;
  return html`<${Card} title=${t(said.applied ? "settings.import.applied" : said.errors.length ? "settings.import.wrong" : "settings.import.would")}>
    <div class="tiles" role="status">${counts.map((one) => html`<div class="tile" key=${one}><b>${said[one]}</b>
      <small>${t(`settings.import.${one}`)}</small></div>`)}
      ${said.errors.length > 0 && html`<div class="tile bad"><b>${said.errors.length}</b>
        <small>${t("settings.import.errors")}</small></div>`}</div>
    ${said.errors.length > 0 && html`<p>${t("settings.import.wrong_text")}</p><div class="scroll"><table>
      <thead><tr><th scope="col">${t("settings.import.row")}</th><th scope="col">${t("settings.import.field")}</th>
        <th scope="col">${t("settings.import.what")}</th></tr></thead>
      <tbody>${said.errors.map((one, at) => html`<tr key=${at}><td>${one.row ?? "–"}</td><td><code>${one.field}</code></td>
        <td dir="auto">${one.detail}</td></tr>`)}</tbody></table></div>`}
    ${!said.applied && said.items.length > 0 && html`<details><summary>${t("settings.import.each", { n: said.items.length })}</summary>
      <div class="scroll"><table>
      <thead><tr><th scope="col">${t("settings.import.row")}</th><th scope="col">FAQ</th>
        <th scope="col">${t("settings.import.what")}</th></tr></thead>
      <tbody>${said.items.map((one) => html`<tr key=${one.row}><td>${one.row}</td><td dir="auto">${one.faq}</td>
        <td>${t(`settings.import.${one.result}`)}</td></tr>`)}</tbody></table></div></details>`}
    <div class="actions">${said.applied
      ? html`<a class="button primary" href="/settings/faqs">${t("settings.import.done")}</a>`
      : html`<button type="button" class="primary" disabled=${!said.digest || nothing}
          onClick=${apply}>${t(nothing ? "settings.import.nothing" : "settings.import.apply")}</button>`}</div>
  <//>`;
}
