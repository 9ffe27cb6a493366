// Judges the page that it stands in; `window.faults` holds what went wrong while it was read. See `.ci/report`.
addEventListener("load", () => {
  const faults = window.faults;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const brief = (element) => element.outerHTML.slice(0, 160);
  const mathml = "http://www.w3.org/1998/Math/MathML";

  // Nothing comes from elsewhere. A link that a reader may follow is not a resource.
  for (const element of all("*")) {
    for (const { name, value } of element.attributes) {
      const refers = ["src", "srcset", "href", "xlink:href", "poster", "data", "background", "action"].includes(name);
      const link = element.localName === "a" && name === "href" && element.namespaceURI !== mathml;
      if (refers && !link && !/^(data:|#)/.test(value)) faults.push(`from elsewhere: ${brief(element)}`);
      if (name === "style" && /url\(|image-set\(/.test(value)) faults.push(`from elsewhere: ${brief(element)}`);
    }
  }
  for (const style of all("style")) {
    if (/@import|url\(\s*["']?(?!data:|#)/.test(style.textContent)) faults.push("from elsewhere: a style sheet refers to a file");
  }
  for (const { name } of performance.getEntriesByType("resource")) {
    if (!name.startsWith("data:")) faults.push(`loaded: ${name}`);
  }

  // Formulas: strict in the source, complete in the page, and of some size.
  const bytes = Uint8Array.from(atob(document.getElementById("source").textContent.trim()), (c) => c.charCodeAt(0));
  const source = new TextDecoder().decode(bytes);
  const written = source.match(/<math[\s>][^]*?<\/math>/g) ?? [];
  const formulas = all("math");
  if (formulas.length === 0) faults.push("no formula is MathML");
  if (written.length !== formulas.length) faults.push(`${written.length} formulas are written, ${formulas.length} are read`);
  for (const text of written) {
    const read = new DOMParser().parseFromString(text, "application/xml");
    if (read.querySelector("parsererror")) faults.push(`misnested: ${text.slice(0, 160)}`);
  }
  for (const element of all(".latex")) faults.push(`not MathML: ${brief(element)}`);
  const parts = { mfrac: 2, msub: 2, msup: 2, mover: 2, munder: 2, msubsup: 3, munderover: 3, mi: 0, mn: 0, mo: 0, mtext: 0, mspace: 0 };
  for (const element of all("math *")) {
    const wanted = parts[element.localName];
    if (element.namespaceURI !== mathml) faults.push(`within a formula: ${brief(element)}`);
    if (wanted !== undefined && element.childElementCount !== wanted) faults.push(`parts missing: ${brief(element)}`);
    if (element.localName === "mtext" && element.textContent.startsWith("\\")) faults.push(`unknown: ${brief(element)}`);
  }
  for (const name of ["mrow", ...Object.keys(parts)]) {
    for (const element of all(name)) if (!element.closest("math")) faults.push(`outside of a formula: ${brief(element)}`);
  }
  // What is not on the screen, or folded away, is not laid out unless asked for.
  for (const section of all("section")) section.style.contentVisibility = "visible";
  for (const details of all("details")) details.open = true;
  for (const element of [...formulas, ...all("figure svg")]) {
    const { width, height } = element.getBoundingClientRect();
    if (!(width > 1 && height > 1)) faults.push(`has no size: ${brief(element)}`);
  }

  // Links and drawings.
  for (const link of all('a[href^="#"]')) {
    if (!document.getElementById(link.getAttribute("href").slice(1))) faults.push(`leads nowhere: ${brief(link)}`);
  }
  for (const figure of all("figure")) if (!figure.querySelector("svg > *")) faults.push(`no drawing: ${brief(figure)}`);
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 1) faults.push(`the page is ${over} pixels wider than the screen`);

  const judged = document.createElement("pre");
  judged.id = "judged";
  const counts = `${all("section").length} pages, ${formulas.length} formulas, ${all("figure").length} drawings`;
  judged.textContent = faults.length === 0 ? `ok: ${counts}` : faults.slice(0, 10).join("\n");
  document.body.append(judged);
});
