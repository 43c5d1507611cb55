/* Hands on the keyboard: one key clicks one button that is on the page. Everything works without this file too. */
"use strict";
(() => {
  const body = document.body;
  const keys = JSON.parse(body.dataset.keys || "{}");      // name -> key
  const words = JSON.parse(body.dataset.keyWords || "{}"); // name -> what it does
  const names = Object.fromEntries(Object.entries(keys).map(([name, key]) => [key, name]));
  const cards = () => [...document.querySelectorAll("[data-card]:not([hidden])")];
  const current = () => document.querySelector("[data-card][data-current]");

  // the screen one is on is in sight in a bar that scrolls; a menu closes when the work goes on elsewhere
  const here = document.querySelector(".bar-nav [aria-current]");
  const bar = here && here.closest(".bar-nav");
  if (bar) bar.scrollLeft += here.getBoundingClientRect().left - bar.getBoundingClientRect().left - 30;
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.me[open], details.more-reasons[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });

  for (const hint of document.querySelectorAll("[data-hint]")) hint.textContent = keys[hint.dataset.hint] || "";

  function makeCurrent(card, scroll) {
    for (const other of document.querySelectorAll("[data-current]")) delete other.dataset.current;
    if (!card) { document.dispatchEvent(new CustomEvent("kiemtin:current")); return; }
    card.dataset.current = "";
    if (scroll) card.scrollIntoView({ block: "nearest" });
    const link = card.querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("kiemtin:current"));
  }
  window.kiemtin = { cards, current, makeCurrent };

  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (cards().length) makeCurrent(wanted && wanted.matches("[data-card]") ? wanted : cards()[0], Boolean(wanted));
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && !("current" in card.dataset)) {
      for (const other of document.querySelectorAll("[data-current]")) delete other.dataset.current;
      card.dataset.current = "";
      document.dispatchEvent(new CustomEvent("kiemtin:current"));
    }
  });

  const inField = (element) =>
    element && (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
      (element.tagName === "INPUT" && !/^(checkbox|radio|submit|button)$/.test(element.type)));

  // the button a key means: in the current card first, else anywhere on the page
  const target = (name) => {
    const find = (root) => root && [...root.querySelectorAll(`[data-key="${name}"]`)].find((found) => !found.disabled);
    return find(current()) || [...document.querySelectorAll(`[data-key="${name}"]`)]
      .find((found) => !found.disabled && !found.closest("[data-card]"));
  };

  const sheet = document.getElementById("key-sheet");
  function showSheet() {
    const list = document.getElementById("key-list");
    list.replaceChildren();
    for (const [name, key] of Object.entries(keys)) {
      const moves = (name === "next" || name === "previous") && cards().length > 1;
      if (!(moves || name === "help" || target(name))) continue;
      const term = document.createElement("dt");
      const box = document.createElement("kbd");
      box.textContent = key;
      term.append(box);
      const said = document.createElement("dd");
      said.textContent = words[name] || name;
      list.append(term, said);
    }
    sheet.showModal();
  }

  let composing = false;
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; });
  let sent = false;
  function missed() {  // the page is on its way to the next one: a key that is not taken is said so, never swallowed
    const line = document.querySelector(".key-missed") || document.createElement("p");
    line.className = "message undo key-missed";
    line.setAttribute("role", "alert");
    line.textContent = body.dataset.keyMissed;
    body.append(line);
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || composing || event.keyCode === 229 || event.key === "Process") return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return;
    if (inField(event.target) || (sheet && sheet.open)) return;
    // a capital by the lock, a letter of a layout that is not Latin: the key in its place says what is meant
    const place = /^Key([A-Z])$/.exec(event.code);
    const name = names[event.key] || (event.getModifierState("CapsLock") && names[event.key.toLowerCase()]) ||
      (place && !/^[ -~]$/.test(event.key) && names[place[1].toLowerCase()]);
    if (!name) return;
    if (name === "help") { event.preventDefault(); showSheet(); return; }
    if (name === "next" || name === "previous") {
      const all = cards();
      const at = all.indexOf(current());
      const to = all[at + (name === "next" ? 1 : -1)];
      if (to) { event.preventDefault(); makeCurrent(to, true); }
      return;
    }
    const found = target(name);
    if (!found) return;
    event.preventDefault();
    if (sent) { missed(); return; }
    if (found.matches("textarea, input:not([type=checkbox])")) { found.focus(); return; }
    found.click();
  });

  // a second press of the same button sends nothing twice; the back button must find the form alive again
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    if (sent) { event.preventDefault(); return; }
    sent = true;
    setTimeout(() => { sent = false; }, 4000);
  });
  addEventListener("pageshow", () => { sent = false; });

  // the undo offer ends when it no longer can be kept
  for (const offer of document.querySelectorAll(".undo[data-seconds]"))
    setTimeout(() => offer.remove(), Number(offer.dataset.seconds) * 1000);

  // what the claim memory is still looking for comes into its place when it is found
  for (const place of document.querySelectorAll("[data-fill]")) {
    let tries = 0;
    const look = async () => {
      try {
        const answer = await fetch(place.dataset.fill);
        if (answer.status === 202 && ++tries < 12) setTimeout(look, 500);
        else if (answer.ok && answer.status !== 202) place.innerHTML = (await answer.json()).html;
      } catch { /* the page is whole without it */ }
    };
    setTimeout(look, 400);
  }

  // a lease lives as long as its page is open
  const lease = document.querySelector("[data-lease]");
  if (lease) {
    let given = false;
    const beat = async () => {
      try {
        const answer = await fetch(lease.dataset.lease, { method: "POST", headers: { Accept: "application/json" } });
        if (answer.status === 409 && !given) {  // an answer that comes after we gave it back tells nothing new
          const said = await answer.json();
          const line = document.createElement("p");
          line.className = "notice";
          line.textContent = said.error;
          lease.replaceChildren(line);
          clearInterval(clock);
        }
      } catch { /* the network is away: the next beat tries again */ }
    };
    const clock = setInterval(beat, 20000);
    // hands off key and mouse for long enough: the case goes back; the page and what was typed in it stay
    let touched = Date.now();
    for (const kind of ["keydown", "pointerdown", "pointermove", "scroll", "input"])
      document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
    const idle = setInterval(() => {
      if (Date.now() - touched < Number(lease.dataset.idleSeconds) * 1000) return;
      clearInterval(clock);
      clearInterval(idle);
      given = true;
      fetch(lease.dataset.letGo, { method: "POST", headers: { Accept: "application/json" } }).catch(() => {});
      const line = document.createElement("p");
      line.className = "notice";
      line.textContent = lease.dataset.idleSaid;
      lease.replaceChildren(line);
    }, 5000);
  }

  // a sentence that is clicked offers to become a claim; without this file every sentence is a link (?pick=1)
  const offer = document.createElement("a");
  offer.className = "btn btn-primary btn-sm pick-offer";
  const withdraw = () => { document.querySelector("[data-picked]")?.removeAttribute("data-picked"); offer.remove(); };
  document.addEventListener("click", (event) => {
    const sentence = event.target.closest("[data-pick]");
    if (event.target === offer) return;
    const again = sentence && "picked" in sentence.dataset;
    withdraw();
    if (!sentence || again || event.target.closest("a") || !getSelection().isCollapsed) return;
    sentence.dataset.picked = "";
    offer.href = sentence.dataset.pick;
    offer.textContent = sentence.closest("[data-pick-words]").dataset.pickWords;
    sentence.after(" ", offer);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") withdraw(); });

  // on a phone the work comes first, the filters one tap away
  const filters = document.querySelector(".filter-box");
  if (filters && matchMedia("(max-width: 62rem)").matches) filters.open = false;

  // a text that is too long is said to be so, and never cut: what was pasted stays until the person shortens it
  for (const field of document.querySelectorAll("[data-limit]"))
    field.addEventListener("input", () => {
      const over = [...field.value].length > Number(field.dataset.limit);
      field.setCustomValidity(over ? field.dataset.tooLong : "");
      let line = field.parentElement.querySelector(".too-long");
      if (over && !line) {
        line = document.createElement("p");
        line.className = "too-long";
        line.setAttribute("role", "status");
        field.after(line);
      }
      if (line) line.textContent = over ? field.dataset.tooLong : "";
    });

  // choose all
  for (const all of document.querySelectorAll("[data-choose-all]"))
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(`input[name="${all.dataset.chooseAll}"]`)) box.checked = all.checked;
    });
})();

/* What was pressed is kept here until the server has answered: through a bad line, an ended session, another page. Each item
   carries a key of its own, so that sending it again changes nothing. Items of one case go one after the other. */
(() => {
  const { outbox: address, person } = document.body.dataset;
  if (!address) return;
  const prefix = `kiemtin.out.${person}.`;
  const items = new Map();    // key -> item, in the order of pressing
  const answers = new Map();  // key -> what the server said, for what follows on the same case
  const flying = new Set();
  const AT_ONCE = 4, PATIENCE = 15000, LONGEST = 30000;
  let stored = true, away = false, failures = 0, timer = 0, told = () => {};

  const keep = (item) => {
    try { localStorage.setItem(prefix + item.key, JSON.stringify(item)); } catch { stored = false; }
  };
  const forget = (item) => {
    items.delete(item.key);
    try { localStorage.removeItem(prefix + item.key); } catch { stored = false; }
  };
  const read = () => {
    try {
      const found = Object.keys(localStorage).filter((name) => name.startsWith(prefix))
        .map((name) => JSON.parse(localStorage.getItem(name))).sort((a, b) => a.at - b.at);
      for (const item of found) if (!items.has(item.key)) items.set(item.key, item);
    } catch { stored = false; }
  };
  const uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  // the last thing pressed for a case that is not answered yet: what comes next builds on it
  const last = (number) => [...items.values()].filter((one) => one.case === number && !one.why).pop();

  function add(item) {
    const before = last(item.case);
    const whole = { key: uuid(), at: performance.timeOrigin + performance.now(), tries: 0, ...item };
    if (before) whole.parent = before.key;
    items.set(whole.key, whole);
    keep(whole);
    pump();
    return whole;
  }

  function fields(item) {
    const before = item.parent && answers.get(item.parent);
    return new URLSearchParams({
      key: item.key, person, case: item.case, action: item.action, to_verify: item.to_verify || "",
      seen: before ? before.version : item.version, done: before && item.action === "undo" ? before.done : item.done || 0,
    });
  }

  async function send(item) {
    const giveUp = new AbortController();
    const patience = setTimeout(() => giveUp.abort(), PATIENCE);
    item.tries += 1;
    keep(item);
    try {
      const answer = await fetch(address, {
        method: "POST", body: fields(item), headers: { Accept: "application/json" }, redirect: "error", signal: giveUp.signal,
        keepalive: true,
      });
      const said = await answer.json();
      if (answer.ok) {
        answers.set(item.key, said);
        forget(item);
        failures = 0;
        away = false;
        told(item, said);
      } else if (said.code === "signed_out") {
        away = true;
        failures += 1;
      } else if (answer.status >= 500 || answer.status === 429) {
        failures += 1;
      } else {
        refuse(item, said.error);
      }
    } catch { failures += 1; } finally { clearTimeout(patience); }
  }

  function refuse(item, why) {
    item.why = why;
    keep(item);
    told(item, null);
    for (const one of [...items.values()]) if (one.parent === item.key) forget(one);
  }

  function pump() {
    clearTimeout(timer);
    for (const item of items.values()) {
      if (flying.size >= (failures ? 1 : AT_ONCE)) break;
      if (item.why || flying.has(item.key)) continue;
      if (item.parent && !answers.has(item.parent)) {
        if (items.has(item.parent)) continue;
        if (item.action === "undo" && !item.done) { forget(item); continue; }  // its beginning was answered on another page
      }
      flying.add(item.key);
      send(item).finally(() => {
        flying.delete(item.key);
        told();
        if (failures) {
          clearTimeout(timer);
          timer = setTimeout(pump, Math.min(LONGEST, away ? 5000 : 500 * 2 ** Math.min(failures, 6)));
        } else pump();
      });
    }
    told();
  }

  addEventListener("online", pump);
  addEventListener("focus", () => { read(); pump(); });
  addEventListener("pageshow", () => { read(); pump(); });
  addEventListener("beforeunload", (event) => {
    if (!stored && [...items.values()].some((one) => !one.why)) event.preventDefault();
  });
  window.kiemtin.outbox = {
    add, forget, last, answers, all: () => [...items.values()],
    state: () => ({ waiting: [...items.values()].filter((one) => !one.why).length, away, stored, slow: failures > 0 }),
    listen: (listener) => { told = listener; },
  };
  read();
  pump();
})();
