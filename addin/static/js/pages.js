// Tables that sort, filter and print, and forms that ask before they go. Without it pages still work.

import { followTyping } from "./typing.js";

function valueOf(row, place) {
  const cell = row.cells[place];
  return cell ? (cell.dataset.sort ?? cell.textContent.trim()) : "";
}

const numbers = /^-?\d+(\.\d+)?$/;
const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function compare(one, other) {
  if (one === other) return 0;
  if (one === "" || other === "") return one === "" ? 1 : -1; // what has no value comes last
  if (numbers.test(one) && numbers.test(other)) return Number(one) - Number(other);
  return words.compare(one, other);
}

function sortBy(table, heading) {
  const headings = [...heading.parentElement.cells];
  const place = headings.indexOf(heading);
  const turned = heading.getAttribute("aria-sort") === "ascending";
  headings.forEach((one) => one.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", turned ? "descending" : "ascending");
  const body = table.tBodies[0];
  const sign = turned ? -1 : 1;
  const rows = [...body.rows].sort((a, b) => sign * compare(valueOf(a, place), valueOf(b, place)));
  body.append(...rows);
}

function filterBy(table, text) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of table.tBodies[0].rows) {
    const has = row.textContent.toLowerCase();
    row.hidden = !wanted.every((word) => has.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  const count = document.getElementById(table.dataset.count || "");
  const all = table.tBodies[0].rows.length;
  if (count) count.textContent = wanted.length ? `${shown} of ${all} rows` : `${all} ${all === 1 ? "row" : "rows"}`;
}

document.addEventListener("click", (event) => {
  const heading = event.target.closest("table[data-sorts] thead th");
  if (heading && event.target.closest("button")) sortBy(heading.closest("table"), heading);
  if (event.target.closest("[data-print]")) globalThis.print();
});

document.addEventListener("input", (event) => {
  const table = document.getElementById(event.target.dataset?.filters || "");
  if (table) filterBy(table, event.target.value);
});

// <form data-confirm="Void 3 letters?"> asks first.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm || event.target.dataset.confirm;
  if (question && !globalThis.confirm(question)) event.preventDefault();
});

for (const input of document.querySelectorAll("input[data-searches]")) {
  const ask = async (text) => {
    const answer = await fetch(`${input.dataset.searches}?q=${encodeURIComponent(text)}`, {
      headers: { "HX-Request": "true" },
    }).catch(() => null);
    return answer?.ok ? answer.text() : null; // the button searches without scripts
  };
  followTyping(input, ask, (found) => {
    document.getElementById(input.dataset.into).innerHTML = found;
  });
}
