// What the desk uses of htm.
declare const htm: {
  bind<T>(create: (type: unknown, props: object | null, ...children: any[]) => T):
    (strings: TemplateStringsArray, ...values: any[]) => T;
};
export default htm;
