// Pictures of the mark for home screens: node icons.mjs mark.svg folder
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

const [mark, folder] = process.argv.slice(2);
const svg = await readFile(mark);
const background = /fill="(#[0-9a-f]{6})"/.exec(svg)[1]; // the mark begins with its ground

async function drawn(size) {
  return sharp(svg, { density: (72 * size) / 64 }).resize(size, size);
}

for (const size of [192, 512]) await (await drawn(size)).png().toFile(join(folder, `icon-${size}.png`));

// a phone may cut off all but a circle of 80 % (W3C Image Resource, purpose `maskable`): the mark stands inside, its ground goes on
const [whole, inside] = [512, 400];
const edge = (whole - inside) / 2;
const grown = (await drawn(inside)).extend({ top: edge, right: edge, bottom: edge, left: edge, background });
await sharp(await grown.png().toBuffer()).flatten({ background }).png().toFile(join(folder, "icon-maskable.png"));
