// A long log of rows whose heights are not known before they are shown: only what is near the
// screen is in the page. What the reader looks at stays where it is when rows above it come, grow
// or are measured; a reader at the end stays at the end.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/html.js";
import { useDrawn } from "./drawn.js";

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {number} guess About how high it is, in pixels.
 * @property {boolean} [loose] Rows like it move by themselves: no anchor.
 *
 * @typedef {object} Handle
 * @property {(key: string) => boolean} jump Shows a row; false if there is none.
 * @property {() => void} toEnd
 */

/** Pixels beyond the screen's edges that are kept in the page. */
const BEYOND = 800;
/** Nearer to the end than this is at the end, in pixels. */
const AT_END = 48;
/** Nearer to the top than this asks for more, in pixels. */
const NEAR_TOP = 1200;

/**
 * What the log knows of itself between renders.
 * @param {Map<string, number>} heights measured, by key
 */
function memory(heights) {
  return {
    heights,
    /** @type {Row[]} */ rows: [],
    tops: new Float64Array(1),
    dirty: true,
    atEnd: true,
    /** @type {{key: string, offset: number} | null} */ anchor: null,
    /** Where the reader was last, as far as was heard. */ y: 0,
  };
}
/** @typedef {ReturnType<typeof memory>} Memory */

/** @param {Memory} know */
function measureTops(know) {
  const { rows, heights } = know;
  if (know.tops.length !== rows.length + 1) know.tops = new Float64Array(rows.length + 1);
  for (let at = 0; at < rows.length; at++) {
    know.tops[at + 1] = know.tops[at] + (heights.get(rows[at].key) ?? rows[at].guess);
  }
  know.dirty = false;
}

/** The last row that begins at or above a height. @param {Float64Array} tops @param {number} y */
function rowAt(tops, y) {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle] <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Remembers the first row that the reader sees whole. @param {Memory} know @param {number} y */
function hold(know, y) {
  for (let at = rowAt(know.tops, y); at < know.rows.length; at++) {
    const row = know.rows[at];
    if (row.loose || (know.tops[at] < y && at + 1 < know.rows.length)) continue;
    know.anchor = { key: row.key, offset: know.tops[at] - y };
    return;
  }
}

/**
 * @param {{rows: Row[], view: (row: any) => any, label: string, onTop?: () => void, onEnd?: (there: boolean) => void,
 *   handle?: {current: Handle | null}, children?: any}} props
 */
export function VirtualLog({ rows, view, label, onTop, onEnd, handle, children }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const [know] = useState(() => memory(new Map()));
  const [, again] = useState(0);
  const render = () => again((count) => count + 1);
  if (know.rows !== rows) Object.assign(know, { rows, dirty: true });
  if (know.dirty) measureTops(know);
  const { tops } = know;
  const screen = box.current?.clientHeight ?? 800;
  const total = tops[rows.length];
  const y = know.atEnd ? Math.max(0, total - screen) : wanted(know, keepUp(box.current, know));
  const start = rowAt(tops, y - BEYOND);
  const end = rows.length ? rowAt(tops, y + screen + BEYOND) + 1 : 0;

  const draw = (row) => html`<li key=${row.key} data-key=${row.key}>${view(row)}</li>`;
  const drawn = useDrawn(rows.slice(start, end), start, draw, [view]);

  useLayoutEffect(() => {
    if (measure(list.current, know)) render();
    else place(box.current, know);
  });
  useEffect(() => watchSizes(box.current, list.current, know, render), []);
  useEffect(() => {
    if (tops[start] < NEAR_TOP && y < NEAR_TOP) onTop?.();
  }, [start, rows]);
  if (handle) handle.current = handleOf(know, render);

  const scrolled = () => {
    const at = /** @type {HTMLElement} */ (box.current);
    if (Math.abs(at.scrollTop - know.y) < 1) return;
    know.y = at.scrollTop;
    const there = at.scrollHeight - at.scrollTop - at.clientHeight < AT_END;
    if (there !== know.atEnd) onEnd?.(there);
    know.atEnd = there;
    hold(know, at.scrollTop);
    render();
  };
  // Arrow keys scroll here, whatever they do elsewhere.
  const keys = (event) => event.target === box.current && /^Arrow(Up|Down)$/.test(event.key) && event.stopPropagation();
  return html`<div class="log scroll" ref=${box} tabindex="0" role="region" aria-label=${label} onScroll=${scrolled} onKeyDown=${keys}>
    ${children}
    <ol class="log-rows" ref=${list} style=${{ paddingBlockStart: `${tops[start]}px`, paddingBlockEnd: `${total - tops[end]}px` }}>
      ${drawn}
    </ol>
  </div>`;
}

/** What the reader has scrolled since it was heard of is not taken back. @param {HTMLElement | null} box @param {Memory} know */
function keepUp(box, know) {
  const now = box?.scrollTop ?? 0;
  if (know.anchor) know.anchor.offset += know.y - now;
  know.y = now;
  return now;
}

/** Where the reader is to be: what is held stays at its place. @param {Memory} know @param {number} now */
function wanted(know, now) {
  const { anchor, rows, tops } = know;
  if (!anchor) return now;
  const at = rows.findIndex((row) => row.key === anchor.key);
  return at < 0 ? now : Math.max(0, tops[at] - anchor.offset);
}

/** Whether rows that are shown have other heights than thought. @param {HTMLElement | null} list @param {Memory} know */
function measure(list, know) {
  let changed = false;
  for (const row of /** @type {HTMLCollectionOf<HTMLElement>} */ (list?.children ?? [])) {
    const key = row.dataset.key ?? "";
    const height = row.getBoundingClientRect().height;
    if (height > 0 && Math.abs((know.heights.get(key) ?? -1) - height) > 0.5) {
      know.heights.set(key, height);
      changed = true;
    }
  }
  know.dirty ||= changed;
  return changed;
}

/** @param {HTMLElement | null} box @param {Memory} know */
function place(box, know) {
  if (!box) return;
  const y = know.atEnd ? box.scrollHeight - box.clientHeight : wanted(know, keepUp(box, know));
  if (Math.abs(box.scrollTop - y) >= 1) box.scrollTop = y;
  know.y = box.scrollTop;
}

/** @param {HTMLElement | null} box @param {HTMLElement | null} list @param {Memory} know @param {() => void} render */
function watchSizes(box, list, know, render) {
  if (!box || !list) return;
  let width = box.clientWidth;
  const sizes = new ResizeObserver(() => {
    if (box.clientWidth !== width) {
      width = box.clientWidth;
      know.heights.clear();
      know.dirty = true;
      return render();
    }
    if (measure(list, know)) render();
    else place(box, know);
  });
  sizes.observe(box);
  sizes.observe(list);
  return () => sizes.disconnect();
}

/** @param {Memory} know @param {() => void} render @returns {Handle} */
function handleOf(know, render) {
  return {
    jump(key) {
      if (!know.rows.some((row) => row.key === key)) return false;
      Object.assign(know, { atEnd: false, anchor: { key, offset: 96 } });
      render();
      return true;
    },
    toEnd() {
      Object.assign(know, { atEnd: true, anchor: null });
      render();
    },
  };
}
