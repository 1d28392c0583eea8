// Starts the official web chat on our own endpoint, and keeps it going: new tokens from the session, polling where sockets are blocked.
"use strict";
(() => {
  const { locale, nonce, pictures } = document.getElementById("begin").dataset;
  const box = document.getElementById("chat");
  const ended = document.getElementById("ended");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const FIRST_WORD = 5000, LONGEST_WAIT = 30000, CONNECTING = 1, EXPIRED = 3, LARGE = 1e6, LONGEST_SIDE = 2400, FAILED = 4, ENDED = 5, ONLINE = 2;
  let directLine = null, store = null, socketsWork = true, watch = null, retry = null, failures = 0, wasOnline = false;

  const tint = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const style = () => ({
    accent: tint("--key"), backgroundColor: tint("--card"), primaryFont: tint("--sans"), monospaceFont: tint("--mono"),
    subtle: tint("--soft"), timestampColor: tint("--soft"),
    bubbleBackground: tint("--paper"), bubbleTextColor: tint("--ink"), bubbleBorderColor: tint("--line"), bubbleBorderRadius: 14, bubbleMaxWidth: 560,
    bubbleFromUserBackground: tint("--key"), bubbleFromUserTextColor: tint("--on-key"), bubbleFromUserBorderColor: tint("--key"), bubbleFromUserBorderRadius: 14,
    suggestedActionLayout: "flow", suggestedActionBackgroundColor: tint("--card"), suggestedActionTextColor: tint("--key"),
    suggestedActionBorderColor: tint("--key"), suggestedActionBorderRadius: 12, suggestedActionHeight: 44,
    suggestedActionBackgroundColorOnHover: tint("--wash"), suggestedActionTextColorOnHover: tint("--key"),
    suggestedActionBackgroundColorOnActive: tint("--wash"), suggestedActionBackgroundColorOnFocus: tint("--wash"), suggestedActionTextColorOnFocus: tint("--key"),
    sendBoxBackground: tint("--card"), sendBoxTextColor: tint("--ink"), sendBoxPlaceholderColor: tint("--soft"), sendBoxBorderTop: `1px solid ${tint("--line")}`,
    sendBoxButtonColor: tint("--key"), sendBoxButtonColorOnFocus: tint("--key"), sendBoxButtonColorOnHover: tint("--key-strong"), sendBoxHeight: 52,
    transcriptActivityVisualKeyboardIndicatorColor: tint("--focus"), transcriptVisualKeyboardIndicatorColor: tint("--focus"),
    toastErrorBackgroundColor: tint("--stop-wash"), toastErrorColor: tint("--stop"), toastWarnBackgroundColor: tint("--warn-wash"), toastWarnColor: tint("--warn"),
    hideUploadButton: !pictures, disableFileUpload: !pictures, uploadAccept: "image/png,image/jpeg", uploadMultiple: false, botAvatarInitials: undefined, userAvatarInitials: undefined, groupTimestamp: 300000, sendTimeout: 20000,
    cardPushButtonBackgroundColor: tint("--key"), cardPushButtonTextColor: tint("--on-key"), cardEmphasisBackgroundColor: tint("--wash"),
    richCardWrapTitle: true, maxMessageHeight: "none",
  });

  const cards = () => ({
    fontFamily: tint("--sans"), supportsInteractivity: true,
    actions: { actionsOrientation: "vertical", actionAlignment: "stretch", buttonSpacing: 8 },
    containerStyles: {
      default: {
        backgroundColor: "transparent",
        foregroundColors: {
          default: { default: tint("--ink"), subtle: tint("--soft") }, accent: { default: tint("--key"), subtle: tint("--key") },
        },
      },
    },
    fontSizes: { small: 14, default: 16, medium: 17, large: 21, extraLarge: 40 },
  });

  // Who speaks stands in what is read aloud itself: the client would say of an agent's words that they are the bot's.
  const overrideLocalizedStrings = { ACTIVITY_BOT_SAID_ALT: " ", ACTIVITY_BOT_ATTACHED_ALT: "Sparekey:" };

  const draw = () => WebChat.renderWebChat({ directLine, store, sendTypingIndicator: true, locale, nonce, overrideLocalizedStrings, styleOptions: style(), adaptiveCardsHostConfig: cards() }, box);

  // Phones take larger photos than are passed on, and what the camera noted goes no further than here.
  const lighter = async (attachment) => {
    const blob = await (await fetch(attachment.contentUrl)).blob();
    if (blob.size < LARGE) return attachment;
    const drawn = await createImageBitmap(blob), scale = Math.min(1, LONGEST_SIDE / Math.max(drawn.width, drawn.height));
    const canvas = new OffscreenCanvas(Math.round(drawn.width * scale), Math.round(drawn.height * scale));
    canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
    const contentUrl = URL.createObjectURL(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 }));
    return { ...attachment, contentType: "image/jpeg", contentUrl, name: "picture.jpg" };
  };
  const lightened = async ({ payload, ...action }) => {
    const attachments = await Promise.all(payload.activity.attachments.map((one) => lighter(one).catch(() => one)));
    return { ...action, payload: { ...payload, activity: { ...payload.activity, attachments } } };
  };

  const listen = ({ dispatch }) => (next) => (action) => {
    if (action.type === "DIRECT_LINE/POST_ACTIVITY" && action.payload.activity.attachments?.length) { lightened(action).then(next); return action; }
    if (action.type === "DIRECT_LINE/INCOMING_ACTIVITY") { clearTimeout(watch); failures = 0; }
    return next(action, dispatch);
  };

  const stop = () => {
    clearTimeout(watch);
    clearTimeout(retry);
    const old = directLine;
    directLine = null;
    if (old) old.end();
  };

  // The session has ended: nothing of it stays on the screen, and only a person signs in again. Going there by ourselves would keep an open tab signed in.
  const leave = () => {
    stop();
    if (!box.isConnected) return;
    const wasHere = box.contains(document.activeElement);
    box.remove();
    document.querySelector(".who").remove();
    ended.hidden = false;
    if (wasHere) ended.querySelector("a").focus();
  };

  const askToken = async () => {
    const answer = await fetch("/chat/token", { method: "POST", credentials: "same-origin" });
    if (answer.status === 401) { leave(); return null; }
    return answer.ok ? (await answer.json()).token : undefined;
  };

  const again = () => {
    failures += 1;
    clearTimeout(retry);
    retry = setTimeout(begin, Math.min(LONGEST_WAIT, 1000 * 2 ** failures) * (0.5 + Math.random()));
  };

  const follow = (status) => {
    if (status === CONNECTING && wasOnline) askToken().catch(() => undefined); // the line was cut: perhaps the session has ended
    if (status === ONLINE) wasOnline = true;
    if (status === ONLINE && socketsWork) watch = setTimeout(() => { socketsWork = false; begin(); }, FIRST_WORD);
    if (status === EXPIRED || status === FAILED || status === ENDED) { clearTimeout(watch); again(); }
  };

  async function begin() {
    stop();
    let token;
    try { token = await askToken(); } catch { token = undefined; }
    if (token === null) return;
    if (token === undefined) { again(); return; }
    directLine = WebChat.createDirectLine({ domain: `${location.origin}/v3/directline`, token, webSocket: socketsWork });
    store = WebChat.createStore({}, listen);
    const mine = directLine;
    directLine.connectionStatus$.subscribe((status) => { if (mine === directLine) follow(status); });
    draw();
  }

  // Signed in again in another tab: go on here.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !box.isConnected) askToken().then((token) => { if (token) location.reload(); }, () => undefined);
  });
  dark.addEventListener("change", () => { if (directLine) draw(); });
  begin();
})();

// Inside the widget, Escape closes the window that holds us.
addEventListener("keydown", (event) => { if (event.key === "Escape" && parent !== window) parent.postMessage("sparekey:close", "*"); });
