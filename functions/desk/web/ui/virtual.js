// A long list of rows of one height: only those in sight are in the page.
import { html, useLayoutEffect, useRef, useState } from "../lib/html.js";
import { useDrawn } from "./drawn.js";

/** Rows kept above and below what is in sight. */
const SPARE = 6;

/** How far the rows in sight have moved, as most of them have. @param {number[]} moves */
const middle = (moves) => moves.sort((a, b) => a - b)[moves.length >> 1] ?? 0;

/**
 * What is in sight stays where it is when rows come or go above it, unless the list is at its top.
 * @param {{
 *   items: string[], height: number, row: (id: string, at: number) => any, label: string,
 *   class?: string, onEnd?: () => void, onShown?: (ids: string[]) => void,
 *   box?: {current: HTMLElement | null}, after?: any,
 * }} props `onEnd` is called near the end; `after` stands behind the last row
 */
export function Virtual({ items, height, row, label, class: more = "", onEnd, onShown, box, after }) {
  const own = useRef(/** @type {HTMLElement | null} */ (null));
  const root = box ?? own;
  const [span, setSpan] = useState({ from: 0, to: 30 });
  const before = useRef(items);

  const look = () => {
    const element = root.current;
    if (!element) return;
    const from = Math.max(0, Math.floor(element.scrollTop / height) - SPARE);
    const to = Math.ceil((element.scrollTop + element.clientHeight) / height) + SPARE;
    setSpan((last) => (last.from === from && last.to === to ? last : { from, to }));
    if (to >= items.length) onEnd?.();
  };

  useLayoutEffect(() => {
    const element = root.current;
    const old = before.current;
    before.current = items;
    if (element && old !== items && element.scrollTop > height / 2) {
      const at = new Map(items.map((id, index) => [id, index]));
      const first = Math.floor(element.scrollTop / height);
      const seen = old.slice(first, first + Math.ceil(element.clientHeight / height));
      const moves = seen.flatMap((id, index) => (at.has(id) ? [(at.get(id) ?? 0) - first - index] : []));
      element.scrollTop += middle(moves) * height;
    }
    look();
  }, [items]);

  useLayoutEffect(() => {
    const watching = new ResizeObserver(look);
    if (root.current) watching.observe(root.current);
    return () => watching.disconnect();
  }, [items.length, onEnd]);

  const shown = items.slice(span.from, span.to);
  const draw = (id, at) => html`<div key=${id} role="listitem" class="virtual-row"
      aria-setsize=${items.length} aria-posinset=${at + 1}
      style=${{ height: `${height}px`, transform: `translateY(${at * height}px)` }}>${row(id, at)}</div>`;
  const names = shown.join();
  useLayoutEffect(() => onShown?.(shown), [names]);

  return html`<div class=${`virtual scroll ${more}`} ref=${root} role="list" aria-label=${label} onScroll=${look}>
    <div class="virtual-all" style=${{ height: `${items.length * height}px` }}>
      ${useDrawn(shown, span.from, draw, [row, items, height])}
    </div>
    ${after}
  </div>`;
}

/** Scrolls so that a row is in sight. @param {HTMLElement | null} box @param {number} at @param {number} height */
export function reveal(box, at, height) {
  if (!box || at < 0) return;
  const [top, bottom] = [at * height, (at + 1) * height];
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
