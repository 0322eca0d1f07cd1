/**
 * The page's rules end at the shadow root: those for the host here are important, and inside a
 * shadow that outweighs whatever the page says.
 */
const style = `
:host{all:initial!important;display:block!important;position:fixed!important;inset:auto!important;
bottom:0!important;width:0!important;height:0!important;z-index:2147483647!important;
contain:style!important}
:host(.right){right:0!important}:host(.left){left:0!important}
@media print{:host{display:none!important}}
*,*::before,*::after{box-sizing:border-box}
[hidden]{display:none!important}
.w{--bg:#fff;--fg:#16181d;--soft:#f1f3f6;--dim:#596170;--line:#d6dae1;--bad:#b3261e;
position:fixed;bottom:16px;color:var(--fg);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
text-align:start;-webkit-text-size-adjust:100%}
:host(.right) .w{right:16px}:host(.left) .w{left:16px}
button,input,textarea{font:inherit;color:inherit;margin:0}
button{cursor:pointer}
:focus-visible{outline:3px solid var(--c);outline-offset:2px}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;display:block}
.launch{position:relative;width:56px;height:56px;border:0;border-radius:50%;background:var(--c);color:var(--on);
display:grid;place-items:center;box-shadow:0 4px 16px #0004;transition:transform .15s}
.launch:hover{transform:scale(1.06)}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;
background:#c4232b;color:#fff;font-size:13px;font-weight:700;line-height:22px;text-align:center}
.panel{position:absolute;bottom:68px;width:min(380px,calc(100vw - 32px));height:min(600px,calc(100vh - 100px));
background:var(--bg);border:1px solid var(--line);border-radius:14px;box-shadow:0 12px 40px #0005;
display:flex;flex-direction:column;overflow:hidden;animation:rise .16s ease-out}
:host(.right) .panel{right:0}:host(.left) .panel{left:0}
@keyframes rise{from{opacity:0;transform:translateY(12px)}}
header{display:flex;align-items:center;gap:8px;padding:10px 10px 10px 16px;background:var(--c);color:var(--on)}
header:dir(rtl){padding:10px 16px 10px 10px}
h2{flex:1;unicode-bidi:plaintext;text-align:start;min-width:0;margin:0;font-size:16px;font-weight:650;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.icon{flex:none;width:40px;height:40px;padding:8px;border:0;border-radius:10px;background:none;color:inherit}
.icon:hover{background:#8883}
header .icon:focus-visible{outline-color:currentColor}
.log{flex:1;min-height:0;overflow-y:auto;overscroll-behavior:contain;padding:12px;display:flex;flex-direction:column;gap:4px}
.log>:first-child{margin-top:auto}
.day{align-self:center;margin:10px 0 4px;color:var(--dim);font-size:12px}
.note{padding:10px 12px;border-radius:10px;background:var(--soft);color:var(--fg);overflow-wrap:anywhere}
.m{max-width:85%;align-self:flex-start;display:flex;flex-direction:column;min-width:0}
.m.me{align-self:flex-end;align-items:flex-end}
.who{font-size:12px;color:var(--dim);margin:6px 4px 1px;max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.b{padding:8px 12px;border-radius:14px;background:var(--soft);max-width:100%;overflow:hidden;contain:paint;
white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext}
.me .b{background:var(--c);color:var(--on)}
.b a{color:inherit;text-decoration:underline}
.foot{opacity:.75;font-size:13px;margin-top:4px}
.t{font-size:11px;color:var(--dim);margin:1px 4px 4px;display:flex;gap:4px;align-items:center}
.t svg{width:14px;height:14px}
.bad{color:var(--bad)}
.f{display:flex;gap:8px;align-items:center;min-width:0}
.f svg{flex:none;width:20px;height:20px}
.f span{min-width:0;overflow-wrap:anywhere}
.b img{display:block;max-width:100%;max-height:240px;border-radius:8px}
.choices{display:flex;flex-wrap:wrap;gap:6px;margin-top:8px}
.choices button,.again{padding:6px 12px;border:1px solid currentColor;border-radius:16px;background:var(--bg);color:var(--fg);
text-align:start;overflow-wrap:anywhere;max-width:100%}
.choices small{display:block;color:var(--dim)}
.choices button:disabled{opacity:.5;cursor:default}
.again{padding:0 8px;font-size:12px;border-radius:10px}
.status{padding:6px 14px;font-size:13px;background:var(--soft)}
form{border-top:1px solid var(--line);padding:8px;display:flex;gap:4px;align-items:flex-end}
textarea{flex:1;min-width:0;max-height:132px;padding:8px 10px;border:1px solid var(--line);border-radius:12px;
background:var(--bg);resize:none;field-sizing:content;line-height:1.45}
.send{color:var(--c)}.send:disabled{opacity:.4;cursor:default}
.send:dir(rtl) svg{transform:scaleX(-1)}
.ask{flex-direction:column;align-items:stretch;gap:10px;padding:14px}
.ask label{display:flex;flex-direction:column;gap:4px;font-size:13px;color:var(--dim)}
.ask input{padding:9px 10px;border:1px solid var(--line);border-radius:10px;background:var(--bg);color:var(--fg);font-size:15px}
.go{padding:11px;border:0;border-radius:10px;background:var(--c);color:var(--on);font-weight:600}
@media (prefers-color-scheme:dark){.w{--bg:#17191e;--fg:#eceef2;--soft:#262a32;--dim:#a3abb9;--line:#3a404b;--bad:#ff8a80}
.send{color:var(--cd)}:focus-visible{outline-color:var(--cd)}}
@media (max-width:480px){.open .launch{display:none}.open .panel{position:fixed;inset:0;width:auto;height:100dvh;border:0;border-radius:0}
textarea,.ask input{font-size:16px}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@media (forced-colors:active){.launch,.b,.panel{border:1px solid}}
`;

/** Black or white, whichever is read better on a colour (WCAG relative luminance). */
const on = (colour) => (luminance(colour) > 0.179 ? '#000' : '#fff');

const luminance = (colour) => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** The page's own colours for the widget, as a sheet of their own. */
const coloured = (colour) => {
  const safe = /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#1d4ed8';
  const sheet = new CSSStyleSheet();
  const light = luminance(safe) > 0.2 ? safe : `color-mix(in srgb,${safe},#fff 55%)`;
  sheet.replaceSync(`:host{--c:${safe};--on:${on(safe)};--cd:${light}}`);
  return sheet;
};
