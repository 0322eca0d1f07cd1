// The little of Markdown that set-up pages use, as elements: headings, lists, tables, code, links.
import { html } from "../lib/html.js";

const INLINE = /(`[^`]+`)|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>()`]+[^\s<>()`.,;:!?])/;

/** Only these lead somewhere. @param {string} href */
const safe = (href) => /^(https?:|mailto:|tel:)/i.test(href);

/** @param {string} text @returns {any[]} */
function inline(text) {
  const found = INLINE.exec(text);
  if (!found) return [text];
  const [whole, code, strong, emphasis, label, href, address] = found;
  const before = text.slice(0, found.index);
  const after = inline(text.slice(found.index + whole.length));
  const link = href ?? address;
  let element = /** @type {any} */ (whole);
  if (code) element = html`<code>${code.slice(1, -1)}</code>`;
  else if (strong) element = html`<strong>${inline(strong)}</strong>`;
  else if (emphasis) element = html`<em>${inline(emphasis)}</em>`;
  else if (safe(link)) element = html`<a href=${link} target="_blank" rel="noopener noreferrer nofollow">${label ?? link}</a>`;
  return [before, element, ...after];
}

const LIST = /^(\d+\.|[-*]) +(.*)$/;
const INDENTED = /^\s{2,}\S/;
const FENCE = /^\s*```/;
/** @param {string} line */
const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

/** Takes a fenced block from lines that begin with one. @param {string[]} lines */
function fenced(lines) {
  const indent = /^\s*/.exec(lines.shift() ?? "")?.[0].length ?? 0;
  const code = [];
  while (lines.length && !FENCE.test(lines[0])) code.push(String(lines.shift()).slice(indent));
  lines.shift();
  return html`<pre class="scroll" tabindex="0"><code>${code.join("\n")}</code></pre>`;
}

/** @param {string[]} lines */
function table(lines) {
  const rows = [];
  while (lines[0]?.trim().startsWith("|")) rows.push(cells(String(lines.shift())));
  const [head, , ...body] = rows;
  return html`<div class="scroll"><table><thead><tr>${head.map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead>
    <tbody>${body.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Whether lines go on with something indented, perhaps after an empty line. @param {string[]} lines */
const goesOn = ([line = "", next = ""]) => INDENTED.test(line) || (!line.trim() && INDENTED.test(next));

/** Takes a list, with what is indented below its items. @param {string[]} lines */
function list(lines) {
  const numbered = /^\d/.test(lines[0]);
  const items = [];
  while (lines.length && LIST.test(lines[0])) {
    const first = LIST.exec(String(lines.shift()))?.[2] ?? "";
    const inner = [];
    while (lines.length && goesOn(lines)) inner.push(String(lines.shift()).replace(/^ {1,3}/, ""));
    while (lines.length && !lines[0].trim() && LIST.test(lines[1] ?? "")) lines.shift();
    items.push(html`<li>${inline(first)}${blocks(inner)}</li>`);
  }
  return numbered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
}

/** @param {string[]} lines @returns {any[]} */
function blocks(lines) {
  const found = [];
  while (lines.length) {
    const line = lines[0];
    const heading = /^(#{1,4}) +(.*)$/.exec(line);
    if (!line.trim()) lines.shift();
    else if (FENCE.test(line)) found.push(fenced(lines));
    else if (heading) lines.shift(), found.push(html`<h3>${inline(heading[2])}</h3>`);
    else if (line.trim().startsWith("|")) found.push(table(lines));
    else if (LIST.test(line)) found.push(list(lines));
    else {
      const words = [];
      while (lines[0]?.trim() && !FENCE.test(lines[0]) && !LIST.test(lines[0])) words.push(String(lines.shift()).trim());
      found.push(html`<p>${inline(words.join(" "))}</p>`);
    }
  }
  return found;
}

/** @param {{text: string}} props */
export const Markdown = ({ text }) => html`<div class="markdown">${blocks(text.split("\n"))}</div>`;
