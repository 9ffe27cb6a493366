// The three charts, as SVG in the width that there is.
// Upper end of the charts: higher where a large start is followed along time.
let MOST = 1.6;
const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const at = (x) => Number(x.toFixed(1));

// Coordinates of a chart: from values to pixels, and back.
function frame(box, high, labels) {
  const width = Math.max(260, Math.floor(box.clientWidth));
  const height = box.closest("#plane") ? Math.min(width, 460) : Math.max(200, Math.min(250, Math.round(width * 0.5)));
  const [left, right, top, bottom] = [40, 12, 12, 38];
  const [x, y] = [(v) => left + (v / high[0]) * (width - left - right), (v) => height - bottom - (v / high[1]) * (height - top - bottom)];
  const back = (px) => ((px - left) / (width - left - right)) * high[0];
  return { width, height, left, right, top, bottom, x, y, back, high, labels };
}

function axes(f) {
  let out = "";
  for (const [value, text] of [0, 0.5, 1, 1.5, 2, 2.5, 3].filter((v) => v <= f.high[0]).map((v) => [v, v])) {
    out += `<path class="grid" d="M${at(f.x(value))} ${f.top}V${f.height - f.bottom}"/><text class="tick m" x="${at(f.x(value))}" y="${f.height - f.bottom + 15}">${text}</text>`;
  }
  for (const value of [0, 0.5, 1, 1.5, 2].filter((v) => v <= f.high[1])) {
    out += `<path class="grid" d="M${f.left} ${at(f.y(value))}H${f.width - f.right}"/><text class="tick e" x="${f.left - 6}" y="${at(f.y(value) + 4)}">${value}</text>`;
  }
  return `${out}<text class="name m" x="${at((f.left + f.width - f.right) / 2)}" y="${f.height - 5}">${escaped(f.labels[0])}</text>`;
}

// A line through the points; a new one begins where there is none.
function joined(f, points) {
  let pen = "M";
  return points.reduce((path, [x, y]) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = "M";
      return path;
    }
    const step = `${pen}${at(f.x(x))} ${at(f.y(Math.min(y, 4 * MOST)))}`;
    pen = "L";
    return path + step;
  }, "");
}

const shownRegimes = (shown) => data.regimes.filter((regime) => shown.regimes.includes(regime.id));

// Values of m/d along a curve: close below 1, and at the kink.
const WIDTHS = [...Array(133).keys()].map((k) => rhoOf(k - 100)).filter((rho, k, all) => k === 0 || rho > all[k - 1]);
const TIMES = [...Array(TIME_STEPS).keys()].map(timeOf);

// [parameter, test error, sensitivity] along m/d or time.
function curveOf(regime, shown, along) {
  const steps = along === "rho" ? WIDTHS : TIMES;
  return steps.map((x) => [x, ...numbersOf(regime, along === "rho" ? { ...shown, rho: x } : { ...shown, time: x, end: false })]);
}

// Networks stored for a regime at a state.
function groupOf(regime, shown) {
  return groupsOf(regime, shown, []).at(0);
}

// The same, at any value of some of the settings.
function groupsOf(regime, shown, any) {
  const { stage } = claimsOf(regime, shown);
  if (!stage || shown.weights !== "isotropic") return [];
  return data.networks.filter((group) => group.regime === regime.id && group.stage === stage && isAt(group.state, shown, any));
}

// Whether stored settings are those that are shown.
function isAt(stored, shown, any = []) {
  return Object.entries(stored).every(([name, text]) =>
    any.includes(name) || (["start", "time", "samples"].includes(name) ? Math.abs(Number(text) - shown[name]) < 1e-9 : text === shown[name]));
}

// Judged grid points of a regime at a state, apart from m/d.
function judgedOf(regime, shown) {
  const { claims } = claimsOf(regime, shown);
  if (!claims || !data.verdicts) return [];
  return data.verdicts.points.filter((point) => claims.includes(point.claim) && isAt(point.state, shown));
}

const dash = (regime) => (regime.id === "nt-general" ? ' stroke-dasharray="7 4"' : "");
const clipped = (id, f) => `<clipPath id="clip-${id}"><rect x="${f.left}" y="${f.top}" width="${f.width - f.left - f.right}" height="${f.height - f.top - f.bottom}"/></clipPath>`;

// Everything that a pointer can meet: place in pixels, and what is to be said there.
const targets = { error: [], sensitivity: [], plane: [] };

// Error (0) or sensitivity (1) against m/d.
function drawWidth(id, index, shown) {
  const box = document.querySelector(`#${id} .plot`);
  const f = frame(box, [3, MOST], ["m/d"]);
  let [lines, marks] = ["", ""];
  targets[id] = [];
  for (const regime of shownRegimes(shown)) {
    const colour = `var(--${regime.id})`;
    const curve = curveOf(regime, shown, "rho").map((point) => [point[0], point[1 + index]]);
    lines += `<path class="curve" data-regime="${regime.id}" stroke="${colour}"${dash(regime)} d="${joined(f, curve)}"/>`;
    for (const [rho, value] of curve) {
      if (value <= MOST) targets[id].push({ x: f.x(rho), y: f.y(value), regime, index, rho, value, kind: "curve" });
    }
    for (const [dim, width, trials, numbers] of groupOf(regime, shown)?.rows ?? []) {
      const [mean, error] = [numbers[2 * index], numbers[2 * index + 1] ?? 0];
      if (mean === null || mean > MOST) continue;
      const [x, y] = [at(f.x(width / dim)), at(f.y(mean))];
      if (dim !== shown.dim) {
        marks += `<circle class="ghost" fill="${colour}" cx="${x}" cy="${y}" r="1.6"/>`;
        continue;
      }
      marks += `<path stroke="${colour}" stroke-width="1.3" d="M${x} ${at(f.y(mean - 2 * error))}V${at(f.y(mean + 2 * error))}"/>`;
      marks += `<circle class="ring" data-regime="${regime.id}" stroke="${colour}" cx="${x}" cy="${y}" r="4"/>`;
      targets[id].push({ x, y, regime, index, rho: width / dim, value: mean, error, dim, width, trials, kind: "network" });
    }
    for (const point of judgedOf(regime, shown).filter((one) => claimsOf(regime, shown).claims[index] === one.claim)) {
      const [value, low, high] = point.value;
      const [x, y] = [at(f.x(point.rho)), at(f.y(value))];
      if (value > MOST || point.rho > RHO_HIGH) continue;
      marks += `<path stroke="${colour}" stroke-width="1.3" d="M${x} ${at(f.y(low))}V${at(f.y(high))}"/><path class="diamond" fill="${colour}" d="M${x} ${y - 5}l5 5l-5 5l-5 -5z"/>`;
      targets[id].push({ x, y, regime, index, rho: point.rho, value, low, high, verdict: point.verdict, kind: "judged" });
    }
    const here = numbersOf(regime, shown)[index];
    if (here <= MOST) marks += `<circle class="here" fill="${colour}" cx="${at(f.x(shown.rho))}" cy="${at(f.y(here))}" r="4.5"/>`;
  }
  const cursor = `<path class="cursor" d="M${at(f.x(shown.rho))} ${f.top}V${f.height - f.bottom}"/><path class="handle" d="M${at(f.x(shown.rho))} ${f.top}l6 -9h-12z"/>`;
  const title = index ? "Sensitivity" : "Test error";
  box.innerHTML = `<svg role="img" aria-label="${title} of ${shown.regimes.length} regimes against m/d; the table below has the values at m/d = ${shown.rho}" width="${f.width}" height="${f.height}">${clipped(id, f)}${axes(f)}<g clip-path="url(#clip-${id})">${lines}${marks}</g>${cursor}</svg>`;
  box.frame = f;
}

// Sensitivity against test error, with the bound of every network.
function drawPlane(shown) {
  const box = document.querySelector("#plane .plot");
  const f = frame(box, [MOST, MOST], ["test error"]);
  const bound = [...Array(61).keys()].map((k) => [(k / 60) ** 2, (1 - k / 60) ** 2]);
  let [lines, marks] = ["", ""];
  targets.plane = [];
  for (const regime of shownRegimes(shown)) {
    const colour = `var(--${regime.id})`;
    const curve = curveOf(regime, shown, shown.path);
    lines += `<path class="curve" data-regime="${regime.id}" stroke="${colour}"${dash(regime)} d="${joined(f, curve.map((point) => point.slice(1)))}"/>`;
    if (shown.path === "time") lines += arrow(f, curve, colour);
    for (const [x, error, sensitivity] of curve) {
      if (error > MOST || !(sensitivity <= MOST)) continue;
      const [rho, time] = shown.path === "rho" ? [x, undefined] : [shown.rho, x];
      targets.plane.push({ x: f.x(error), y: f.y(sensitivity), regime, rho, time, value: [error, sensitivity], kind: "path" });
    }
    // Along time the networks of every stored time, at this width.
    const along = shown.path === "time";
    for (const group of along ? groupsOf(regime, { ...shown, end: false }, ["time"]) : groupsOf(regime, shown, [])) {
      for (const [dim, width, trials, [error, , sensitivity]] of group.rows) {
        if (error === null || sensitivity === null || dim !== shown.dim) continue;
        if (along && Math.abs(width / dim - shown.rho) > 0.02) continue;
        const [x, y] = [at(f.x(error)), at(f.y(sensitivity))];
        const time = along && group.state.time ? Number(group.state.time) : undefined;
        marks += `<circle class="ring" data-regime="${regime.id}" stroke="${colour}" cx="${x}" cy="${y}" r="4"/>`;
        targets.plane.push({ x, y, regime, rho: width / dim, time, value: [error, sensitivity], dim, width, trials, kind: "network" });
      }
    }
    const [error, sensitivity] = numbersOf(regime, shown);
    if (error <= MOST && sensitivity <= MOST) marks += `<circle class="here" fill="${colour}" cx="${at(f.x(error))}" cy="${at(f.y(sensitivity))}" r="5"/>`;
  }
  const corner = `<path class="corner" d="${joined(f, bound)}L${at(f.x(0))} ${at(f.y(0))}z"/><path class="bound" d="${joined(f, bound)}"/><path class="identity" d="${joined(f, [[0, 1], [1, 0]])}"/>`;
  const said = `<text class="tick" x="${at(f.x(0.03))}" y="${at(f.y(0.05))}">no network gets here</text><text class="tick" x="${at(f.x(0.5) + 6)}" y="${at(f.y(0.5) - 6)}">error + sensitivity = 1</text>`;
  box.innerHTML = `<svg role="img" aria-label="Sensitivity against test error of ${shown.regimes.length} regimes along ${shown.path === "rho" ? "m/d" : "time"}; no network lies below the bound" width="${f.width}" height="${f.height}">${clipped("plane", f)}${axes(f)}<text class="name" x="${f.left + 6}" y="${f.top + 12}">sensitivity</text><g clip-path="url(#clip-plane)">${corner}${lines}${said}${marks}</g></svg>`;
  box.frame = f;
}

// A head in the middle of a path, in its direction.
function arrow(f, curve, colour) {
  const inside = curve.filter(([, error, sensitivity]) => error <= MOST && sensitivity <= MOST).map(([, a, b]) => [f.x(a), f.y(b)]);
  let length = 0;
  const total = inside.reduce((sum, p, k) => (k ? sum + Math.hypot(p[0] - inside[k - 1][0], p[1] - inside[k - 1][1]) : 0), 0);
  if (total < 40) return "";
  for (let k = 1; k < inside.length; k += 1) {
    const [[a, b], [c, d]] = [inside[k - 1], inside[k]];
    length += Math.hypot(c - a, d - b);
    if (length >= total / 2) {
      const angle = (Math.atan2(d - b, c - a) * 180) / Math.PI;
      return `<path fill="${colour}" transform="translate(${at(c)} ${at(d)}) rotate(${at(angle)})" d="M5 0l-9 5v-10z"/>`;
    }
  }
  return "";
}

function drawCharts(shown) {
  MOST = shown.start >= 1 && !shown.end ? 2.2 : 1.6;
  drawWidth("error", 0, shown);
  drawWidth("sensitivity", 1, shown);
  drawPlane(shown);
}
