// A text as a square code. It is made here: the text may be a secret.
import qrcode from "qrcode-generator";

const EDGE = 4; // modules of white around it
const SVG = "http://www.w3.org/2000/svg";

export function qrPicture(text) {
  const code = qrcode(0, "L");
  code.addData(text);
  code.make();
  const size = code.getModuleCount() + 2 * EDGE;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("aria-hidden", "true"); // the same is in the file beside it
  const path = document.createElementNS(SVG, "path");
  let dark = "";
  for (let row = 0; row < code.getModuleCount(); row++) {
    for (let column = 0; column < code.getModuleCount(); column++) {
      if (code.isDark(row, column)) dark += `M${column + EDGE} ${row + EDGE}h1v1h-1z`;
    }
  }
  path.setAttribute("d", dark);
  picture.append(path);
  return picture;
}
