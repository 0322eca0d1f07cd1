// Putting a conversation off.
import { html, useState } from "../lib/html.js";
import { post } from "../lib/api.js";
import { inWords } from "../lib/commands.js";
import { exactly, moment } from "../lib/format.js";
import { learn } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { ask, Dialog } from "../ui/dialog.js";

/** @import { Conversation } from "../lib/types.d.ts" */

const MORNING = 9;
const HOURS_LATER = 3;
const MONDAY = 1;

/** @param {Conversation} head */
export const snooze = (head) => ask((close) => html`<${Snooze} head=${head} close=${close} />`);

/** Days from now, in the morning. @param {Date} now @param {number} days */
function morning(now, days) {
  const date = new Date(now);
  date.setDate(now.getDate() + days);
  date.setHours(MORNING, 0, 0, 0);
  return date;
}

/** @param {Date} now @returns {[string, Date][]} */
function choices(now) {
  const later = new Date(now.getTime() + HOURS_LATER * 3_600_000);
  return [
    ["later", later],
    ["tomorrow", morning(now, 1)],
    ["next_week", morning(now, (MONDAY - now.getDay() + 7) % 7 || 7)],
  ];
}

/** As `<input type="datetime-local">` writes it. @param {Date} date */
const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** @param {{head: Conversation, close: (answer?: any) => void}} props */
function Snooze({ head, close }) {
  const now = new Date();
  const [picked, setPicked] = useState(local(morning(now, 2)));
  const [failed, setFailed] = useState("");
  const until = async (date) => {
    try {
      learn(await post(`/v1/conversations/${head.id}/snooze`, { until: date.toISOString() }));
      close(true);
    } catch (problem) {
      setFailed(inWords(problem));
    }
  };
  const submit = (event) => {
    event.preventDefault();
    void until(new Date(picked));
  };
  return html`<${Dialog} title=${t("conversation.snooze")} close=${close}><div class="form">
    <div class="options">${choices(now).map(([name, date], at) => html`<button type="button" key=${name} autofocus=${at === 0} title=${exactly(date.toISOString())} onClick=${() => until(date)}>
      <span class="grow">${t(`conversation.snooze_${name}`)}</span><small>${moment(date.toISOString())}</small></button>`)}</div>
    <form class="row" onSubmit=${submit}><label class="field grow"><span>${t("conversation.snooze_at")}</span>
      <input type="datetime-local" required min=${local(now)} value=${picked} onInput=${(event) => setPicked(event.currentTarget.value)} /></label>
      <button class="primary align-end">${t("conversation.snooze")}</button></form>
    ${failed && html`<p class="error-text" role="alert">${failed}</p>`}</div><//>`;
}
