"use strict";
// Ties cards to passages. Reads only data- attributes; the page is complete without it.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const parts = new Map(); // statement or event -> its card and its pieces of the article
  const cards = new Map();
  const idsOf = (element) => element.dataset.s.split(" ");
  for (const element of document.querySelectorAll("[data-s]")) {
    for (const id of idsOf(element)) {
      if (!parts.has(id)) parts.set(id, []);
      parts.get(id).push(element);
    }
    if (element.matches(".card")) cards.set(element.id, element);
  }

  let lit = [];
  let pinned = null;
  const paint = (ids, name, on) => {
    for (const id of ids) for (const part of parts.get(id) || []) part.classList.toggle(name, on);
  };
  const light = (ids) => {
    paint(lit, "on", false);
    lit = ids;
    paint(lit, "on", true);
  };
  const pin = (id) => {
    if (pinned) paint([pinned], "pinned", false);
    pinned = id;
    if (pinned) paint([pinned], "pinned", true);
  };
  const marked = (target) => (target instanceof Element ? target.closest("[data-s]") : null);
  const show = (element, block) => {
    if (element && element.closest("details")) element.closest("details").open = true;
    if (element) element.scrollIntoView({ block, behavior: calm.matches ? "auto" : "smooth" });
  };

  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const element = marked(event.target);
      light(element ? idsOf(element) : []);
    });
  }
  for (const kind of ["mouseout", "focusout"]) {
    document.addEventListener(kind, (event) => {
      if (!marked(event.relatedTarget)) light([]);
    });
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    const link = target && target.closest('a[href^="#"]');
    const element = marked(target);
    if (link) event.preventDefault(); // in a notebook's frame "#..." would load the notebook
    const place = link ? link.getAttribute("href").slice(1) : "";
    if (link && (!element || !idsOf(element).includes(place.replace(/^in-/, "")))) {
      show(document.getElementById(place), "start"); // a link that leads away from this statement
      return;
    }
    if (!element || (!link && !getSelection().isCollapsed)) return;
    // A second click on the same place goes to the next statement there, then unpins.
    const ids = idsOf(element).filter((id) => !cards.get(id).hidden);
    pin(ids[ids.indexOf(pinned) + 1] || null);
    if (!pinned) return;
    if (element.matches(".card")) {
      show(document.getElementById(`in-${pinned}`), "center");
    } else {
      show(cards.get(pinned), "nearest");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      pin(null);
      light([]);
    }
  });

  const filter = (record) => {
    const wanted = {};
    for (const chip of record.querySelectorAll('.chip[aria-pressed="true"]')) {
      (wanted[chip.dataset.by] ||= new Set()).add(chip.dataset.value);
    }
    const all = [...record.querySelectorAll(".card[data-holder]")]; // what happened is not filtered
    for (const card of all) {
      card.hidden = !Object.entries(wanted).every(([by, values]) => values.has(card.dataset[by]));
    }
    for (const piece of record.querySelectorAll(".text [data-s]")) {
      const off = idsOf(piece).every((id) => cards.get(id).hidden);
      piece.classList.toggle("off", off);
    }
    const filtered = Object.keys(wanted).length > 0;
    const count = all.filter((card) => !card.hidden).length;
    record.querySelector(".shown").textContent = filtered ? `${count} of ${all.length} shown` : "";
    record.querySelector(".reset").hidden = !filtered;
    if (pinned && cards.get(pinned).hidden) pin(null);
  };
  for (const chip of document.querySelectorAll(".chip")) {
    chip.addEventListener("click", () => {
      const record = chip.closest(".record");
      if (chip.matches(".reset")) {
        for (const other of record.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", "false");
      } else {
        chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      }
      filter(record);
    });
  }

  document.querySelector(".theme").addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const asked = location.hash.slice(1).replace(/^in-/, "");
  if (cards.has(asked)) {
    pin(asked);
    show(cards.get(asked), "nearest");
  }
})();
