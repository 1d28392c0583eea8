// One script tag puts the helpdesk chat on any intranet page: <script src="https://…/widget.js" async></script>
"use strict";
(() => {
  const here = document.currentScript;
  const home = new URL(here.src).origin;
  const words = (document.documentElement.lang || navigator.language || "en").toLowerCase().startsWith("de")
    ? { open: "Ausgesperrt? Helpdesk-Chat öffnen", close: "Chat schließen", title: "Helpdesk-Chat" }
    : { open: "Locked out? Open the helpdesk chat", close: "Close the chat", title: "Helpdesk chat" };
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { position: fixed; right: 1rem; bottom: 1rem; width: 3.75rem; height: 3.75rem; border-radius: 50%; border: 0; cursor: pointer; z-index: 2147483646;
      background: #0b6e5f; color: #fff; box-shadow: 0 4px 16px rgb(0 0 0 / 25%); display: grid; place-items: center; }
    button:hover { background: #085448; }
    button:focus-visible { outline: 3px solid #1a5fd0; outline-offset: 3px; }
    svg { width: 1.75rem; height: 1.75rem; }
    iframe { position: fixed; right: 1rem; bottom: 5.5rem; width: min(26rem, calc(100vw - 2rem)); height: min(40rem, calc(100dvh - 7rem)); border: 0;
      border-radius: 16px; box-shadow: 0 8px 40px rgb(0 0 0 / 30%); background: Canvas; z-index: 2147483646; color-scheme: light dark; }
    iframe[hidden] { display: none; }
    @media (max-width: 30rem) { iframe { inset: 0 0 5rem 0; width: 100vw; height: calc(100dvh - 5rem); border-radius: 0; } }`);
  shadow.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML = '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="8" cy="8" r="5"/><path d="m11.6 11.6 8.4 8.4m-2.6-2.6 2.2-2.2m-5.4-1 2.2-2.2"/></svg>';
  const frame = document.createElement("iframe");
  frame.title = words.title;
  frame.hidden = true;
  const turn = (open) => {
    if (open && !frame.src) frame.src = `${home}/chat?embedded=1`;
    frame.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? words.close : words.open);
    (open ? frame : button).focus();
  };
  button.addEventListener("click", () => turn(frame.hidden));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !frame.hidden) turn(false); });
  addEventListener("message", (event) => { if (event.origin === home && event.source === frame.contentWindow && event.data === "sparekey:close") turn(false); });
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", words.open);
  shadow.append(frame, button);
  document.body.append(host);
})();
