// Controls, presets, pointer and keyboard: each changes the state, and the state is drawn.
const element = (id) => document.getElementById(id);

const PRESETS = [
  {
    name: "From nothing to all",
    caption: "What is trained decides everything. Random features never get below half of this target: they learn its mean eigenvalue alone. The tangent model has learnt everything once m = d. Full training learns most of it with a fraction of the neurons. The better the fit, the larger the sensitivity.",
    state: {},
  },
  {
    name: "The price of accuracy",
    caption: "No network gets into the grey corner, whatever its weights: accurate and insensitive at once is impossible. Models that fit only the quadratic part of a function lie on the dashed line. Gelu tangents lie above it: higher components cost gradient and explain nothing.",
    state: { spectrum: "identity", activation: "gelu", rho: 1 },
  },
  {
    name: "Stop early",
    caption: "Paths along time, at m/d = 1/2. Move the training time: from a start of little output a network leaves the lower right corner and stays below the dashed line until it meets it at the end. Stopped early, it is less sensitive than the same model fitted to the end at a smaller width with that error would be.",
    state: { spectrum: "identity", end: false, time: 0.501, start: 0.1, path: "time", regimes: ["rf", "nt", "sgd"] },
  },
  {
    name: "A large start",
    caption: "A random start makes the network wrong and sensitive before it has learnt anything. Move the training time: the path comes in from the upper right, first loses the gradients of its start, and only then learns. Full training unlearns a large start fast.",
    state: { spectrum: "identity", end: false, time: 0.1, start: 1, path: "time", regimes: ["init", "rf", "nt", "sgd"] },
  },
  {
    name: "Align",
    caption: "The weights have a spread covariance, whose eigenvectors agree with those of the target. Choose aligned, independent or opposed: alignment decides how much random features can ever learn, and how early the tangent model learns what it will learn anyway. The better aligned, the more accurate and the more sensitive.",
    state: { activation: "relu", spectrum: "uniform", weights: "aligned", rho: 0.75, regimes: ["rf", "nt"] },
  },
  {
    name: "Overfit",
    needs: "samples",
    caption: "Finitely many samples, fitted exactly: what cannot be learnt acts as noise. Move the samples towards the threshold: error and sensitivity grow together, so overfitting costs accuracy and robustness alike, and their sum is no longer 1.",
    state: { spectrum: "rademacher", rho: 0.5, samples: alphas[Math.floor(alphas.length / 2)], regimes: ["nt"] },
  },
].filter((preset) => !preset.needs || data.regimes.some((regime) => regime.stages[preset.needs]));

let asked = 0;

function show() {
  element("rho").value = rhoStep(state.rho);
  element("time").value = timeStep(state);
  element("start").value = data.starts.indexOf(state.start);
  element("dim").value = dims.indexOf(state.dim);
  for (const name of ["activation", "spectrum", "weights"]) element(name).value = state[name];
  element("samples").value = state.samples === Infinity ? "infinite" : state.samples;
  const time = state.end ? "to the end" : String(state.time);
  for (const [name, text] of [["rho", state.rho], ["time", time], ["start", state.start], ["dim", `d = ${state.dim}`]]) {
    element(`${name}-out`).textContent = text;
    element(name).setAttribute("aria-valuetext", text);
  }
  for (const box of document.querySelectorAll("#regimes input")) box.checked = state.regimes.includes(box.value);
  for (const radio of document.querySelectorAll("[name=path]")) radio.checked = radio.value === state.path;
  drawCharts(state);
  sayReadout(state);
  sayNetworks(state);
  element("command").textContent = commandOf(state);
  element("python").textContent = pythonOf(state);
  history.replaceState(null, "", addressOf(state));
}

// Several changes before the next picture are drawn once.
function redraw() {
  if (!asked) asked = requestAnimationFrame(() => { asked = 0; show(); speak(); });
}

// A change by hand leaves the preset.
function change(changes, preset = null) {
  Object.assign(state, changes);
  mark(preset);
  redraw();
}

// For readers who do not see the charts, when the reader rests.
let speaking;
function speak() {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const parts = shownRegimes(state).filter((regime) => !reasonOf(regime, state)).map((regime) => {
      const [error, sensitivity] = numbersOf(regime, state);
      return `${regime.label}: test error ${digits(error)}, sensitivity ${digits(sensitivity)}`;
    });
    element("said").textContent = `m/d = ${state.rho}, ${state.end ? "to the end" : `time ${state.time}`}. ${parts.join(". ")}`;
  }, 600);
}

function mark(index) {
  document.querySelectorAll("#presets button").forEach((button, k) => button.setAttribute("aria-pressed", String(k === index)));
  element("caption").textContent = index === null ? "" : PRESETS[index].caption;
}

function options(select, values) {
  select.innerHTML = values.map(([value, text]) => `<option value="${escaped(value)}">${escaped(text)}</option>`).join("");
}

function wire() {
  for (const name of ["activation", "spectrum"]) options(element(name), axisOf[name].labels.map((label) => [label, label]));
  const weights = { isotropic: "isotropic weights", aligned: "aligned", independent: "independent", opposed: "opposed" };
  options(element("weights"), axisOf.weights.labels.map((label) => [label, weights[label] ?? label]));
  options(element("samples"), [["infinite", "infinitely many"], ...alphas.map((alpha) => [alpha, `${alpha} d\u00b2/2`])]);
  element("samples").disabled = alphas.length === 0;
  element("start").max = data.starts.length - 1;
  element("dim").max = dims.length - 1;
  element("regimes").innerHTML = data.regimes
    .map((regime) => `<label style="--own: var(--${regime.id})"><input type="checkbox" value="${regime.id}"> ${escaped(regime.label)}</label>`)
    .join("");
  element("presets").innerHTML = PRESETS.map((preset) => `<button type="button" aria-pressed="false">${escaped(preset.name)}</button>`).join("");
  document.querySelectorAll("#presets button").forEach((button, index) => {
    button.addEventListener("click", () => {
      change({ ...first, ...PRESETS[index].state, dim: state.dim }, index);
    });
  });
  element("rho").addEventListener("input", (event) => change({ rho: Math.max(RHO_LOW, rhoOf(Number(event.target.value))) }));
  element("time").addEventListener("input", (event) => {
    const step = Number(event.target.value);
    change(step === TIME_STEPS ? { end: true } : { end: false, time: timeOf(step) });
  });
  element("start").addEventListener("input", (event) => change({ start: data.starts[event.target.value] }));
  element("dim").addEventListener("input", (event) => change({ dim: dims[event.target.value] }));
  for (const name of ["activation", "spectrum", "weights"]) element(name).addEventListener("change", (event) => change({ [name]: event.target.value }));
  element("samples").addEventListener("change", (event) => change({ samples: event.target.value === "infinite" ? Infinity : Number(event.target.value) }));
  element("regimes").addEventListener("change", () => {
    change({ regimes: [...document.querySelectorAll("#regimes input:checked")].map((box) => box.value) });
  });
  for (const radio of document.querySelectorAll("[name=path]")) radio.addEventListener("change", () => change({ path: radio.value }));
  element("controls").addEventListener("submit", (event) => event.preventDefault());
  element("copy-command").addEventListener("click", () => copyText(commandOf(state), "Command", element("command")));
  element("copy-python").addEventListener("click", () => copyText(pythonOf(state), "Python", element("python")));
  element("copy-link").addEventListener("click", () => copyText(location.href, "Link", null));
  addEventListener("hashchange", () => change(stateOf(location.hash)));
  let width = 0;
  new ResizeObserver(() => {
    if (element("main").clientWidth !== width) redraw();
    width = element("main").clientWidth;
  }).observe(element("main"));
}

// The pointer: the nearest curve or mark says what it is; dragging over the widths moves m/d.
function point(id) {
  const box = document.querySelector(`#${id} .plot`);
  const tip = element("tip");
  let [dragging, leaving] = [false, 0];
  const place = (event) => {
    const bounds = box.getBoundingClientRect();
    return [event.clientX - bounds.left, event.clientY - bounds.top];
  };
  const drag = (event) => {
    const rho = Math.min(RHO_HIGH, Math.max(RHO_LOW, box.frame.back(place(event)[0])));
    // The kink is easy to meet.
    change({ rho: Math.abs(rho - 1) < 0.02 ? 1 : Number(rho.toPrecision(3)) });
  };
  const hide = () => { leaving = setTimeout(() => { tip.hidden = true; }, 400); };
  box.addEventListener("pointerdown", (event) => {
    if (id === "plane") return;
    dragging = true;
    box.setPointerCapture(event.pointerId);
    tip.hidden = true;
    drag(event);
  });
  box.addEventListener("pointermove", (event) => {
    if (dragging) return drag(event);
    const [x, y] = place(event);
    const weight = { curve: 4, path: 4, network: 0, judged: 0 };
    let [nearest, distance] = [null, 24];
    for (const target of targets[id]) {
      const away = Math.hypot(target.x - x, target.y - y) + weight[target.kind];
      if (away < distance) [nearest, distance] = [target, away];
    }
    if (!nearest) return hide();
    clearTimeout(leaving);
    tip.innerHTML = tipText(nearest);
    tip.hidden = false;
    const bounds = box.getBoundingClientRect();
    const left = bounds.left + nearest.x + 14;
    const fits = left + tip.offsetWidth < innerWidth - 8;
    tip.style.left = `${Math.max(8, fits ? left : bounds.left + nearest.x - 14 - tip.offsetWidth) + scrollX}px`;
    tip.style.top = `${bounds.top + nearest.y + 10 + scrollY}px`;
  });
  for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, () => { dragging = false; });
  box.addEventListener("pointerleave", hide);
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", hide);
}

element("main").hidden = false;
Object.assign(state, stateOf(location.hash));
wire();
["error", "sensitivity", "plane"].forEach(point);
addEventListener("keydown", (event) => { if (event.key === "Escape") element("tip").hidden = true; });
sayExact();
mark(location.hash.length > 1 ? null : 0);
show();
