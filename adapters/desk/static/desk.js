// Keeps a page of the desk as things stand: the queue row by row, a case's talk line by line. Without it the pages work as they were drawn.
"use strict";
(() => {
  const HIDDEN_FOR = 30000, SILENT_FOR = 45000, TYPING_FOR = 5000, TYPING_EVERY = 3000, OVER = "/sign-in?next=/desk";
  const queue = document.getElementById("cases"), opened = document.getElementById("case"), talk = document.getElementById("talk");
  let leaves = false;

  // A browser keeps few connections to one place, so a case that nobody looks at gives its one back.
  // One that is silent for longer than the server ever is was cut without either end knowing, as when a laptop slept: it is begun anew.
  // `again`: what to do once a stream that was broken off or given back runs once more.
  const listen = (address, events, sleeps, again) => {
    let source = null, resting = null, silence = null, last = "", hasRun = false;
    const close = () => { clearTimeout(silence); if (source) source.close(); source = null; };
    const hear = () => { clearTimeout(silence); silence = setTimeout(() => { close(); open(); }, SILENT_FOR); };
    const open = () => {
      source = new EventSource(address(last));
      hear();
      source.addEventListener("open", () => { if (hasRun && again) again(); hasRun = true; });
      for (const [name, act] of Object.entries(events)) {
        source.addEventListener(name, (event) => { hear(); last = event.lastEventId || last; act(JSON.parse(event.data)); });
      }
      source.addEventListener("over", () => { leaves = true; location.assign(OVER); });
    };
    document.addEventListener("visibilitychange", () => {
      clearTimeout(resting);
      if (document.hidden && sleeps) resting = setTimeout(close, HIDDEN_FOR);
      else if (!source) open();
    });
    addEventListener("pagehide", close);
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    open();
  };

  const element = (html) => {
    const box = document.createElement("template");
    box.innerHTML = html;
    sparekeyTimes(box.content);
    return box.content.firstElementChild;
  };

  // the queue

  const me = queue && queue.dataset.me, own = new Set(queue ? JSON.parse(queue.dataset.own) : []);
  const isOwn = (row) => !own.size || own.has(row.dataset.team);
  // What is urgent and nobody has taken stands above what one has oneself.
  const isAlarm = (row) => !row.dataset.holder && row.classList.contains("urgent");
  const place = (row) => (isAlarm(row) ? "0" : row.dataset.holder === me ? "1" : isOwn(row) ? "2" : "3") + row.dataset.rank;
  const row = (number) => queue.querySelector(`[data-number="${number}"]`);
  const count = () => {
    const waiting = [...queue.children].filter((one) => !one.dataset.holder).length;
    sparekeyDesk.waits(waiting);
    document.getElementById("empty").hidden = queue.children.length > 0;
  };
  // A row is drawn once for all who look; only here is it known whose it is.
  const drawn = (html) => {
    const fresh = element(html), mark = fresh.querySelector(".handed");
    if (mark) mark.hidden = fresh.dataset.holder !== me;
    sparekeyDesk.mark(fresh);
    return fresh;
  };
  const isHandedToMe = (one) => Boolean(one && one.querySelector(".handed:not([hidden])"));
  const put = ({ number, html }) => {
    const old = row(number), fresh = drawn(html);
    const focused = old && old.contains(document.activeElement) && (document.activeElement.matches("a") ? "a" : "button");
    if (old) old.remove();
    const after = [...queue.children].find((one) => place(one) > place(fresh));
    queue.insertBefore(fresh, after || null);
    if (focused) (fresh.querySelector(focused) || fresh.querySelector("a")).focus();
    const isNew = (!old || old.dataset.team !== fresh.dataset.team) && (isOwn(fresh) || isAlarm(fresh));
    return { isNew, isHanded: isHandedToMe(fresh) && !isHandedToMe(old) };
  };
  const announce = (number, words) => { document.getElementById("news").textContent = words.replace("{case}", number); };

  if (queue) {
    listen(() => queue.dataset.live, {
      all: (rows) => {
        const numbers = new Set(rows.map((one) => String(one.number)));
        for (const old of [...queue.children]) if (!numbers.has(old.dataset.number)) old.remove();
        for (const one of rows) if (!row(one.number) || row(one.number).outerHTML !== drawn(one.html).outerHTML) put(one);
        count();
      },
      row: (one) => {
        const { isNew, isHanded } = put(one);
        if (isHanded) announce(one.number, queue.dataset.handed);
        else if (isNew) announce(one.number, queue.dataset.new);
        count();
      },
      gone: ({ number }) => { if (row(number)) row(number).remove(); count(); },
    }, false);
    for (const one of [...queue.children]) put({ number: one.dataset.number, html: one.outerHTML });
    count();
    // Only where a case has the focus, so that no key does anything by surprise.
    queue.addEventListener("keydown", (event) => {
      const here = event.target.closest("li"), modified = event.ctrlKey || event.metaKey || event.altKey;
      if (!here || modified) return;
      const next = { ArrowDown: here.nextElementSibling, ArrowUp: here.previousElementSibling }[event.key];
      if (next) { event.preventDefault(); next.querySelector("a").focus(); }
      if (event.key === "t" && here.querySelector("button")) here.querySelector("button").click();
    });
    const sound = document.getElementById("sound");
    sound.checked = sparekeyDesk.sounds();
    sound.addEventListener("change", () => { localStorage.setItem("sparekey.sound", sound.checked ? "on" : "off"); sparekeyDesk.ring(); });
  }

  // a case

  const isUntouched = (part) => !part.contains(document.activeElement)
    && [...part.querySelectorAll("input:not([type=hidden]), textarea")].every((one) => (["radio", "checkbox"].includes(one.type) ? one.checked === one.defaultChecked : one.value === one.defaultValue));
  // What an agent reads: neither what forms are named by, nor what is folded out.
  const read = (part) => {
    const plain = part.cloneNode(true);
    for (const one of plain.querySelectorAll("[name=form]")) one.removeAttribute("value");
    for (const one of plain.querySelectorAll("details")) one.removeAttribute("open");
    return plain.innerHTML;
  };
  const changed = async () => {
    const answer = await fetch(location.pathname);
    const there = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    const main = document.getElementById("main");
    if (!answer.ok || !there.querySelector(".columns")) return;
    sparekeyTimes(there);
    opened.dataset.phase = there.querySelector("#case").dataset.phase;
    const stale = document.getElementById("changed");
    stale.hidden = true;
    if (Boolean(talk) !== Boolean(there.querySelector("#talk"))) {
      if (isUntouched(main)) location.reload(); else stale.hidden = false;
    }
    const renew = (part) => {
      const old = main.querySelector(part), fresh = there.querySelector(part);
      if (!old || !fresh || read(old) === read(fresh)) return true;
      if (isUntouched(old)) old.replaceWith(document.importNode(fresh, true));
      return !old.isConnected;
    };
    // Where something is half-written in one part, the others are drawn anew all the same.
    const side = ".columns > div:last-child", parts = [...there.querySelectorAll(`${side} > [data-part]`)];
    if (!renew(side)) for (const { dataset } of parts) renew(`[data-part=${dataset.part}]`);
    if (![renew(side), renew("[data-part=stands]"), renew("[data-part=onward]"), renew("[data-part=where]")].every(Boolean)) stale.hidden = false;
    if (talk) for (const one of talk.querySelectorAll(".picture")) if (!there.querySelector(`[id="${one.id}"]`)) gone(one);
    const saying = document.getElementById("saying"), fresh = there.querySelector("#saying");
    if (!saying || !fresh || Boolean(saying.querySelector("form")) === Boolean(fresh.querySelector("form"))) return;
    const old = document.getElementById("kept"), words = (document.getElementById("words") || old.querySelector("textarea")).value;
    saying.replaceWith(document.importNode(fresh, true));
    old.replaceWith(document.importNode(there.querySelector("#kept"), true));
    keep(words);
    bind();
  };
  // What was written is never thrown away: it waits where it can be copied, and is there again once the case is.
  const keep = (words) => {
    const kept = document.getElementById("kept"), field = document.getElementById("words");
    kept.hidden = Boolean(field) || !words.trim();
    (field || kept.querySelector("textarea")).value = words;
  };

  // What is half-written would go with the page. Whoever wants that presses once more; it is kept nowhere, there may be a key in it.
  const halfWritten = (sent) => [...opened.querySelectorAll("textarea:not([readonly])")]
    .filter((one) => !(sent && sent.contains(one)) && one.value !== one.defaultValue).map((one) => one.value.trim()).join("\n").trim();
  const ask = (event) => {
    const form = event.target, words = halfWritten(form);
    if (form.id === "say") return;
    leaves = !words || form.dataset.dropped === words;
    if (leaves) return;
    event.preventDefault();
    form.dataset.dropped = words;
    const note = document.getElementById("half") || document.createElement("p");
    note.remove();
    note.id = "half";
    note.className = "note warn";
    note.setAttribute("role", "alert");
    note.textContent = opened.dataset.half;
    (form.closest(".row") || form).after(note);
  };

  // Time alone moves these. Where it has brought more than other numbers, the page is drawn anew.
  const clocks = ({ phase, words }) => {
    for (const one of opened.querySelectorAll("[data-clock]")) one.textContent = words[one.dataset.clock] || one.textContent;
    if (opened.dataset.phase !== String(phase)) changed();
  };

  // A picture is shown while its agent has the case and its time lasts, on a page that is open as well.
  const gone = (picture) => {
    if (!picture.isConnected) return;
    const words = document.createElement("p");
    words.textContent = picture.dataset.gone;
    picture.replaceWith(words);
  };
  const fade = (line) => {
    for (const one of line.querySelectorAll(".picture")) {
      setTimeout(gone, one.dataset.seconds * 1000, one);
      one.querySelector("img").addEventListener("load", () => one.scrollIntoView({ block: "nearest" }));
    }
  };

  const log = document.getElementById("log");
  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  let dots = null, told = 0;
  const typing = document.getElementById("typing");
  const quiet = () => { clearTimeout(dots); typing.textContent = ""; };
  const writes = () => { quiet(); typing.textContent = talk.dataset.typing; dots = setTimeout(quiet, TYPING_FOR); };
  const heard = ({ html }) => {
    const line = element(html), follows = isAtEnd();
    if (talk.querySelector(`[data-line="${line.dataset.line}"]`)) return;
    talk.append(line);
    fade(line);
    if (line.className === "person") quiet();
    if (follows) toEnd();
  };

  const bind = () => {
    const form = document.getElementById("say");
    if (!form) return;
    const words = form.elements.words, unsent = document.getElementById("unsent"), masked = document.getElementById("masked"), button = form.querySelector("button:not([type])");
    words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
    });
    const replies = document.getElementById("replies");
    if (replies) {
      const reply = replies.querySelector("select");
      replies.hidden = false;
      replies.querySelector("button").addEventListener("click", () => {
        words.value = [words.value.trimEnd(), reply.value].filter(Boolean).join("\n");
        words.focus();
      });
    }
    words.addEventListener("input", () => {
      if (!words.value || Date.now() - told < TYPING_EVERY) return;
      told = Date.now();
      fetch(form.action.replace(/say$/, "typing"), { method: "POST", body: new URLSearchParams({ csrf: form.elements.csrf.value }) }).catch(() => {});
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.disabled) return;
      button.disabled = true;
      let sent = false, hadKey = false;
      try {
        const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
        if (answer.ok) hadKey = (await answer.json()).masked; // a page, such as that of the sign-in, is no answer
        sent = answer.ok;
      } catch { /* the network: it stays written, and the same words are never said twice */ }
      button.disabled = false;
      unsent.hidden = sent;
      masked.hidden = !hadKey;
      if (sent) { words.value = ""; form.elements.form.value = crypto.randomUUID(); }
      words.focus();
    });
  };

  if (opened) {
    opened.addEventListener("submit", ask);
    addEventListener("beforeunload", (event) => { if (!leaves && halfWritten()) event.preventDefault(); });
    const lastMark = () => (talk && talk.lastElementChild ? talk.lastElementChild.dataset.mark : "");
    const said = talk ? { line: heard, typing: writes } : {};
    listen(() => `${opened.dataset.live}?after=${encodeURIComponent(lastMark())}`, { changed, clocks, ...said }, true, changed);
  }
  if (talk) {
    fade(talk);
    toEnd();
    bind();
  }
})();
