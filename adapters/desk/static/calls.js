// On every page of the desk: one's own cases, what was said there and not yet looked at, and a sound for whatever calls.
"use strict";
const sparekeyDesk = (() => {
  const SILENT_FOR = 45000, LOOKED_BY = 700;
  const strip = document.getElementById("mine"), { me, fresh, said } = strip.dataset, kept = `sparekey.seen.${me}`;
  const here = Number(location.pathname.match(/\/cases\/(\d+)$/)?.[1]), title = document.title;
  const others = new BroadcastChannel(`sparekey.calls.${me}`);
  let state = null, waiting = 0, leads = false, drawn = "";

  const sounds = () => localStorage.getItem("sparekey.sound") === "on";
  const ring = () => {
    if (!sounds()) return;
    const audio = new AudioContext(), tone = audio.createOscillator(), volume = audio.createGain();
    volume.gain.setValueAtTime(0.15, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5);
    tone.frequency.value = 660;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.5);
  };

  // How much of each case this browser has shown, on whichever page of it.
  const seen = () => JSON.parse(localStorage.getItem(kept) || "{}");
  const look = () => {
    if (!state || document.hidden || !state.mine.some((one) => one.number === here)) return;
    const known = seen(), now = Object.fromEntries(state.mine.map((one) => [one.number, one.number === here ? one.said : known[one.number] || 0]));
    localStorage.setItem(kept, JSON.stringify(now));
  };
  const unseen = (one) => Math.max(0, one.said - (seen()[one.number] || 0));

  const titled = () => {
    const n = waiting + (state ? state.mine.reduce((sum, one) => sum + unseen(one), 0) : 0);
    document.title = n ? `(${n}) ${title}` : title;
  };
  const waits = (n) => { waiting = n; titled(); };
  // The tag of a row of the queue.
  const mark = (row) => {
    const tag = row.querySelector(".fresh"), one = state && state.mine.find(({ number }) => String(number) === row.dataset.number);
    if (!tag) return;
    const n = one ? unseen(one) : 0;
    tag.hidden = !n;
    tag.textContent = n ? fresh.replace("{n}", n) : "";
  };
  const link = (one) => {
    const item = document.createElement("li"), to = document.createElement("a"), n = unseen(one);
    to.href = `/desk/cases/${one.number}`;
    to.textContent = `${one.name} ${one.number}`;
    if (one.number === here) to.setAttribute("aria-current", "page");
    item.append(to);
    if (n) {
      const tag = document.createElement("span");
      tag.className = "tag calm";
      tag.textContent = fresh.replace("{n}", n);
      to.append(" ", tag);
    }
    return item;
  };
  const draw = () => {
    look();
    titled();
    for (const row of document.querySelectorAll("#cases > li")) mark(row);
    const links = state.mine.map(link), html = links.map((one) => one.outerHTML).join("");
    if (html === drawn) return;
    drawn = html;
    const list = strip.querySelector("ul"), focused = list.contains(document.activeElement) && document.activeElement.href;
    list.replaceChildren(...links);
    strip.hidden = !links.length;
    if (focused) [...list.querySelectorAll("a")].find((one) => one.href === focused)?.focus();
  };

  const told = (now) => {
    const before = state;
    state = now;
    draw();
    if (!before) return;
    const written = now.mine.filter((one) => one.said > (before.mine.find(({ number }) => number === one.number)?.said ?? one.said));
    const isNew = now.calls.some((one) => !before.calls.includes(one));
    if (leads && isNew) ring();
    // Whoever is looking at it, on another page maybe, need not be called.
    if (written.length) setTimeout(() => {
      const unread = written.filter(unseen);
      if (!unread.length) return;
      if (leads && !isNew) ring();
      strip.querySelector("[aria-live]").textContent = unread.map((one) => said.replace("{name}", one.name).replace("{case}", one.number)).join(" ");
    }, LOOKED_BY);
  };

  // A browser keeps few connections to one place: one page of it listens, also while it is hidden, and tells the others.
  // An answer that is no stream (a proxy's, while the server begins anew) closes it for good: the silence after it begins another.
  const lead = () => new Promise((give) => {
    let source = null, silence = null;
    leads = true;
    const over = () => { clearTimeout(silence); source.close(); leads = false; give(); };
    const hear = () => { clearTimeout(silence); silence = setTimeout(() => { source.close(); open(); }, SILENT_FOR); };
    const open = () => {
      source = new EventSource("/desk/calls");
      hear();
      source.addEventListener("calls", (event) => { hear(); const now = JSON.parse(event.data); others.postMessage(now); told(now); });
      source.addEventListener("over", over);
    };
    open();
  });
  others.addEventListener("message", ({ data }) => {
    if (data !== "ask") told(data);
    else if (leads && state) others.postMessage(state);
  });
  addEventListener("storage", (event) => { if (event.key === kept && state) draw(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && state) draw(); });
  others.postMessage("ask");
  if (navigator.locks) navigator.locks.request(`sparekey.calls.${me}`, lead); else lead();
  return { ring, sounds, waits, mark };
})();
