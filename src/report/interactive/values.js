// The numbers of the page, and the value of a table between its nodes. The program interpolates in the same way when it
// measures the errors.
const data = JSON.parse(document.getElementById("data").textContent);
const axisOf = Object.fromEntries(data.axes.map((axis) => [axis.name, axis]));
const tableOf = Object.fromEntries(data.tables.map((table) => [table.claim, table]));
const INFINITE = 65535;
const NONE = 65534;
const lengthOf = (axis) => Math.max(axis.at.length, axis.sets.length);

for (const table of data.tables) {
  const bytes = Uint8Array.from(atob(table.codes), (letter) => letter.charCodeAt(0));
  const codes = new DataView(bytes.buffer);
  // NaN: no value. A value is the square of the step times its code.
  table.values = Float64Array.from({ length: bytes.length / 2 }, (_, k) => {
    const code = codes.getUint16(2 * k, true);
    return code === NONE ? NaN : code === INFINITE ? Infinity : (table.step * code) ** 2;
  });
}

// The node before x, and the first and the number of the nodes about it, at most four, all on its side of every kink.
function stencil(axis, x) {
  const at = axis.at;
  const last = at.length - 1;
  if (!(at[0] <= x && x <= at[last])) return null;
  let cell = last - 1;
  while (at[cell] > x) cell -= 1;
  const isEnd = (k) => k === 0 || k === last || axis.kinks.includes(at[k]);
  let low = cell;
  while (!isEnd(low)) low -= 1;
  let high = cell + 1;
  while (!isEnd(high)) high += 1;
  const first = Math.min(Math.max(cell - 1, low), Math.max(high - 3, low));
  return [cell, first, Math.min(first + 4, high + 1) - first];
}

// The polynomial through the points (x, y), at x.
function lagrange(points, x) {
  const own = points.find((point) => point[0] === x);
  if (own) return own[1];
  if (points.length < 2) return NaN;
  if (points.some((point) => point[1] === Infinity)) return Infinity;
  let sum = 0;
  for (const [node, y] of points) {
    let weight = 1;
    for (const [other] of points) if (other !== node) weight *= (x - other) / (node - other);
    sum += weight * y;
  }
  return sum;
}

// Place: one coordinate for each axis of the table; an index, three shares, or a number.
function below(table, axes, place, depth, row) {
  if (depth === axes.length) return table.values[row];
  const axis = axes[depth];
  const at = place[depth];
  const length = lengthOf(axis);
  const node = (k) => below(table, axes, place, depth + 1, row * length + k);
  if (axis.kind === "parts") {
    return at.reduce((sum, share, k) => (share === 0 ? sum : sum + share * node(k)), 0);
  }
  if (axis.kind === "cubic") {
    const found = stencil(axis, at);
    if (!found) return NaN;
    const [cell, first, count] = found;
    const values = [...Array(count).keys()].map((k) => [first + k, node(first + k)]).filter(([, y]) => !Number.isNaN(y));
    // Beyond the last node with a value there is none, but at a kink: there each side has its own limit.
    const isThere = (k) => axis.kinks.includes(axis.at[k]) || values.some(([own]) => own === k);
    if (axis.at[cell] !== at && !(isThere(cell) && isThere(cell + 1))) return NaN;
    const ordinate = (y) => (table.inverse ? 1 / y : y);
    return ordinate(lagrange(values.map(([k, y]) => [Math.log(axis.at[k]), ordinate(y)]), Math.log(at)));
  }
  return at >= 0 && at < length ? node(at) : NaN;
}

// NaN: the claim has no value there.
function valueAt(table, place) {
  const axes = table.axes.map((name) => axisOf[name]);
  // Test error and sensitivity have no sign; a cubic may swing below.
  return Math.max(0, below(table, axes, place, 0, 0));
}

// The table's coordinates at a state.
function placeOf(table, state) {
  return table.axes.map((name) => {
    const axis = axisOf[name];
    if (name === "parts") {
      const beta = data.beta[axisOf.spectrum.labels.indexOf(state.spectrum)];
      const square = state.start ** 2;
      return [1 - beta - square, beta, square];
    }
    if (name === "scale") return axis.labels.findIndex((label) => Number(label) === state.start);
    if (name === "samples") return axis.labels.findIndex((label) => Number(label) === state.samples);
    return axis.kind === "cubic" ? state[name] : axis.labels.indexOf(state[name]);
  });
}

// The claims that a regime has for a state, or why it has none.
function claimsOf(regime, state) {
  const stages = regime.stages;
  const isotropic = state.weights === "isotropic";
  let stage = "start";
  if (!stages.start) {
    if (state.samples !== Infinity) {
      if (!stages.samples) return { reason: "no formula on finitely many samples" };
      if (!state.end) return { reason: "on finitely many samples at the end of training only" };
      stage = "samples";
    } else if (state.end) stage = "end";
    else stage = "time";
    if (!stages[stage]) return { reason: stage === "time" ? "has a formula at the end of training only" : "has no formula at the end" };
  }
  const claims = stages[stage];
  const tables = claims.map((claim) => tableOf[claim]);
  if (!isotropic && !tables[0].axes.includes("weights")) return { reason: "tabulated for isotropic weights only" };
  if (tables[0].axes.includes("scale") && state.start === 0) return { reason: "never leaves a start of size 0" };
  return { stage, claims, tables };
}

// Test error and sensitivity of a regime at a state; NaN where it has none.
function numbersOf(regime, state) {
  const found = claimsOf(regime, state);
  if (!found.tables) return [NaN, NaN];
  return found.tables.map((table) => valueAt(table, placeOf(table, state)));
}

function reasonOf(regime, state) {
  const found = claimsOf(regime, state);
  if (found.reason) return found.reason;
  const [error] = numbersOf(regime, state);
  return Number.isNaN(error) ? "outside of the claim's hypotheses here" : "";
}
