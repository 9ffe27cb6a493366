// The one state that everything shows, and its place in the address.
const RHO_LOW = axisOf.rho.at[0];
const RHO_HIGH = 3;
const TIME_STEPS = 71;
const first = {
  rho: 0.5,
  time: 1,
  end: true,
  start: 0.5,
  activation: "quadratic",
  spectrum: "exponential",
  weights: "isotropic",
  samples: Infinity,
  dim: 128,
  path: "rho",
  regimes: data.regimes.map((regime) => regime.id),
};
const state = { ...first };

const dims = [...new Set(data.networks.flatMap((group) => group.rows.map((row) => row[0])))].sort((a, b) => a - b);
// Numbers of samples, in units of d^2/2; none where no claim speaks of them.
const alphas = data.regimes.some((regime) => regime.stages.samples) ? axisOf.samples.labels.map(Number) : [];

// Positions of the sliders: rho in twentieths of an octave, time in twentieths of a decade with the end behind the last.
const rhoOf = (step) => Math.min(RHO_HIGH, Number((2 ** (step / 20)).toPrecision(3)));
const rhoStep = (rho) => Math.round(20 * Math.log2(rho));
const timeOf = (step) => Number((10 ** (-2 + step / 20)).toPrecision(3));
const timeStep = (shown) => (shown.end ? TIME_STEPS : Math.round(20 * (Math.log10(shown.time) + 2)));

function addressOf(shown) {
  const words = new URLSearchParams();
  words.set("rho", shown.rho);
  words.set("time", shown.end ? "end" : shown.time);
  for (const name of ["start", "activation", "spectrum", "weights"]) words.set(name, shown[name]);
  words.set("samples", shown.samples === Infinity ? "infinite" : shown.samples);
  words.set("d", shown.dim);
  words.set("path", shown.path);
  words.set("regimes", shown.regimes.join(","));
  return `#${words}`;
}

// What an address says; what is missing or means nothing has its first value.
function stateOf(address) {
  const words = new URLSearchParams(address.replace(/^#/, ""));
  const read = { ...first };
  const number = (name, low, high) => {
    const x = Number(words.get(name) ?? NaN);
    return x >= low && x <= high ? x : undefined;
  };
  const among = (name, values) => (values.includes(words.get(name)) ? words.get(name) : undefined);
  const given = {
    rho: number("rho", RHO_LOW, RHO_HIGH),
    time: number("time", 0.01, axisOf.time.at.at(-1)),
    start: data.starts.find((start) => String(start) === words.get("start")),
    activation: among("activation", axisOf.activation.labels),
    spectrum: among("spectrum", axisOf.spectrum.labels),
    weights: among("weights", axisOf.weights.labels),
    samples: alphas.find((alpha) => String(alpha) === words.get("samples")),
    dim: dims.find((dim) => String(dim) === words.get("d")),
    path: among("path", ["rho", "time"]),
  };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) read[name] = value;
  if (given.time !== undefined) read.end = false;
  if (words.has("regimes")) {
    const named = words.get("regimes").split(",");
    read.regimes = first.regimes.filter((id) => named.includes(id));
  }
  return read;
}
