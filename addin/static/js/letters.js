// Ticking letters: a filter's hidden rows are never ticked, and a button says how many it is about.
// Without it the buttons above the list still work.
const form = document.getElementById("ticked");

function boxes() {
  return [...(form?.querySelectorAll('tbody input[name="serial"]') ?? [])];
}

function tell() {
  for (const box of boxes()) {
    if (box.closest("tr").hidden) box.checked = false;
  }
  const ticked = boxes().filter((box) => box.checked);
  for (const button of form.querySelectorAll("[data-ticked]")) {
    const mine = ticked.filter((box) => box.dataset.state === button.dataset.state).length;
    const only = mine > 0 && mine === ticked.length; // letters in one state take one step
    const called = (words) => button.dataset.ticked.replace("{}", words);
    button.disabled = !only;
    button.textContent = called(only ? `${mine} ticked` : "ticked");
    button.dataset.confirm = `${called(mine === 1 ? "1 letter" : `${mine} letters`)}?`;
  }
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      for (const box of boxes()) {
        box.checked = event.target.checked && !box.closest("tr").hidden;
      }
    }
    tell();
  });
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.filters === "letters") queueMicrotask(tell);
  });
  tell();
}
