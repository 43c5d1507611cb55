/* The queue in two panes: the list and the text beside it. What is pressed acts at once on the card it was pressed for; the
   outbox (desk.js) sends it behind. Without this file the queue works with forms and pages. */
"use strict";
(() => {
  const root = document.querySelector("[data-inbox]");
  if (!root || !window.kiemtin || !kiemtin.outbox) return;
  const { outbox, cards, current, makeCurrent } = kiemtin;
  const words = JSON.parse(document.getElementById("inbox-words").dataset.words);
  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const find = (name) => document.querySelector(`[data-${name}]`);
  const reading = find("reading"), text = find("pane-text"), said = find("said"), line = root.querySelector("[data-outbox]");
  const undoButton = find("undo"), fresh = find("fresh"), density = find("density"), openCase = find("open-case");
  const list = root.querySelector(".cards");
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  const history = [];  // what was decided on this page, last first
  const number = (card) => Number(card.dataset.case);
  const cardOf = (id) => document.getElementById(`card-${id}`);
  const nameOf = (card) => card.querySelector("[data-open]").textContent.trim();

  document.documentElement.classList.add("panes");
  reading.hidden = false;
  const filters = document.querySelector(".filter-box");
  if (filters) filters.open = false;

  // ── the text beside the list ──────────────────────────────────────────────────────────────────────────────────
  const texts = new Map();
  function fetched(id) {
    if (!texts.has(id))
      texts.set(id, fetch(root.dataset.pane.replace("/0", `/${id}`)).then((answer) => {
        if (!answer.ok || answer.redirected) throw new Error(answer.status);
        return answer.text();
      }).catch((why) => { texts.delete(id); throw why; }));
    return texts.get(id);
  }

  let wanted = 0, soon = 0;
  function show() {
    const card = current();
    clearTimeout(soon);
    if (!card) { wanted = 0; text.replaceChildren(paragraph(words.end)); openCase.hidden = true; return; }
    const id = number(card);
    for (const button of document.querySelectorAll("[data-act]")) button.disabled = !formOf(card);
    const link = card.querySelector('[data-key="case"]');
    openCase.hidden = !link;
    if (link) openCase.href = link.href;
    if (id === wanted) return;
    wanted = id;
    if (!matchMedia("(min-width: 62rem)").matches) return;  // on a phone the list is the page
    soon = setTimeout(async () => {
      try {
        const html = await fetched(id);
        if (wanted !== id) return;
        text.innerHTML = html;  // our own fragment; no script in it would run
        text.scrollTop = 0;
      } catch {
        if (wanted === id) { wanted = 0; text.replaceChildren(paragraph(words.unread)); }
      }
      const all = cards();
      const next = all[all.indexOf(card) + 1];
      if (next) fetched(number(next)).catch(() => {});
    }, texts.has(id) ? 0 : 70);
  }
  document.addEventListener("kiemtin:current", show);

  function paragraph(words_, kind = "quiet") {
    const made = document.createElement("p");
    made.className = kind;
    made.textContent = words_;
    return made;
  }

  // tabs of the tellings: a click, or the arrows
  function choose(tab) {
    for (const one of tab.parentElement.children) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", chosen);
      one.tabIndex = chosen ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen;
    }
  }
  text.addEventListener("click", (event) => { const tab = event.target.closest("[role=tab]"); if (tab) choose(tab); });
  text.addEventListener("keydown", (event) => {
    const tab = event.target.closest("[role=tab]");
    const to = tab && { ArrowRight: tab.nextElementSibling, ArrowLeft: tab.previousElementSibling }[event.key];
    if (to) { event.preventDefault(); choose(to); to.focus(); }
  });

  // ── deciding ──────────────────────────────────────────────────────────────────────────────────────────────────
  const formOf = (card) => card && card.querySelector("form.decide");
  function decide(card, action) {
    const form = formOf(card);
    if (!form || card.hidden) return;
    const all = cards();
    const at = all.indexOf(card);
    const was = current() === card;
    card.querySelector(".refusal")?.remove();
    delete card.dataset.refused;
    const item = outbox.add({
      case: number(card), version: Number(card.dataset.version), action, title: nameOf(card),
      to_verify: action === "escalate" ? form.elements.to_verify.value : "",
    });
    card.hidden = true;
    const box = card.querySelector('input[name="chosen"]');
    if (box) box.checked = false;
    history.unshift(item);
    count(1);
    if (was) makeCurrent(all[at + 1] || all[at - 1] || null, true);
    told("done", item);
    chosen();
    if (cards().length < 5) refill(false);
  }

  function told(name, item) {
    said.textContent = say(name, { what: words[item.action.split(":")[0]], title: item.title });
    undoButton.hidden = undoButton.disabled = !history.length;
  }

  function undo() {
    const item = history.shift();
    if (!item) return;
    const card = cardOf(item.case);
    const still = outbox.all().find((one) => one.key === item.key);
    if (still && !still.tries) outbox.forget(still);
    else {
      const answer = outbox.answers.get(item.key);
      outbox.add({ case: item.case, action: "undo", title: item.title, version: answer && answer.version, done: answer && answer.done });
    }
    count(-1);
    if (card) { card.hidden = false; makeCurrent(card, true); }
    told("undone", item);
  }
  undoButton.addEventListener("click", undo);

  for (const button of document.querySelectorAll("[data-act]"))
    button.addEventListener("click", () => {
      button.closest("details")?.removeAttribute("open");
      if (current()) decide(current(), button.dataset.act);
    });

  document.addEventListener("submit", (event) => {
    const form = event.target, value = event.submitter && event.submitter.value;
    const card = form.matches("form.decide") && form.closest("[data-card]");
    const several = form.id === "bulk" && form.elements.action.value !== "assign";
    if (!card && !several) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (card) decide(card, value);
    else for (const box of document.querySelectorAll('input[name="chosen"]:checked')) decide(box.closest("[data-card]"), form.elements.action.value);
  }, true);

  // ── what the server said ──────────────────────────────────────────────────────────────────────────────────────
  outbox.listen((item, answer) => {
    if (item && answer) {
      const card = cardOf(item.case);
      if (card) card.dataset.version = answer.version;
    } else if (item) back(item);
    standing();
  });

  function back(item) {  // refused: the card comes back, red, and says why
    const card = cardOf(item.case);
    const at = history.findIndex((one) => one.key === item.key);
    if (at >= 0) { history.splice(at, 1); count(-1); }
    undoButton.hidden = undoButton.disabled = !history.length;
    if (item.action === "undo") {  // the decision stands
      if (card) card.hidden = true;
      count(1);
      said.textContent = say("refused", { why: item.why });
      outbox.forget(item);
      if (!current() || current().hidden) makeCurrent(cards()[0] || null, false);
      return;
    }
    if (!card) return;
    card.hidden = false;
    card.dataset.refused = "";
    card.querySelector(".refusal")?.remove();
    const why = paragraph(say("refused", { why: item.why }), "refusal small");
    why.setAttribute("role", "alert");
    const ok = document.createElement("button");
    ok.type = "button";
    ok.className = "plain";
    ok.textContent = words.forget;
    ok.addEventListener("click", () => { outbox.forget(item); why.remove(); delete card.dataset.refused; standing(); });
    why.append(" ", ok);
    card.append(why);
    if (!current()) makeCurrent(card, false);
  }

  function standing() {
    const { waiting, away, stored, slow } = outbox.state();
    line.hidden = !(waiting && (away || slow || !stored)) && !outbox.all().some((one) => one.why && !cardOf(one.case));
    if (line.hidden) { line.replaceChildren(); return; }
    const parts = [];
    if (waiting && away) {
      const link = document.createElement("a");
      link.href = "/login";
      link.target = "_blank";
      link.textContent = words.sign_in;
      parts.push(paragraph(say("away", { n: waiting }), ""), link);
    } else if (waiting && slow) parts.push(paragraph(say("waiting", { n: waiting }), ""));
    if (waiting && !stored) parts.push(paragraph(words.unstored, ""));
    for (const item of outbox.all()) if (item.why && !cardOf(item.case)) {
      const ok = document.createElement("button");
      ok.type = "button";
      ok.className = "plain";
      ok.textContent = words.forget;
      ok.addEventListener("click", () => { outbox.forget(item); standing(); });
      const told_ = paragraph(`${item.title}: ${say("refused", { why: item.why })} `, "");
      told_.append(ok);
      parts.push(told_);
    }
    const now = parts.map((one) => one.textContent).join("\n");
    if (line.dataset.said !== now) { line.dataset.said = now; line.replaceChildren(...parts); }
  }

  // ── the day, and what comes in ────────────────────────────────────────────────────────────────────────────────
  const done = find("done"), waiting = find("waiting"), bar = document.querySelector(".progress-line progress");
  let left = waiting ? Number(waiting.textContent) : 0, finished = done ? Number(done.textContent) : 0;
  function count(more) { finished += more; left -= more; figures(); }
  function figures() {
    if (!done) return;
    done.textContent = Math.max(0, finished);
    waiting.textContent = Math.max(0, left);
    bar.max = Math.max(1, finished + left);
    bar.value = finished;
    document.title = left > 0 ? `(${left}) ${title}` : title;
  }
  let busy = false;
  async function refill(onTop) {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const since = page.querySelector("[data-inbox]");
      if (since) root.dataset.since = since.dataset.since;
      const first = cards()[0] || list.firstChild;
      for (const card of page.querySelectorAll("[data-card]")) {
        if (cardOf(card.dataset.case) || outbox.last(Number(card.dataset.case))) continue;
        document.adoptNode(card);
        if (onTop) list.insertBefore(card, first); else list.insertBefore(card, [...list.querySelectorAll("[data-card]")].pop()?.nextSibling || null);
        for (const hint of card.querySelectorAll("[data-hint]")) hint.textContent = JSON.parse(document.body.dataset.keys)[hint.dataset.hint] || "";
      }
      if (!current()) makeCurrent(cards()[0] || null, false);
      if (onTop) fresh.hidden = true;
    } catch { /* the line is away: the next decision tries again */ } finally { busy = false; }
  }
  fresh.addEventListener("click", () => refill(true));
  async function news() {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${root.dataset.news}?since=${encodeURIComponent(root.dataset.since)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      if (!outbox.state().waiting) { left = found.waiting; finished = found.done; figures(); }
      fresh.hidden = !found.fresh || root.dataset.tab !== "triage";
      fresh.textContent = say("fresh", { n: found.fresh });
    } catch { /* later */ }
  }
  setInterval(news, 60000);

  // ── what is chosen, and how dense the list is ─────────────────────────────────────────────────────────────────
  const bulk = document.getElementById("bulk");
  function chosen() {
    if (!bulk) return;
    const n = document.querySelectorAll('[data-card]:not([hidden]) input[name="chosen"]:checked').length;
    bulk.classList.toggle("floating", n > 0);
    bulk.querySelector("h2").textContent = say("chosen", { n });
  }
  document.addEventListener("change", (event) => { if (event.target.matches('input[name="chosen"], [data-choose-all]')) setTimeout(chosen); });
  const dense = () => { try { return localStorage.getItem("kiemtin.dense") !== "no"; } catch { return true; } };
  density.hidden = false;
  const looks = (yes) => document.documentElement.classList.toggle("airy", !yes);
  density.addEventListener("click", () => {
    const yes = document.documentElement.classList.contains("airy");
    looks(yes);
    try { localStorage.setItem("kiemtin.dense", yes ? "yes" : "no"); } catch { /* for this page only */ }
  });
  looks(dense());

  // what was pressed before this page was opened is not shown again; what was refused meanwhile is
  for (const item of outbox.all()) {
    const card = cardOf(item.case);
    if (item.why) back(item);
    else if (card && item.action !== "undo") card.hidden = true;
  }
  if (!current() || current().hidden) makeCurrent(cards()[0] || null, false);
  list.addEventListener("click", (event) => {  // the whole card is the target, but for what does something itself
    const card = event.target.closest("[data-card]");
    const link = event.target.closest("a");
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest("button, input, summary")) return;
    if (link && !(link.matches("[data-open]") && matchMedia("(min-width: 62rem)").matches && current() !== card)) return;
    event.preventDefault();
    makeCurrent(card, false);
  });
  figures();
  show();
  standing();
})();
