// The same numbers from the program, and from Python.
function settingsOf(table, shown) {
  const sets = [];
  for (const name of table.axes) {
    const axis = axisOf[name];
    if (name === "parts") {
      if (!table.axes.includes("spectrum") && table.axes.includes("rho")) sets.push(["spectrum", shown.spectrum]);
      sets.push(["zeta", shown.start]);
    } else if (name === "scale") sets.push(["scale", shown.start]);
    else if (name === "samples") sets.push(["samples", shown.samples]);
    else if (axis.kind === "cubic") sets.push([name, shown[name]]);
    // Isotropic weights are what the claims have of themselves.
    else if (name !== "weights" || shown.weights !== "isotropic") sets.push(...axis.sets[axis.labels.indexOf(shown[name])]);
  }
  return sets;
}

function tablesShown(shown) {
  return shownRegimes(shown).filter((regime) => !reasonOf(regime, shown)).flatMap((regime) => claimsOf(regime, shown).tables);
}

const quoted = (text) => (/^[\w.-]+$/.test(text) ? text : `'${text}'`);

function commandOf(shown) {
  const line = (table) => `limitcheck eval ${table.claim}${settingsOf(table, shown).map(([name, value]) => ` --set ${quoted(name)}=${quoted(String(value))}`).join("")}`;
  return tablesShown(shown).map(line).join("\n");
}

function pythonOf(shown) {
  const value = (x) => (typeof x === "number" ? x : JSON.stringify(x));
  const line = (table) => `print(lc.limit("${table.claim}"${settingsOf(table, shown).map(([name, x]) => `, ${name}=${value(x)}`).join("")}).value)`;
  return ["import limitcheck as lc", ...tablesShown(shown).map(line)].join("\n");
}

// The clipboard may be closed to a file; then the text is marked for the reader to copy.
async function copyText(text, what, shown) {
  const status = document.getElementById("copied");
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = `${what} copied.`;
  } catch {
    if (shown) getSelection().selectAllChildren(shown);
    status.textContent = shown && document.execCommand("copy") ? `${what} copied.` : `This browser does not let the page copy: ${what.toLowerCase()} is marked, copy it yourself.`;
  }
}
