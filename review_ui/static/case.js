/* The case page: forms are sent in place (the page is fetched again behind and only its middle is exchanged), what is typed
   is kept in this browser until it is sent. Without this file each form is a page. */
"use strict";
(() => {
  const main = document.getElementById("main");
  const prefix = `kiemtin.draft.${document.body.dataset.person || ""}.${location.pathname}.`;
  const WEEK = 7 * 864e5;

  // ── what is typed ─────────────────────────────────────────────────────────────────────────────────────────────
  const typed = (form) => [...form.elements].filter((field) => field.name && /^(TEXTAREA|SELECT)$|^INPUT$/.test(field.tagName) &&
    !/^(hidden|file|submit|button|password)$/.test(field.type));
  const value = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value);
  function keep(form) {
    const held = Object.fromEntries(typed(form).filter((field) => value(field) !== begun.get(field)).map((field) => [field.id, value(field)]));
    try {
      if (Object.keys(held).length) localStorage.setItem(prefix + form.dataset.draft, JSON.stringify({ at: Date.now(), held }));
      else localStorage.removeItem(prefix + form.dataset.draft);
    } catch { return; }
    const line = form.querySelector(".draft-said");
    if (line) line.textContent = Object.keys(held).length ? line.dataset.said : "";
  }
  const drop = (form) => { try { localStorage.removeItem(prefix + form.dataset.draft); } catch { /* nothing was kept */ } };
  const begun = new Map();  // field -> what the page came with
  function restore() {
    for (const form of main.querySelectorAll("form[data-draft]")) {
      for (const field of typed(form)) begun.set(field, value(field));
      let found;
      try { found = JSON.parse(localStorage.getItem(prefix + form.dataset.draft)); } catch { continue; }
      if (!found) continue;
      if (Date.now() - found.at > WEEK) { drop(form); continue; }
      for (const [id, held] of Object.entries(found.held)) {
        const field = form.querySelector(`[id="${CSS.escape(id)}"]`);
        if (!field) continue;
        if (/^(checkbox|radio)$/.test(field.type)) field.checked = held; else field.value = held;
      }
      keep(form);
    }
  }
  let soon = 0;
  main.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(soon);
    soon = setTimeout(() => keep(form), 300);
  });

  // ── forms in place ────────────────────────────────────────────────────────────────────────────────────────────
  function say(form, sentence) {
    form.querySelector(".refusal")?.remove();
    const line = document.createElement("p");
    line.className = "refusal";
    line.setAttribute("role", "alert");
    line.textContent = sentence;
    form.prepend(line);
    line.scrollIntoView({ block: "nearest" });
  }
  let busy = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-here]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) return;
    busy = true;
    const body = new FormData(form, event.submitter);
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || new URL(answer.url).pathname !== location.pathname) {
        if (answer.ok) { location.assign(answer.url); return; }
        const said = page.querySelector("main .lead-text, main p");
        say(form, said ? said.textContent.trim() : form.dataset.lost || answer.status);
        return;
      }
      drop(form);
      exchange(page, new URL(answer.url).hash || new URL(form.action).hash);
    } catch { say(form, document.body.dataset.lost); } finally { busy = false; form.removeAttribute("aria-busy"); }
  }, true);

  function exchange(page, hash) {
    const open = [...main.querySelectorAll("details[id][open]")].map((one) => one.id);
    begun.clear();
    main.replaceChildren(...page.getElementById("main").childNodes);
    document.querySelector(".messages").replaceChildren(...page.querySelector(".messages").childNodes);
    document.querySelector(".bar-nav").replaceChildren(...page.querySelector(".bar-nav").childNodes);
    const keys = JSON.parse(document.body.dataset.keys);
    for (const hint of document.querySelectorAll("[data-hint]")) hint.textContent = keys[hint.dataset.hint] || "";
    for (const id of open) { const one = document.getElementById(id); if (one && !one.name) one.open = true; }
    restore();
    const next = main.querySelector("[data-next] a[href^='#']");
    if (next) go(next.hash, false);
    (main.querySelector("[data-next]") || main).focus({ preventScroll: true });
    if (hash) history.replaceState(null, "", hash);
  }

  // ── a line of the checklist leads to its small form ───────────────────────────────────────────────────────────
  function go(hash, focus) {
    const found = hash && document.getElementById(hash.slice(1));
    const fold = found && found.closest("details.small-form");
    if (!fold) return;
    fold.open = true;
    if (!focus) return;
    fold.scrollIntoView({ block: "nearest" });
    fold.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });
  }
  main.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#form-']");
    if (!link) return;
    event.preventDefault();
    go(link.hash, true);
  });

  restore();
  go(location.hash, true);
})();
