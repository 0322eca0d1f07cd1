// One FAQ: the questions that mean the same, and their answer.
import { html, useState } from "../lib/html.js";
import { get, post, put, remove } from "../lib/api.js";
import { attempt } from "../lib/commands.js";
import { exactly } from "../lib/format.js";
import { go } from "../lib/router.js";
import { nameOf } from "../lib/store.js";
import { t } from "../lib/strings.js";
import { Icon } from "../ui/icon.js";
import { toast } from "../ui/toast.js";
import { Advised } from "./faq-versions.js";
import { Choice, Field, Form, useForm } from "./form.js";
import { Asked, Card, Page as Frame, useAsked } from "./parts.js";
import { Words } from "./words.js";

export const KINDS = ["general", "greeting", "closing", "filler"];
const MEDIA = ["image", "video", "audio", "voice", "document", "sticker"];
const QUESTIONS_MAX = 100;

/** @param {{id?: string, question?: string, unanswered?: string | null}} props */
export function Faq({ id, question = "", unanswered }) {
  const asked = useAsked(async () => (id ? get(`/v1/faqs/${encodeURIComponent(id)}`) : null));
  return html`<${Asked} asked=${asked}>${(faq) => html`<${Edit} key=${faq?.revision} faq=${faq} question=${question}
      unanswered=${unanswered} again=${asked.again} saved=${asked.set} />`}<//>`;
}

/** @param {Record<string, any>} values */
function answerOf({ text, url, media_kind, media_name }) {
  const media = url ? { url, ...(media_kind ? { kind: media_kind } : {}), ...(media_name ? { name: media_name } : {}) } : null;
  return { ...(text.trim() ? { text } : {}), ...(media ? { media } : {}) };
}

/** @param {any} faq @param {string} question */
const opened = (faq, question) => ({
  kind: faq?.kind ?? "general", questions: faq?.questions ?? [question], text: faq?.answer.text ?? "",
  url: faq?.answer.media?.url ?? "", media_kind: faq?.answer.media?.kind ?? "", media_name: faq?.answer.media?.name ?? "",
});

/** @param {{faq: any, question: string, unanswered?: string | null, again: () => void, saved: (faq: any) => void}} props */
function Edit({ faq, question, unanswered, again, saved }) {
  const form = useForm(opened(faq, question), async (_, values) => {
    const questions = values.questions.map((one) => one.trim()).filter(Boolean);
    const said = { kind: values.kind, questions, answer: answerOf(values) };
    if (faq) return saved(await put(`/v1/faqs/${encodeURIComponent(faq.id)}`, { ...said, revision: faq.revision }));
    const made = await post("/v1/faqs", said);
    if (unanswered) await remove(`/v1/responders/unanswered/${encodeURIComponent(unanswered)}`).catch(() => null);
    setTimeout(() => go(`/settings/faqs/${encodeURIComponent(made.id)}`, { replace: true }));
  }, { fresh: !faq && Boolean(question) });
  const archive = faq && html`<button type="button" onClick=${() => move(faq, saved)}>
    <${Icon} name=${faq.archived ? "archive-restore" : "archive"} class="small" />${t(faq.archived ? "settings.faqs.restore" : "settings.faqs.archive")}</button>`;
  const text = faq ? t("settings.faqs.changed", { who: nameOf(faq.changed_by), when: exactly(faq.changed_at) }) : t("settings.faqs.edit_text");
  return html`<${Frame} title=${faq?.questions[0] ?? t("settings.faqs.add")} text=${text} back="/settings/faqs">
    ${faq?.archived && html`<p class="notice warning">${t("settings.faqs.is_archived")}</p>`}
    <${Form} form=${form} theirs=${again} always=${!faq} aside=${archive}>
      <${Card} title=${t("settings.faqs.questions")} text=${t("settings.faqs.questions_text")}><${Questions} form=${form} /><//>
      <${Card} title=${t("settings.faqs.answer")}>
        <${Words} label=${t("settings.faqs.answer_text")} error=${form.errorAt("answer.text") ?? form.errorAt("answer")}
            value=${form.values.text} change=${(next) => form.set("text", next)} rows=${5} />
        <${Media} form=${form} />
      <//>
      ${faq && !faq.archived && html`<${Advised} faq=${faq.id} />`}
      <${Card}><${Choice} form=${form} name="kind" label=${t("settings.faqs.kind")} hint=${t("settings.faqs.kind_hint")}
          options=${KINDS.map((value) => ({ value, label: t(`settings.faqs.kinds.${value}`) }))} /><//>
    <//>
  <//>`;
}

/** The first is what it is known by. @param {{form: import("./form.js").Form}} props */
function Questions({ form }) {
  const { questions } = form.values;
  const set = (next) => form.set("questions", next);
  const keys = (event, at) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (questions[at].trim()) add(event, at + 1);
  };
  const add = (event, at = questions.length) => {
    const box = event.currentTarget.closest(".questions");
    set(questions.toSpliced(at, 0, ""));
    requestAnimationFrame(() => box?.querySelectorAll("input")[at]?.focus());
  };
  const paste = (event, at) => {
    const lines = (event.clipboardData?.getData("text") ?? "").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
    if (lines.length < 2) return;
    event.preventDefault();
    set(questions.toSpliced(at, questions[at].trim() ? 0 : 1, ...lines).slice(0, QUESTIONS_MAX));
  };
  return html`<div class="questions column tight">
    ${questions.map((question, at) => html`<div class="row" key=${at}>
      <input class="grow" dir="auto" maxlength="500"
          aria-label=${t(at ? "settings.faqs.related" : "settings.faqs.first", { number: at + 1 })}
          placeholder=${t(at ? "settings.faqs.related_placeholder" : "settings.faqs.first_placeholder")}
        aria-invalid=${form.errorAt(`questions[${at}]`) ? "true" : undefined} value=${question} onKeyDown=${(event) => keys(event, at)}
            onPaste=${(event) => paste(event, at)}
        onInput=${(event) => set(questions.toSpliced(at, 1, event.currentTarget.value))} />
      <button type="button" class="icon-button" disabled=${questions.length === 1}
          aria-label=${t("settings.faqs.remove", { number: at + 1 })} onClick=${() => set(questions.toSpliced(at, 1))}>
          <${Icon} name="x" class="small" /></button></div>`)}
    ${form.errorAt("questions") && html`<span class="error-text">${form.errorAt("questions")}</span>`}
    <div><button type="button" disabled=${questions.length >= QUESTIONS_MAX} onClick=${add}>
      <${Icon} name="plus" class="small" />${t("settings.faqs.add_question")}</button></div>
  </div>`;
}

/** @param {{form: import("./form.js").Form}} props */
function Media({ form }) {
  const { values, set } = form;
  const [open] = useState(Boolean(values.url));
  return html`<details class="sub" open=${open}><summary>${t("settings.faqs.media")}</summary><div class="form">
    <${Field} label=${t("settings.faqs.media_url")} hint=${t("settings.faqs.media_hint")}
        error=${form.errorAt("answer.media")}>${(tied) => html`
      <input type="url" dir="ltr" placeholder="https://" ...${tied} value=${values.url}
          onInput=${(event) => set("url", event.currentTarget.value.trim())} />`}<//>
    ${values.url && html`<div class="two">
      <${Choice} form=${form} name="media_kind" label=${t("settings.faqs.media_kind")}
          options=${[{ value: "", label: t("settings.faqs.by_ending") }, ...MEDIA.map((value) => ({ value, label: t(`settings.faqs.media_kinds.${value}`) }))]} />
      <${Field} label=${t("settings.faqs.media_name")}>${(tied) => html`<input dir="auto" ...${tied} value=${values.media_name}
          onInput=${(event) => set("media_name", event.currentTarget.value)} />`}<//></div>`}
  </div></details>`;
}

/** @param {any} faq @param {(faq: any) => void} saved */
const move = (faq, saved) => attempt(async () => {
  const to = faq.archived ? "restore" : "archive";
  saved(await post(`/v1/faqs/${encodeURIComponent(faq.id)}/${to}`));
  toast(t(`settings.faqs.done_${to}`), { kind: "success", action: { label: t("settings.faqs.publish"), run: () => go("/settings/faqs") } });
});
