// What is said in words: the table at this place, the distance of the networks, the tip at the pointer, the errors.
const digits = (x) => (x === Infinity ? "infinite" : Number.isNaN(x) ? "" : x < 0.0005 && x > 0 ? "< 0.0005" : x.toFixed(3));
const small = (x) => (x === 0 ? "0" : x.toExponential(1));

function pageOf(claim) {
  const folder = data.verdicts?.folder;
  return folder === undefined || folder === null ? null : `${folder}claims/${claim}.md`;
}

const linked = (claim, text) => {
  const page = pageOf(claim);
  return page === null ? escaped(text) : `<a href="${escaped(page)}">${escaped(text)}</a>`;
};

// `agrees at 9 of 9 points`.
function verdictsOf(claim) {
  const counts = data.verdicts?.claims[claim];
  if (!counts || counts.length === 0) return "not judged here";
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts.map(([verdict, count]) => `${verdict} at ${count} of ${all}`).join(", ");
}

function sayReadout(shown) {
  const rows = shownRegimes(shown).map((regime) => {
    const name = `<th class="l" scope="row"><svg class="swatch" width="22" height="10" aria-hidden="true"><path stroke="var(--${regime.id})" stroke-width="3"${dash(regime)} d="M1 5H21"/></svg> ${escaped(regime.label)}</th>`;
    const reason = reasonOf(regime, shown);
    if (reason) return `<tr data-regime="${regime.id}">${name}<td colspan="3" class="l soft">${escaped(reason)}</td></tr>`;
    const numbers = numbersOf(regime, shown);
    const { claims } = claimsOf(regime, shown);
    const verdicts = claims.map((claim, k) => `${linked(claim, k ? "sensitivity" : "test error")}: ${escaped(verdictsOf(claim))}`);
    return `<tr data-regime="${regime.id}">${name}<td>${digits(numbers[0])}</td><td>${digits(numbers[1])}</td><td class="l">${verdicts.join("<br>")}</td></tr>`;
  });
  document.querySelector("#readout tbody").innerHTML = rows.join("");
}

// Mean distance of the networks from the curves, size by size.
function distances(shown) {
  return dims.map((dim) => {
    const gaps = [];
    for (const regime of shownRegimes(shown)) {
      for (const [d, width, , numbers] of groupOf(regime, shown)?.rows ?? []) {
        if (d !== dim) continue;
        const limit = numbersOf(regime, { ...shown, rho: width / d });
        for (const k of [0, 1]) {
          if (numbers[2 * k] !== null && Number.isFinite(limit[k])) gaps.push(Math.abs(numbers[2 * k] - limit[k]));
        }
      }
    }
    return gaps.length ? gaps.reduce((a, b) => a + b, 0) / gaps.length : NaN;
  });
}

function sayNetworks(shown) {
  const box = document.getElementById("networks");
  const found = distances(shown);
  if (found.every(Number.isNaN)) {
    const times = shown.end ? "" : ", at the times 0.1, 1 and 10, from starts of size 0, 0.1, 0.5 or 1, for the spectra identity and exponential and the activations quadratic and relu";
    box.textContent = `No simulated networks are stored against m/d for these settings. They are stored for isotropic weights${times}.`;
    return;
  }
  const drawn = dims.map((dim, k) => [dim, found[k]]).filter(([, gap]) => !Number.isNaN(gap));
  const parts = drawn.map(([dim, gap]) => `<span${dim === shown.dim ? ' class="now"' : ""}>d = ${dim}: ${gap.toFixed(4)}</span>`);
  const judged = shownRegimes(shown).some((regime) => judgedOf(regime, shown).length > 0);
  box.innerHTML = `Rings: means over networks of dimension ${shown.dim}, with two standard errors up and down; dots: the other dimensions. Mean distance from the curves: ${parts.join(" ")}${judged ? " Diamonds: extrapolated to infinite d, with the interval of the verdict." : ""}`;
}

// The tip: what is nearest to the pointer.
function tipText(target) {
  const { regime, kind, rho, value } = target;
  const place = `m/d = ${Number(rho.toPrecision(3))}${target.time === undefined ? "" : `, time ${target.time}`}`;
  const { claims } = claimsOf(regime, target.time === undefined ? state : { ...state, end: false });
  const claim = claims?.[target.index ?? 0];
  const observable = target.index === undefined ? "" : target.index ? "sensitivity" : "test error";
  const lines = [`<b style="color:var(--${regime.id})">${escaped(regime.label)}</b>`, escaped(place)];
  if (kind === "curve") lines.push(`${observable} ${digits(value)} \u00b1 ${small(tableOf[claim].error)} (interpolation)`);
  if (kind === "path") lines.push(`test error ${digits(value[0])}, sensitivity ${digits(value[1])}`);
  if (kind === "network") {
    const spread = target.error ? `, interval ${digits(value - 2 * target.error)} to ${digits(value + 2 * target.error)}` : "";
    const mean = target.index === undefined ? `test error ${digits(value[0])}, sensitivity ${digits(value[1])}` : `${observable} ${digits(value)}${spread}`;
    lines.push(`${target.trials === 1 ? "network" : `mean of ${target.trials} networks`}, d = ${target.dim}, m = ${target.width}`, mean);
  }
  if (kind === "judged") lines.push(`extrapolated: ${digits(value)}, interval ${digits(target.low)} to ${digits(target.high)}`, `verdict: ${escaped(target.verdict)}`);
  if (claim && kind !== "judged") lines.push(`formula: ${escaped(verdictsOf(claim))}`);
  if (claim) lines.push(linked(claim, claim));
  return lines.join("<br>");
}

function sayExact() {
  const worst = data.tables.reduce((a, b) => (b.error > a.error ? b : a));
  const compared = data.tables.reduce((sum, table) => sum + table.compared, 0);
  document.getElementById("exact").innerHTML = `Values are kept on grids in 16 bits and interpolated between them. When the page was made, the interpolation was compared with the formulas at ${compared.toLocaleString("en")} centres of cells, spread over the grids. The largest error is <strong id="largest">${small(worst.error)}</strong>, of ${linked(worst.claim, worst.claim)} (of values above 1, as a share of them).`;
  const head = `<thead><tr><th class="l" scope="col">claim</th><th scope="col">values</th><th scope="col">centres compared</th><th scope="col">largest error</th><th class="l" scope="col">where</th></tr></thead>`;
  const row = (table) => `<tr><td class="l">${linked(table.claim, table.claim)}</td><td>${table.values.length}</td><td>${table.compared}</td><td>${small(table.error)}</td><td class="l">${escaped(table.error_at)}</td></tr>`;
  document.getElementById("tables").innerHTML = `${head}<tbody>${data.tables.map(row).join("")}</tbody>`;
}
