// The official Direct Line client in Node: talks to our endpoint over a socket or by polling, loses the line, and comes back.
"use strict";
globalThis.WebSocket = require("ws");
globalThis.XMLHttpRequest = require("xhr2");
const { DirectLine, ConnectionStatus } = require("botframework-directlinejs");

const [domain, token, how, keyId] = process.argv.slice(2);
const line = new DirectLine({ domain, token, webSocket: how === "socket", pollingInterval: 200, timeout: 20000 });
const heard = [];
const statuses = [];
const said = (activity) => activity.text || (activity.attachments || []).map((one) => one.content.body.map((block) => block.text || "").join(" ")).join(" ");

const until = async (words) => {
  const end = Date.now() + 20000;
  while (Date.now() < end) {
    if (heard.some((activity) => activity.from.role === "bot" && said(activity).includes(words))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never heard: ${words}; heard: ${JSON.stringify(heard.map(said))}`);
};
const post = (activity) => new Promise((resolve, reject) => line.postActivity(activity).subscribe(resolve, reject));

(async () => {
  line.connectionStatus$.subscribe((status) => statuses.push(ConnectionStatus[status]));
  line.activity$.subscribe((activity) => heard.push(activity));
  await until("Hello Alex");
  const id = await post({ type: "message", text: `windows ${keyId}`, from: { id: "dl_mallory", name: "Mallory" }, channelData: { clientActivityID: "one" } });
  await until("I have found the key");
  await post({ type: "message", text: "New link", value: { choice: "new_link" }, from: { id: "x" } });
  const echo = heard.find((activity) => activity.id === id);
  if (!echo || echo.channelData.clientActivityID !== "one") throw new Error("no echo under its id");
  if (JSON.stringify(heard).includes("mallory")) throw new Error("a forged name came through");
  if (how === "socket") {
    line.webSocketConnection?.close?.();
    await post({ type: "event", name: "webchat/join", from: { id: "x" } });
  }
  await post({ type: "message", text: "agent", from: { id: "x" } });
  await until("Your case number is");
  const ids = heard.map((activity) => activity.id);
  if (new Set(ids).size !== ids.length) throw new Error("an activity came twice");
  if (heard.filter((activity) => said(activity).includes("Hello Alex")).length !== 1) throw new Error("greeted twice");
  console.log(`OK ${how} ${heard.length} ${statuses.join(" ")}`);
  line.end();
  process.exit(0);
})().catch((error) => { console.error(error.message); process.exit(1); });
