// <qr-code>: draws the text it is given as a QR code, dark on light in either colour scheme: that is what cameras read.

import { encode } from "../vendor/uqr/index.mjs";

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string | number>} attributes */
function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

class QrCode extends HTMLElement {
  /** @param {string} text */
  set text(text) {
    const { size, data } = encode(text, { ecc: "L", border: 4 });
    const dark = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x},${y}h1v1h-1z` : "")));
    const picture = svg("svg", { viewBox: `0 0 ${size} ${size}`, "shape-rendering": "crispEdges", "aria-hidden": "true" });
    picture.append(svg("path", { fill: "#fff", d: `M0,0h${size}v${size}h-${size}z` }), svg("path", { fill: "#000", d: dark.join("") }));
    this.replaceChildren(picture);
  }
}

customElements.define("qr-code", QrCode);
