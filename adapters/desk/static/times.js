// Times as the reader's own clock says them. Without it they are in UTC, and say so.
"use strict";
const sparekeyTimes = (root) => {
  const written = (at) => at.toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" }); // as the server writes them
  const today = written(new Date()).slice(0, 10);
  for (const one of root.querySelectorAll("time[datetime]")) {
    const local = written(new Date(one.dateTime)), isShort = one.dataset.today !== undefined && local.startsWith(today);
    one.textContent = isShort ? local.slice(11) : local;
  }
};
sparekeyTimes(document);
