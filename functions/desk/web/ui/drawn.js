// Rows of a long list as they were drawn last: what is given back as it was, is passed over.
import { useRef } from "../lib/html.js";

/**
 * Draws rows, each anew only when it stands elsewhere or `of` has changed.
 * @template R
 * @param {R[]} rows @param {number} from Where the first of them stands.
 * @param {(row: R, at: number) => any} draw @param {any[]} of What the drawing depends on beside the row.
 */
export function useDrawn(rows, from, draw, of) {
  const last = useRef({ of, drawn: /** @type {Map<R, {at: number, node: any}>} */ (new Map()) });
  const same = of.every((one, index) => one === last.current.of[index]);
  const before = same ? last.current.drawn : null;
  const drawn = new Map();
  rows.forEach((row, index) => {
    const [at, was] = [from + index, before?.get(row)];
    drawn.set(row, was?.at === at ? was : { at, node: draw(row, at) });
  });
  last.current = { of, drawn };
  return [...drawn.values()].map((one) => one.node);
}
