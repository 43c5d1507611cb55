/* Hands on the keyboard: one key clicks one button that is on the page. Everything works without this file too. */
"use strict";
(() => {
  const body = document.body;
  const keys = JSON.parse(body.dataset.keys || "{}");      // name -> key
  const words = JSON.parse(body.dataset.keyWords || "{}"); // name -> what it does
  const names = Object.fromEntries(Object.entries(keys).map(([name, key]) => [key, name]));
  const cards = () => [...document.querySelectorAll("[data-card]")];
  const current = () => document.querySelector("[data-card][data-current]");

  for (const hint of document.querySelectorAll("[data-hint]")) hint.textContent = keys[hint.dataset.hint] || "";

  function makeCurrent(card, scroll) {
    for (const other of cards()) delete other.dataset.current;
    if (!card) return;
    card.dataset.current = "";
    if (scroll) card.scrollIntoView({ block: "nearest" });
    const link = card.querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
  }

  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (cards().length) makeCurrent(wanted && wanted.matches("[data-card]") ? wanted : cards()[0], Boolean(wanted));
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && !("current" in card.dataset)) {
      for (const other of cards()) delete other.dataset.current;
      card.dataset.current = "";
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

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || composing || event.keyCode === 229 || event.key === "Process") return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return;
    if (inField(event.target) || (sheet && sheet.open)) return;
    const name = names[event.key];
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
    if (!found || sent) return;
    event.preventDefault();
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
