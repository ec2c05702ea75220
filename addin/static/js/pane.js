// The task pane: what buttons tell, students and their cards, signing in. Parts of it come from the
// server as HTML (/pane/…); pages open in the browser. ribbon.js presses, auth.js knows who asks.
import { followTyping } from "./typing.js";

const rollbook = globalThis.rollbook;
const by = (id) => document.getElementById(id);
const [job, offers, trouble] = ["rb-job", "rb-offers", "rb-trouble"].map(by);
const [home, place, part, hits] = ["rb-home", "rb-place", "rb-part", "rb-hits"].map(by);

document.title = "Rollbook";

// --- Asking the server --------------------------------------------------------------------------

/** What the server answers as HTML; null when there is nothing to show, which is then said. */
async function ask(path, { method = "GET", body, quiet = false } = {}) {
  let answer;
  try {
    const headers = { ...(await rollbook.authHeaders()), "HX-Request": "true" };
    answer = await fetch(rollbook.address(path), { method, body, headers });
  } catch {
    if (!quiet) say(`Rollbook is not running on ${location.host}. Start it there: rollbook serve`);
    return null;
  }
  if (answer.status === 401) {
    await showSignIn();
    return null;
  }
  const text = await answer.text();
  const isPart = (answer.headers.get("content-type") || "").startsWith("text/html");
  if (isPart && (answer.ok || answer.status === 404)) {
    say("");
    return text;
  }
  if (!quiet) say(isPart ? "Rollbook did not answer this. Try once more." : text);
  return null;
}

function say(sentence) {
  trouble.replaceChildren();
  if (sentence) trouble.append(element("p", { class: "notice act" }, sentence));
}

function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== "") made.setAttribute(key, value);
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

// --- Going from place to place ------------------------------------------------------------------

const before = []; // the places one can go back to

async function go(path, { isBack = false } = {}) {
  const found = await ask(path);
  if (found === null) return;
  const here = part.dataset.path;
  if (!isBack && here !== path) before.push(here || "");
  part.dataset.path = path;
  part.innerHTML = found;
  home.hidden = true;
  place.hidden = false;
  focusOn(part.querySelector("h1"));
}

function goBack() {
  const path = before.pop();
  if (path) return go(path, { isBack: true });
  part.replaceChildren();
  part.dataset.path = "";
  place.hidden = true;
  home.hidden = false;
  by("rb-q").focus();
}

function focusOn(heading) {
  if (!heading) return;
  heading.focus({ preventScroll: true });
  globalThis.scrollTo(0, 0);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (!place.hidden) goBack();
  else if (by("rb-q").value) {
    by("rb-q").value = "";
    hits.replaceChildren();
  }
});

// --- Clicks and forms ---------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest(".rb-press");
  if (button) {
    event.preventDefault();
    press(button.dataset.button);
    return;
  }
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey) return;
  const href = link.getAttribute("href");
  if (href.startsWith("/pane/") || href.startsWith("pane:")) {
    event.preventDefault();
    go(placeOf(href));
  } else if (href.startsWith("/")) {
    event.preventDefault();
    openPage(href);
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  const swaps = form.dataset.swaps;
  if (!swaps) return;
  const said = new URLSearchParams(new FormData(form));
  form.querySelectorAll("button").forEach((one) => (one.disabled = true)); // one press, one entry
  const found = await ask(form.getAttribute("action"), { method: "POST", body: said });
  form.querySelectorAll("button").forEach((one) => (one.disabled = false));
  if (found === null) return;
  const fresh = new DOMParser().parseFromString(found, "text/html").body.firstElementChild;
  part.querySelector(swaps)?.replaceWith(fresh);
  const then = fresh.querySelector(form.dataset.then || "h1");
  then?.focus();
  then?.scrollIntoView({ block: "start" });
});

by("rb-back").addEventListener("click", goBack);

/** The address of a part: pane:student/00123 is /pane/student/00123. */
function placeOf(link) {
  if (!link.startsWith("pane:")) return link;
  const steps = link.slice("pane:".length).split("/");
  return `/pane/${steps.map(encodeURIComponent).join("/")}`;
}

/** Opens a page of ours in the browser, signed in as one is here. */
async function openPage(path) {
  const way = await rollbook.howToSignIn();
  if (way === "none") return openWindow(path);
  const waiting = canOpenBrowser() ? null : globalThis.open("about:blank", "_blank");
  const then = encodeURIComponent(path);
  const headers = await rollbook.authHeaders();
  const answer = await fetch(rollbook.address(`/sign-in/ticket?then=${then}`), {
    method: "POST",
    headers,
  }).catch(() => null);
  if (!answer?.ok) {
    waiting?.close();
    if (answer?.status === 401) return showSignIn();
    return say(`Rollbook is not running on ${location.host}. Start it there: rollbook serve`);
  }
  const { link } = await answer.json();
  if (!waiting) return openWindow(link);
  waiting.opener = null;
  waiting.location.replace(rollbook.address(link));
}

function canOpenBrowser() {
  return Boolean(globalThis.Office?.context?.requirements?.isSetSupported("OpenBrowserWindowApi", "1.1"));
}

function openWindow(path) {
  const address = rollbook.address(path);
  if (canOpenBrowser()) Office.context.ui.openBrowserWindow(address);
  else globalThis.open(address, "_blank", "noopener");
}

// --- What buttons tell --------------------------------------------------------------------------

let given = {}; // what was answered to the button that asks, over all its questions
let answering = false;
let began = { id: "", at: 0 };
let shownPhase = "";

function press(id) {
  given = {};
  return rollbook.press(id);
}

const HOW_IT_ENDED = { done: "Done", failed: "Not done", cancelled: "Stopped", asking: "First" };
const STATES = { failed: "act", cancelled: "watch" };

function showJob(told) {
  if (told.id !== began.id) {
    began = { id: told.id, at: Date.now() };
    shownPhase = "";
    if (!answering) given = {};
  }
  job.hidden = false;
  job.setAttribute("aria-busy", String(told.phase === "running"));
  if (told.phase === "running") showProgress(told);
  else showEnd(told);
  shownPhase = told.phase;
}

// While work goes on only words and numbers change: the Cancel button keeps the focus.
function showProgress(told) {
  if (shownPhase !== "running") {
    const stop = element("button", { type: "button", class: "button plain", id: "rb-cancel" }, "Cancel");
    stop.addEventListener("click", () => {
      stop.disabled = true;
      stop.textContent = "Stopping";
      rollbook.cancel(told.id);
    });
    job.replaceChildren(
      element("h2", {}, told.title),
      element("progress", { id: "rb-progress", "aria-label": told.title }),
      element("p", { id: "rb-says" }),
      element("p", { id: "rb-notice", class: "quiet" }),
      stop,
    );
  }
  const bar = by("rb-progress");
  if (told.of > 0) {
    bar.max = told.of;
    bar.value = told.done;
  } else bar.removeAttribute("value");
  const far = told.of > 0 ? `, ${told.done} of ${told.of}${timeLeft(told)}` : "";
  put("rb-says", `${told.says}${far}`);
  put("rb-notice", told.notice || "");
}

function put(id, text) {
  if (by(id).textContent !== text) by(id).textContent = text;
}

function timeLeft(told) {
  const spent = (Date.now() - began.at) / 1000;
  if (spent < 3 || told.done < 1 || told.done >= told.of) return "";
  const left = (spent / told.done) * (told.of - told.done);
  if (left < 10) return ", a few seconds left";
  if (left < 90) return `, about ${Math.round(left / 10) * 10} seconds left`;
  return `, about ${Math.round(left / 60)} minutes left`;
}

function showEnd(told) {
  const isNew = shownPhase !== told.phase;
  if (!isNew) return;
  const sentence = element(
    "p",
    { class: `notice ${STATES[told.phase] || ""}` },
    element("strong", {}, `${HOW_IT_ENDED[told.phase]}: `),
    told.sentence,
  );
  const problems = (told.problems || []).map((one) => element("li", {}, one));
  job.replaceChildren(
    element("h2", { tabindex: "-1" }, told.title),
    sentence,
    problems.length ? element("ul", {}, ...problems) : null,
    told.link ? linkOf(told) : null,
    told.asks?.length ? formOf(told) : null,
    element("p", {}, closer()),
  );
  [...job.childNodes].forEach((one) => one.nodeType === Node.TEXT_NODE && one.remove());
  if (told.sign_in) showSignIn();
  else if (told.phase === "asking") job.querySelector("form :is(input, select, button)")?.focus();
  if (told.phase === "done" && told.link.startsWith("pane:student/")) go(placeOf(told.link));
  if (told.phase !== "asking") loadOffers();
}

function closer() {
  const button = element("button", { type: "button", class: "link" }, "Close");
  button.addEventListener("click", () => {
    job.hidden = true;
    job.replaceChildren();
  });
  return button;
}

function linkOf(told) {
  const isPart = told.link.startsWith("pane:") && told.link !== "pane:letters";
  const href = told.link === "pane:letters" ? "/letters" : told.link;
  const more = isPart ? {} : { target: "_blank", rel: "noopener" };
  return element("p", {}, element("a", { class: "button plain", href, ...more }, told.link_says || "Open"));
}

// The questions of a button as a form; its answer presses the button again.
function formOf(told) {
  const confirm = told.asks.find((one) => one.kind === "confirm");
  const fields = told.asks.filter((one) => one !== confirm).map(fieldOf);
  const form = element(
    "form",
    { class: "asks" },
    ...fields,
    confirm?.says ? element("p", {}, confirm.says) : null,
    element("button", { class: "button" }, confirm?.label || "Go on"),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    given = { ...given, ...Object.fromEntries(new FormData(form)) };
    if (confirm) given = { ...given, confirmed: "yes" };
    answering = true;
    try {
      await (rollbook.answer ? rollbook.answer(given) : rollbook.press(told.button, given));
    } finally {
      answering = false;
    }
  });
  return form;
}

function fieldOf(one) {
  const id = `rb-ask-${one.name}`;
  const says = one.says ? `${id}-says` : "";
  const common = { id, name: one.name, "aria-describedby": says, required: one.needed };
  const field =
    one.kind === "choice"
      ? element(
          "select",
          common,
          element("option", { value: "" }),
          ...one.choices.map(([value, words]) => {
            const option = element("option", {}, words);
            option.value = value;
            return option;
          }),
        )
      : element("input", { ...common, type: one.kind === "day" ? "date" : "text", autocomplete: "off" });
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, one.label, one.needed ? "" : " (optional)"),
    field,
    one.says ? element("p", { class: "says", id: says }, one.says) : null,
  );
}

// --- Offers -------------------------------------------------------------------------------------

async function loadOffers() {
  const book = encodeURIComponent(await bookName());
  const found = await ask(`/pane/offers?book=${book}`, { quiet: true });
  offers.innerHTML = found || "";
  offers.querySelectorAll("button").forEach((one) => one.classList.add("button", "plain"));
  offers.hidden = !offers.textContent.trim();
}

/** The name of the open workbook; none where Excel is not there (yet). */
async function bookName() {
  try {
    await Office.onReady();
    return await Excel.run(async (context) => {
      const book = context.workbook.load("name");
      await context.sync();
      return book.name;
    });
  } catch {
    return "";
  }
}

// --- Students -----------------------------------------------------------------------------------

by("rb-q").dataset.into = "rb-hits";
followTyping(
  by("rb-q"),
  (text) => ask(`/pane/search?q=${encodeURIComponent(text)}`),
  (found) => (hits.innerHTML = found),
);

// --- Signing in ---------------------------------------------------------------------------------

const signIn = by("rb-sign-in");

async function showSignIn() {
  if ((await rollbook.howToSignIn()) !== "token") {
    return say("You are not signed in with Microsoft, or may not use Rollbook. Ask whoever looks after it.");
  }
  home.hidden = place.hidden = true;
  by("rb-who").hidden = true;
  signIn.hidden = false;
  by("rb-token-field").focus();
}

by("rb-token").addEventListener("submit", async (event) => {
  event.preventDefault();
  rollbook.signIn(by("rb-token-field").value);
  by("rb-token-field").value = "";
  await begin();
});

by("rb-sign-out").addEventListener("click", () => {
  rollbook.signOut();
  part.replaceChildren();
  hits.replaceChildren();
  before.length = 0;
  showSignIn();
});

/** Looks who is signed in, and shows the search or the form. */
async function begin() {
  const way = await rollbook.howToSignIn();
  const headers = await rollbook.authHeaders();
  if (way === "token" && !headers.Authorization) return showSignIn();
  const answer = await fetch(rollbook.address("/sign-in/who"), { headers }).catch(() => null);
  if (answer?.status === 401) {
    if (way === "token") {
      rollbook.signOut();
      say(await answer.text());
    }
    return showSignIn();
  }
  if (!answer?.ok) {
    return say(`Rollbook is not running on ${location.host}. Start it there: rollbook serve`);
  }
  const { name } = await answer.json();
  say("");
  const wasAsked = !signIn.hidden;
  signIn.hidden = true;
  home.hidden = false;
  by("rb-who").hidden = !name;
  by("rb-who").querySelector("span").textContent = name;
  if (wasAsked) focusOn(home.querySelector("h1"));
  await loadOffers();
}

// --- Office's theme -----------------------------------------------------------------------------

function followTheme() {
  const colour = globalThis.Office?.context?.officeTheme?.bodyBackgroundColor;
  if (!/^#[0-9a-f]{6}$/i.test(colour || "")) return;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const isDark = 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

rollbook.onJob?.(showJob);
begin();
globalThis.Office?.onReady?.().then(followTheme);
