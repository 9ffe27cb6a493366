// Without a script the list of claims is there all the same; with one it can be narrowed down.
const box = document.getElementById("narrow");
box.hidden = false;
box.addEventListener("input", () => {
  const wanted = box.value.trim().toLowerCase();
  for (const entry of document.querySelectorAll("nav li")) {
    const link = entry.querySelector("a");
    entry.hidden = !(link.textContent + " " + link.title).toLowerCase().includes(wanted);
  }
});
