// What the desk uses of preact.
export type VNode = object;
export type Child = VNode | string | number | boolean | null | undefined | Child[];
export function h(type: unknown, props?: object | null, ...children: Child[]): VNode;
export function render(node: Child, parent: Element): void;
export const Fragment: (props: { children?: Child }) => Child;
export class Component<P = object, S = object> {
  props: P;
  state: S;
  setState(state: Partial<S>): void;
  componentDidCatch?(error: unknown): void;
  render(props?: P, state?: S): Child;
}
