"use strict";
// Tables: a click on a title sorts by its column, the next one the other way round.
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  if (!table.tHead || body.rows.length < 2) continue;
  const titles = [...table.tHead.rows[0].cells];
  titles.forEach((title, nth) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...title.childNodes);
    title.append(button);
    button.addEventListener("click", () => {
      const down = title.getAttribute("aria-sort") === "ascending";
      titles.forEach((one) => one.removeAttribute("aria-sort"));
      title.setAttribute("aria-sort", down ? "descending" : "ascending");
      const text = (row) => row.cells[nth].textContent.trim();
      const number = (row) => parseFloat(text(row).replace("−", "-"));
      const order = (a, b) => {
        const [x, y] = [number(a), number(b)];
        if (Number.isNaN(x) && Number.isNaN(y)) return text(a).localeCompare(text(b));
        if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
        return x - y;
      };
      // What has no number stays behind, either way round.
      const absent = (row) => text(row) === "–";
      const rows = [...body.rows];
      const known = rows.filter((row) => !absent(row)).sort((a, b) => (down ? order(b, a) : order(a, b)));
      body.append(...known, ...rows.filter(absent));
    });
  });
}
// Tips: whatever has one shows it when it is pointed at or reached by the keyboard.
const tip = document.getElementById("tip");
let told = null;
const place = () => {
  if (!told) return;
  const [at, size] = [told.getBoundingClientRect(), tip.getBoundingClientRect()];
  const left = at.left + at.width / 2 - size.width / 2;
  const above = at.top - size.height - 8;
  tip.style.left = Math.max(8, Math.min(left, document.documentElement.clientWidth - size.width - 8)) + "px";
  tip.style.top = (above > 8 ? above : Math.min(at.bottom + 8, innerHeight - size.height - 8)) + "px";
};
const show = (event) => {
  const found = event.target.closest("[data-tip]");
  if (!found) return;
  told = found;
  tip.textContent = told.dataset.tip;
  tip.hidden = false;
  place();
};
const hide = () => { told = null; tip.hidden = true; };
for (const name of ["mouseover", "focusin"]) document.addEventListener(name, show);
for (const name of ["mouseout", "focusout"]) document.addEventListener(name, hide);
for (const name of ["scroll", "resize"]) addEventListener(name, place, { passive: true });
addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
