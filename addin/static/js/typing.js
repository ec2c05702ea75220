// Search as one types: waits for a pause, and drops the answers to what was typed before.
const PAUSE_MS = 200;

export function followTyping(input, ask, show) {
  let timer = 0;
  let asked = "";
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });

  async function look() {
    const text = input.value.trim();
    asked = text;
    const found = await ask(text);
    if (found !== null && asked === text) show(found);
  }

  // Down goes from the field into the list, and from link to link; Enter on the field takes the first.
  const list = () => [...document.querySelectorAll(`#${input.dataset.into} a`)];
  input.addEventListener("keydown", (event) => {
    const links = list();
    if (event.key === "ArrowDown" && links.length) {
      event.preventDefault();
      links[0].focus();
    } else if (event.key === "Enter" && links.length && asked === input.value.trim()) {
      event.preventDefault();
      links[0].click();
    }
  });
  document.getElementById(input.dataset.into).addEventListener("keydown", (event) => {
    const links = list();
    const at = links.indexOf(document.activeElement);
    if (at < 0 || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    (to < 0 ? input : links[Math.min(to, links.length - 1)]).focus();
  });
}
