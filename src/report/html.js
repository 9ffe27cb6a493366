// Without a script the menu opens on a click and has all claims. With one it stands open on a wide screen, and can be narrowed down.
const menu = document.getElementById("menu");
const wide = matchMedia("(min-width: 68rem)");
const open = () => { menu.open = wide.matches; };
open();
wide.addEventListener("change", open);
menu.addEventListener("click", (event) => {
  if (event.target.closest("a") && !wide.matches) menu.open = false;
});
const box = document.getElementById("narrow");
box.hidden = false;
box.addEventListener("input", () => {
  const wanted = box.value.trim().toLowerCase();
  for (const entry of menu.querySelectorAll("li")) {
    const link = entry.querySelector("a");
    entry.hidden = !(link.textContent + " " + link.dataset.id).toLowerCase().includes(wanted);
  }
  for (const heading of menu.querySelectorAll("h2")) {
    heading.hidden = !heading.nextElementSibling.querySelector("li:not([hidden])");
  }
});
